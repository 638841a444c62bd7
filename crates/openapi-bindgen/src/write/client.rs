//! Writes the methods of the client, one for each operation, in one block per tag.

use std::collections::BTreeMap;

use super::{
    docs,
    operation::Operation,
    taken::{self, Use},
};
use crate::{
    fill::{fill, lines},
    spelling::code,
};

const BLOCK: &str = "
$docs
impl Client {
    $methods
}
";

const METHOD: &str = "
$docs
pub fn $name($arguments) -> $builder {
    let call = runtime::Call::new(self, &operations::ALL[$index])$calls;
    $builder { call$raw }
}
";

pub(super) fn text(operations: &[Operation<'_>]) -> String {
    let mut blocks: BTreeMap<&str, Vec<&Operation<'_>>> = BTreeMap::new();
    for operation in operations {
        blocks
            .entry(operation.tag.as_deref().unwrap_or_default())
            .or_default()
            .push(operation);
    }
    lines(blocks.into_iter().map(|(tag, operations)| {
        fill(
            BLOCK,
            &[
                ("docs", &docs::comment(tag)),
                (
                    "methods",
                    &lines(operations.into_iter().flat_map(|operation| methods(operation))),
                ),
            ],
        )
    }))
}

/// A method that takes the arguments one by one, or one that takes a whole body.
pub(super) struct Method {
    pub(super) name: String,
    /// Names and types.
    pub(super) arguments: Vec<(String, syn::Type)>,
    /// The arguments of the call, each with its index, if it has one, and its expression.
    given: Vec<(Option<usize>, String)>,
    raw: Option<String>,
    docs: String,
}

/// The methods of an operation.
pub(super) fn of(operation: &Operation<'_>) -> Vec<Method> {
    let mut plain = Method {
        name: operation.name.to_string(),
        arguments: Vec::new(),
        given: Vec::new(),
        raw: None,
        docs: docs::of_method(operation),
    };
    for (index, argument) in operation.taken() {
        let name = argument.name.to_string();
        plain
            .arguments
            .push((name.clone(), taken::accepted(&argument.ty, Use::Sent)));
        plain.give(operation, index, taken::converted(&argument.ty, &name));
    }
    if !operation.gathered.is_empty() {
        let ty = operation.path_of(&operation.gathered_name());
        let name = plain.free("required");
        for (index, argument) in operation.gathered() {
            plain.give(operation, index, format!("{name}.{}", argument.name));
        }
        if let Ok(ty) = syn::parse_str(&ty) {
            plain.arguments.push((name, ty));
        }
    }
    let whole = operation.object.as_ref().map(|object| {
        let mut whole = Method {
            name: format!("{}_with", operation.name),
            arguments: Vec::new(),
            given: Vec::new(),
            raw: None,
            docs: docs::of_whole(operation),
        };
        let is_of_body = |index: &usize| operation.arguments[*index].is_of_body();
        for index in operation.taken.iter().chain(&operation.gathered) {
            if is_of_body(index) {
                continue;
            }
            let argument = &operation.arguments[*index];
            let name = argument.name.to_string();
            whole
                .arguments
                .push((name.clone(), taken::accepted(&argument.ty, Use::Sent)));
            whole.give(operation, *index, taken::converted(&argument.ty, &name));
        }
        let body = whole.free("body");
        whole.given.push((None, body.clone()));
        whole.arguments.push((body, object.clone()));
        whole
    });
    [Some(plain), whole].into_iter().flatten().collect()
}

impl Method {
    /// Returns a name that no argument has.
    fn free(&self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while self.arguments.iter().any(|(other, _)| *other == name) {
            name.push('_');
        }
        name
    }

    fn give(&mut self, operation: &Operation<'_>, index: usize, value: String) {
        if operation.is_raw(index) {
            self.raw = Some(value);
        } else {
            self.given.push((Some(index), value));
        }
    }
}

fn methods(operation: &Operation<'_>) -> Vec<String> {
    let builder = operation.path_of(&operation.builder.to_string());
    of(operation)
        .into_iter()
        .map(|method| {
            let arguments = method.arguments.iter();
            let arguments = arguments.map(|(name, ty)| format!("{name}: {}", code(ty)));
            let arguments = [vec!["&self".to_owned()], arguments.collect()].concat();
            let calls: Vec<String> = method
                .given
                .iter()
                .map(|(index, value)| match index {
                    Some(index) => format!(".set({index}, &{value})"),
                    None => format!(".whole(&{value})"),
                })
                .collect();
            let raw = match (&method.raw, operation.has_raw()) {
                (Some(value), _) => format!(", raw: ::std::option::Option::Some({value})"),
                (None, true) => ", raw: ::std::option::Option::None".to_owned(),
                (None, false) => String::new(),
            };
            fill(
                METHOD,
                &[
                    ("docs", &method.docs),
                    ("name", &method.name),
                    ("arguments", &listed(&arguments)),
                    ("builder", &builder),
                    ("index", &operation.index.to_string()),
                    ("calls", &chained(&calls)),
                    ("raw", &raw),
                ],
            )
        })
        .collect()
}

/// The width that a line of code has left for arguments.
const ROOM: usize = 60;

/// Writes arguments on one line, or each on a separate line.
fn listed(arguments: &[String]) -> String {
    let line = arguments.join(", ");
    if line.len() <= ROOM {
        return line;
    }
    format!("\n    {},\n", arguments.join(",\n    "))
}

/// Writes calls on one line, or each on a separate line.
fn chained(calls: &[String]) -> String {
    let line = calls.concat();
    if line.len() <= ROOM {
        return line;
    }
    calls.iter().map(|call| format!("\n        {call}")).collect()
}
