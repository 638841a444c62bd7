//! The file `~/.databar/config`, in which the official tools keep keys, too. `api_key=` is the key, and
//! `api_key.NAME=` is the key of a profile. All other lines are left as they are.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The file in which keys are stored.
pub(crate) struct Config(PathBuf);

impl Config {
    /// The file in the user's home directory.
    pub(crate) fn of_user() -> Result<Self, Failure> {
        match std::env::home_dir() {
            Some(home) => Ok(Self(home.join(".databar").join("config"))),
            None => Err(Failure::Key(
                "the home directory for the stored key is unknown; set HOME".to_owned(),
            )),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The key of a profile, or without a profile the default key.
    pub(crate) fn key(&self, profile: Option<&str>) -> Result<Option<String>, Failure> {
        let name = line_name(profile);
        let lines = self.lines()?;
        let key = lines.iter().find_map(|line| line.strip_prefix(&name));
        Ok(key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()))
    }

    /// Stores or removes a key. Returns whether there was one before.
    pub(crate) fn set(&self, profile: Option<&str>, key: Option<&str>) -> Result<bool, Failure> {
        let name = line_name(profile);
        let mut lines = self.lines()?;
        let before = lines.len();
        lines.retain(|line| !line.starts_with(&name));
        let was_there = lines.len() < before;
        if let Some(key) = key {
            lines.insert(0, format!("{name}{key}"));
        }
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.write(&text).map_err(Failure::file(self.0.display()))?;
        Ok(was_there)
    }

    fn lines(&self) -> Result<Vec<String>, Failure> {
        match fs::read_to_string(&self.0) {
            Ok(text) => Ok(text
                .trim_start_matches('\u{feff}')
                .lines()
                .map(ToOwned::to_owned)
                .collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(Failure::File(self.0.display().to_string(), error)),
        }
    }

    /// Replaces the file in one step. Temporary files can be read only by their owner.
    fn write(&self, text: &str) -> io::Result<()> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        Ok(())
    }
}

fn line_name(profile: Option<&str>) -> String {
    match profile {
        Some(profile) => format!("api_key.{profile}="),
        None => "api_key=".to_owned(),
    }
}
