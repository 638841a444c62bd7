//! The list of accepted findings, each with a reason and an expiry date.
//!
//! ```toml
//! [[allow]]
//! id = "request-property-became-required"
//! operation = "POST /v1/orders"              # or pointer = "/components/schemas/Order/properties/id"
//! fingerprint = "0123456789ab"               # optional: only this finding
//! reason = "The server has refused orders without an id since May."
//! expires = 2026-12-31                       # the last day on which it is accepted
//! ```
//!
//! An outdated list hides changes, so an entry that matches no finding or has expired is an error.

use std::{collections::HashMap, path::Path};

use chrono::NaiveDate;
use openapi_diff::{Diff, Finding};
use serde::Deserialize;
use toml::Spanned;

/// The list of accepted findings.
#[derive(Debug, Default)]
pub(super) struct AllowList {
    file: String,
    entries: Vec<(usize, Entry)>,
}

/// The findings of a comparison that a list accepts.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    /// The reasons, by the fingerprint of the finding.
    pub(super) reasons: HashMap<String, String>,
    /// The errors in the list.
    pub(super) faults: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<Spanned<Entry>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    operation: Option<String>,
    pointer: Option<String>,
    fingerprint: Option<String>,
    reason: String,
    #[serde(deserialize_with = "date")]
    expires: NaiveDate,
}

impl Accepted {
    /// Accepts nothing, because of an error in the list.
    pub(super) fn fault(fault: String) -> Self {
        Self {
            faults: vec![fault],
            ..Self::default()
        }
    }
}

impl AllowList {
    /// Reads a list. The inner error is one in the list itself: then nothing is accepted.
    pub(super) fn read(file: &Path) -> std::io::Result<Result<Self, String>> {
        let text = std::fs::read_to_string(file)?;
        Ok(Self::parse(file.display().to_string(), &text))
    }

    fn parse(file: String, text: &str) -> Result<Self, String> {
        let list: File =
            toml::from_str(text).map_err(|error| format!("{file}: {}", error.to_string().trim_end()))?;
        let entries: Vec<_> = list
            .allow
            .into_iter()
            .map(|entry| {
                let line = text[..entry.span().start].matches('\n').count() + 1;
                (line, entry.into_inner())
            })
            .collect();
        for (line, entry) in &entries {
            let fault = |what: &str| Err(format!("{file}: line {line}: {}: {what}", entry.name()));
            if entry.reason.trim().is_empty() {
                return fault("`reason` is empty; say why the finding is accepted");
            }
            if entry.operation.is_none() && entry.pointer.is_none() {
                return fault("has neither `operation` nor `pointer`; add one of them");
            }
        }
        Ok(Self { file, entries })
    }

    /// The findings that it accepts on this day.
    pub(super) fn apply(&self, diff: &Diff, today: NaiveDate) -> Accepted {
        let mut accepted = Accepted::default();
        for (line, entry) in &self.entries {
            let place = format!("{}: line {line}: {}", self.file, entry.name());
            if entry.expires < today {
                accepted.faults.push(format!(
                    "{place}: expired on {}; remove the entry, or set another date",
                    entry.expires
                ));
                continue;
            }
            let before = accepted.reasons.len();
            let mut matches = 0;
            for finding in diff.findings.iter().filter(|finding| entry.matches(finding)) {
                matches += 1;
                accepted
                    .reasons
                    .entry(finding.fingerprint.clone())
                    .or_insert_with(|| entry.reason.clone());
            }
            if matches == 0 {
                accepted
                    .faults
                    .push(format!("{place}: matches no finding; {}", entry.advice(diff)));
            } else if accepted.reasons.len() == before {
                accepted.faults.push(format!(
                    "{place}: an entry above accepts the same findings; remove one of the two"
                ));
            }
        }
        accepted
    }
}

impl Entry {
    fn matches(&self, finding: &Finding) -> bool {
        let is = |wanted: &Option<String>, actual: &[Option<&str>]| match wanted {
            None => true,
            Some(wanted) => actual.contains(&Some(wanted)),
        };
        self.id == finding.id
            && is(&self.operation, &[finding.operation.as_deref()])
            && is(&self.pointer, &[Some(&finding.old), Some(&finding.new)])
            && is(&self.fingerprint, &[Some(&finding.fingerprint)])
    }

    fn name(&self) -> String {
        let place = self.operation.as_ref().or(self.pointer.as_ref());
        match place {
            Some(place) => format!("{} in {place}", self.id),
            None => self.id.clone(),
        }
    }

    /// What to do about an entry that matches no finding.
    fn advice(&self, diff: &Diff) -> &'static str {
        let nearly = Self {
            fingerprint: None,
            ..self.clone()
        };
        if self.fingerprint.is_some() && diff.findings.iter().any(|finding| nearly.matches(finding)) {
            "without its fingerprint it would match; look at the new finding, and correct the entry"
        } else if diff.findings.iter().any(|finding| finding.id == self.id) {
            "there are findings with this id in other places; correct the place, or remove the entry"
        } else {
            "remove the entry"
        }
    }
}

/// A TOML date, or a string with a date.
fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    let text = match &value {
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::String(text) => text.clone(),
        other => {
            let what = other.type_str();
            return Err(serde::de::Error::custom(format!(
                "expected a date such as 2026-12-31, found {what}"
            )));
        }
    };
    NaiveDate::parse_from_str(&text, "%Y-%m-%d")
        .map_err(|_| serde::de::Error::custom(format!("{text:?} is not a date; write it like 2026-12-31")))
}
