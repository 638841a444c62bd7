//! Checks the verdicts of `cargo xtask diff` on the Rust bindings with rustc: a program that uses everything
//! in the old bindings compiles against the new ones, unless the diff calls the change major.
//!
//! Every change is tried in both directions. One call of cargo checks all programs, in one workspace: a
//! library for each document, with the programs that are compiled against it.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod cases;
mod program;
mod rustc;

use std::{fs, path::Path, process::Command};

use openapi_bindgen::{Generated, Settings, generate, package};
use serde_json::Value;

use rustc::{Library, Verdicts};

/// A document and its bindings.
struct Bindings {
    library: String,
    document: Value,
    generated: Generated,
}

impl Bindings {
    fn of(library: String, document: Value) -> Self {
        let generated = generate(document.clone(), &Settings::standalone()).unwrap();
        assert!(generated.skipped.is_empty(), "{library}: {:?}", generated.skipped);
        Self {
            library,
            document,
            generated,
        }
    }

    /// The program that uses everything in these bindings, compiled against others.
    fn program(&self, against: &Self) -> String {
        program::of(&self.generated, &against.library)
    }
}

/// A change of a document, in one direction.
struct Change<'a> {
    name: String,
    old: &'a Bindings,
    new: &'a Bindings,
}

impl Change<'_> {
    /// The name of its program.
    fn program(&self) -> String {
        format!("{}-against-{}", self.old.library, self.new.library)
    }
}

fn bindings() -> Vec<(&'static str, Bindings)> {
    let mut all = vec![("", Bindings::of("base".to_owned(), cases::base()))];
    for (index, (name, edit)) in cases::ALL.iter().enumerate() {
        let mut document = cases::base();
        edit(&mut document);
        all.push((name, Bindings::of(format!("edit-{index}"), document)));
    }
    all
}

/// The greatest step among the Rust items of the diff.
fn told(change: &Change<'_>, folder: &Path) -> String {
    let file = |bindings: &Bindings| {
        let file = folder.join(format!("{}.json", bindings.library));
        fs::write(&file, bindings.document.to_string()).unwrap();
        file
    };
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("diff")
        .args([file(change.old), file(change.new)])
        .args(["--format", "json", "--fail-on", "never"])
        .current_dir(folder)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report.get("rust_unavailable").is_none(), "{report:#}");
    let steps = report["rust"].as_array().into_iter().flatten();
    let rank = |step: &str| {
        ["none", "patch", "minor", "major"]
            .iter()
            .position(|s| *s == step)
            .unwrap()
    };
    let greatest = steps
        .map(|item| item["semver"].as_str().unwrap())
        .max_by_key(|step| rank(step));
    greatest.unwrap_or("none").to_owned()
}

/// The error in a verdict, if there is one.
fn fault(change: &Change<'_>, told: &str, rustc: &Verdicts) -> Option<String> {
    let error = rustc.error(&change.program());
    let differ = (told == "major") != error.is_some();
    let words = error.unwrap_or("it compiles");
    differ.then(|| format!("{}: the diff says {told}, rustc: {words}", change.name))
}

/// Each edit of the base document, in both directions.
fn changes<'a>(base: &'a Bindings, edited: &'a [(&str, Bindings)]) -> Vec<Change<'a>> {
    let pair = |(name, edit): &'a (&str, Bindings)| {
        let there = Change {
            name: (*name).to_owned(),
            old: base,
            new: edit,
        };
        let back = Change {
            name: format!("undone: {name}"),
            old: edit,
            new: base,
        };
        [there, back]
    };
    edited.iter().flat_map(pair).collect()
}

/// The name of the program that is compiled against its own bindings.
fn own(bindings: &Bindings) -> String {
    format!("{}-itself", bindings.library)
}

/// The crate of the bindings, with all programs that are compiled against it.
fn library(bindings: &Bindings, changes: &[Change<'_>]) -> Library {
    let name = Some(bindings.library.as_str());
    let mut library = Library::of(package(&bindings.document, &bindings.generated, name, true));
    library.add(own(bindings), bindings.program(bindings));
    let to_here = changes
        .iter()
        .filter(|change| change.new.library == bindings.library);
    for change in to_here {
        library.add(change.program(), change.old.program(bindings));
    }
    library
}

#[test]
fn rustc_agrees() {
    let all = bindings();
    let (base, edited) = all.split_first().unwrap();
    let changes = changes(&base.1, edited);

    let libraries: Vec<Library> = all
        .iter()
        .map(|(_, bindings)| library(bindings, &changes))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let (told, rustc) = std::thread::scope(|scope| {
        let rustc = scope.spawn(|| rustc::check(&libraries));
        let told = changes.iter().map(|change| told(change, folder.path()));
        let told: Vec<String> = told.collect();
        (told, rustc.join().unwrap())
    });

    // A wrong program would not compile against its own bindings either.
    for (name, bindings) in &all {
        assert_eq!(rustc.error(&own(bindings)), None, "the program for {name:?}");
    }
    let mut faults = Vec::new();
    for (change, told) in changes.iter().zip(&told) {
        let words = rustc.error(&change.program()).unwrap_or("compiles");
        println!("{:<55} {told:<6} {words}", change.name);
        faults.extend(fault(change, told, &rustc));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
