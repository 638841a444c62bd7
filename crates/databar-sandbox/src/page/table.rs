//! One table with its rows, a page at a time.

use maud::{Markup, html};
use serde_json::Value;

use super::{View, cell, foreign, nothing};
use crate::state::Table;

const PER_PAGE: usize = 50;

pub(super) fn show(view: &View, table: &Table) -> Markup {
    let total = table.rows.len();
    let pages = total.div_ceil(PER_PAGE).max(1);
    let page = view.page.min(pages);
    let start = (page - 1) * PER_PAGE;
    let rows = table.rows.iter().enumerate().skip(start).take(PER_PAGE);
    html! {
        p { a href=(view.everything().address()) { "All tables" } }
        h1 { (foreign(&table.name)) }
        p { code { (table.id) } }
        @if total == 0 {
            (nothing("No rows yet."))
            ul.columns { @for column in &table.columns { li { (foreign(&column.name)) " " small { (foreign(&column.kind)) } } } }
        } @else {
            p { "Rows " (start + 1) " to " (total.min(start + PER_PAGE)) " of " (total) }
            div.wide role="region" aria-label="Rows" tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "#" }
                            @for column in &table.columns { th scope="col" { (foreign(&column.name)) } }
                        }
                    }
                    tbody {
                        @for (number, row) in rows {
                            tr {
                                (cell("#", &html! { (number + 1) }))
                                @for column in &table.columns { (cell(&column.name, &value(row.cell(column.id)))) }
                            }
                        }
                    }
                }
            }
        }
        @if pages > 1 {
            nav aria-label="Pages" {
                @if page > 1 { a rel="prev" href=(view.of_table(table.id, page - 1).address()) { "Previous" } " " }
                "Page " (page) " of " (pages)
                @if page < pages { " " a rel="next" href=(view.of_table(table.id, page + 1).address()) { "Next" } }
            }
        }
    }
}

fn value(value: &Value) -> Markup {
    match value {
        Value::Null => html! { span.nothing { "empty" } },
        Value::String(text) => foreign(text),
        other => foreign(&other.to_string()),
    }
}
