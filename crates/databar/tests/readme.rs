//! The programs in the READMEs are the examples, and do what the READMEs say.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{fs, path::Path, process::Command};

use databar_sandbox::Sandbox;

/// The Rust programs in a file, in order.
fn programs(file: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    text.split("```rust")
        .skip(1)
        .map(|block| {
            let (_, block) = block.split_once('\n').unwrap();
            block.split_once("```").unwrap().0.to_owned()
        })
        .filter(|block| block.contains("fn main()"))
        .collect()
}

/// Runs an example against a sandbox, whose address and key it reads from its environment.
fn output(example: &str, sandbox: &Sandbox) -> String {
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "databar", "--example", example])
        .env("DATABAR_API_KEY", sandbox.api_key())
        .env("DATABAR_BASE_URL", sandbox.base_url())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{example}: {error}");
    String::from_utf8(run.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programs_of_the_readmes_run_and_print_what_they_found() {
    let front = programs("../../README.md");
    let own = programs("README.md");
    let shown = [
        ("first_call", &front[0], vec!["\"industry\"", "credits"]),
        (
            "whole_table",
            &front[1],
            vec!["3 rows are filled, 0 are open", "stripe.com", "Company name"],
        ),
        ("bulk", &own[0], vec!["1000 credits left", "\"industry\""]),
        (
            "leads",
            &own[1],
            vec!["2 rows inserted", "1 row updated", "Ada L."],
        ),
    ];
    assert_eq!(
        (front.len(), own.len()),
        (2, 2),
        "every program is one of the examples"
    );
    for (example, program, words) in shown {
        let file = format!("{}/examples/{example}.rs", env!("CARGO_MANIFEST_DIR"));
        let source = fs::read_to_string(file).unwrap();
        let (_, source) = source.split_once("\n\n").unwrap();
        assert_eq!(
            *program, source,
            "{example}: the program in the README differs from the example"
        );
        let sandbox = Sandbox::start().await.unwrap();
        let printed = tokio::task::block_in_place(|| output(example, &sandbox));
        for word in words {
            assert!(printed.contains(word), "{example} printed no {word:?}: {printed}");
        }
        assert!(
            sandbox.violations().is_empty(),
            "{example}: {:?}",
            sandbox.violations()
        );
    }
}
