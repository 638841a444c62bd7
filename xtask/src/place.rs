//! Places in documents, as people read them.

use openapi_document::{METHODS, pointer};

/// A JSON Pointer in words: `POST /v1/table › requestBody › content › application/json` for
/// `/paths/~1v1~1table/post/requestBody/content/application~1json`.
pub(crate) fn readable(pointer: &str) -> String {
    let names: Vec<_> = pointer::names(pointer).collect();
    let (start, rest) = match &*names {
        [] => return "the document".to_owned(),
        [paths, path, method, rest @ ..] if paths == "paths" && METHODS.contains(&&**method) => {
            (format!("{} {path}", method.to_ascii_uppercase()), rest)
        }
        [paths, path, rest @ ..] if paths == "paths" => (path.to_string(), rest),
        [first, rest @ ..] => (first.to_string(), rest),
    };
    rest.iter().fold(start, |place, name| place + " › " + name)
}

/// Why no bindings can be generated, with the place in words.
pub(crate) fn generator_error(error: &openapi_bindgen::Error) -> String {
    match error {
        openapi_bindgen::Error::Document { pointer, reason } => format!("{}: {reason}", readable(pointer)),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn an_operation_is_its_method_and_path() {
        let cases = [
            ("", "the document"),
            ("/info/version", "info › version"),
            ("/paths/~1v1~1table", "/v1/table"),
            ("/paths/~1v1~1table/parameters/0", "/v1/table › parameters › 0"),
            (
                "/paths/~1v1~1table/post/requestBody/content/application~1json",
                "POST /v1/table › requestBody › content › application/json",
            ),
            (
                "/components/schemas/a~0b/properties/id",
                "components › schemas › a~b › properties › id",
            ),
        ];
        for (pointer, words) in cases {
            assert_eq!(readable(pointer), words);
        }
    }
}
