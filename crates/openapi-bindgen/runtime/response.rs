/// The answer to a successful call: the value, with the status and the headers. It dereferences to the value.
#[derive(Clone, Debug)]
pub struct Response<T> {
    status: ::reqwest::StatusCode,
    headers: ::reqwest::header::HeaderMap,
    value: T,
}

impl<T> Response<T> {
    /// Creates a response from its parts.
    pub fn new(status: ::reqwest::StatusCode, headers: ::reqwest::header::HeaderMap, value: T) -> Self {
        Self { status, headers, value }
    }

    /// The status: one of 200 to 299.
    pub fn status(&self) -> ::reqwest::StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &::reqwest::header::HeaderMap {
        &self.headers
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> ::std::ops::Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> ::std::ops::DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}
