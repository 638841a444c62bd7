//! What the bindings are to be woven into: the module they live in and the hand-written types they use.

/// The surroundings of the generated code.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The module that includes the generated code, as an absolute path: `crate::generated`.
    pub module: String,
    /// The hand-written transport that every client carries. Without one, requests go straight to the `reqwest::Client` that
    /// the caller gives, and the generated code has an error type of its own: `runtime::Error`.
    pub transport: Option<Transport>,
    /// Components for which a hand-written type stands: the name of the schema, and the path of the type.
    pub replacements: Vec<(String, String)>,
    /// What the names of the extension members begin with that say more of an operation than OpenAPI can: with `x-`, an
    /// operation is marked with `x-idempotent`, `x-billable`, `x-batch`, `x-pagination` and `x-command`.
    pub marker_prefix: String,
    /// Header parameters that hold the credential, in lower case: the transport sends them, not the caller.
    pub credential_headers: Vec<String>,
    /// Whether an operation or a schema that cannot be generated is an error; otherwise it is left out, with a record,
    /// and everything else is generated.
    pub strict: bool,
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
            replacements: Vec::new(),
            marker_prefix: "x-".to_owned(),
            credential_headers: Vec::new(),
            strict: false,
            lossless: true,
            schemars: false,
        }
    }
}

/// A hand-written transport. It is called with a row of the table of operations and a request, and gives an answer that is a
/// success, which has been read. `again` makes the request once more, for a transport that sends it again; it gives `None` when
/// the body was a stream, which is gone:
///
/// ```text
/// impl Transport {
///     fn call(
///         self,
///         operation: &'static Operation,
///         request: reqwest::Request,
///         again: impl FnMut() -> Option<reqwest::Request> + Send + 'static,
///     ) -> Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;
/// }
/// impl Transport { fn unfit(&self, operation: &'static Operation, what: &str, misfit: Misfit, item: String) -> Error }
/// impl Answer { async fn json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> }
/// impl Answer { async fn read<T>(self, decode: impl Fn(&bytes::Bytes) -> Result<T, Misfit>) -> Result<Response<T>, Error> }
/// impl Answer { async fn bytes(self) -> Result<Response<bytes::Bytes>, Error> }
/// impl Answer { async fn empty(self) -> Result<Response<()>, Error> }
/// impl Error  { fn invalid_request(operation: &'static str, reason: String) -> Error }
/// impl Error  { fn inconsistent(operation: &'static str, what: String) -> Error }
/// ```
///
/// `Operation`, `Misfit` and `Response` are generated, in `operations` and `runtime`. A body without bytes is `null` for `json`
/// and `read`. `unfit` makes the error for an item of a page that does not fit its type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transport {
    /// The path of its type.
    pub path: String,
    /// The path of the error type of all operations.
    pub error: String,
    /// The path of the type of its answers.
    pub answer: String,
}

impl Transport {
    /// The transport with this path, whose calls end in this error or in this answer.
    pub fn new(path: impl Into<String>, error: impl Into<String>, answer: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            error: error.into(),
            answer: answer.into(),
        }
    }
}
