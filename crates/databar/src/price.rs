//! Estimates what a run costs before it is sent.

use databar_api::types;
use futures::future::BoxFuture;
use serde_json::{Map, Value};

use crate::invalid::invalid;
use crate::run::no_providers;
use crate::{EnrichmentId, Error, ErrorKind, Waterfall};

/// The most that one input of a run may cost. Returned by [`Enrichment::price`](crate::Enrichment::price),
/// [`Waterfall::price`] and [`Flow::price`](crate::Flow::price).
///
/// The service charges it for a result. Inputs for which nothing is found are usually free.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::EnrichmentId;
/// use serde_json::{Map, json};
///
/// // Each headline costs 0.05 credits, and the parameter `limit` sets their number.
/// let price = databar.enrichment(EnrichmentId(312)).price().await?;
/// let mut input = Map::from_iter([("domain".to_owned(), json!("stripe.com")), ("limit".to_owned(), json!(20))]);
/// assert_eq!(price.of(&input), 1.0);
/// input["limit"] = json!("3");
/// assert_eq!(price.of(&input), 0.15);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// The price of one unit of one page, in credits.
    unit: f64,
    units: Units,
    /// Whether each page is billed.
    is_paged: bool,
    pages: u32,
}

/// How many units an input is charged for.
#[derive(Debug, Clone, PartialEq)]
enum Units {
    One,
    /// The value of this parameter.
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
                    found
                        .ok_or_else(|| invalid(format!("{id} is not a provider of {}", waterfall.identifier)))
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
                    invalid(format!(
                        "{id} is not an email verifier of {}",
                        waterfall.identifier
                    ))
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

    /// Sets how many pages are fetched for each input; 0 counts as 1. It changes the price only if the
    /// service returns the results in pages.
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

    /// The most that this input may cost, in credits.
    ///
    /// It is infinite if the cost cannot be known: when it depends on a parameter and the input has no number
    /// there, or when the service uses a pricing type that this version does not know.
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

    /// The most that these inputs may cost together.
    pub(crate) fn of_all(&self, inputs: &[Map<String, Value>]) -> f64 {
        Self::sum(inputs.iter().map(|input| self.of(input)))
    }

    /// Adds amounts of credits and rounds away the error of binary fractions.
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

/// The providers of a waterfall to ask, and the enrichment that checks what they find.
#[derive(Debug, Clone, Default)]
pub struct Cascade {
    pub(crate) providers: Option<Vec<EnrichmentId>>,
    pub(crate) email_verifier: Option<EnrichmentId>,
}

/// A request for the price of a waterfall, created by [`Waterfall::price`]. Awaiting it sends the request.
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
/// [`ErrorKind::InvalidInput`] for an empty list of providers, and for providers and verifiers that the
/// waterfall does not have; [`ErrorKind::Decode`] when the service returns no price for one of them; the
/// errors of the request.
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

    /// Sets the providers to ask, instead of those that are enabled by default.
    pub fn providers(mut self, enrichments: impl IntoIterator<Item = EnrichmentId>) -> Self {
        self.cascade.providers = Some(enrichments.into_iter().collect());
        self
    }

    /// Sets the enrichment that checks the addresses found: one of the waterfall's `email_verifiers`.
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

/// Reads a price, which the service returns as a string or a number.
fn credits(price: Option<&types::CreditPrice>) -> Option<f64> {
    price?.to_string().trim().parse().ok().and_then(amount)
}

/// Reads a parameter that is a number or a string with a number.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().and_then(amount),
        Value::String(text) => text.trim().parse().ok().and_then(amount),
        _ => None,
    }
}

/// Accepts only numbers that are finite and not negative.
fn amount(number: f64) -> Option<f64> {
    (number.is_finite() && number >= 0.0).then_some(number)
}

fn unreadable(operation: &'static str, whose: &str) -> Error {
    let what = format!("the answer has no price in credits for {whose}");
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
