/// Bodies that `reqwest` does not make by itself.
pub(super) trait RequestBody: Sized {
    /// Sets a body of bytes, and its content type unless that is set elsewhere, only when there is one.
    fn optional_bytes(
        self,
        body: ::std::option::Option<::reqwest::Body>,
        content_type: ::std::option::Option<&'static str>,
    ) -> Self;

    /// Sets a URL-encoded form, if there is one; lists repeat their name.
    ///
    /// # Errors
    ///
    /// When the form is no object.
    fn form<T: ::serde::Serialize>(self, body: &T) -> ::std::result::Result<Self, ::std::string::String>;
}

impl RequestBody for ::reqwest::RequestBuilder {
    fn optional_bytes(
        self,
        body: ::std::option::Option<::reqwest::Body>,
        content_type: ::std::option::Option<&'static str>,
    ) -> Self {
        match (body, content_type) {
            (Some(body), Some(kind)) => self.header(::reqwest::header::CONTENT_TYPE, kind).body(body),
            (Some(body), None) => self.body(body),
            (None, _) => self,
        }
    }

    fn form<T: ::serde::Serialize>(self, body: &T) -> ::std::result::Result<Self, ::std::string::String> {
        match form(body)? {
            None => Ok(self),
            Some(pairs) => ::progenitor_client::RequestBuilderExt::<()>::form_urlencoded(self, &pairs)
                .map_err(|error| error.to_string()),
        }
    }
}
