/// A request that is being put together.
pub(super) struct Request {
    builder: ::reqwest::RequestBuilder,
    headers: ::reqwest::header::HeaderMap,
    /// The query, encoded.
    query: ::std::vec::Vec<::std::string::String>,
}

impl Request {
    pub(super) fn new(client: &::reqwest::Client, method: ::reqwest::Method, url: ::std::string::String) -> Self {
        Self {
            builder: client.request(method, url),
            headers: ::reqwest::header::HeaderMap::new(),
            query: ::std::vec::Vec::new(),
        }
    }

    /// Adds a query parameter, if there is a value.
    pub(super) fn query<T: ::serde::Serialize>(mut self, name: &str, style: Style, value: &T) -> Written<Self> {
        for (name, values) in query(name, style, value)? {
            self.query.push(format!("{}={}", encode_path(&name), joined(style, &values)));
        }
        Ok(self)
    }

    /// Adds a header, if there is a value.
    pub(super) fn header<T: ::serde::Serialize>(mut self, name: &'static str, style: Style, value: &T) -> Written<Self> {
        header(&mut self.headers, name, style, value)?;
        Ok(self)
    }

    /// Adds a cookie, if there is a value.
    pub(super) fn cookie<T: ::serde::Serialize>(mut self, name: &str, style: Style, value: &T) -> Written<Self> {
        cookie(&mut self.headers, name, style, value)?;
        Ok(self)
    }

    /// Asks for a media type.
    pub(super) fn accept(mut self, media_type: &'static str) -> Self {
        self.headers.insert(
            ::reqwest::header::ACCEPT,
            ::reqwest::header::HeaderValue::from_static(media_type),
        );
        self
    }

    /// Sets a JSON body, if there is one: a body that was not given is no body, not the text `null`.
    pub(super) fn json<T: ::serde::Serialize>(
        self,
        media_type: &'static str,
        body: ::std::option::Option<&T>,
    ) -> Written<Self> {
        let Some(body) = body else { return Ok(self) };
        let text = ::serde_json::to_vec(body).map_err(|error| format!("body: {error}"))?;
        Ok(self.bytes(Some(text.into()), Some(media_type)))
    }

    /// Sets a URL-encoded form, if there is one; lists repeat their name.
    pub(super) fn form<T: ::serde::Serialize>(self, body: ::std::option::Option<&T>) -> Written<Self> {
        let Some(body) = body else { return Ok(self) };
        Ok(Self {
            builder: self.builder.form(&form(body)?),
            ..self
        })
    }

    /// Sets a body of bytes, if there is one, and its content type unless that is an argument of the call.
    pub(super) fn bytes(
        mut self,
        body: ::std::option::Option<::reqwest::Body>,
        media_type: ::std::option::Option<&'static str>,
    ) -> Self {
        let Some(body) = body else { return self };
        if let Some(media_type) = media_type {
            self.headers.insert(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static(media_type),
            );
        }
        Self {
            builder: self.builder.body(body),
            ..self
        }
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// When the URL is none.
    pub(super) fn build(self) -> Written<::reqwest::Request> {
        let request = self.builder.headers(self.headers).build();
        let mut request = request.map_err(|error| error.to_string())?;
        if !self.query.is_empty() {
            let given = request.url().query().map(::std::borrow::ToOwned::to_owned);
            let all: ::std::vec::Vec<_> = given.into_iter().chain(self.query).collect();
            request.url_mut().set_query(Some(&all.join("&")));
        }
        Ok(request)
    }
}
