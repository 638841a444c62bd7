//! What the bindings are to be woven into: the module they live in and the hand-written types they use.

/// The surroundings of the generated code.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The module that includes the generated code, as an absolute path: `crate::generated`.
    pub module: String,
    /// The transport's type, which every client carries and `ClientHooks` is implemented with.
    pub transport: String,
    /// The one error type of all operations. It must have
    /// `async fn from_response(reqwest::Response) -> Result<ResponseValue<Self>, Error<Self>>`.
    pub error_body: String,
    /// Components for which a hand-written type stands: the name of the schema, and the path of the type.
    pub replacements: Vec<(String, String)>,
    /// Header parameters that hold the credential, in lower case: the transport sends them, not the caller.
    pub credential_headers: Vec<String>,
}

impl Settings {
    /// The settings of the `databar-api` package.
    pub fn databar() -> Self {
        Self {
            module: "crate::generated".to_owned(),
            transport: "crate::Transport".to_owned(),
            error_body: "crate::ErrorBody".to_owned(),
            replacements: vec![("TableRow".to_owned(), "crate::TableRow".to_owned())],
            credential_headers: vec!["x-apikey".to_owned()],
        }
    }
}
