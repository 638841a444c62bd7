//! The tree of commands: those written by hand, and one for each operation that they do not replace.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Command, builder::EnumValueParser};
use databar::api::operations;

use crate::commands::{BY_HAND, ByHand};
use crate::context::Context;
use crate::failure::{CODES, Failure};
use crate::operation;
use crate::output::Format;

/// The descriptions of the groups of commands. A group without one is described by its name.
const GROUPS: &[(&str, &str)] = &[
    ("column", "Columns of tables"),
    (
        "connector",
        "Your own HTTP endpoints, used as enrichments or exporters",
    ),
    ("enrichment", "Single sources of data: browse and run them"),
    ("exporter", "Destinations for results"),
    ("flow", "Graphs of enrichments that run as one"),
    ("folder", "Folders of tables"),
    ("row", "Rows of tables, up to 50 in one request"),
    (
        "table",
        "Tables: import, export, enrichments, and everything else",
    ),
    ("task", "State and results of runs"),
    ("trash", "Deleted items that can be restored"),
    ("user", "The account behind the key"),
    ("waterfall", "Several sources, tried one after another"),
    ("workbook", "Workbooks, which contain tables"),
];

/// What a command does.
#[derive(Clone, Copy)]
enum Leaf {
    ByHand(&'static ByHand),
    Operation(&'static operations::Operation),
}

/// All commands, by name.
fn leaves() -> BTreeMap<&'static str, Leaf> {
    let of_operations = operations::ALL
        .iter()
        .map(|operation| (operation.command, Leaf::Operation(operation)));
    let by_hand = BY_HAND
        .iter()
        .map(|command| (command.words, Leaf::ByHand(command)));
    of_operations.chain(by_hand).collect()
}

/// The whole command line.
pub(crate) fn command() -> Command {
    let mut root = Command::new("databar")
        .version(env!("CARGO_PKG_VERSION"))
        .about("A command line for Databar.ai")
        .after_help(CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(global());
    let mut groups: BTreeMap<&str, Command> = BTreeMap::new();
    for (words, leaf) in leaves() {
        match words.split_once(' ') {
            None => root = root.subcommand(of_leaf(leaf, words)),
            Some((first, rest)) => {
                let group = groups.remove(first).unwrap_or_else(|| group(first));
                groups.insert(first, group.subcommand(of_leaf(leaf, rest)));
            }
        }
    }
    root.subcommands(groups.into_values())
}

fn group(name: &'static str) -> Command {
    let about = GROUPS
        .iter()
        .find(|(group, _)| *group == name)
        .map_or(name, |(_, about)| about);
    let plural = match name.ends_with('h') {
        true => None,
        false => Some(format!("{name}s")),
    };
    Command::new(name)
        .about(about)
        .aliases(plural)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

fn of_leaf(leaf: Leaf, name: &'static str) -> Command {
    let command = match leaf {
        Leaf::ByHand(by_hand) => (by_hand.arguments)(Command::new(name)),
        Leaf::Operation(operation) => operation::command(operation, name),
    };
    match name {
        // The official tool calls it `get`.
        "show" => command.alias("get"),
        _ => command,
    }
}

fn global() -> [Arg; 5] {
    let option = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .help(help)
            .global(true)
            .help_heading("Global options")
    };
    [
        option(
            "output",
            "The output format: table, json, jsonl or csv; by default a table on a terminal, JSON elsewhere",
        )
        .short('o')
        .value_name("FORMAT")
        .value_parser(EnumValueParser::<Format>::new())
        .hide_possible_values(true),
        option(
            "color",
            "When to use colours: auto, always or never; NO_COLOR is respected",
        )
        .value_name("WHEN")
        .value_parser(["auto", "always", "never"])
        .hide_possible_values(true),
        option(
            "profile",
            "The profile whose key is used; `databar login --profile NAME` stores one",
        )
        .value_name("NAME")
        .env("DATABAR_PROFILE")
        .hide_env_values(true),
        option(
            "base-url",
            "The address of the service, instead of DATABAR_BASE_URL",
        )
        .value_name("URL"),
        option("verbose", "Show the requests on standard error, without the key")
            .short('v')
            .action(ArgAction::SetTrue),
    ]
}

/// Runs the command that the command line names.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    set_colours(matches);
    show_requests(matches.get_flag("verbose"));
    let (leaf, matches) = find(matches)?;
    let context = Context::of(matches);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::file("the runtime"))?;
    runtime.block_on(async {
        match leaf {
            Leaf::ByHand(by_hand) => (by_hand.run)(matches, &context).await,
            Leaf::Operation(operation) => operation::run(operation, matches, &context).await,
        }
    })
}

fn find(matches: &ArgMatches) -> Result<(Leaf, &ArgMatches), Failure> {
    let leaves = leaves();
    let mut words = Vec::new();
    let mut within = matches;
    while let Some((word, further)) = within.subcommand() {
        words.push(word);
        within = further;
        if let Some(leaf) = leaves.get(words.join(" ").as_str()) {
            return Ok((*leaf, within));
        }
    }
    Err(Failure::Usage("unknown command; see `databar --help`".to_owned()))
}

fn set_colours(matches: &ArgMatches) {
    let choice = match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => anstream::ColorChoice::Always,
        Some("never") => anstream::ColorChoice::Never,
        _ => anstream::ColorChoice::Auto,
    };
    choice.write_global();
}

/// Logs warnings, such as retries, to standard error, and with `all` also every request.
fn show_requests(all: bool) {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;
    let level = match all {
        true => LevelFilter::DEBUG,
        false => LevelFilter::WARN,
    };
    let ours = Targets::new()
        .with_target("databar", level)
        .with_target("databar_api", level)
        .with_target("databar_jobs", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    let lines = match all {
        true => lines.boxed(),
        false => lines.without_time().boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(ours))
        .init();
}
