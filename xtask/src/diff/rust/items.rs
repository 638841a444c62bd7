//! Compares two surfaces, and lists the items that differ.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use heck::ToUpperCamelCase;
use openapi_diff::{Semver, report::Change};

use super::bindings::{Bindings, Method, Type, taken};
use super::rows::Item;

/// The items that differ, major ones first.
pub(super) fn compare(old: &Bindings, new: &Bindings) -> Vec<Item> {
    let renamed = renamed_types(old, new);
    let mut items = Vec::new();
    methods(old, new, &renamed, &mut items);
    types(old, new, &renamed, &mut items);
    let inner = inner_types(&items, old, new);
    items.retain(|item| !inner.contains(item.item.as_str()));
    items.sort_by(|a, b| (Reverse(a.semver), &a.item).cmp(&(Reverse(b.semver), &b.item)));
    items
}

/// Types that are added or removed together with the item that they are named after: `OrderState` with
/// `Order::state`, or with `Order`. Components of the document are items in their own right.
fn inner_types(items: &[Item], old: &Bindings, new: &Bindings) -> BTreeSet<String> {
    let is_inline =
        |name: &str, bindings: &Bindings| bindings.types.get(name).is_some_and(|ty| !ty.is_component);
    let inline = |change: Change, bindings: &Bindings| -> Vec<&str> {
        items
            .iter()
            .filter(|item| item.change == change)
            .filter_map(|item| item.item.strip_prefix("types::"))
            .filter(|name| is_inline(name, bindings))
            .collect()
    };
    let (gone, came) = (inline(Change::Removed, old), inline(Change::Added, new));
    let mut inner = BTreeSet::new();
    for item in items {
        let sides = [
            (&item.old, Change::Removed, &gone),
            (&item.new, Change::Added, &came),
        ];
        for (signature, change, types) in sides {
            let Some(signature) = signature else { continue };
            if item.change != change && item.change != Change::Changed {
                continue;
            }
            let path = match signature.split_once("-> builder::") {
                Some((_, builder)) => builder,
                None => item.item.split_once("::").map_or("", |(_, path)| path),
            };
            // The path without the module of the tag.
            let path = path.find(char::is_uppercase).map_or(path, |start| &path[start..]);
            let name = path.to_upper_camel_case();
            let named_after = types.iter().filter(|ty| **ty != path && ty.starts_with(&name));
            inner.extend(named_after.map(|ty| format!("types::{ty}")));
        }
    }
    inner
}

fn item(path: String, change: Change, old: Option<&str>, new: Option<&str>, semver: Semver) -> Item {
    Item {
        item: path,
        change,
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        semver,
        renamed_from: None,
        cause: None,
    }
}

fn added(path: String, new: &str, semver: Semver) -> Item {
    item(path, Change::Added, None, Some(new), semver)
}

fn removed(path: String, old: &str) -> Item {
    item(path, Change::Removed, Some(old), None, Semver::Major)
}

fn renamed(from: &str, to: &str, old: &str, new: &str) -> Item {
    Item {
        renamed_from: Some(from.to_owned()),
        ..item(
            to.to_owned(),
            Change::Changed,
            Some(old),
            Some(new),
            Semver::Major,
        )
    }
}

/// The type of an added item, and whether callers must give it.
fn given(ty: &str, required: bool) -> String {
    if required {
        format!("{ty}, required")
    } else {
        ty.to_owned()
    }
}

fn step(breaks: bool) -> Semver {
    if breaks { Semver::Major } else { Semver::Minor }
}

/// Types of the old bindings that have another name in the new ones and are otherwise the same.
fn renamed_types<'a>(old: &'a Bindings, new: &'a Bindings) -> BTreeMap<&'a str, &'a str> {
    let gone = old.types.keys().filter(|name| !new.types.contains_key(*name));
    let mut came: Vec<_> = new
        .types
        .keys()
        .filter(|name| !old.types.contains_key(*name))
        .collect();
    let mut renamed = BTreeMap::new();
    for from in gone {
        // Items that are named after the type are renamed with it.
        let shape = |name: &str, ty: &Type| {
            let own = |text: &String| text.replace(name, "Self");
            (
                own(&ty.kind),
                ty.members
                    .iter()
                    .map(|(name, ty)| (name.clone(), own(ty)))
                    .collect::<Vec<_>>(),
                ty.required.clone(),
            )
        };
        let wanted = shape(from, &old.types[from]);
        // All types without members look the same, so they are not taken for renamed.
        let found = came
            .iter()
            .position(|to| !wanted.1.is_empty() && shape(to, &new.types[*to]) == wanted);
        if let Some(index) = found {
            renamed.insert(from.as_str(), came.remove(index).as_str());
        }
    }
    renamed
}

/// A signature of the old bindings, with the names of types in the new ones.
fn translated(signature: &str, renamed: &BTreeMap<&str, &str>) -> String {
    if renamed.is_empty() {
        return signature.to_owned();
    }
    signature
        .split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_'));
            match renamed.get(word) {
                Some(to) => piece.replacen(word, to, 1),
                None => piece.to_owned(),
            }
        })
        .collect()
}

fn methods(old: &Bindings, new: &Bindings, types: &BTreeMap<&str, &str>, items: &mut Vec<Item>) {
    let places: BTreeMap<_, _> = new
        .methods
        .iter()
        .filter(|(id, _)| !old.methods.contains_key(*id))
        .map(|(id, method)| (method.place(), id))
        .collect();
    let mut paired = BTreeSet::new();
    for (id, before) in &old.methods {
        let id = match new.methods.get(id) {
            Some(_) => Some(id),
            None => places.get(&before.place()).copied(),
        };
        match id.and_then(|id| new.methods.get(id).map(|after| (id, after))) {
            Some((id, after)) => {
                paired.insert(id);
                if before.path != after.path {
                    items.push(renamed(
                        &before.path,
                        &after.path,
                        &before.signature,
                        &after.signature,
                    ));
                }
                method(before, after, types, items);
            }
            None => items.push(removed(before.path.clone(), &before.signature)),
        }
    }
    for (id, after) in &new.methods {
        if !paired.contains(id) {
            items.push(added(after.path.clone(), &after.signature, Semver::Minor));
        }
    }
}

fn method(before: &Method, after: &Method, types: &BTreeMap<&str, &str>, items: &mut Vec<Item>) {
    let differ = |old: &str, new: &str| translated(taken(old), types) != taken(new);
    let is_another = differ(&before.signature, &after.signature);
    let wholes = before.whole.as_ref().zip(after.whole.as_ref());
    let path = &after.path;
    let changed_whole = wholes.filter(|((_, old), (_, new))| !is_another && differ(old, new));
    let changed_itself = is_another.then_some((&before.signature, path, &after.signature));
    let of_whole = changed_whole.map(|((_, old), (path, new))| (old, path, new));
    for (old, path, new) in changed_itself.into_iter().chain(of_whole) {
        if before.path == after.path {
            let (old, new) = (Some(taken(old)), Some(taken(new)));
            items.push(item(path.clone(), Change::Changed, old, new, Semver::Major));
        }
    }
    if let (Some((path, signature)), None, false) = (&before.whole, &after.whole, is_another) {
        items.push(removed(path.clone(), signature));
    }
    // What is added to the signature or removed from it shows there.
    let is_seen =
        |method: &Method, name: &str| is_another && taken(&method.signature).contains(&format!(" {name}: "));
    for (name, old) in &before.arguments {
        match after.arguments.get(name) {
            None if is_seen(after, name) => {}
            None => items.push(removed(old.path.clone(), &old.ty)),
            Some(new) if is_another && old.ty == new.ty => {}
            Some(new) => items.extend(changed(
                new.path.clone(),
                (&old.ty, old.is_required),
                (&new.ty, new.is_required),
                true,
                types,
            )),
        }
    }
    for (name, new) in &after.arguments {
        let is_told = is_another && new.is_required || is_seen(before, name);
        if !before.arguments.contains_key(name) && !is_told {
            items.push(added(
                new.path.clone(),
                &given(&new.ty, new.is_required),
                step(new.is_required),
            ));
        }
    }
    if translated(&before.output, types) != after.output {
        items.push(item(
            format!("{}::send", after.builder),
            Change::Changed,
            Some(&before.output),
            Some(&after.output),
            Semver::Major,
        ));
    }
}

/// Something that has a type, and may be required if it is sent, before and after the change.
fn changed(
    path: String,
    (old, was_required): (&str, bool),
    (new, is_required): (&str, bool),
    sent: bool,
    types: &BTreeMap<&str, &str>,
) -> Option<Item> {
    if translated(old, types) != new {
        return Some(item(path, Change::Changed, Some(old), Some(new), Semver::Major));
    }
    (sent && was_required != is_required).then(|| {
        let said = |required| format!("{new}, {}", if required { "required" } else { "optional" });
        item(
            path,
            Change::Changed,
            Some(&said(was_required)),
            Some(&said(is_required)),
            step(is_required),
        )
    })
}

fn types(old: &Bindings, new: &Bindings, names: &BTreeMap<&str, &str>, items: &mut Vec<Item>) {
    let path = |name: &str| format!("types::{name}");
    for (name, before) in &old.types {
        if let Some(to) = names.get(name.as_str()) {
            items.push(renamed(
                &path(name),
                &path(to),
                &before.kind,
                &new.types[*to].kind,
            ));
            continue;
        }
        let Some(after) = new.types.get(name) else {
            items.push(removed(path(name), &before.kind));
            continue;
        };
        if translated(&before.kind, names) == after.kind {
            members(&path(name), before, after, names, items);
        } else {
            items.push(item(
                path(name),
                Change::Changed,
                Some(&before.kind),
                Some(&after.kind),
                Semver::Major,
            ));
        }
    }
    let known = |name: &str| old.types.contains_key(name) || names.values().any(|to| *to == name);
    for (name, after) in &new.types {
        if !known(name) {
            items.push(added(path(name), &after.kind, Semver::Minor));
        }
    }
}

fn members(path: &str, before: &Type, after: &Type, types: &BTreeMap<&str, &str>, items: &mut Vec<Item>) {
    let member = |name: &str| format!("{path}::{name}");
    for (name, old) in &before.members {
        match after.members.get(name) {
            None => items.push(removed(member(name), old)),
            Some(new) => items.extend(changed(
                member(name),
                (old, before.required.contains(name)),
                (new, after.required.contains(name)),
                after.sent,
                types,
            )),
        }
    }
    for (name, new) in &after.members {
        if before.members.contains_key(name) {
            continue;
        }
        let required = !before.is_enum() && after.sent && after.required.contains(name);
        items.push(added(member(name), &given(new, required), step(required)));
    }
}
