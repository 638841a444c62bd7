//! Errors of the commands.

use std::fmt;

/// Why a command could not do its work: all problems that were found, each with its place and what to do.
#[derive(Debug)]
pub struct Failure(Vec<String>);

impl Failure {
    /// A failure with these problems, if there are any.
    pub(crate) fn unless_empty(problems: Vec<String>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self(problems))
        }
    }

    /// The problems.
    pub fn problems(&self) -> &[String] {
        &self.0
    }
}

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Self(vec![problem])
    }
}

impl From<Vec<String>> for Failure {
    fn from(problems: Vec<String>) -> Self {
        Self(problems)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            [problem] => formatter.write_str(problem),
            problems => {
                write!(formatter, "{} problems", problems.len())?;
                for problem in problems {
                    write!(formatter, "\n  - {}", problem.replace('\n', "\n    "))?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Failure {}
