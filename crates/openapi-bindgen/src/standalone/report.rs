//! The report on a generation: for people (`REPORT.md`) and for programs (`report.json`).

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use super::untyped;
use crate::{Change, Generated, Loss, Skipped};

/// The report on a generation. It serialises to `report.json`.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The document's title, on one line.
    pub title: String,
    /// The document's own version.
    pub version: String,
    /// The name of the crate.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// The operations.
    pub operations: Operations,
    /// The component schemas.
    pub schemas: Schemas,
    /// The fields of the types that are any JSON.
    pub fields: Fields,
    /// What each pass changed, in the order of the passes.
    pub passes: Vec<Pass>,
    /// Every change.
    pub changes: Vec<Row>,
}

/// Counts of operations.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Operations {
    /// The operations in the document.
    pub total: usize,
    /// The operations with a method.
    pub generated: usize,
    /// The operations without a method.
    pub skipped: Vec<SkippedOperation>,
}

/// An operation without a method.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SkippedOperation {
    /// The method and path.
    pub operation: String,
    /// The place in the document, as a JSON pointer.
    pub pointer: String,
    /// Why it could not be generated.
    pub reason: String,
}

/// Counts of component schemas.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct Schemas {
    /// The schemas in the document.
    pub total: usize,
    /// The schemas with their own type.
    pub generated: usize,
    /// The schemas whose type, or a part of it, accepts more than the document allows.
    pub widened: usize,
}

/// Counts of fields that are any JSON: `serde_json::Value` or a map of it, perhaps optional.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Fields {
    /// The fields of all types.
    pub total: usize,
    /// The fields that are any JSON.
    pub any_json: usize,
    /// The fields that are any JSON although the document gives the type or the members of their values.
    pub untyped: usize,
    /// The share of untyped fields in all fields.
    pub untyped_share: f64,
    /// The untyped fields.
    pub places: Vec<UntypedField>,
}

/// A field that is any JSON although the document is more specific.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct UntypedField {
    /// The path of the field, such as `types::Order::note`.
    pub field: String,
    /// Where the document is more specific, as a JSON pointer.
    pub pointer: String,
}

/// What a pass changed.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Pass {
    /// The name of the pass.
    pub pass: &'static str,
    /// How many places it changed.
    pub changes: usize,
    /// In how many of these places nothing was lost.
    pub none: usize,
    /// In how many of these places something was lost that values are not checked against.
    pub dropped: usize,
    /// In how many of these places more values are accepted than before.
    pub widened: usize,
}

/// A change, in words.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The pass that made it.
    pub pass: &'static str,
    /// The place in the document, as a JSON pointer.
    pub pointer: String,
    /// `none`, `dropped` or `widened`.
    pub loss: &'static str,
    /// What was changed.
    pub note: String,
}

impl Report {
    pub(super) fn new(
        document: &Value,
        title: &str,
        version: &str,
        crate_name: &str,
        generated: &Generated,
    ) -> Self {
        let skipped: Vec<_> = generated.skipped.iter().map(SkippedOperation::from).collect();
        Self {
            title: title.to_owned(),
            version: version.to_owned(),
            crate_name: crate_name.to_owned(),
            operations: Operations {
                total: generated.operations.len() + skipped.len(),
                generated: generated.operations.len(),
                skipped,
            },
            schemas: Schemas {
                total: generated.schemas.total,
                generated: generated.schemas.generated,
                widened: generated.schemas.widened,
            },
            fields: untyped::fields(document, &generated.surface),
            passes: passes(&generated.changes),
            changes: generated.changes.iter().map(Row::from).collect(),
        }
    }

    /// Writes the report as JSON text, with a line break at its end.
    pub fn json(&self) -> String {
        // This cannot fail, because all maps have string keys and all numbers are finite.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Writes the report as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let Self {
            operations,
            schemas,
            fields,
            ..
        } = self;
        writeln!(out, "# {}\n", cell(&format!("{} {}", self.title, self.version)))?;
        writeln!(
            out,
            "The crate `{}` has {} of {} operations, and types for {} of {} schemas. Types that accept more than \
             the document allows: {}.\n",
            self.crate_name,
            operations.generated,
            operations.total,
            schemas.generated,
            schemas.total,
            schemas.widened
        )?;
        writeln!(
            out,
            "Fields of its types: {}. Fields that are any JSON (`serde_json::Value` or a map of it): {}. Those for \
             which the document is more specific: {} ({:.2} % of all fields).\n",
            fields.total,
            fields.any_json,
            fields.untyped,
            fields.untyped_share * 100.0
        )?;
        if !operations.skipped.is_empty() {
            writeln!(
                out,
                "## Operations that could not be generated\n\n| operation | reason |\n| --- | --- |"
            )?;
            for SkippedOperation {
                operation, reason, ..
            } in &operations.skipped
            {
                writeln!(out, "| `{}` | {} |", operation.replace('|', "\\|"), cell(reason))?;
            }
            writeln!(out)?;
        }
        if !fields.places.is_empty() {
            writeln!(
                out,
                "## Fields that are any JSON although the document is more specific\n\n| field | place |\n| --- | --- |"
            )?;
            for UntypedField { field, pointer } in &fields.places {
                writeln!(out, "| `{field}` | `{}` |", pointer.replace('|', "\\|"))?;
            }
            writeln!(out)?;
        }
        if !self.passes.is_empty() {
            writeln!(
                out,
                "## Changes\n\n| pass | changes | nothing lost | dropped | widened |\n\
                 | --- | --- | --- | --- | --- |"
            )?;
            for pass in &self.passes {
                writeln!(
                    out,
                    "| {} | {} | {} | {} | {} |",
                    pass.pass, pass.changes, pass.none, pass.dropped, pass.widened
                )?;
            }
            writeln!(
                out,
                "\nEach change, with its place and its reason, is in `report.json`."
            )?;
        }
        Ok(())
    }
}

/// Writes a text for a cell of a table, or for a heading.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
        .replace('<', "\\<")
}

fn passes(changes: &[Change]) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for change in changes {
        let position = passes.iter().position(|pass| pass.pass == change.pass);
        let position = position.unwrap_or_else(|| {
            passes.push(Pass {
                pass: change.pass,
                changes: 0,
                none: 0,
                dropped: 0,
                widened: 0,
            });
            passes.len() - 1
        });
        let pass = &mut passes[position];
        pass.changes += 1;
        match change.loss {
            Loss::None => pass.none += 1,
            Loss::Dropped => pass.dropped += 1,
            Loss::Widened => pass.widened += 1,
        }
    }
    passes
}

impl From<&Skipped> for SkippedOperation {
    fn from(skipped: &Skipped) -> Self {
        Self {
            operation: skipped.operation.clone(),
            pointer: skipped.pointer.clone(),
            reason: skipped.reason.clone(),
        }
    }
}

impl From<&Change> for Row {
    fn from(change: &Change) -> Self {
        Self {
            pass: change.pass,
            pointer: change.pointer.clone(),
            loss: match change.loss {
                Loss::None => "none",
                Loss::Dropped => "dropped",
                Loss::Widened => "widened",
            },
            note: change.note.clone(),
        }
    }
}
