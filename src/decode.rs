//! Where and why a JSON text does not fit a type.

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

/// Decodes a text again to find where it does not fit `T`; `None` when it fits. The place costs time to track, so the
/// first decoding does without it.
pub fn misfit<T: DeserializeOwned>(json: &[u8]) -> Option<Misfit> {
    let mut json = serde_json::Deserializer::from_slice(json);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    Some(Misfit {
        path: error.path().to_string(),
        error: error.into_inner(),
    })
}
