//! A request as its handler sees it: checked, with its text read as the types that the document asks for.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use uuid::Uuid;

use crate::refusal::Refusal;

#[derive(Debug, Default)]
pub(crate) struct Call {
    /// The address to which the client sent the request, such as `http://127.0.0.1:4010`, for links in
    /// answers.
    pub(crate) origin: String,
    pub(crate) path: Map<String, Value>,
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Option<Value>,
}

impl Call {
    /// A path parameter as text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.path.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A path parameter that is a number. Other text matches nothing, so it is a 404.
    pub(crate) fn number(&self, name: &str) -> Result<i64, Refusal> {
        let value = self.path.get(name);
        value
            .and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()))
            .ok_or_else(Refusal::not_found)
    }

    /// A path parameter that is a UUID. Other text matches nothing, so it is a 404.
    pub(crate) fn uuid(&self, name: &str) -> Result<Uuid, Refusal> {
        self.text(name).parse().map_err(|_| Refusal::not_found())
    }

    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        read("query", Value::Object(self.query.clone()))
    }

    /// The body. If none was sent, it reads like an empty object.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        read(
            "body",
            self.body
                .clone()
                .filter(|body| !body.is_null())
                .unwrap_or_else(|| Map::new().into()),
        )
    }
}

fn read<T: DeserializeOwned>(place: &'static str, value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let steps = error.path().iter().filter_map(|segment| match segment {
            Segment::Seq { index } => Some((*index).into()),
            Segment::Map { key } => Some(key.as_str().into()),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        Refusal::invalid(std::iter::once(place.into()).chain(steps), error.inner())
    })
}
