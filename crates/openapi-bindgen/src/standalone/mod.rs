//! Makes a separate crate from the bindings: the client, a program that checks its types, and the report.
//!
//! Nothing is written to disk here: a [`Package`] contains names and texts.

mod manifest;
mod readme;
mod report;
mod roundtrip;
mod untyped;

use serde_json::Value;

use crate::Generated;

pub use report::{Fields, Report};

/// The files of a crate.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Package {
    /// The name of the crate.
    pub name: String,
    /// The path of each file within the crate, with `/` as the separator, and its content.
    pub files: Vec<(&'static str, String)>,
    /// The report on the generation.
    pub report: Report,
}

impl Package {
    /// Returns whether [`package`] made a `Cargo.toml` with this content.
    pub fn made(manifest: &str) -> bool {
        manifest.lines().next() == Some(manifest::FIRST_LINE)
    }
}

/// Makes a crate from the bindings of a document. Generate them with
/// [`Settings::standalone`](crate::Settings::standalone).
///
/// The crate is named `name`, or after the title in `document` if `name` is `None`. Give different names to
/// crates that are built into one target directory, because cargo takes crates of the same name for the same
/// crate. `member` says whether the crate belongs to a surrounding workspace; otherwise it is the root of its
/// own, wherever it is placed.
pub fn package(document: &Value, generated: &Generated, name: Option<&str>, member: bool) -> Package {
    let text = |key: &str| {
        let text = document["info"][key].as_str().unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (title, version) = (text("title"), text("version"));
    let name = name.map_or_else(|| manifest::crate_name(&title), ToOwned::to_owned);
    let report = Report::new(document, &title, &version, &name, generated);
    let files = vec![
        ("Cargo.toml", manifest::manifest(&name, &title, generated, member)),
        ("src/lib.rs", library(&title, &version, generated)),
        (
            "src/bin/roundtrip.rs",
            roundtrip::program(&name, &generated.types),
        ),
        (
            "README.md",
            readme::readme(&in_words(&title), &name, document, generated),
        ),
        ("REPORT.md", report.markdown()),
        ("report.json", report.json()),
    ];
    Package { name, files, report }
}

fn library(title: &str, version: &str, generated: &Generated) -> String {
    let title = in_words(title);
    format!(
        "//! A client of {}, generated from its OpenAPI document{}.\n\
         //!\n\
         //! [`Client`] has a method for each operation. The types of the document are in [`types`]. The calls, which are\n\
         //! sent by awaiting them, are in [`builder`]. Every failed call returns the same error type, [`Error`]. `REPORT.md`\n\
         //! lists what was left out of the document.\n\n\
         #![allow(clippy::all, dead_code, rustdoc::all, unused_imports, unused_mut, unused_variables)]\n\n{}",
        if title.is_empty() {
            "a service"
        } else {
            title.as_str()
        },
        match in_words(version) {
            version if version.is_empty() => String::new(),
            version => format!(" (version {version})"),
        },
        generated.code
    )
}

/// Writes a text of the document on one line, without characters that rustdoc would take for markup.
fn in_words(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, '[' | ']' | '<' | '>' | '`' | '\\') || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
