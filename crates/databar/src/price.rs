//! What a run costs, as far as it can be known before it is sent.

use databar_api::types;
use futures::future::BoxFuture;
use serde_json::{Map, Value};

use crate::invalid::invalid;
use crate::run::no_providers;
use crate::{EnrichmentId, Error, ErrorKind, Waterfall};

/// What one input of a run costs at most; made by [`Enrichment::price`](crate::Enrichment::price), [`Waterfall::price`] and
/// [`Flow::price`](crate::Flow::price).
///
/// It is what the service charges for a result. An input for which nothing is found costs nothing mostly.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::EnrichmentId;
/// use serde_json::{Map, json};
///
/// // Each headline costs 0.05 credits, and the parameter `limit` says how many are wanted.
/// let price = databar.enrichment(EnrichmentId(312)).price().await?;
/// let mut input = Map::from_iter([("domain".to_owned(), json!("stripe.com")), ("limit".to_owned(), json!(20))]);
/// assert_eq!(price.of(&input), 1.0);
/// input["limit"] = json!("3");
/// assert_eq!(price.of(&input), 0.15);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// Of one unit of one page, in credits.
    unit: f64,
    units: Units,
    /// Whether each page is billed.
    is_paged: bool,
    pages: u32,
}

/// How often the price of a unit is charged for an input.
#[derive(Debug, Clone, PartialEq)]
enum Units {
    One,
    /// As often as the value of this parameter says.
    AsMany(String),
    Unknown,
}

impl Price {
    pub(crate) fn fixed(credits: f64) -> Self {
        Self {
            unit: credits,
            units: Units::One,
            is_paged: false,
            pages: 1,
        }
    }

    pub(crate) fn of_enrichment(enrichment: &types::Enrichment) -> Result<Self, Error> {
        let unit = amount(enrichment.price).ok_or_else(|| unreadable("get_enrichment", "the enrichment"))?;
        let units = match &enrichment.pricing {
            None => Units::One,
            Some(pricing) => match (pricing.type_.as_str(), &pricing.parameter) {
                ("fixed", _) => Units::One,
                ("per_parameter", Some(parameter)) => Units::AsMany(parameter.clone()),
                _ => Units::Unknown,
            },
        };
        let pagination = enrichment.pagination.as_ref();
        Ok(Self {
            unit,
            units,
            is_paged: pagination.is_none_or(|pagination| pagination.supported),
            pages: 1,
        })
    }

    pub(crate) fn of_waterfall(waterfall: &types::Waterfall, cascade: &Cascade) -> Result<Self, Error> {
        let all = &waterfall.available_enrichments;
        let asked: Vec<_> = match &cascade.providers {
            None => all.iter().filter(|one| one.enabled_by_default).collect(),
            Some(named) if named.is_empty() => return Err(no_providers()),
            Some(named) => {
                let find = |id: &EnrichmentId| {
                    let found = all.iter().find(|one| one.id == *id);
                    found.ok_or_else(|| invalid(format!("{id} is no provider of {}", waterfall.identifier)))
                };
                named.iter().map(find).collect::<Result<_, _>>()?
            }
        };
        let mut dearest = None;
        for provider in asked {
            let price = credits(provider.price.as_ref());
            let price =
                price.ok_or_else(|| unreadable("get_waterfall", &format!("provider {}", provider.id)))?;
            dearest = Some(price.max(dearest.unwrap_or(0.0)));
        }
        let dearest = dearest.ok_or_else(|| unreadable("get_waterfall", "any provider"))?;
        let check = match cascade.email_verifier {
            None => 0.0,
            Some(id) => {
                let verifier = waterfall.email_verifiers.iter().find(|one| one.id == id);
                let verifier = verifier.ok_or_else(|| {
                    invalid(format!("{id} is no email verifier of {}", waterfall.identifier))
                })?;
                credits(verifier.price.as_ref())
                    .ok_or_else(|| unreadable("get_waterfall", &format!("email verifier {id}")))?
            }
        };
        Ok(Self::fixed(dearest + check))
    }

    pub(crate) fn of_flow(estimate: &types::FlowCostEstimate) -> Result<Self, Error> {
        let max = estimate.max.trim().parse().ok().and_then(amount);
        match max.filter(|_| estimate.currency == "credits") {
            Some(credits) => Ok(Self::fixed(credits)),
            None => Err(unreadable("estimate_flow_cost", "the flow")),
        }
    }

    /// The price when so many pages are fetched for each input; 0 counts as 1. It is another one only where the service gives
    /// its results in pages.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use databar::EnrichmentId;
    /// use serde_json::Map;
    ///
    /// let people = databar.enrichment(EnrichmentId(310)).price().await?;
    /// assert_eq!(people.of(&Map::new()), 2.0);
    /// assert_eq!(people.pages(3).of(&Map::new()), 6.0);
    /// let company = databar.enrichment(EnrichmentId(123)).price().await?;
    /// assert_eq!(company.clone().pages(3), company);
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn pages(mut self, pages: u32) -> Self {
        if self.is_paged {
            self.pages = pages.max(1);
        }
        self
    }

    /// What this input costs at most, in credits.
    ///
    /// It is infinite where nobody can know: where a parameter says how much is wanted, and the input has no number there, or
    /// where the service charges in a way that this version does not know.
    #[must_use]
    pub fn of(&self, input: &Map<String, Value>) -> f64 {
        let units = match &self.units {
            Units::One => Some(1.0),
            Units::AsMany(parameter) => input.get(parameter).and_then(number),
            Units::Unknown => None,
        };
        match units {
            _ if self.unit == 0.0 => 0.0,
            Some(units) => Self::sum([self.unit * units * f64::from(self.pages)]),
            None => f64::INFINITY,
        }
    }

    /// What these inputs cost together.
    pub(crate) fn of_all(&self, inputs: &[Map<String, Value>]) -> f64 {
        Self::sum(inputs.iter().map(|input| self.of(input)))
    }

    /// Adds amounts of credits, without what is left of fractions in binary.
    ///
    /// ```
    /// use databar::Price;
    ///
    /// assert_ne!(0.1 + 0.1 + 0.1, 0.3);
    /// assert_eq!(Price::sum([0.1, 0.1, 0.1]), 0.3);
    /// ```
    #[must_use]
    pub fn sum(credits: impl IntoIterator<Item = f64>) -> f64 {
        let sum: f64 = credits.into_iter().sum();
        (sum * 1e9).round() / 1e9
    }
}

/// Which providers of a waterfall are asked, and which enrichment checks what they find.
#[derive(Debug, Clone, Default)]
pub struct Cascade {
    pub(crate) providers: Option<Vec<EnrichmentId>>,
    pub(crate) email_verifier: Option<EnrichmentId>,
}

/// Asks for the price of a waterfall when awaited; made by [`Waterfall::price`].
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::{EnrichmentId, WaterfallId};
/// use serde_json::Map;
///
/// let finder = databar.waterfall(WaterfallId::new("email_getter")?);
/// let one = finder.price().providers([EnrichmentId(833)]).await?;
/// assert_eq!(one.of(&Map::new()), 0.01);
/// let verified = finder.price().email_verifier(EnrichmentId(10)).await?;
/// assert_eq!(verified.of(&Map::new()), 0.03);
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`] for a list of providers that is empty, and for providers and verifiers that the waterfall does not
/// have; [`ErrorKind::Decode`] when the service gives no price for one of them; those of the request.
#[derive(Debug, Clone)]
#[must_use = "nothing is asked for until it is awaited"]
pub struct WaterfallPrice {
    waterfall: Waterfall,
    cascade: Cascade,
}

impl WaterfallPrice {
    pub(crate) fn new(waterfall: Waterfall) -> Self {
        Self {
            waterfall,
            cascade: Cascade::default(),
        }
    }

    /// The price when these providers are asked, instead of those that are on by default.
    pub fn providers(mut self, enrichments: impl IntoIterator<Item = EnrichmentId>) -> Self {
        self.cascade.providers = Some(enrichments.into_iter().collect());
        self
    }

    /// The price when this enrichment, one of the waterfall's `email_verifiers`, checks the addresses that are found.
    pub fn email_verifier(mut self, enrichment: EnrichmentId) -> Self {
        self.cascade.email_verifier = Some(enrichment);
        self
    }
}

impl IntoFuture for WaterfallPrice {
    type Output = Result<Price, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Price::of_waterfall(&self.waterfall.get().await?, &self.cascade) })
    }
}

/// A price of the service, which is a text or a number.
fn credits(price: Option<&types::CreditPrice>) -> Option<f64> {
    price?.to_string().trim().parse().ok().and_then(amount)
}

/// How much is wanted, as number or text.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().and_then(amount),
        Value::String(text) => text.trim().parse().ok().and_then(amount),
        _ => None,
    }
}

/// Only what can be paid or counted.
fn amount(number: f64) -> Option<f64> {
    (number.is_finite() && number >= 0.0).then_some(number)
}

fn unreadable(operation: &'static str, whose: &str) -> Error {
    let what = format!("the service gives no price in credits for {whose}");
    Error::new(ErrorKind::Decode, what).with_operation(operation)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn price(detail: &Value) -> Price {
        let mut enrichment =
            json!({ "id": 1, "name": "n", "description": "", "data_source": "", "auth_method": "" });
        for (name, value) in detail.as_object().unwrap() {
            enrichment[name] = value.clone();
        }
        Price::of_enrichment(&serde_json::from_value(enrichment).unwrap()).unwrap()
    }

    fn of(price: &Price, input: Value) -> f64 {
        price.of(input.as_object().unwrap())
    }

    #[test]
    fn what_nobody_can_know_is_infinite() {
        let per_limit = json!({ "price": 0.1, "pricing": { "type": "per_parameter", "parameter": "limit" } });
        let per_limit = price(&per_limit);
        for (limit, expected) in [
            (json!(3), 0.3),
            (json!(" 3 "), 0.3),
            (json!(2.5), 0.25),
            (json!(0), 0.0),
            (json!(-3), f64::INFINITY),
            (json!("NaN"), f64::INFINITY),
            (json!("inf"), f64::INFINITY),
            (json!("many"), f64::INFINITY),
            (json!(true), f64::INFINITY),
            (json!([1]), f64::INFINITY),
            (json!(null), f64::INFINITY),
        ] {
            assert_eq!(of(&per_limit, json!({ "limit": limit })), expected, "{limit}");
        }
        assert_eq!(of(&per_limit, json!({})), f64::INFINITY);
        for pricing in [
            json!({ "type": "per_parameter" }),
            json!({ "type": "per_moon", "parameter": "limit" }),
        ] {
            let unknown = price(&json!({ "price": 0.1, "pricing": pricing }));
            assert_eq!(of(&unknown, json!({ "limit": 1 })), f64::INFINITY, "{pricing}");
            let free = price(&json!({ "price": 0, "pricing": pricing }));
            assert_eq!(of(&free, json!({})), 0.0, "{pricing}");
        }
    }

    #[test]
    fn pages_are_billed_unless_there_are_none() {
        let pages = |pagination| {
            let detail = json!({ "price": 0.1, "pagination": pagination });
            of(&price(&detail).pages(3), json!({}))
        };
        assert_eq!(pages(json!({ "supported": true })), 0.3);
        assert_eq!(pages(json!(null)), 0.3);
        assert_eq!(pages(json!({ "supported": false })), 0.1);
    }

    #[test]
    fn what_is_no_price_is_an_error() {
        let estimate = |max: &str, currency: &str| {
            let estimate = json!({ "min": "0", "max": max, "currency": currency });
            Price::of_flow(&serde_json::from_value(estimate).unwrap())
        };
        assert_eq!(estimate("1.50", "credits").unwrap(), Price::fixed(1.5));
        for (max, currency) in [
            ("much", "credits"),
            ("-1", "credits"),
            ("inf", "credits"),
            ("1", "USD"),
        ] {
            let error = estimate(max, currency).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{max} {currency}");
        }
        let waterfall = |price: Value| {
            let provider = json!({ "id": 7, "name": "n", "price": price });
            let waterfall = json!({ "identifier": "w", "name": "n", "available_enrichments": [provider] });
            Price::of_waterfall(&serde_json::from_value(waterfall).unwrap(), &Cascade::default())
        };
        assert_eq!(waterfall(json!("0.10")).unwrap(), waterfall(json!(0.1)).unwrap());
        for price in [json!("free"), json!(-1), json!(null)] {
            let error = waterfall(price).unwrap_err();
            assert!(error.to_string().contains("provider 7"), "{error}");
        }
    }
}
