//! The state as a file: read at the start, and written while the sandbox runs and at its end. The file on
//! disk is always complete, either from before a write or from after it. A file that cannot be read is never
//! overwritten.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use tokio::time::Instant;

use crate::{clock::Moment, exchange::Exchange, state::State};

const FORMAT: &str = "databar-sandbox";
/// Increased when the format of the state changes, so that an older file is recognised.
const VERSION: u32 = 1;
/// The minimum time between two writes. Writing also takes at most a tenth of the time.
const PAUSE: Duration = Duration::from_millis(500);

/// Why a state file cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("state file {}: {reason}", path.display())]
pub struct StateFileError {
    path: PathBuf,
    reason: String,
}

/// How a state file identifies itself.
#[derive(Deserialize)]
struct Label {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
struct Saved {
    now: Moment,
    state: State,
}

#[derive(Serialize)]
struct Saving<'a> {
    format: &'static str,
    version: u32,
    now: Moment,
    state: &'a State,
}

/// The file for the state.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    path: PathBuf,
    /// One write at a time, so that the last write has the latest state.
    writing: Arc<Mutex<()>>,
    /// The error of the latest failed write in the background.
    failed: Arc<Mutex<Option<StateFileError>>>,
}

impl Store {
    /// The file at `path` need not exist yet, but its folder must.
    pub(crate) fn new(path: &Path) -> Result<Self, StateFileError> {
        let mut store = Self {
            path: path.to_owned(),
            writing: Arc::default(),
            failed: Arc::default(),
        };
        // A symbolic link is kept: the file that it points to is replaced.
        match fs::canonicalize(path) {
            Ok(path) => store.path = path,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(store.error(error)),
        }
        Ok(store)
    }

    /// Reads the state and its time; `None` if the file does not exist.
    pub(crate) fn load(&self) -> Result<Option<(Moment, State)>, StateFileError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error(error)),
        };
        let label: Label = self.read(&text)?;
        if label.format != FORMAT || label.version != VERSION {
            return Err(self.error(format_args!(
                "it is {} {}, but this sandbox reads only {FORMAT} {VERSION}; name another file, or move this one away",
                label.format.escape_debug(),
                label.version
            )));
        }
        let Saved { now, state } = self.read(&text)?;
        Ok(Some((now, state)))
    }

    fn read<'a, T: Deserialize<'a>>(&self, text: &'a [u8]) -> Result<T, StateFileError> {
        let mut parser = serde_json::Deserializer::from_slice(text);
        let value = serde_path_to_error::deserialize(&mut parser).map_err(|error| {
            let place = error.path().to_string();
            let place = if place == "." {
                String::new()
            } else {
                format!("at {place}: ")
            };
            let reason = error.into_inner();
            self.error(format_args!("{place}{reason}; the file was not changed"))
        })?;
        parser
            .end()
            .map_err(|error| self.error(format_args!("{error}; the file was not changed")))?;
        Ok(value)
    }

    fn write(&self, text: &[u8]) -> Result<(), StateFileError> {
        let folder = match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let write = || {
            let mut file = NamedTempFile::new_in(folder)?;
            io::Write::write_all(&mut file, text)?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
            // So that the new name survives a power failure, on systems where folders can be opened.
            #[cfg(unix)]
            fs::File::open(folder)?.sync_all()?;
            Ok(())
        };
        write().map_err(|error: io::Error| self.error(error))
    }

    fn error(&self, reason: impl ToString) -> StateFileError {
        StateFileError {
            path: self.path.clone(),
            reason: reason.to_string(),
        }
    }

    /// Writes the current state. Returns the count of changes at that moment.
    pub(crate) fn save(&self, exchange: &Exchange) -> Result<u64, StateFileError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (text, changes) = {
            let mut shared = exchange.shared();
            shared.settle();
            let saving = Saving {
                format: FORMAT,
                version: VERSION,
                now: shared.time.now(),
                state: &shared.state,
            };
            (
                serde_json::to_vec(&saving).map_err(|error| self.error(error))?,
                shared.changes,
            )
        };
        self.write(&text)?;
        Ok(changes)
    }

    /// The error of the latest failed write by [`keep`](Self::keep). Each error is returned once.
    pub(crate) fn take_error(&self) -> Option<StateFileError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Writes the state whenever it has changed. Never ends.
    pub(crate) async fn keep(self, exchange: Arc<Exchange>) {
        let mut saved = exchange.shared().changes;
        let mut pause = PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            if exchange.shared().changes == saved {
                continue;
            }
            let started = Instant::now();
            let (store, source) = (self.clone(), Arc::clone(&exchange));
            match tokio::task::spawn_blocking(move || store.save(&source)).await {
                Ok(Ok(changes)) => saved = changes,
                Ok(Err(error)) => {
                    *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                // The runtime is shutting down.
                Err(_) => return,
            }
            pause = PAUSE.max(started.elapsed() * 10);
        }
    }
}
