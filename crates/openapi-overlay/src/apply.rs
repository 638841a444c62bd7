//! Applies the actions in order to a copy of the document, which replaces the document if all of them
//! succeed.

use openapi_document::{MAX_DEPTH, is_deeper_than, pointer::Step};
use serde_json::Value;

use crate::action::{Action, Modification};
use crate::conflict::{Added, Skipped, conflicts};
use crate::error::Error;
use crate::location::{Location, descend};
use crate::merge::{into_target, is_primitive, kind};
use crate::overlay::Overlay;
use crate::report::{ActionReport, Outcome, Report};
use crate::version::Version;

impl Overlay {
    /// Applies the actions in order, each to the result of the one before it, and reports what each did.
    ///
    /// # Errors
    /// An action does not fit the document (for example, it merges an object into an array), or the document
    /// is, or would become, nested deeper than [`MAX_DEPTH`]. After an error the document is unchanged.
    pub fn apply(&self, document: &mut Value) -> Result<Report, Error> {
        if is_deeper_than(document, MAX_DEPTH) {
            return Err(Error::TooDeep { index: None });
        }
        let mut work = document.clone();
        let mut report = Report::default();
        let mut added = Vec::new();
        let mut skipped = Vec::new();
        for (index, action) in self.actions().iter().enumerate() {
            let step = ActionRun {
                action,
                index,
                version: self.version(),
            };
            let outcome = match step.find_present(&work)? {
                Some(present) => {
                    let differing: Vec<_> = present.into_iter().filter(|place| place.differs).collect();
                    let differs = !differing.is_empty();
                    skipped.extend(differing.into_iter().map(|place| Skipped {
                        action: index,
                        location: place.location,
                    }));
                    Outcome::Redundant { differs }
                }
                None => step.run(&mut work)?,
            };
            if let (Some(_), Modification::Update(update), Outcome::Applied { .. }) =
                (&action.guard, &action.modification, outcome)
            {
                added.push(Added {
                    action: index,
                    update,
                });
            }
            report.actions.push(ActionReport {
                index,
                target: action.target().to_owned(),
                description: action.description().map(str::to_owned),
                outcome,
            });
        }
        report.conflicts = conflicts(&added, &skipped);
        *document = work;
        Ok(report)
    }
}

/// A place in the document that `x-when-absent` selects.
struct Present {
    location: Location,
    /// Whether the action would have put a different value there.
    differs: bool,
}

/// One action while it is being applied.
struct ActionRun<'a> {
    action: &'a Action,
    index: usize,
    version: Version,
}

impl ActionRun<'_> {
    fn run(&self, document: &mut Value) -> Result<Outcome, Error> {
        let mut targets = self.action.path.locate(document);
        if targets.is_empty() {
            return Ok(Outcome::NoMatch);
        }
        let matches = targets.len();
        let changed = match &self.action.modification {
            Modification::Update(value) => self.merge(document, &targets, value)?,
            Modification::Copy(source) => {
                let found = source.locate(document);
                let [source] = found.as_slice() else {
                    let reason = format!("`copy` must select exactly one node, but selects {}", found.len());
                    return Err(self.does_not_fit(&Location::default(), reason));
                };
                let value = source.get(document).cloned().unwrap_or_default();
                self.merge(document, &targets, &value)?
            }
            Modification::Remove => {
                self.check_primitives(document, &targets)?;
                // Removes children before parents and later elements before earlier ones. No removal then
                // moves a node that is still to be removed.
                targets.sort();
                targets
                    .iter()
                    .rev()
                    .filter(|target| target.remove(document).is_some())
                    .count()
                    > 0
            }
        };
        Ok(if changed {
            Outcome::Applied { matches }
        } else {
            Outcome::Unchanged
        })
    }

    fn merge(&self, document: &mut Value, targets: &[Location], value: &Value) -> Result<bool, Error> {
        self.check_same_kind(document, targets)?;
        let mut changed = false;
        for target in targets {
            let Some(node) = target.get_mut(document) else {
                continue;
            };
            // A value that is appended to an array is one level below it.
            let level = target.0.len() + usize::from(node.is_array());
            if is_deeper_than(value, MAX_DEPTH.saturating_sub(level)) {
                return Err(Error::TooDeep {
                    index: Some(self.index),
                });
            }
            let merged = into_target(node, target, value, self.version);
            changed |= merged.map_err(|mismatch| self.does_not_fit(&mismatch.location, mismatch.reason))?;
        }
        Ok(changed)
    }

    /// 1.1: the nodes selected for `update` or `copy` "MUST be either all objects or all arrays or all
    /// primitives".
    fn check_same_kind(&self, document: &Value, targets: &[Location]) -> Result<(), Error> {
        if self.version == Version::V1_0 {
            return Ok(());
        }
        let mut nodes = targets
            .iter()
            .filter_map(|target| Some((target, target.get(document)?)));
        let Some((_, first)) = nodes.next() else {
            return Ok(());
        };
        let is_other =
            |node: &Value| node.is_object() != first.is_object() || node.is_array() != first.is_array();
        match nodes.find(|(_, node)| is_other(node)) {
            None => Ok(()),
            Some((target, node)) => {
                let reason = format!(
                    "the target selects {} here but {} elsewhere; all must be objects, all arrays, or all primitives",
                    kind(node),
                    kind(first)
                );
                Err(self.does_not_fit(target, reason))
            }
        }
    }

    /// 1.0: the target "MUST be zero or more objects or arrays". This also applies to `remove`.
    fn check_primitives(&self, document: &Value, targets: &[Location]) -> Result<(), Error> {
        if self.version == Version::V1_1 {
            return Ok(());
        }
        match targets
            .iter()
            .find_map(|target| Some((target, target.get(document).filter(|node| is_primitive(node))?)))
        {
            None => Ok(()),
            Some((target, node)) => {
                let reason = format!(
                    "the target selects {}, which Overlay 1.0 does not allow; use Overlay 1.1",
                    kind(node)
                );
                Err(self.does_not_fit(target, reason))
            }
        }
    }

    /// The places that `x-when-absent` selects. `None` if it selects nothing or the action has no
    /// `x-when-absent`; the action is then applied.
    fn find_present(&self, document: &Value) -> Result<Option<Vec<Present>>, Error> {
        let (Some(guard), Modification::Update(update)) = (&self.action.guard, &self.action.modification)
        else {
            return Ok(None);
        };
        let found = guard.locate(document);
        if found.is_empty() {
            return Ok(None);
        }
        let targets = self.action.path.locate(document);
        let present = found.into_iter().map(|location| {
            let differs = targets
                .iter()
                .any(|target| self.would_differ(document, target, &location, update));
            Present { location, differs }
        });
        Ok(Some(present.collect()))
    }

    /// Whether `update`, merged into `target`, would have put a different value at `location`.
    fn would_differ(&self, document: &Value, target: &Location, location: &Location, update: &Value) -> bool {
        let (Some(below), Some(present)) = (location.below(target), location.get(document)) else {
            return false;
        };
        let is_array = target.get(document).is_some_and(Value::is_array);
        match (below.split_first(), update) {
            // Entries are appended, so the existing entry may match any of them.
            (Some((Step::Index(_), rest)), Value::Array(entries))
                if is_array && self.version == Version::V1_1 =>
            {
                !entries.iter().any(|entry| descend(entry, rest) == Some(present))
            }
            (Some((Step::Index(_), rest)), entry) if is_array => {
                descend(entry, rest).is_some_and(|planned| planned != present)
            }
            _ => descend(update, below).is_some_and(|planned| planned != present),
        }
    }

    fn does_not_fit(&self, location: &Location, reason: String) -> Error {
        Error::DoesNotFit {
            index: self.index,
            target: self.action.target().to_owned(),
            location: location.to_string(),
            reason,
        }
    }
}
