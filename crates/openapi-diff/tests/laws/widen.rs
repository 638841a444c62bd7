//! A request that accepts more does not break clients. Neither does a response that promises more.

use openapi_diff::Level;
use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};

use crate::{compare, generate};

/// Widens a schema in one of its keywords. `None` if it has no such keyword.
fn widened(schema: &Value, kind: usize) -> Option<Value> {
    let mut members = schema.as_object()?.clone();
    let raised = |members: &Map<String, Value>, keyword: &str, by: i64| {
        let number = members.get(keyword)?.as_i64()?;
        Some(json!(number + by))
    };
    let put = |members: &mut Map<String, Value>, keyword: &str, value: Value| {
        members.insert(keyword.to_owned(), value);
    };
    let drop = |members: &mut Map<String, Value>, keyword: &str| members.shift_remove(keyword).map(drop);
    match kind {
        0 => drop(&mut members, "minLength")?,
        1 => drop(&mut members, "maxLength")?,
        2 => drop(&mut members, "pattern")?,
        3 => drop(&mut members, "required")?,
        4 => drop(&mut members, "uniqueItems")?,
        5 => drop(&mut members, "minProperties")?,
        6 => drop(&mut members, "multipleOf")?,
        7 => drop(&mut members, "additionalProperties")?,
        8 => drop(&mut members, "dependentRequired")?,
        9 => drop(&mut members, "not")?,
        10 => drop(&mut members, "items")?,
        11..=14 => {
            let keyword = ["maximum", "maxItems", "maxProperties", "maxLength"][kind - 11];
            let value = raised(&members, keyword, 1)?;
            put(&mut members, keyword, value);
        }
        15..=17 => {
            let keyword = ["minimum", "exclusiveMinimum", "minItems"][kind - 15];
            let value =
                raised(&members, keyword, -1).filter(|value| keyword != "minItems" || *value != json!(-1))?;
            put(&mut members, keyword, value);
        }
        18 => {
            let values = members.get_mut("enum")?.as_array_mut()?;
            let new = json!("a value that is new");
            let textual = values.iter().all(Value::is_string);
            textual.then(|| values.push(new))?;
        }
        19 => {
            let integer = members.get("type")? == "integer";
            integer.then(|| put(&mut members, "type", json!("number")))?;
        }
        20 => {
            let plain = members.get("type")?.as_str()?.to_owned();
            let free = !members.contains_key("enum") && !members.contains_key("const");
            free.then(|| put(&mut members, "type", json!([plain, "null"])))?;
        }
        21 => {
            let branches = members.get_mut("anyOf")?.as_array_mut()?;
            branches.push(json!({"type": "object", "required": ["new"], "title": "New"}));
        }
        22 => {
            members.get("type")?;
            return Some(json!({"anyOf": [members, {"type": "null"}]}));
        }
        23 => {
            // Adds a member to a closed object.
            let closed = members.get("additionalProperties")? == false;
            let properties = members.entry("properties").or_insert_with(|| json!({}));
            closed.then(|| properties["new"] = json!({"type": "string"}))?;
        }
        _ => drop(&mut members, "propertyNames")?,
    }
    Some(Value::Object(members))
}

/// Whether everything on the path to a place gets wider if the place does.
fn is_covariant(place: &str) -> bool {
    let steps: Vec<_> = place.split('/').skip(1).collect();
    let mut index = 0;
    while index < steps.len() {
        match steps[index] {
            "properties" | "dependentSchemas" | "allOf" | "prefixItems" => index += 2,
            "items" | "additionalProperties" => index += 1,
            _ => return false,
        }
    }
    true
}

proptest! {
    #![proptest_config(generate::cases(300))]

    #[test]
    fn wider_requests_and_narrower_responses_break_nobody(
        narrow in generate::schema(),
        components in generate::components(),
        at in any::<Index>(),
        kinds in Just((0..25).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let places: Vec<_> = generate::places(&narrow).into_iter().filter(|place| is_covariant(place)).collect();
        let mut wide = narrow.clone();
        let place = &places[at.index(places.len())];
        let target = wide.pointer_mut(place).unwrap();
        // Members that no keyword evaluates any more are restricted by `unevaluatedProperties` and
        // `unevaluatedItems`.
        let evaluates = narrow.to_string().contains("unevaluated");
        let mut kinds = kinds.into_iter().filter(|kind| !(evaluates && matches!(kind, 7 | 10)));
        match kinds.find_map(|kind| widened(target, kind)) {
            Some(wider) => *target = wider,
            None => return Err(TestCaseError::reject("nothing to widen")),
        }
        let (narrow_document, wide_document) = (
            generate::document(&narrow, &components),
            generate::document(&wide, &components),
        );
        let broken = |old, new, response: bool| {
            compare(old, new)
                .findings
                .into_iter()
                .filter(|finding| finding.level == Level::Breaking && finding.id.contains("response") == response)
                .collect::<Vec<_>>()
        };
        let request = broken(&narrow_document, &wide_document, false);
        prop_assert!(request.is_empty(), "a wider request\nold {narrow}\nnew {wide}\n{components}\n{request:#?}");
        let response = broken(&wide_document, &narrow_document, true);
        prop_assert!(response.is_empty(), "a narrower response\nold {wide}\nnew {narrow}\n{components}\n{response:#?}");
    }
}
