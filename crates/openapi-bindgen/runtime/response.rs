type Answered<T> = ::std::result::Result<
    ::progenitor_client::ResponseValue<T>,
    ::progenitor_client::Error<ErrorBody>,
>;

/// The answer, if it is a success.
///
/// # Errors
///
/// The error that the service answers with, whatever its body is; an informational answer or a redirect as it came.
async fn success(
    response: ::reqwest::Response,
) -> ::std::result::Result<::reqwest::Response, ::progenitor_client::Error<ErrorBody>> {
    match response.status().as_u16() {
        200..=299 => Ok(response),
        400..=599 => Err(::progenitor_client::Error::ErrorResponse(
            ErrorBody::from_response(response).await?,
        )),
        _ => Err(::progenitor_client::Error::UnexpectedResponse(response)),
    }
}

/// Reads a success that is JSON.
///
/// # Errors
///
/// When the answer is no success, does not come to its end, or is not of the type.
pub(super) async fn json<T: ::serde::de::DeserializeOwned>(response: ::reqwest::Response) -> Answered<T> {
    ::progenitor_client::ResponseValue::from_response(success(response).await?).await
}

/// Reads a success that is JSON or has no body, which is read as `null`.
///
/// # Errors
///
/// When the answer is no success, does not come to its end, or is not of the type.
pub(super) async fn optional_json<T: ::serde::de::DeserializeOwned>(response: ::reqwest::Response) -> Answered<T> {
    let response = success(response).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response
        .bytes()
        .await
        .map_err(::progenitor_client::Error::ResponseBodyError)?;
    let text: &[u8] = if body.is_empty() { b"null" } else { &body };
    match ::serde_json::from_slice(text) {
        Ok(value) => Ok(::progenitor_client::ResponseValue::new(value, status, headers)),
        Err(error) => Err(::progenitor_client::Error::InvalidResponsePayload(body, error)),
    }
}

/// Reads a success as a stream of bytes.
///
/// # Errors
///
/// When the answer is no success.
pub(super) async fn bytes(response: ::reqwest::Response) -> Answered<::progenitor_client::ByteStream> {
    Ok(::progenitor_client::ResponseValue::stream(success(response).await?))
}

/// Reads a success whose body does not matter.
///
/// # Errors
///
/// When the answer is no success.
pub(super) async fn empty(response: ::reqwest::Response) -> Answered<()> {
    Ok(::progenitor_client::ResponseValue::empty(success(response).await?))
}
