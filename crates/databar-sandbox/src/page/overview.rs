//! The overview: balance, tables, tasks, traffic, and how to connect a client.

use maud::{Markup, html};
use serde_json::Value;
use uuid::Uuid;

use super::{View, cell, connect, foreign, nothing, plot, time};
use crate::{
    clock::Moment,
    exchange::{Exchange, Shared},
    record::{Request, Violation},
    state::{State, Table},
};

/// How many tables, tasks, requests and violations are shown.
const SHOWN: usize = 25;

pub(super) fn show(view: &View, shared: &Shared, exchange: &Exchange, host: &str) -> Markup {
    let state = &shared.state;
    let (requests, violations) = (&shared.requests, &shared.violations);
    html! {
        h1 { "State of this sandbox" }
        (section("Credits", None, &plot::show(&state.ledger, state.now)))
        (section("Tables", count(state.library.tables().count()), &tables(view, state)))
        (section("Tasks", None, &tasks(state)))
        (section(
            "Requests",
            count(requests.iter().len()),
            &latest_requests(requests.iter().rev().take(SHOWN)),
        ))
        (section(
            "Violations",
            count(violations.iter().len()),
            &latest_violations(violations.iter().rev().take(SHOWN)),
        ))
        (section("Connect a client", None, &connect::show(host, &exchange.api_key)))
    }
}

fn section(title: &str, note: Option<String>, content: &Markup) -> Markup {
    let id = title.to_lowercase().replace(' ', "-");
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (title) @if let Some(note) = note { " " small { (note) } } }
            (content)
        }
    }
}

/// Says how many there are if not all are shown.
fn count(all: usize) -> Option<String> {
    (all > SHOWN).then(|| format!("the latest {SHOWN} of {all}"))
}

/// A table with one row for each item.
fn listing(headings: &[&str], rows: impl Iterator<Item = Markup>) -> Markup {
    html! {
        table {
            thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
            tbody { @for row in rows { (row) } }
        }
    }
}

fn tables(view: &View, state: &State) -> Markup {
    let tables: Vec<&Table> = state.library.tables().collect();
    if tables.is_empty() {
        return nothing("No tables yet.");
    }
    let rows = tables
        .iter()
        .rev()
        .take(SHOWN)
        .map(|table| table_row(view, table));
    listing(&["Name", "Rows", "Columns", "Changed"], rows)
}

fn table_row(view: &View, table: &Table) -> Markup {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    html! {
        tr {
            (cell("Name", &html! { a href=(view.of_table(table.id, 1).address()) { (foreign(&table.name)) } }))
            (cell("Rows", &html! { (table.rows.len()) }))
            (cell("Columns", &foreign(&columns.join(", "))))
            (cell("Changed", &time(table.updated())))
        }
    }
}

fn tasks(state: &State) -> Markup {
    let tasks = state.latest_tasks(SHOWN);
    if tasks.is_empty() {
        return nothing("No tasks yet. Runs of enrichments and waterfalls outside of a table show up here.");
    }
    let rows = tasks
        .iter()
        .map(|(id, started, shown)| task_row(*id, *started, shown));
    listing(&["Task", "Status", "Progress", "Credits", "Started"], rows)
}

fn task_row(id: Uuid, started: Moment, shown: &Value) -> Markup {
    let status = shown["status"].as_str().unwrap_or("expired");
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let progress = &shown["progress"];
    let (total, left) = match progress.is_null() {
        true => (1, u64::from(matches!(status, "queued" | "processing"))),
        false => (number(&progress["total"]), number(&progress["processing"])),
    };
    let done = total.saturating_sub(left);
    html! {
        tr {
            (cell("Task", &html! { code { (id) } }))
            (cell("Status", &html! { span.status.(tone(status)) { (status) } }))
            (cell("Progress", &html! {
                progress value=(done) max=(total.max(1)) aria-label=(format!("{done} of {total} inputs")) {}
                " " (done) " of " (total)
            }))
            (cell("Credits", &html! { (shown["credits_spent"].as_f64().unwrap_or_default()) }))
            (cell("Started", &time(started)))
        }
    }
}

fn tone(status: &str) -> &'static str {
    match status {
        "completed" => "good",
        "failed" | "partially_completed" => "bad",
        "queued" | "processing" => "busy",
        _ => "plain",
    }
}

fn latest_requests<'a>(requests: impl ExactSizeIterator<Item = (u64, &'a Request)>) -> Markup {
    if requests.len() == 0 {
        return nothing("No requests yet.");
    }
    let rows = requests.map(|(_, request)| request_row(request));
    listing(&["Request", "Operation", "Status", "Violations"], rows)
}

fn request_row(request: &Request) -> Markup {
    let target = match request.query.is_empty() {
        true => format!("{} {}", request.method, request.path),
        false => {
            let query: Vec<String> = request
                .query
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!("{} {}?{}", request.method, request.path, query.join("&"))
        }
    };
    let tone = match request.status {
        Some(200..300) => "good",
        Some(300..400) => "plain",
        Some(_) => "bad",
        None => "busy",
    };
    html! {
        tr {
            (cell("Request", &html! { code { (foreign(&target)) } }))
            (cell("Operation", &html! { (request.operation_id.as_deref().unwrap_or("none")) }))
            (cell("Status", &html! {
                span.status.(tone) {
                    @match request.status {
                        Some(status) => (status),
                        None => "no answer",
                    }
                }
            }))
            (cell("Violations", &html! {
                @if request.violations > 0 { span.status.bad { (request.violations) } } @else { "0" }
            }))
        }
    }
}

fn latest_violations<'a>(violations: impl ExactSizeIterator<Item = (u64, &'a Violation)>) -> Markup {
    if violations.len() == 0 {
        return nothing("None. Every request and every answer conformed to the OpenAPI document.");
    }
    let rows = violations.map(|(_, violation)| {
        html! {
            tr {
                (cell("What is wrong", &foreign(&violation.message)))
                (cell("Place", &html! { code { (foreign(&violation.pointer)) } }))
                (cell("Operation", &foreign(&violation.operation)))
                (cell("Direction", &html! { (violation.direction) }))
            }
        }
    });
    listing(&["What is wrong", "Place", "Operation", "Direction"], rows)
}
