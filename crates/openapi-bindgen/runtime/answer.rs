/// The maximum size of a body that is read as a whole, in bytes after decompression. A larger body is an
/// error.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// How much of the body of an answer that is not a success is kept, in bytes.
const ERROR_BODY_LIMIT: usize = 1024 * 1024;

/// Sends the request of an operation, once.
///
/// # Errors
///
/// When there is no answer, or it is not a success.
fn send(
    client: &Client,
    operation: &'static Operation,
    request: ::reqwest::Request,
    _: impl FnMut() -> ::std::option::Option<::reqwest::Request> + Send + 'static,
) -> Sending<Answer> {
    let client = client.client.clone();
    ::std::boxed::Box::pin(async move {
        if ::tokio::runtime::Handle::try_current().is_err() {
            let reason = "no tokio runtime is running, so nothing was sent; make the call inside one";
            return Err(Error::invalid_request(operation.id, reason.to_owned()));
        }
        Answer::to(operation, &client, request).await
    })
}

/// The error for an item of a page that does not fit its type.
fn unfit(
    _: &Client,
    operation: &'static Operation,
    what: &str,
    misfit: Misfit,
    item: ::std::string::String,
) -> Error {
    Error::misfit(operation.id, what, misfit, item.into_bytes())
}

/// An answer that is a success, before its body is read.
pub(super) struct Answer {
    operation: &'static str,
    may_have_run: bool,
    response: ::reqwest::Response,
}

impl Answer {
    /// Sends the request of an operation.
    ///
    /// # Errors
    ///
    /// When there is no answer, or it is not a success.
    async fn to(
        operation: &'static Operation,
        client: &::reqwest::Client,
        request: ::reqwest::Request,
    ) -> ::std::result::Result<Self, Error> {
        let may_have_run = !operation.idempotent;
        let operation = operation.id;
        let response = client
            .execute(request)
            .await
            .map_err(|error| Error::lost(operation, may_have_run, None, error))?;
        let answer = Self { operation, may_have_run, response };
        if answer.response.status().is_success() {
            Ok(answer)
        } else {
            Err(answer.refusal().await)
        }
    }

    /// Reads a JSON body. An empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// When the body is too large, breaks off, or does not fit the type.
    pub(super) async fn json<T: ::serde::de::DeserializeOwned>(self) -> ::std::result::Result<Response<T>, Error> {
        self.read(|json| decode(json)).await
    }

    /// Reads a JSON body with a function. An empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// When the body is too large, breaks off, or does not fit.
    async fn read<T>(
        mut self,
        decode: impl Fn(&::bytes::Bytes) -> ::std::result::Result<T, Misfit>,
    ) -> ::std::result::Result<Response<T>, Error> {
        let mut body = ::std::vec::Vec::new();
        loop {
            match self.response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if body.len() + chunk.len() <= BODY_LIMIT => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(self.fails(Error::too_large(self.operation, body))),
                Err(error) => {
                    let status = Some(self.response.status());
                    let error = Error::lost(self.operation, self.may_have_run, status, error);
                    return Err(self.fails(error));
                }
            }
        }
        let text = if body.is_empty() { ::bytes::Bytes::from_static(b"null") } else { body.into() };
        match decode(&text) {
            Ok(value) => Ok(self.with(value)),
            Err(misfit) => {
                let what = "the answer does not match the API document";
                Err(self.fails(Error::misfit(self.operation, what, misfit, text.into())))
            }
        }
    }

    /// Leaves the body for the caller to read.
    ///
    /// # Errors
    ///
    /// Never.
    pub(super) async fn bytes(self) -> ::std::result::Result<Response<ByteStream>, Error> {
        let (status, headers) = (self.response.status(), self.response.headers().clone());
        Ok(Response::new(status, headers, ByteStream(self)))
    }

    /// Ignores the body.
    ///
    /// # Errors
    ///
    /// Never.
    pub(super) async fn empty(self) -> ::std::result::Result<Response<()>, Error> {
        Ok(self.with(()))
    }

    fn with<T>(mut self, value: T) -> Response<T> {
        let headers = ::std::mem::take(self.response.headers_mut());
        Response::new(self.response.status(), headers, value)
    }

    /// An error about this answer. The answer is a success, so the work may be done.
    fn fails(&self, error: Error) -> Error {
        error.with_answer(self.response.status(), self.response.headers().clone(), self.may_have_run)
    }

    async fn refusal(mut self) -> Error {
        let mut body = ::std::vec::Vec::new();
        // The beginning of an error body is useful even if the rest was cut off.
        while let Ok(Some(chunk)) = self.response.chunk().await {
            let room = ERROR_BODY_LIMIT - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == ERROR_BODY_LIMIT {
                break;
            }
        }
        let status = self.response.status();
        Error::refused(self.operation, status, body).with_answer(
            status,
            self.response.headers().clone(),
            self.may_have_run && !is_refusal(status.as_u16()),
        )
    }
}

/// A body that is read as it comes. It has no limit.
pub struct ByteStream(Answer);

impl ByteStream {
    /// Returns the next part of the body, or `None` at its end.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or the body cannot be decompressed.
    pub async fn chunk(&mut self) -> ::std::result::Result<::std::option::Option<::bytes::Bytes>, Error> {
        let Answer { operation, may_have_run, response } = &mut self.0;
        let chunk = response.chunk().await;
        chunk.map_err(|error| Error::lost(operation, *may_have_run, Some(response.status()), error))
    }

    /// Returns the answer as a `reqwest::Response`, for example to use its `bytes_stream`.
    pub fn into_inner(self) -> ::reqwest::Response {
        self.0.response
    }
}

impl ::std::fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("ByteStream").finish_non_exhaustive()
    }
}
