//! Puts each operation under one tag, whose name becomes the module of its builder. Two tags with the same
//! spelling in Rust share a module. An operation with several tags is under the first.

use std::collections::BTreeMap;

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{change, operations};
use crate::{Error, rust_name};

pub(super) const PASS: &str = "tags";

pub(super) fn run(document: &mut Value, changes: &mut Vec<Change>) -> Result<(), Error> {
    // The name in Rust, with the first spelling that has it.
    let mut spellings: BTreeMap<String, String> = BTreeMap::new();
    for operation in operations(document)? {
        let Some(Value::Array(tags)) = operation.value.get("tags") else {
            continue;
        };
        let tags: Vec<&str> = tags.iter().filter_map(Value::as_str).collect();
        let chosen = tags.iter().find(|tag| tag.contains(char::is_alphanumeric));
        let chosen = chosen.map(|tag| {
            spellings
                .entry(rust_name::builder(tag))
                .or_insert_with(|| (*tag).to_owned())
        });
        let kept: Vec<&str> = chosen.iter().map(|tag| tag.as_str()).collect();
        if kept != tags {
            let note = format!("of the tags {tags:?}, the method is under {kept:?}");
            changes.push(change(
                PASS,
                format!("{}/tags", operation.pointer),
                Loss::None,
                note,
            ));
            let kept = json!(kept);
            operation.value.insert("tags".to_owned(), kept);
        }
    }
    Ok(())
}
