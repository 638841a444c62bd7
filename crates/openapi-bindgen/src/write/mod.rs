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

/// What generated code refers to outside of itself.
pub(crate) struct Surroundings {
    pub(crate) runtime: Path,
    pub(crate) error_body: Path,
    /// Whether requests go through a transport that the client carries.
    has_transport: bool,
    /// Whether there is a table of operations.
    has_table: bool,
}

impl Surroundings {
    pub(crate) fn of(settings: &Settings) -> Result<Self, Error> {
        let path = |text: String| {
            syn::parse_str(&text).map_err(|error| Error::Settings(format!("the path {text:?}: {error}")))
        };
        Ok(Self {
            runtime: path(format!("{}::runtime", settings.module))?,
            error_body: path(settings.error_body())?,
            has_transport: settings.transport.is_some(),
            has_table: settings.operation_table,
        })
    }
}

const BUILDERS: &str = "
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    #[allow(unused_imports)]
    use super::{types, ByteStream, Error, ResponseValue};
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
