//! Whether a request goes to the place of its operation: an argument can alter a path, because URL parsers resolve `.`
//! and `..` in every spelling, and an empty one leaves a path that belongs to another operation.

use reqwest::Url;

use crate::operations::Operation;

/// Checks the path of `url`, below `base_url`, against the template of the operation.
pub(crate) fn check(url: &Url, base_url: &str, operation: &Operation) -> Result<(), String> {
    let base = Url::parse(base_url).map_err(|error| format!("the base URL {base_url:?}: {error}"))?;
    let matches = url
        .path()
        .strip_prefix(base.path().trim_end_matches('/'))
        .is_some_and(|path| is_of(path, operation.path));
    if matches {
        return Ok(());
    }
    Err(format!(
        "an argument in the path of {} is empty, `.` or `..`: the request would leave {}",
        operation.id, operation.path
    ))
}

fn is_of(path: &str, template: &str) -> bool {
    let (mut segments, mut places) = (path.split('/'), template.split('/'));
    loop {
        match (segments.next(), places.next()) {
            (None, None) => return true,
            (Some(segment), Some(place)) if place.starts_with('{') && !segment.is_empty() => {}
            (Some(segment), Some(place)) if segment == place => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_path_is_of_its_template_only() {
        let template = "/v1/table/{table_uuid}/rows";
        assert!(is_of("/v1/table/a1/rows", template));
        for path in [
            "/v1/rows",
            "/v1/table//rows",
            "/v1/table/a1/rows/",
            "/v1/table/a/b/rows",
            "/v1/table/a1/columns",
            "",
        ] {
            assert!(!is_of(path, template), "{path}");
        }
        assert!(is_of("/v1/table/", "/v1/table/"));
        assert!(!is_of("/v1/flows/", "/v1/flows/{flow_id}"));
    }
}
