//! Tests all formats with handmade findings: rendering does not depend on how a finding was made.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicUsize, Ordering},
};

use super::*;
use crate::{
    Diff, Finding, Level, Report, Semver,
    report::{Change, Described, Effect, Row},
    rule::{Area, BREAKING, Mirror, Rule},
};

static LIMIT: Rule = Rule::schema(
    "max-decreased",
    BREAKING,
    BREAKING,
    Mirror::Itself,
    "the maximum was lowered from {old} to {new}",
);
static REMOVED: Rule = Rule::both(
    Area::Parameter,
    "request-parameter-removed",
    BREAKING,
    Mirror::Itself,
    "it was removed",
)
.removing();

/// A finding in each of these operations.
fn findings(
    (rule, id, level): (&'static Rule, &str, Level),
    (old, subject): (&str, &str),
    operations: &[&str],
    arguments: &[(&'static str, &str)],
) -> Vec<Finding> {
    static CHANGES: AtomicUsize = AtomicUsize::new(0);
    let change = CHANGES.fetch_add(1, Ordering::Relaxed);
    let used_by: Vec<String> = operations.iter().map(ToString::to_string).collect();
    operations
        .iter()
        .map(|operation| Finding {
            id: id.to_owned(),
            level,
            operation: Some(operation.to_string()),
            old: old.to_owned(),
            new: old.to_owned(),
            subject: subject.to_owned(),
            arguments: arguments
                .iter()
                .map(|(name, value)| (*name, value.to_string()))
                .collect::<BTreeMap<_, _>>(),
            fingerprint: format!("{:012x}", id.len() * 1000 + operation.len() * 100 + subject.len()),
            used_by: used_by.clone().into(),
            deviates: false,
            rule,
            change,
        })
        .collect()
}

fn sample() -> Diff {
    let users: Vec<String> = (1..=6)
        .map(|n| format!("GET /users/{n}{}", "x".repeat(n)))
        .collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let mut all = findings(
        (&LIMIT, "response-property-max-decreased", Level::Breaking),
        ("/components/schemas/User/properties/age", "User.age"),
        &users,
        &[("old", "120"), ("new", "99")],
    );
    all.extend(findings(
        (&LIMIT, "request-property-max-decreased", Level::Info),
        ("/components/schemas/User/properties/age", "User.age"),
        &["POST /users"],
        &[("old", "120"), ("new", "99")],
    ));
    for (path, operation) in [("~1a", "GET /a"), ("~1bb", "GET /bb"), ("~1ccc", "GET /ccc")] {
        all.extend(findings(
            (&REMOVED, "request-parameter-removed", Level::Warning),
            (&format!("/paths/{path}/get/parameters/0"), "query parameter page"),
            &[operation],
            &[],
        ));
    }
    all.extend(findings(
        (&LIMIT, "request-body-max-decreased", Level::Breaking),
        ("/paths/~1a/post/requestBody", "a\u{1b}[31m%\n*b* @c"),
        &["POST /a"],
        &[("old", "1"), ("new", "0")],
    ));
    Diff {
        findings: all,
        notes: vec!["other servers".to_owned()],
        identical: false,
    }
}

fn rust(rows: Result<Vec<Row>, String>) -> Effect {
    Effect {
        key: "rust",
        title: "Rust",
        audience: "Rust users",
        parents: "builders",
        rows,
    }
}

fn report(diff: &Diff) -> Report<'_> {
    let described = Described {
        title: "Users".to_owned(),
        version: "1".to_owned(),
        sha256: "0".repeat(64),
    };
    let mut report = Report::new(diff, described.clone(), described);
    report.release = Some("0.3.0".to_owned());
    let item = |item: &str, change, old: Option<&str>, new: Option<&str>, semver| Row {
        item: item.to_owned(),
        change,
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        semver,
        renamed_from: None,
        cause: None,
        by_name: false,
        names_operation: false,
        repeats: None,
    };
    let rows = vec![
        item(
            "types::User::age",
            Change::Changed,
            Some("i64"),
            Some("u8"),
            Semver::Major,
        ),
        Row {
            renamed_from: Some("Client::user".to_owned()),
            ..item(
                "Client::get_user",
                Change::Changed,
                Some("fn()"),
                Some("fn()"),
                Semver::Major,
            )
        },
        Row {
            by_name: true,
            ..item("types::Name", Change::Added, None, Some("struct"), Semver::Minor)
        },
        item(
            "types::User::name",
            Change::Added,
            None,
            Some("Option<Name>"),
            Semver::Minor,
        ),
    ];
    report.effects = vec![rust(Ok(rows))];
    let accepted = diff
        .findings
        .iter()
        .filter(|finding| finding.id.starts_with("request-body"));
    report.allowed = accepted
        .map(|finding| (finding.fingerprint.clone(), "nobody *uses* it".to_owned()))
        .collect::<HashMap<_, _>>();
    report
}

#[test]
fn text_is_by_the_part_of_the_document() {
    let diff = sample();
    assert_eq!(
        text(&report(&diff), Palette::plain()),
        r"2 breaking (1 allowed), 3 warnings, 1 info: release 0.3.0

schema User
  breaking  User.age: the maximum was lowered from 120 to 99  [response-property-max-decreased]
  used by GET /users/1x, GET /users/2xx, GET /users/3xxx and 3 more
  info      User.age: the maximum was lowered from 120 to 99  [request-property-max-decreased]
  used by POST /users

3 operations
  warning   query parameter page: it was removed  [request-parameter-removed]
  in GET /a, GET /bb, GET /ccc

POST /a
  breaking  a\u{1b}[31m%\n*b* @c: the maximum was lowered from 1 to 0  [request-body-max-decreased]  allowed: nobody *uses* it

Rust
  major  changed  types::User::age: i64 -> u8
  major  changed  Client::user -> Client::get_user
  minor  added    types::Name
  minor  added    types::User::name: Option<Name>

note: other servers
"
    );
}

#[test]
fn colours_change_no_word() {
    let diff = sample();
    let coloured = text(&report(&diff), Palette::coloured());
    assert!(
        coloured.contains("\u{1b}[1m\u{1b}[31m  breaking  \u{1b}[0m"),
        "{coloured:?}"
    );
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, text(&report(&diff), Palette::plain()));
}

#[test]
fn documents_that_are_equal_have_one_line() {
    let diff = Diff {
        identical: true,
        ..Diff::default()
    };
    let report = Report::new(&diff, Described::default(), Described::default());
    assert_eq!(text(&report, Palette::plain()), "no changes\n");
    assert_eq!(markdown(&report), "## No changes\n");
    assert_eq!(github(&report, |_| None), "no changes\n");
}

#[test]
fn the_verdict_says_what_asks_for_the_release() {
    let diff = Diff::default();
    let mut report = Report::new(&diff, Described::default(), Described::default());
    let verdict = |report: &Report<'_>| text(report, Palette::plain()).lines().next().unwrap().to_owned();
    assert_eq!(verdict(&report), "no changes that affect clients: patch release");
    report.effects = vec![rust(Err("no generator".to_owned()))];
    assert!(text(&report, Palette::plain()).ends_with("\n\nRust  not compared: no generator\n"));
    let diff = sample();
    let mut report = Report::new(&diff, Described::default(), Described::default());
    assert_eq!(verdict(&report), "2 breaking, 3 warnings, 1 info: major release");
    let harmless = Diff {
        findings: diff
            .findings
            .iter()
            .filter(|finding| finding.level == Level::Info)
            .cloned()
            .collect(),
        ..Diff::default()
    };
    report.diff = &harmless;
    report.effects = super::tests::report(&diff).effects;
    assert_eq!(verdict(&report), "1 info: major release, because of Rust users");
}

#[test]
fn markdown_folds_what_breaks_nobody_and_ends_with_the_changelog() {
    let diff = sample();
    assert_eq!(
        markdown(&report(&diff)),
        r"## 2 breaking (1 allowed), 3 warnings, 1 info: release 0.3.0

### Breaking

- **schema `User`**, used by `GET /users/1x`, `GET /users/2xx`, `GET /users/3xxx` and 3 more
  - User.age: the maximum was lowered from 120 to 99 (`response-property-max-decreased`)

### Warnings

- **3 operations**: `GET /a`, `GET /bb`, `GET /ccc`
  - query parameter page: it was removed (`request-parameter-removed`)

<details>
<summary>1 info</summary>

- **schema `User`**, used by `POST /users`
  - User.age: the maximum was lowered from 120 to 99 (`request-property-max-decreased`)

</details>

<details>
<summary>1 allowed</summary>

- **`POST /a`**
  - a\\u{1b}\[31m%\\n\*b\* &#64;c: the maximum was lowered from 1 to 0 (`request-body-max-decreased`) breaking, allowed: nobody \*uses\* it

</details>

### Rust

- **major**: changed `types::User::age`: `i64` → `u8`
- **major**: changed `Client::user` → `Client::get_user`
- minor: added `types::Name`
- minor: added `types::User::name: Option<Name>`

### Notes

- other servers

## Changelog draft

### Added

- `types::Name`
- `types::User::name: Option<Name>`

### Changed

- **Breaking:** `types::User::age` is `u8`, was `i64`
- **Breaking:** `Client::user` is now called `Client::get_user`
- **Breaking:** `GET /users/1x` and 5 more: User.age: the maximum was lowered from 120 to 99
- **Breaking:** `POST /a`: a\\u{1b}\[31m%\\n\*b\* &#64;c: the maximum was lowered from 1 to 0
- `POST /users`: User.age: the maximum was lowered from 120 to 99

### Removed

- `GET /a` and 2 more: query parameter page: it was removed
"
    );
}

#[test]
fn what_happens_in_many_parents_is_told_once() {
    let diff = Diff::default();
    let row = |parent: &str, name: &str| Row {
        item: format!("{parent}.{name}"),
        change: Change::Added,
        old: None,
        new: Some("text".to_owned()),
        semver: Semver::Minor,
        renamed_from: None,
        cause: None,
        by_name: false,
        names_operation: false,
        repeats: Some(name.to_owned()),
    };
    let rows = [("a", "x"), ("b", "x"), ("b", "y"), ("c", "x"), ("c", "y")];
    let mut report = Report::new(&diff, Described::default(), Described::default());
    report.effects = vec![rust(Ok(rows.map(|(parent, name)| row(parent, name)).into()))];
    assert!(text(&report, Palette::plain()).ends_with(
        "
Rust
  minor  added    a.x: text, and in 2 more builders
  minor  added    b.y: text
  minor  added    c.y: text
"
    ));
}

#[test]
fn annotations_are_one_command_a_line() {
    let diff = sample();
    let locate = |finding: &Finding| {
        finding.old.starts_with("/components").then(|| Location {
            file: "api, v1.json".to_owned(),
            line: Some(7),
        })
    };
    assert_eq!(
        github(&report(&diff), locate),
        r"::error file=api%2C v1.json,line=7,title=response-property-max-decreased::User.age: the maximum was lowered from 120 to 99 (GET /users/1x, GET /users/2xx, GET /users/3xxx and 3 more)
::notice file=api%2C v1.json,line=7,title=request-property-max-decreased::User.age: the maximum was lowered from 120 to 99 (POST /users)
::warning title=request-parameter-removed::query parameter page: it was removed (GET /a, GET /bb, GET /ccc)
::notice title=request-body-max-decreased::a\u{1b}[31m%25\n*b* @c: the maximum was lowered from 1 to 0 (POST /a) Allowed: nobody *uses* it
2 breaking (1 allowed), 3 warnings, 1 info: release 0.3.0
"
    );
}

#[test]
fn json_is_as_its_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let diff = sample();
    let mut report = report(&diff);
    for effects in [
        report.effects.clone(),
        Vec::new(),
        vec![rust(Err("x".to_owned()))],
    ] {
        report.effects = effects;
        let value: serde_json::Value = serde_json::from_str(&json(&report)).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(value["summary"]["breaking"], 7);
        assert_eq!(value["summary"]["allowed"], 1);
        assert_eq!(value["summary"]["changes"]["breaking"], 2);
        assert_eq!(
            value["findings"][0]["message"],
            "User.age: the maximum was lowered from 120 to 99"
        );
        assert_eq!(value["findings"][0]["used_by"].as_array().unwrap().len(), 6);
    }
}

#[test]
fn used_by_has_an_end() {
    let operations: Vec<String> = (0..150).map(|n| format!("GET /{n:03}")).collect();
    let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
    let diff = Diff {
        findings: findings(
            (&REMOVED, "request-parameter-removed", Level::Warning),
            ("/components/parameters/page", "query parameter page"),
            &operations,
            &[],
        ),
        ..Diff::default()
    };
    let report = Report::new(&diff, Described::default(), Described::default());
    let value: serde_json::Value = serde_json::from_str(&json(&report)).unwrap();
    assert_eq!(value["findings"].as_array().unwrap().len(), 150);
    assert_eq!(
        value["findings"][149]["used_by"].as_array().unwrap().len(),
        USED_BY_LIMIT
    );
    assert_eq!(value["summary"]["changes"]["warning"], 1);
}

#[test]
fn the_messages_of_all_rules_are_templates() {
    for rule in crate::rules() {
        let braces = rule.message.matches('{').count();
        assert_eq!(braces, rule.message.matches('}').count(), "{}", rule.event);
        assert!(
            !rule.message.is_empty() && !rule.message.ends_with('.'),
            "{}",
            rule.event
        );
    }
}
