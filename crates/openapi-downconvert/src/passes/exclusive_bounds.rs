//! JSON Schema 2020-12, Validation, sections 6.2.3 `exclusiveMaximum` and 6.2.5 `exclusiveMinimum`: numbers.
//! In OAS 3.0.3 they are booleans, next to `maximum` and `minimum`.

use serde_json::Value;

use super::Site;
use crate::change::Loss;
use crate::schema::{Object, replace};

pub(super) fn run(schema: &mut Object, site: &mut Site<'_>) {
    bound(
        schema,
        site,
        "exclusiveMinimum",
        "minimum",
        |exclusive, inclusive| exclusive >= inclusive,
    );
    bound(
        schema,
        site,
        "exclusiveMaximum",
        "maximum",
        |exclusive, inclusive| exclusive <= inclusive,
    );
}

fn bound(
    schema: &mut Object,
    site: &mut Site<'_>,
    exclusive: &'static str,
    inclusive: &'static str,
    is_stricter: fn(f64, f64) -> bool,
) {
    let Some(value) = schema.get(exclusive).filter(|value| value.is_number()).cloned() else {
        return;
    };
    let other = schema.get(inclusive).and_then(Value::as_f64);
    let wins = match (value.as_f64(), other) {
        (Some(value), Some(other)) => is_stricter(value, other),
        _ => true,
    };
    if wins {
        schema.shift_remove(inclusive);
        replace(
            schema,
            exclusive,
            [
                (inclusive.to_owned(), value),
                (exclusive.to_owned(), Value::Bool(true)),
            ],
        );
        site.record(
            exclusive,
            Loss::None,
            format!("-> `{inclusive}` and `{exclusive}: true`"),
        );
    } else {
        schema.shift_remove(exclusive);
        site.record(
            exclusive,
            Loss::None,
            format!("removed: `{inclusive}` is stricter"),
        );
    }
}
