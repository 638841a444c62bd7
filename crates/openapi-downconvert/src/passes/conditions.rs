//! JSON Schema 2020-12, Core, section 10.2.2 "Keywords for Applying Subschemas Conditionally": `if`, `then`,
//! `else` and `dependentSchemas`; Validation, section 6.5.4 `dependentRequired`. OAS 3.0.3 could express them
//! with `not` in unions. Such schemas state no type and do not help a reader, and they would forbid too much
//! if a schema in the condition was widened.

use super::Site;
use crate::change::Loss;
use crate::schema::Object;

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    let has_condition = schema.contains_key("if");
    let has_branch = schema.contains_key("then") || schema.contains_key("else");
    for keyword in ["if", "then", "else", "dependentSchemas", "dependentRequired"] {
        let Some(value) = schema.shift_remove(keyword) else {
            continue;
        };
        let has_effect = match keyword {
            "if" => has_branch,
            "then" | "else" => has_condition,
            _ => value.as_object().is_none_or(|dependents| !dependents.is_empty()),
        };
        if has_effect {
            site.record(keyword, Loss::Widened, "removed");
        } else {
            site.record(keyword, Loss::None, "removed: it has no effect");
        }
    }
}
