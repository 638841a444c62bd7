//! The error of a write: which rows were not written, which are in doubt, and how to
//! continue.

use std::{fmt, ops::Range};

use super::{Failed, Kind, Pending, Write, WriteReport, WrittenRow};
use crate::Error;

/// The error of a write that did not write all rows. No row is lost: the error has the report on the written
/// rows, and keeps the others so that the write can be [resumed](Self::resume).
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Email"]).await?;
/// # use serde_json::json;
/// use databar_sandbox::{Fault, FaultKind};
///
/// // The second batch is refused.
/// sandbox.fault(Fault::new(FaultKind::status(400)).on("insert_rows").skip(1).times(1));
/// let leads = (0..120).map(|n| json!({ "Email": format!("lead{n}@example.com") }));
/// let error = table.insert(leads).await.unwrap_err();
/// assert!(error.error().is_validation());
/// assert_eq!((error.written().created(), error.failed_batch()), (50, 50..100));
/// assert_eq!((error.remaining(), error.in_doubt()), (70, 0));
///
/// let report = error.resume()?.await?;
/// assert_eq!(report.created(), 120);
/// # Ok(()) });
/// ```
pub struct WriteError<K: Kind> {
    inner: Box<Failure<K>>,
}

#[derive(Debug)]
struct Failure<K: Kind> {
    cause: Error,
    /// The number of rows in the batch that failed; 0 if no batch failed.
    batch: usize,
    in_doubt: Vec<WrittenRow>,
    /// The rows that are done and those to do; `None` if no rows could be sent.
    pending: Option<Pending<K>>,
    /// Whether `resume` refused to continue because of the rows in doubt.
    not_resumed: bool,
}

impl<K: Kind> WriteError<K> {
    /// The error when no rows could be sent.
    pub(super) fn unusable(cause: Error) -> Self {
        Self::new(cause, 0, Vec::new(), None)
    }

    /// The error when the options are invalid, so no batch was sent.
    pub(super) fn refused(cause: Error, pending: Pending<K>) -> Self {
        Self::new(cause, 0, Vec::new(), Some(pending))
    }

    pub(super) fn failed(batch: Failed, size: usize, pending: Pending<K>) -> Self {
        Self::new(batch.cause, size, batch.in_doubt, Some(pending))
    }

    fn new(cause: Error, batch: usize, in_doubt: Vec<WrittenRow>, pending: Option<Pending<K>>) -> Self {
        Self {
            inner: Box::new(Failure {
                cause,
                batch,
                in_doubt,
                pending,
                not_resumed: false,
            }),
        }
    }

    /// Why the write failed.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.inner.cause
    }

    /// The report on the rows that were done before the failure.
    #[must_use]
    pub fn written(&self) -> &WriteReport {
        const NOTHING: &WriteReport = &WriteReport {
            rows: Vec::new(),
            requests: 0,
        };
        self.inner
            .pending
            .as_ref()
            .map_or(NOTHING, |pending| &pending.done)
    }

    /// The number of rows still to do, including those [in doubt](Self::in_doubt).
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.inner
            .pending
            .as_ref()
            .map_or(0, |pending| pending.rows.len())
    }

    /// How many of the remaining rows may have been written; they are the first ones. If the request of the
    /// failed batch may have been processed and no answer accounts for all its rows, these are the rows of
    /// that batch. Otherwise 0.
    #[must_use]
    pub fn in_doubt(&self) -> usize {
        self.inner.in_doubt.len()
    }

    /// What the service reported about the rows [in doubt](Self::in_doubt), one entry for each. Usually it
    /// reported nothing; if an answer left out some rows, the entries of the others are here.
    #[must_use]
    pub fn in_doubt_rows(&self) -> &[WrittenRow] {
        &self.inner.in_doubt
    }

    /// The positions in the input, counted from 0, of the rows of the failed batch; empty if no batch failed.
    /// If the service refers to row 1 of the request, as in [`field_errors`](Error::field_errors), it means
    /// the first of these.
    #[must_use]
    pub fn failed_batch(&self) -> Range<usize> {
        let first = self.inner.pending.as_ref().map_or(0, Pending::position);
        first..first + self.inner.batch
    }

    /// Returns the rows still to do, in the order of the input.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # use serde_json::json;
    /// # use databar_sandbox::{Fault, FaultKind};
    /// # sandbox.fault(Fault::new(FaultKind::status(400)).on("insert_rows").skip(1).times(1));
    /// # let leads = (0..120).map(|n| json!({ "Email": format!("lead{n}@example.com") }));
    /// let error = table.insert(leads).await.unwrap_err();
    /// let later = error.into_remaining();
    /// assert_eq!(later[0].get("Email"), Some(json!("lead50@example.com")));
    /// table.insert(later).await?;
    /// assert_eq!(table.rows().count().await?, 120);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn into_remaining(self) -> Vec<K::Row> {
        self.inner
            .pending
            .map_or_else(Vec::new, |pending| pending.rows.into())
    }

    /// Continues with the rows still to do. The new report covers all rows of the input.
    ///
    /// # Errors
    ///
    /// The error itself when continuing could write rows twice: rows are [in doubt](Self::in_doubt), and
    /// [`dedupe_by`](crate::Insert::dedupe_by) does not protect them. Look at the table, then call
    /// [`resume_after_doubt`](Self::resume_after_doubt); the error says so from now on. Also the error itself
    /// when there are no rows, or a row cannot be sent.
    pub fn resume(mut self) -> Result<Write<K>, WriteError<K>> {
        let protected = self
            .inner
            .pending
            .as_ref()
            .is_some_and(|pending| pending.is_protected(self.in_doubt()));
        if self.in_doubt() == 0 || protected {
            self.resume_after_doubt(InDoubt::Resend)
        } else {
            self.inner.not_resumed = true;
            Err(self)
        }
    }

    /// Continues with the rows still to do, after the caller has found out whether the rows in doubt were
    /// written. If only some of them are in the table, insert the missing ones from
    /// [`into_remaining`](Self::into_remaining) in a new call.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # use serde_json::json;
    /// use databar::{InDoubt, RowOutcome};
    /// use databar_sandbox::{Fault, FaultKind};
    ///
    /// // The rows are inserted, but the answer is lost.
    /// sandbox.fault(Fault::new(FaultKind::ResetAfter).on("insert_rows").times(1));
    /// let leads = ["ada", "bob"].map(|name| json!({ "Email": format!("{name}@example.com") }));
    /// let error = table.insert(leads).await.unwrap_err();
    /// assert_eq!(error.in_doubt(), 2);
    /// assert_eq!(error.in_doubt_rows()[0].outcome, RowOutcome::Unreported);
    ///
    /// let is_written = table.rows().count().await? > 0;
    /// let in_doubt = if is_written { InDoubt::Written } else { InDoubt::Resend };
    /// error.resume_after_doubt(in_doubt)?.await?;
    /// assert_eq!(table.rows().count().await?, 2);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// The error itself when there are no rows, or a row cannot be sent.
    pub fn resume_after_doubt(mut self, in_doubt: InDoubt) -> Result<Write<K>, WriteError<K>> {
        let Some(mut pending) = self.inner.pending.take() else {
            return Err(self);
        };
        if in_doubt == InDoubt::Written {
            pending.complete(self.inner.in_doubt);
        }
        Ok(Write(Ok(pending)))
    }
}

/// The caller's finding about the rows [in doubt](WriteError::in_doubt).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InDoubt {
    /// None of them is in the table, so they are sent again.
    Resend,
    /// All of them are in the table, so they are not sent again. In the report they are
    /// [`Unreported`](super::RowOutcome::Unreported), unless the service has reported them.
    Written,
}

impl<K: Kind> WriteError<K> {
    /// Describes what was done, what is left, and where it failed.
    fn progress(&self) -> String {
        let mut text = match (self.written().rows.len(), self.inner.batch) {
            (0, 0) => return format!("nothing was {}", K::DONE),
            _ => format!("{}, {} to do", self.written(), self.remaining()),
        };
        if self.in_doubt() > 0 {
            text += &format!(
                " (the first {} of them may have been {})",
                self.in_doubt(),
                K::DONE
            );
        }
        if self.inner.batch > 0 {
            let Range { start, end } = self.failed_batch();
            text += &format!(": batch of rows {start}..{end} of the input");
        }
        text
    }
}

impl<K: Kind> fmt::Display for WriteError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.inner.not_resumed {
            f.write_str(
                "not resumed, because rows could be written twice; look at the table, then call `resume_after_doubt`: ",
            )?;
        }
        write!(f, "{}: {}", self.progress(), self.inner.cause)
    }
}

/// Its line, which `main` prints of an error that it returns; `{:#?}` has the parts.
impl<K: Kind> fmt::Debug for WriteError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match f.alternate() {
            true => self.inner.fmt(f),
            false => fmt::Display::fmt(self, f),
        }
    }
}

impl<K: Kind> std::error::Error for WriteError<K> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.inner.cause)
    }
}

/// For `?` where only the cause matters. The remaining rows and the ids of the written ones are lost.
///
/// If rows were written before the failure, the error says how many and has the cause as its
/// [source](std::error::Error::source). Its [`may_have_run`](Error::may_have_run) is true if writing the same
/// rows again would write some of them twice.
impl<K: Kind> From<WriteError<K>> for Error {
    fn from(error: WriteError<K>) -> Self {
        let written = error.written();
        if written.rows.len() == written.unchanged() {
            return error.inner.cause;
        }
        let text = error.to_string();
        let cause = error.inner.cause;
        let may_have_run = cause.may_have_run() || !K::REPEATABLE;
        // The new error ends with the same advice, which should not appear twice.
        let advice = Error::new(cause.kind(), "")
            .with_operation(K::OPERATION)
            .with_may_have_run(may_have_run)
            .to_string();
        let advice = advice.trim_start_matches(K::OPERATION).trim_start_matches(": ");
        Error::new(cause.kind(), text.strip_suffix(advice).unwrap_or(&text))
            .with_operation(K::OPERATION)
            .with_may_have_run(may_have_run)
            .with_retry_after(cause.retry_after())
            .with_source(cause)
    }
}
