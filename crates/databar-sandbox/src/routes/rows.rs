//! Rows of a table: listing, and the batch operations. A batch is either refused as a whole or carried out.
//! Only problems of single rows, such as an unknown row or an ambiguous key, are reported row by row.

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Answer, deleted};
use crate::{
    call::Call,
    catalog::is_empty,
    refusal::Refusal,
    state::{Filter, Row, State, Table},
};

type Fields = Map<String, Value>;
/// Columns by the names that rows use for them.
type Names = HashMap<String, Uuid>;
type Cells = Vec<(Uuid, Value)>;

#[derive(Deserialize)]
struct Listing {
    page: Option<u64>,
    per_page: Option<u64>,
    filter: Option<String>,
}

/// How many rows a page has by default.
const PER_PAGE: u64 = 100;

pub(super) fn list(state: &mut State, call: &Call) -> Answer {
    let Listing {
        page,
        per_page,
        filter,
    } = call.query()?;
    let (page, per_page) = (page.unwrap_or(1), per_page.unwrap_or(PER_PAGE));
    let table = state.table(call.uuid("table_uuid")?)?;
    let filter = filter
        .filter(|text| !text.trim().is_empty())
        .map(|text| Filter::read(table, &text));
    let filter = filter
        .transpose()
        .map_err(|message| Refusal::invalid(["query".into(), "filter".into()], message))?;
    let start = usize::try_from(page.saturating_sub(1).saturating_mul(per_page)).unwrap_or(usize::MAX);
    let size = usize::try_from(per_page).unwrap_or(usize::MAX);
    let shown = |rows: &mut dyn Iterator<Item = &Row>| -> Vec<Value> {
        rows.skip(start)
            .take(size)
            .map(|row| table.row_json(row))
            .collect()
    };
    let (data, count) = match filter {
        None => (shown(&mut table.rows.iter()), table.rows.len()),
        Some(filter) => {
            let found: Vec<&Row> = table.rows.iter().filter(|row| filter.accepts(row)).collect();
            (shown(&mut found.iter().copied()), found.len())
        }
    };
    Ok(json!({
        "data": data,
        "has_next_page": start.saturating_add(size) < count,
        "total_count": count,
        "page": page,
    }))
}

#[derive(Deserialize)]
struct Insert {
    rows: Vec<NewRow>,
    options: Option<InsertOptions>,
    #[serde(default)]
    return_rows: bool,
}

#[derive(Deserialize)]
struct NewRow {
    fields: Fields,
}

#[derive(Default, Deserialize)]
struct InsertOptions {
    #[serde(default)]
    allow_new_columns: bool,
    dedupe: Option<Dedupe>,
}

#[derive(Deserialize)]
struct Dedupe {
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    keys: Vec<String>,
}

pub(super) fn insert(state: &mut State, call: &Call) -> Answer {
    let insert: Insert = call.body()?;
    let options = insert.options.unwrap_or_default();
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    let keys = options
        .dedupe
        .filter(|dedupe| dedupe.enabled)
        .map(|dedupe| dedupe.keys);
    let names = table.names();
    let unknown = unknown_columns(&names, insert.rows.iter().map(|row| &row.fields));
    if options.allow_new_columns {
        table
            .check_new_columns(&unknown)
            .map_err(|message| Refusal::rows("INVALID_DATA", message))?;
    } else {
        refuse_unknown(&unknown)?;
    }
    let no_key = |name: &&String| !names.contains_key(*name) && !unknown.contains(*name);
    refuse_unknown(&keys.iter().flatten().filter(no_key).cloned().collect())?;
    for row in &insert.rows {
        check_types(table, &names, &row.fields)?;
    }

    for name in unknown {
        table
            .add_column(ids, &name, "text", None)
            .map_err(|message| Refusal::rows("INVALID_DATA", message))?;
    }
    let names = table.names();
    let keys: Option<Vec<Uuid>> =
        keys.map(|keys| keys.iter().filter_map(|name| names.get(name)).copied().collect());
    let (mut results, mut created, mut changed) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, row) in insert.rows.into_iter().enumerate() {
        let cells = cells(&names, row.fields);
        if keys
            .as_ref()
            .is_some_and(|keys| !table.rows.matching(&key_of(&cells, keys)).is_empty())
        {
            results
                .push(json!({ "index": index, "id": null, "action": "skipped_duplicate", "row_data": null }));
            continue;
        }
        let mut row = Row::new(ids);
        for (column, value) in cells {
            row.set(column, value);
            changed.insert(column);
        }
        let shown = insert.return_rows.then(|| table.row_json(&row));
        results.push(json!({ "index": index, "id": row.id, "action": "created", "row_data": shown }));
        created.push(row.id);
        table.rows.add(row);
    }
    finish(state, call, &created, &changed, results)
}

/// Starts the runs that a change of these cells triggers, and returns the results of the batch.
fn finish(
    state: &mut State,
    call: &Call,
    rows: &[Uuid],
    columns: &HashSet<Uuid>,
    results: Vec<Value>,
) -> Answer {
    let (id, now) = (call.uuid("table_uuid")?, state.now);
    state.table_mut(id)?.touch(now);
    let columns: Vec<Uuid> = columns.iter().copied().collect();
    state.run_on_update(id, rows, &columns)?;
    Ok(json!({ "results": results }))
}

/// The cells by which a duplicate is recognised: the key columns or, without any, all given cells.
fn key_of(cells: &[(Uuid, Value)], keys: &[Uuid]) -> Cells {
    if keys.is_empty() {
        return cells.to_vec();
    }
    let given = |key: &Uuid| {
        cells
            .iter()
            .find(|(column, _)| column == key)
            .map(|(_, value)| value.clone())
    };
    keys.iter()
        .map(|key| (*key, given(key).unwrap_or_default()))
        .collect()
}

#[derive(Deserialize)]
struct Update {
    rows: Vec<ChangedRow>,
    overwrite: Option<bool>,
    #[serde(default)]
    return_rows: bool,
}

#[derive(Deserialize)]
struct ChangedRow {
    id: String,
    fields: Fields,
}

pub(super) fn update(state: &mut State, call: &Call) -> Answer {
    let update: Update = call.body()?;
    let overwrite = update.overwrite.unwrap_or(true);
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    let names = table.names();
    refuse_unknown(&unknown_columns(
        &names,
        update.rows.iter().map(|row| &row.fields),
    ))?;
    for row in &update.rows {
        check_types(table, &names, &row.fields)?;
    }
    let (mut results, mut updated, mut changed) = (Vec::new(), Vec::new(), HashSet::new());
    for ChangedRow { id, fields } in update.rows {
        // Text that is not a UUID matches no row, just like an unknown UUID.
        let known = id.parse().ok().filter(|id: &Uuid| table.rows.get(*id).is_some());
        let Some(row) = known else {
            results.push(
                json!({ "id": id, "ok": false, "error": { "code": "ROW_NOT_FOUND" }, "row_data": null }),
            );
            continue;
        };
        changed.extend(write(table, row, cells(&names, fields), overwrite));
        updated.push(row);
        let shown = show(table, row, update.return_rows);
        results.push(json!({ "id": row, "ok": true, "error": null, "row_data": shown }));
    }
    finish(state, call, &updated, &changed, results)
}

#[derive(Deserialize)]
struct Upsert {
    rows: Vec<KeyedRow>,
    #[serde(default)]
    return_rows: bool,
}

#[derive(Deserialize)]
struct KeyedRow {
    key: Fields,
    fields: Fields,
}

pub(super) fn upsert(state: &mut State, call: &Call) -> Answer {
    let upsert: Upsert = call.body()?;
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    let names = table.names();
    refuse_unknown(&unknown_columns(
        &names,
        upsert.rows.iter().flat_map(|row| [&row.key, &row.fields]),
    ))?;
    for row in &upsert.rows {
        check_types(table, &names, &row.key)?;
        check_types(table, &names, &row.fields)?;
    }
    let (mut results, mut touched, mut changed) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, KeyedRow { key, fields }) in upsert.rows.into_iter().enumerate() {
        let match_on = key.clone();
        let key = cells(&names, key);
        let (action, row) = match table.rows.matching(&key).as_slice() {
            [] => {
                let new = Row::new(ids);
                let id = new.id;
                table.rows.add(new);
                changed.extend(write(table, id, key, true));
                ("created", id)
            }
            [row] => ("updated", *row),
            several => {
                let error = json!({
                    "code": "AMBIGUOUS_MATCH",
                    "message": "More than one row has this key",
                    "matches": several.len(),
                });
                results.push(json!({
                    "index": index, "id": null, "action": null, "ok": false, "error": error, "match_on": match_on,
                }));
                continue;
            }
        };
        changed.extend(write(table, row, cells(&names, fields), true));
        touched.push(row);
        let shown = show(table, row, upsert.return_rows);
        results.push(json!({
            "index": index, "id": row, "action": action, "ok": true, "error": null, "row_data": shown,
            "match_on": match_on,
        }));
    }
    finish(state, call, &touched, &changed, results)
}

#[derive(Deserialize)]
struct Delete {
    row_ids: Vec<String>,
}

/// Deletes the rows that exist. An unknown id is not an error.
pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let Delete { row_ids } = call.body()?;
    let gone: HashSet<Uuid> = row_ids.iter().filter_map(|id| id.parse().ok()).collect();
    let now = state.now;
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    table.rows.keep(|row| !gone.contains(&row.id));
    table.touch(now);
    deleted()
}

#[derive(Deserialize)]
struct DedupeTable {
    columns: Option<Vec<Uuid>>,
}

pub(super) fn dedupe(state: &mut State, call: &Call) -> Answer {
    let DedupeTable { columns } = call.body()?;
    let now = state.now;
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    // Without named columns, all columns count: comparing no columns would make every row a duplicate of the
    // first.
    let all = || table.columns.iter().map(|column| column.id).collect();
    let columns: Vec<Uuid> = columns.filter(|columns| !columns.is_empty()).unwrap_or_else(all);
    if !columns.iter().all(|id| table.column(*id).is_some()) {
        return Err(Refusal::not_found());
    }
    let before = table.rows.len();
    let deleted = table.rows.dedupe(&columns);
    table.touch(now);
    Ok(json!({ "count_all_rows": before, "count_rows_delete": deleted }))
}

/// Names that no column has, each once, in the order of appearance.
fn unknown_columns<'a>(names: &Names, rows: impl Iterator<Item = &'a Fields>) -> IndexSet<String> {
    let given = rows.flat_map(|fields| fields.keys());
    given.filter(|name| !names.contains_key(*name)).cloned().collect()
}

fn refuse_unknown(unknown: &IndexSet<String>) -> Result<(), Refusal> {
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
    Err(Refusal::rows(
        "UNKNOWN_COLUMNS",
        format!("Unknown columns: {}", unknown.join(", ")),
    ))
}

/// Checks that a column of numbers gets only numbers, or text that is a number.
fn check_types(table: &Table, names: &Names, fields: &Fields) -> Result<(), Refusal> {
    for (name, value) in fields {
        let column = names.get(name).and_then(|id| table.column(*id));
        let number = column.is_some_and(|column| column.kind == "number");
        let fits = is_empty(value)
            || value.is_number()
            || value
                .as_str()
                .is_some_and(|text| text.trim().parse::<f64>().is_ok());
        if number && !fits {
            return Err(Refusal::rows(
                "INVALID_DATA",
                format!("{name}: {value} is not a number"),
            ));
        }
    }
    Ok(())
}

/// The fields by column. All names must be known.
fn cells(names: &Names, fields: Fields) -> Cells {
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((*names.get(&name)?, value)))
        .collect()
}

/// Writes cells, and unless `overwrite` is set only into empty ones. Returns the columns that changed.
fn write(table: &mut Table, row: Uuid, cells: Cells, overwrite: bool) -> Vec<Uuid> {
    let mut changed = Vec::new();
    for (column, value) in cells {
        let empty = table.rows.get(row).is_some_and(|row| is_empty(row.cell(column)));
        if (overwrite || empty) && table.rows.set(row, column, value) {
            changed.push(column);
        }
    }
    changed
}

fn show(table: &Table, row: Uuid, wanted: bool) -> Option<Value> {
    let row = table.rows.get(row).filter(|_| wanted)?;
    Some(table.row_json(row))
}
