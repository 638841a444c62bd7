//! Names what a request with the status 404 did not find: the objects in the path of the request.

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::error::cut;
use crate::operations::{Operation, Place};

/// Arguments outside the path that can also name a missing object, so a 404 may be about them.
const REFERENCES: [&str; 17] = [
    "authorization",
    "columns",
    "email_verifier",
    "enrichment",
    "enrichments",
    "exporter",
    "folder_id",
    "mapping",
    "sources",
    "table",
    "table_ids",
    "table_uuid",
    "tables",
    "target",
    "waterfall",
    "workbook",
    "workbooks",
];

/// What was not found, such as `table 3f2a... was not found`. Without the URL of the request, the ids are
/// left out.
pub(crate) fn describe(operation: &Operation, url: Option<&Url>) -> String {
    if names_nothing(operation) {
        let address = match url {
            // The query may contain what somebody searched for.
            Some(url) => cut(url.as_str().split('?').next().unwrap_or_default(), 300),
            None => operation.path.to_owned(),
        };
        return format!("{} {address} was not found", operation.method);
    }
    let mut objects = Vec::new();
    let mut values = url.map(|url| url.path().rsplit('/'));
    // A base URL can have a path itself, so the template matches the end of the path.
    for segment in operation.path.rsplit('/') {
        let value = values
            .as_mut()
            .and_then(Iterator::next)
            .filter(|value| !value.is_empty());
        if let Some(name) = parameter(segment) {
            let value = value.map(|value| percent_decode_str(value).decode_utf8_lossy().into_owned());
            objects.push((noun(name), value));
        }
    }
    objects.reverse();
    let mut words: Vec<String> = objects
        .into_iter()
        .enumerate()
        .map(|(index, (noun, value))| {
            let owner = match (index, &value) {
                (0, Some(_)) => "",
                (0, None) => "the ",
                _ => "its ",
            };
            match value {
                Some(value) => format!("{owner}{noun} {}", cut(&value, 100)),
                None => format!("{owner}{noun}"),
            }
        })
        .collect();
    if words.is_empty() {
        words.push("what the request names".to_owned());
    } else if refers(operation) {
        words.push("something else that the request names".to_owned());
    }
    format!("{} was not found", words.join(" or "))
}

/// What to do about it: which operations list the objects that exist.
pub(crate) fn advice(operation: &Operation) -> String {
    if names_nothing(operation) {
        return "check the base URL".to_owned();
    }
    let in_table = operation.path.starts_with("/v1/table/");
    let lists: Vec<String> = operation
        .path
        .split('/')
        .filter_map(parameter)
        .filter_map(|name| {
            Some(match noun(name) {
                "column" => "list_columns",
                "connector" => "list_connectors",
                "enrichment" if in_table => "list_table_enrichments",
                "enrichment" => "list_enrichments",
                "exporter" if in_table => "list_table_exporters",
                "exporter" => "list_exporters",
                "flow" => "list_flows",
                "folder" => "list_folders",
                "parameter" => "get_enrichment",
                "table" => "list_tables",
                "version" => "list_flow_versions",
                "waterfall" => "list_waterfalls",
                "workbook" => "list_workbooks",
                _ => return None,
            })
        })
        .map(|list| format!("`{list}`"))
        .collect();
    let list = match lists.is_empty() {
        true => String::new(),
        false => format!(" with {}", lists.join(" and ")),
    };
    format!("check the id{list}, and that the key belongs to its workspace")
}

/// Whether a request of the operation names no object, so that only its address can be unknown.
fn names_nothing(operation: &Operation) -> bool {
    !operation
        .path
        .split('/')
        .any(|segment| parameter(segment).is_some())
        && !refers(operation)
}

/// Whether arguments outside the path can name an object.
fn refers(operation: &Operation) -> bool {
    let mut others = operation.parameters.iter().filter(|one| one.place != Place::Path);
    others.any(|one| REFERENCES.contains(&one.name))
}

fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// What a path parameter names, such as `table` for `table_uuid`.
fn noun(parameter: &str) -> &str {
    match parameter {
        "number" => "version",
        "param_slug" => "parameter",
        name => name.split('_').next().unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    fn described(id: &str, path: Option<&str>) -> String {
        let base = Url::parse("https://api.databar.ai").unwrap();
        let url = path.map(|path| base.join(path).unwrap());
        describe(operations::find(id).unwrap(), url.as_ref())
    }

    #[test]
    fn what_was_not_found_is_named() {
        for (id, path, expected) in [
            ("rename_table", Some("/v1/table/3f2a"), "table 3f2a was not found"),
            (
                "rename_table",
                Some("/proxy/v1/table/3f2a"),
                "table 3f2a was not found",
            ),
            ("rename_table", None, "the table was not found"),
            (
                "rename_column",
                Some("/v1/table/3f2a/columns/77"),
                "table 3f2a or its column 77 was not found",
            ),
            ("rename_column", None, "the table or its column was not found"),
            (
                "get_flow_version",
                Some("/v1/flows/a%20b/versions/3"),
                "flow a b or its version 3 was not found",
            ),
            (
                "add_table_enrichment",
                Some("/v1/table/3f2a/add-enrichment"),
                "table 3f2a or something else that the request names was not found",
            ),
            (
                "restore_trash",
                Some("/v1/trash/restore"),
                "what the request names was not found",
            ),
            (
                "get_waterfall",
                Some("/v1/waterfalls/x"),
                "waterfall x was not found",
            ),
            ("get_task", Some("/"), "the task was not found"),
            (
                "list_tables",
                Some("/wrong/v1/table/?page=2"),
                "GET https://api.databar.ai/wrong/v1/table/ was not found",
            ),
            ("get_user", None, "GET /v1/user/me was not found"),
        ] {
            assert_eq!(described(id, path), expected, "{id}");
        }
    }

    #[test]
    fn the_advice_names_operations_that_exist() {
        for operation in operations::ALL {
            for name in operation.path.split('/').filter_map(parameter) {
                let has_list = noun(name) != "task";
                assert_eq!(
                    advice(operation).contains('`'),
                    has_list,
                    "{}: `advice` has to name the operation that lists what {name} stands for",
                    operation.id
                );
            }
            for list in advice(operation).split('`').skip(1).step_by(2) {
                assert!(operations::find(list).is_some(), "{list}");
            }
        }
    }

    #[test]
    fn every_reference_is_an_argument() {
        for name in REFERENCES {
            let has = |operation: &Operation| operation.parameters.iter().any(|one| one.name == name);
            assert!(operations::ALL.iter().any(has), "{name}");
        }
    }
}
