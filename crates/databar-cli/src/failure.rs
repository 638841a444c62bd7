//! Failures of commands: a message for people, and an exit code for scripts.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use databar::api::operations;
use databar::{Error, ErrorKind};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command cannot be carried out as given.
    Usage(String),
    /// The key is missing or was refused.
    Key(String),
    /// The service refused the request, or did not answer.
    Api(Error),
    /// The service refused the request, and the message says more than its answer.
    Because(ErrorKind, String),
    /// A job failed.
    Job(databar_jobs::Error),
    /// The service refused the input as invalid.
    Refused(String),
    /// It would cost more than the balance, or more than is allowed.
    Credits(String),
    /// It may or may not have been done.
    InDoubt(String),
    /// A file cannot be read or written.
    File(String, io::Error),
    /// The user stopped the command, and it ended cleanly.
    Interrupted(String),
    /// Any other failure.
    Other(String),
}

/// The exit codes, as the help shows them.
pub(crate) const CODES: &str = "\
Exit codes:
  0  done
  1  another failure
  2  the command cannot be carried out as given
  3  the key is missing or refused, or the configuration cannot be used
  4  not found
  5  refused by the service as invalid
  6  not enough credits, or more than --max-credits allows
  7  in doubt: it may have been done
130  stopped with Ctrl-C";

impl Failure {
    /// A failure to read or write a file.
    pub(crate) fn file(path: impl fmt::Display) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_string();
        move |error| Self::File(path, error)
    }

    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Key(_) => 3,
            Self::Refused(_) => 5,
            Self::Because(kind, _) => code_of(*kind),
            Self::Credits(_) => 6,
            Self::InDoubt(_) | Self::Job(databar_jobs::Error::Unrecorded { .. }) => 7,
            Self::Interrupted(_) => 130,
            Self::Api(error) | Self::Job(databar_jobs::Error::Api(error)) => code(error),
            Self::Job(
                databar_jobs::Error::Input(_)
                | databar_jobs::Error::Plan(_)
                | databar_jobs::Error::OtherJob { .. },
            ) => 2,
            Self::Job(_) | Self::File(..) | Self::Other(_) => 1,
        }
    }

    /// Prints the failure on standard error, and returns the exit code. A closed pipe, as with `head`, is not
    /// a failure.
    pub(crate) fn report(self) -> ExitCode {
        let io = match &self {
            Self::File(_, error) => Some(error),
            Self::Api(error) => of_file(error),
            _ => None,
        };
        if io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        let style = clap::builder::styling::AnsiColor::Red.on_default().bold();
        // If standard error is closed, the exit code still reports the failure.
        let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {self}");
        ExitCode::from(self.code())
    }
}

/// The failure for a column that a table or a file does not have.
pub(crate) fn no_column(whose: impl fmt::Display, name: &str, known: &[String]) -> Failure {
    Failure::Usage(format!(
        "{whose} has no column {name:?}; it has {}",
        known.join(", ")
    ))
}

/// The I/O error behind an error of the client, such as that of a file being downloaded to.
fn of_file(error: &Error) -> Option<&io::Error> {
    std::error::Error::source(error)?.downcast_ref()
}

fn code(error: &Error) -> u8 {
    // What can be repeated safely is never in doubt.
    let is_idempotent = error
        .operation()
        .and_then(operations::find)
        .is_some_and(|operation| operation.idempotent);
    if error.may_have_run() && !is_idempotent {
        return 7;
    }
    match error.kind() {
        ErrorKind::InvalidInput if of_file(error).is_some() => 1,
        kind => code_of(kind),
    }
}

fn code_of(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::InvalidInput => 2,
        ErrorKind::Auth | ErrorKind::Configuration => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::Validation => 5,
        ErrorKind::OutOfCredits | ErrorKind::OverBudget => 6,
        _ => 1,
    }
}

/// Advice for an error of the service whose message has none.
fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Auth => "; store another key with `databar login`",
        ErrorKind::OutOfCredits => "; `databar whoami` shows the balance",
        ErrorKind::RateLimited => "; try again later",
        _ => "",
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text)
            | Self::Key(text)
            | Self::Refused(text)
            | Self::Because(_, text)
            | Self::Credits(text)
            | Self::InDoubt(text)
            | Self::Interrupted(text)
            | Self::Other(text) => f.write_str(text),
            Self::Api(error) | Self::Job(databar_jobs::Error::Api(error)) => {
                write!(f, "{error}{}", advice(error))?;
                // The message already has the first one.
                for field in error.field_errors().iter().skip(1) {
                    write!(f, "\n  {field}")?;
                }
                if code(error) == 7 && !error.to_string().contains("may have") {
                    f.write_str("\n  it may have been done anyway: check before you try again")?;
                }
                Ok(())
            }
            Self::Job(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "{path}: {error}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Api(error)
    }
}

impl From<databar_jobs::Error> for Failure {
    fn from(error: databar_jobs::Error) -> Self {
        Self::Job(error)
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
