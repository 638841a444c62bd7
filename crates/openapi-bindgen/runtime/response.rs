/// What a call gives that succeeded: the value, with the status and the headers that it came with. It can be used as the
/// value itself.
#[derive(Clone, Debug)]
pub struct Response<T> {
    status: ::reqwest::StatusCode,
    headers: ::reqwest::header::HeaderMap,
    value: T,
}

impl<T> Response<T> {
    /// A response of these parts.
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

    /// The value alone.
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
