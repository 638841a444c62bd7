//! A fault as text, for command lines and for clients in other languages: `OPERATION:WHAT[:OPTION..]`.

use std::{fmt, str::FromStr};

use super::{Fault, FaultKind};
use crate::clock::read_duration;

/// Why a text could not be parsed as a [`Fault`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{spec}` is not a fault: {reason}")]
pub struct InvalidFault {
    /// The text that was parsed.
    spec: String,
    /// What is wrong with it.
    reason: String,
}

/// Parses `OPERATION:WHAT[:OPTION..]`.
///
/// - `OPERATION` is the `operationId` of the requests to hit, or `*` for every request.
/// - `WHAT` is one of `status=CODE`, `delay=TIME` (`200ms`, `1.5s`, `2m`, `1h`), `reset-before`,
///   `reset-after` and `truncated-body`; see [`FaultKind`].
/// - Options: `times=N` hits N requests, then no more. `skip=N` lets the first N pass. `nth=N` hits only the
///   N-th. With a status, `retry-after=SECONDS` adds that header, and `body=TEXT` is the body; `body` must
///   come last.
///
/// ```
/// use databar_sandbox::{Fault, FaultKind};
///
/// let fault: Fault = "run_enrichment:reset-after:times=1".parse()?;
/// assert_eq!(fault, Fault::new(FaultKind::ResetAfter).on("run_enrichment").times(1));
/// # Ok::<_, databar_sandbox::InvalidFault>(())
/// ```
impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(spec: &str) -> Result<Self, InvalidFault> {
        read(spec).map_err(|reason| InvalidFault {
            spec: spec.escape_debug().to_string(),
            reason,
        })
    }
}

fn read(spec: &str) -> Result<Fault, String> {
    let (operation, rest) = spec
        .split_once(':')
        .ok_or("expected OPERATION:WHAT, for example `*:status=503`")?;
    let (what, mut rest) = split(rest);
    let mut fault = Fault::new(kind(what)?);
    match operation {
        "" => return Err("the operation is missing; `*` stands for every request".into()),
        "*" => {}
        id => fault = fault.on(id),
    }
    let mut counted: Vec<&str> = Vec::new();
    while let Some(options) = rest {
        let (option, next) = match options.starts_with("body=") {
            true => (options, None),
            false => split(options),
        };
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        match name {
            "times" => fault.times = Some(number(name, value, 1)?),
            "skip" => fault.skip = number(name, value, 0)?,
            "nth" => {
                fault.skip = number(name, value, 1)? - 1;
                fault.times = Some(1);
            }
            "retry-after" | "body" => match (&mut fault.kind, name) {
                (FaultKind::Status { headers, .. }, "retry-after") => {
                    number(name, value, 0)?;
                    headers.push((name.into(), value.into()));
                }
                (FaultKind::Status { body, .. }, _) => value.clone_into(body),
                _ => return Err(format!("`{name}` can only be used with `status=CODE`")),
            },
            _ => {
                return Err(format!(
                    "unknown option `{name}`; the options are times=N, skip=N, nth=N, retry-after=SECONDS and body=TEXT"
                ));
            }
        }
        if matches!(name, "skip" | "times" | "nth") {
            counted.push(name);
        }
        rest = next;
    }
    if counted.len() > 1 && counted.contains(&"nth") {
        return Err("`nth` cannot be combined with `skip` or `times`".into());
    }
    Ok(fault)
}

fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(':')
        .map_or((text, None), |(first, rest)| (first, Some(rest)))
}

fn kind(what: &str) -> Result<FaultKind, String> {
    let (name, value) = what
        .split_once('=')
        .map_or((what, None), |(name, value)| (name, Some(value)));
    match (name, value) {
        ("status", Some(code)) => {
            let code = code.parse().ok().filter(|code| (200..1000).contains(code));
            code.map(FaultKind::status)
                .ok_or_else(|| "the status must be a number from 200 to 999".into())
        }
        ("delay", Some(time)) => read_duration(time).map(FaultKind::Delay),
        ("reset-before", None) => Ok(FaultKind::ResetBefore),
        ("reset-after", None) => Ok(FaultKind::ResetAfter),
        ("truncated-body", None) => Ok(FaultKind::TruncatedBody),
        _ => Err(format!(
            "unknown fault `{what}`; the faults are status=CODE, delay=TIME, reset-before, reset-after and truncated-body"
        )),
    }
}

fn number(name: &str, value: &str, least: u64) -> Result<u64, String> {
    let number = value.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| format!("`{name}` must be a whole number from {least}, not `{value}`"))
}

/// The form that [`FromStr`] parses, without the body and without headers other than `retry-after`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.as_deref().unwrap_or("*"))?;
        match &self.kind {
            FaultKind::Status { code, headers, .. } => {
                write!(f, ":status={code}")?;
                // A `retry-after` that is a date contains colons.
                let is_seconds = |name: &str, value: &str| {
                    name.eq_ignore_ascii_case("retry-after") && value.parse::<u64>().is_ok()
                };
                for (_, seconds) in headers.iter().filter(|(name, value)| is_seconds(name, value)) {
                    write!(f, ":retry-after={seconds}")?;
                }
            }
            FaultKind::Delay(time) => write!(f, ":delay={}ms", time.as_millis())?,
            FaultKind::ResetBefore => f.write_str(":reset-before")?,
            FaultKind::ResetAfter => f.write_str(":reset-after")?,
            FaultKind::TruncatedBody => f.write_str(":truncated-body")?,
        }
        if self.skip > 0 {
            write!(f, ":skip={}", self.skip)?;
        }
        self.times.map_or(Ok(()), |times| write!(f, ":times={times}"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_fault_is_read_from_text() {
        for (spec, fault) in [
            (
                "get_user:reset-before",
                Fault::new(FaultKind::ResetBefore).on("get_user"),
            ),
            (
                "*:truncated-body:skip=2:times=3",
                Fault::new(FaultKind::TruncatedBody).skip(2).times(3),
            ),
            (
                "list_rows:delay=200ms:nth=3",
                Fault::new(FaultKind::Delay(Duration::from_millis(200)))
                    .on("list_rows")
                    .skip(2)
                    .times(1),
            ),
            (
                "*:status=503:body=a:b=c",
                Fault::new(FaultKind::Status {
                    code: 503,
                    headers: vec![],
                    body: "a:b=c".into(),
                }),
            ),
        ] {
            assert_eq!(spec.parse(), Ok(fault), "{spec}");
        }
        let fault: Fault = "*:status=429:retry-after=2".parse().unwrap();
        let FaultKind::Status {
            code: 429, headers, ..
        } = fault.kind
        else {
            panic!("{fault:?}")
        };
        assert_eq!(headers, [("retry-after".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn its_text_is_read_back_the_same() {
        for spec in [
            "*:status=429:retry-after=2:times=1",
            "get_user:delay=1500ms:skip=2",
            "get_user:reset-after:skip=2:times=9",
        ] {
            assert_eq!(spec.parse::<Fault>().unwrap().to_string(), spec);
        }
    }

    #[test]
    fn what_is_no_fault_is_explained() {
        for (spec, reason) in [
            ("", "OPERATION:WHAT"),
            ("get_user", "OPERATION:WHAT"),
            (":reset-after", "operation is missing"),
            ("*:explode", "status=CODE"),
            ("*:status=99", "from 200 to 999"),
            ("*:delay=soon", "`soon`"),
            ("*:reset-after=1", "status=CODE"),
            ("*:reset-after:often", "times=N"),
            ("*:reset-after:times=0", "from 1"),
            ("*:reset-after:nth=0", "from 1"),
            ("*:reset-after:nth=2:times=2", "cannot be combined"),
            ("*:reset-after:times=2:nth=2", "cannot be combined"),
            ("*:reset-after:retry-after=2", "only be used"),
            ("*:status=429:retry-after=soon", "whole number"),
        ] {
            let error = spec.parse::<Fault>().unwrap_err().to_string();
            assert!(error.contains(reason), "{spec}: {error}");
        }
    }
}
