//! The examples run against the sandbox and print what they say; the programs of the READMEs are among them.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    time::Duration,
};

use databar_sandbox::Sandbox;
use serde_json::json;

mod support;

use support::plain_client;

/// The programs of a file that are shown whole, in their order.
fn programs(file: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    text.split("```rust,no_run")
        .skip(1)
        .map(|block| {
            let (_, block) = block.split_once('\n').unwrap();
            block.split_once("```").unwrap().0.to_owned()
        })
        .filter(|block| block.contains("\n#[tokio::main]\n"))
        .collect()
}

/// A command that runs an example against a sandbox, with the settings that the example finds in its
/// environment.
fn command(example: &str, sandbox: &Sandbox) -> Command {
    let mut command = Command::new(env!("CARGO"));
    let manifest = format!("{}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
    command
        .args([
            "run",
            "--quiet",
            "--manifest-path",
            &manifest,
            "--example",
            example,
        ])
        .env("DATABAR_API_KEY", sandbox.api_key())
        .env("DATABAR_BASE_URL", sandbox.base_url());
    if cfg!(feature = "blocking") {
        command.args(["--features", "blocking"]);
    }
    command
}

/// What a command prints.
fn output(command: &mut Command) -> String {
    let run = tokio::task::block_in_place(|| command.output()).unwrap();
    let error = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{command:?}: {error}");
    String::from_utf8(run.stdout).unwrap()
}

fn assert_words(example: &str, printed: &str, words: &[&str], sandbox: &Sandbox) {
    for word in words {
        assert!(printed.contains(word), "{example} printed no {word:?}: {printed}");
    }
    let violations = sandbox.violations();
    assert!(violations.is_empty(), "{example}: {violations:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programs_of_the_readmes_run_and_print_what_they_found() {
    let front = programs("../../README.md");
    let own = programs("src/guide.md");
    let shown = [
        ("first_call", &front[0], vec!["\"industry\"", "credits"]),
        (
            "whole_table",
            &front[1],
            vec!["3 rows are filled, 0 are open", "stripe.com", "Company name"],
        ),
        ("bulk", &own[1], vec!["1000 credits left", "\"industry\""]),
        (
            "leads",
            &own[0],
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
        let printed = output(&mut command(example, &sandbox));
        assert_words(example, &printed, &words, &sandbox);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_exported_as_files() {
    let sandbox = Sandbox::start().await.unwrap();
    let table = plain_client(&sandbox).create_table("Leads").columns(["Email"]);
    let table = table.await.unwrap();
    table
        .insert([json!({ "Email": "ada@example.com" })])
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let printed = output(command("export_csv", &sandbox).current_dir(&folder));
    let path = format!("{}.csv", table.id());
    assert_words(
        "export_csv",
        &printed,
        &["Leads: ", " bytes in ", &path],
        &sandbox,
    );
    let csv = fs::read_to_string(folder.path().join(path)).unwrap();
    assert!(csv.contains("ada@example.com"), "{csv}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_runs_within_the_balance() {
    let sandbox = Sandbox::start().await.unwrap();
    let graph = databar_sandbox::example_flow();
    plain_client(&sandbox)
        .create_flow("Find industries", graph)
        .await
        .unwrap();
    let printed = output(&mut command("flow", &sandbox));
    let words = [
        "Find industries",
        "0: {",
        "1: {",
        "2: nothing found",
        "1 of at most 1.5 credits spent",
    ];
    assert_words("flow", &printed, &words, &sandbox);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_printed_with_prices() {
    let sandbox = Sandbox::start().await.unwrap();
    let printed = output(command("catalogue", &sandbox).args(["--", "company"]));
    assert_words(
        "catalogue",
        &printed,
        &["Company search", "credits", "domain", "0.5"],
        &sandbox,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_named_measured_and_recorded() {
    let sandbox = Sandbox::start().await.unwrap();
    let printed = output(&mut command("middleware", &sandbox));
    let words = [
        "GET /v1/user/me: {",
        "\"get_user\": (1, 0, ",
        "\"list_tables\": (1, 0, ",
    ];
    assert_words("middleware", &printed, &words, &sandbox);
    assert!(!printed.contains(sandbox.api_key()), "{printed}");
    let requests = sandbox.requests();
    assert!(
        requests[1].headers["x-request-id"]
            .to_str()
            .unwrap()
            .ends_with("-2")
    );
}

#[cfg(feature = "blocking")]
#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_a_runtime_writes_a_row() {
    let sandbox = Sandbox::start().await.unwrap();
    let printed = output(&mut command("blocking", &sandbox));
    assert_words("blocking", &printed, &["1 row inserted", "\"Stripe\""], &sandbox);
}

/// Starts the example `service`, with this input. It gets no more, but the input has not ended.
fn service(command: &mut Command, input: &[u8]) -> (Child, ChildStdin) {
    let mut service = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = service.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    (service, stdin)
}

/// What a service has printed when it has ended.
fn printed(service: Child) -> String {
    let run = tokio::task::block_in_place(|| service.wait_with_output()).unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{printed}");
    printed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_ends_with_its_input() {
    let sandbox = Sandbox::start().await.unwrap();
    let (service, input) = service(&mut command("service", &sandbox), b"stripe.com\nnobody.test\n");
    drop(input);
    let printed = printed(service);
    let words = ["stripe.com: {", "nobody.test: null", "all done"];
    assert_words("service", &printed, &words, &sandbox);
}

/// Pressing Ctrl-C sends this signal.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_interrupted_waits_for_what_was_paid() {
    // A task takes so long that it is under way when the signal comes.
    let sandbox = Sandbox::builder()
        .task_time(Duration::from_secs(3))
        .start()
        .await
        .unwrap();
    let mut building = command("service", &sandbox);
    building.stdin(Stdio::null());
    output(&mut building);
    // Cargo would not hand the signal on.
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("debug/examples/service");
    let mut command = Command::new(program);
    command
        .env("DATABAR_API_KEY", sandbox.api_key())
        .env("DATABAR_BASE_URL", sandbox.base_url());
    let (service, _input) = service(&mut command, b"stripe.com\n");
    let begun = async {
        while sandbox.requests().iter().all(|request| request.method != "POST") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), begun)
        .await
        .unwrap();
    let id = service.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let printed = printed(service);
    let words = ["stopping; runs under way: 1", "stripe.com: {", "all done"];
    assert_words("service", &printed, &words, &sandbox);
}
