//! The options that every command shares: how to reach the service, and how to print.

use clap::ArgMatches;
use databar::{Client, ErrorKind};

use crate::config::Config;
use crate::failure::Failure;
use crate::output::{Format, Output};

/// The options that every command has.
pub(crate) struct Context {
    profile: Option<String>,
    base_url: Option<String>,
    pub(crate) output: Output,
}

impl Context {
    pub(crate) fn of(matches: &ArgMatches) -> Self {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Self {
            profile: text("profile"),
            base_url: text("base-url"),
            output: Output::new(matches.get_one::<Format>("output").copied()),
        }
    }

    /// The profile whose key is used.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// A client with the key of the profile or, without a profile, the key from the environment or the file.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let key = match self.profile() {
            None => None,
            Some(profile) => Some(Config::of_user()?.key(Some(profile))?.ok_or_else(|| {
                Failure::Key(format!(
                    "there is no key for the profile {profile:?}; store one with `databar login --profile {profile}`"
                ))
            })?),
        };
        self.client_with(key)
    }

    /// A client with this key.
    pub(crate) fn client_with(&self, key: Option<String>) -> Result<Client, Failure> {
        let mut builder = Client::builder().user_agent(concat!("databar-cli/", env!("CARGO_PKG_VERSION")));
        if let Some(url) = &self.base_url {
            builder = builder.base_url(url);
        }
        if let Some(key) = key {
            builder = builder.key(key);
        }
        builder.build().map_err(|error| match error.kind() {
            ErrorKind::Configuration if error.to_string().contains("no API key") => {
                Failure::Key(format!("{error}; `databar login` stores a key"))
            }
            _ => Failure::Api(error),
        })
    }
}
