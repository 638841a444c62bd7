//! The format for terminals: the verdict, and the changes by the part of the document that they belong to.

use anstyle::{AnsiColor, Style};

use super::{
    cause::causes,
    effect::{Entry, Words, entries},
    message::line,
    section::{Group, Row, Section, sections, some},
    verdict::verdict,
};
use crate::{Level, Report, Semver, report::Effect};

/// The maximum number of operations that are named next to a change.
const USERS: usize = 3;
/// The maximum number of operations that are named if they are the subject of the line.
const REPEATS: usize = 12;
/// The maximum number of parts with only harmless changes that are shown.
const HARMLESS: usize = 30;
/// The maximum number of rows of an effect that are shown.
const ROWS: usize = 20;

/// The styles of the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Palette {
    strong: Style,
    dim: Style,
    breaking: Style,
    warning: Style,
    info: Style,
}

impl Palette {
    /// No styles.
    pub fn plain() -> Self {
        Self::default()
    }

    /// Colours, as ANSI escape sequences.
    pub fn coloured() -> Self {
        Self {
            strong: Style::new().bold(),
            dim: Style::new().dimmed(),
            breaking: AnsiColor::Red.on_default().bold(),
            warning: AnsiColor::Yellow.on_default(),
            info: AnsiColor::Cyan.on_default(),
        }
    }

    fn level(&self, level: Level) -> Style {
        match level {
            Level::Breaking => self.breaking,
            Level::Warning => self.warning,
            Level::Info => self.info,
        }
    }

    fn step(&self, step: Semver) -> Style {
        match step {
            Semver::Major => self.breaking,
            Semver::Minor => self.info,
            Semver::Patch | Semver::None => self.dim,
        }
    }
}

/// A report for terminals. The first line is the verdict, which counts changes, not findings.
pub fn text(report: &Report<'_>, palette: Palette) -> String {
    let causes = causes(report);
    let mut text = Text {
        out: String::new(),
        palette,
    };
    text.line(&[(palette.step(report.semver()), &verdict(report, &causes))]);
    let sections = sections(&causes);
    let grave = sections
        .iter()
        .filter(|section| section.rank() > Some(Level::Info))
        .count();
    let shown = sections.len().min(grave + HARMLESS);
    for section in &sections[..shown] {
        text.section(section);
    }
    if shown < sections.len() {
        let more = match sections.len() - shown {
            1 => "and 1 more place with only harmless changes".to_owned(),
            more => format!("and {more} more places with only harmless changes"),
        };
        text.blank();
        text.line(&[(palette.dim, &more)]);
    }
    for effect in &report.effects {
        text.effect(effect);
    }
    for note in &report.diff.notes {
        text.blank();
        text.line(&[(palette.dim, "note: "), (Style::new(), &line(note))]);
    }
    text.out
}

struct Text {
    out: String,
    palette: Palette,
}

impl Text {
    fn line(&mut self, pieces: &[(Style, &str)]) {
        for (style, piece) in pieces {
            self.out.push_str(&format!("{style}{piece}{style:#}"));
        }
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn section(&mut self, section: &Section<'_>) {
        let strong = self.palette.strong;
        self.blank();
        let name = line(&section.name);
        match (section.kind, name.as_str()) {
            ("", name) => self.line(&[(strong, name)]),
            (kind, "") => self.line(&[(strong, kind)]),
            (kind, name) => self.line(&[(Style::new(), kind), (strong, &format!(" {name}"))]),
        }
        for group in &section.groups {
            self.group(group, section.repeated);
        }
    }

    fn group(&mut self, group: &Group<'_>, repeated: bool) {
        for row in &group.rows {
            self.row(row);
        }
        let (label, most) = if repeated {
            ("in", REPEATS)
        } else {
            ("used by", USERS)
        };
        let (names, more) = some(&group.users, most);
        if !names.is_empty() {
            let names: Vec<_> = names.into_iter().map(line).collect();
            let more = match more {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let dim = self.palette.dim;
            self.line(&[(dim, &format!("  {label} {}{more}", names.join(", ")))]);
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        let dim = self.palette.dim;
        let level = format!("  {:<8}  ", row.level.name());
        let id = format!("  [{}]", row.id);
        let (style, allowed) = match row.allowed {
            None => (self.palette.level(row.level), String::new()),
            Some(reason) => (dim, format!("  allowed: {}", line(reason))),
        };
        self.line(&[
            (style, &level),
            (Style::new(), &row.message()),
            (dim, &id),
            (dim, &allowed),
        ]);
    }

    fn effect(&mut self, effect: &Effect) {
        let (strong, dim) = (self.palette.strong, self.palette.dim);
        let not_compared = match &effect.rows {
            Ok(rows) if rows.is_empty() => return,
            Ok(_) => String::new(),
            Err(reason) => format!("  not compared: {}", line(reason)),
        };
        self.blank();
        self.line(&[(strong, effect.title), (dim, &not_compared)]);
        let entries = entries(effect);
        let shown = if entries.len() <= ROWS + 1 {
            entries.len()
        } else {
            ROWS
        };
        for entry in &entries[..shown] {
            let step = format!("  {:<5}  {:<7}  ", entry.row.semver, entry.row.change.name());
            self.line(&[
                (self.palette.step(entry.row.semver), &step),
                (Style::new(), &describe(entry)),
            ]);
        }
        if shown < entries.len() {
            self.line(&[(dim, &format!("  and {} more", entries.len() - shown))]);
        }
    }
}

/// `User.email: string -> integer`.
fn describe(entry: &Entry<'_>) -> String {
    let said = match entry.words() {
        Words::Named(name) => name.to_owned(),
        Words::Typed(name, ty) => format!("{name}: {ty}"),
        Words::Retyped { name, old, new } => format!("{name}: {old} -> {new}"),
        Words::Renamed { old, new } => format!("{old} -> {new}"),
    };
    said + &entry.others
}
