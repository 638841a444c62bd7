//! Moves operations whose path progenitor cannot read, or whose path parameters had to be renamed, to a path of
//! their own that it can. The finished code has the document's path again.

use openapi_downconvert::{Change, Loss};
use serde_json::{Value, json};

use super::{change, operations};
use crate::{
    Error,
    call::{Calls, Place},
    template::{self, Piece},
};

const PASS: &str = "path-templates";

pub(super) fn run(document: &mut Value, calls: &mut Calls, changes: &mut Vec<Change>) -> Result<(), Error> {
    let mut moved = Vec::new();
    for operation in operations(document)? {
        let Some(id) = operation.id() else { continue };
        let Some(call) = calls.get(id) else { continue };
        let renamed = call
            .parameters
            .iter()
            .any(|parameter| parameter.place == Place::Path && parameter.name != parameter.api_name);
        if renamed || !is_plain(operation.path) {
            let mut path = format!("/{id}");
            for parameter in call
                .parameters
                .iter()
                .filter(|parameter| parameter.place == Place::Path)
            {
                path.push_str(&format!("/{{{}}}", parameter.name));
            }
            moved.push((id.to_owned(), operation.path.to_owned(), operation.method, path));
        }
    }
    for (id, from, method, mut to) in moved {
        while document["paths"].get(&to).is_some() {
            to.insert_str(0, "/_");
        }
        let operation = document["paths"][&from]
            .as_object_mut()
            .and_then(|item| item.shift_remove(method));
        if let Some(operation) = operation {
            let note = "the path is put into the code by the finishing passes";
            let pointer = format!("/paths/{}/{method}", super::pointer_token(&from));
            changes.push(change(PASS, pointer, Loss::None, note));
            document["paths"][&to] = json!({ method: operation });
            if let Some(call) = calls.get_mut(&id) {
                call.moved_to = Some(to);
            }
        }
    }
    Ok(())
}

/// Whether progenitor reads the template as it stands.
fn is_plain(path: &str) -> bool {
    let pieces = template::parse(path);
    let mut names: Vec<&str> = Vec::new();
    for piece in &pieces {
        match piece {
            Piece::Text(text) if text.contains(['{', '}']) || text.contains("//") => return false,
            Piece::Text(_) => {}
            Piece::Parameter(name) if names.contains(&name.as_str()) => return false,
            Piece::Parameter(name) => names.push(name),
        }
    }
    true
}
