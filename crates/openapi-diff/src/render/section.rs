//! Changes by the part of the document that they belong to, in the order in which people should read them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{cause::Cause, place::Place};
use crate::Level;

/// In how many operations the same must have happened for it to be told once.
const REPEATED: usize = 3;

/// The changes of one part of a document.
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
    pub(super) causes: Vec<&'a Cause<'a>>,
    /// Who meets them, where the name of the section does not say so.
    pub(super) users: Vec<&'a str>,
}

/// What a section is about. In this order they are shown, if they are equally grave.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    /// The same in several operations, for each of which the document says so by itself.
    Repeated(Vec<&'a str>),
    Place(Place),
}

/// The sections of these changes: those with the gravest changes first.
pub(super) fn sections<'a>(causes: impl IntoIterator<Item = &'a Cause<'a>>) -> Vec<Section<'a>> {
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
    repeats.retain(|_, operations| operations.len() >= REPEATED);
    let mut told = HashSet::new();
    let mut parts: BTreeMap<Part<'_>, Vec<&Cause<'_>>> = BTreeMap::new();
    for (place, cause) in placed {
        let repeated = matches!(place, Place::Operation(_)).then(|| repeats.get(&words(cause)));
        let part = match repeated.flatten() {
            Some(_) if !told.insert(words(cause)) => continue,
            Some(operations) => {
                let mut operations = operations.clone();
                operations.sort_unstable();
                Part::Repeated(operations)
            }
            None => Part::Place(place),
        };
        parts.entry(part).or_default().push(cause);
    }
    let mut sections: Vec<_> = parts
        .into_iter()
        .map(|(part, causes)| section(part, causes))
        .collect();
    sections.sort_by_key(|section| Reverse(section.groups.iter().map(Group::rank).max()));
    sections
}

/// What makes two lines the same to a reader.
fn words<'a>(cause: &Cause<'a>) -> (Level, &'a str, Option<&'a str>, String) {
    (
        cause.level,
        &cause.finding.id,
        cause.allowed,
        cause.message.clone(),
    )
}

fn section<'a>(part: Part<'a>, causes: Vec<&'a Cause<'a>>) -> Section<'a> {
    match part {
        Part::Repeated(users) => Section {
            kind: "",
            name: format!("{} operations", users.len()),
            repeated: true,
            groups: vec![Group { causes, users }],
        },
        Part::Place(place) => {
            let mut groups: Vec<Group<'_>> = Vec::new();
            for cause in causes {
                let users = match place {
                    Place::Operation(_) => Vec::new(),
                    _ => cause.operations.clone(),
                };
                match groups.iter_mut().find(|group| group.users == users) {
                    Some(group) => group.causes.push(cause),
                    None => groups.push(Group {
                        causes: vec![cause],
                        users,
                    }),
                }
            }
            let (kind, name) = place.title();
            Section {
                kind,
                name: name.to_owned(),
                repeated: false,
                groups,
            }
        }
    }
}

impl Group<'_> {
    fn rank(&self) -> Option<Level> {
        self.causes
            .iter()
            .filter(|cause| cause.allowed.is_none())
            .map(|cause| cause.level)
            .max()
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
