//! The behaviour of the program that users rely on.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::answer;

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_databar-sandbox"))
}

/// A running program, which is killed at the end of the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }
}

fn error_of(arguments: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command().args(arguments).output().unwrap();
    assert!(!status.success(), "{arguments:?}");
    assert!(stdout.is_empty(), "{arguments:?}");
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

#[tokio::test]
async fn its_first_line_says_where_it_is() {
    let child = command()
        .args([
            "--port",
            "0",
            "--api-key",
            "test-key",
            "--credits",
            "12.5",
            "--seed",
            "3",
        ])
        .args(["--task-ms", "1", "--latency-ms", "1"])
        .args(["--profile", "mcp-server", "--rate-limit", "2"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut program = Program(child);
    let mut line = String::new();
    BufReader::new(program.0.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let contact: Value = serde_json::from_str(&line).unwrap();
    let base_url = contact["base_url"].as_str().unwrap();
    assert_eq!(contact, json!({ "base_url": base_url, "api_key": "test-key" }));
    assert!(base_url.starts_with("http://127.0.0.1:"));
    let request = reqwest::Client::new()
        .get(format!("{base_url}/v1/user/me"))
        .header("x-apikey", "test-key");
    let (status, user) = answer(request).await;
    assert_eq!((status, &user["balance"]), (200, &json!(12.5)));
    let request = |path: &str| {
        let request = reqwest::Client::new().post(format!("{base_url}{path}"));
        request.header("x-apikey", "test-key")
    };
    let flow = json!({ "name": "Empty", "config": {} });
    let (_, flow) = answer(request("/v1/flows").json(&flow)).await;
    assert_eq!(flow["id"], 1);
    assert_eq!(answer(request("/v1/flows/1/run")).await.0, 429);
}

#[test]
fn bad_arguments_and_a_taken_port_are_one_line_on_stderr() {
    for (arguments, part) in [
        (["--port", "99999"], "--port"),
        (["--credits", "-1"], "credits"),
        (["--credits", "NaN"], "credits"),
        (["--task-ms", "soon"], "--task-ms"),
        (["--profile", "node-red"], "python-sdk and mcp-server"),
        (["--colour", "red"], "--colour"),
        (["--api-key", ""], "it is empty"),
        (["--fault", "run_enrichmnt:reset-after"], "`run_enrichment`"),
        (["--fault", "*:explode"], "truncated-body"),
        (["--state", "/nowhere/state.json"], "/nowhere/state.json"),
    ] {
        assert!(error_of(&arguments).contains(part), "{arguments:?}");
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert!(error_of(&["--port", &port]).contains(&format!("cannot listen on 127.0.0.1:{port}")));
}

/// A program with these arguments, and its address.
fn start(arguments: &[&str]) -> (Program, String) {
    let mut child = command()
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let contact: Value = serde_json::from_str(&line).unwrap();
    (Program(child), contact["base_url"].as_str().unwrap().to_owned())
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_in_order_at_a_signal_with_its_last_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    for signal in ["TERM", "INT"] {
        let (mut program, base_url) = start(&[
            "--state",
            file.to_str().unwrap(),
            "--fault",
            "get_user:status=503",
        ]);
        let call = |method, path| {
            let http = reqwest::Client::new();
            http.request(method, format!("{base_url}{path}"))
                .header("x-apikey", "test-key")
        };
        assert_eq!(answer(call(Method::GET, "/v1/user/me")).await.0, 503);
        assert_eq!(answer(call(Method::POST, "/v1/table/create")).await.0, 200);
        // What a client sends must not start new lines in the output.
        let forged = "/v1/table/?a%0Awarning%3A%20forged%1B%5B2J=1";
        assert_eq!(answer(call(Method::GET, forged)).await.0, 200);
        let id = program.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let status = program.0.wait().unwrap();
        assert!(status.success(), "{status}");
        let mut errors = String::new();
        program
            .0
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut errors)
            .unwrap();
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(errors.contains(r"a\nwarning: forged\u{1b}[2J"), "{errors}");
    }
    let (_program, base_url) = start(&["--state", file.to_str().unwrap()]);
    let tables = reqwest::Client::new()
        .get(format!("{base_url}/v1/table/"))
        .header("x-apikey", "test-key");
    assert_eq!(answer(tables).await.1.as_array().unwrap().len(), 2);
}
