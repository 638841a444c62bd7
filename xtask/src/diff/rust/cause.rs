//! Attributes changed items to findings: the cause of an item is the finding about the place that it is
//! generated from.

use std::collections::{BTreeMap, BTreeSet};

use openapi_diff::{Diff, Finding};
use openapi_document::pointer;
use serde_json::Value;

use super::{bindings::Bindings, rows::Item};

/// Bindings, and the document that they were generated from.
pub(super) struct Side<'a> {
    pub(super) bindings: &'a Bindings,
    pub(super) document: &'a Value,
}

/// Sets the cause of each item, if a finding is about its place.
pub(super) fn attribute(items: &mut [Item], old: &Side<'_>, new: &Side<'_>, diff: &Diff) {
    let old_index = Index::new(diff, |finding| &finding.old);
    let new_index = Index::new(diff, |finding| &finding.new);
    for item in items {
        let before = item.renamed_from.as_ref().unwrap_or(&item.item);
        // An item that was removed is in the old document only, an added one in the new document only.
        let candidates = [
            old_index.find(&old.pointers(before)),
            new_index.find(&new.pointers(&item.item)),
        ];
        item.cause = candidates
            .into_iter()
            .flatten()
            .min_by_key(|(distance, order, _)| (*distance, *order))
            .map(|(.., finding)| finding.fingerprint.clone());
    }
}

impl Side<'_> {
    /// All places that describe an item. A member of an object may come from any part of an `allOf`.
    fn pointers(&self, path: &str) -> Vec<String> {
        let given = self.bindings.pointers.get(path).map_or(&[][..], Vec::as_slice);
        let mut pointers = given.to_vec();
        for pointer in given {
            if let Some((schema, member)) = pointer.rsplit_once("/properties/") {
                let mut seen = BTreeSet::new();
                origins(self.document, schema, member, &mut seen, &mut pointers);
            }
        }
        pointers
    }
}

/// The places of a member of a schema, in all parts that declare it.
fn origins(
    document: &Value,
    schema: &str,
    member: &str,
    seen: &mut BTreeSet<String>,
    found: &mut Vec<String>,
) {
    if !seen.insert(schema.to_owned()) {
        return;
    }
    let Some(value) = document.pointer(schema) else {
        return;
    };
    if value.pointer(&format!("/properties/{member}")).is_some() {
        found.push(format!("{schema}/properties/{member}"));
    }
    if let Some(target) = value["$ref"].as_str().and_then(pointer::of_reference) {
        origins(document, &target, member, seen, found);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for index in 0..value[keyword].as_array().map_or(0, Vec::len) {
            origins(
                document,
                &format!("{schema}/{keyword}/{index}"),
                member,
                seen,
                found,
            );
        }
    }
}

/// The findings by their places in one of the documents.
struct Index<'a>(BTreeMap<&'a str, Vec<(usize, &'a Finding)>>);

/// The distance of a finding from an item, its position among the findings, and the finding.
type Candidate<'a> = (usize, usize, &'a Finding);

impl<'a> Index<'a> {
    fn new(diff: &'a Diff, place: impl Fn(&'a Finding) -> &'a String) -> Self {
        let mut index: BTreeMap<&str, Vec<(usize, &Finding)>> = BTreeMap::new();
        for (order, finding) in diff.findings.iter().enumerate() {
            index.entry(place(finding)).or_default().push((order, finding));
        }
        Self(index)
    }

    /// The nearest finding: at one of the places, else below it, else at the part of the document around it.
    fn find(&self, pointers: &[String]) -> Option<Candidate<'a>> {
        let within = pointers.iter().flat_map(|pointer| self.at_or_below(pointer));
        let around = pointers.iter().flat_map(|pointer| self.around(pointer));
        within
            .chain(around)
            .min_by_key(|(distance, order, _)| (*distance, *order))
    }

    fn at_or_below(&self, pointer: &str) -> Vec<Candidate<'a>> {
        let is_within = |place: &str| matches!(place.as_bytes().get(pointer.len()), None | Some(b'/'));
        self.0
            .range(pointer..)
            .take_while(|(place, _)| place.starts_with(pointer))
            .filter(|(place, _)| is_within(place))
            .filter_map(|(place, findings)| {
                let (order, finding) = findings.first()?;
                Some((depth(place) - depth(pointer), *order, *finding))
            })
            .collect()
    }

    /// The search ends at the operation or the component.
    fn around(&self, pointer: &str) -> Vec<Candidate<'a>> {
        const LEAST: usize = 2;
        let mut found = Vec::new();
        let mut place = pointer;
        while let Some((above, _)) = place.rsplit_once('/')
            && depth(above) >= LEAST
        {
            place = above;
            let finding = self.0.get(place).and_then(|findings| findings.first());
            found.extend(
                finding.map(|(order, finding)| (FAR + depth(pointer) - depth(place), *order, *finding)),
            );
        }
        found
    }
}

/// A place around an item is further away than any place in it.
const FAR: usize = 1000;

fn depth(pointer: &str) -> usize {
    pointer.matches('/').count()
}
