//! What a maintainer should look at after the overlay was applied.

use openapi_overlay::{ActionReport, Outcome, Report};
use serde_json::Value;

use crate::finding::{Finding, Place, count};

/// The actions whose targets match nothing. The build stops at these.
pub(crate) fn lost_targets(report: &Report, document: &Value) -> Option<Finding> {
    let lost = actions(report, lost_its_target);
    let operations = openapi_document::operations(document).count();
    // It is rather the document that is incomplete than so many actions that are wrong.
    let cause = if operations < lost.len() {
        format!(": the document has {}", count(operations, "operation"))
    } else {
        String::new()
    };
    let their = if lost.len() == 1 { "its" } else { "their" };
    group(lost, |actions| {
        format!("{actions} lost {their} target{cause}; correct the target, or remove the action")
    })
}

/// The actions that are not needed any more, or need to be adapted to the provider's document.
pub(crate) fn outdated(report: &Report) -> Vec<Finding> {
    let conflicts: Vec<Place> = report
        .conflicts
        .iter()
        .map(|conflict| Place {
            code: format!("actions[{}]", conflict.action),
            words: format!(
                "refers to {}, which actions[{}] was to add",
                conflict.reference, conflict.skipped_action
            ),
        })
        .collect();
    let is = |outcome: Outcome| move |action: &ActionReport| action.outcome == outcome;
    [
        group(conflicts, |actions| {
            format!("{actions} used a schema of ours that the provider defines differently; adapt the action")
        }),
        group(
            actions(report, is(Outcome::Redundant { differs: false })),
            |actions| format!("{actions} added what the provider's document has now; remove the action"),
        ),
        group(
            actions(report, is(Outcome::Redundant { differs: true })),
            |actions| {
                format!(
                    "{actions} added what the provider's document has now, in another form, which is used; \
                 remove the action"
                )
            },
        ),
        group(actions(report, is(Outcome::Unchanged)), |actions| {
            format!("{actions} changed nothing; remove the action")
        }),
        group(actions(report, has_no_match_for_its_filter), |actions| {
            format!("{actions} matched nothing; correct the filter, or remove the action if it is not needed any more")
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether the target of an action is gone, which stops the build.
fn lost_its_target(action: &ActionReport) -> bool {
    action.outcome == Outcome::NoMatch && !has_filter(action)
}

fn has_no_match_for_its_filter(action: &ActionReport) -> bool {
    action.outcome == Outcome::NoMatch && has_filter(action)
}

/// Whether the target is a condition, which may stop being true: it has a filter (`[?...]`).
fn has_filter(action: &ActionReport) -> bool {
    action.target.contains("[?")
}

fn actions(report: &Report, which: impl Fn(&ActionReport) -> bool) -> Vec<Place> {
    report
        .actions
        .iter()
        .filter(|action| which(action))
        .map(|action| Place {
            code: format!("actions[{}] {}", action.index, action.target),
            words: action.description.clone().unwrap_or_default(),
        })
        .collect()
}

/// One finding for all of these places, if there are any.
fn group(places: Vec<Place>, what: impl Fn(String) -> String) -> Option<Finding> {
    (!places.is_empty()).then(|| Finding {
        what: what(count(places.len(), "action")),
        places,
        excerpt: String::new(),
    })
}
