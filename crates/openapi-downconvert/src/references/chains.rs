//! References to references. A reference that leads back to itself has no target. Neither has a reference to
//! an object that is only a reference without a target.

use std::collections::HashMap;

use super::resolve::Target;
use super::{Found, How};

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Something,
    Nothing,
    Cycle,
}

/// Sets the target of every reference that has no target in the end to [`Target::Nothing`].
pub(super) fn settle(found: &[Found], targets: &mut [Target]) {
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (index, reference) in found.iter().enumerate() {
        // If a schema has both references, the dynamic one comes second and moves into an `allOf`.
        if !matches!(reference.how, How::Mapping(_)) {
            at.entry(&reference.place).or_insert(index);
        }
    }
    let mut ends: Vec<Option<End>> = vec![None; found.len()];
    let mut on_path: Vec<bool> = vec![false; found.len()];
    for start in at.values().copied() {
        let mut path: Vec<usize> = Vec::new();
        let mut next = Some(start);
        let (mut end, mut cycle_from) = (End::Something, None);
        while let Some(index) = next {
            if let Some(known) = ends[index] {
                end = known;
                break;
            }
            if on_path[index] {
                end = End::Cycle;
                cycle_from = path.iter().position(|seen| *seen == index);
                break;
            }
            on_path[index] = true;
            path.push(index);
            next = match &targets[index] {
                Target::Local { place, .. } => at.get(place.as_str()).copied(),
                Target::Unknown => None,
                Target::External | Target::Nothing(_) => {
                    end = End::Nothing;
                    None
                }
            };
        }
        for (position, index) in path.iter().copied().enumerate() {
            on_path[index] = false;
            let is_own = match end {
                End::Something => false,
                // An object that is only a reference shares the fate of its target.
                _ if found[index].kind.may_be_reference_object() => true,
                End::Nothing => false,
                End::Cycle => cycle_from.is_some_and(|from| position >= from),
            };
            ends[index] = Some(if is_own { end } else { End::Something });
        }
    }
    for (target, end) in targets.iter_mut().zip(ends) {
        if let (Target::Local { .. }, Some(end @ (End::Nothing | End::Cycle))) = (&*target, end) {
            let why = match end {
                End::Cycle => "leads back to itself",
                _ => "leads to an object that was removed",
            };
            *target = Target::Nothing(why.to_owned());
        }
    }
}
