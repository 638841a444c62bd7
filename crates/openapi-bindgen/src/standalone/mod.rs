//! A crate of its own from what was generated: the client, a program that checks its types, and the report.
//!
//! Nothing is written here: a [`Package`] is names and texts.

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
    /// Each file's path within the crate, with `/` between its parts, and its content.
    pub files: Vec<(&'static str, String)>,
    /// What became of the document.
    pub report: Report,
}

impl Package {
    /// Whether a `Cargo.toml` with this content is one that [`package`] has made.
    pub fn made(manifest: &str) -> bool {
        manifest.lines().next() == Some(manifest::FIRST_LINE)
    }
}

/// Makes a crate of the bindings of a document, which were generated with
/// [`Settings::standalone`](crate::Settings::standalone).
///
/// The crate is called after the title in `document`, or `name` if there is one: cargo takes two crates of one name that
/// are built into one folder for the same crate. `member` says whether it belongs to a workspace around it; otherwise it is
/// the root of its own, wherever it lies.
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
            readme::readme(&in_words(&title), &name.replace('-', "_"), document, generated),
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
         //! [`Client`] has a method for each operation; the types of the document are in [`types`], and the calls, which are\n\
         //! awaited, in [`builder`]. Every call that fails gives the same [`Error`]. `REPORT.md` says what of the document is not here, and what is less strict.\n\n\
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

/// Text of the document on one line, without what rustdoc would take for markup.
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
