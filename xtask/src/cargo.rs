//! Runs cargo on crates that are not members of this workspace.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use serde::Deserialize;

use crate::progress::Progress;

/// A message of `cargo --message-format=json`, as far as it is used here.
#[derive(Deserialize)]
pub(crate) struct Message {
    pub(crate) reason: String,
    pub(crate) target: Option<Target>,
    pub(crate) message: Option<Diagnostic>,
}

#[derive(Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
    pub(crate) src_path: PathBuf,
}

#[derive(Deserialize)]
pub(crate) struct Diagnostic {
    pub(crate) level: String,
    pub(crate) message: String,
    /// The diagnostic as rustc prints it.
    pub(crate) rendered: Option<String>,
    pub(crate) spans: Vec<Span>,
}

#[derive(Deserialize)]
pub(crate) struct Span {
    pub(crate) line_start: usize,
    pub(crate) is_primary: bool,
}

/// What `cargo check` printed.
pub(crate) struct Checked {
    pub(crate) success: bool,
    pub(crate) messages: Vec<Message>,
    /// Standard error: the steps of cargo, and errors that are not about code.
    pub(crate) stderr: String,
}

impl Message {
    /// The diagnostic of this message, if it is an error.
    pub(crate) fn error(&self) -> Option<&Diagnostic> {
        self.message
            .as_ref()
            .filter(|message| self.reason == "compiler-message" && message.level == "error")
    }
}

/// A command that runs the cargo which started this program, or else the one in `PATH`.
pub(crate) fn command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The folder that cargo builds a workspace in.
pub(crate) fn target_folder(workspace: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        // Cargo, too, takes it relative to the current folder.
        .and_then(|folder| std::path::absolute(folder).ok())
        .unwrap_or_else(|| workspace.join("target"))
}

/// Runs `cargo check`, prepared with its folder, arguments and environment. What cargo is at becomes the
/// detail of the present step, and `each` gets every message as it comes.
pub(crate) fn check(
    mut command: Command,
    progress: &Progress,
    mut each: impl FnMut(&Message),
) -> Result<Checked, String> {
    let failed = |error: std::io::Error| format!("cargo check: {error}");
    let mut child = command
        .args(["--message-format=json", "--color=never"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let lines = |line: &std::io::Result<String>| line.is_ok();
    let (messages, stderr) = thread::scope(|scope| {
        let stderr = scope.spawn(|| {
            let mut text = String::new();
            for line in stderr
                .into_iter()
                .flat_map(|pipe| BufReader::new(pipe).lines().take_while(lines))
                .flatten()
            {
                progress.detail(line.trim());
                text.push_str(&line);
                text.push('\n');
            }
            text
        });
        let mut messages = Vec::new();
        for line in stdout
            .into_iter()
            .flat_map(|pipe| BufReader::new(pipe).lines().take_while(lines))
            .flatten()
        {
            if let Ok(message) = serde_json::from_str::<Message>(&line) {
                each(&message);
                messages.push(message);
            }
        }
        (messages, stderr.join().unwrap_or_default())
    });
    let status = child.wait().map_err(failed)?;
    Ok(Checked {
        success: status.success(),
        messages,
        stderr,
    })
}
