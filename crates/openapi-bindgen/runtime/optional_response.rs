/// Reads a success that may come without a body, which is read as `null`.
///
/// # Errors
///
/// When the body does not come to its end, or is not of the type.
pub(super) async fn optional_response<T: ::serde::de::DeserializeOwned, E>(
    response: ::reqwest::Response,
) -> ::std::result::Result<::progenitor_client::ResponseValue<T>, ::progenitor_client::Error<E>> {
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
