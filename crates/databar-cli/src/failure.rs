//! Why a command failed, in a line, and the exit code that says it to scripts.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use databar::api::operations;
use databar::{Error, ErrorKind};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line cannot be carried out as it stands.
    Usage(String),
    /// There is no key, or none that is let in.
    Key(String),
    /// The service refused it, or did not answer.
    Api(Error),
    /// The service refused it, and there is more to say than its words.
    Because(ErrorKind, String),
    /// A job cannot go on.
    Job(databar_jobs::Error),
    /// The service refused something as not valid.
    Refused(String),
    /// It would cost more than there is, or than is allowed.
    Credits(String),
    /// Nobody knows whether it was done.
    InDoubt(String),
    /// A file cannot be read or written.
    File(String, io::Error),
    /// What was asked for was stopped by the user, in order.
    Interrupted(String),
    /// Something else.
    Other(String),
}

/// The exit codes, as the help shows them.
pub(crate) const CODES: &str = "\
Exit codes:
  0  done
  1  another failure
  2  the command line cannot be carried out as it stands
  3  the key is missing or refused, or the configuration cannot be used
  4  not found
  5  refused as not valid
  6  not enough credits, or more than --max-credits allows
  7  in doubt: it may have been done
130  stopped with Ctrl-C";

impl Failure {
    /// A failure of a file.
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

    /// Says it on standard error, and gives the exit code. A reader that went away, as `head` does, is no failure.
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
        // Where standard error is closed, the exit code still says it.
        let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {self}");
        ExitCode::from(self.code())
    }
}

/// A column that a table or a file does not have.
pub(crate) fn no_column(whose: impl fmt::Display, name: &str, known: &[String]) -> Failure {
    Failure::Usage(format!(
        "{whose} has no column {name:?}; it has {}",
        known.join(", ")
    ))
}

/// The failure of a file behind an error, such as of one that was being downloaded to.
fn of_file(error: &Error) -> Option<&io::Error> {
    std::error::Error::source(error)?.downcast_ref()
}

fn code(error: &Error) -> u8 {
    // What can be repeated without harm is never in doubt.
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

/// What to do about an error of the service, where that is not in its own words.
fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Auth => "; keep another with `databar login`",
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
                // The first is in the message.
                for field in error.field_errors().iter().skip(1) {
                    write!(f, "\n  {field}")?;
                }
                if code(error) == 7 && !error.to_string().contains("may have") {
                    f.write_str("\n  it may have been done all the same: look before you try again")?;
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
