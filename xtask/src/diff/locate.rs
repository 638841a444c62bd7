//! The line of a place in a document, for annotations.

use std::collections::HashMap;

use openapi_diff::render::Location;

use super::source::Loaded;

/// The lines of the places of a document.
pub(super) struct Lines {
    file: Option<String>,
    lines: HashMap<String, usize>,
}

impl Lines {
    pub(super) fn of(document: &Loaded) -> Self {
        Self {
            file: document.file.as_ref().map(|file| file.display().to_string()),
            lines: HashMap::new(),
        }
    }

    /// Where a place is shown: in its own line, or in that of the nearest place around it.
    pub(super) fn locate(&self, pointer: &str) -> Option<Location> {
        let file = self.file.clone()?;
        let mut at = pointer;
        loop {
            if let Some(line) = self.lines.get(at) {
                return Some(Location { file, line: Some(*line) });
            }
            match at.rsplit_once('/') {
                Some((parent, _)) => at = parent,
                None => return Some(Location { file, line: None }),
            }
        }
    }
}
