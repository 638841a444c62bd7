//! Tasks: runs outside of a table. They take time, finish, and expire.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::due;
use crate::{
    catalog::{Outcome, Quote},
    clock::Moment,
    credits::{Credits, Ledger},
    refusal::Refusal,
};

/// How long results are kept; then the status is `gone`.
const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the service remembers that there was a task; then the answer is 410.
const MEMORY: Duration = Duration::from_secs(48 * 60 * 60);

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    id: Uuid,
    bulk: bool,
    started: Moment,
    time: Duration,
    inputs: Vec<Input>,
    cancelled: Option<Moment>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Input {
    due: Moment,
    quote: Quote,
    done: bool,
}

impl Task {
    pub(super) fn new(id: Uuid, quotes: Vec<Quote>, bulk: bool, now: Moment, time: Duration) -> Self {
        let count = quotes.len();
        let inputs = quotes
            .into_iter()
            .enumerate()
            .map(|(number, quote)| Input {
                due: due(now, time, number, count),
                quote,
                done: false,
            })
            .collect();
        Self {
            id,
            bulk,
            started: now,
            time,
            inputs,
            cancelled: None,
        }
    }

    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    pub(crate) fn started(&self) -> Moment {
        self.started
    }

    pub(super) fn settle(&mut self, now: Moment, ledger: &mut Ledger) {
        if self.cancelled.is_some() {
            return;
        }
        for input in self
            .inputs
            .iter_mut()
            .filter(|input| !input.done && input.due <= now)
        {
            input.done = true;
            ledger.refund(input.quote.reserve - input.quote.cost);
        }
    }

    pub(super) fn cancel(&mut self, now: Moment, ledger: &mut Ledger) -> Result<(), Refusal> {
        if self.finished(now).is_some() {
            return Err(Refusal::conflict("The task has already finished"));
        }
        self.cancelled = Some(now);
        for input in self.inputs.iter().filter(|input| !input.done) {
            ledger.refund(input.quote.reserve);
        }
        Ok(())
    }

    /// Since when the task is final.
    fn finished(&self, now: Moment) -> Option<Moment> {
        let end = self
            .cancelled
            .unwrap_or_else(|| self.started.saturating_add(self.time));
        (end <= now).then_some(end)
    }

    /// The task as the service shows it at a moment.
    pub(crate) fn json(&self, now: Moment, include_partial: bool) -> Result<Value, Refusal> {
        let mut shown = json!({ "task_id": self.id, "request_id": self.id });
        let finished = self.finished(now);
        if let Some(end) = finished {
            let age = now.saturating_sub(end);
            if age >= MEMORY {
                return Err(Refusal::expired());
            }
            if age >= RETENTION {
                shown["status"] = "gone".into();
                shown["credits_spent"] = self.spent().json();
                return Ok(shown);
            }
        }
        if self.cancelled.is_some() {
            shown["status"] = "cancelled".into();
            shown["data"] = self.partial();
        } else if finished.is_some() {
            self.show_results(&mut shown);
        } else {
            let fresh = now.saturating_sub(self.started) < self.time / 4;
            shown["status"] = if fresh { "queued" } else { "processing" }.into();
            if include_partial && self.bulk {
                shown["data"] = self.partial();
            }
        }
        if self.bulk {
            shown["progress"] = self.progress();
        }
        shown["credits_spent"] = self.spent().json();
        Ok(shown)
    }

    fn show_results(&self, shown: &mut Value) {
        let errors: Vec<&str> = self
            .inputs
            .iter()
            .filter_map(|input| match &input.quote.outcome {
                Outcome::Failed(message) => Some(message.as_str()),
                Outcome::Found(_) | Outcome::Missing => None,
            })
            .collect();
        if self.bulk {
            let status = match errors.len() {
                0 => "completed",
                failed if failed == self.inputs.len() => "failed",
                _ => "partially_completed",
            };
            shown["status"] = status.into();
            shown["data"] = self.inputs.iter().map(|input| found(input).cloned()).collect();
            if !errors.is_empty() {
                shown["error"] = errors.into();
            }
            return;
        }
        let outcome = self.inputs.first().map(|input| &input.quote.outcome);
        match outcome {
            Some(Outcome::Found(data)) => {
                shown["status"] = "completed".into();
                shown["data"] = data.clone();
            }
            Some(Outcome::Failed(message)) => {
                shown["status"] = "failed".into();
                shown["error"] = message.as_str().into();
            }
            Some(Outcome::Missing) | None => {
                shown["status"] = "no_data".into();
                shown["data"] = Value::Null;
            }
        }
    }

    /// The finished hits, not aligned with the inputs.
    fn partial(&self) -> Value {
        self.inputs
            .iter()
            .filter(|input| input.done)
            .filter_map(found)
            .cloned()
            .collect()
    }

    fn progress(&self) -> Value {
        let count = |wanted: fn(&Outcome) -> bool| {
            self.inputs
                .iter()
                .filter(|input| input.done && wanted(&input.quote.outcome))
                .count()
        };
        json!({
            "total": self.inputs.len(),
            "completed": count(|outcome| matches!(outcome, Outcome::Found(_))),
            "no_data": count(|outcome| matches!(outcome, Outcome::Missing)),
            "failed": count(|outcome| matches!(outcome, Outcome::Failed(_))),
            "processing": self.inputs.iter().filter(|input| !input.done).count(),
        })
    }

    fn spent(&self) -> Credits {
        self.inputs
            .iter()
            .filter(|input| input.done)
            .map(|input| input.quote.cost)
            .sum()
    }
}

fn found(input: &Input) -> Option<&Value> {
    match &input.quote.outcome {
        Outcome::Found(data) => Some(data),
        Outcome::Missing | Outcome::Failed(_) => None,
    }
}
