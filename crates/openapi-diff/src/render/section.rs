//! Changes by the part of the document that they belong to, in the order in which people should read them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::{cause::Cause, message::said, place::Place};
use crate::Level;

/// In how many operations the same must have happened for it to be told once.
const REPEATED: usize = 3;
/// How many subjects of a harmless change are named.
const SUBJECTS: usize = 8;

/// What is annotated at once: a change, or the same change in several operations.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// The change, or one of them.
    pub(super) cause: &'a Cause<'a>,
    /// Who meets it, sorted.
    pub(super) operations: Vec<&'a str>,
    /// Whether the document says it once for each of the operations.
    pub(super) repeated: bool,
    place: Place,
}

/// The lines of one part of a document.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// `schema`, or nothing.
    pub(super) kind: &'static str,
    /// The name of the part: `User`, `POST /users`, `12 operations`; nothing for the document.
    pub(super) name: String,
    /// Whether the document says the same several times, so that the users are what the section is about.
    pub(super) repeated: bool,
    /// At least one, the gravest first.
    pub(super) groups: Vec<Group<'a>>,
}

/// Changes of one part that the same operations meet.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// At least one, the gravest first.
    pub(super) rows: Vec<Row<'a>>,
    /// Who meets them, where the name of the section does not say so.
    pub(super) users: Vec<&'a str>,
}

/// What happened to one subject, or to several.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) level: Level,
    pub(super) id: &'a str,
    pub(super) allowed: Option<&'a str>,
    subjects: Vec<&'a str>,
    predicate: &'a str,
}

/// What a section is about. In this order they are shown, if they are equally grave.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Repeated(Vec<&'a str>),
    Place(Place),
}

/// The changes, where those that read the same in several operations are one.
pub(super) fn lines<'a>(causes: impl IntoIterator<Item = &'a Cause<'a>>) -> Vec<Line<'a>> {
    let placed: Vec<_> = causes
        .into_iter()
        .map(|cause| (Place::of(cause), cause))
        .collect();
    let mut repeats: HashMap<_, Vec<&str>> = HashMap::new();
    for (place, cause) in &placed {
        if let Place::Operation(_) = place {
            repeats.entry(words(cause)).or_default().extend(&cause.operations);
        }
    }
    repeats.retain(|_, operations| {
        // Two media types of one operation make it no second one.
        operations.sort_unstable();
        operations.dedup();
        operations.len() >= REPEATED
    });
    let mut lines = Vec::new();
    for (place, cause) in placed {
        let repeat = match place {
            Place::Operation(_) => repeats.get_mut(&words(cause)),
            _ => None,
        };
        let (operations, repeated) = match repeat {
            // It has been told.
            Some(operations) if operations.is_empty() => continue,
            Some(operations) => (std::mem::take(operations), true),
            None => (cause.operations.clone(), false),
        };
        lines.push(Line {
            cause,
            operations,
            repeated,
            place,
        });
    }
    lines
}

/// What makes two changes the same to a reader.
fn words<'a>(cause: &'a Cause<'a>) -> (Level, &'a str, Option<&'a str>, &'a str, &'a str) {
    let words = (&cause.subject, &cause.predicate);
    (cause.level, &cause.finding.id, cause.allowed, words.0, words.1)
}

/// The sections of these changes: those with the gravest changes first.
pub(super) fn sections<'a>(causes: impl IntoIterator<Item = &'a Cause<'a>>) -> Vec<Section<'a>> {
    let mut parts: BTreeMap<Part<'_>, Vec<Line<'_>>> = BTreeMap::new();
    for line in lines(causes) {
        let part = if line.repeated {
            Part::Repeated(line.operations.clone())
        } else {
            Part::Place(line.place.clone())
        };
        parts.entry(part).or_default().push(line);
    }
    let mut sections: Vec<_> = parts
        .into_iter()
        .map(|(part, lines)| section(part, lines))
        .collect();
    sections.sort_by_key(|section| Reverse(section.rank()));
    sections
}

fn section<'a>(part: Part<'a>, lines: Vec<Line<'a>>) -> Section<'a> {
    let (kind, name, repeated) = match &part {
        Part::Repeated(users) => ("", format!("{} operations", users.len()), true),
        Part::Place(place) => {
            let (kind, name) = place.title();
            (kind, name.to_owned(), false)
        }
    };
    let mut groups: Vec<Group<'_>> = Vec::new();
    for line in lines {
        let users = match line.place {
            Place::Operation(_) if !repeated => Vec::new(),
            _ => line.operations,
        };
        match groups.iter_mut().find(|group| group.users == users) {
            Some(group) => group.add(line.cause),
            None => {
                let mut group = Group {
                    rows: Vec::new(),
                    users,
                };
                group.add(line.cause);
                groups.push(group);
            }
        }
    }
    Section {
        kind,
        name,
        repeated,
        groups,
    }
}

impl<'a> Group<'a> {
    /// Adds a change to the row that says the same of another subject, or as a row of its own.
    fn add(&mut self, cause: &'a Cause<'a>) {
        let new = Row {
            level: cause.level,
            id: &cause.finding.id,
            allowed: cause.allowed,
            subjects: vec![&cause.subject],
            predicate: &cause.predicate,
        };
        let alike = |row: &&mut Row<'_>| {
            (row.level, row.id, row.allowed, row.predicate) == (new.level, new.id, new.allowed, new.predicate)
        };
        match self.rows.iter_mut().find(alike) {
            Some(row) if row.subjects.contains(&cause.subject.as_str()) => {}
            Some(row) => row.subjects.extend(new.subjects),
            None => self.rows.push(new),
        }
    }

    /// The gravest level that is not accepted.
    fn rank(&self) -> Option<Level> {
        self.rows
            .iter()
            .filter(|row| row.allowed.is_none())
            .map(|row| row.level)
            .max()
    }
}

impl Section<'_> {
    /// The gravest level that is not accepted.
    pub(super) fn rank(&self) -> Option<Level> {
        self.groups.iter().filter_map(Group::rank).max()
    }
}

impl Row<'_> {
    /// `User.name, email, address.city: the optional property was added`. What breaks nobody names the first subjects only.
    pub(super) fn message(&self) -> String {
        let most = if self.level == Level::Info {
            SUBJECTS
        } else {
            usize::MAX - 1
        };
        let (subjects, more) = some(&self.subjects, most);
        let mut subjects = subjects.into_iter();
        let first = subjects.next().unwrap_or_default();
        // What all have in common is said once.
        let end = [".", ": "]
            .iter()
            .filter_map(|mark| Some(first.rfind(mark)? + mark.len()));
        let parent = &first[..end.max().unwrap_or_default()];
        let mut names = first.to_owned();
        for subject in subjects {
            names.push_str(", ");
            names.push_str(subject.strip_prefix(parent).unwrap_or(subject));
        }
        if more > 0 {
            names.push_str(&format!(" and {more} more"));
        }
        said(&names, self.predicate)
    }
}

/// The first of these names, and how many more there are.
pub(super) fn some<'a>(names: &[&'a str], most: usize) -> (Vec<&'a str>, usize) {
    // "and 1 more" is no shorter than the name itself.
    let shown = if names.len() <= most + 1 {
        names.len()
    } else {
        most
    };
    (names[..shown].to_vec(), names.len() - shown)
}
