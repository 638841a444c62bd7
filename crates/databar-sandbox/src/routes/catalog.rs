//! The catalogue: enrichments, waterfalls and exporters, listed and one by one.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, page_of};
use crate::{
    call::Call,
    catalog::{enrichments::Enrichment, exporters::Exporter, items, offers, waterfalls::Waterfall},
    refusal::Refusal,
    state::State,
};

/// How many entries a page has by default.
const LIMIT: u64 = 50;

#[derive(Deserialize)]
struct Listing {
    q: Option<String>,
    page: Option<u64>,
    limit: Option<u64>,
    authorized_only: Option<bool>,
    category: Option<String>,
    include_search_meta: Option<bool>,
    authorization: Option<i64>,
}

impl Listing {
    fn finds(&self, texts: [&str; 2]) -> bool {
        let wanted = self.q.as_deref().unwrap_or_default().trim().to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    }

    /// A plain array, or a page in its envelope if one was requested.
    fn show(&self, items: Vec<Value>) -> Value {
        match self.page {
            Some(page) => page_of(items, page, self.limit.unwrap_or(LIMIT)),
            None => items.into(),
        }
    }
}

pub(super) fn list_enrichments(state: &mut State, call: &Call) -> Answer {
    let listing: Listing = call.query()?;
    let found = state.connectors.enrichments().filter(|enrichment| {
        let category = enrichment.category.map(|(_, name)| name);
        listing.finds([&enrichment.name, &enrichment.description])
            && (enrichment.authorized || listing.authorized_only == Some(false))
            && listing
                .category
                .as_deref()
                .is_none_or(|wanted| category.is_some_and(|name| wanted.eq_ignore_ascii_case(name)))
    });
    let items = found.enumerate().map(|(rank, enrichment)| {
        let mut summary = enrichment.summary();
        if listing.include_search_meta == Some(true) {
            summary["rank"] = (1.0 / (rank + 1) as f64).into();
            summary["search_keywords"] = enrichment.name.to_lowercase().replace(' ', ", ").into();
        }
        summary
    });
    Ok(listing.show(items.collect()))
}

fn enrichment(state: &State, call: &Call) -> Result<Cow<'static, Enrichment>, Refusal> {
    let id = call.number("enrichment_id")?;
    state.connectors.enrichment(id).ok_or_else(Refusal::not_found)
}

pub(super) fn get_enrichment(state: &mut State, call: &Call) -> Answer {
    Ok(enrichment(state, call)?.detail())
}

pub(super) fn list_choices(state: &mut State, call: &Call) -> Answer {
    let listing: Listing = call.query()?;
    let slug = call.text("param_slug");
    let enrichment = enrichment(state, call)?;
    let param = enrichment.params.iter().find(|param| param.name == slug);
    let choices = param
        .and_then(|param| param.choices.as_ref())
        .ok_or_else(Refusal::not_found)?;
    let found: Vec<_> = choices
        .all()
        .iter()
        .copied()
        .filter(|(id, name)| listing.finds([id, name]))
        .collect();
    Ok(page_of(
        items(&found),
        listing.page.unwrap_or(1),
        listing.limit.unwrap_or(LIMIT),
    ))
}

pub(super) fn list_waterfalls(_: &mut State, _: &Call) -> Answer {
    Ok(offers::waterfalls().iter().map(Waterfall::json).collect())
}

pub(super) fn get_waterfall(_: &mut State, call: &Call) -> Answer {
    let waterfall = offers::waterfall(call.text("waterfall_identifier")).ok_or_else(Refusal::not_found)?;
    Ok(waterfall.json())
}

pub(super) fn list_exporters(_: &mut State, call: &Call) -> Answer {
    let listing: Listing = call.query()?;
    let found = offers::exporters()
        .iter()
        .filter(|exporter| listing.finds([exporter.name, exporter.description]));
    Ok(listing.show(found.map(Exporter::summary).collect()))
}

pub(super) fn get_exporter(_: &mut State, call: &Call) -> Answer {
    let exporter = offers::exporter(call.number("exporter_id")?).ok_or_else(Refusal::not_found)?;
    let listing: Listing = call.query()?;
    if listing
        .authorization
        .is_some_and(|id| !exporter.has_connection(id))
    {
        return Err(Refusal::not_found());
    }
    Ok(exporter.detail(listing.authorization))
}
