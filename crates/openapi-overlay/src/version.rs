//! The versions of the Overlay Specification.

/// The version of the Overlay Specification that an overlay uses. The patch version does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Version {
    /// Overlay 1.0: targets are objects and arrays. The `update` of an array is one entry to append.
    V1_0,
    /// Overlay 1.1: targets may be primitive too. Updating an array with an array concatenates them. Adds
    /// `copy`.
    V1_1,
}

impl Version {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let version = match (parts.next()?, parts.next()?) {
            ("1", "0") => Self::V1_0,
            ("1", "1") => Self::V1_1,
            _ => return None,
        };
        let patch = parts.next()?;
        let is_number = !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && parts.next().is_none()).then_some(version)
    }
}
