//! Where a pass is at work, and where it writes down what it did.

use std::collections::HashSet;

use crate::change::{Change, Loss};
use crate::pointer::escape;

/// What was done so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    changes: Vec<Change>,
    /// The objects that accept more than before, by their pointers.
    pub(crate) widened: HashSet<String>,
}

/// One object of the document under the hands of one pass.
pub(crate) struct Site<'a> {
    /// Where the object was in the document that was given.
    pub(crate) place: &'a str,
    pub(crate) pass: &'static str,
    /// Whether the object must be loosened because something that it depends on accepts more than before.
    pub(crate) loosened: bool,
    pub(crate) log: &'a mut Log,
}

impl Log {
    /// The changes, each once: a schema that is referred to from elsewhere may have been converted twice.
    pub(crate) fn into_changes(self) -> Vec<Change> {
        let mut seen = HashSet::new();
        self.changes
            .into_iter()
            .filter(|change| seen.insert(change.clone()))
            .collect()
    }
}

impl Site<'_> {
    /// Records a change of one field of the object.
    pub(crate) fn record(&mut self, field: &str, loss: Loss, note: impl Into<String>) {
        self.write(format!("{}/{}", self.place, escape(field)), loss, note.into());
    }

    /// Records a change of the object as a whole.
    pub(crate) fn record_here(&mut self, loss: Loss, note: impl Into<String>) {
        self.write(self.place.to_owned(), loss, note.into());
    }

    fn write(&mut self, pointer: String, loss: Loss, note: String) {
        if loss == Loss::Widened {
            self.log.widened.insert(self.place.to_owned());
        }
        self.log.changes.push(Change {
            pass: self.pass,
            pointer,
            loss,
            note,
        });
    }
}
