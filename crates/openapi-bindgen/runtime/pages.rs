/// The items of a paged list. Pages are requested as their items are read; one page and its text are kept in
/// memory.
///
/// The stream ends when the service says so or, if the service does not say, at a page that is not full.
/// Items that are added or removed in the meantime can be missed or returned twice, because pages are
/// numbered and have no cursor.
///
/// # Errors
///
/// The stream ends with the first error. An item that does not fit its type comes after the items before it
/// on its page. It is also an error, because the list would not end, if a page is empty but says that there
/// are more, is another page than the requested one, or is the same as the page before it.
#[must_use = "nothing is requested until items are read"]
pub struct Items<T> {
    call: Call,
    pages: Pages,
    /// The indices of the parameters for the page number and the page size.
    number_at: ::std::option::Option<usize>,
    size_at: ::std::option::Option<usize>,
    /// The number of the next page to request.
    number: u64,
    size: u64,
    page: ::std::vec::IntoIter<T>,
    /// The error to return after the current page, about an item that does not fit.
    broken: ::std::option::Option<Error>,
    is_last: bool,
    seen: u64,
    /// The text of the previous page, to detect that the service returns it again.
    text: ::bytes::Bytes,
    turning: ::std::option::Option<Sending<(Page<T>, ::bytes::Bytes)>>,
}

/// A decoded page.
struct Page<T> {
    items: ::std::vec::Vec<T>,
    /// The item that does not fit, as text, and why.
    broken: ::std::option::Option<(::std::string::String, Misfit)>,
    /// Whether the page is the whole list.
    is_whole: bool,
    more: ::std::option::Option<bool>,
    total: ::std::option::Option<u64>,
    number: ::std::option::Option<u64>,
}

impl<T: ::serde::de::DeserializeOwned + Send + 'static> Items<T> {
    pub(super) fn new(call: Call) -> Self {
        // An operation without pages returns the whole list.
        let whole = Pages { number: "", size: "", max_size: 0, items: "", more: None, total: None };
        let pages = call.operation.pages.unwrap_or(whole);
        let find = |name: &str| {
            let mut parameters = call.operation.parameters.iter();
            parameters.position(|parameter| parameter.place == Place::Query && parameter.name == name)
        };
        let (number_at, size_at) = (find(pages.number), find(pages.size));
        let given = |at: ::std::option::Option<usize>| at.and_then(|at| call.number(at));
        Self {
            pages,
            number: given(number_at).unwrap_or(1),
            size: given(size_at).unwrap_or(u64::from(pages.max_size)),
            number_at,
            size_at,
            call,
            page: ::std::vec::Vec::new().into_iter(),
            broken: None,
            is_last: false,
            seen: 0,
            text: ::bytes::Bytes::new(),
            turning: None,
        }
    }

    /// Returns the next item, or `None` at the end.
    ///
    /// # Errors
    ///
    /// See the [type](Self).
    pub async fn try_next(&mut self) -> ::std::result::Result<::std::option::Option<T>, Error> {
        self.next().await.transpose()
    }

    /// Returns the next item or error, or `None` at the end.
    pub async fn next(&mut self) -> ::std::option::Option<::std::result::Result<T, Error>> {
        // Usually the item is there already, and the task need not be polled.
        match self.page.next() {
            Some(item) => Some(Ok(item)),
            None => ::std::future::poll_fn(|context| self.poll(context)).await,
        }
    }

    /// Reads all remaining items.
    ///
    /// # Errors
    ///
    /// See the [type](Self).
    pub async fn all(mut self) -> ::std::result::Result<::std::vec::Vec<T>, Error> {
        let mut all = ::std::vec::Vec::new();
        while let Some(item) = self.try_next().await? {
            all.push(item);
        }
        Ok(all)
    }

    fn poll(
        &mut self,
        context: &mut ::std::task::Context<'_>,
    ) -> ::std::task::Poll<::std::option::Option<::std::result::Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return ::std::task::Poll::Ready(Some(Ok(item)));
            }
            if let Some(error) = self.broken.take() {
                self.is_last = true;
                return ::std::task::Poll::Ready(Some(Err(error)));
            }
            if self.is_last {
                return ::std::task::Poll::Ready(None);
            }
            let mut turning = self.turning.take().unwrap_or_else(|| self.ask());
            let page = match turning.as_mut().poll(context) {
                ::std::task::Poll::Ready(page) => page,
                ::std::task::Poll::Pending => {
                    self.turning = Some(turning);
                    return ::std::task::Poll::Pending;
                }
            };
            if let Err(error) = page.and_then(|(page, text)| self.turn(page, text)) {
                self.is_last = true;
                return ::std::task::Poll::Ready(Some(Err(error)));
            }
        }
    }

    /// Requests the next page, and returns it with its text.
    fn ask(&self) -> Sending<(Page<T>, ::bytes::Bytes)> {
        let mut call = self.call.clone();
        if let Some(at) = self.number_at {
            call = call.set(at, &self.number);
        }
        if let Some(at) = self.size_at {
            call = call.set(at, &self.size);
        }
        let pages = self.pages;
        ::std::boxed::Box::pin(async move {
            let answer = call.send(None).await?;
            let page = answer.read(move |json| Ok((read_page(json, &pages)?, json.clone()))).await?;
            Ok(page.into_inner())
        })
    }

    fn turn(&mut self, page: Page<T>, text: ::bytes::Bytes) -> ::std::result::Result<(), Error> {
        let length = page.items.len() as u64 + u64::from(page.broken.is_some());
        self.seen += length;
        let more = page.more.unwrap_or_else(|| {
            let is_full = length >= self.size && length > 0;
            is_full || page.total.is_some_and(|total| total > self.seen)
        });
        let more = more && !page.is_whole && self.number_at.is_some();
        let problem = if more && length == 0 {
            Some("it is empty and says that there are more".to_owned())
        } else if page.number.is_some_and(|other| other != self.number) {
            Some(format!("page {} came instead", page.number.unwrap_or_default()))
        } else if length > 0 && self.text == text {
            Some("it is the same as the page before".to_owned())
        } else {
            None
        };
        if let Some(problem) = problem {
            let what = format!("page {} of the list is wrong: {problem}", self.number);
            return Err(Error::inconsistent(self.call.operation.id, what));
        }
        if let Some((item, misfit)) = page.broken {
            let what = format!(
                "item {} of page {} does not fit the requested type",
                page.items.len(),
                self.number
            );
            self.broken = Some(unfit(&self.call.client, self.call.operation, &what, misfit, item));
        }
        self.text = text;
        self.number += 1;
        self.is_last = !more;
        self.page = page.items.into_iter();
        Ok(())
    }
}

impl<T> ::std::marker::Unpin for Items<T> {}

impl<T: ::serde::de::DeserializeOwned + Send + 'static> ::futures_core::Stream for Items<T> {
    type Item = ::std::result::Result<T, Error>;

    fn poll_next(
        self: ::std::pin::Pin<&mut Self>,
        context: &mut ::std::task::Context<'_>,
    ) -> ::std::task::Poll<::std::option::Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<T> ::std::fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.debug_struct("Items")
            .field("call", &self.call)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Reads a page in one pass. If an item does not fit, the page is read again to keep the items before it.
fn read_page<T: ::serde::de::DeserializeOwned>(
    json: &[u8],
    pages: &Pages,
) -> ::std::result::Result<Page<T>, Misfit> {
    let seed = PageSeed { pages: *pages, items: ::std::marker::PhantomData };
    let misfit = match decode_as(seed, json) {
        Ok(page) => return Ok(page),
        Err(misfit) => misfit,
    };
    let texts = PageSeed { pages: *pages, items: ::std::marker::PhantomData };
    let Ok(texts): ::std::result::Result<Page<::std::boxed::Box<::serde_json::value::RawValue>>, _> =
        decode_as(texts, json)
    else {
        return Err(misfit);
    };
    let mut items = ::std::vec::Vec::new();
    let mut broken = None;
    for (index, text) in texts.items.into_iter().enumerate() {
        match decode(text.get().as_bytes()) {
            Ok(item) => items.push(item),
            Err(Misfit { path, error }) => {
                let list = if texts.is_whole { "" } else { pages.items };
                let path = match path.as_str() {
                    "." => format!("{list}[{index}]"),
                    path if path.starts_with('[') => format!("{list}[{index}]{path}"),
                    path => format!("{list}[{index}].{path}"),
                };
                broken = Some((text.get().to_owned(), Misfit { path, error }));
                break;
            }
        }
    }
    let Page { is_whole, more, total, number, .. } = texts;
    Ok(Page { items, broken, is_whole, more, total, number })
}

/// A page is an object with the items in one member, or a list of items.
struct PageSeed<T> {
    pages: Pages,
    items: ::std::marker::PhantomData<T>,
}

impl<T> Clone for PageSeed<T> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<'de, T: ::serde::Deserialize<'de>> ::serde::de::DeserializeSeed<'de> for PageSeed<T> {
    type Value = Page<T>;

    fn deserialize<D: ::serde::Deserializer<'de>>(self, deserializer: D) -> ::std::result::Result<Page<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: ::serde::Deserialize<'de>> ::serde::de::Visitor<'de> for PageSeed<T> {
    type Value = Page<T>;

    fn expecting(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        write!(formatter, "a list, or an object with a list in `{}`", self.pages.items)
    }

    fn visit_seq<A: ::serde::de::SeqAccess<'de>>(self, mut list: A) -> ::std::result::Result<Page<T>, A::Error> {
        let mut items = ::std::vec::Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        // An operation that returns a bare list does not describe its pages, but may have them.
        let is_whole = self.pages.more.is_some() || self.pages.total.is_some();
        Ok(Page { items, broken: None, is_whole, more: None, total: None, number: None })
    }

    fn visit_map<A: ::serde::de::MapAccess<'de>>(self, mut members: A) -> ::std::result::Result<Page<T>, A::Error> {
        let (mut items, mut more, mut total, mut number) = (None, None, None, None);
        // An invalid count is not worth an error, because the list can be read without it.
        while let Some(name) = members.next_key::<::std::string::String>()? {
            if name == self.pages.items {
                items = Some(members.next_value()?);
            } else if self.pages.more == Some(name.as_str()) {
                more = members.next_value()?;
            } else if self.pages.total == Some(name.as_str()) {
                total = members.next_value::<::serde_json::Value>()?.as_u64();
            } else if name == self.pages.number {
                number = members.next_value::<::serde_json::Value>()?.as_u64();
            } else {
                members.next_value::<::serde::de::IgnoredAny>()?;
            }
        }
        let items = items.ok_or_else(|| ::serde::de::Error::missing_field(self.pages.items))?;
        Ok(Page { items, broken: None, is_whole: false, more, total, number })
    }
}
