//! Waterfalls: providers that are asked one after the other until one has an answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    params::{Field, Param, complaints},
    quote::{Outcome, Quote},
};
use crate::{
    credits::Credits,
    dice::Seed,
    invent::{Luck, Subject},
    profile::StepResult,
    refusal::FieldErrors,
};

#[derive(Debug)]
pub(crate) struct Waterfall {
    pub(crate) identifier: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) params: Vec<Param>,
    pub(crate) fields: Vec<Field>,
    pub(crate) providers: Vec<Provider>,
    /// The providers that can verify an email that was found.
    pub(crate) verifiers: Vec<Provider>,
}

#[derive(Debug)]
pub(crate) struct Provider {
    id: i64,
    name: &'static str,
    description: &'static str,
    price: Credits,
    /// False for a provider that is asked only when its id is given.
    by_default: bool,
}

impl Provider {
    pub(super) fn new(id: i64, name: &'static str, description: &'static str, price: Credits) -> Self {
        Self {
            id,
            name,
            description,
            price,
            by_default: true,
        }
    }

    pub(super) fn add_on(mut self) -> Self {
        self.by_default = false;
        self
    }

    /// The price as decimal text, in which the service writes the prices of providers.
    fn price(&self) -> String {
        self.price.text()
    }
}

/// The providers of one run in the order in which they are asked, and the verifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cascade {
    providers: Vec<i64>,
    verifier: Option<i64>,
}

impl Waterfall {
    pub(crate) fn json(&self) -> Value {
        let params = self.params.iter();
        let fields = self.fields.iter();
        let names: Vec<&str> = self.params.iter().map(|param| param.name.as_str()).collect();
        let providers = self.providers.iter().map(|provider| {
            json!({
                "id": provider.id,
                "name": provider.name,
                "description": provider.description,
                "price": provider.price(),
                "params": names,
                "enabled_by_default": provider.by_default,
            })
        });
        let verifiers = self.verifiers.iter().map(|verifier| {
            json!({
                "id": verifier.id,
                "name": verifier.name,
                "description": verifier.description,
                "price": verifier.price(),
            })
        });
        json!({
            "identifier": self.identifier,
            "name": self.name,
            "description": self.description,
            "input_params": params
                .map(|param| json!({ "name": param.name, "type": param.kind, "required": param.required }))
                .collect::<Vec<_>>(),
            "output_fields": fields
                .map(|field| json!({ "name": field.name, "label": field.display_name, "type": field.kind }))
                .collect::<Vec<_>>(),
            "available_enrichments": providers.collect::<Vec<_>>(),
            "is_email_verifying": !self.verifiers.is_empty(),
            "email_verifiers": verifiers.collect::<Vec<_>>(),
        })
    }

    pub(crate) fn complaints(&self, params: &Map<String, Value>) -> FieldErrors {
        complaints(&self.params, params)
    }

    /// The providers that a run asks: the named ones, or else the default ones. Ids that do not belong to the
    /// waterfall are an error.
    pub(crate) fn cascade(&self, named: Option<&[i64]>, verifier: Option<i64>) -> Result<Cascade, String> {
        let named = named.unwrap_or_default();
        if let Some(stranger) = named
            .iter()
            .find(|id| !self.providers.iter().any(|one| one.id == **id))
        {
            return Err(format!(
                "Enrichment {stranger} is not part of the waterfall {}",
                self.identifier
            ));
        }
        if let Some(stranger) = verifier.filter(|id| !self.verifiers.iter().any(|one| one.id == *id)) {
            return Err(format!(
                "{stranger} is not an email verifier of the waterfall {}",
                self.identifier
            ));
        }
        let default = || {
            self.providers
                .iter()
                .filter(|one| one.by_default)
                .map(|one| one.id)
                .collect()
        };
        let providers = if named.is_empty() {
            default()
        } else {
            named.to_vec()
        };
        Ok(Cascade { providers, verifier })
    }

    /// The maximum price of a run with the default providers.
    pub(crate) fn highest_price(&self) -> Credits {
        let by_default = self.providers.iter().filter(|one| one.by_default);
        by_default.map(|one| one.price).max().unwrap_or_default()
    }

    /// The result of an input, and its price. A provider without an answer costs nothing.
    pub(crate) fn quote(
        &self,
        seed: Seed,
        params: &Map<String, Value>,
        cascade: &Cascade,
        shown: StepResult,
    ) -> Quote {
        let subject = Subject::of(seed, params);
        let asked: Vec<&Provider> = cascade
            .providers
            .iter()
            .filter_map(|id| self.providers.iter().find(|one| one.id == *id))
            .collect();
        let verifier = cascade
            .verifier
            .and_then(|id| self.verifiers.iter().find(|one| one.id == id));
        let check = verifier.map_or(Credits::ZERO, |verifier| verifier.price);
        let reserve = asked.iter().map(|one| one.price).max().unwrap_or_default() + check;

        let in_step = |result: &Map<String, Value>| match shown {
            StepResult::Object if result.is_empty() => Value::Null,
            StepResult::Object => result.clone().into(),
            StepResult::Text => line(result).into(),
        };
        let mut steps = Vec::new();
        for provider in asked {
            match subject.luck(&provider.id.to_string()) {
                Luck::Error => {
                    let outcome = Outcome::Failed(format!("{} could not process this input", provider.name));
                    return Quote {
                        outcome,
                        reserve,
                        cost: Credits::ZERO,
                    };
                }
                Luck::Miss => steps.push(step("enrichment", provider, in_step(&Map::new()), false)),
                Luck::Hit => {
                    let fields = self.fields.iter();
                    let result: Map<String, Value> = fields
                        .map(|field| (field.name.clone(), field.value(&subject, params)))
                        .collect();
                    steps.push(step("enrichment", provider, in_step(&result), false));
                    let verified = |verifier| step("verification", verifier, in_step(&result), true);
                    steps.extend(verifier.map(verified));
                    let found = json!({
                        "enrichment_data": params,
                        "result": result,
                        "steps": steps,
                        "result_field": self.fields.iter().map(|field| &field.name).collect::<Vec<_>>(),
                    });
                    return Quote {
                        outcome: Outcome::Found(found),
                        reserve,
                        cost: provider.price + check,
                    };
                }
            }
        }
        Quote {
            outcome: Outcome::Missing,
            reserve,
            cost: Credits::ZERO,
        }
    }
}

/// The values of a result in one line.
fn line(result: &Map<String, Value>) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    result.values().map(text).collect::<Vec<_>>().join(", ")
}

fn step(action: &str, provider: &Provider, result: Value, is_verified: bool) -> Value {
    json!({
        "action": action,
        "provider": provider.name,
        "provider_logo": null,
        "result": result,
        "details": null,
        "cost": provider.price(),
        "is_verified": is_verified,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::offers;

    #[test]
    fn the_default_cascade_leaves_add_ons_out() {
        let waterfall = offers::waterfall("email_getter").unwrap();
        assert_eq!(waterfall.cascade(None, None).unwrap().providers, [833, 966]);
        assert_eq!(waterfall.cascade(Some(&[]), None).unwrap().providers, [833, 966]);
        assert_eq!(
            waterfall.cascade(Some(&[1204, 833]), Some(10)).unwrap().providers,
            [1204, 833]
        );
        assert!(waterfall.cascade(Some(&[1]), None).unwrap_err().contains('1'));
        assert!(waterfall.cascade(None, Some(833)).is_err());
    }

    #[test]
    fn only_the_provider_that_knows_is_paid() {
        let waterfall = offers::waterfall("email_getter").unwrap();
        let cascade = waterfall.cascade(None, Some(10)).unwrap();
        let params = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
        let params = params.as_object().unwrap();
        let quote = waterfall.quote(Seed::new(0), params, &cascade, StepResult::Object);
        let Outcome::Found(found) = quote.outcome else {
            panic!("{quote:?}")
        };
        assert_eq!(found["result"]["email"], "ada.ito@acme.com");
        assert!(quote.cost <= quote.reserve && quote.cost > Credits::ZERO);
        assert_eq!(quote.reserve, Credits::hundredths(3));
    }
}
