//! The module that the bindings are in, and the hand-written types that they use.

/// The settings of the generator.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The module that includes the generated code, as an absolute path, such as `crate::generated`.
    pub module: String,
    /// The hand-written transport of the client. Without one, the generated client sends requests with the
    /// `reqwest::Client` that the caller gives, and has its own error type, `runtime::Error`.
    pub transport: Option<Transport>,
    /// Components that are replaced by hand-written types: the name of the schema, and the path of the type.
    pub replacements: Vec<(String, String)>,
    /// The prefix of the markers, the extension members that say what OpenAPI cannot. With the prefix `x-`,
    /// they are `x-arguments`, `x-batch`, `x-billable`, `x-command`, `x-idempotent`, `x-pagination` and
    /// `x-type`. With a longer prefix and [`strict`](Self::strict), any other name that begins with it is an
    /// error, and so is a type that is neither a replacement nor a component: they are misspelled.
    pub marker_prefix: String,
    /// The header parameters with the credential, in lower case. The transport sends them, not the caller.
    pub credential_headers: Vec<String>,
    /// Whether an operation or a schema that cannot be generated is an error. Otherwise it is left out and
    /// recorded, and everything else is generated.
    pub strict: bool,
    /// Whether every value that is valid under a JSON Schema comes back from its type as it was. An absent
    /// member stays absent, whatever its default; an absent list is not an empty list; and a string stays a
    /// string, whatever its format and pattern, which are annotations or are checked elsewhere. Otherwise
    /// types are made convenient for one known service: defaults are filled in, absent lists are empty, and
    /// formats and lengths are checked.
    pub lossless: bool,
    /// Whether types derive `schemars::JsonSchema` if the feature `schemars` of the surrounding crate is on.
    pub schemars: bool,
}

impl Settings {
    /// The settings for code that is included in the module `module` of a crate, such as `crate::generated`.
    /// Anything that cannot be generated is an error, and types are convenient for one known service.
    pub fn within(module: impl Into<String>) -> Self {
        Self {
            module: module.into(),
            strict: true,
            lossless: false,
            ..Self::standalone()
        }
    }

    /// The settings for code that is the root of a separate crate and depends only on published crates
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

/// A hand-written transport. It is called with an operation of the table and a request, and returns an answer
/// that is a success and has been read. `again` builds the request once more, for a transport that retries;
/// it returns `None` if the body was a stream, which can be sent only once:
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
/// `Operation`, `Misfit` and `Response` are generated, in `operations` and `runtime`. An empty body is `null`
/// for `json` and `read`. `unfit` makes the error for an item of a page that does not fit its type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transport {
    /// The path of the transport's type.
    pub path: String,
    /// The path of the error type of all operations.
    pub error: String,
    /// The path of the type of its answers.
    pub answer: String,
}

impl Transport {
    /// Creates the settings for the transport with this path, whose calls return this error or this answer.
    pub fn new(path: impl Into<String>, error: impl Into<String>, answer: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            error: error.into(),
            answer: answer.into(),
        }
    }
}
