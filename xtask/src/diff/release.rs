//! The version of the next release of this workspace.

use std::path::Path;

use openapi_diff::{Report, Semver};

/// The version of a release with these changes. `None` if there is nothing to release, or if the documents
/// are of another API.
pub(crate) fn version(report: &Report<'_>, workspace: &Path) -> Option<String> {
    let ours = openapi_document::from_path(workspace.join("openapi.json")).ok()?;
    let title = ours.pointer("/info/title")?.as_str()?;
    if title != report.new.title {
        return None;
    }
    // All crates of this workspace have the same version.
    next(env!("CARGO_PKG_VERSION"), report.semver())
}

/// Below 1.0.0 the minor part counts as major, as for Cargo.
fn next(current: &str, step: Semver) -> Option<String> {
    let mut parts = current.split(['-', '+']).next()?.split('.');
    let mut part = || parts.next()?.parse::<u64>().ok();
    let (major, minor, patch) = (part()?, part()?, part()?);
    Some(match (step, major, minor) {
        (Semver::None, ..) => return None,
        (Semver::Major, 0, _) => format!("0.{}.0", minor + 1),
        (Semver::Major, ..) => format!("{}.0.0", major + 1),
        (Semver::Minor, 1.., _) => format!("{major}.{}.0", minor + 1),
        (Semver::Minor | Semver::Patch, ..) => format!("{major}.{minor}.{}", patch + 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_one_the_minor_part_counts_as_major() {
        let next = |current, step| next(current, step).unwrap_or_default();
        assert_eq!(next("0.2.3", Semver::Major), "0.3.0");
        assert_eq!(next("0.2.3", Semver::Minor), "0.2.4");
        assert_eq!(next("0.2.3", Semver::Patch), "0.2.4");
        assert_eq!(next("1.2.3", Semver::Major), "2.0.0");
        assert_eq!(next("1.2.3", Semver::Minor), "1.3.0");
        assert_eq!(next("1.2.3-rc.1", Semver::Patch), "1.2.4");
        assert_eq!(next("1.2.3", Semver::None), "");
    }
}
