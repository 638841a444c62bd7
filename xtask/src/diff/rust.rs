//! What a change does to the Rust bindings that are generated from the documents, and the release step that it forces.
//!
//! The public surfaces are compared, as users of the bindings see them, who make values with builders, and do not match on what
//! they send:
//!
//! | change | step |
//! | --- | --- |
//! | a method, a type, a field or a variant is removed or renamed | major |
//! | the type of a field, of an argument or of a result is another | major |
//! | a method or a type is added | minor |
//! | what a method takes is another: an argument that must be given is added, removed, or has another type | major |
//! | a field of a type that is sent is added: it must be given | major |
//! | ... it may be left out | minor |
//! | an argument or a field that could be left out must be given now, or the reverse | major, minor |
//! | a field is added to a type that is only received | minor |
//! | a variant is added to an enum: all types are `#[non_exhaustive]` | minor |
//!
//! What follows from an item is not told beside it: the fields of a new type, the builder of a method or of a type, a type that the
//! document has inline, at the field or the method that it is named after.

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

/// What the change does to the bindings, for a report.
pub(crate) fn effect(old: &Loaded, new: &Loaded, settings: &Settings, diff: &Diff) -> Effect {
    rows::section(if diff.identical {
        Ok(Vec::new())
    } else {
        items(old, new, settings, diff)
    })
}

/// The public items that differ, the gravest first; the reason where that cannot be said.
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
