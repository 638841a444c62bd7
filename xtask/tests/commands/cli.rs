//! The command line: the examples of `--help`, and the completions.

use std::process::Command;

use clap::CommandFactory;
use xtask::cli::Arguments;

#[test]
fn every_command_has_examples_that_are_accepted() {
    let mut command = Arguments::command();
    command.build();
    let commands: Vec<_> = command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .chain([&command])
        .collect();
    for documented in commands {
        let name = documented.get_name();
        let text = documented
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let examples: Vec<_> = text
            .lines()
            .skip_while(|line| *line != "Examples:")
            .skip(1)
            .collect();
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            // Without the comment and without other commands.
            let ours = example.split(['#', '|', '>', '&']).next().unwrap().trim();
            let arguments = ours.strip_prefix("cargo ").unwrap().split_whitespace();
            let parsed = Arguments::command().try_get_matches_from(arguments);
            assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            assert!(
                ours.starts_with(&format!("cargo xtask {name}")) || name == "cargo xtask",
                "{name}: {example}"
            );
            assert!(example.len() <= 100, "wider than the help: {example}");
        }
    }
}

#[test]
fn completions_know_every_command() {
    let commands: Vec<String> = Arguments::command()
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["completions", shell])
            .output()
            .unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        let missing: Vec<_> = commands
            .iter()
            .filter(|command| !script.contains(*command))
            .collect();
        assert!(
            missing.is_empty() && script.contains("xtask"),
            "{shell}: {missing:?}"
        );
    }
}
