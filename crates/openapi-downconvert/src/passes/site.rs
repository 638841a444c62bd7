//! Where a pass is at work, and where it writes down what it did.

use std::collections::HashSet;

use openapi_document::pointer;

use crate::change::{Change, Loss};

/// What was done so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    pub(crate) changes: Vec<Change>,
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
    /// Whether the pass mends what is wrong in the document.
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

    /// For a pass that mends what is wrong in the document.
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

    /// Records a change of something in the object; `below` is its pointer from there.
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
