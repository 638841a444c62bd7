//! The format for pull requests: the verdict, breaking changes, warnings, the rest folded, the effects, a
//! changelog draft.

use std::fmt::Write as _;

use super::{
    cause::{Cause, causes},
    changelog::changelog,
    effect::{Entry, Words, entries},
    message::line,
    quote::{code, escape},
    section::{Group, Section, sections, some},
    verdict::verdict,
};
use crate::{Level, Report, Semver, report::Effect};

/// The maximum number of operations that are named next to a change.
const USERS: usize = 3;
/// The maximum number of operations that are named if they are the subject of the line.
const REPEATS: usize = 12;
/// The maximum number of rows of an effect outside a fold.
const ROWS: usize = 20;

/// A comment for a pull request, in GitHub Flavored Markdown. It ends with the draft of a changelog in the
/// format of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).
pub fn markdown(report: &Report<'_>) -> String {
    let causes = causes(report);
    let mut out = format!("## {}\n", capitalised(&escape(&verdict(report, &causes))));
    if report.semver() == Semver::None {
        return out;
    }
    let open = |level| {
        causes
            .iter()
            .filter(move |cause| cause.level == level && cause.allowed.is_none())
            .collect::<Vec<_>>()
    };
    part(&mut out, "Breaking", &open(Level::Breaking));
    part(&mut out, "Warnings", &open(Level::Warning));
    fold(&mut out, "info", &open(Level::Info));
    let allowed: Vec<_> = causes.iter().filter(|cause| cause.allowed.is_some()).collect();
    fold(&mut out, "allowed", &allowed);
    for of in &report.effects {
        effect(&mut out, of);
    }
    if !report.diff.notes.is_empty() {
        out.push_str("\n### Notes\n\n");
        for note in &report.diff.notes {
            _ = writeln!(out, "- {}", escape(&line(note)));
        }
    }
    out.push_str(&changelog(report, &causes));
    out
}

fn part(out: &mut String, title: &str, causes: &[&Cause<'_>]) {
    if !causes.is_empty() {
        _ = write!(out, "\n### {title}\n\n{}", list(causes));
    }
}

fn fold(out: &mut String, title: &str, causes: &[&Cause<'_>]) {
    if !causes.is_empty() {
        let (number, list) = (causes.len(), list(causes));
        _ = write!(
            out,
            "\n<details>\n<summary>{number} {title}</summary>\n\n{list}\n</details>\n"
        );
    }
}

fn list(causes: &[&Cause<'_>]) -> String {
    sections(causes.iter().copied())
        .iter()
        .flat_map(|section| section.groups.iter().map(move |group| (section, group)))
        .map(|(section, group)| item(section, group))
        .collect()
}

fn item(section: &Section<'_>, group: &Group<'_>) -> String {
    let name = match (section.kind, section.name.as_str()) {
        ("", name) if section.repeated => format!("**{name}**"),
        ("", name) => format!("**{}**", code(name)),
        (kind, "") => format!("**{kind}**"),
        (kind, name) => format!("**{kind} {}**", code(name)),
    };
    let (label, most) = if section.repeated {
        (":", REPEATS)
    } else {
        (", used by", USERS)
    };
    let users = match some(&group.users, most) {
        (names, _) if names.is_empty() => String::new(),
        (names, 0) => format!("{label} {}", codes(&names)),
        (names, more) => format!("{label} {} and {more} more", codes(&names)),
    };
    let mut out = format!("- {name}{users}\n");
    for row in &group.rows {
        let allowed = match row.allowed {
            Some(reason) => format!(" {}, allowed: {}", row.level.name(), escape(&line(reason))),
            None => String::new(),
        };
        _ = writeln!(out, "  - {} (`{}`){allowed}", escape(&row.message()), row.id);
    }
    out
}

fn effect(out: &mut String, effect: &Effect) {
    match &effect.rows {
        Ok(rows) if rows.is_empty() => return,
        Ok(_) => _ = write!(out, "\n### {}\n\n", effect.title),
        Err(reason) => {
            let reason = escape(&line(reason));
            _ = write!(out, "\n### {}\n\nNot compared: {reason}\n", effect.title);
        }
    }
    let entries = entries(effect);
    let shown = if entries.len() <= ROWS + 1 {
        entries.len()
    } else {
        ROWS
    };
    let (shown, folded) = entries.split_at(shown);
    out.extend(shown.iter().map(row));
    if !folded.is_empty() {
        _ = write!(out, "\n<details>\n<summary>{} more</summary>\n\n", folded.len());
        out.extend(folded.iter().map(row));
        out.push_str("\n</details>\n");
    }
}

fn row(entry: &Entry<'_>) -> String {
    let step = match entry.row.semver {
        Semver::Major => "**major**".to_owned(),
        step => step.to_string(),
    };
    let said = match entry.words() {
        Words::Named(name) => code(name),
        Words::Typed(name, ty) => code(&format!("{name}: {ty}")),
        Words::Retyped { name, old, new } => format!("{}: {} → {}", code(name), code(old), code(new)),
        Words::Renamed { old, new } => format!("{} → {}", code(old), code(new)),
    };
    let change = entry.row.change.name();
    format!("- {step}: {change} {said}{}\n", entry.others)
}

fn codes(names: &[&str]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}
