//! Rows of which some were not written: which those are, what is in doubt, and how to go on.

use std::{fmt, ops::Range};

use super::{Failed, Kind, Pending, Write, WriteReport, WrittenRow};
use crate::Error;

/// Rows that were not all written. Nothing is lost: it tells what was written, and holds what was not, to be
/// [resumed](Self::resume).
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
#[derive(Debug)]
pub struct WriteError<K: Kind> {
    inner: Box<Failure<K>>,
}

#[derive(Debug)]
struct Failure<K: Kind> {
    cause: Error,
    /// How many rows the batch that failed had; 0 when it was not a batch that failed.
    batch: usize,
    in_doubt: Vec<WrittenRow>,
    /// What was done and what is to do; nothing when there are no rows that could be sent.
    pending: Option<Pending<K>>,
}

impl<K: Kind> WriteError<K> {
    /// There are no rows that could be sent.
    pub(super) fn unusable(cause: Error) -> Self {
        Self::new(cause, 0, Vec::new(), None)
    }

    /// The options make no sense, so no batch was sent.
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
            }),
        }
    }

    /// Why it failed.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.inner.cause
    }

    /// The rows that were done before it failed.
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

    /// How many rows are still to do, [those in doubt](Self::in_doubt) included.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.inner
            .pending
            .as_ref()
            .map_or(0, |pending| pending.rows.len())
    }

    /// How many of the remaining rows, the first of them, may have been written: those of the batch that failed, if its
    /// request may have been processed and no answer accounts for all of them. Otherwise 0.
    #[must_use]
    pub fn in_doubt(&self) -> usize {
        self.inner.in_doubt.len()
    }

    /// What the service said of the rows [in doubt](Self::in_doubt), one entry for each. Mostly that is nothing; an
    /// answer that leaves out rows has something to say of the others.
    #[must_use]
    pub fn in_doubt_rows(&self) -> &[WrittenRow] {
        &self.inner.in_doubt
    }

    /// The positions in the input, from 0, of the rows of the batch that failed; empty when it was not a batch that
    /// failed. Where the service speaks of row 1 of the request (as in [`field_errors`](Error::field_errors)), it is the
    /// first of these.
    #[must_use]
    pub fn failed_batch(&self) -> Range<usize> {
        let first = self.inner.pending.as_ref().map_or(0, Pending::position);
        first..first + self.inner.batch
    }

    /// The rows that are still to do, in the order of the input.
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

    /// Goes on with the rows that are still to do; its report covers all rows of the input.
    ///
    /// # Errors
    ///
    /// The error itself when going on could write rows twice, that is, when rows are [in doubt](Self::in_doubt) and are not
    /// protected by [`dedupe_by`](crate::Insert::dedupe_by): look at the table, then choose
    /// [`resume_after_doubt`](Self::resume_after_doubt). And when there are no rows, or one that cannot be sent.
    pub fn resume(self) -> Result<Write<K>, WriteError<K>> {
        let protected = self
            .inner
            .pending
            .as_ref()
            .is_some_and(|pending| pending.is_protected(self.in_doubt()));
        if self.in_doubt() == 0 || protected {
            self.resume_after_doubt(InDoubt::Resend)
        } else {
            Err(self)
        }
    }

    /// Goes on with the rows that are still to do, after the caller has settled what became of those in doubt. Should some
    /// of them be in the table and others not, insert what is missing of [`into_remaining`](Self::into_remaining) anew.
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
    /// The error itself when there are no rows, or one that cannot be sent.
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

/// What the caller has found out about the rows [in doubt](WriteError::in_doubt).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InDoubt {
    /// None of them is in the table: send them.
    Resend,
    /// All of them are in the table: do not send them.
    Written,
}

impl<K: Kind> WriteError<K> {
    /// What was done, what is to do, and where it failed.
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
        write!(f, "{}: {}", self.progress(), self.inner.cause)
    }
}

impl<K: Kind> std::error::Error for WriteError<K> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.inner.cause)
    }
}

/// For `?` where only the cause matters: the rows that were not written, and the ids of those that were, are lost.
///
/// When rows were written before it failed, the error says how many, has the cause as its
/// [source](std::error::Error::source), and answers [`may_have_run`](Error::may_have_run) with true where writing the same
/// rows again would write those twice.
impl<K: Kind> From<WriteError<K>> for Error {
    fn from(error: WriteError<K>) -> Self {
        let written = error.written();
        if written.rows.len() == written.unchanged() {
            return error.inner.cause;
        }
        let text = error.to_string();
        let cause = error.inner.cause;
        let may_have_run = cause.may_have_run() || !K::REPEATABLE;
        // The new error ends with this advice too, and once is enough.
        let advice = Error::new(cause.kind(), "")
            .with_may_have_run(may_have_run)
            .to_string();
        Error::new(cause.kind(), text.strip_suffix(&advice).unwrap_or(&text))
            .with_operation(K::OPERATION)
            .with_may_have_run(may_have_run)
            .with_retry_after(cause.retry_after())
            .with_source(cause)
    }
}
