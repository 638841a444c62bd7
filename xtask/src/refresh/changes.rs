//! What differs between the document that is there and the new one, overlay applied to both: what `cargo xtask diff` would say.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use openapi_diff::report::Described;
use openapi_diff::{Options, Report, Semver, render};
use serde_json::Value;

use crate::diff::source::Loaded;
use crate::diff::{release, rust};

/// The differences in words, and whether they break anybody.
pub(crate) struct Changes {
    /// With the effect on the bindings, the version that a release gets, and lines for the changelog.
    pub(crate) markdown: String,
    /// The same for a browser, if asked for; nothing where there is nothing to compare with.
    pub(crate) html: Option<String>,
    pub(crate) is_breaking: bool,
}

pub(crate) fn compare(
    old: &Value,
    new: &Value,
    workspace: &Path,
    today: NaiveDate,
    with_html: bool,
) -> Changes {
    let diff = match openapi_diff::diff(old, new, Options::new(today)) {
        Ok(diff) => diff,
        // There is nothing that could break.
        Err(error) => {
            let markdown = format!("## Everything is new\n\nThere is nothing to compare with: {error}\n");
            return Changes {
                markdown,
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
        markdown: render::markdown(&report),
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
