//! Renames each component to the Rust name of its type. Names that collapse to one (`Foo-Bar` and `FooBar`)
//! get a number, and names of the prelude, which the generated code uses, get a suffix. References are
//! updated.

use std::collections::{BTreeMap, BTreeSet};

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{
    super::{change, schema_pointer},
    walk::{components, each, refer, target},
};
use crate::{
    rust_name,
    sabotage::{self, Stage},
};

pub(super) const PASS: &str = "type-names";

/// The Rust name of each component, by its name in the document.
pub(crate) type TypeNames = BTreeMap<String, String>;

/// Names that have another meaning in generated code.
const PRELUDE: [&str; 42] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "FromStr",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Serialize",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToString",
    "Vec",
];

/// Traits of the prelude that did not fit above.
const CONVERSIONS: [&str; 4] = ["ToOwned", "TryFrom", "TryInto", "Unpin"];

/// Returns the names, and the components that could not be named with the reason.
pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> (TypeNames, BTreeMap<String, String>) {
    let Some(schemas) = components(document) else {
        return (TypeNames::new(), BTreeMap::new());
    };
    let names = name(schemas.keys());
    let mut unnamed = BTreeMap::new();
    for (given, schema) in schemas.iter_mut() {
        let rust = names.get(given).map_or("", String::as_str);
        let named = sabotage::check(Stage::Naming, given).and_then(|()| rust_name::ident(rust));
        if let Err(reason) = named {
            let place = schema_pointer(given);
            let note = format!("the schema cannot be named and is any JSON: {reason}");
            changes.push(change(PASS, place, Loss::Widened, note));
            *schema = json!({});
            unnamed.insert(given.clone(), reason);
        }
    }
    for (given, rust) in &names {
        let expected = rust_name::pascal(given);
        if *rust != expected {
            let place = schema_pointer(given);
            let note = format!("{expected} is another type: this one is called {rust}");
            changes.push(change(PASS, place, Loss::None, note));
        }
    }
    *schemas = std::mem::take(schemas)
        .into_iter()
        .map(|(given, schema)| (names.get(&given).cloned().unwrap_or(given), schema))
        .collect();
    each(document, &mut |schema, _| {
        if let Some(rust) = target(schema).and_then(|given| names.get(&given)) {
            *schema = refer(rust);
        }
    });
    (names, unnamed)
}

fn name<'a>(given: impl Iterator<Item = &'a String>) -> TypeNames {
    let given: Vec<&String> = given.collect();
    // Components that already have their Rust name keep it.
    let mut taken: BTreeSet<String> = given
        .iter()
        .filter(|name| rust_name::pascal(name) == ***name && !is_reserved(name))
        .map(|name| (*name).clone())
        .collect();
    let settled = taken.clone();
    given
        .into_iter()
        .map(|name| {
            if settled.contains(name) {
                return (name.clone(), name.clone());
            }
            let mut wanted = rust_name::pascal(name);
            if is_reserved(&wanted) {
                wanted.push_str("Schema");
            }
            (name.clone(), free(&wanted, &mut taken))
        })
        .collect()
}

/// Returns the name, or the name with the first number that makes it unique.
pub(super) fn free(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = rust_name::pascal(wanted);
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = rust_name::pascal(&format!("{wanted}{number}"));
        number += 1;
    }
    name
}

fn is_reserved(name: &str) -> bool {
    PRELUDE.contains(&name) || CONVERSIONS.contains(&name)
}
