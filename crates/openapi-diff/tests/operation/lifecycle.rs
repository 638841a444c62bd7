use openapi_diff::{Options, diff};
use serde_json::{Value, json};

use crate::{assert_operations, operation, today, verdicts};

#[test]
fn deprecation_and_sunset() {
    let deprecated = |sunset: &str| json!({"deprecated": true, "x-sunset": sunset});
    assert_operations(&[
        (
            "set",
            json!({}),
            json!({"deprecated": true}),
            &["info endpoint-deprecated"],
        ),
        ("false is absent", json!({}), json!({"deprecated": false}), &[]),
        (
            "set with a sunset",
            json!({}),
            deprecated("2026-07-01"),
            &["info endpoint-deprecated-with-sunset"],
        ),
        (
            "set with a sunset that is a time",
            json!({}),
            deprecated("2026-07-01T00:00:00+02:00"),
            &["info endpoint-deprecated-with-sunset"],
        ),
        (
            "set with a sunset that has passed",
            json!({}),
            deprecated("2026-06-14"),
            &["breaking api-sunset-date-too-small"],
        ),
        (
            "set with an invalid sunset",
            json!({}),
            deprecated("1 July"),
            &["breaking api-deprecated-sunset-parse"],
        ),
        (
            "a date that does not exist",
            json!({}),
            deprecated("2026-02-30"),
            &["breaking api-deprecated-sunset-parse"],
        ),
        (
            "a number",
            json!({}),
            json!({"deprecated": true, "x-sunset": 20260701}),
            &["breaking api-deprecated-sunset-parse"],
        ),
        (
            "unset",
            deprecated("2026-07-01"),
            json!({}),
            &["info endpoint-reactivated"],
        ),
        (
            "sunset removed",
            deprecated("2026-07-01"),
            json!({"deprecated": true}),
            &["breaking sunset-deleted"],
        ),
        (
            "sunset added later",
            json!({"deprecated": true}),
            deprecated("2026-07-01"),
            &[],
        ),
        (
            "sunset later",
            deprecated("2026-07-01"),
            deprecated("2026-08-01"),
            &[],
        ),
        (
            "sunset earlier",
            deprecated("2026-08-01"),
            deprecated("2026-07-01"),
            &[],
        ),
        (
            "sunset earlier, and past",
            deprecated("2026-08-01"),
            deprecated("2026-06-01"),
            &["breaking api-sunset-date-changed-too-small"],
        ),
        (
            "sunset no longer readable",
            deprecated("2026-08-01"),
            deprecated("August"),
            &["breaking api-path-sunset-parse"],
        ),
        ("never readable", deprecated("August"), deprecated("August"), &[]),
    ]);
}

#[test]
fn a_policy_wants_a_sunset_and_days() {
    let rows: [(Value, Value, &[&str]); 6] = [
        (
            json!({}),
            json!({"deprecated": true}),
            &["breaking api-deprecated-sunset-missing"],
        ),
        (
            json!({}),
            json!({"deprecated": true, "x-sunset": "2026-07-14"}),
            &["breaking api-sunset-date-too-small"],
        ),
        (
            json!({}),
            json!({"deprecated": true, "x-sunset": "2026-07-15"}),
            &["info endpoint-deprecated-with-sunset"],
        ),
        (
            json!({"deprecated": true, "x-sunset": "2026-09-01"}),
            json!({"deprecated": true, "x-sunset": "2026-07-01"}),
            &["breaking api-sunset-date-changed-too-small"],
        ),
        (
            json!({"deprecated": true, "x-sunset": "2026-09-01"}),
            json!({"deprecated": true, "x-sunset": "2026-08-01"}),
            &[],
        ),
        (
            json!({"parameters": [{"name": "a", "in": "query"}]}),
            json!({"parameters": [{"name": "a", "in": "query", "deprecated": true}]}),
            &["breaking request-parameter-deprecated-sunset-missing"],
        ),
    ];
    let mut options = Options::new(today());
    options.sunset_days = 30;
    for (old, new, expected) in rows {
        let diff = diff(&operation(old), &operation(new.clone()), options).unwrap();
        assert_eq!(verdicts(&diff), expected, "{new}");
    }
}

#[test]
fn parameters_have_a_life_as_well() {
    let with = |members: Value| {
        let mut parameter = json!({"name": "a", "in": "query", "schema": {"type": "string"}});
        parameter
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        json!({"parameters": [parameter]})
    };
    let deprecated = |sunset: &str| with(json!({"deprecated": true, "x-sunset": sunset}));
    assert_operations(&[
        (
            "set",
            with(json!({})),
            with(json!({"deprecated": true})),
            &["info request-parameter-deprecated"],
        ),
        (
            "set with a sunset",
            with(json!({})),
            deprecated("2027-01-01"),
            &["info request-parameter-deprecated"],
        ),
        (
            "set with a sunset that has passed",
            with(json!({})),
            deprecated("2026-01-01"),
            &["breaking request-parameter-sunset-date-too-small"],
        ),
        (
            "set with an invalid sunset",
            with(json!({})),
            deprecated("?"),
            &["breaking request-parameter-sunset-parse"],
        ),
        (
            "unset",
            with(json!({"deprecated": true})),
            with(json!({})),
            &["info request-parameter-reactivated"],
        ),
        (
            "sunset removed",
            deprecated("2027-01-01"),
            with(json!({"deprecated": true})),
            &["breaking request-parameter-sunset-deleted"],
        ),
        (
            "sunset earlier, and past",
            deprecated("2027-01-01"),
            deprecated("2026-01-01"),
            &["breaking request-parameter-sunset-date-changed-too-small"],
        ),
        (
            "removed after deprecation",
            with(json!({"deprecated": true})),
            json!({}),
            &["info request-parameter-removed-with-deprecation"],
        ),
        (
            "removed before sunset",
            deprecated("2027-01-01"),
            json!({}),
            &["breaking request-parameter-removed-before-sunset"],
        ),
        ("removed after sunset", deprecated("2026-01-01"), json!({}), &[]),
        (
            "removed with an invalid sunset",
            deprecated("?"),
            json!({}),
            &["breaking request-parameter-sunset-parse"],
        ),
    ]);
}

#[test]
fn drafts_are_not_judged() {
    let level = |level: &str| json!({"x-stability-level": level});
    let with_body = |level: &str| json!({"x-stability-level": level, "requestBody": {"required": true}});
    assert_operations(&[
        (
            "lowered",
            level("stable"),
            level("beta"),
            &["breaking api-stability-decreased"],
        ),
        (
            "stable without a level",
            json!({}),
            level("beta"),
            &["breaking api-stability-decreased"],
        ),
        (
            "raised",
            level("beta"),
            level("stable"),
            &["info api-stability-increased"],
        ),
        (
            "lowered to draft: nothing else is compared",
            level("stable"),
            with_body("draft"),
            &["breaking api-stability-decreased"],
        ),
        ("draft", level("draft"), with_body("draft"), &[]),
        ("alpha", level("alpha"), with_body("alpha"), &[]),
        (
            "beta",
            level("beta"),
            with_body("beta"),
            &["breaking request-body-added-required"],
        ),
        (
            "invalid level",
            level("beta"),
            level("solid"),
            &[
                "breaking api-invalid-stability-level",
                "info api-stability-increased",
            ],
        ),
        (
            "same invalid level as before",
            level("solid"),
            level("solid"),
            &[],
        ),
    ]);
}
