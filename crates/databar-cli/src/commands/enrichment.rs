//! The catalogue of enrichments, for people.

use std::fmt::Write as _;

use clap::Args;
use databar::EnrichmentId;
use serde_json::{Map, Value, json};

use super::Run;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, cell, line};

/// Search the catalogue of enrichments
#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to search for, such as `email finder`
    #[arg(required = true)]
    words: Vec<String>,
    /// Only of this category, such as `Company Data`
    #[arg(long)]
    category: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl Run for Search {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let mut search = client.enrichments().q(self.words.join(" "));
        if let Some(category) = self.category {
            search = search.category(category);
        }
        let mut found = search.stream_as::<Map<String, Value>>();
        let is_table = context.output.format() == Format::Table;
        let columns = is_table.then(|| {
            ["id", "name", "price", "data_source", "description"]
                .map(str::to_owned)
                .to_vec()
        });
        let mut rows = context.output.rows(columns);
        let mut left = self.limit.unwrap_or(usize::MAX);
        while left > 0
            && let Some(enrichment) = found.try_next().await?
        {
            rows.push(Value::Object(enrichment))?;
            left -= 1;
        }
        rows.finish()
    }
}

/// Show an enrichment: what it costs, what it takes, what it gives
#[derive(Debug, Args)]
pub(super) struct Show {
    /// Its number in the catalogue
    #[arg(value_name = "ENRICHMENT", value_parser = clap::value_parser!(i64))]
    id: i64,
}

impl Run for Show {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let enrichment = client.enrichment(EnrichmentId(self.id)).get();
        let enrichment = enrichment.send_as::<Value>().await?.into_inner();
        match context.output.format() {
            Format::Table => line(page(&enrichment, self.id).trim_end()),
            _ => context.output.value(&enrichment),
        }
    }
}

/// An enrichment as a page to read.
fn page(enrichment: &Value, id: i64) -> String {
    let text = |value: &Value, name: &str| cell(value.get(name).unwrap_or(&Value::Null));
    let list = |name: &str| {
        enrichment
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let mut page = String::new();
    // Writing to a text does not fail.
    let _ = writeln!(page, "{} ({id})", text(enrichment, "name"));
    let _ = writeln!(page, "{}\n", text(enrichment, "description"));
    let _ = writeln!(page, "Source: {}", text(enrichment, "data_source"));
    let _ = writeln!(page, "Price:  {}", price(enrichment));
    let _ = writeln!(page, "\nTakes:");
    for parameter in list("params") {
        let need = match parameter.get("is_required") == Some(&json!(true)) {
            true => "",
            false => ", optional",
        };
        let _ = writeln!(
            page,
            "  {}  {} ({}{need})",
            text(&parameter, "name"),
            text(&parameter, "description"),
            text(&parameter, "type_field")
        );
        let choices = choices(&parameter, id);
        if !choices.is_empty() {
            let _ = writeln!(page, "      {choices}");
        }
    }
    let _ = writeln!(page, "\nGives:");
    for field in list("response_fields") {
        let _ = writeln!(
            page,
            "  {}  {} ({})",
            text(&field, "name"),
            text(&field, "display_name"),
            text(&field, "type_field")
        );
    }
    let maps: Vec<_> = list("params")
        .iter()
        .filter(|parameter| parameter.get("is_required") == Some(&json!(true)))
        .map(|parameter| format!(" --map {}=COLUMN", text(parameter, "name")))
        .collect();
    let _ = writeln!(page, "\n  databar enrich FILE.csv --with {id}{}", maps.concat());
    page
}

fn price(enrichment: &Value) -> String {
    let credits = cell(enrichment.get("price").unwrap_or(&Value::Null));
    match enrichment.get("pricing") {
        Some(pricing) if pricing["type"] == "per_parameter" => {
            format!("{credits} credits for each of `{}`", cell(&pricing["parameter"]))
        }
        _ => format!("{credits} credits for a result"),
    }
}

/// The values that a parameter takes, or where to find them.
fn choices(parameter: &Value, id: i64) -> String {
    let Some(choices) = parameter.get("choices").filter(|choices| !choices.is_null()) else {
        return String::new();
    };
    let items = choices.get("items").and_then(Value::as_array);
    match items {
        Some(items) => {
            let names = items.iter().map(|item| cell(item.get("id").unwrap_or(item)));
            format!("one of: {}", names.collect::<Vec<_>>().join(", "))
        }
        None => format!(
            "see `databar enrichment choices {id} {}`",
            cell(&parameter["name"])
        ),
    }
}
