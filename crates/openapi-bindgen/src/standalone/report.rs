//! What became of a document: for people (`REPORT.md`) and for programs (`report.json`).

use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;

use super::untyped;
use crate::{Change, Generated, Loss, Skipped};

/// What became of a document. It serialises into `report.json`.
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
    /// What became of the operations.
    pub operations: Operations,
    /// What became of the component schemas.
    pub schemas: Schemas,
    /// How many fields of the types are any JSON.
    pub fields: Fields,
    /// What each pass did, in the order of the passes.
    pub passes: Vec<Pass>,
    /// Every change.
    pub changes: Vec<Row>,
}

/// What became of the operations.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Operations {
    /// Those of the document.
    pub total: usize,
    /// Those that have a method.
    pub generated: usize,
    /// Those that have none.
    pub skipped: Vec<SkippedOperation>,
}

/// An operation without a method.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SkippedOperation {
    /// Method and path.
    pub operation: String,
    /// Its place in the document, as a JSON pointer.
    pub pointer: String,
    /// What the generator lacks.
    pub reason: String,
}

/// What became of the component schemas.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct Schemas {
    /// Those of the document.
    pub total: usize,
    /// Those that have a type of their own.
    pub generated: usize,
    /// Those whose type, or a part of it, accepts more than the document says.
    pub widened: usize,
}

/// How many fields of the types are any JSON: `serde_json::Value` or a map of it, perhaps optional.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct Fields {
    /// The fields of all types.
    pub total: usize,
    /// Those that are any JSON.
    pub any_json: usize,
    /// Those that are any JSON although the document says more: which type or which members their values have.
    pub untyped: usize,
    /// The share of those in all fields.
    pub untyped_share: f64,
    /// Those themselves.
    pub places: Vec<UntypedField>,
}

/// A field that is any JSON although the document says more.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct UntypedField {
    /// Its path: `types::Order::note`.
    pub field: String,
    /// Where the document says more, as a JSON pointer.
    pub pointer: String,
}

/// What a pass did.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Pass {
    /// Its name.
    pub pass: &'static str,
    /// How many places it changed.
    pub changes: usize,
    /// At how many of them nothing was lost.
    pub none: usize,
    /// At how many of them something was lost that no value is checked against.
    pub dropped: usize,
    /// At how many of them more values are accepted than before.
    pub widened: usize,
}

/// A change, in words.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The pass that made it.
    pub pass: &'static str,
    /// Its place in the document, as a JSON pointer.
    pub pointer: String,
    /// `none`, `dropped` or `widened`.
    pub loss: &'static str,
    /// What was done.
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

    /// The report as JSON text, with a line break at its end.
    pub fn json(&self) -> String {
        // There are no maps with other keys than texts, and no numbers that are not finite: it cannot fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The report as Markdown.
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
            "The crate `{}` has {} of {} operations, and types for {} of {} schemas; {} of them accept more than the document \
             says.\n",
            self.crate_name,
            operations.generated,
            operations.total,
            schemas.generated,
            schemas.total,
            schemas.widened
        )?;
        writeln!(
            out,
            "Of the {} fields of its types, {} are any JSON (`serde_json::Value` or a map of it). For {} of all ({:.2} %) the \
             document says more.\n",
            fields.total,
            fields.any_json,
            fields.untyped,
            fields.untyped_share * 100.0
        )?;
        if !operations.skipped.is_empty() {
            writeln!(
                out,
                "## Operations that are not here\n\n| operation | reason |\n| --- | --- |"
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
                "## Fields that are any JSON although the document says more\n\n| field | place |\n| --- | --- |"
            )?;
            for UntypedField { field, pointer } in &fields.places {
                writeln!(out, "| `{field}` | `{}` |", pointer.replace('|', "\\|"))?;
            }
            writeln!(out)?;
        }
        if !self.passes.is_empty() {
            writeln!(
                out,
                "## What was changed on the way\n\n| pass | changes | nothing lost | dropped | widened |\n\
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

/// Text for a cell of a table, or a heading.
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
