//! Every public function of the crate is called in an example that runs.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Words of a fence that say that its code does not run, or is no Rust.
const DO_NOT_RUN: [&str; 8] = [
    "compile_fail",
    "console",
    "ignore",
    "json",
    "no_run",
    "sh",
    "text",
    "toml",
];

/// All Rust files in a folder and those below it.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The code blocks of a text that run, as a reader sees them: without the hidden lines.
fn blocks<'a>(text: impl Iterator<Item = &'a str>) -> String {
    let (mut code, mut block, mut fence) = (String::new(), String::new(), None::<bool>);
    for line in text.map(str::trim) {
        match (line.strip_prefix("```"), fence) {
            (Some(words), None) => fence = Some(!words.split(',').any(|word| DO_NOT_RUN.contains(&word))),
            (Some(_), Some(runs)) => {
                // A function that holds the example is compiled, and never called.
                if runs && !block.contains("async fn example(") {
                    code += &block;
                }
                block.clear();
                fence = None;
            }
            (None, Some(_)) => block += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    code.lines()
        .filter(|line| !line.starts_with("# "))
        .fold(String::new(), |shown, line| shown + line + "\n")
}

/// The public functions of a source: the type that each belongs to, or nothing, and its name.
fn functions(source: &str) -> Vec<(String, String)> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let (mut functions, mut owner, mut is_hidden) = (Vec::new(), String::new(), false);
    for line in source.lines() {
        let code = line.trim();
        let function = ["pub fn ", "pub async fn ", "pub const fn "]
            .into_iter()
            .find_map(|start| code.strip_prefix(start));
        if code.starts_with("impl") && code.ends_with('{') {
            let name = code.trim_end_matches(" {").rsplit(' ').next().unwrap();
            owner = name.split('<').next().unwrap().to_owned();
        } else if code == "#[doc(hidden)]" {
            is_hidden = true;
        } else if let Some(function) = function {
            let name = function.split(['(', '<']).next().unwrap().to_owned();
            let owner = if line.starts_with("pub") { "" } else { &owner };
            if !is_hidden {
                functions.push((owner.to_owned(), name));
            }
            is_hidden = false;
        }
    }
    functions
}

/// Whether a function of this name is called. Nothing is known of types here: a call of a method of the same name on
/// something else counts, too.
fn is_called(name: &str, is_method: bool, code: &str) -> bool {
    let before: &[&str] = if is_method { &[".", "::"] } else { &[" ", "("] };
    before
        .iter()
        .flat_map(|before| ["(", "::<"].map(|after| format!("{before}{name}{after}")))
        .any(|call| code.contains(&call))
}

#[test]
fn every_public_function_is_in_an_example_that_runs() {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = rust_files(&krate.join("src"));
    let mut code = String::new();
    for path in &sources {
        let source = fs::read_to_string(path).unwrap();
        code += &blocks(source.lines().map(str::trim_start).filter_map(|line| {
            let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
            Some(text.strip_prefix(' ').unwrap_or(text))
        }));
    }
    // What is in the READMEs and does not run as documentation is one of these programs; other tests run them.
    for readme in ["README.md", "../../README.md"] {
        code += &blocks(fs::read_to_string(krate.join(readme)).unwrap().lines());
    }
    for program in rust_files(&krate.join("examples")) {
        code += &fs::read_to_string(program).unwrap();
    }

    let mut missing = Vec::new();
    for path in &sources {
        let file = path.strip_prefix(krate.join("src")).unwrap().display();
        for (owner, name) in functions(&fs::read_to_string(path).unwrap()) {
            if !is_called(&name, !owner.is_empty(), &code) {
                missing.push(format!("{file}: {owner}::{name}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "in no example that runs:\n{}",
        missing.join("\n")
    );
}
