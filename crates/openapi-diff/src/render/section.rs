//! Groups changes by the part of the document that they belong to, in the order in which people should read
//! them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::{cause::Cause, message::said, place::Place};
use crate::Level;

/// The minimum number of operations with the same change for the changes to be combined.
const REPEATED: usize = 3;
/// The maximum number of subjects that are named for a harmless change.
const SUBJECTS: usize = 8;

/// The content of one annotation: a change, or the same change in several operations.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// The change, or one of them.
    pub(super) cause: &'a Cause<'a>,
    /// The affected operations, sorted.
    pub(super) operations: Vec<&'a str>,
    /// Whether the document has the change separately in each of the operations.
    pub(super) repeated: bool,
    place: Place,
}

/// The lines of one part of a document.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// The kind of the part, such as `schema`, or empty.
    pub(super) kind: &'static str,
    /// The name of the part: `User`, `POST /users`, `12 operations`. Empty for the document.
    pub(super) name: String,
    /// Whether the document has the same change several times, so that the section is about its operations.
    pub(super) repeated: bool,
    /// At least one, the most severe first.
    pub(super) groups: Vec<Group<'a>>,
}

/// Changes of one part that affect the same operations.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// At least one, the most severe first.
    pub(super) rows: Vec<Row<'a>>,
    /// The affected operations, if the name of the section does not show them.
    pub(super) users: Vec<&'a str>,
}

/// What happened to one subject or to several.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) level: Level,
    pub(super) id: &'a str,
    pub(super) allowed: Option<&'a str>,
    subjects: Vec<&'a str>,
    predicate: &'a str,
}

/// The topic of a section. Sections with the same severity are shown in this order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Repeated(Vec<&'a str>),
    Place(Place),
}

/// The changes. Those with the same text in several operations are combined.
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
        // Two media types of one operation still count as one operation.
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
            // Already included in an earlier line.
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

/// The parts that make two changes the same for a reader.
fn words<'a>(cause: &'a Cause<'a>) -> (Level, &'a str, Option<&'a str>, &'a str, &'a str) {
    let words = (&cause.subject, &cause.predicate);
    (cause.level, &cause.finding.id, cause.allowed, words.0, words.1)
}

/// The sections of these changes. Those with the most severe changes come first.
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
    /// Adds a change to the row with the same change of another subject, or as a new row.
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

    /// The most severe level among changes that are not accepted.
    fn rank(&self) -> Option<Level> {
        self.rows
            .iter()
            .filter(|row| row.allowed.is_none())
            .map(|row| row.level)
            .max()
    }
}

impl Section<'_> {
    /// The most severe level among changes that are not accepted.
    pub(super) fn rank(&self) -> Option<Level> {
        self.groups.iter().filter_map(Group::rank).max()
    }
}

impl Row<'_> {
    /// `User.name, email, address.city: the optional property was added`. A harmless change names only the
    /// first subjects.
    pub(super) fn message(&self) -> String {
        let most = if self.level == Level::Info {
            SUBJECTS
        } else {
            usize::MAX - 1
        };
        let (subjects, more) = some(&self.subjects, most);
        let mut subjects = subjects.into_iter();
        let first = subjects.next().unwrap_or_default();
        // The part that all have in common appears once.
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

/// The first of these names, and the number of the others.
pub(super) fn some<'a>(names: &[&'a str], most: usize) -> (Vec<&'a str>, usize) {
    // "and 1 more" is not shorter than the name itself.
    let shown = if names.len() <= most + 1 {
        names.len()
    } else {
        most
    };
    (names[..shown].to_vec(), names.len() - shown)
}
