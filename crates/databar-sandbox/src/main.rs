//! The sandbox as a program: prints one line of JSON that says where it is, and serves until it is killed.

use std::{error::Error, io::Write, process::ExitCode, time::Duration};

use clap::Parser;
use databar_sandbox::{Profile, Sandbox};

/// A local stand-in for the Databar.ai REST API
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The key that is let in
    #[arg(long, default_value = "test-key")]
    api_key: String,
    /// What ids and results are made from
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How long a run takes, in milliseconds
    #[arg(long, default_value_t = 300)]
    task_ms: u64,
    /// How long every request waits, in milliseconds
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Balance at the start
    #[arg(long, default_value_t = 1000.0, value_parser = balance, allow_negative_numbers = true)]
    credits: f64,
    /// Requests in a minute, after which the answer is 429; without it there is no limit
    #[arg(long)]
    rate_limit: Option<u32>,
    /// Whose reading of the service is followed where the published sources disagree
    #[arg(long, value_parser = profile, default_value = "python-sdk")]
    profile: Profile,
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

/// How often violations are shown.
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
    let sandbox = builder.start().await?;
    let mut stdout = std::io::stdout();
    let contact = serde_json::json!({ "base_url": sandbox.base_url(), "api_key": sandbox.api_key() });
    writeln!(stdout, "{contact}")?;
    stdout.flush()?;

    let mut report = tokio::time::interval(REPORT);
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            interrupted = &mut interrupted => return interrupted.map_err(Into::into),
            _ = report.tick() => {
                // Nobody asks for them here, and they would fill the memory.
                sandbox.take_requests();
                for violation in sandbox.take_violations() {
                    eprintln!("warning: {violation}");
                }
            }
        }
    }
}
