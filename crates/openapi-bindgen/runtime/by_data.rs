/// The arguments of a call by data: values by the names of
/// [`parameters`](super::operations::Operation::parameters).
#[derive(Clone, Debug, Default)]
pub struct Arguments(
    ::std::vec::Vec<(::std::option::Option<Place>, ::std::string::String, ::serde_json::Value)>,
);

impl Arguments {
    /// Creates an empty set of arguments.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value for the parameter, or the member of the body, with this name. A whole body is called
    /// `body`; a body of bytes is given as a string.
    pub fn set(
        mut self,
        name: impl ::std::convert::Into<::std::string::String>,
        value: impl ::std::convert::Into<::serde_json::Value>,
    ) -> Self {
        self.0.push((None, name.into(), value.into()));
        self
    }

    /// Like [`set`](Self::set), for one of several parameters with the same name.
    pub fn set_in(
        mut self,
        place: Place,
        name: impl ::std::convert::Into<::std::string::String>,
        value: impl ::std::convert::Into<::serde_json::Value>,
    ) -> Self {
        self.0.push((Some(place), name.into(), value.into()));
        self
    }
}

impl ::std::iter::FromIterator<(::std::string::String, ::serde_json::Value)> for Arguments {
    fn from_iter<I>(values: I) -> Self
    where
        I: ::std::iter::IntoIterator<Item = (::std::string::String, ::serde_json::Value)>,
    {
        Self(values.into_iter().map(|(name, value)| (None, name, value)).collect())
    }
}

impl Client {
    /// Calls an operation by data, as a command line or a proxy does. An unknown argument and a missing
    /// required one are errors before anything is sent.
    pub fn request(&self, operation: &'static Operation, arguments: Arguments) -> Request {
        let mut call = Call::new(self, operation);
        let mut raw = None;
        let mut given = ::std::vec::Vec::new();
        for (place, name, value) in arguments.0 {
            let found = operation.parameters.iter().position(|parameter| {
                parameter.name == name && place.is_none_or(|place| place == parameter.place)
            });
            let Some(index) = found else {
                let names: ::std::vec::Vec<_> =
                    operation.parameters.iter().map(|parameter| parameter.name).collect();
                call = call.refuse(format!("there is no argument {name:?}; the arguments are {}", names.join(", ")));
                continue;
            };
            given.push(index);
            let is_raw = operation.body.is_some_and(|body| body.kind == BodyKind::Raw);
            call = match value {
                ::serde_json::Value::String(text) if is_raw && operation.parameters[index].place == Place::Body => {
                    raw = Some(text.into_bytes());
                    call
                }
                ::serde_json::Value::Null if operation.parameters[index].place == Place::Member => call.null(index),
                value => call.set(index, &value),
            };
        }
        for (index, parameter) in operation.parameters.iter().enumerate() {
            if parameter.required && !given.contains(&index) {
                call = call.refuse(format!("{}: required, but missing", parameter.name));
            }
        }
        Request { call, raw }
    }
}

/// A call by data, created by [`Client::request`]. Awaiting it sends the request.
#[must_use = "nothing is sent until it is awaited"]
#[derive(Clone, Debug)]
pub struct Request {
    call: Call,
    raw: ::std::option::Option<::std::vec::Vec<u8>>,
}

impl Request {
    /// Sets the time limit of this request, which replaces the client's.
    pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
        Self { call: self.call.timeout(timeout), ..self }
    }

    /// Adds a header that is not in the document. It replaces an earlier value of the same header.
    pub fn header(
        self,
        name: impl ::std::convert::AsRef<str>,
        value: impl ::std::convert::AsRef<str>,
    ) -> Self {
        Self { call: self.call.header(name.as_ref(), value.as_ref()), ..self }
    }

    /// Sends the request, and returns the value with the status and headers of the answer. A success without
    /// a body is null.
    ///
    /// # Errors
    ///
    /// When an argument cannot be sent, when there is no answer, or when the answer is not a success or
    /// cannot be read. Also, before anything is sent, when the success is bytes; use
    /// [`send_bytes`](Self::send_bytes) then.
    pub async fn send(self) -> ::std::result::Result<Response<::serde_json::Value>, Error> {
        let operation = self.call.operation;
        match operation.success {
            Success::Json => self.send_as().await,
            Success::Empty => {
                let answer = self.answer().await?.empty().await?;
                let (status, headers) = (answer.status(), answer.headers().clone());
                Ok(Response::new(status, headers, ::serde_json::Value::Null))
            }
            Success::Bytes => {
                let reason = "the answer is bytes; send the call with `send_bytes`";
                Err(Error::invalid_request(operation.id, reason.to_owned()))
            }
        }
    }

    /// Sends the request, and reads the answer as a type.
    ///
    /// # Errors
    ///
    /// The same as for [`send`](Self::send).
    pub async fn send_as<T: ::serde::de::DeserializeOwned>(self) -> ::std::result::Result<Response<T>, Error> {
        self.answer().await?.json().await
    }

    /// Sends the request, and returns the body of the answer as it came.
    ///
    /// # Errors
    ///
    /// The same as for [`send`](Self::send).
    pub async fn send_bytes(self) -> ::std::result::Result<Response<Body>, Error> {
        self.answer().await?.bytes().await
    }

    /// Streams the items of all pages. Pages are requested as their items are read, in the maximum size
    /// unless a size is given.
    pub fn stream_as<T: ::serde::de::DeserializeOwned + Send + 'static>(self) -> Items<T> {
        Items::new(self.call)
    }

    async fn answer(self) -> ::std::result::Result<Answer, Error> {
        self.call.send(self.raw.map(::std::convert::Into::into)).await
    }
}

impl ::std::future::IntoFuture for Request {
    type Output = ::std::result::Result<::serde_json::Value, Error>;
    type IntoFuture = Sending<::serde_json::Value>;

    fn into_future(self) -> Self::IntoFuture {
        ::std::boxed::Box::pin(async move { Ok(self.send().await?.into_inner()) })
    }
}
