//! The object that a pass works on, and the log for its changes.

use std::collections::HashSet;

use openapi_document::pointer;

use crate::change::{Change, Loss};

/// The changes so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    pub(crate) changes: Vec<Change>,
    /// The pointers of the objects that accept more than before.
    pub(crate) widened: HashSet<String>,
}

/// One object of the document while a pass works on it.
pub(crate) struct Site<'a> {
    /// The place of the object in the original document.
    pub(crate) place: &'a str,
    pub(crate) pass: &'static str,
    /// Whether the object must be loosened because something that it depends on accepts more than before.
    pub(crate) loosened: bool,
    /// Whether the pass repairs errors in the document.
    pub(crate) repairs: bool,
    pub(crate) log: &'a mut Log,
}

impl<'a> Site<'a> {
    pub(crate) fn new(pass: &'static str, place: &'a str, log: &'a mut Log) -> Self {
        Self {
            place,
            pass,
            loosened: false,
            repairs: false,
            log,
        }
    }

    /// For a pass that repairs errors in the document.
    pub(crate) fn repairing(pass: &'static str, place: &'a str, log: &'a mut Log) -> Self {
        Self {
            repairs: true,
            ..Self::new(pass, place, log)
        }
    }

    /// Records a change of one field of the object.
    pub(crate) fn record(&mut self, field: &str, loss: Loss, note: impl Into<String>) {
        self.record_below(&pointer::from_names([field]), loss, note);
    }

    /// Records a change of the object as a whole.
    pub(crate) fn record_here(&mut self, loss: Loss, note: impl Into<String>) {
        self.record_below("", loss, note);
    }

    /// Records a change of a value in the object. `below` is the pointer from the object to the value.
    pub(crate) fn record_below(&mut self, below: &str, loss: Loss, note: impl Into<String>) {
        if loss == Loss::Widened {
            self.log.widened.insert(self.place.to_owned());
        }
        self.log.changes.push(Change {
            pass: self.pass,
            pointer: format!("{}{below}", self.place),
            loss,
            repairs: self.repairs,
            note: note.into(),
        });
    }
}
