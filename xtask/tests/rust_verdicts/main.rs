//! rustc proves what `cargo xtask diff` says of the Rust bindings: a program that uses all of the old bindings compiles against the
//! new ones, unless the diff calls the change major.
//!
//! Every change is tried in both directions. All programs are checked by one call of cargo, in one workspace: a library for each
//! document, and beside it the programs that are compiled against it.

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

use program::Matching;
use rustc::{Library, Verdicts};

/// Why rustc and the diff may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Called minor, and it will be once the type is `#[non_exhaustive]`: until then, whoever names all its fields or
    /// variants breaks.
    NonExhaustive,
    /// Called major although it compiles: what must be given now is missed, or what is given is refused, when the program runs.
    AtRunTime,
    /// The diff is mistaken.
    #[allow(dead_code, reason = "for the day when one is found")]
    WrongToday,
}

use Reason::{AtRunTime, NonExhaustive};

/// The changes of which rustc says something else than the diff. No more, no less.
const DIFFERENT: &[(&str, Reason)] = &[
    ("sent field added, required", AtRunTime),
    ("received field added, optional", NonExhaustive),
    ("received field added, required", NonExhaustive),
    ("shared field added, optional", NonExhaustive),
    ("sent enum value added", NonExhaustive),
    ("received enum value added", NonExhaustive),
    ("shared enum value added", NonExhaustive),
    ("query argument added, required", AtRunTime),
    ("query argument made required", AtRunTime),
    ("query argument's text made an enum", AtRunTime),
];

/// A document, and what was generated from it.
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

    /// The program that uses all of these bindings, compiled against others.
    fn program(&self, against: &Self, matching: Matching) -> String {
        program::of(&self.generated, &against.library, matching)
    }
}

/// A change of a document, in one direction.
struct Change<'a> {
    name: String,
    old: &'a Bindings,
    new: &'a Bindings,
}

impl Change<'_> {
    fn reason(&self) -> Option<Reason> {
        let found = DIFFERENT.iter().find(|(name, _)| *name == self.name);
        found.map(|(_, reason)| *reason)
    }

    /// The names of its programs: the one that matches all, the one that leaves room for more.
    fn programs(&self) -> [String; 2] {
        let pair = format!("{}-against-{}", self.old.library, self.new.library);
        [pair.clone(), format!("{pair}-with-room")]
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

/// The greatest step of the Rust items that the diff tells.
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

/// What is wrong with a change, if anything is.
fn fault(change: &Change<'_>, told: &str, rustc: &Verdicts) -> Option<String> {
    let [whole, with_room] = change.programs();
    let error = rustc.error(&whole);
    let words = error.unwrap_or("it compiles");
    let differ = (told == "major") != error.is_some();
    let said = format!("{}: the diff says {told}, rustc: {words}", change.name);
    match change.reason() {
        None if differ => Some(said),
        None => None,
        Some(_) if !differ => Some(format!("{said}; its entry is not needed any more")),
        Some(NonExhaustive) if error.is_none() => {
            Some(format!("{said}; that has nothing to do with matching"))
        }
        Some(NonExhaustive) => {
            let error = rustc.error(&with_room)?;
            Some(format!("{said}; and with room for more: {error}"))
        }
        Some(AtRunTime) if error.is_some() => Some(format!("{said}; that is not at run time")),
        Some(AtRunTime | Reason::WrongToday) => None,
    }
}

#[test]
fn rustc_agrees() {
    let all = bindings();
    let (base, edited) = all.split_first().unwrap();
    let changes: Vec<Change<'_>> = edited
        .iter()
        .flat_map(|(name, edit)| {
            let there = Change {
                name: (*name).to_owned(),
                old: &base.1,
                new: edit,
            };
            let back = Change {
                name: format!("undone: {name}"),
                old: edit,
                new: &base.1,
            };
            [there, back]
        })
        .collect();
    for (name, _) in DIFFERENT {
        assert!(
            changes.iter().any(|change| change.name == *name),
            "there is no change {name:?}"
        );
    }

    let folder = tempfile::tempdir().unwrap();
    let told: Vec<String> = changes.iter().map(|change| told(change, folder.path())).collect();

    let mut libraries: Vec<Library> = Vec::new();
    for (_, bindings) in &all {
        let package = package(
            &bindings.document,
            &bindings.generated,
            Some(&bindings.library),
            true,
        );
        let mut library = Library::of(package);
        // Were the program wrong, it would not compile against its own bindings either.
        library.add(
            format!("{}-itself", bindings.library),
            bindings.program(bindings, Matching::Whole),
        );
        for change in changes
            .iter()
            .filter(|change| change.new.library == bindings.library)
        {
            let [whole, with_room] = change.programs();
            library.add(whole, change.old.program(bindings, Matching::Whole));
            if change.reason() == Some(NonExhaustive) {
                library.add(with_room, change.old.program(bindings, Matching::WithRoom));
            }
        }
        libraries.push(library);
    }
    let rustc = rustc::check(&libraries);

    for (name, bindings) in &all {
        let error = rustc.error(&format!("{}-itself", bindings.library));
        assert_eq!(
            error, None,
            "the program for {name:?} does not compile against its own bindings"
        );
    }
    for (change, told) in changes.iter().zip(&told) {
        let [whole, _] = change.programs();
        println!(
            "{:<70} {told:<6} {}",
            change.name,
            rustc.error(&whole).unwrap_or("compiles")
        );
    }
    let faults: Vec<String> = changes
        .iter()
        .zip(&told)
        .filter_map(|(change, told)| fault(change, told, &rustc))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
