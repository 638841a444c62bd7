//! Rows of a table: listing, and the batch operations. A batch is refused as a whole or carried out; only what
//! depends on single rows (a row that is not there, an ambiguous key) is reported row by row.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Answer, deleted};
use crate::{
    call::Call,
    catalog::is_empty,
    refusal::Refusal,
    state::{Filter, Row, State, Table},
    validate::Finding,
};

type Fields = Map<String, Value>;

#[derive(Deserialize)]
struct Listing {
    page: Option<u64>,
    per_page: Option<u64>,
    filter: Option<String>,
}

/// Rows on a page when the request does not say.
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
    let filter = filter.transpose().map_err(|message| {
        let finding = Finding {
            pointer: "/filter".into(),
            keyword: "format".into(),
            message,
        };
        Refusal::unprocessable([("query", &finding)])
    })?;
    let found: Vec<&Row> = table
        .rows
        .iter()
        .filter(|row| filter.as_ref().is_none_or(|filter| filter.accepts(row)))
        .collect();
    let start = usize::try_from(page.saturating_sub(1).saturating_mul(per_page)).unwrap_or(usize::MAX);
    let size = usize::try_from(per_page).unwrap_or(usize::MAX);
    let data: Vec<Value> = found
        .iter()
        .skip(start)
        .take(size)
        .map(|row| table.row_json(row))
        .collect();
    Ok(json!({
        "data": data,
        "has_next_page": start.saturating_add(size) < found.len(),
        "total_count": found.len(),
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
    let now = state.now;
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    let keys = options
        .dedupe
        .filter(|dedupe| dedupe.enabled)
        .map(|dedupe| dedupe.keys);
    let key_columns = keys
        .as_deref()
        .map(|keys| columns_named(table, keys))
        .transpose()?;

    let unknown = unknown_columns(table, insert.rows.iter().map(|row| &row.fields));
    if options.allow_new_columns {
        for name in unknown {
            table.add_column(ids, &name, "text", None)?;
        }
    } else {
        refuse_unknown(&unknown)?;
    }
    for row in &insert.rows {
        check_types(table, &row.fields)?;
    }

    let (mut results, mut created, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for (index, row) in insert.rows.into_iter().enumerate() {
        let cells = cells(table, row.fields);
        if key_columns
            .as_ref()
            .is_some_and(|keys| !table.places(&key_of(&cells, keys)).is_empty())
        {
            results
                .push(json!({ "index": index, "id": null, "action": "skipped_duplicate", "row_data": null }));
            continue;
        }
        let mut row = Row::new(ids);
        for (column, value) in cells {
            row.set(column, value);
            changed.push(column);
        }
        let shown = insert.return_rows.then(|| table.row_json(&row));
        results.push(json!({ "index": index, "id": row.id, "action": "created", "row_data": shown }));
        created.push(row.id);
        table.rows.push(row);
    }
    table.touch(now);
    let id = table.id;
    state.run_on_update(id, &created, &changed)?;
    Ok(json!({ "results": results }))
}

/// What a duplicate has in common with a new row: the key columns, or without any, all that is given.
fn key_of(cells: &[(Uuid, Value)], keys: &[Uuid]) -> Vec<(Uuid, Value)> {
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
    let now = state.now;
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    refuse_unknown(&unknown_columns(table, update.rows.iter().map(|row| &row.fields)))?;
    for row in &update.rows {
        check_types(table, &row.fields)?;
    }
    let (mut results, mut updated, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for row in update.rows {
        let cells = cells(table, row.fields);
        let place = row
            .id
            .parse()
            .ok()
            .and_then(|id: Uuid| table.rows.iter().position(|one| one.id == id));
        let Some(place) = place else {
            results.push(
                json!({ "id": row.id, "ok": false, "error": { "code": "ROW_NOT_FOUND" }, "row_data": null }),
            );
            continue;
        };
        changed.extend(write(&mut table.rows[place], cells, overwrite));
        let one = &table.rows[place];
        updated.push(one.id);
        let shown = update.return_rows.then(|| table.row_json(one));
        results.push(json!({ "id": one.id, "ok": true, "error": null, "row_data": shown }));
    }
    table.touch(now);
    let id = table.id;
    state.run_on_update(id, &updated, &changed)?;
    Ok(json!({ "results": results }))
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
    let now = state.now;
    let (table, ids) = state.table_and_ids(call.uuid("table_uuid")?)?;
    refuse_unknown(&unknown_columns(
        table,
        upsert.rows.iter().flat_map(|row| [&row.key, &row.fields]),
    ))?;
    for row in &upsert.rows {
        check_types(table, &row.key)?;
        check_types(table, &row.fields)?;
    }
    let (mut results, mut touched, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for (index, row) in upsert.rows.into_iter().enumerate() {
        let match_on = row.key.clone();
        let key = cells(table, row.key);
        let matches = table.places(&key);
        let cells = cells(table, row.fields);
        let (action, place) = match matches.as_slice() {
            [] => {
                let mut new = Row::new(ids);
                changed.extend(write(&mut new, key, true));
                table.rows.push(new);
                ("created", table.rows.len() - 1)
            }
            [place] => ("updated", *place),
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
        changed.extend(write(&mut table.rows[place], cells, true));
        let one = &table.rows[place];
        touched.push(one.id);
        let shown = upsert.return_rows.then(|| table.row_json(one));
        results.push(json!({
            "index": index, "id": one.id, "action": action, "ok": true, "error": null, "row_data": shown,
            "match_on": match_on,
        }));
    }
    table.touch(now);
    let id = table.id;
    state.run_on_update(id, &touched, &changed)?;
    Ok(json!({ "results": results }))
}

#[derive(Deserialize)]
struct Delete {
    row_ids: Vec<Uuid>,
}

pub(super) fn delete(state: &mut State, call: &Call) -> Answer {
    let Delete { row_ids } = call.body()?;
    let now = state.now;
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    table.rows.retain(|row| !row_ids.contains(&row.id));
    table.touch(now);
    deleted()
}

#[derive(Deserialize)]
struct DedupeTable {
    columns: Option<Vec<Uuid>>,
}

pub(super) fn dedupe(state: &mut State, call: &Call) -> Answer {
    let DedupeTable { columns } = call.body()?;
    let table = state.table_mut(call.uuid("table_uuid")?)?;
    let all = || table.columns.iter().map(|column| column.id).collect();
    let columns: Vec<Uuid> = columns.unwrap_or_else(all);
    if !columns
        .iter()
        .all(|id| table.columns.iter().any(|column| column.id == *id))
    {
        return Err(Refusal::not_found());
    }
    let before = table.rows.len();
    let deleted = table.dedupe(&columns);
    Ok(json!({ "count_all_rows": before, "count_rows_delete": deleted }))
}

/// Names that no column has, each once, in the order in which they occur.
fn unknown_columns<'a>(table: &Table, rows: impl Iterator<Item = &'a Fields>) -> Vec<String> {
    let mut unknown: Vec<String> = Vec::new();
    for name in rows.flat_map(|fields| fields.keys()) {
        if table.column_named(name).is_none() && !unknown.contains(name) {
            unknown.push(name.clone());
        }
    }
    unknown
}

fn refuse_unknown(unknown: &[String]) -> Result<(), Refusal> {
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Refusal::rows(
        "UNKNOWN_COLUMNS",
        format!("Unknown columns: {}", unknown.join(", ")),
    ))
}

fn columns_named(table: &Table, names: &[String]) -> Result<Vec<Uuid>, Refusal> {
    let unknown: Vec<String> = names
        .iter()
        .filter(|name| table.column_named(name).is_none())
        .cloned()
        .collect();
    refuse_unknown(&unknown)?;
    Ok(names
        .iter()
        .filter_map(|name| table.column_named(name))
        .map(|column| column.id)
        .collect())
}

/// A column of numbers takes numbers, and text that is one.
fn check_types(table: &Table, fields: &Fields) -> Result<(), Refusal> {
    for (name, value) in fields {
        let number = table
            .column_named(name)
            .is_some_and(|column| column.kind == "number");
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

/// Fields by column. All names are known.
fn cells(table: &Table, fields: Fields) -> Vec<(Uuid, Value)> {
    fields
        .into_iter()
        .filter_map(|(name, value)| Some((table.column_named(&name)?.id, value)))
        .collect()
}

/// Writes cells, into empty ones only unless they may be overwritten; the columns that changed.
fn write(row: &mut Row, cells: Vec<(Uuid, Value)>, overwrite: bool) -> Vec<Uuid> {
    let mut changed = Vec::new();
    for (column, value) in cells {
        if (overwrite || is_empty(row.cell(column))) && row.set(column, value) {
            changed.push(column);
        }
    }
    changed
}
