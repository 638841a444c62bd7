//! All tasks, and what happens to which of them next. A request costs what is due, not what there is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::task::Task;
use crate::{
    clock::Moment,
    credits::Ledger,
    profile::{Answers, Profile},
    refusal::Refusal,
};

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tasks {
    all: BTreeMap<Uuid, Task>,
    /// When something happens to which task next; each task is here once, unless it has expired.
    agenda: BTreeSet<(Moment, Uuid)>,
    profile: Profile,
}

impl Tasks {
    pub(super) fn new(profile: Profile) -> Self {
        Self {
            profile,
            ..Self::default()
        }
    }

    fn answers(&self) -> Answers {
        self.profile.answers()
    }

    pub(super) fn add(&mut self, id: Uuid, task: Task) {
        let next = task.next(self.answers().retention);
        self.agenda.extend(next.map(|next| (next, id)));
        self.all.insert(id, task);
    }

    /// Lets happen what is due by now.
    pub(super) fn settle(&mut self, now: Moment, ledger: &mut Ledger) {
        let retention = self.answers().retention;
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

    pub(super) fn cancel(&mut self, id: &str, now: Moment, ledger: &mut Ledger) -> Result<(), Refusal> {
        let retention = self.answers().retention;
        let id: Uuid = id.parse().map_err(|_| Refusal::not_found())?;
        let task = self.all.get_mut(&id).ok_or_else(Refusal::not_found)?;
        let before = task.next(retention);
        task.cancel(now, ledger)?;
        before.map(|before| self.agenda.remove(&(before, id)));
        self.agenda.extend(task.next(retention).map(|next| (next, id)));
        Ok(())
    }

    pub(super) fn show(&self, id: &str, now: Moment, include_partial: bool) -> Result<Value, Refusal> {
        let id: Uuid = id.parse().map_err(|_| Refusal::not_found())?;
        let task = self.all.get(&id).ok_or_else(Refusal::not_found)?;
        task.json(id, now, include_partial, self.answers())
    }
}
