//! A sandbox, a temporary home directory, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use databar_sandbox::{Sandbox, SandboxBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: TempDir,
}

/// The arguments of a command line. None of them may contain a space.
pub(crate) fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Its standard output. The test fails unless the command succeeded.
    #[track_caller]
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out
    }

    /// Its standard output, parsed as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.well()).unwrap()
    }

    /// Its standard error. The test fails unless the command ended with this code.
    #[track_caller]
    pub(crate) fn failure(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{} {}", self.out, self.err);
        self.err
    }
}

pub(crate) fn builder() -> SandboxBuilder {
    Sandbox::builder().task_time(std::time::Duration::ZERO)
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(builder()).await
    }

    pub(crate) async fn with(sandbox: SandboxBuilder) -> Self {
        Self {
            sandbox: sandbox.start().await.unwrap(),
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// The program, with the home and environment of this test.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command
            .current_dir(self.home.path())
            .env("HOME", self.home.path())
            .env("DATABAR_BASE_URL", self.sandbox.base_url())
            .env("DATABAR_API_KEY", self.sandbox.api_key());
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments)).await
    }

    pub(crate) async fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        let command = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        of(child.wait_with_output().await.unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Creates a table with these columns.
    pub(crate) async fn table(&self, columns: &[&str]) -> String {
        let mut arguments = vec!["table", "create", "--name", "Leads"];
        for column in columns {
            arguments.extend(["--columns", column]);
        }
        let table = self.run(&arguments).await.json();
        table["identifier"].as_str().unwrap().to_owned()
    }

    /// How many requests for this operation have arrived.
    pub(crate) fn requests(&self, operation: &str) -> usize {
        let requests = self.sandbox.requests();
        let of_operation = requests
            .iter()
            .filter(|request| request.operation_id.as_deref() == Some(operation));
        of_operation.count()
    }
}

/// The program, without the environment variables of the test.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_databar")));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("COLUMNS", "100")
        .kill_on_drop(true);
    command
}

pub(crate) async fn said(mut command: Command) -> Said {
    of(command.output().await.unwrap())
}

pub(crate) fn of(output: std::process::Output) -> Said {
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
