//! The table of all rules, `RULES.md`. `UPDATE_GOLDEN=1` rewrites it.

use std::{fmt::Write as _, fs, path::Path};

use openapi_diff::{
    Level,
    rule::{Ids, Mirror, Place, Rule, Verdict},
};

const HEAD: &str = "# Rules

Every kind of change that a comparison reports, with its verdicts if the client sends the value and if the client
receives it. `place-` stands for the place in the id, as in `request-body-max-decreased`. A verdict with a star differs
from oasdiff's. The mirror is the rule for the opposite change.

A test writes this table: `UPDATE_GOLDEN=1 cargo test -p openapi-diff --test table`.

| id | area | action | sent | received | mirror | message |
| --- | --- | --- | --- | --- | --- | --- |
";

fn level(verdict: Verdict) -> String {
    let name = verdict.level.map_or("-", Level::name);
    format!("{name}{}", if verdict.deviates { "\\*" } else { "" })
}

fn row(rule: &Rule) -> String {
    let ids = match &rule.ids {
        Ids::Placed(special) => {
            let mut ids = vec![format!("`place-{}`", rule.event)];
            ids.extend(special.iter().map(|(_, id)| format!("`{id}`")));
            ids.dedup();
            ids.join(", ")
        }
        Ids::Sided { .. } => format!(
            "`{}`, `{}`",
            rule.id(Place::RequestBody),
            rule.id(Place::ResponseBody)
        ),
        _ => format!("`{}`", rule.event),
    };
    let mirror = match rule.mirror {
        Mirror::Event(event) => format!("`{event}`"),
        Mirror::Itself => "itself".to_owned(),
        Mirror::None(reason) => format!("none: {reason}"),
        _ => String::new(),
    };
    format!(
        "| {ids} | {:?} | {:?} | {} | {} | {mirror} | {} |\n",
        rule.area,
        rule.action,
        level(rule.sent),
        level(rule.received),
        rule.message
    )
}

#[test]
fn the_table_has_every_rule() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("RULES.md");
    let mut table = HEAD.to_owned();
    for rule in openapi_diff::rules() {
        _ = write!(table, "{}", row(rule));
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == table,
        "RULES.md is out of date; run: UPDATE_GOLDEN=1 cargo test -p openapi-diff --test table"
    );
}
