//! Writes the operations. Each has a method of the client, which takes the required arguments, and a builder
//! with a method for each option, which sends the request when it is awaited. Everything follows from the
//! [`Call`](crate::call::Call) and from the types that progenitor made for its parts; `surface` lists the
//! public items.

mod arguments;
mod builder;
mod client;
mod constructors;
mod docs;
mod limits;
mod operation;
mod surface;
mod taken;

use std::collections::BTreeMap;

use syn::Path;

use crate::{
    Error, Settings,
    fill::{fill, lines},
};

pub(crate) use arguments::{Argument, RESERVED, Types, option_of};
pub(crate) use constructors::{Absent, Constructors, absent, is_required, member};
pub(crate) use docs::clean_docs;
pub(crate) use limits::{Limited, Step};
pub(crate) use operation::Operation;
pub(crate) use surface::surface;

/// What generated code refers to outside of itself.
pub(crate) struct Surroundings {
    pub(crate) runtime: Path,
    /// The type of a success that is bytes.
    pub(crate) bytes: Path,
    /// The types of the client's transport, if it has one.
    pub(crate) transport: Option<Hand>,
}

/// The hand-written types of a transport.
pub(crate) struct Hand {
    pub(crate) error: Path,
    pub(crate) answer: Path,
}

impl Surroundings {
    pub(crate) fn of(settings: &Settings) -> Result<Self, Error> {
        let path = |text: &str| {
            syn::parse_str(text).map_err(|error| Error::Settings(format!("the path {text:?}: {error}")))
        };
        let runtime = format!("{}::runtime", settings.module);
        let transport = match &settings.transport {
            Some(transport) => Some(Hand {
                error: path(&transport.error)?,
                answer: path(&transport.answer)?,
            }),
            None => None,
        };
        let bytes = match transport {
            Some(_) => "::bytes::Bytes".to_owned(),
            None => format!("{runtime}::ByteStream"),
        };
        Ok(Self {
            runtime: path(&runtime)?,
            bytes: path(&bytes)?,
            transport,
        })
    }
}

const BUILDERS: &str = "
/// The calls of the operations, in one module per tag. Methods of [`Client`] create them; awaiting a call
/// sends its request.
#[allow(clippy::all, unused_imports)]
pub mod builder {
    use super::{Error, Response, runtime, types};
    $untagged
    $modules
}
";

const MODULE: &str = "
$docs
pub mod $name {
    use super::super::{Error, Response, runtime, types};
    $builders
}
";

/// Writes the client's methods and the builders. `tags` has the descriptions of tags.
pub(crate) fn text(operations: &[Operation<'_>], tags: &BTreeMap<String, String>) -> String {
    let builders =
        |operations: &[&Operation<'_>]| lines(operations.iter().map(|operation| builder::text(operation)));
    let untagged: Vec<_> = operations
        .iter()
        .filter(|operation| operation.tag.is_none())
        .collect();
    let modules = by_module(operations).into_iter().map(|(name, operations)| {
        let tag = operations[0].tag.as_deref().unwrap_or_default();
        let description = tags.get(tag).map_or(tag, String::as_str);
        fill(
            MODULE,
            &[
                ("docs", &docs::comment(description)),
                ("name", &name),
                ("builders", &builders(&operations)),
            ],
        )
    });
    client::text(operations)
        + &fill(
            BUILDERS,
            &[("untagged", &builders(&untagged)), ("modules", &lines(modules))],
        )
}

/// The operations with a tag, by the name of their builders' module.
fn by_module<'a, 'b>(operations: &'a [Operation<'b>]) -> BTreeMap<String, Vec<&'a Operation<'b>>> {
    let mut modules: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for operation in operations {
        if let Some(name) = operation.module() {
            modules.entry(name).or_default().push(operation);
        }
    }
    modules
}
