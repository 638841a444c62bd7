//! The table of the passes that prepare a document and finish its types.

/// A step that changes the document, or the code generated from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pass {
    /// The name, as in [`Change::pass`](crate::Change::pass).
    pub name: &'static str,
    /// Why the pass exists.
    pub why: &'static str,
}

impl Pass {
    pub(crate) const fn new(name: &'static str, why: &'static str) -> Self {
        Self { name, why }
    }
}

/// All passes, in order. Those of `openapi-downconvert` run before them.
pub fn passes() -> impl Iterator<Item = &'static Pass> {
    let tables: [&'static [Pass]; 3] = [
        crate::prepare::PASSES,
        crate::prepare::SCHEMA_PASSES,
        crate::LAST_PASSES,
    ];
    tables.into_iter().flatten()
}
