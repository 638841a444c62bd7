//! Exporters: how they are shown. The list is in `offers`; nothing leaves the sandbox.

use serde_json::{Value, json};

use super::{Field, Param, offers};

#[derive(Debug)]
pub(crate) struct Exporter {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) dataset: i64,
    pub(crate) params: &'static [Param],
    pub(crate) fields: &'static [Field],
    /// Id, name and type of the stored connections; where there are some, one is needed.
    pub(crate) connections: &'static [(i64, &'static str, &'static str)],
}

impl Exporter {
    pub(crate) fn all() -> &'static [Self] {
        &offers::EXPORTERS
    }

    pub(crate) fn find(id: i64) -> Option<&'static Self> {
        Self::all().iter().find(|exporter| exporter.id == id)
    }

    pub(crate) fn summary(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "description": self.description, "dataset": self.dataset })
    }

    pub(crate) fn detail(&self) -> Value {
        let connections = self.connections.iter();
        let mut detail = self.summary();
        detail["params"] = self.params.iter().map(|param| param.json("")).collect();
        detail["additional_params"] = json!([]);
        detail["response_fields"] = self.fields.iter().map(Field::json).collect();
        detail["authorization"] = json!({
            "required": !self.connections.is_empty(),
            "connections": connections
                .map(|(id, name, kind)| json!({ "id": id, "name": name, "type": kind }))
                .collect::<Vec<_>>(),
        });
        detail
    }
}
