//! A change that a rule has found.

use std::collections::BTreeMap;

use openapi_document::Pointer;

use crate::rule::{Place, Rule, Variance, Verdict};

/// A change in its place, before it is known which operations meet it.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) rule: &'static Rule,
    pub(crate) place: Place,
    pub(crate) verdict: Verdict,
    pub(crate) old: Pointer,
    pub(crate) new: Pointer,
    pub(crate) subject: String,
    pub(crate) arguments: BTreeMap<&'static str, String>,
}

impl Change {
    /// A change of something that stands in both documents, or nearest to it. `place` matters to rules of schemas alone.
    pub(crate) fn new(
        rule: &'static Rule,
        place: Place,
        variance: Variance,
        old: &Pointer,
        new: &Pointer,
        subject: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            place,
            verdict: rule.verdict(variance),
            old: old.clone(),
            new: new.clone(),
            subject: subject.into(),
            arguments: BTreeMap::new(),
        }
    }

    /// Gives the message an argument.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.insert(name, value.into());
        self
    }

    /// Replaces the rule's verdict, where it depends on more than the direction.
    #[must_use]
    pub(crate) fn judged(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }
}
