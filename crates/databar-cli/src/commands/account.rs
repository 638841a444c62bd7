//! The API key, and the account behind it.

use std::io::{self, IsTerminal as _};

use clap::Args;
use serde_json::{Map, Value};

use super::Run;
use crate::config::Config;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, line};

/// Check an API key and store it
///
/// The command prompts for the key without showing it, or reads it from standard input: `databar login <
/// key.txt`. It stores the key in `~/.databar/config`, which only you can read. The official tools use the
/// same file.
#[derive(Debug, Args)]
pub(super) struct Login {
    /// Store the key without checking it with the service
    #[arg(long)]
    no_check: bool,
}

impl Run for Login {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let key = read_key()?;
        if key.is_empty() {
            return Err(Failure::Key("no key was given".to_owned()));
        }
        let client = context.client_with(Some(key.clone()))?;
        let config = Config::of_user()?;
        let whose = match self.no_check {
            true => "an unchecked key".to_owned(),
            false => format!("the key of {}", client.user().await?.email),
        };
        config.set(context.profile(), Some(&key))?;
        context
            .output
            .note(&format!("stored {whose} in {}", config.path().display()));
        if std::env::var_os("DATABAR_API_KEY").is_some_and(|key| !key.is_empty())
            && context.profile().is_none()
        {
            context
                .output
                .note("note: the environment variable DATABAR_API_KEY is set, and takes precedence");
        }
        Ok(())
    }
}

fn read_key() -> Result<String, Failure> {
    let failed = Failure::file("the key");
    let key = match io::stdin().is_terminal() {
        true => rpassword::prompt_password("API key: ").map_err(failed)?,
        false => io::read_to_string(io::stdin()).map_err(failed)?,
    };
    Ok(key.trim().to_owned())
}

/// Remove the stored key
#[derive(Debug, Args)]
pub(super) struct Logout {}

impl Run for Logout {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let config = Config::of_user()?;
        let text = match config.set(context.profile(), None)? {
            true => format!("removed the key from {}", config.path().display()),
            false => format!("there was no key in {}", config.path().display()),
        };
        context.output.note(&text);
        Ok(())
    }
}

/// Show whose key is used, and the balance in credits
#[derive(Debug, Args)]
pub(super) struct WhoAmI {}

impl Run for WhoAmI {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let user = client.user().send_as::<Map<String, Value>>().await?.into_inner();
        if context.output.format() != Format::Table {
            return context.output.value(&Value::Object(user));
        }
        let text = |name: &str| user.get(name).map(crate::output::cell).unwrap_or_default();
        line(&format!(
            "{} <{}>, {} ({} plan), {} credits",
            text("first_name"),
            text("email"),
            text("workspace"),
            text("plan"),
            text("balance")
        ))
    }
}
