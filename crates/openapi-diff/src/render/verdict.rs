//! The verdict in one line: the number of changes of each level, and the release that they require.

use super::cause::Cause;
use crate::{Level, Report, Semver};

/// `2 breaking (1 allowed), 1 warning, 5 info: release 0.3.0`. It counts changes, not findings.
pub(super) fn verdict(report: &Report<'_>, causes: &[Cause<'_>]) -> String {
    let step = report.semver();
    if step == Semver::None {
        return "no changes".to_owned();
    }
    let counts: Vec<_> = [Level::Breaking, Level::Warning, Level::Info]
        .into_iter()
        .filter_map(|level| counted(level, causes))
        .collect();
    let counts = if counts.is_empty() {
        "no changes that affect clients".to_owned()
    } else {
        counts.join(", ")
    };
    let release = match &report.release {
        Some(version) => format!("release {version}"),
        None => format!("{step} release"),
    };
    let because = if step > report.diff.semver() {
        let audiences = report.effects.iter().filter(|effect| effect.semver() == step);
        let audiences: Vec<_> = audiences.map(|effect| effect.audience).collect();
        format!(", because of {}", audiences.join(" and "))
    } else {
        String::new()
    };
    format!("{counts}: {release}{because}")
}

fn counted(level: Level, causes: &[Cause<'_>]) -> Option<String> {
    let of_level = || causes.iter().filter(|cause| cause.level == level);
    let allowed = of_level().filter(|cause| cause.allowed.is_some()).count();
    let all = of_level().count();
    let name = match level {
        Level::Warning if all > 1 => "warnings",
        level => level.name(),
    };
    match (all, allowed) {
        (0, _) => None,
        (_, 0) => Some(format!("{all} {name}")),
        _ => Some(format!("{all} {name} ({allowed} allowed)")),
    }
}
