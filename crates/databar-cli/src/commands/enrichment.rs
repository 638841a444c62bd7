//! The catalogue of enrichments, shown for people.

use clap::Args;
use clap::builder::styling::Style;
use databar::EnrichmentId;
use serde_json::{Map, Value, json};

use super::Run;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, credits, line, readable};

/// Search the catalogue of enrichments
#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to search for, such as `email finder`
    #[arg(required = true)]
    words: Vec<String>,
    /// Search only this category, such as `Company Data`
    #[arg(long)]
    category: Option<String>,
    /// Show at most N enrichments
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

/// Show an enrichment: its price, its parameters and its results
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The number of the enrichment in the catalogue
    #[arg(value_name = "ENRICHMENT", value_parser = number)]
    id: i64,
}

fn number(text: &str) -> Result<i64, String> {
    let number = text.parse();
    number.map_err(|_| "not an enrichment number; `databar enrichment search` finds one".to_owned())
}

impl Run for Show {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let client = context.client()?;
        let enrichment = client.enrichment(EnrichmentId(self.id)).get();
        let enrichment = enrichment.send_as::<Value>().await?.into_inner();
        match context.output.format() {
            Format::Table => line(&page(&enrichment, self.id)),
            _ => context.output.value(&enrichment),
        }
    }
}

/// Formats an enrichment as a page of text.
fn page(enrichment: &Value, id: i64) -> String {
    let text = |value: &Value, name: &str| readable(value.get(name).unwrap_or(&Value::Null));
    let list = |name: &str| {
        let list = enrichment.get(name).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let parameters = list("params");
    let is_required = |parameter: &&Value| parameter["is_required"] == json!(true);
    let heading = |text: &str| format!("{HEADING}{text}{HEADING:#}");
    let mut lines = vec![
        heading(&format!("{} ({id})", text(enrichment, "name"))),
        text(enrichment, "description"),
        String::new(),
        format!("Source  {}", text(enrichment, "data_source")),
        format!("Price   {}", price(enrichment)),
    ];
    lines.extend([String::new(), heading("Parameters")]);
    let width = widest(&parameters);
    for parameter in &parameters {
        let need = if is_required(&parameter) { "" } else { ", optional" };
        let name = text(parameter, "name");
        let kind = text(parameter, "type_field");
        let choices = choices(parameter, id);
        lines.push(format!(
            "  {name:width$}  {} ({kind}{need}){choices}",
            text(parameter, "description")
        ));
    }
    lines.extend([String::new(), heading("Results")]);
    let fields = list("response_fields");
    let width = widest(&fields);
    for field in &fields {
        let name = text(field, "name");
        let kind = text(field, "type_field");
        lines.push(format!(
            "  {name:width$}  {} ({kind})",
            text(field, "display_name")
        ));
    }
    let maps = parameters
        .iter()
        .filter(is_required)
        .map(|parameter| format!(" --map {}=COLUMN", text(parameter, "name")));
    let maps: String = maps.collect();
    lines.extend([
        String::new(),
        heading("Example"),
        format!("  databar enrich FILE.csv --with {id}{maps}"),
    ]);
    lines.join("\n")
}

const HEADING: Style = Style::new().bold();

/// The length of the longest name.
fn widest(items: &[Value]) -> usize {
    let names = items.iter().filter_map(|item| item["name"].as_str());
    names.map(|name| name.chars().count()).max().unwrap_or(0)
}

fn price(enrichment: &Value) -> String {
    let price = &enrichment["price"];
    let price = price
        .as_f64()
        .map_or_else(|| format!("{} credits", readable(price)), credits);
    match &enrichment["pricing"] {
        pricing if pricing["type"] == "per_parameter" => {
            format!("{price} per unit of `{}`", readable(&pricing["parameter"]))
        }
        _ => format!("{price} per result"),
    }
}

/// The values of a parameter, or the command that lists them.
fn choices(parameter: &Value, id: i64) -> String {
    let choices = &parameter["choices"];
    match choices["items"].as_array() {
        _ if choices.is_null() => String::new(),
        Some(items) => {
            let ids = items.iter().map(|item| readable(item.get("id").unwrap_or(item)));
            format!(": {}", ids.collect::<Vec<_>>().join(", "))
        }
        None => format!(
            "; `databar enrichment choices {id} {}` lists its values",
            readable(&parameter["name"])
        ),
    }
}
