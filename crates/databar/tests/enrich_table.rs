//! The example as a user runs it: the command, its output and its exit code.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// Runs the example with a home directory without a key.
fn enrich_table(home: &Path, arguments: &[&str]) -> Output {
    // Cargo and rustup find their files through the real home directory.
    let kept = |name: &str, folder: &str| match (std::env::var_os(name), std::env::var_os("HOME")) {
        (Some(value), _) => value,
        (None, home) => Path::new(&home.unwrap_or_default()).join(folder).into_os_string(),
    };
    Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            "databar",
            "--example",
            "enrich_table",
            "--",
        ])
        .args(arguments)
        .env("CARGO_HOME", kept("CARGO_HOME", ".cargo"))
        .env("RUSTUP_HOME", kept("RUSTUP_HOME", ".rustup"))
        .env("HOME", home)
        .env_remove("DATABAR_API_KEY")
        .env_remove("DATABAR_BASE_URL")
        .output()
        .unwrap()
}

#[test]
fn it_prints_an_enriched_table_or_says_what_is_wrong() {
    let home = tempfile::tempdir().unwrap();

    let run = enrich_table(home.path(), &[]);
    let (out, err) = (
        String::from_utf8(run.stdout).unwrap(),
        String::from_utf8(run.stderr).unwrap(),
    );
    assert!(run.status.success(), "{err}");
    let stripe = out.lines().find(|line| line.contains(" Stripe ")).unwrap();
    assert!(
        stripe.split_whitespace().count() >= 8,
        "the row is enriched: {stripe}"
    );
    assert!(
        out.contains("credits spent, ") && out.contains("requests made"),
        "{out}"
    );

    let without_domain = home.path().join("bad.csv");
    fs::write(&without_domain, "Company,Site\nStripe,stripe.com\n").unwrap();
    let empty = home.path().join("empty.csv");
    fs::write(&empty, "Company,Domain\n").unwrap();
    let config = home.path().join(".databar/config");
    for (arguments, words) in [
        (vec!["--live"], vec!["DATABAR_API_KEY", config.to_str().unwrap()]),
        (
            vec![without_domain.to_str().unwrap()],
            vec!["bad.csv", "line: 2", "Domain"],
        ),
        (vec![empty.to_str().unwrap()], vec!["empty.csv", "no companies"]),
        (vec!["nowhere.csv"], vec!["nowhere.csv"]),
        (vec!["--lvie"], vec!["--lvie"]),
    ] {
        let run = enrich_table(home.path(), &arguments);
        let error = String::from_utf8(run.stderr).unwrap();
        assert!(!run.status.success(), "{arguments:?}");
        assert!(
            words.iter().all(|word| error.contains(word)),
            "{arguments:?}: {error}"
        );
        assert_eq!(run.stdout, b"", "{arguments:?}");
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
