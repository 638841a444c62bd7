//! The source of a document: a file, or a revision in git.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use openapi_overlay::Overlay;
use serde_json::Value;

use crate::overlay;

const DOCUMENT: &str = "openapi.json";
const OVERLAY: &str = "openapi.overlay.json";

/// The source of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    Revision {
        /// The folder that git runs in.
        folder: PathBuf,
        revision: String,
        path: String,
    },
}

/// A document that was read.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Its name in messages.
    pub(crate) name: String,
    /// The file in the working tree or in a revision.
    pub(crate) file: PathBuf,
    /// The bytes of the file.
    pub(crate) bytes: Vec<u8>,
    /// The document, with the overlay if it was asked for.
    pub(crate) value: Value,
}

impl Source {
    /// The source that was named, or the vendored document of the last commit.
    pub(super) fn old(given: Option<&str>, workspace: &Path) -> Result<Self, String> {
        match given {
            Some(given) => Self::parse(given),
            None => Ok(Source::Revision {
                folder: workspace.to_owned(),
                revision: "HEAD".to_owned(),
                // Relative to the folder, which may be below the root of the repository.
                path: format!("./{DOCUMENT}"),
            }),
        }
    }

    /// The source that was named, or the vendored document.
    pub(super) fn new(given: Option<&str>, workspace: &Path) -> Result<Self, String> {
        match given {
            Some(given) => Self::parse(given),
            None => Ok(Source::File(workspace.join(DOCUMENT))),
        }
    }

    fn parse(given: &str) -> Result<Self, String> {
        let file = Path::new(given);
        if file.exists() {
            return Ok(Source::File(file.to_owned()));
        }
        match given.split_once(':') {
            // `C:\openapi.json` is a file that does not exist.
            Some((drive, rest)) if drive.len() == 1 && rest.starts_with(['\\', '/']) => {
                Ok(Source::File(file.to_owned()))
            }
            Some((revision, path)) if !revision.is_empty() && !path.is_empty() => {
                if revision.starts_with('-') {
                    return Err(format!("{given}: a revision cannot begin with `-`"));
                }
                Ok(Source::Revision {
                    folder: PathBuf::from("."),
                    revision: revision.to_owned(),
                    path: path.to_owned(),
                })
            }
            _ => Ok(Source::File(file.to_owned())),
        }
    }

    /// Whether it is the vendored document, perhaps in another revision.
    pub(super) fn is_vendored(&self, workspace: &Path) -> bool {
        match self {
            Source::File(_) => self.is_same_file(&Source::File(workspace.join(DOCUMENT))),
            Source::Revision { path, .. } => path.strip_prefix("./").unwrap_or(path) == DOCUMENT,
        }
    }

    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        match (self, other) {
            (Source::File(one), Source::File(other)) => {
                matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
            }
            _ => false,
        }
    }

    pub(super) fn name(&self) -> String {
        match self {
            Source::File(file) => file.display().to_string(),
            Source::Revision { revision, path, .. } => {
                format!("{revision}:{}", path.strip_prefix("./").unwrap_or(path))
            }
        }
    }

    /// The overlay next to the document.
    fn overlay(&self) -> Self {
        match self {
            Source::File(file) => Source::File(file.with_file_name(OVERLAY)),
            Source::Revision {
                folder,
                revision,
                path,
            } => {
                let beside = path.rfind('/').map_or("", |end| &path[..=end]);
                Source::Revision {
                    folder: folder.clone(),
                    revision: revision.clone(),
                    path: format!("{beside}{OVERLAY}"),
                }
            }
        }
    }

    /// Reads the document, and applies the overlay next to it if asked to.
    pub(super) fn load(&self, overlay: bool) -> Result<Loaded, String> {
        let (bytes, mut value) = self.read()?;
        if overlay {
            self.overlay().apply(&mut value).map_err(|error| {
                format!(
                    "{error}; `--overlay` applies the {OVERLAY} next to each document, and `cargo xtask refresh --check \
                     --from FILE` applies that of the workspace"
                )
            })?;
        }
        Ok(Loaded {
            name: self.name(),
            file: match self {
                Source::File(file) => file.clone(),
                Source::Revision { path, .. } => path.strip_prefix("./").unwrap_or(path).into(),
            },
            bytes,
            value,
        })
    }

    fn read(&self) -> Result<(Vec<u8>, Value), String> {
        let bytes = match self {
            Source::File(file) => {
                std::fs::read(file).map_err(|error| format!("{}: cannot be read: {error}", self.name()))?
            }
            Source::Revision {
                folder,
                revision,
                path,
            } => blob(folder, revision, path).map_err(|error| format!("{}: {error}", self.name()))?,
        };
        let value =
            openapi_document::from_slice(&bytes).map_err(|error| format!("{}: {error}", self.name()))?;
        Ok((bytes, value))
    }

    /// Applies this overlay. A target that matches nothing is a warning, not an error: the document may be
    /// newer than the overlay.
    fn apply(&self, document: &mut Value) -> Result<(), String> {
        let (_, value) = self.read()?;
        let report = Overlay::from_value(value)
            .and_then(|overlay| overlay.apply(document))
            .map_err(|error| format!("{}: {error}", self.name()))?;
        if let Some(lost) = overlay::lost_targets(&report, document) {
            eprint!("warning: {}: {}", self.name(), lost.text(2));
        }
        Ok(())
    }
}

/// The content of a file in a revision.
fn blob(folder: &Path, revision: &str, path: &str) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["cat-file", "blob"])
        .arg(format!("{revision}:{path}"))
        .output()
        .map_err(|error| format!("git cannot be started ({error}); name a file instead of a revision"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default();
    Err(format!(
        "there is no such file, neither in the working tree nor in that revision: {}",
        said.trim_start_matches("fatal: ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(given: &str) -> Source {
        Source::parse(given).unwrap()
    }

    #[test]
    fn a_colon_parts_revision_and_path() {
        let Source::Revision { revision, path, .. } = parse("v1.2.0:api/openapi.json") else {
            panic!("a file");
        };
        assert_eq!((revision.as_str(), path.as_str()), ("v1.2.0", "api/openapi.json"));
        for file in [
            "nowhere.json",
            r"C:\api\openapi.json",
            "C:/api/openapi.json",
            ":a",
            "a:",
        ] {
            assert_eq!(parse(file), Source::File(file.into()));
        }
        assert!(Source::parse("--upload-pack=x:openapi.json").is_err());
    }

    #[test]
    fn the_overlay_stands_beside_the_document() {
        assert_eq!(
            parse("HEAD:api/openapi.json").overlay().name(),
            "HEAD:api/openapi.overlay.json"
        );
        assert_eq!(
            parse("HEAD:openapi.json").overlay().name(),
            "HEAD:openapi.overlay.json"
        );
        assert_eq!(
            parse("api/openapi.json").overlay(),
            Source::File("api/openapi.overlay.json".into())
        );
    }
}
