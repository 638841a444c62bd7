//! What the bindings are to be woven into: the module they live in and the hand-written types they use.

/// The surroundings of the generated code.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The module that includes the generated code, as an absolute path: `crate::generated`.
    pub module: String,
    /// The transport's type, which every client carries and `ClientHooks` is implemented with. Without one, requests go
    /// straight to the `reqwest::Client` that the caller gives.
    pub transport: Option<String>,
    /// The one error type of all operations. It must have
    /// `async fn from_response(reqwest::Response) -> Result<ResponseValue<Self>, Error<Self>>`. Without one, the generated
    /// code has its own: `runtime::ErrorBody`.
    pub error_body: Option<String>,
    /// Components for which a hand-written type stands: the name of the schema, and the path of the type.
    pub replacements: Vec<(String, String)>,
    /// Header parameters that hold the credential, in lower case: the transport sends them, not the caller.
    pub credential_headers: Vec<String>,
    /// Whether an operation or a schema that cannot be generated is an error; otherwise it is left out, with a record,
    /// and everything else is generated.
    pub strict: bool,
    /// Whether the code has the table of operations, `operations::ALL`.
    pub operation_table: bool,
    /// Whether a type gives every value that is valid under its JSON Schema back as it came: a member that is absent stays
    /// absent, whatever its default; a list that is absent is not an empty one; a text is a text, whatever its format and
    /// pattern, which are annotations or checked by others. Otherwise types are handier, as they can be for one service that
    /// is known: defaults are filled in, absent lists are empty, formats and lengths are checked.
    pub lossless: bool,
    /// Whether types derive `schemars::JsonSchema` behind the feature `schemars` of the surrounding crate.
    pub schemars: bool,
}

impl Settings {
    /// The settings of the `databar-api` package. Nothing may be left out.
    pub fn databar() -> Self {
        Self {
            module: "crate::generated".to_owned(),
            transport: Some("crate::Transport".to_owned()),
            error_body: Some("crate::ErrorBody".to_owned()),
            replacements: vec![("TableRow".to_owned(), "crate::TableRow".to_owned())],
            credential_headers: vec!["x-apikey".to_owned()],
            strict: true,
            operation_table: true,
            lossless: false,
            schemars: true,
        }
    }

    /// For code that is the root of a crate of its own and leans on nothing but published crates
    /// ([`Generated::crates`](crate::Generated::crates)). What cannot be generated is left out.
    pub fn standalone() -> Self {
        Self {
            module: "crate".to_owned(),
            transport: None,
            error_body: None,
            replacements: Vec::new(),
            credential_headers: Vec::new(),
            strict: false,
            operation_table: false,
            lossless: true,
            schemars: false,
        }
    }

    pub(crate) fn error_body(&self) -> String {
        match &self.error_body {
            Some(path) => path.clone(),
            None => format!("{}::runtime::ErrorBody", self.module),
        }
    }
}
