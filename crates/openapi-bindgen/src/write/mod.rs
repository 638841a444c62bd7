//! Writes the operations: for each, a method of the client, and a builder that holds the arguments, puts the request
//! together and reads the answer. All of it follows from the [`Call`](crate::call::Call) and from the types that
//! progenitor has for its parts; `surface` says what of it is public.

mod arguments;
mod builder;
mod client;
mod docs;
mod operation;
mod request;
pub(crate) mod struct_builders;
mod surface;

use std::collections::BTreeMap;

use syn::Path;

use crate::{
    Error, Settings,
    fill::{fill, lines},
};

pub(crate) use docs::clean_docs;
pub(crate) use operation::Operation;
pub(crate) use surface::surface;

/// What generated code refers to outside of itself, beside `Error` and `Response`, which the runtime brings.
pub(crate) struct Surroundings {
    pub(crate) runtime: Path,
    /// What a success that is bytes is read as.
    pub(crate) bytes: Path,
    /// The error of the transport that the client carries, if there is one.
    pub(crate) error: Option<Path>,
}

impl Surroundings {
    pub(crate) fn of(settings: &Settings) -> Result<Self, Error> {
        let path = |text: String| {
            syn::parse_str(&text).map_err(|error| Error::Settings(format!("the path {text:?}: {error}")))
        };
        let runtime = format!("{}::runtime", settings.module);
        let bytes = match &settings.transport {
            Some(_) if !settings.operation_table => {
                let reason = "a transport is called with rows of the table of operations, which is left out";
                return Err(Error::Settings(reason.to_owned()));
            }
            Some(_) => "::bytes::Bytes".to_owned(),
            None => format!("{runtime}::ByteStream"),
        };
        Ok(Self {
            runtime: path(runtime)?,
            bytes: path(bytes)?,
            error: settings
                .transport
                .as_ref()
                .map(|transport| path(transport.error.clone()))
                .transpose()?,
        })
    }
}

const BUILDERS: &str = "
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    #[allow(unused_imports)]
    use super::{types, Error, Response};
    $builders
}
";

/// The client's methods, the prelude, and the builders. `tags` has the descriptions of tags.
pub(crate) fn text(
    operations: &[Operation<'_>],
    tags: &BTreeMap<String, String>,
    surroundings: &Surroundings,
) -> String {
    let builders = operations
        .iter()
        .enumerate()
        .map(|(index, operation)| builder::text(operation, index, surroundings));
    client::text(operations, tags) + &fill(BUILDERS, &[("builders", &lines(builders))])
}

/// `::std::option::Option<T>`, if it is one.
fn optional(ty: String, is_optional: bool) -> String {
    if is_optional {
        format!("::std::option::Option<{ty}>")
    } else {
        ty
    }
}
