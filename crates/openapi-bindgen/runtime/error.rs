/// The error of a call.
///
/// `Display` writes one line that makes sense on its own. Before a request that changes something is sent
/// again, check [`may_have_run`](Self::may_have_run).
pub struct Error(::std::boxed::Box<Failure>);

struct Failure {
    kind: ErrorKind,
    operation: &'static str,
    what: ::std::string::String,
    may_have_run: bool,
    status: ::std::option::Option<::reqwest::StatusCode>,
    headers: ::reqwest::header::HeaderMap,
    body: ::std::vec::Vec<u8>,
    json_path: ::std::option::Option<::std::string::String>,
    source: ::std::option::Option<::std::boxed::Box<dyn ::std::error::Error + Send + Sync>>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request could not be built, because an argument is missing or not valid. Nothing was sent.
    InvalidRequest,
    /// There was no connection, no answer in time, or the connection broke.
    Connection,
    /// The status of the answer is not a success.
    Status,
    /// The answer is a success, but its body does not match the document.
    Decode,
    /// The answer is a success, but its body is larger than [`BODY_LIMIT`].
    TooLarge,
    /// The answers contradict each other, such as a list whose pages do not end.
    Inconsistent,
}

/// The maximum size of an excerpt, in bytes.
const EXCERPT_LIMIT: usize = 2 * 1024;

impl Error {
    fn new(kind: ErrorKind, operation: &'static str, what: ::std::string::String) -> Self {
        Self(::std::boxed::Box::new(Failure {
            kind,
            operation,
            what,
            may_have_run: false,
            status: None,
            headers: ::reqwest::header::HeaderMap::new(),
            body: ::std::vec::Vec::new(),
            json_path: None,
            source: None,
        }))
    }

    pub(super) fn invalid_request(operation: &'static str, reason: ::std::string::String) -> Self {
        Self::new(ErrorKind::InvalidRequest, operation, reason)
    }

    fn lost(
        operation: &'static str,
        may_have_run: bool,
        status: ::std::option::Option<::reqwest::StatusCode>,
        mut error: ::reqwest::Error,
    ) -> Self {
        // Queries can contain what somebody searched for, and errors are printed in many places.
        if let Some(url) = error.url_mut() {
            url.set_query(None);
        }
        let what = match &error {
            error if error.is_builder() => "the request cannot be sent",
            error if error.is_connect() => "no connection",
            error if error.is_timeout() => "no answer in time",
            _ => "the connection broke",
        };
        let mut cause: &dyn ::std::error::Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let mut this = Self::new(ErrorKind::Connection, operation, format!("{what} ({cause})"));
        this.0.may_have_run = may_have_run && !error.is_builder() && !error.is_connect();
        this.0.status = status;
        this.0.source = Some(::std::boxed::Box::new(error));
        this
    }

    fn refused(operation: &'static str, status: ::reqwest::StatusCode, body: ::std::vec::Vec<u8>) -> Self {
        let mut this = Self::new(ErrorKind::Status, operation, format!("the answer has the status {status}"));
        this.0.body = body;
        this
    }

    fn inconsistent(operation: &'static str, what: ::std::string::String) -> Self {
        Self::new(ErrorKind::Inconsistent, operation, what)
    }

    fn too_large(operation: &'static str, body: ::std::vec::Vec<u8>) -> Self {
        let what = format!("the answer has more than {BODY_LIMIT} bytes");
        let mut this = Self::new(ErrorKind::TooLarge, operation, what);
        this.0.body = beginning(body);
        this
    }

    fn misfit(
        operation: &'static str,
        what: &str,
        misfit: Misfit,
        body: ::std::vec::Vec<u8>,
    ) -> Self {
        let Misfit { path, error } = misfit;
        let what = format!("{what}: {error} at `{path}`");
        let mut this = Self::new(ErrorKind::Decode, operation, what);
        this.0.json_path = Some(path);
        this.0.body = beginning(body);
        this.0.source = Some(::std::boxed::Box::new(error));
        this
    }

    fn with_answer(
        mut self,
        status: ::reqwest::StatusCode,
        headers: ::reqwest::header::HeaderMap,
        may_have_run: bool,
    ) -> Self {
        self.0.status = Some(status);
        self.0.headers = headers;
        self.0.may_have_run = may_have_run;
        self
    }

    /// What happened.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the method that was called.
    pub fn operation(&self) -> &str {
        self.0.operation
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> ::std::option::Option<::reqwest::StatusCode> {
        self.0.status
    }

    /// The headers of the answer; empty if there was no answer.
    pub fn headers(&self) -> &::reqwest::header::HeaderMap {
        &self.0.headers
    }

    /// Whether the work may have been done despite the error. True if a request whose method is not
    /// idempotent (`POST`, `PATCH`) was sent, and no answer says that it was refused.
    pub fn may_have_run(&self) -> bool {
        self.0.may_have_run
    }

    /// Whether there was no connection or no answer in time.
    pub fn is_timeout(&self) -> bool {
        let source = self.0.source.as_deref();
        source.is_some_and(|source| source.downcast_ref::<::reqwest::Error>().is_some_and(::reqwest::Error::is_timeout))
    }

    /// The body of an answer that is not a success, at most 1 MiB. For a success that could not be read, the
    /// beginning of its body.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Reads the body of an answer that is not a success as one of the document's types, or as a
    /// `serde_json::Value`.
    ///
    /// # Errors
    ///
    /// When the body is not JSON, or does not fit the type.
    pub fn json<T: ::serde::de::DeserializeOwned>(&self) -> ::serde_json::Result<T> {
        ::serde_json::from_slice(&self.0.body)
    }

    /// The beginning of the body as text, at most 2 KiB. Bytes that are not UTF-8 are replaced.
    pub fn excerpt(&self) -> ::std::string::String {
        let head = &self.0.body[..self.0.body.len().min(EXCERPT_LIMIT)];
        let mut text = ::std::string::String::from_utf8_lossy(head).into_owned();
        // A replacement is longer than what it replaces.
        let mut end = text.len().min(EXCERPT_LIMIT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text
    }

    /// The place in the JSON of the answer where a value did not fit, such as `items[3].email`.
    pub fn json_path(&self) -> ::std::option::Option<&str> {
        self.0.json_path.as_deref()
    }
}

/// The part of a body that is kept for an excerpt.
fn beginning(mut body: ::std::vec::Vec<u8>) -> ::std::vec::Vec<u8> {
    body.truncate(EXCERPT_LIMIT);
    body.shrink_to_fit();
    body
}

/// Writes one line: the operation, what happened, and the beginning of the body.
impl ::std::fmt::Display for Error {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        let Failure { operation, what, may_have_run, .. } = &*self.0;
        let mut line = format!("{operation}: {what}");
        let excerpt: ::std::string::String = self.excerpt().chars().take(300).collect();
        if !excerpt.trim().is_empty() {
            line.push_str(": ");
            line.push_str(excerpt.trim());
        }
        if *may_have_run {
            line.push_str("; it may have been done anyway; check before you send it again");
        }
        f.write_str(&line.replace(char::is_control, " "))
    }
}

/// The same as `Display`, because `main` prints it for an error that it returns. `{:#?}` shows the parts.
impl ::std::fmt::Debug for Error {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        if !f.alternate() {
            return ::std::fmt::Display::fmt(self, f);
        }
        let Failure { kind, operation, what, may_have_run, status, headers, json_path, source, .. } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("operation", operation)
            .field("what", what)
            .field("may_have_run", may_have_run)
            .field("status", status)
            .field("headers", headers)
            .field("json_path", json_path)
            .field("excerpt", &self.excerpt())
            .field("source", source)
            .finish()
    }
}

impl ::std::error::Error for Error {
    fn source(&self) -> ::std::option::Option<&(dyn ::std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
