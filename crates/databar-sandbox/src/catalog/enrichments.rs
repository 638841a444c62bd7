//! Enrichments: their description, the inputs that they refuse, their prices and their results.

use serde_json::{Map, Value, json};

use super::{
    params::{Field, MAX_COUNT, Param, complaints},
    quote::{Outcome, Quote},
};
use crate::{
    credits::Credits,
    dice::Seed,
    invent::{Luck, Subject},
    refusal::FieldErrors,
};

#[derive(Debug, Clone)]
pub(crate) struct Enrichment {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) source: String,
    pub(crate) price: Credits,
    /// False if the workspace has to bring its own key for the source.
    pub(crate) authorized: bool,
    pub(crate) category: Option<(i64, &'static str)>,
    pub(crate) params: Vec<Param>,
    pub(crate) fields: Vec<Field>,
    pub(crate) yields: Yields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Yields {
    /// One object.
    One,
    /// A list of companies, with this many on a page.
    Companies { per_page: u64 },
    /// A list of people, with this many on a page.
    People { per_page: u64 },
    /// The parameters themselves.
    Echo,
    /// As many items as this parameter says, each at the full price.
    AsManyAs { param: &'static str },
}

impl Enrichment {
    /// Whether the result fits into the cells of a row, which a list does not.
    pub(crate) fn fits_a_row(&self) -> bool {
        matches!(self.yields, Yields::One | Yields::Echo)
    }

    pub(crate) fn summary(&self) -> Value {
        let pricing = match self.yields {
            Yields::AsManyAs { param } => json!({ "type": "per_parameter", "parameter": param }),
            _ => json!({ "type": "fixed", "parameter": null }),
        };
        let category = self.category.iter();
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "data_source": self.source,
            "price": self.price.json(),
            "auth_method": if self.authorized { "user_or_databar" } else { "apikey" },
            "pricing": pricing,
            "category": category.map(|(id, name)| json!({ "id": id, "name": name })).collect::<Vec<_>>(),
        })
    }

    pub(crate) fn detail(&self) -> Value {
        let owner = format!("/v1/enrichments/{}", self.id);
        let mut detail = self.summary();
        detail["params"] = self.params.iter().map(|param| param.json(&owner)).collect();
        detail["response_fields"] = self.fields.iter().map(Field::json).collect();
        detail["pagination"] = match self.per_page() {
            Some(per_page) => json!({ "supported": true, "per_page": per_page }),
            None => json!({ "supported": false, "per_page": null }),
        };
        detail
    }

    fn per_page(&self) -> Option<u64> {
        match self.yields {
            Yields::Companies { per_page } | Yields::People { per_page } => Some(per_page),
            Yields::One | Yields::Echo | Yields::AsManyAs { .. } => None,
        }
    }

    pub(crate) fn complaints(&self, params: &Map<String, Value>) -> FieldErrors {
        complaints(&self.params, params)
    }

    /// The maximum price of a run, as far as its parameters are known.
    pub(crate) fn highest_price(&self, params: &Map<String, Value>) -> Credits {
        match self.yields {
            Yields::AsManyAs { param } => self.price * count(params.get(param)).unwrap_or(MAX_COUNT),
            Yields::One | Yields::Echo | Yields::Companies { .. } | Yields::People { .. } => self.price,
        }
    }

    /// The amount that a run takes from the balance when it starts.
    pub(crate) fn reserve(&self, params: &Map<String, Value>, pages: u64) -> Credits {
        self.price
            * match self.yields {
                Yields::One | Yields::Echo => 1,
                Yields::Companies { .. } | Yields::People { .. } => pages,
                Yields::AsManyAs { param } => count(params.get(param)).unwrap_or(1),
            }
    }

    /// The result of an input, and its price. The parameters must have no complaints.
    pub(crate) fn quote(&self, seed: Seed, params: &Map<String, Value>, pages: u64) -> Quote {
        let subject = Subject::of(seed, params);
        let reserve = self.reserve(params, pages);
        let count = match self.yields {
            Yields::One | Yields::Echo => 1,
            Yields::Companies { per_page } | Yields::People { per_page } => pages.saturating_mul(per_page),
            Yields::AsManyAs { param } => count(params.get(param)).unwrap_or(1),
        };
        let record = |subject: &Subject| -> Value {
            self.fields
                .iter()
                .map(|field| (field.name.clone(), field.value(subject, params)))
                .collect::<Map<_, _>>()
                .into()
        };
        let luck = match self.yields {
            Yields::Echo => subject.fate().unwrap_or(Luck::Hit),
            _ => subject.luck(&self.id.to_string()),
        };
        let outcome = match luck {
            Luck::Error => Outcome::Failed(format!("{} could not process this input", self.source)),
            Luck::Miss => Outcome::Missing,
            Luck::Hit => Outcome::Found(match self.yields {
                Yields::One | Yields::Echo => record(&subject),
                Yields::Companies { .. } => (0..count).map(|n| record(&subject.nth_company(n))).collect(),
                Yields::People { .. } | Yields::AsManyAs { .. } => {
                    (0..count).map(|n| record(&subject.nth_person(n))).collect()
                }
            }),
        };
        let cost = if matches!(outcome, Outcome::Found(_)) {
            reserve
        } else {
            Credits::ZERO
        };
        Quote {
            outcome,
            reserve,
            cost,
        }
    }
}

fn count(value: Option<&Value>) -> Option<u64> {
    value.and_then(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()))
}
