//! What applying an overlay did. Plain data; nothing is decided here.

/// What [`Overlay::apply`](crate::Overlay::apply) did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// One entry for each action, in the order of the overlay.
    pub actions: Vec<ActionReport>,
    /// Additions that refer to something that the document defines differently than the overlay expected.
    pub conflicts: Vec<Conflict>,
}

/// What became of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionReport {
    /// Index of the action in `actions`, from 0.
    pub index: usize,
    /// The target as written in the overlay.
    pub target: String,
    /// The description of the action, if it has one.
    pub description: Option<String>,
    /// What it did.
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
    /// The target selected nodes, and they were already as the action wants them.
    Unchanged,
    /// The target selected nothing. The specification says that such an action succeeds; it often means that
    /// the document has moved on.
    NoMatch,
    /// The action was skipped: what its `x-when-absent` names is in the document.
    Redundant {
        /// Whether what is there differs from what the action would have put there.
        differs: bool,
    },
}

/// An addition that was made refers (`$ref`) to something whose own addition was skipped because the document
/// has it already, but differently. The addition was written against another definition than the one it now
/// gets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// Index of the action that was applied.
    pub action: usize,
    /// The `$ref` in its `update`.
    pub reference: String,
    /// Index of the action that was skipped.
    pub skipped_action: usize,
}
