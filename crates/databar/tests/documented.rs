//! Every public function of the crate is called in an example that runs.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{fs, path::Path};

#[path = "support/rust_files.rs"]
mod rust_files;

use rust_files::rust_files;

/// The visible code of the blocks that run: those in plain fences, without their hidden lines. A block that
/// is the body of a function `example` is compiled but never called.
fn code_that_runs(text: &str) -> String {
    let blocks = text.split("```").skip(1).step_by(2);
    let lines = blocks
        .filter_map(|block| block.split_once('\n'))
        .filter(|(words, block)| matches!(*words, "" | "rust") && !block.contains("fn example("))
        .flat_map(|(_, block)| block.lines().filter(|line| !line.starts_with("# ")));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The documentation in a source file.
fn documentation(source: &str) -> String {
    let docs = source.lines().map(str::trim).filter_map(|line| {
        let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
        Some(text.strip_prefix(' ').unwrap_or(text))
    });
    docs.flat_map(|line| [line, "\n"]).collect()
}

/// The public functions in a source file: the type of each (empty if it has none), and its name.
fn functions(source: &str) -> Vec<(&str, &str)> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let (mut functions, mut owner, mut is_hidden) = (Vec::new(), "", false);
    for line in source.lines() {
        let code = line.trim();
        if let Some(head) = code.strip_suffix(" {").filter(|head| head.starts_with("impl")) {
            let name = head.rsplit(' ').next().unwrap();
            owner = name.split('<').next().unwrap();
        } else if let Some(function) = ["pub fn ", "pub async fn ", "pub const fn "]
            .into_iter()
            .find_map(|start| code.strip_prefix(start))
        {
            let owner = if line.starts_with("pub") { "" } else { owner };
            if !is_hidden {
                functions.push((owner, function.split(['(', '<']).next().unwrap()));
            }
        }
        let is_between = code.starts_with("#[") || code.starts_with("//");
        is_hidden = code == "#[doc(hidden)]" || is_hidden && is_between;
    }
    functions
}

#[test]
fn every_public_function_is_in_an_example_that_runs() {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let sources = rust_files(&krate.join("src"));
    let mut code: String = sources
        .iter()
        .map(|path| code_that_runs(&documentation(&read(path))))
        .collect();
    // The programs that the READMEs show come from the folder `examples`; other tests run them.
    for readme in ["src/guide.md", "../../README.md"] {
        code += &code_that_runs(&read(&krate.join(readme)));
    }
    for program in rust_files(&krate.join("examples")) {
        code += &read(&program);
    }

    // Compares names only, because types are not known here. A call of another type's method of the same name
    // counts too.
    let is_called = |is_method: bool, name: &str| {
        let before: &[&str] = if is_method {
            &[".", "::"]
        } else {
            &[" ", "(", "::"]
        };
        let mut calls = before
            .iter()
            .flat_map(|before| ["(", "::<"].map(|after| format!("{before}{name}{after}")));
        calls.any(|call| code.contains(&call))
    };
    let mut missing = Vec::new();
    for path in &sources {
        let file = path.strip_prefix(krate.join("src")).unwrap().display();
        for (owner, name) in functions(&read(path)) {
            if !is_called(!owner.is_empty(), name) {
                missing.push(format!("{file}: {owner}::{name}"));
            }
        }
    }
    missing.sort();
    assert!(
        missing.is_empty(),
        "in no example that runs:\n{}",
        missing.join("\n")
    );
}
