//! All tasks, and when each of them changes next. The cost of a request depends on what is due, not on how
//! many tasks there are.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::task::Task;
use crate::{clock::Moment, credits::Ledger, profile::Answers, refusal::Refusal};

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tasks {
    all: BTreeMap<Uuid, Task>,
    /// When each task changes next. Each task is here once, unless it has expired.
    agenda: BTreeSet<(Moment, Uuid)>,
}

impl Tasks {
    pub(super) fn add(&mut self, id: Uuid, task: Task, answers: Answers) {
        let next = task.next(answers.retention);
        self.agenda.extend(next.map(|next| (next, id)));
        self.all.insert(id, task);
    }

    /// Applies everything that is due by now.
    pub(super) fn settle(&mut self, now: Moment, answers: Answers, ledger: &mut Ledger) {
        let retention = answers.retention;
        while let Some((moment, id)) = self.agenda.pop_first() {
            if moment > now {
                self.agenda.insert((moment, id));
                return;
            }
            if let Some(task) = self.all.get_mut(&id) {
                task.settle(now, retention, ledger);
                self.agenda.extend(task.next(retention).map(|next| (next, id)));
            }
        }
    }

    pub(super) fn cancel(
        &mut self,
        id: &str,
        now: Moment,
        answers: Answers,
        ledger: &mut Ledger,
    ) -> Result<(), Refusal> {
        let retention = answers.retention;
        let id: Uuid = id.parse().map_err(|_| Refusal::not_found())?;
        let task = self.all.get_mut(&id).ok_or_else(Refusal::not_found)?;
        let before = task.next(retention);
        task.cancel(now, ledger)?;
        before.map(|before| self.agenda.remove(&(before, id)));
        self.agenda.extend(task.next(retention).map(|next| (next, id)));
        Ok(())
    }

    /// The tasks started last, latest first: when each was started, and how it is shown; null if it is no
    /// longer shown.
    pub(super) fn latest(&self, count: usize, now: Moment, answers: Answers) -> Vec<(Uuid, Moment, Value)> {
        let mut all: Vec<(Moment, Uuid)> = self.all.iter().map(|(id, task)| (task.started(), *id)).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        let shown = |id: Uuid| self.all.get(&id)?.json(id, now, answers, false).ok();
        let latest = all.into_iter().take(count);
        latest
            .map(|(started, id)| (id, started, shown(id).unwrap_or_default()))
            .collect()
    }

    pub(super) fn show(
        &self,
        id: &str,
        now: Moment,
        answers: Answers,
        include_partial: bool,
    ) -> Result<Value, Refusal> {
        let id: Uuid = id.parse().map_err(|_| Refusal::not_found())?;
        let task = self.all.get(&id).ok_or_else(Refusal::not_found)?;
        task.json(id, now, answers, include_partial)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        catalog::{Outcome, Quote},
        credits::Credits,
        profile::Profile,
    };

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_has_expired_is_neither_kept_nor_looked_at() {
        let (answers, mut ledger) = (Profile::PythonSdk.answers(), Ledger::new(Credits::ZERO));
        let mut tasks = Tasks::default();
        for number in 0..100 {
            let quotes = vec![Quote::free(Outcome::Found("a".repeat(100).into())); 10];
            let task = Task::new(quotes, true, SECOND * number, SECOND);
            tasks.add(Uuid::from_u128(number.into()), task, answers);
        }
        tasks.settle(SECOND * 50 + answers.retention, answers, &mut ledger);
        assert_eq!(tasks.agenda.len(), 50);
        tasks.settle(Duration::MAX, answers, &mut ledger);
        assert_eq!(tasks.agenda.len(), 0);
        let stored = serde_json::to_string(&tasks).unwrap();
        assert!(!stored.contains("aaa"));
    }
}
