//! Exporters: only their descriptions. No data leaves the sandbox.

use serde_json::{Value, json};

use super::params::{Field, Param};

#[derive(Debug)]
pub(crate) struct Exporter {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) dataset: i64,
    pub(crate) params: Vec<Param>,
    /// The name and label of the fields that the destination defines.
    pub(crate) additional: &'static [(&'static str, &'static str)],
    pub(crate) fields: Vec<Field>,
    /// The id, name and type of the stored connections. If there are any, one is required.
    pub(crate) connections: &'static [(i64, &'static str, &'static str)],
}

impl Exporter {
    pub(crate) fn has_connection(&self, id: i64) -> bool {
        self.connections.iter().any(|(connection, ..)| *connection == id)
    }

    pub(crate) fn summary(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "description": self.description, "dataset": self.dataset })
    }

    /// The description. The fields that the destination defines are read through a connection.
    pub(crate) fn detail(&self, connection: Option<i64>) -> Value {
        let additional = connection.map_or(&[][..], |_| self.additional).iter();
        let connections = self.connections.iter();
        let mut detail = self.summary();
        detail["params"] = self.params.iter().map(|param| param.json("")).collect();
        detail["additional_params"] = additional
            .map(|(name, label)| json!({ "name": name, "label": label }))
            .collect();
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
