/// The body of an answer that is not a success, as it came: services answer errors in more shapes than their
/// documents say, and so do the proxies before them. Reading one cannot fail, so the status is never lost; it is in
/// the `ResponseValue` around this.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorBody(::bytes::Bytes);

impl ErrorBody {
    /// The bytes of the body.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The body as text; what is not UTF-8 in it is replaced.
    pub fn text(&self) -> ::std::borrow::Cow<'_, str> {
        ::std::string::String::from_utf8_lossy(&self.0)
    }

    /// The body as one of the document's types, or as a `serde_json::Value`.
    ///
    /// # Errors
    ///
    /// When the body is not JSON of this type.
    pub fn json<T: ::serde::de::DeserializeOwned>(&self) -> ::serde_json::Result<T> {
        ::serde_json::from_slice(&self.0)
    }

    /// Reads the answer to a request that did not succeed.
    ///
    /// # Errors
    ///
    /// When the connection broke before the body had ended.
    pub async fn from_response(
        response: ::reqwest::Response,
    ) -> ::std::result::Result<
        ::progenitor_client::ResponseValue<Self>,
        ::progenitor_client::Error<Self>,
    > {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response
            .bytes()
            .await
            .map_err(::progenitor_client::Error::ResponseBodyError)?;
        Ok(::progenitor_client::ResponseValue::new(Self(body), status, headers))
    }
}

impl ::std::fmt::Display for ErrorBody {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl ::std::fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        ::std::fmt::Debug::fmt(&*self.text(), f)
    }
}
