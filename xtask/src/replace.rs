//! Replaces files of the workspace all or none, even if the process is killed.
//!
//! The new files are first written to a folder next to the old ones. Then a journal is written, and the new
//! files are moved over the old ones. At the end the journal is removed. A later process that finds a journal
//! finishes the work. One that finds new files without a journal removes them.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};
use serde::{Deserialize, Serialize};

use crate::{canonical::sha256, files};

const FOLDER: &str = ".openapi-refresh";
const JOURNAL: &str = "journal.json";
const DRAFT: &str = "journal.draft";
const RESTORED: &str = "restored";
const GUARD: &str = "lock";

/// A step of a replacement, which changes the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A new file is written next to the old ones.
    Stage(&'static str),
    /// The journal is written.
    Commit,
    /// A new file is moved over the old one.
    Move(&'static str),
    /// The journal is removed.
    Forget,
}

/// Called before each step. An error is handled like one of the disk.
pub(crate) type Hook<'a> = &'a dyn Fn(Step) -> io::Result<()>;

/// The right to replace files of a workspace. One process has it at a time, until it ends at the latest.
#[derive(Debug)]
pub(crate) struct Guard {
    workspace: PathBuf,
    _file: File,
}

#[derive(Serialize, Deserialize)]
struct Journal {
    files: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    sha256: String,
}

/// Whether a replacement was begun and not finished.
pub(crate) fn is_interrupted(workspace: &Path) -> bool {
    workspace.join(FOLDER).join(JOURNAL).exists()
}

impl Guard {
    pub(crate) fn acquire(workspace: &Path) -> Result<Self, String> {
        let folder = workspace.join(FOLDER);
        let failed = |error: io::Error| format!("{}: cannot be written: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        let file = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(folder.join(GUARD))
            .map_err(failed)?;
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Self {
                workspace: workspace.to_owned(),
                _file: file,
            }),
            Err(TryLockError::WouldBlock) => Err(format!(
                "another refresh is running in {}; wait until it has ended",
                workspace.display()
            )),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    fn staged(&self, name: &str) -> PathBuf {
        self.workspace.join(FOLDER).join(name)
    }

    /// Finishes or removes what a killed process left. Returns what was found.
    pub(crate) fn recover(&self) -> Result<Option<String>, String> {
        let journal = self.staged(JOURNAL);
        let failed = |error: io::Error| format!("{}: {error}", journal.display());
        match fs::read(&journal) {
            Ok(bytes) => {
                let entries = serde_json::from_slice::<Journal>(&bytes).map_err(|error| {
                    let folder = journal.parent().unwrap_or(&journal).display();
                    format!(
                        "{}: {error}; look at the files in {folder}, then remove the journal",
                        journal.display()
                    )
                })?;
                for Entry {
                    name,
                    sha256: expected,
                } in &entries.files
                {
                    let staged = self.staged(name);
                    match fs::read(&staged) {
                        Ok(bytes) if sha256(&bytes) == *expected => {
                            fs::rename(&staged, self.workspace.join(name)).map_err(failed)?;
                        }
                        Err(error) if error.kind() == ErrorKind::NotFound => {}
                        Err(error) => return Err(failed(error)),
                        Ok(_) => {
                            return Err(format!(
                                "{}: is not the file that was written there; remove it",
                                staged.display()
                            ));
                        }
                    }
                }
                sync(&self.workspace);
                fs::remove_file(&journal).map_err(failed)?;
                Ok(Some(
                    "an earlier refresh was killed while it replaced the files; the replacement is finished now".into(),
                ))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(self.clear().then(|| {
                "an earlier refresh was killed before it replaced a file; its temporary files are removed"
                    .into()
            })),
            Err(error) => Err(failed(error)),
        }
    }

    /// Removes the new files. Returns whether there were any.
    fn clear(&self) -> bool {
        let entries = fs::read_dir(self.workspace.join(FOLDER))
            .into_iter()
            .flatten()
            .flatten();
        let leftovers = entries.filter(|entry| entry.file_name() != GUARD);
        leftovers
            .filter(|entry| fs::remove_file(entry.path()).is_ok())
            .count()
            > 0
    }

    /// Replaces the files with these names by these texts.
    pub(crate) fn replace(&self, new: &[(&'static str, String)], before: Hook<'_>) -> Result<(), String> {
        let untouched = |error: String| {
            self.clear();
            format!("{error}; nothing was replaced")
        };
        let old = self.old(new).map_err(untouched)?;
        self.stage(new, before).map_err(untouched)?;
        for (done, (name, _)) in new.iter().enumerate() {
            let moved = before(Step::Move(name))
                .and_then(|()| fs::rename(self.staged(name), self.workspace.join(name)));
            if let Err(error) = moved {
                return Err(self.undo(&old[..done], &format!("{name}: cannot be replaced: {error}")));
            }
        }
        sync(&self.workspace);
        before(Step::Forget)
            .and_then(|()| fs::remove_file(self.staged(JOURNAL)))
            .map_err(|error| {
                format!("the files are replaced, but {FOLDER}/{JOURNAL} cannot be removed: {error}")
            })
    }

    fn old(&self, new: &[(&'static str, String)]) -> Result<Vec<(&'static str, Option<String>)>, String> {
        new.iter()
            .map(|(name, _)| Ok((*name, files::read(&self.workspace, name)?)))
            .collect()
    }

    fn stage(&self, new: &[(&'static str, String)], before: Hook<'_>) -> Result<(), String> {
        for (name, text) in new {
            before(Step::Stage(name))
                .and_then(|()| write(&self.staged(name), text))
                .map_err(|error| format!("{FOLDER}/{name}: cannot be written: {error}"))?;
        }
        let files = new.iter().map(|(name, text)| Entry {
            name: (*name).to_owned(),
            sha256: sha256(text),
        });
        let journal = Journal {
            files: files.collect(),
        };
        let failed = |error: io::Error| format!("{FOLDER}/{JOURNAL}: cannot be written: {error}");
        let text = serde_json::to_string(&journal).map_err(|error| failed(error.into()))?;
        before(Step::Commit).map_err(failed)?;
        let draft = self.staged(DRAFT);
        write(&draft, &text)
            .and_then(|()| fs::rename(&draft, self.staged(JOURNAL)))
            .map_err(failed)?;
        sync(&self.workspace.join(FOLDER));
        Ok(())
    }

    /// Puts back the files that were already replaced.
    fn undo(&self, moved: &[(&'static str, Option<String>)], error: &str) -> String {
        let restored = moved.iter().try_for_each(|(name, text)| match text {
            Some(text) => write(&self.staged(RESTORED), text)
                .and_then(|()| fs::rename(self.staged(RESTORED), self.workspace.join(name))),
            None => fs::remove_file(self.workspace.join(name)),
        });
        match restored {
            Ok(()) => {
                self.clear();
                format!("{error}; nothing was replaced")
            }
            Err(_) => {
                format!("{error}; some files are replaced; run `cargo xtask refresh` to replace the others")
            }
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes renames durable. Where folders cannot be synced, the system does that later.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}
