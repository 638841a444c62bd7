//! A task: a run outside of a table, which takes time, finishes, and expires.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::due;
use crate::{
    catalog::{Outcome, Quote},
    clock::Moment,
    credits::{Credits, Ledger},
    profile::Answers,
    refusal::Refusal,
};

/// How long a task is shown as `gone` after its results expired, before the answer is 410. The sources
/// mention both, but not when each applies.
const GONE: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    bulk: bool,
    started: Moment,
    time: Duration,
    /// The results of the inputs. They finish in this order, and are dropped when the task expires.
    quotes: Vec<Quote>,
    progress: Progress,
    spent: Credits,
    /// When the task became final, by finishing or by being cancelled.
    end: Option<Moment>,
    cancelled: bool,
    expired: bool,
}

/// How many inputs have finished, by outcome.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Progress {
    completed: usize,
    no_data: usize,
    failed: usize,
}

impl Progress {
    fn done(&self) -> usize {
        self.completed + self.no_data + self.failed
    }

    fn json(&self, total: usize) -> Value {
        json!({
            "total": total,
            "completed": self.completed,
            "no_data": self.no_data,
            "failed": self.failed,
            "processing": total - self.done(),
        })
    }
}

impl Task {
    pub(super) fn new(quotes: Vec<Quote>, bulk: bool, now: Moment, time: Duration) -> Self {
        Self {
            bulk,
            started: now,
            time,
            quotes,
            progress: Progress::default(),
            spent: Credits::ZERO,
            end: None,
            cancelled: false,
            expired: false,
        }
    }

    pub(super) fn started(&self) -> Moment {
        self.started
    }

    /// When the task changes next: an input finishes, or the task finishes or expires.
    pub(super) fn next(&self, retention: Duration) -> Option<Moment> {
        let count = self.quotes.len();
        match self.end {
            None if count == 0 => Some(self.started.saturating_add(self.time)),
            None => Some(due(self.started, self.time, self.progress.done(), count)),
            Some(end) if !self.expired => Some(end.saturating_add(retention)),
            Some(_) => None,
        }
    }

    /// Applies everything that is due by now.
    pub(super) fn settle(&mut self, now: Moment, retention: Duration, ledger: &mut Ledger) {
        while let Some(moment) = self.next(retention)
            && moment <= now
        {
            if self.end.is_some() {
                self.expired = true;
                self.quotes = Vec::new();
            } else {
                self.finish_one(ledger);
                if self.progress.done() == self.quotes.len() {
                    self.end = Some(moment);
                }
            }
        }
    }

    fn finish_one(&mut self, ledger: &mut Ledger) {
        let Some(quote) = self.quotes.get(self.progress.done()) else {
            return;
        };
        ledger.refund(quote.reserve - quote.cost);
        self.spent = self.spent + quote.cost;
        match quote.outcome {
            Outcome::Found(_) => self.progress.completed += 1,
            Outcome::Missing => self.progress.no_data += 1,
            Outcome::Failed(_) => self.progress.failed += 1,
        }
    }

    pub(super) fn cancel(&mut self, now: Moment, ledger: &mut Ledger) -> Result<(), Refusal> {
        if self.end.is_some() {
            return Err(Refusal::conflict("The task has already finished"));
        }
        self.cancelled = true;
        self.end = Some(now);
        let unfinished = self.quotes.iter().skip(self.progress.done());
        ledger.refund(unfinished.map(|quote| quote.reserve).sum());
        Ok(())
    }

    /// The task as the service shows it at this moment. It must be settled up to then.
    pub(super) fn json(
        &self,
        id: Uuid,
        now: Moment,
        answers: Answers,
        include_partial: bool,
    ) -> Result<Value, Refusal> {
        let mut shown = json!({ "task_id": id, "request_id": id, "credits_spent": self.spent.json() });
        if self.expired {
            let gone_since = self.end.unwrap_or_default().saturating_add(answers.retention);
            if now.saturating_sub(gone_since) >= GONE {
                return Err(Refusal::expired());
            }
            shown["status"] = "gone".into();
            return Ok(shown);
        }
        match self.end {
            None => {
                let fresh = now.saturating_sub(self.started) < self.time / 4;
                shown["status"] = if fresh { answers.first_status } else { "processing" }.into();
                if self.bulk && include_partial {
                    shown["data"] = self.finished();
                }
            }
            Some(_) if self.cancelled => {
                shown["status"] = "cancelled".into();
                if self.bulk {
                    shown["data"] = self.finished();
                }
            }
            Some(_) if self.bulk => self.show_all(&mut shown),
            Some(_) => self.show_one(&mut shown, answers),
        }
        if self.bulk {
            shown["progress"] = self.progress.json(self.quotes.len());
        }
        Ok(shown)
    }

    fn show_one(&self, shown: &mut Value, answers: Answers) {
        match self.quotes.first().map(|quote| &quote.outcome) {
            Some(Outcome::Found(data)) => {
                shown["status"] = "completed".into();
                shown["data"] = data.clone();
            }
            Some(Outcome::Failed(message)) => {
                shown["status"] = "failed".into();
                shown["error"] = message.as_str().into();
            }
            Some(Outcome::Missing) | None => {
                shown["status"] = answers.miss.into();
                shown["data"] = Value::Null;
            }
        }
    }

    /// One element for each input, null where there is no result. Reasons are shown only if there is nothing
    /// else.
    fn show_all(&self, shown: &mut Value) {
        let count = self.quotes.len();
        if self.progress.failed == count && count > 0 {
            let mut reasons: Vec<&str> = self.quotes.iter().filter_map(reason).collect();
            reasons.dedup();
            shown["status"] = "failed".into();
            shown["error"] = reasons.into();
            return;
        }
        shown["status"] = match self.progress.failed {
            0 => "completed",
            _ => "partially_completed",
        }
        .into();
        shown["data"] = self.quotes.iter().map(|quote| found(quote).cloned()).collect();
    }

    /// The results so far, not aligned with the inputs.
    fn finished(&self) -> Value {
        let done = self.quotes.iter().take(self.progress.done());
        done.filter_map(found).cloned().collect()
    }
}

fn found(quote: &Quote) -> Option<&Value> {
    match &quote.outcome {
        Outcome::Found(data) => Some(data),
        Outcome::Missing | Outcome::Failed(_) => None,
    }
}

fn reason(quote: &Quote) -> Option<&str> {
    match &quote.outcome {
        Outcome::Failed(message) => Some(message),
        Outcome::Found(_) | Outcome::Missing => None,
    }
}
