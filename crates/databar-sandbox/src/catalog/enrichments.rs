//! Enrichments: how they are shown, what they refuse, what they cost, what they yield. The list is in `offers`.

use serde_json::{Map, Value, json};

use super::{Field, Outcome, Param, Quote, complaints, offers};
use crate::{
    credits::Credits,
    dice::Seed,
    invent::{Luck, Subject},
    refusal::FieldErrors,
};

#[derive(Debug)]
pub(crate) struct Enrichment {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) source: &'static str,
    pub(crate) price: Credits,
    /// False where the workspace would have to bring its own key for the source.
    pub(crate) authorized: bool,
    pub(crate) category: (i64, &'static str),
    pub(crate) params: &'static [Param],
    pub(crate) fields: &'static [Field],
    pub(crate) yields: Yields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Yields {
    /// One object.
    One,
    /// A list in pages of so many companies.
    Companies { per_page: u64 },
    /// A list in pages of so many people.
    People { per_page: u64 },
    /// As many as this parameter says, each at the full price.
    AsManyAs { param: &'static str },
}

impl Enrichment {
    pub(crate) fn all() -> &'static [Self] {
        &offers::ENRICHMENTS
    }

    pub(crate) fn find(id: i64) -> Option<&'static Self> {
        Self::all().iter().find(|enrichment| enrichment.id == id)
    }

    /// A list cannot fill the cells of a row.
    pub(crate) fn fits_a_row(&self) -> bool {
        self.yields == Yields::One
    }

    pub(crate) fn summary(&self) -> Value {
        let pricing = match self.yields {
            Yields::AsManyAs { param } => json!({ "type": "per_parameter", "parameter": param }),
            _ => json!({ "type": "fixed", "parameter": null }),
        };
        let (category, category_name) = self.category;
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "data_source": self.source,
            "price": self.price.json(),
            "auth_method": if self.authorized { "user_or_databar" } else { "apikey" },
            "pricing": pricing,
            "category": [{ "id": category, "name": category_name }],
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
            Yields::One | Yields::AsManyAs { .. } => None,
        }
    }

    pub(crate) fn complaints(&self, params: &Map<String, Value>) -> FieldErrors {
        complaints(self.params, params)
    }

    /// What an input yields, and for how much. The parameters are without a complaint.
    pub(crate) fn quote(&self, seed: Seed, params: &Map<String, Value>, pages: u64) -> Quote {
        let subject = Subject::of(seed, params);
        let (times, count) = match self.yields {
            Yields::One => (1, 1),
            Yields::Companies { per_page } | Yields::People { per_page } => {
                (pages, pages.saturating_mul(per_page))
            }
            Yields::AsManyAs { param } => {
                let given = params.get(param);
                let asked =
                    given.and_then(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()));
                let asked = asked.unwrap_or(1);
                (asked, asked)
            }
        };
        let reserve = self.price * times;
        let record = |subject: &Subject| -> Value {
            self.fields
                .iter()
                .map(|field| (field.name.to_owned(), subject.fact(field.fact)))
                .collect::<Map<_, _>>()
                .into()
        };
        let outcome = match subject.luck(&self.id.to_string()) {
            Luck::Error => Outcome::Failed(format!("{} could not process this input", self.source)),
            Luck::Miss => Outcome::Missing,
            Luck::Hit => Outcome::Found(match self.yields {
                Yields::One => record(&subject),
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
