//! Where and why a JSON text is not of a type.

use serde::de::DeserializeOwned;

/// What does not fit a type.
#[derive(Debug)]
#[non_exhaustive]
pub struct Misfit {
    /// Its place, such as `data[3].email`; `.` is the whole.
    pub path: String,
    /// What is wrong with it.
    pub error: serde_json::Error,
}

/// Decodes a text once more, to learn where it is no `T`: finding that out takes time, which what fits should not cost.
/// `None` when it is one after all.
pub fn misfit<T: DeserializeOwned>(json: &[u8]) -> Option<Misfit> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    Some(Misfit {
        path: error.path().to_string(),
        error: error.into_inner(),
    })
}
