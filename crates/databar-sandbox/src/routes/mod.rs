//! The operations that the sandbox serves: one function each, found by `operationId`. A handler gets a
//! request that conforms to the document, and returns the body of a success or a refusal. Status, headers and
//! the check of the answer are in `exchange`.

mod catalog;
mod columns;
mod connectors;
pub(crate) mod exports;
mod flows;
mod folders;
mod installed;
mod rows;
mod runs;
mod tables;
mod trash;
mod user;
mod workbooks;

use serde_json::{Value, json};

use crate::{call::Call, refusal::Refusal, state::State};

pub(crate) type Answer = Result<Value, Refusal>;
pub(crate) type Handler = fn(&mut State, &Call) -> Answer;

/// The handler of an operation; `None` if the sandbox does not serve it yet.
pub(crate) fn handler(operation_id: &str) -> Option<Handler> {
    HANDLERS
        .iter()
        .find(|(id, _)| *id == operation_id)
        .map(|(_, handler)| *handler)
}

pub(crate) const HANDLERS: &[(&str, Handler)] = &[
    ("get_user", user::get),
    ("get_task", runs::get_task),
    ("cancel_task", runs::cancel_task),
    ("list_enrichments", catalog::list_enrichments),
    ("get_enrichment", catalog::get_enrichment),
    ("list_enrichment_param_choices", catalog::list_choices),
    ("run_enrichment", runs::run_enrichment),
    ("bulk_run_enrichment", runs::bulk_run_enrichment),
    ("list_waterfalls", catalog::list_waterfalls),
    ("get_waterfall", catalog::get_waterfall),
    ("run_waterfall", runs::run_waterfall),
    ("bulk_run_waterfall", runs::bulk_run_waterfall),
    ("list_exporters", catalog::list_exporters),
    ("get_exporter", catalog::get_exporter),
    ("list_connectors", connectors::list),
    ("create_connector", connectors::create),
    ("get_connector", connectors::get),
    ("replace_connector", connectors::replace),
    ("delete_connector", connectors::delete),
    ("list_flows", flows::list),
    ("create_flow", flows::create),
    ("get_flow", flows::get),
    ("replace_flow", flows::replace),
    ("update_flow", flows::update),
    ("delete_flow", flows::delete),
    ("update_flow_config", flows::update_config),
    ("validate_flow_config", flows::validate_config),
    ("estimate_flow_cost", flows::estimate_cost),
    ("list_flow_versions", flows::list_versions),
    ("get_flow_version", flows::get_version),
    ("restore_flow_version", flows::restore_version),
    ("run_flow", flows::run),
    ("bulk_run_flow", flows::bulk_run),
    ("list_tables", tables::list),
    ("create_table", tables::create),
    ("rename_table", tables::rename),
    ("delete_table", tables::delete),
    ("duplicate_table", tables::duplicate),
    ("move_table", tables::move_to),
    ("clear_table", tables::clear),
    ("start_table_export", exports::start),
    ("get_table_export", exports::get),
    ("list_columns", columns::list),
    ("create_column", columns::create),
    ("rename_column", columns::rename),
    ("delete_column", columns::delete),
    ("reorder_column", columns::reorder),
    ("list_table_enrichments", installed::list_enrichments),
    ("add_table_enrichment", installed::add_enrichment),
    ("update_table_enrichment", installed::update_enrichment),
    ("run_table_enrichment", installed::run),
    ("list_table_waterfalls", installed::list_waterfalls),
    ("add_table_waterfall", installed::add_waterfall),
    ("list_table_exporters", installed::list_exporters),
    ("add_table_exporter", installed::add_exporter),
    ("run_table_exporter", installed::run_exporter),
    ("list_rows", rows::list),
    ("insert_rows", rows::insert),
    ("update_rows", rows::update),
    ("upsert_rows", rows::upsert),
    ("delete_rows", rows::delete),
    ("dedupe_rows", rows::dedupe),
    ("list_folders", folders::list),
    ("create_folder", folders::create),
    ("rename_folder", folders::rename),
    ("delete_folder", folders::delete),
    ("move_table_to_folder", folders::move_table),
    ("list_workbooks", workbooks::list),
    ("get_workbook", workbooks::get),
    ("rename_workbook", workbooks::rename),
    ("delete_workbook", workbooks::delete),
    ("duplicate_workbook", workbooks::duplicate),
    ("merge_workbooks", workbooks::merge),
    ("add_workbook_table", workbooks::add_table),
    ("reorder_workbook_tables", workbooks::reorder),
    ("list_trash", trash::list),
    ("restore_trash", trash::restore),
    ("delete_trash_forever", trash::purge),
];

/// The answer to a deletion.
fn deleted() -> Answer {
    Ok(json!({ "status": "deleted" }))
}

/// One page of a listing, in the service's envelope.
fn page_of(items: Vec<Value>, page: u64, limit: u64) -> Value {
    let total = items.len() as u64;
    let start = page.saturating_sub(1).saturating_mul(limit);
    let end = start.saturating_add(limit).min(total);
    let from = usize::try_from(start.min(total)).unwrap_or(usize::MAX);
    let items: Vec<Value> = items
        .into_iter()
        .skip(from)
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect();
    json!({ "items": items, "page": page, "limit": limit, "has_next_page": end < total, "total_count": total })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use serde_json::Map;

    use super::*;
    use crate::{credits::Credits, document::Document, inspect, profile::Profile, state::Library};

    #[test]
    fn every_handler_serves_an_operation_of_the_document() {
        let document = Document::embedded().unwrap();
        for (id, _) in HANDLERS {
            assert!(document.has_operation(id), "{id}");
        }
    }

    #[test]
    fn pages_end_where_the_items_do() {
        let items = || (0..5).map(Value::from).collect::<Vec<_>>();
        let last = page_of(items(), 3, 2);
        assert_eq!(
            (&last["items"], &last["has_next_page"]),
            (&json!([4]), &json!(false))
        );
        assert_eq!(page_of(items(), 2, 2)["has_next_page"], true);
        assert_eq!(page_of(items(), u64::MAX, u64::MAX)["items"], json!([]));
    }

    /// A state with one of everything, and the ids of these things.
    fn furnished() -> (State, Vec<Value>) {
        let mut state = State::new(
            0,
            Credits::hundredths(1000),
            Duration::from_secs(1),
            Profile::default(),
        );
        let call = |path: Value, body: Value| Call {
            origin: "http://127.0.0.1".into(),
            path: path.as_object().cloned().unwrap_or_default(),
            query: Map::new(),
            body: Some(body),
        };
        let mut serve =
            |id: &str, path: Value, body: Value| handler(id).unwrap()(&mut state, &call(path, body)).unwrap();
        let table = serve(
            "create_table",
            json!({}),
            json!({ "columns": ["domain", "email"] }),
        )["identifier"]
            .take();
        let path = json!({ "table_uuid": table });
        let rows =
            json!({ "rows": [{ "fields": { "domain": "a.com" } }, { "fields": { "domain": "b.com" } }] });
        let rows = serve("insert_rows", path.clone(), rows);
        let entry = json!({ "domain": { "type": "mapping", "value": "domain" } });
        let body = json!({ "enrichment": 123, "mapping": entry, "launch_strategy": "run_on_update" });
        let enrichment = serve("add_table_enrichment", path.clone(), body);
        let exporter = serve(
            "add_table_exporter",
            path.clone(),
            json!({ "exporter": 52, "mapping": entry }),
        );
        let columns = serve("list_columns", path.clone(), json!({}));
        serve("start_table_export", path.clone(), json!({}));
        serve("clear_table", path, json!({}));
        let connector = json!({ "name": "c", "method": "get", "url": "u", "body": [{ "name": "domain" }] });
        let connector = serve("create_connector", json!({}), connector);
        let node = json!({ "id": "m1", "enrichment": 123, "inputs": entry });
        let config = json!({ "inputs": [{ "id": "domain" }], "nodes": [node] });
        let flow = serve("create_flow", json!({}), json!({ "name": "f", "config": config }));
        let run = json!({ "params": { "domain": "a.com" } });
        let task = serve("run_enrichment", json!({ "enrichment_id": 123 }), run);
        let folder = serve("create_folder", json!({}), json!({ "name": "Leads" }));
        let workbook = serve("list_workbooks", json!({}), json!({}));
        let binned = serve("create_table", json!({}), json!({}))["identifier"].take();
        serve("delete_table", json!({ "table_uuid": binned }), json!({}));
        let names = vec![
            table,
            folder["id"].clone(),
            workbook[0]["identifier"].clone(),
            binned,
            rows["results"][0]["id"].clone(),
            columns[0]["identifier"].clone(),
            enrichment["id"].clone(),
            exporter["id"].clone(),
            task["task_id"].clone(),
            connector["id"].clone(),
            flow["id"].clone(),
            flow["internal_version"].clone(),
            flow["config"].clone(),
            flow["config"]["nodes"].clone(),
        ];
        (state, names)
    }

    #[test]
    fn a_library_survives_being_written_and_read() {
        let (state, _) = furnished();
        let written = serde_json::to_string(&state.library).unwrap();
        let read: Library = serde_json::from_str(&written).unwrap();
        let value = |library: &Library| serde_json::to_value(library).unwrap();
        assert_eq!(value(&read), value(&state.library));
        assert_eq!(read.trash_json(), state.library.trash_json());
    }

    /// Arbitrary JSON, made of words that are often meaningful.
    fn anything() -> impl Strategy<Value = Value> {
        let (_, names) = furnished();
        let words = [
            "domain",
            "email",
            "a.com",
            "a.test",
            "mapping",
            "email_getter",
            "run_empty",
            "{",
            "",
            "null",
            "m1",
            "m1.industry",
            "set_input",
            "remove_input",
            "add_node",
            "replace_node",
            "update_node",
            "remove_node",
            "set_node_input",
            "remove_node_output",
            "set_output",
            "set_output_field",
            "remove_output_field",
        ];
        let known: Vec<Value> = names
            .into_iter()
            .chain(words.map(Value::from))
            .chain([json!(1), json!(123), json!(833)])
            .collect();
        let leaf = prop_oneof![
            4 => prop::sample::select(known),
            1 => Just(Value::Null),
            1 => any::<bool>().prop_map(Value::from),
            1 => any::<i64>().prop_map(Value::from),
            1 => any::<f64>().prop_map(Value::from),
            1 => ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            let keys = prop::sample::select(vec![
                "rows",
                "fields",
                "key",
                "id",
                "row_ids",
                "columns",
                "name",
                "domain",
                "email",
                "enrichment",
                "waterfall",
                "exporter",
                "mapping",
                "type",
                "value",
                "params",
                "pagination",
                "pages",
                "options",
                "dedupe",
                "enabled",
                "keys",
                "allow_new_columns",
                "run_strategy",
                "enrichments",
                "table",
                "tables",
                "table_ids",
                "table_uuid",
                "workbook",
                "workbooks",
                "new_workbook",
                "target",
                "sources",
                "folder_id",
                "index",
                "format",
                "authorization",
                "method",
                "url",
                "body",
                "rate_limit",
                "inputs",
                "nodes",
                "output",
                "config",
                "internal_version",
                "ops",
                "op",
                "validate_only",
                "node",
                "node_id",
                "input",
                "input_id",
                "changes",
            ]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((keys, inner), 0..6).prop_map(|members| {
                    members
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect::<Map<_, _>>()
                        .into()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_arrives_is_answered_as_the_document_says(
            (at, body) in (0..HANDLERS.len(), anything()),
            path in prop::collection::vec(anything(), 9),
            filter in anything(),
        ) {
            let document = Document::embedded().unwrap();
            let (mut state, _) = furnished();
            let (id, serve) = HANDLERS[at];
            let names = [
                "table_uuid", "column_id", "enrichment_id", "task_id", "connector_id", "flow_id", "number",
                "folder_id", "workbook_id",
            ];
            let call = Call {
                origin: "http://127.0.0.1".into(),
                path: names.into_iter().map(str::to_owned).zip(path).collect(),
                query: Map::from_iter([("filter".to_owned(), filter.to_string().into())]),
                body: Some(body),
            };
            let operation = document.operations().iter().find(|operation| operation.id == id).unwrap();
            let (status, answer) = match serve(&mut state, &call) {
                Ok(_) if operation.success() == 204 => (204, None),
                Ok(answer) => (operation.success(), Some(answer)),
                Err(refusal) => (refusal.status, Some(refusal.body)),
            };
            prop_assert_eq!(inspect::response(document, operation, status, answer.as_ref()), []);
            state.settle(Duration::MAX);
        }
    }
}
