//! The report about applying an overlay: plain data.

/// What [`Overlay::apply`](crate::Overlay::apply) did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// One entry for each action, in the order of the overlay.
    pub actions: Vec<ActionReport>,
    /// Additions that refer to a value that the document defines differently from the overlay.
    pub conflicts: Vec<Conflict>,
}

/// The report about one action.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionReport {
    /// The index of the action in `actions`, from 0.
    pub index: usize,
    /// The target as written in the overlay.
    pub target: String,
    /// The description of the action, if it has one.
    pub description: Option<String>,
    /// What the action did.
    pub outcome: Outcome,
}

/// What an action did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The document was changed.
    Applied {
        /// How many nodes the target selected.
        matches: usize,
    },
    /// The target selected nodes, but they already had the values that the action would set.
    Unchanged,
    /// The target selected nothing. By the specification such an action succeeds, but often the document has
    /// changed since the overlay was written.
    NoMatch,
    /// The action was skipped because its `x-when-absent` selects something in the document.
    Redundant {
        /// Whether the selected value differs from the one that the action would have added.
        differs: bool,
    },
}

/// An addition that refers (`$ref`) to a value whose own addition was skipped.
///
/// The document already has that value, but with a different definition. The addition was written for the
/// definition in the overlay, and now refers to the one in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The index of the action that was applied.
    pub action: usize,
    /// The `$ref` in its `update`.
    pub reference: String,
    /// The index of the action that was skipped.
    pub skipped_action: usize,
}
