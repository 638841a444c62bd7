//! Connectors: HTTP endpoints of the workspace. A connector of type `enrichment` can be run like an
//! enrichment of the catalogue. The sandbox never calls its address; the result repeats the parameters, as an
//! echo server would.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::{
    catalog::{
        Field, Param,
        enrichments::{Enrichment, Yields},
        offers,
    },
    clock::{Moment, timestamp},
    credits::Credits,
    refusal::Refusal,
};

/// The limit of the plan, for requests per minute and for concurrent requests. In the example of the
/// reference page connectors-create, a client asks for 60 a minute and gets 10. No source gives a limit for
/// concurrent requests.
const CAP: f64 = 10.0;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Connectors {
    count: i64,
    all: BTreeMap<i64, Connector>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Connector {
    created: Moment,
    definition: Definition,
}

/// What a client specifies of a connector.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Definition {
    name: String,
    #[serde(default = "enrichment")]
    r#type: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<NameValue>,
    #[serde(default)]
    parameters: Vec<NameValue>,
    #[serde(default)]
    body: Vec<NameValue>,
    body_template: Option<String>,
    #[serde(default, deserialize_with = "within_the_plan")]
    rate_limit: Option<u64>,
    #[serde(default, deserialize_with = "within_the_plan")]
    max_concurrency: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct NameValue {
    name: String,
    #[serde(default)]
    value: String,
}

fn enrichment() -> String {
    "enrichment".to_owned()
}

/// Reads a requested limit, which is at most the plan's.
fn within_the_plan<'de, D: Deserializer<'de>>(limit: D) -> Result<Option<u64>, D::Error> {
    // A whole number can be too large for any integer type.
    let limit = Option::<f64>::deserialize(limit)?;
    Ok(limit.map(|limit| limit.min(CAP) as u64))
}

impl Definition {
    /// The enrichment that the connector appears as. An entry without its own value becomes a required
    /// parameter.
    fn enrichment(&self, id: i64) -> Option<Enrichment> {
        if self.r#type != "enrichment" {
            return None;
        }
        let mut params: Vec<Param> = Vec::new();
        for entry in self.parameters.iter().chain(&self.body) {
            if !params.iter().any(|param| param.name == entry.name) {
                params.push(if entry.value.is_empty() {
                    Param::required(&entry.name, "text", &entry.name)
                } else {
                    Param::optional(&entry.name, "text", &entry.name)
                });
            }
        }
        Some(Enrichment {
            id,
            name: self.name.clone(),
            description: format!("{} {}", self.method.to_uppercase(), self.url),
            source: self.name.clone(),
            price: Credits::ZERO,
            authorized: true,
            category: None,
            fields: params.iter().map(|param| Field::echo(&param.name)).collect(),
            params,
            yields: Yields::Echo,
        })
    }
}

impl Connectors {
    pub(crate) fn list(&self) -> Vec<Value> {
        self.all.iter().map(|(id, one)| one.json(*id)).collect()
    }

    pub(crate) fn get(&self, id: i64) -> Result<Value, Refusal> {
        let one = self.all.get(&id).ok_or_else(Refusal::not_found)?;
        Ok(one.json(id))
    }

    pub(crate) fn create(&mut self, definition: Definition, created: Moment) -> Value {
        self.count += 1;
        // Far from the ids of the catalogue, with which it shares a path.
        let id = 3000 + self.count;
        let one = Connector { created, definition };
        let shown = one.json(id);
        self.all.insert(id, one);
        shown
    }

    pub(crate) fn replace(&mut self, id: i64, definition: Definition) -> Result<Value, Refusal> {
        let one = self.all.get_mut(&id).ok_or_else(Refusal::not_found)?;
        one.definition = definition;
        Ok(one.json(id))
    }

    pub(crate) fn delete(&mut self, id: i64) -> Result<(), Refusal> {
        self.all.remove(&id).map(drop).ok_or_else(Refusal::not_found)
    }

    /// Every enrichment that the workspace can run: those of the catalogue and its own connectors.
    pub(crate) fn enrichments(&self) -> impl Iterator<Item = Cow<'static, Enrichment>> {
        let own = self
            .all
            .iter()
            .filter_map(|(id, one)| one.definition.enrichment(*id).map(Cow::Owned));
        offers::enrichments().iter().map(Cow::Borrowed).chain(own)
    }

    pub(crate) fn enrichment(&self, id: i64) -> Option<Cow<'static, Enrichment>> {
        match offers::enrichments().iter().find(|one| one.id == id) {
            Some(offer) => Some(Cow::Borrowed(offer)),
            None => self.all.get(&id)?.definition.enrichment(id).map(Cow::Owned),
        }
    }
}

impl Connector {
    fn json(&self, id: i64) -> Value {
        let mut shown = json!(self.definition);
        shown["id"] = id.into();
        shown["created_at"] = timestamp(self.created).into();
        shown
    }
}
