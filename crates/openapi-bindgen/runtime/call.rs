/// The future of a call.
pub type Sending<T> =
    ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = ::std::result::Result<T, Error>> + Send>>;

/// A call that is being built, with its arguments so far as text. The first problem is kept, and sending the
/// call fails with it.
#[derive(Clone)]
pub(super) struct Call {
    client: Client,
    operation: &'static Operation,
    /// The parameters, each with its index in the operation and its texts for the path, the query, a header
    /// or the cookies.
    written: ::std::vec::Vec<(usize, ::std::vec::Vec<::std::string::String>)>,
    /// Additional headers.
    headers: ::reqwest::header::HeaderMap,
    body: Content,
    timeout: ::std::option::Option<::std::time::Duration>,
    problem: ::std::option::Option<::std::string::String>,
}

/// The body so far.
#[derive(Clone)]
enum Content {
    /// Members with their JSON texts. Each name occurs once.
    Members(::std::vec::Vec<(::std::string::String, ::std::vec::Vec<u8>)>),
    /// A whole body as JSON text.
    Whole(::bytes::Bytes),
}

impl Call {
    pub(super) fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            written: ::std::vec::Vec::new(),
            headers: ::reqwest::header::HeaderMap::new(),
            body: Content::Members(::std::vec::Vec::new()),
            timeout: None,
            problem: None,
        }
    }

    /// Sets the parameter at this index of the operation. It replaces an earlier value.
    pub(super) fn set<T: ::serde::Serialize>(self, index: usize, value: &T) -> Self {
        let parameter = &self.operation.parameters[index];
        match parameter.place {
            Place::Member if !parameter.is_limited() => match ::serde_json::to_vec(value) {
                Ok(text) if parameter.ty == "object" && text.first() != Some(&b'{') => {
                    self.refuse(format!("{}: must be an object, with a member for each name", parameter.name))
                }
                Ok(text) => self.member(parameter.name.to_owned(), text),
                Err(error) => self.refuse(format!("{}: {error}", parameter.name)),
            },
            Place::Body => self.whole(value),
            _ => match ::serde_json::to_value(value) {
                Ok(value) => match parameter.broken_by(&value) {
                    Some(problem) => self.refuse(problem),
                    None if parameter.place == Place::Member => {
                        self.member(parameter.name.to_owned(), value.to_string().into_bytes())
                    }
                    None => self.write(index, value),
                },
                Err(error) => self.refuse(format!("{}: {error}", parameter.name)),
            },
        }
    }

    /// Returns the number that a query parameter is set to.
    pub(super) fn number(&self, index: usize) -> ::std::option::Option<u64> {
        let (_, texts) = self.written.iter().find(|(other, _)| *other == index)?;
        texts.first()?.split_once('=')?.1.parse().ok()
    }

    /// Sets the member at this index of the operation to null.
    pub(super) fn null(self, index: usize) -> Self {
        let name = self.operation.parameters[index].name.to_owned();
        self.member(name, b"null".to_vec())
    }

    /// Adds members that the operation does not define.
    pub(super) fn further<T: ::serde::Serialize>(
        mut self,
        members: impl ::std::iter::IntoIterator<Item = (::std::string::String, T)>,
    ) -> Self {
        for (name, value) in members {
            self = match ::serde_json::to_vec(&value) {
                Ok(text) => self.member(name, text),
                Err(error) => self.refuse(format!("{name}: {error}")),
            };
        }
        self
    }

    /// Sets the whole body. Members that are set later replace those in it.
    pub(super) fn whole<T: ::serde::Serialize>(mut self, body: &T) -> Self {
        let text = match ::serde_json::to_vec(body) {
            Ok(text) => text,
            Err(error) => return self.refuse(format!("body: {error}")),
        };
        if let Some(problem) = self.broken_by(&text) {
            return self.refuse(problem);
        }
        self.body = Content::Whole(text.into());
        self
    }

    /// Returns what in a whole body exceeds the limits.
    fn broken_by(&self, body: &[u8]) -> ::std::option::Option<::std::string::String> {
        let of_body = |parameter: &&Parameter| matches!(parameter.place, Place::Body | Place::Member);
        let mut limited = self.operation.parameters.iter().filter(of_body).filter(|parameter| parameter.is_limited());
        // Without limits, the body need not be read.
        limited.clone().next()?;
        let body: ::serde_json::Value = ::serde_json::from_slice(body).ok()?;
        limited.find_map(|parameter| match parameter.place {
            Place::Member => parameter.broken_by(body.get(parameter.name)?),
            _ => parameter.broken_by(&body),
        })
    }

    /// Sets the time limit of the call.
    pub(super) fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Adds a header to the request.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        let name_of = ::reqwest::header::HeaderName::try_from(name);
        let value_of = ::reqwest::header::HeaderValue::try_from(value);
        match (name_of, value_of) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
                self
            }
            (Err(_), _) => self.refuse(format!("{name:?} is not a valid header name")),
            (_, Err(_)) => self.refuse(format!("the value of the header {name} is not valid in a header")),
        }
    }

    /// Keeps the first problem.
    fn refuse(mut self, problem: ::std::string::String) -> Self {
        self.problem.get_or_insert(problem);
        self
    }

    fn member(mut self, name: ::std::string::String, text: ::std::vec::Vec<u8>) -> Self {
        if let Content::Whole(whole) = &self.body {
            type Members<'a> = ::std::collections::BTreeMap<::std::string::String, &'a ::serde_json::value::RawValue>;
            match ::serde_json::from_slice::<Members<'_>>(whole) {
                Ok(members) => {
                    let members = members.into_iter().map(|(name, text)| (name, text.get().into()));
                    self.body = Content::Members(members.collect());
                }
                Err(_) => return self.refuse(format!("{name}: the body is not an object, so it cannot have members")),
            }
        }
        if let Content::Members(members) = &mut self.body {
            match members.iter_mut().find(|(other, _)| *other == name) {
                Some((_, old)) => *old = text,
                None => members.push((name, text)),
            }
        }
        self
    }

    /// Writes a parameter for the path, the query, a header or the cookies.
    fn write(mut self, index: usize, value: ::serde_json::Value) -> Self {
        let Parameter { name, place, style, .. } = self.operation.parameters[index];
        let texts = match place {
            Place::Path => path(name, style, &value).map(|text| ::std::vec![text]),
            Place::Header => header(name, style, &value).map(|text| text.into_iter().collect()),
            Place::Cookie => Ok(cookie(name, style, value)),
            _ => Ok(query(name, style, value)),
        };
        match texts {
            Ok(texts) => {
                // Kept in the order of the document, whatever the order of the calls.
                let at = self.written.partition_point(|(other, _)| *other < index);
                if self.written.get(at).is_some_and(|(other, _)| *other == index) {
                    self.written.remove(at);
                }
                self.written.insert(at, (index, texts));
                self
            }
            Err(problem) => self.refuse(problem),
        }
    }

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// When the request cannot be built, when there is no answer, or when it is not a success.
    pub(super) fn send(mut self, mut raw: ::std::option::Option<::reqwest::Body>) -> Sending<Answer> {
        let operation = self.operation;
        let client = self.client.clone();
        let is_raw = raw.is_some();
        // Built here and not in the future, which would otherwise need room for all its parts.
        match self.request(&mut raw) {
            Ok(request) => send(&client, operation, request, move || {
                // A stream is consumed by the first attempt.
                if is_raw && raw.is_none() { None } else { self.request(&mut raw).ok() }
            }),
            Err(reason) => {
                let error = Error::invalid_request(operation.id, reason);
                ::std::boxed::Box::pin(::std::future::ready(Err(error)))
            }
        }
    }

    /// Builds the request. `raw` is a body of bytes, and is kept for the next attempt if possible.
    fn request(&mut self, raw: &mut ::std::option::Option<::reqwest::Body>) -> Written<::reqwest::Request> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        let operation = self.operation;
        let mut headers = self.headers.clone();
        let (mut path, mut query, mut cookies) = (::std::vec::Vec::new(), ::std::vec::Vec::new(), ::std::vec::Vec::new());
        for (index, texts) in &self.written {
            let parameter = &operation.parameters[*index];
            let texts = texts.iter().map(::std::string::String::as_str);
            match parameter.place {
                Place::Path => path.extend(texts.map(|text| (parameter.name, text))),
                Place::Query => query.extend(texts),
                Place::Cookie => cookies.extend(texts),
                _ => {
                    for text in texts {
                        let name = ::reqwest::header::HeaderName::try_from(parameter.name);
                        let value = ::reqwest::header::HeaderValue::try_from(text);
                        if let (Ok(name), Ok(value)) = (name, value) {
                            headers.insert(name, value);
                        }
                    }
                }
            }
        }
        let url = filled(&self.client.baseurl, operation, &path)?;
        let mut url = ::reqwest::Url::parse(&url).map_err(|error| format!("{url:?} is not a URL: {error}"))?;
        if !query.is_empty() {
            let given = url.query().map(::std::borrow::ToOwned::to_owned);
            let all: ::std::vec::Vec<_> = given.as_deref().into_iter().chain(query).collect();
            url.set_query(Some(&all.join("&")));
        }
        // One header contains all cookies (RFC 6265, section 5.4).
        if !cookies.is_empty() {
            let cookies = ::reqwest::header::HeaderValue::try_from(cookies.join("; "))
                .map_err(|error| format!("a cookie cannot be sent: {error}"))?;
            headers.insert(::reqwest::header::COOKIE, cookies);
        }
        let method = ::reqwest::Method::from_bytes(operation.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut request = ::reqwest::Request::new(method, url);
        if let Some(accept) = operation.accept {
            let accept = ::reqwest::header::HeaderValue::from_static(accept);
            headers.entry(::reqwest::header::ACCEPT).or_insert(accept);
        }
        if let Some(body) = operation.body {
            let text = match body.kind {
                BodyKind::Raw => raw.take(),
                BodyKind::Json => self.body.json(body.required).map(::reqwest::Body::from),
                BodyKind::Form => match self.body.json(body.required) {
                    Some(text) => Some(form(&text)?.into()),
                    None => None,
                },
            };
            if text.is_some()
                && let Some(media_type) = body.media_type
            {
                let media_type = ::reqwest::header::HeaderValue::from_static(media_type);
                headers.entry(::reqwest::header::CONTENT_TYPE).or_insert(media_type);
            }
            *request.body_mut() = text;
            if body.kind == BodyKind::Raw {
                *raw = request.try_clone().and_then(|mut copy| copy.body_mut().take());
            }
        }
        *request.headers_mut() = headers;
        if self.timeout.is_some() {
            // Even an absent timeout takes room in each request.
            *request.timeout_mut() = self.timeout;
        }
        Ok(request)
    }
}

impl Content {
    /// Returns the body as JSON text, which is kept as a whole; `None` if nothing was set and no body is
    /// required.
    fn json(&mut self, is_required: bool) -> ::std::option::Option<::bytes::Bytes> {
        let members = match self {
            Self::Whole(text) => return Some(text.clone()),
            Self::Members(members) if members.is_empty() && !is_required => return None,
            Self::Members(members) => ::std::mem::take(members),
        };
        let length: usize = members.iter().map(|(name, text)| name.len() + text.len() + 8).sum();
        let mut out = ::std::vec::Vec::with_capacity(length + 2);
        out.push(b'{');
        for (index, (name, text)) in members.into_iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(::serde_json::Value::from(name).to_string().as_bytes());
            out.push(b':');
            out.extend_from_slice(&text);
        }
        out.push(b'}');
        let text = ::bytes::Bytes::from(out);
        *self = Self::Whole(text.clone());
        Some(text)
    }
}

/// Returns the address of the operation with these values in its path.
///
/// # Errors
///
/// When one is missing.
fn filled(base: &str, operation: &Operation, values: &[(&str, &str)]) -> Written<::std::string::String> {
    let mut out = ::std::string::String::with_capacity(base.len() + operation.path.len() + 64);
    out.push_str(base);
    let mut rest = operation.path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        // Text outside of parameters is kept as it is.
        let found = operation.parameters.iter().find_map(|parameter| {
            let end = after.strip_prefix(parameter.name)?.strip_prefix('}')?;
            (parameter.place == Place::Path).then_some((parameter.name, end))
        });
        rest = match found {
            Some((name, end)) => {
                let value = values.iter().find(|(other, _)| *other == name);
                let (_, value) = value.ok_or_else(|| format!("{name}: required in the path, but missing"))?;
                out.push_str(value);
                end
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
    Ok(out)
}

/// Shows only the operation, because arguments can contain what somebody searched for.
impl ::std::fmt::Debug for Call {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
