//! The sandbox as a program. It prints one line of JSON with its address, and serves until SIGINT or SIGTERM.

use std::{error::Error, io::Write, path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use databar_sandbox::{Fault, Profile, Sandbox};

/// A local stand-in for the Databar.ai REST API
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The only key that is accepted
    #[arg(long, default_value = "test-key")]
    api_key: String,
    /// The seed of ids and results
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How long a run takes, in milliseconds
    #[arg(long, default_value_t = 300)]
    task_ms: u64,
    /// How long every request waits before it is handled, in milliseconds
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Balance at the start, in credits
    #[arg(long, default_value_t = 1000.0, value_parser = balance, allow_negative_numbers = true)]
    credits: f64,
    /// Requests per minute, beyond which the answer is 429; no limit by default
    #[arg(long)]
    rate_limit: Option<u32>,
    /// Which source to follow where the published sources disagree: python-sdk or mcp-server
    #[arg(long, value_parser = profile, default_value = "python-sdk")]
    profile: Profile,
    /// Keep the workspace in this file between starts
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Make requests fail, as OPERATION:WHAT[:OPTION..]; can be given more than once
    ///
    /// OPERATION is an operationId of the API, for example `run_enrichment`, or `*` for every request.
    ///
    /// WHAT is one of
    ///   status=CODE       this status instead of the usual answer; the request is not processed
    ///   delay=TIME        processed at once, answered after this time: 200ms, 1.5s, 2m, 1h
    ///   reset-before      the connection is reset; the request is not processed
    ///   reset-after       processed, then the connection is reset
    ///   truncated-body    processed, but the answer is cut off in its body
    ///
    /// Options:
    ///   times=N              hit N requests, then no more
    ///   skip=N               let the first N requests pass
    ///   nth=N                hit only the N-th request
    ///   retry-after=SECONDS  with status: also send this header
    ///   body=TEXT            with status, as the last option: send this body
    ///
    /// For example: --fault run_enrichment:reset-after:times=1 --fault '*:status=429:retry-after=2'
    #[arg(long = "fault", value_name = "SPEC", verbatim_doc_comment)]
    faults: Vec<Fault>,
    /// Another host name that clients may use, besides localhost; can be given more than once
    #[arg(long = "allow-host", value_name = "NAME")]
    hosts: Vec<String>,
}

fn profile(text: &str) -> Result<Profile, String> {
    match text {
        "python-sdk" => Ok(Profile::PythonSdk),
        "mcp-server" => Ok(Profile::McpServer),
        _ => Err("the profiles are python-sdk and mcp-server".into()),
    }
}

fn balance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(credits) if (0.0..=1e12).contains(&credits) => Ok(credits),
        _ => Err("not an amount of credits from 0 to 1e12".into()),
    }
}

/// How often violations are reported.
const REPORT: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            let text = error.to_string();
            let lines: Vec<&str> = text
                .lines()
                .map(str::trim)
                .take_while(|line| !line.is_empty())
                .collect();
            eprintln!("{}", lines.join(" "));
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut message = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                message = format!("{message}: {error}");
                cause = error.source();
            }
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    // Signals are caught before the address is printed, so that an early signal also ends the sandbox
    // cleanly.
    let mut end = std::pin::pin!(end()?);
    let mut builder = Sandbox::builder()
        .port(arguments.port)
        .api_key(arguments.api_key)
        .seed(arguments.seed)
        .task_time(Duration::from_millis(arguments.task_ms))
        .latency(Duration::from_millis(arguments.latency_ms))
        .credits(arguments.credits)
        .profile(arguments.profile);
    if let Some(per_minute) = arguments.rate_limit {
        builder = builder.rate_limit(per_minute);
    }
    if let Some(file) = arguments.state {
        builder = builder.state_file(file);
    }
    for fault in arguments.faults {
        builder = builder.fault(fault);
    }
    for host in arguments.hosts {
        builder = builder.allow_host(host);
    }
    let sandbox = builder.start().await?;
    let mut stdout = std::io::stdout();
    let contact = serde_json::json!({ "base_url": sandbox.base_url(), "api_key": sandbox.api_key() });
    writeln!(stdout, "{contact}")?;
    stdout.flush()?;

    let mut tick = tokio::time::interval(REPORT);
    let mut reported = 0;
    loop {
        tokio::select! {
            _ = tick.tick() => reported = report(&sandbox, reported),
            () = &mut end => break,
        }
    }
    sandbox.finish_requests().await;
    report(&sandbox, reported);
    sandbox.stop().await?;
    Ok(())
}

/// Writes the violations since the last report to stderr, and returns the number of all violations so far.
fn report(sandbox: &Sandbox, reported: u64) -> u64 {
    let (violations, reported) = sandbox.violations_since(reported);
    let errors = sandbox.take_state_file_error();
    let lines = violations
        .iter()
        .map(ToString::to_string)
        .chain(errors.iter().map(ToString::to_string));
    for line in lines {
        // If nobody reads stderr any more, serving continues.
        let _ = writeln!(std::io::stderr(), "warning: {line}");
    }
    reported
}

/// Completes when the program is asked to end.
#[cfg(unix)]
fn end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes when the program is asked to end.
#[cfg(not(unix))]
fn end() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without signals, the program serves until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    })
}
