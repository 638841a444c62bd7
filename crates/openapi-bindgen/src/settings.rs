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
    /// What the names of the extension members begin with that say more of an operation than OpenAPI can: with `x-`, an
    /// operation is marked with `x-idempotent`, `x-billable`, `x-batch` and `x-pagination`.
    pub marker_prefix: String,
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
    /// For code that is included in the module `module` of a crate, such as `crate::generated`. Anything that cannot be
    /// generated is an error, and types are as handy as they can be for one service that is known.
    pub fn within(module: impl Into<String>) -> Self {
        Self {
            module: module.into(),
            strict: true,
            operation_table: true,
            lossless: false,
            ..Self::standalone()
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
            marker_prefix: "x-".to_owned(),
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
