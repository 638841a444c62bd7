//! Writes the builder of an operation: a method for each option, and the methods that send it.

use super::{
    arguments::Argument,
    docs,
    operation::Operation,
    taken::{self, Use},
};
use crate::{
    call::{Place, Success},
    fill::{fill, lines},
    spelling::code,
};

const BUILDER: &str = "
$docs
#[must_use = \"nothing is sent until it is awaited\"]
#[derive($derives)]
pub struct $builder {
    $visible call: runtime::Call,
    $raw_field
}
impl $builder {
    $setters
    /// Sets the time limit of this request, which replaces the client's.
    pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
        Self { call: self.call.timeout(timeout)$raw_kept }
    }
    /// Adds a header that is not in the document. It replaces an earlier value of the same header.
    pub fn header(
        self,
        name: impl ::std::convert::AsRef<str>,
        value: impl ::std::convert::AsRef<str>,
    ) -> Self {
        Self { call: self.call.header(name.as_ref(), value.as_ref())$raw_kept }
    }
    /// Sends the request, and returns the value with the status and headers of the answer.
    ///
    /// # Errors
    ///
    /// [`Error`] when an argument cannot be sent, when there is no answer, or when the answer is not a
    /// success or cannot be read.
    pub async fn send(self) -> ::std::result::Result<Response<$success>, Error> {
        self.call.send($raw_sent).await?.$read().await
    }
    $send_as
    $stream
}
impl ::std::future::IntoFuture for $builder {
    type Output = ::std::result::Result<$success, Error>;
    type IntoFuture = runtime::Sending<$success>;
    fn into_future(self) -> Self::IntoFuture {
        ::std::boxed::Box::pin(async move { Ok(self.send().await?.into_inner()) })
    }
}
$gathered
";

const SEND_AS: &str = "
/// Sends the request, and reads the answer as another type.
///
/// # Errors
///
/// The same as for [`send`](Self::send).
pub async fn send_as<T: ::serde::de::DeserializeOwned>(self) -> ::std::result::Result<Response<T>, Error> {
    self.call.send($raw_sent).await?.json().await
}
";

const STREAM: &str = "
/// Streams the items of all pages. Pages are requested as their items are read, in the maximum size unless a
/// size is set.
pub fn stream(self) -> runtime::Items<$item> {
    self.stream_as()
}
/// Streams the items of all pages, each read as another type.
pub fn stream_as<T: ::serde::de::DeserializeOwned + Send + 'static>(self) -> runtime::Items<T> {
    runtime::Items::new(self.call)
}
/// Reads the items of all pages.
///
/// # Errors
///
/// The errors of [`Items`](runtime::Items).
pub async fn all(self) -> ::std::result::Result<::std::vec::Vec<$item>, Error> {
    self.stream().all().await
}
";

const SETTER: &str = "
$docs
pub fn $name(self, $name: $type) -> Self {
    Self { $set$raw_kept }
}
";

const NULL: &str = "
/// Sets [`$name`](Self::$name) to null.
pub fn $null(self) -> Self {
    Self { call: self.call.null($index) }
}
";

const GATHERED: &str = "
/// The required arguments of [`$method`]($up::$method).
#[derive($derives)]
pub struct $name {
    $fields
}
";

pub(super) fn text(operation: &Operation<'_>) -> String {
    let read = match operation.call.success {
        Success::Json => "json",
        Success::Bytes => "bytes",
        Success::Empty => "empty",
    };
    let has_raw = operation.has_raw();
    let of_raw = |text: &str| if has_raw { text.to_owned() } else { String::new() };
    // A stream of bytes cannot be sent twice.
    let derives = if has_raw { "Debug" } else { "Debug, Clone" };
    let up = operation.up();
    let visible = format!("pub(in {up})");
    let raw_sent = if has_raw {
        "self.raw"
    } else {
        "::std::option::Option::None"
    };
    let send_as = match operation.call.success {
        Success::Json => fill(SEND_AS, &[("raw_sent", raw_sent)]),
        Success::Bytes | Success::Empty => String::new(),
    };
    let gathered = if operation.gathered.is_empty() {
        String::new()
    } else {
        fill(
            GATHERED,
            &[
                ("method", &operation.method_path()),
                ("up", up),
                ("derives", derives),
                ("name", &operation.gathered_name()),
                (
                    "fields",
                    &lines(operation.gathered().map(|(_, argument)| {
                        format!(
                            "{}pub {}: {},",
                            docs::comment(&argument.description),
                            argument.name,
                            code(&argument.ty)
                        )
                    })),
                ),
            ],
        )
    };
    fill(
        BUILDER,
        &[
            ("docs", &docs::of_builder(operation)),
            ("derives", derives),
            ("builder", &operation.builder.to_string()),
            ("visible", &visible),
            (
                "raw_field",
                &of_raw(&format!("{visible} raw: ::std::option::Option<::reqwest::Body>,")),
            ),
            ("raw_kept", &of_raw(", raw: self.raw")),
            ("raw_sent", raw_sent),
            (
                "setters",
                &lines(
                    operation
                        .optional()
                        .map(|(index, argument)| setter(operation, index, argument)),
                ),
            ),
            ("success", &code(&operation.success)),
            ("read", read),
            ("send_as", &send_as),
            (
                "stream",
                &match &operation.item {
                    Some(item) => fill(STREAM, &[("item", &code(item))]),
                    None => String::new(),
                },
            ),
            ("gathered", &gathered),
        ],
    )
}

fn setter(operation: &Operation<'_>, index: usize, argument: &Argument) -> String {
    let null = argument.null.as_ref().map(|null| {
        fill(
            NULL,
            &[
                ("name", &argument.name.to_string()),
                ("null", &null.to_string()),
                ("index", &index.to_string()),
            ],
        )
    });
    let name = argument.name.to_string();
    let (accepted, value) = match argument.place {
        Place::Further => taken::members(&argument.ty, &name),
        _ => (
            taken::accepted(&argument.ty, Use::Sent),
            taken::converted(&argument.ty, &name),
        ),
    };
    let is_raw = operation.is_raw(index);
    let set = match argument.place {
        _ if is_raw => format!("call: self.call, raw: ::std::option::Option::Some({value})"),
        Place::Further => format!("call: self.call.further({value})"),
        _ => format!("call: self.call.set({index}, &{value})"),
    };
    let setter = fill(
        SETTER,
        &[
            ("docs", &docs::comment(&argument.description)),
            ("name", &name),
            ("type", &code(&accepted)),
            ("set", &set),
            (
                "raw_kept",
                if operation.has_raw() && !is_raw {
                    ", raw: self.raw"
                } else {
                    ""
                },
            ),
        ],
    );
    lines([setter].into_iter().chain(null))
}
