//! The manifest of a standalone crate: the crates that its code uses, in the versions that this workspace is
//! tested with.

use heck::ToKebabCase;

use crate::Generated;

/// A dependency: its version in this workspace, and the features that generated code needs.
struct Dependency {
    name: &'static str,
    version: &'static str,
    default_features: bool,
    features: &'static [&'static str],
}

/// Programs pass an HTTP client of this version to the crate.
pub(super) const REQWEST: &str = "0.13.4";

const DEPENDENCIES: [Dependency; 11] = [
    Dependency::plain("bytes", "1.11"),
    Dependency {
        default_features: false,
        features: &["alloc", "clock", "serde", "std"],
        ..Dependency::plain("chrono", "0.4.42")
    },
    Dependency::plain("futures-core", "0.3.31"),
    Dependency::plain("percent-encoding", "2.3.2"),
    Dependency::plain("regress", "0.12"),
    Dependency {
        default_features: false,
        features: &["multipart", "rustls", "stream"],
        ..Dependency::plain("reqwest", REQWEST)
    },
    Dependency {
        features: &["derive"],
        ..Dependency::plain("serde", "1.0.228")
    },
    // Numbers come back as they were, to the last digit.
    Dependency {
        features: &["float_roundtrip", "raw_value"],
        ..Dependency::plain("serde_json", "1.0.150")
    },
    Dependency::plain("serde_path_to_error", "0.1.20"),
    Dependency {
        default_features: false,
        features: &["rt"],
        ..Dependency::plain("tokio", "1.49")
    },
    Dependency {
        features: &["serde"],
        ..Dependency::plain("uuid", "1.18")
    },
];

/// The crates that `src/bin/roundtrip.rs` uses.
const OF_THE_PROGRAM: [&str; 2] = ["serde", "serde_json"];

impl Dependency {
    const fn plain(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            version,
            default_features: true,
            features: &[],
        }
    }

    fn line(&self) -> String {
        if self.features.is_empty() && self.default_features {
            return format!("{} = {:?}\n", self.name, self.version);
        }
        let plain = if self.default_features {
            ""
        } else {
            ", default-features = false"
        };
        format!(
            "{} = {{ version = {:?}{plain}, features = {:?} }}\n",
            self.name, self.version, self.features
        )
    }
}

/// Identifies a generated crate, which may be overwritten.
pub(super) const FIRST_LINE: &str =
    "# Generated from an OpenAPI document. Changes made here by hand are lost when it is generated again.";

pub(super) fn manifest(name: &str, title: &str, generated: &Generated, member: bool) -> String {
    let dependencies: String = DEPENDENCIES
        .iter()
        .filter(|dependency| {
            OF_THE_PROGRAM.contains(&dependency.name)
                || generated.crates.contains(&dependency.name.replace('-', "_"))
        })
        .map(Dependency::line)
        .collect();
    let description = format!(
        "A client of {}",
        if title.is_empty() { "a service" } else { title }
    );
    let root = if member { "" } else { "\n[workspace]\n" };
    format!(
        "{FIRST_LINE}\n[package]\nname = {name:?}\ndescription = {}\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\n\
         publish = false\n\n[lib]\ndoctest = false\n\n[dependencies]\n{dependencies}{root}",
        basic_string(&description),
    )
}

/// Writes a basic string of TOML 1.0. Characters other than printable ASCII are escaped.
fn basic_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Longer names are cut; crates.io allows 64 characters.
const LONGEST: usize = 48;

/// Makes a crate name from the title. The suffix keeps it apart from keywords and from the crate's
/// dependencies.
pub(super) fn crate_name(title: &str) -> String {
    let words = title
        .replace(|c: char| !c.is_ascii_alphanumeric(), " ")
        .to_kebab_case();
    let cut: String = words.chars().take(LONGEST).collect();
    let cut = cut.trim_matches('-');
    let stem = match cut.strip_suffix("-client").unwrap_or(cut) {
        "" => "api",
        stem => stem,
    };
    let letter = if stem.starts_with(|c: char| c.is_ascii_digit()) {
        "api-"
    } else {
        ""
    };
    format!("{letter}{stem}-client")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_called_after_the_title() {
        assert_eq!(crate_name("Pet Store (v2)"), "pet-store-v2-client");
        assert_eq!(crate_name("3D Print"), "api-3d-print-client");
        assert_eq!(crate_name("日本"), "api-client");
        assert_eq!(crate_name("My Client"), "my-client");
        assert!(crate_name(&"long ".repeat(50)).len() <= 64);
    }

    /// The versions must be those of the workspace, which everything here is tested with.
    #[test]
    fn versions_are_those_of_the_workspace() {
        let workspace = include_str!("../../../../Cargo.toml");
        for dependency in &DEPENDENCIES {
            let Some(line) = workspace
                .lines()
                .find(|line| line.starts_with(&format!("{} = ", dependency.name)))
            else {
                assert!(
                    matches!(dependency.name, "regress"),
                    "{} is not in the workspace",
                    dependency.name
                );
                continue;
            };
            assert!(
                line.contains(&format!("\"{}\"", dependency.version)),
                "{line}: {}",
                dependency.version
            );
        }
    }

    #[test]
    fn a_title_cannot_break_the_manifest() {
        assert_eq!(basic_string("a \"b\" \\ c\nd"), r#""a \"b\" \\ c d""#);
    }
}
