//! `openapi.lock.json`: the source of `openapi.json`, and hashes that show later edits.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files;

/// The only version of the format.
const VERSION: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lock {
    lock_version: u32,
    pub(crate) source: Source,
    /// When it was fetched (RFC 3339).
    pub(crate) retrieved_at: Option<String>,
    /// When it was assembled by hand, if it was.
    #[serde(default)]
    pub(crate) assembled_on: Option<String>,
    /// `info.version` of the document.
    pub(crate) upstream_version: Option<String>,
    /// The ETag of the document, or of the index of its pages.
    pub(crate) etag: Option<String>,
    pub(crate) sha256: Hashes,
    /// The reference pages in the order of their index, including those without an operation.
    pub(crate) pages: Vec<Page>,
    /// The program that wrote the lock.
    pub(crate) tool: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) kind: Kind,
    pub(crate) address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// One whole document.
    Document,
    /// The reference pages of an index, merged.
    Pages,
    /// Assembled by hand.
    Assembled,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hashes {
    /// Of the document or the index, as it was fetched.
    pub(crate) raw: Option<String>,
    /// Of `openapi.json`.
    pub(crate) canonical: String,
    /// Of `openapi.overlay.json` when `openapi.surface.txt` was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) overlay: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) address: String,
    pub(crate) sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
}

impl Lock {
    pub(crate) fn new(source: Source, sha256: Hashes) -> Self {
        Self {
            lock_version: VERSION,
            source,
            retrieved_at: None,
            assembled_on: None,
            upstream_version: None,
            etag: None,
            sha256,
            pages: Vec::new(),
            tool: Some(concat!("xtask ", env!("CARGO_PKG_VERSION")).to_owned()),
        }
    }

    /// Reads the lock of a workspace, or `None` if there is none.
    pub(crate) fn read(workspace: &Path) -> Result<Option<Self>, String> {
        let Some(text) = files::read(workspace, files::LOCK)? else {
            return Ok(None);
        };
        let lock: Self = serde_json::from_str(&text)
            .map_err(|error| format!("{}: is not a valid lock: {error}", files::LOCK))?;
        if lock.lock_version != VERSION {
            return Err(format!(
                "{}: lock_version {} is not supported; use the version of xtask that wrote it",
                files::LOCK,
                lock.lock_version
            ));
        }
        Ok(Some(lock))
    }

    pub(crate) fn text(&self) -> Result<String, String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| format!("{}: {error}", files::LOCK))?;
        Ok(text + "\n")
    }

    /// Whether both are of the same bytes from the same place.
    pub(crate) fn is_same_retrieval(&self, other: &Self) -> bool {
        (&self.source, &self.etag, &self.sha256.raw, &self.pages)
            == (&other.source, &other.etag, &other.sha256.raw, &other.pages)
    }
}
