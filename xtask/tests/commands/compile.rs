//! `refresh --compile`, with a facade that compiles against one document only.

use std::{env, process::Command};

use xtask::Outcome;
use xtask::refresh::Options;

use crate::site::upstream;
use crate::support::{Copy, options};

/// The document that the facade compiles against. The facade has its length in the type of an array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fits {
    Present,
    New,
}

/// A workspace, and how to refresh it from a longer document.
fn workspace(fits: Fits) -> (Copy, Options) {
    let copy = Copy::small();
    copy.write(
        "Cargo.toml",
        &format!(
            "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n\n[workspace.package]\nversion = \"{}\"\n",
            env!("CARGO_PKG_VERSION")
        ),
    );
    copy.write(
        "crates/databar/Cargo.toml",
        "[package]\nname = \"databar\"\nedition = \"2024\"\nversion.workspace = true\n",
    );
    let mut new = upstream(&copy);
    new["info"]["description"] = "Longer than the present one.".into();
    new.sort_all_objects();
    let text = format!("{new:#}\n");
    let length = match fits {
        Fits::Present => copy.read("openapi.json").len(),
        Fits::New => text.len(),
    };
    copy.write(
        "crates/databar/src/lib.rs",
        &format!("const _: [(); {length}] = [(); include_str!(\"../../../openapi.json\").len()];\n"),
    );
    copy.write("new.json", &text);
    let options = Options {
        compile: true,
        ..options(copy.path().join("new.json").to_str().unwrap())
    };
    (copy, options)
}

fn compiles(copy: &Copy) -> bool {
    Command::new(env::var_os("CARGO").unwrap())
        .args(["check", "--quiet", "--package", "databar", "--all-targets"])
        .current_dir(copy.path())
        .output()
        .unwrap()
        .status
        .success()
}

#[test]
fn a_facade_that_does_not_compile_keeps_the_files() {
    let (copy, options) = workspace(Fits::Present);
    let before = copy.files();
    let (result, said) = copy.refresh(&options);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("1 problem"), "{error}");
    assert!(
        said.contains("In the way\n  crates/databar does not compile"),
        "{said}"
    );
    assert!(
        said.contains("error[E0308]") && said.contains("crates/databar/src/lib.rs:1:"),
        "{said}"
    );
    assert!(copy.files() == before);
}

#[test]
fn the_artifacts_of_the_workspace_are_not_those_of_the_copy() {
    let (copy, options) = workspace(Fits::New);
    assert!(!compiles(&copy));
    let check = Options {
        check: true,
        ..options
    };
    let (result, said) = copy.refresh(&check);
    assert_ne!(result.unwrap(), Outcome::Done, "{said}");
    assert!(!said.contains("In the way"), "{said}");
    assert!(!compiles(&copy));
}
