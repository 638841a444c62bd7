//! Flows: saved graphs, all of their versions, and the token that a change must name.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Connectors, Graph, Ids, edits};
use crate::{
    clock::{Moment, timestamp},
    refusal::Refusal,
};

pub(crate) type Object = Map<String, Value>;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Flows {
    count: u64,
    /// In the order of their creation.
    pub(crate) all: Vec<Flow>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Flow {
    id: Uuid,
    /// The id under a profile that numbers flows.
    number: u64,
    /// Changes with every save (`internal_version`).
    token: Uuid,
    created: Moment,
    current: Version,
    /// All versions before the current one.
    past: Vec<Version>,
}

/// The content of a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) config: Object,
    pub(crate) ui: Object,
}

#[derive(Debug, Serialize, Deserialize)]
struct Version {
    content: Content,
    changed: Vec<String>,
    saved: Moment,
    restored_from: Option<u64>,
}

/// The author named in a version.
const AUTHOR: &str = "sandy@example.com";

impl Content {
    /// The names of the members that differ.
    fn changes(&self, before: &Self) -> Vec<String> {
        let members = [
            ("name", self.name != before.name),
            ("description", self.description != before.description),
            ("config", self.config != before.config),
            ("ui", self.ui != before.ui),
        ];
        let changed = members.into_iter().filter(|(_, changed)| *changed);
        changed.map(|(name, _)| name.to_owned()).collect()
    }

    fn check(&self, connectors: &Connectors) -> Result<(), Refusal> {
        let graph = Graph::read(&self.config, connectors);
        if graph.is_valid() {
            return Ok(());
        }
        let reasons: Vec<String> = graph.problems.iter().map(|problem| problem.text()).collect();
        Err(Refusal::rejected(reasons.join("; ")))
    }
}

impl Version {
    fn json(&self, number: u64) -> Value {
        json!({
            "number": number,
            "name": self.content.name,
            "description": self.content.description,
            "changed_fields": self.changed,
            "source": "api",
            "created_at": timestamp(self.saved),
            "created_by": AUTHOR,
            "restored_from": self.restored_from,
        })
    }
}

impl Flows {
    pub(crate) fn create(
        &mut self,
        ids: &mut Ids,
        connectors: &Connectors,
        content: Content,
        now: Moment,
    ) -> Result<&Flow, Refusal> {
        content.check(connectors)?;
        self.count += 1;
        let changed = ["name", "description", "config", "ui"].map(str::to_owned);
        let current = Version {
            content,
            changed: changed.into(),
            saved: now,
            restored_from: None,
        };
        self.all.push(Flow {
            id: ids.next("flow"),
            number: self.count,
            token: ids.next("flow token"),
            created: now,
            current,
            past: Vec::new(),
        });
        self.all.last().ok_or_else(Refusal::not_found)
    }

    /// The index of the flow with this id. A path can spell a UUID in more than one way.
    fn place(&self, id: &str, numbered: bool) -> Result<usize, Refusal> {
        let wanted = |flow: &Flow| {
            if numbered {
                id == flow.number.to_string()
            } else {
                id.parse() == Ok(flow.id)
            }
        };
        self.all.iter().position(wanted).ok_or_else(Refusal::not_found)
    }

    pub(crate) fn get(&self, id: &str, numbered: bool) -> Result<&Flow, Refusal> {
        Ok(&self.all[self.place(id, numbered)?])
    }

    pub(crate) fn get_mut(&mut self, id: &str, numbered: bool) -> Result<&mut Flow, Refusal> {
        let place = self.place(id, numbered)?;
        Ok(&mut self.all[place])
    }

    pub(crate) fn delete(&mut self, id: &str, numbered: bool) -> Result<(), Refusal> {
        self.all.remove(self.place(id, numbered)?);
        Ok(())
    }
}

impl Flow {
    pub(crate) fn content(&self) -> &Content {
        &self.current.content
    }

    pub(crate) fn graph(&self, connectors: &Connectors) -> Graph {
        Graph::read(&self.current.content.config, connectors)
    }

    pub(crate) fn summary(&self, connectors: &Connectors, numbered: bool) -> Value {
        let graph = self.graph(connectors);
        let Version { content, saved, .. } = &self.current;
        json!({
            "id": if numbered { json!(self.number) } else { json!(self.id) },
            "name": content.name,
            "description": content.description,
            "inputs": graph.inputs_json(),
            "outputs": graph.outputs_json(),
            "created_at": timestamp(self.created),
            "updated_at": timestamp(*saved),
        })
    }

    pub(crate) fn detail(&self, connectors: &Connectors, numbered: bool) -> Value {
        let mut detail = self.summary(connectors, numbered);
        detail["config"] = self.current.content.config.clone().into();
        detail["ui"] = self.current.content.ui.clone().into();
        detail["internal_version"] = json!(self.token);
        detail
    }

    /// Refuses a change that is not based on the current version.
    pub(crate) fn check_token(&self, token: Option<&str>) -> Result<(), Refusal> {
        match token {
            Some(token) if token != self.token.to_string() => {
                Err(Refusal::conflict("This flow was modified by someone else."))
            }
            _ => Ok(()),
        }
    }

    /// Saves a new content if it differs from the current one.
    pub(crate) fn save(
        &mut self,
        ids: &mut Ids,
        connectors: &Connectors,
        content: Content,
        now: Moment,
    ) -> Result<(), Refusal> {
        content.check(connectors)?;
        if content != self.current.content {
            self.add_version(ids, content, None, now);
        }
        Ok(())
    }

    fn add_version(&mut self, ids: &mut Ids, content: Content, restored_from: Option<u64>, now: Moment) {
        let version = Version {
            changed: content.changes(&self.current.content),
            content,
            saved: now,
            restored_from,
        };
        self.past.push(std::mem::replace(&mut self.current, version));
        self.token = ids.next("flow token");
    }

    /// The graph after these edits. The error says which edit is not possible, and why.
    pub(crate) fn edited(&self, ops: &[Object]) -> Result<Object, String> {
        let mut config = self.current.content.config.clone();
        for (number, op) in ops.iter().enumerate() {
            edits::edit(&mut config, op).map_err(|message| format!("Op {}: {message}", number + 1))?;
        }
        Ok(config)
    }

    /// All versions with their numbers, newest first.
    fn numbered(&self) -> impl Iterator<Item = (u64, &Version)> {
        let count = self.past.len() as u64 + 1;
        let newest_first = std::iter::once(&self.current).chain(self.past.iter().rev());
        (1..=count).rev().zip(newest_first)
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = Value> {
        self.numbered().map(|(number, version)| version.json(number))
    }

    fn version(&self, wanted: u64) -> Result<&Version, Refusal> {
        self.numbered()
            .find_map(|(number, version)| (number == wanted).then_some(version))
            .ok_or_else(Refusal::not_found)
    }

    pub(crate) fn version_json(&self, number: u64) -> Result<Value, Refusal> {
        let version = self.version(number)?;
        let mut shown = version.json(number);
        shown["config"] = version.content.config.clone().into();
        shown["ui"] = version.content.ui.clone().into();
        Ok(shown)
    }

    /// Makes an old version current again by saving it as a new one. Returns the new version.
    pub(crate) fn restore(
        &mut self,
        ids: &mut Ids,
        connectors: &Connectors,
        number: u64,
        now: Moment,
    ) -> Result<Value, Refusal> {
        let content = self.version(number)?.content.clone();
        content.check(connectors)?;
        self.add_version(ids, content, Some(number), now);
        Ok(self.current.json(self.past.len() as u64 + 1))
    }
}
