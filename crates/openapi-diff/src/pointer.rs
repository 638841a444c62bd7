//! Places in a document: JSON pointers (RFC 6901) that are cheap to extend and to share.

use std::{fmt, sync::Arc};

/// A place in a document.
#[derive(Clone, Default)]
pub(crate) struct Pointer(Option<Arc<Step>>);

struct Step {
    parent: Pointer,
    token: String,
}

impl Pointer {
    /// The place of a member or an item of what stands here.
    pub(crate) fn child(&self, token: impl Into<String>) -> Self {
        Self(Some(Arc::new(Step {
            parent: self.clone(),
            token: token.into(),
        })))
    }

    /// The tokens from the root to here.
    pub(crate) fn tokens(&self) -> Vec<&str> {
        let mut tokens = Vec::new();
        let mut at = self;
        while let Some(step) = &at.0 {
            tokens.push(step.token.as_str());
            at = &step.parent;
        }
        tokens.reverse();
        tokens
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens()
            .into_iter()
            .try_for_each(|token| write!(formatter, "/{}", token.replace('~', "~0").replace('/', "~1")))
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
