//! The changes from the present document to the new one, each with the overlay applied: the report of `cargo
//! xtask diff`.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use openapi_diff::report::Described;
use openapi_diff::{
    Options, Report, Semver,
    render::{self, Palette},
};
use serde_json::Value;

use super::Format;
use crate::diff::source::Loaded;
use crate::diff::{release, rust};

/// The changes in words, and whether they break anybody.
pub(crate) struct Changes {
    /// In the format that was asked for, with the effect on the bindings and the version of the next release.
    pub(crate) summary: String,
    /// The same for a browser, if asked for. `None` if there is no document to compare with.
    pub(crate) html: Option<String>,
    pub(crate) is_breaking: bool,
}

pub(crate) fn compare(
    old: &Value,
    new: &Value,
    workspace: &Path,
    today: NaiveDate,
    format: Format,
    with_html: bool,
) -> Changes {
    let diff = match openapi_diff::diff(old, new, Options::new(today)) {
        Ok(diff) => diff,
        // Without a document before, nothing can break.
        Err(error) => {
            let heading = match format {
                Format::Text => "Everything is new",
                Format::Markdown => "## Everything is new\n",
            };
            return Changes {
                summary: format!("{heading}\nThere is no document to compare with: {error}\n"),
                html: None,
                is_breaking: false,
            };
        }
    };
    let (old, new) = (
        loaded("the present document", old),
        loaded("the new document", new),
    );
    let mut report = Report::new(
        &diff,
        Described::new(&old.value, &old.bytes),
        Described::new(&new.value, &new.bytes),
    );
    let settings = crate::build_script::settings();
    report.effects = vec![rust::effect(&old, &new, &settings, &diff)];
    report.release = release::version(&report, workspace);
    Changes {
        summary: match format {
            Format::Text => render::text(&report, Palette::coloured()),
            Format::Markdown => render::markdown(&report),
        },
        html: with_html.then(|| render::html(&report, &old.value, &new.value)),
        is_breaking: report.semver() == Semver::Major,
    }
}

fn loaded(name: &str, document: &Value) -> Loaded {
    Loaded {
        name: name.to_owned(),
        file: PathBuf::new(),
        bytes: document.to_string().into_bytes(),
        value: document.clone(),
    }
}
