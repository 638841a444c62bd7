//! The sources of a document, and how it is read from them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use futures::{StreamExt, stream};
use serde_json::Value;
use url::Url;

use super::fetch::{Fetched, Fetcher};
use super::index::{self, Link};
use super::merge;
use super::page::{self, Page};
use crate::Failure;
use crate::canonical::sha256;
use crate::lock::{self, Kind, Lock};
use crate::progress::Progress;

/// The number of pages that are fetched at the same time.
const AT_ONCE: usize = 8;

/// The maximum number of pages of an index.
const MAX_PAGES: usize = 2_000;

/// The maximum size of a page or an index, in bytes.
const MAX_PAGE: usize = 4 * 1024 * 1024;

/// A place, and what is expected there.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    kind: Kind,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Url(Url),
    File(PathBuf),
}

/// The answer of a source.
pub(crate) enum Retrieval {
    /// Nothing has changed since the lock was written.
    Unchanged,
    Retrieved(Box<Retrieved>),
}

pub(crate) struct Retrieved {
    pub(crate) document: Value,
    /// The lock, without what is not known before the document was processed.
    pub(crate) origin: Lock,
    pub(crate) notes: Vec<String>,
}

impl Source {
    /// The source that `--from` names: a URL, a file, or a folder with an index.
    pub(crate) fn named(from: &str) -> Result<Self, String> {
        let by_name = |name: &str| {
            if name.ends_with(".txt") {
                Kind::Pages
            } else {
                Kind::Document
            }
        };
        if from.starts_with("http://") || from.starts_with("https://") {
            let url = Url::parse(from).map_err(|error| format!("{from}: is not a URL: {error}"))?;
            return Ok(Self {
                kind: by_name(url.path()),
                place: Place::Url(url),
            });
        }
        let path = PathBuf::from(from);
        if path.is_dir() {
            let index = path.join(index::NAME);
            if !index.is_file() {
                return Err(format!(
                    "{from}: has no {}, the index of the reference pages",
                    index::NAME
                ));
            }
            return Ok(Self {
                kind: Kind::Pages,
                place: Place::File(index),
            });
        }
        Ok(Self {
            kind: by_name(from),
            place: Place::File(path),
        })
    }

    /// The places where the provider may publish it, in the order in which they are tried.
    pub(crate) fn published(site: &str) -> Result<Vec<Self>, String> {
        let site = Url::parse(site).map_err(|error| format!("{site}: is not a URL: {error}"))?;
        let candidates = [
            (Kind::Document, "/api-reference/openapi.json"),
            (Kind::Document, "/openapi.json"),
            (Kind::Pages, "/llms.txt"),
        ];
        let sources = candidates.into_iter().map(|(kind, path)| {
            let url = site.join(path).map_err(|error| format!("{site}: {error}"))?;
            Ok(Self {
                kind,
                place: Place::Url(url),
            })
        });
        sources.collect()
    }

    fn origin(&self, raw: &[u8], etag: Option<String>) -> Lock {
        let source = lock::Source {
            kind: self.kind,
            address: self.place.to_string(),
            note: None,
        };
        let hashes = lock::Hashes {
            raw: Some(sha256(raw)),
            canonical: String::new(),
            overlay: None,
        };
        let mut origin = Lock::new(source, hashes);
        origin.etag = etag;
        origin
    }

    /// Reads the document. With `known`, the lock of the present document, only what has changed since is
    /// fetched.
    pub(crate) async fn retrieve(
        &self,
        fetcher: &Fetcher,
        known: Option<&Lock>,
        progress: &Progress,
    ) -> Result<Retrieval, Failure> {
        let known = known
            .filter(|lock| lock.source.kind == self.kind && lock.source.address == self.place.to_string());
        match self.kind {
            Kind::Pages => self.pages(fetcher, known, progress).await,
            Kind::Document | Kind::Assembled => self.document(fetcher, known).await,
        }
    }

    async fn document(&self, fetcher: &Fetcher, known: Option<&Lock>) -> Result<Retrieval, Failure> {
        let etag = known.and_then(|lock| lock.etag.as_deref());
        match self
            .place
            .read(fetcher, openapi_document::MAX_BYTES, etag)
            .await?
        {
            Fetched::NotModified => Ok(Retrieval::Unchanged),
            Fetched::Body { bytes, etag } => {
                let origin = self.origin(&bytes, etag);
                if known.is_some_and(|known| known.is_same_retrieval(&origin)) {
                    return Ok(Retrieval::Unchanged);
                }
                let document = openapi_document::from_slice(&bytes)
                    .map_err(|error| format!("{}: {error}", self.place))?;
                Ok(Retrieval::Retrieved(Box::new(Retrieved {
                    document,
                    origin,
                    notes: Vec::new(),
                })))
            }
        }
    }

    async fn pages(
        &self,
        fetcher: &Fetcher,
        known: Option<&Lock>,
        progress: &Progress,
    ) -> Result<Retrieval, Failure> {
        let etag = known.and_then(|lock| lock.etag.as_deref());
        let index = match self.place.read(fetcher, MAX_PAGE, etag).await? {
            Fetched::NotModified => None,
            body @ Fetched::Body { .. } => Some(body),
        };
        if let (None, Some(known)) = (&index, known) {
            let pages = known
                .pages
                .iter()
                .map(|page| Ok((self.place.page(&page.address)?, page.etag.as_deref())));
            let pages = pages.collect::<Result<Vec<_>, String>>()?;
            let answers = fetch_all(fetcher, pages, progress).await;
            if answers
                .iter()
                .all(|answer| matches!(answer, Ok(Fetched::NotModified)))
            {
                return Ok(Retrieval::Unchanged);
            }
        }
        // Something has changed, so all pages are needed.
        let index = match index {
            Some(body) => body,
            None => self.place.read(fetcher, MAX_PAGE, None).await?,
        };
        let Fetched::Body { bytes, etag } = index else {
            return Err(format!(
                "{}: the server answers 304 (Not Modified) to a request without a condition",
                self.place
            )
            .into());
        };
        let text = page::text(&bytes).map_err(|reason| format!("{}: {reason}", self.place))?;
        let links = index::links(text);
        let (addresses, skipped) = self.place.addresses(&links)?;
        let mut notes = Vec::new();
        if !skipped.is_empty() {
            notes.push(format!(
                "{}: {} links are not to Markdown pages on the same host and were not followed: {}",
                self.place,
                skipped.len(),
                super::bounded(&skipped, 5).join(", ")
            ));
        }
        let origin = self.origin(&bytes, etag);
        self.merged(fetcher, &addresses, (origin, notes), known, progress)
            .await
    }

    async fn merged(
        &self,
        fetcher: &Fetcher,
        addresses: &[String],
        (mut origin, mut notes): (Lock, Vec<String>),
        known: Option<&Lock>,
        progress: &Progress,
    ) -> Result<Retrieval, Failure> {
        // If the index has changed, the pages may still be the same.
        let mut problems = Vec::new();
        let mut pages: Vec<Page> = Vec::new();
        let mut without = Vec::new();
        let places = addresses
            .iter()
            .map(|address| Ok((self.place.page(address)?, None)));
        let answers = fetch_all(fetcher, places.collect::<Result<Vec<_>, String>>()?, progress).await;
        for (address, answer) in addresses.iter().zip(answers) {
            let (bytes, etag) = match answer {
                Ok(Fetched::Body { bytes, etag }) => (bytes, etag),
                Ok(Fetched::NotModified) => {
                    problems.push(format!(
                        "{address}: the server answers 304 (Not Modified) to a request without a condition"
                    ));
                    continue;
                }
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            origin.pages.push(lock::Page {
                address: address.clone(),
                sha256: Some(sha256(&bytes)),
                etag,
            });
            match page::read(address, &bytes) {
                Ok(Some(page)) => pages.push(page),
                Ok(None) => without.push(address.clone()),
                Err(problem) => problems.push(problem),
            }
        }
        if known.is_some_and(|known| known.is_same_retrieval(&origin)) {
            return Ok(Retrieval::Unchanged);
        }
        Failure::unless_empty(problems)?;
        if pages.is_empty() {
            return Err(format!("{}: no page of {} has an operation", self.place, addresses.len()).into());
        }
        if !without.is_empty() {
            let shown = super::bounded(&without, 5).join(", ");
            notes.push(format!(
                "{} of {} pages have no operation: {shown}",
                without.len(),
                addresses.len()
            ));
        }
        let document = merge::merge(&pages)?;
        Ok(Retrieval::Retrieved(Box::new(Retrieved {
            document,
            origin,
            notes,
        })))
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.place.fmt(formatter)
    }
}

/// Reads pages at the same time. The answers are in the order of the pages.
async fn fetch_all(
    fetcher: &Fetcher,
    pages: Vec<(Place, Option<&str>)>,
    progress: &Progress,
) -> Vec<Result<Fetched, String>> {
    progress.steps("Reading the pages", pages.len());
    let answers = stream::iter(pages).map(|(place, etag)| async move {
        let answer = place.read(fetcher, MAX_PAGE, etag).await;
        progress.advance();
        answer
    });
    answers.buffered(AT_ONCE).collect().await
}

impl Place {
    async fn read(&self, fetcher: &Fetcher, limit: usize, etag: Option<&str>) -> Result<Fetched, String> {
        match self {
            Self::Url(url) => fetcher.get(url, limit, etag).await,
            Self::File(path) => read_file(path, limit).map_err(|reason| format!("{self}: {reason}")),
        }
    }

    /// The addresses of the reference pages among these links, without repetitions, and the links that are
    /// not followed.
    fn addresses(&self, links: &[Link]) -> Result<(Vec<String>, Vec<String>), String> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut skipped = Vec::new();
        for link in links {
            match self.address(link) {
                Some(address) if seen.insert(address.clone()) => found.push(address),
                Some(_) => {}
                None => skipped.push(link.target.clone()),
            }
        }
        match found.len() {
            0 => Err(format!(
                "{self}: has no link to a reference page, which is a Markdown file (`.md`)"
            )),
            1..=MAX_PAGES => Ok((found, skipped)),
            more => Err(format!("{self}: lists {more} pages; the maximum is {MAX_PAGES}")),
        }
    }

    fn address(&self, link: &Link) -> Option<String> {
        match self {
            Self::Url(index) => {
                let mut url = index.join(&link.target).ok()?;
                url.set_fragment(None);
                let is_page = url.origin() == index.origin() && index::is_page(url.path());
                is_page.then(|| url.to_string())
            }
            // The folder is a copy of the site, or has its pages only.
            Self::File(_) => {
                let path = match Url::parse(&link.target) {
                    Ok(url) if matches!(url.scheme(), "http" | "https") => url.path().to_owned(),
                    Ok(_) => return None,
                    Err(_) => link
                        .target
                        .split(['#', '?'])
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                };
                let path = path.trim_start_matches(['/', '.']).to_owned();
                let is_inside = Path::new(&path)
                    .components()
                    .all(|component| matches!(component, std::path::Component::Normal(_)));
                (is_inside && index::is_page(&path)).then_some(path)
            }
        }
    }

    /// The place of the page with this address.
    fn page(&self, address: &str) -> Result<Self, String> {
        match self {
            Self::Url(_) => Url::parse(address)
                .map(Self::Url)
                .map_err(|error| format!("{address}: is not a URL: {error}")),
            Self::File(index) => {
                let folder = index.parent().unwrap_or(Path::new(""));
                let whole = folder.join(address);
                let alone = Path::new(address).file_name().map(|name| folder.join(name));
                Ok(Self::File(
                    alone
                        .filter(|alone| !whole.exists() && alone.exists())
                        .unwrap_or(whole),
                ))
            }
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Url(url) => url.fmt(formatter),
            Self::File(path) => path.display().fmt(formatter),
        }
    }
}

fn read_file(path: &Path, limit: usize) -> Result<Fetched, String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    file.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() > limit {
        return Err(super::fetch::too_long(limit));
    }
    Ok(Fetched::Body { bytes, etag: None })
}
