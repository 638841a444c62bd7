//! The effect of a change of the document on the generated Rust bindings, and the release step that it
//! requires.
//!
//! The public surfaces are compared from the point of view of users, who create values with builders and do
//! not match on the types that they send:
//!
//! | change | step |
//! | --- | --- |
//! | a method, a type, a field or a variant is removed or renamed | major |
//! | the type of a field, an argument or a result changes | major |
//! | a method or a type is added | minor |
//! | a required argument of a method is added or removed, or its type changes | major |
//! | a required field is added to a type that is sent | major |
//! | an optional field is added to a type that is sent | minor |
//! | an optional argument or field becomes required, or the reverse | major, minor |
//! | a field is added to a type that is only received | minor |
//! | a variant is added to an enum: all types are `#[non_exhaustive]` | minor |
//!
//! Items that follow from another item are not listed: the fields of a new type, the builder of a method or a
//! type, and a type without a name in the document, which is named after its field or method.

mod bindings;
mod cause;
mod items;
mod rows;

use openapi_bindgen::Settings;
use openapi_diff::{Diff, report::Effect};

use super::source::Loaded;
use bindings::Bindings;
use cause::Side;
use rows::Item;

/// The effect on the bindings, as a section of a report.
pub(crate) fn effect(old: &Loaded, new: &Loaded, settings: &Settings, diff: &Diff) -> Effect {
    rows::section(if diff.identical {
        Ok(Vec::new())
    } else {
        items(old, new, settings, diff)
    })
}

/// The public items that differ, major ones first, or the reason why they cannot be compared.
fn items(old: &Loaded, new: &Loaded, settings: &Settings, diff: &Diff) -> Result<Vec<Item>, String> {
    let (old_bindings, new_bindings) = std::thread::scope(|scope| {
        let old = scope.spawn(|| generate(old, settings));
        let new = generate(new, settings);
        let old = old
            .join()
            .unwrap_or_else(|_| Err("the generator panicked".to_owned()));
        (old, new)
    });
    let (old_bindings, new_bindings) = (old_bindings?, new_bindings?);
    let mut items = items::compare(&old_bindings, &new_bindings);
    let (old, new) = (
        Side {
            bindings: &old_bindings,
            document: &old.value,
        },
        Side {
            bindings: &new_bindings,
            document: &new.value,
        },
    );
    cause::attribute(&mut items, &old, &new, diff);
    Ok(items)
}

fn generate(document: &Loaded, settings: &Settings) -> Result<Bindings, String> {
    let surface = openapi_bindgen::surface(document.value.clone(), settings)
        .map_err(|error| format!("{}: {error}", document.name))?;
    Ok(Bindings::of(&surface))
}
