//! Turns an operation of the API into a command: its arguments, flags and help, and what it does. Everything
//! follows from the table of operations, so a new operation in the document becomes a new command.

use clap::{Arg, ArgAction, ArgMatches, Command};
use databar::api::operations::{BodyKind, Operation, Parameter, Place};
use databar::api::{Arguments, Request};
use databar::{Client, TaskId};
use serde_json::{Map, Value, json};

use crate::ask::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Format, cell, line};
use crate::source::rows;
use crate::value;

/// The command for an operation, with this name.
pub(crate) fn command(operation: &'static Operation, name: &'static str) -> Command {
    let texts = [operation.summary, operation.description];
    let about = texts
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or(operation.id);
    let mut long = plain(operation.description);
    if operation.billable {
        long.push_str("\n\nIt costs credits.");
    }
    long.push_str(&format!("\n\n{} {}", operation.method, operation.path));
    let mut command = Command::new(name)
        .about(plain(about).trim_end_matches('.').to_owned())
        .long_about(long.trim().to_owned())
        .args(
            operation
                .parameters
                .iter()
                .enumerate()
                .map(|(index, parameter)| argument(operation, index, parameter)),
        );
    if operation.pages.is_some() {
        command = command.arg(flag("all", "Fetch all pages, one after another"));
    }
    if operation.billable || is_deleting(operation) {
        command = command.arg(flag("dry-run", "Show what would be sent, and send nothing"));
    }
    if is_deleting(operation) {
        command = command.arg(flag("yes", "Do not ask for confirmation").short('y'));
    }
    if starts_task(operation) {
        command = command.arg(flag("wait", "Wait for the task to end, and show its results"));
    }
    command
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
}

/// Whether the operation deletes something.
pub(crate) fn is_deleting(operation: &Operation) -> bool {
    let verb = operation.command.rsplit(' ').next().unwrap_or_default();
    operation.method == "DELETE"
        || ["clear", "dedupe", "delete", "merge"]
            .iter()
            .any(|word| verb.starts_with(word))
}

/// Whether the operation starts a task whose results can be waited for.
fn starts_task(operation: &Operation) -> bool {
    // The results of a run on a table are in the table itself.
    operation.billable && !operation.path.starts_with("/v1/table/")
}

/// Path parameters are positional, in order. If exactly one other parameter is required, it follows them.
fn is_positional(operation: &Operation, parameter: &Parameter) -> bool {
    let further = |parameter: &&Parameter| parameter.required && parameter.place != Place::Path;
    parameter.place == Place::Path
        || (parameter.required
            && matches!(parameter.ty, "string" | "integer" | "number")
            && operation.parameters.iter().filter(further).count() == 1)
}

/// Flags that commands have in addition to those of their operations.
const TAKEN: [&str; 11] = [
    "all", "base-url", "color", "dry-run", "help", "output", "profile", "verbose", "version", "wait", "yes",
];

fn flag_name(parameter: &Parameter) -> String {
    let name = parameter.name.replace(['_', ' '], "-").to_lowercase();
    match TAKEN.contains(&name.as_str()) {
        true => format!("{name}-value"),
        false => name,
    }
}

/// The name of a value in the help: `TABLE` for `table_uuid`.
fn value_name(parameter: &Parameter) -> String {
    let name = parameter.name;
    let stem = ["_uuid", "_identifier", "_id"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    stem.unwrap_or(name).replace('_', "-").to_uppercase()
}

/// Parameters in different places can have the same name, but clap's ids must be unique.
fn id(index: usize) -> String {
    format!("parameter {index}")
}

fn argument(operation: &Operation, index: usize, parameter: &Parameter) -> Arg {
    let shape = match (parameter.ty, parameter.items) {
        ("array", "object") => "Takes JSON objects, or one JSON array; @FILE reads a file, - standard input.",
        ("array", _) => "May be given more than once, or as one JSON array.",
        ("object", _) => {
            "Takes key=text and key:=JSON, or one JSON object; @FILE reads a file, - standard input."
        }
        _ => "",
    };
    let help = [plain(parameter.description), shape.to_owned()];
    let help: Vec<_> = help.into_iter().filter(|text| !text.is_empty()).collect();
    let is_positional = is_positional(operation, parameter);
    let mut argument = Arg::new(id(index))
        .help(help.join(" "))
        .required(parameter.required)
        .allow_negative_numbers(matches!(parameter.ty, "integer" | "number"))
        .value_name(match parameter.ty {
            _ if is_positional => value_name(parameter),
            "boolean" => "true|false".to_owned(),
            "integer" => "N".to_owned(),
            "object" => "KEY=VALUE".to_owned(),
            _ => value_name(parameter),
        });
    if !is_positional {
        argument = argument.long(flag_name(parameter));
    }
    match parameter.ty {
        "array" | "object" => argument.action(ArgAction::Append),
        "boolean" => argument.num_args(0..=1).default_missing_value("true"),
        _ => argument,
    }
}

/// Removes CommonMark formatting, and joins the text into one paragraph.
fn plain(text: &str) -> String {
    text.replace('\n', " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("**", "")
}

/// Sends the request that the command line describes, and prints the answer.
pub(crate) async fn run(
    operation: &'static Operation,
    matches: &ArgMatches,
    context: &Context,
) -> Result<(), Failure> {
    let arguments = arguments(operation, matches)?;
    let is_set = |name: &str| {
        matches
            .try_get_one::<bool>(name)
            .ok()
            .flatten()
            .copied()
            .unwrap_or(false)
    };
    if is_set("dry-run") {
        return show(operation, &arguments, context);
    }
    let client = context.client()?;
    if is_deleting(operation) {
        confirm(&question(operation, &arguments), is_set("yes"))?;
    }
    let request = request(operation, &arguments, &client);
    if is_set("all") {
        let mut list = context.output.rows(None);
        let mut items = request.stream_as::<Value>();
        while let Some(item) = items.try_next().await? {
            list.push(item)?;
        }
        return list.finish();
    }
    let answer = request.await?;
    if is_set("wait")
        && let Some(task) = answer.get("task_id").and_then(Value::as_str)
    {
        context.output.note(&format!("task {task}"));
        let id = TaskId::new(task).map_err(|error| Failure::Other(error.to_string()))?;
        return crate::commands::task::wait_for(&client, &id, context).await;
    }
    let printed = match operation.pages.and_then(|pages| answer.get(pages.items)) {
        Some(items) if context.output.format() != Format::Json => context.output.value(items),
        _ => context.output.value(&answer),
    };
    if printed.is_err() && operation.billable {
        // What was paid for must be shown somewhere.
        context.output.note(&answer.to_string());
    }
    refusals(&answer)?;
    printed
}

/// A successful answer can report that parts of the request were refused.
fn refusals(answer: &Value) -> Result<(), Failure> {
    let results = answer["results"].as_array().into_iter().flatten();
    let refused = results.filter(|result| result["ok"] == false).count();
    match refused {
        0 if answer["valid"] == false => Err(Failure::Refused(
            "the service reports that it is not valid".to_owned(),
        )),
        0 => Ok(()),
        refused => Err(Failure::Refused(format!("{} refused", rows(refused as u64)))),
    }
}

type Given = Vec<(&'static Parameter, Value)>;

fn request(operation: &'static Operation, given: &Given, client: &Client) -> Request {
    let arguments = given
        .iter()
        .fold(Arguments::new(), |arguments, (parameter, value)| {
            arguments.set_in(parameter.place, parameter.name, value.clone())
        });
    client.api().request(operation, arguments)
}

fn arguments(operation: &'static Operation, matches: &ArgMatches) -> Result<Given, Failure> {
    let is_raw = operation.body.is_some_and(|body| body.kind == BodyKind::Raw);
    let given = operation
        .parameters
        .iter()
        .enumerate()
        .filter_map(|(index, parameter)| {
            let texts: Vec<String> = matches.get_many::<String>(&id(index))?.cloned().collect();
            let value = match is_raw && parameter.place == Place::Body {
                true => Ok(texts.concat().into()),
                false => value::of(parameter, &texts),
            };
            Some(value.map(|value| (parameter, value)).map_err(|reason| {
                let name = match is_positional(operation, parameter) {
                    true => value_name(parameter),
                    false => format!("--{}", flag_name(parameter)),
                };
                Failure::Usage(format!("{name}: {reason}"))
            }))
        });
    given.collect()
}

/// Shows the request that would be sent.
fn show(operation: &Operation, given: &Given, context: &Context) -> Result<(), Failure> {
    let mut path = operation.path.to_owned();
    let (mut query, mut body) = (Map::new(), Map::new());
    for (parameter, value) in given {
        match parameter.place {
            Place::Path => path = path.replace(&format!("{{{}}}", parameter.name), &cell(value)),
            Place::Query => drop(query.insert(parameter.name.to_owned(), value.clone())),
            _ => drop(body.insert(parameter.name.to_owned(), value.clone())),
        }
    }
    context.output.note("nothing was sent");
    let request = json!({ "method": operation.method, "path": path, "query": query, "body": body });
    line(&format!("{request:#}"))
}

fn question(operation: &Operation, given: &Given) -> String {
    let what = plain(operation.summary);
    let values: Vec<_> = given
        .iter()
        .map(|(parameter, value)| format!("{}: {}", value_name(parameter).to_lowercase(), cell(value)))
        .collect();
    format!("{} ({})?", what.trim_end_matches('.'), values.join(", "))
}
