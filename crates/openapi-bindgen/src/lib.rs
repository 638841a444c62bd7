//! Turns an OpenAPI 3.1 document into Rust bindings with [`progenitor`].
//!
//! [`Sources::read`] reads the document and applies its overlay. [`generate`] converts it to OpenAPI 3.0 and
//! prepares it: every type gets its name, and the parts of each operation's call are collected. progenitor
//! generates the types, and `finish/` completes them; `write/` writes the operations. Every change that a
//! pass makes is a [`Change`] in the result, with what it lost: nothing is widened, dropped or renamed
//! silently.
//!
//! It is made for a `build.rs`. Use [`Settings::within`] for code that a crate includes, and
//! [`Settings::standalone`] for a separate crate.

mod call;
mod error;
mod fill;
mod finish;
mod generator;
mod items;
mod operations;
mod passes;
mod prepare;
mod runtime;
mod rust_name;
mod sabotage;
mod salvage;
mod settings;
mod sources;
mod spelling;
mod standalone;
mod surface;
mod template;
mod write;

pub use error::Error;
pub use openapi_downconvert::{Change, Loss};
pub use operations::{Operation, Pages};
pub use passes::{Pass, passes};
pub use settings::{Settings, Transport};
pub use sources::{Document, Sources};
pub use standalone::{Fields, Package, Report, package};
pub use surface::{AnyJson, Item, Kind, Surface};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use call::Calls;
use generator::{Generator, Made};
use openapi_document::pointer;
use openapi_downconvert::{ExternalReferences, UnknownDialect};
use sabotage::Stage;
use salvage::Salvage;
use write::{Constructors, Surroundings, Types};

/// The passes that run after progenitor.
pub(crate) const LAST_PASSES: &[Pass] = &[
    Pass::new(
        salvage::PASS,
        "what progenitor fails on, or what cannot be finished or written, costs one schema or one operation",
    ),
    Pass::new(
        finish::OPEN_ENUMS,
        "a new text in a response must not fail the whole response: `Unknown(String)`",
    ),
];

/// The bindings, and the record of how they were made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Generated {
    /// The Rust source, formatted, to be included in a module.
    pub code: String,
    /// The public items of `code`.
    pub surface: Surface,
    /// Every change that was made between the document and the code, in order.
    pub changes: Vec<Change>,
    /// The operations that have a method in `code`, in the order of the document.
    pub operations: Vec<Operation>,
    /// The operations without a method. Empty with [`Settings::strict`].
    pub skipped: Vec<Skipped>,
    /// How many component schemas have types.
    pub schemas: Schemas,
    /// The type of each component schema of the document, by the schema's name. It is in the module `types`.
    pub types: BTreeMap<String, String>,
    /// The names of the crates that `code` uses by path, except for `std`: `reqwest`, `serde`, ...
    pub crates: BTreeSet<String>,
}

/// An operation that could not be generated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The method and path, such as `POST /v1/orders`.
    pub operation: String,
    /// The place in the document, as a JSON pointer.
    pub pointer: String,
    /// Why it could not be generated.
    pub reason: String,
}

/// Counts of component schemas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Schemas {
    /// The schemas under `/components/schemas`.
    pub total: usize,
    /// The schemas with their own type.
    pub generated: usize,
    /// The schemas whose type, or a part of it, accepts more than the document allows.
    pub widened: usize,
}

/// Generates the bindings of an OpenAPI 3.0 or 3.1 document. Apply its overlay first.
///
/// # Errors
///
/// [`Error`] when the document cannot be converted. With [`Settings::strict`], also when an operation or a
/// schema cannot be generated.
pub fn generate(document: Value, settings: &Settings) -> Result<Generated, Error> {
    on_large_stack(|| generate_here(document, settings, true))
}

/// Returns the surface of the bindings that [`generate`] makes from the same document, without printing them.
///
/// # Errors
///
/// The same as for [`generate`].
pub fn surface(document: Value, settings: &Settings) -> Result<Surface, Error> {
    on_large_stack(|| Ok(generate_here(document, settings, false)?.surface))
}

/// progenitor and typify recurse as deep as schemas nest, and their stack frames are large without
/// optimisation.
fn on_large_stack<T: Send>(work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)
            .map_err(|error| Error::Generator(format!("could not start a thread: {error}")))?
            .join()
            .unwrap_or_else(|_| Err(Error::Generator("it panicked".to_owned())))
    })
}

/// The stack size of the generating thread, in bytes. Only the part in use takes memory.
const STACK: usize = 256 * 1024 * 1024;

fn generate_here(document: Value, settings: &Settings, print: bool) -> Result<Generated, Error> {
    let named: BTreeSet<String> = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|schemas| schemas.keys().cloned())
        .collect();
    let (external, dialect) = if settings.strict {
        (ExternalReferences::Refuse, UnknownDialect::Refuse)
    } else {
        (ExternalReferences::Remove, UnknownDialect::ReadAsJsonSchema)
    };
    let converted = openapi_downconvert::Options::default()
        .external_references(external)
        .unknown_dialect(dialect)
        .downconvert(document)?;
    let mut changes = converted.changes;
    let prepare::Prepared {
        document: prepared,
        calls,
        schemas: known,
        skipped: mut left_out,
    } = prepare::prepare(converted.document, settings, &mut changes)?;
    if settings.strict
        && let Some(repaired) = changes
            .iter()
            .find(|change| change.repairs && change.loss != Loss::None)
    {
        return Err(Error::document(&repaired.pointer, &repaired.note));
    }
    let tags = tag_descriptions(&prepared);
    let surroundings = Surroundings::of(settings)?;
    let generator = Generator::new(settings)?;
    let mut salvage = Salvage::new(prepared, &calls, &known.names, &generator, settings.strict);
    let (made, written, used) = loop {
        let mut made = salvage.generate(&mut changes)?;
        let written = write_operations(&mut salvage, &calls, &made, &known, &surroundings, settings)?;
        let used = finish::Used {
            sent: items::reachable(&made.types, written.iter().flat_map(write::Operation::sent)),
            received: items::reachable(&made.types, written.iter().map(write::Operation::received)),
        };
        let mut opened = Vec::new();
        let failures = finish::types(
            &mut made.types,
            &used,
            &known,
            settings,
            &surroundings,
            &mut opened,
        );
        if failures.is_empty() {
            changes.extend(opened);
            break (made, written, used);
        }
        for failure in failures {
            salvage.widen(failure, &mut changes)?;
        }
    };
    let types: BTreeMap<String, String> = known
        .names
        .into_iter()
        .filter(|(given, _)| named.contains(given))
        .collect();
    let operations = operations::collect(salvage.document(), &calls, &settings.marker_prefix)?;
    let known_of_types = surface::Known {
        sent: used.sent,
        received: used.received,
        places: known.places,
    };
    let constructors = Constructors::of(&made.types, &known_of_types.sent);
    let items = assemble(made, salvage.document(), types.values(), settings, &surroundings);
    let unmade = types
        .iter()
        .filter(|(given, rust)| known.unnamed.contains_key(*given) || salvage.unmade.contains(*rust))
        .map(|(given, _)| given.clone())
        .collect();
    left_out.extend(salvage.skipped);
    let written_items = constructors.surface().chain(write::surface(&written));
    let written_items = written_items.chain([operations::surface()]);
    let surface = Surface::of(&items, written_items, &known_of_types);
    let code = if print {
        let mut code = String::new();
        for item in items {
            match items::module_name(&item).as_deref() {
                Some("types") => print_module(item, &constructors.text(), &mut code),
                Some("operations") => {
                    print_module(item, &operations::table(&operations, &written), &mut code)
                }
                _ => code.push_str(&printed(item)),
            }
        }
        code.push_str(&write::text(&written, &tags));
        code
    } else {
        String::new()
    };
    Ok(Generated {
        surface,
        crates: runtime::crates(&code),
        schemas: schemas(&types, &unmade, &changes),
        code,
        changes,
        operations,
        skipped: left_out,
        types,
    })
}

/// Prepares the operations for writing. An operation that cannot be written is left out.
fn write_operations<'a>(
    salvage: &mut Salvage<'_>,
    calls: &'a Calls,
    made: &Made,
    known: &prepare::Schemas,
    surroundings: &Surroundings,
    settings: &Settings,
) -> Result<Vec<write::Operation<'a>>, Error> {
    let types = Types::new(salvage.document(), &made.types, known);
    let mut written = Vec::new();
    let mut failed = Vec::new();
    for prepared in openapi_document::operations(salvage.document()) {
        let Some((id, call)) = prepared.id().and_then(|id| calls.get_key_value(id)) else {
            continue;
        };
        let operation = sabotage::check(Stage::Writing, id).and_then(|()| {
            let signature = made.signatures.get(id).ok_or("progenitor has no method for it")?;
            let index = written.len();
            write::Operation::new(
                &prepared,
                call,
                index,
                signature,
                &types,
                surroundings,
                &settings.marker_prefix,
            )
        });
        match operation {
            Ok(operation) => written.push(operation),
            Err(reason) => failed.push((id, reason)),
        }
    }
    for (id, reason) in failed {
        salvage.skip_operation(id, reason)?;
    }
    Ok(written)
}

/// The items that are not written as text: the client, the types and the runtime.
fn assemble<'a>(
    made: Made,
    document: &Value,
    names: impl Iterator<Item = &'a String>,
    settings: &Settings,
    surroundings: &Surroundings,
) -> Vec<syn::Item> {
    let Made {
        client: mut items,
        mut types,
        ..
    } = made;
    if settings.schemars {
        finish::schemars(&mut types);
    }
    finish::timestamps(&mut types, document, names, surroundings);
    items.iter_mut().for_each(write::clean_docs);
    let mut module: syn::ItemMod = syn::parse_quote! {
        /// Types used as operation parameters and responses.
        #[allow(clippy::all)]
        pub mod types {}
    };
    if let Some((_, content)) = &mut module.content {
        *content = types;
    }
    items.push(syn::Item::Mod(module));
    items.extend(runtime::items(settings, surroundings));
    items
}

fn printed(item: syn::Item) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

/// Prints a module, with `more` at its end.
fn print_module(item: syn::Item, more: &str, code: &mut String) {
    let text = printed(item);
    let module = text.trim_end().strip_suffix('}').unwrap_or(&text);
    code.push_str(&fill::fill(
        "$module\n    $more\n}",
        &[("module", module), ("more", more)],
    ));
}

/// The descriptions of tags, by tag name.
fn tag_descriptions(document: &Value) -> BTreeMap<String, String> {
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.filter_map(|tag| {
        let text = |key: &str| tag[key].as_str().map(ToOwned::to_owned);
        Some((text("name")?, text("description")?))
    })
    .collect()
}

fn schemas(types: &BTreeMap<String, String>, unmade: &BTreeSet<String>, changes: &[Change]) -> Schemas {
    let widened: BTreeSet<String> = changes
        .iter()
        .filter(|change| change.loss == Loss::Widened)
        .filter_map(|change| {
            let name = change.pointer.strip_prefix("/components/schemas/")?;
            name.split('/').next().map(ToOwned::to_owned)
        })
        .collect();
    // Passes refer to a place by the schema's name in the document, and by its Rust name once it has one.
    let is_widened = |name: &String| widened.contains(&*pointer::escape(name));
    Schemas {
        total: types.len(),
        generated: types.keys().filter(|given| !unmade.contains(*given)).count(),
        widened: types
            .iter()
            .filter(|(given, rust)| is_widened(given) || is_widened(rust))
            .count(),
    }
}
