//! A change that a rule found.

use std::collections::BTreeMap;

use openapi_document::Pointer;

use crate::rule::{Place, Rule, Variance, Verdict};

/// A change and its place, before it is known which operations it affects.
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
    /// A change between two places. If one document lacks the changed thing, its place is the nearest one
    /// around it. Only rules of schemas use `place`.
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

    /// Adds an argument to the message.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.insert(name, value.into());
        self
    }

    /// Replaces the rule's verdict, for verdicts that depend on more than the direction.
    #[must_use]
    pub(crate) fn judged(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }
}
