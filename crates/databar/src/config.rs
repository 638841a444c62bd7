//! Reads the key and the address of the service when they are not given: first from the environment, then
//! from the file that the official tools write. Also checks addresses.
//!
//! Nothing is written here, and the environment is passed in, so the rules can be tested.

use std::ffi::OsString;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;

use databar_api::{ApiKey, InvalidKey};
use reqwest::Url;
use secrecy::SecretString;

use crate::{Error, ErrorKind};

const KEY_VARIABLE: &str = "DATABAR_API_KEY";
const URL_VARIABLE: &str = "DATABAR_BASE_URL";
const HTTP_VARIABLE: &str = "DATABAR_ALLOW_HTTP";
const DEFAULT_URL: &str = "https://api.databar.ai";

/// The parts of the program's environment that the configuration depends on.
pub(crate) struct Surroundings {
    pub(crate) variable: fn(&str) -> Option<OsString>,
    pub(crate) home: Option<PathBuf>,
}

impl Surroundings {
    /// The environment of this process.
    pub(crate) fn of_this_process() -> Self {
        Self {
            variable: |name| std::env::var_os(name),
            home: std::env::home_dir(),
        }
    }

    /// Reads the key from the environment, or else from the file.
    pub(crate) fn key(&self) -> Result<ApiKey, Error> {
        if let Some(key) = self.text(KEY_VARIABLE)? {
            return api_key(key, &format!("the environment variable {KEY_VARIABLE}"));
        }
        let Some(home) = &self.home else {
            return Err(configuration(format!(
                "no API key: the environment variable {KEY_VARIABLE} is not set or empty, and there is no home directory in \
                 which to look for .databar/config; set the variable"
            )));
        };
        let path = home.join(".databar").join("config");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(configuration(format!(
                    "no API key: the environment variable {KEY_VARIABLE} is not set or empty, and there is no file {}; set the \
                     variable, or write a line api_key=... to the file",
                    path.display()
                )));
            }
            Err(error) => {
                let message = format!("the file {} cannot be read: {error}", path.display());
                return Err(configuration(message).with_source(error));
            }
        };
        match text
            .lines()
            .find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("api_key="))
        {
            Some(key) => api_key(key.trim(), &format!("the file {}", path.display())),
            None => Err(configuration(format!(
                "no API key: the environment variable {KEY_VARIABLE} is not set or empty, and the file {} has no line that \
                 begins with api_key=; set the variable, or add the line",
                path.display()
            ))),
        }
    }

    /// Reads the address from the environment; without one, returns the address of the service.
    pub(crate) fn base_url(&self, allow_http: bool) -> Result<String, Error> {
        match self.text(URL_VARIABLE)? {
            Some(url) => base_url(
                &url,
                allow_http,
                &format!("the environment variable {URL_VARIABLE}"),
            ),
            None => Ok(DEFAULT_URL.to_owned()),
        }
    }

    /// Returns whether the environment allows plain HTTP to other machines.
    pub(crate) fn allow_http(&self) -> Result<bool, Error> {
        match self.text(HTTP_VARIABLE)?.as_deref() {
            Some("1") => Ok(true),
            None | Some("0") => Ok(false),
            Some(other) => Err(configuration(format!(
                "the environment variable {HTTP_VARIABLE} is {other:?}; set it to 1 to allow plain HTTP, or leave it out"
            ))),
        }
    }

    /// Reads a variable. An empty variable counts as unset.
    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match (self.variable)(name) {
            None => Ok(None),
            Some(value) if value.is_empty() => Ok(None),
            Some(value) => value.into_string().map(Some).map_err(|_| {
                configuration(format!(
                    "the environment variable {name} cannot be used: it is not UTF-8"
                ))
            }),
        }
    }
}

/// Checks a key; `place` says where it comes from.
pub(crate) fn api_key(key: impl Into<SecretString>, place: &str) -> Result<ApiKey, Error> {
    ApiKey::new(key).map_err(|error: InvalidKey| {
        configuration(format!("{error} (it comes from {place})")).with_source(error)
    })
}

/// Reduces an address to scheme, host and port. It may end in `/`, `/v1` or `/v1/`; the paths of the
/// operations contain the version themselves.
pub(crate) fn base_url(given: &str, allow_http: bool, place: &str) -> Result<String, Error> {
    let refuse = |reason: &str| {
        configuration(format!(
            "the base URL cannot be used: {reason} (it comes from {place})"
        ))
    };
    if !given.contains("://") {
        return Err(refuse(
            "it has no scheme; begin it with https://, or with http:// for this machine",
        ));
    }
    let url = Url::parse(given.trim()).map_err(|error| refuse(&error.to_string()).with_source(error))?;
    let Some(host) = url.host_str() else {
        return Err(refuse("it has no host"));
    };
    match url.scheme() {
        "https" => {}
        "http" if allow_http || is_loopback(host) => {}
        "http" => {
            return Err(refuse(
                "the key would travel unencrypted; use https, or allow plain HTTP with `ClientBuilder::allow_http` or \
                 DATABAR_ALLOW_HTTP=1",
            ));
        }
        _ => return Err(refuse("it must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it must not contain a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it must not contain a query or a fragment"));
    }
    // There is no query and no fragment, so the path is the end. A host can be called v1, too.
    let (path, address) = (url.path(), url.as_str());
    let path_without_slash = path.trim_end_matches('/');
    let path_without_version = path_without_slash
        .strip_suffix("/v1")
        .unwrap_or(path_without_slash);
    let origin = address.strip_suffix(path).unwrap_or(address);
    Ok(format!("{origin}{}", path_without_version.trim_end_matches('/')))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn configuration(message: String) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn surroundings(home: &Path) -> Surroundings {
        Surroundings {
            variable: |_| None,
            home: Some(home.to_owned()),
        }
    }

    fn home_with(config: &[u8]) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".databar")).unwrap();
        std::fs::write(home.path().join(".databar/config"), config).unwrap();
        home
    }

    #[test]
    fn the_file_of_the_official_tools_is_read() {
        for config in [
            "api_key=zqzq\n",
            "region=eu\r\napi_key=zqzq\r\n",
            "\u{feff}api_key= zqzq ",
        ] {
            let home = home_with(config.as_bytes());
            surroundings(home.path()).key().unwrap();
        }
    }

    #[test]
    fn what_is_missing_is_named_with_variable_and_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".databar/config").display().to_string();
        let error = surroundings(home.path()).key().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("DATABAR_API_KEY"), "{error}");
        assert!(error.to_string().contains(&path), "{error}");

        let home = home_with(b"other=1\n");
        let error = surroundings(home.path()).key().unwrap_err().to_string();
        assert!(error.contains("no line that begins with api_key="), "{error}");

        let nowhere = Surroundings {
            variable: |_| None,
            home: None,
        };
        assert!(
            nowhere
                .key()
                .unwrap_err()
                .to_string()
                .contains("no home directory")
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_with_the_reason() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join(".databar/config")).unwrap();
        for home in [home, home_with(b"api_key=zq\xff")] {
            let error = surroundings(home.path()).key().unwrap_err();
            assert!(
                error.to_string().contains(".databar/config cannot be read"),
                "{error}"
            );
            assert!(std::error::Error::source(&error).is_some());
        }
    }

    #[test]
    fn the_environment_comes_first_and_an_empty_variable_does_not_count() {
        let home = home_with(b"api_key=zqzq");
        let set = Surroundings {
            variable: |_| Some("line\nbreak".into()),
            home: Some(home.path().to_owned()),
        };
        let error = set.key().unwrap_err().to_string();
        assert!(
            error.contains("line break") && error.contains("DATABAR_API_KEY"),
            "{error}"
        );
        let empty = Surroundings {
            variable: |_| Some("".into()),
            home: Some(home.path().to_owned()),
        };
        empty.key().unwrap();
        assert_eq!(empty.base_url(false).unwrap(), DEFAULT_URL);
        let other = Surroundings {
            variable: |_| Some("https://proxy.example/databar/v1".into()),
            home: None,
        };
        assert_eq!(other.base_url(false).unwrap(), "https://proxy.example/databar");
    }

    #[test]
    fn addresses_lose_version_and_slash() {
        for (given, expected) in [
            ("https://api.databar.ai", "https://api.databar.ai"),
            ("https://api.databar.ai/v1", "https://api.databar.ai"),
            (" https://api.databar.ai/v1/ ", "https://api.databar.ai"),
            ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080"),
            ("http://localhost:8080/", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://v1", "https://v1"),
            ("https://v1/v1", "https://v1"),
        ] {
            assert_eq!(base_url(given, false, "a test").unwrap(), expected);
        }
    }

    #[test]
    fn addresses_that_would_lose_the_key_are_refused() {
        for (given, reason) in [
            ("http://api.databar.ai", "unencrypted"),
            ("http://127.0.0.1.example.com", "unencrypted"),
            ("http://localhost.example.com", "unencrypted"),
            ("ftp://api.databar.ai", "https://"),
            ("https://user:pass@api.databar.ai", "user name"),
            ("https://api.databar.ai?x=1", "query"),
            ("https://api.databar.ai#x", "fragment"),
            ("api.databar.ai", "no scheme"),
            ("localhost:8080", "no scheme"),
            ("", "no scheme"),
        ] {
            let error = base_url(given, false, "a test").unwrap_err().to_string();
            assert!(
                error.contains(reason) && error.contains("a test"),
                "{given}: {error}"
            );
        }
    }

    #[test]
    fn plain_http_to_another_machine_is_allowed_only_by_name() {
        let sandbox = "http://sandbox:8080";
        assert_eq!(base_url(sandbox, true, "a test").unwrap(), sandbox);
        let with = |variable| Surroundings { variable, home: None };
        assert!(!with(|_| None).allow_http().unwrap());
        assert!(!with(|_| Some("0".into())).allow_http().unwrap());
        assert!(with(|_| Some("1".into())).allow_http().unwrap());
        let error = with(|_| Some("maybe".into()))
            .allow_http()
            .unwrap_err()
            .to_string();
        assert!(error.contains("DATABAR_ALLOW_HTTP is \"maybe\""), "{error}");
    }

    proptest! {
        #[test]
        fn any_address_is_taken_or_refused(given in ".{0,40}", tail in "(/|/v1|/v1/|/v1/v1)?") {
            let _ = base_url(&given, false, "a test");
            if let Ok(url) = base_url(&format!("https://{given}{tail}"), false, "a test") {
                prop_assert!(!url.ends_with('/'));
                prop_assert_eq!(base_url(&format!("{url}/v1/"), false, "a test").unwrap(), url);
            }
        }
    }
}
