/// Sends a JSON body only when there is one: a body that was not given is no body, not the text `null`.
pub trait OptionalBody {
    /// Sets the body, if any, and with it the content type.
    fn optional_json<T: ::serde::Serialize>(self, body: &::std::option::Option<T>) -> Self;
}

impl OptionalBody for ::reqwest::RequestBuilder {
    fn optional_json<T: ::serde::Serialize>(self, body: &::std::option::Option<T>) -> Self {
        match body {
            Some(body) => self.json(body),
            None => self,
        }
    }
}
