//! Counts the values in a JSON text without storing them: a byte of text (`0,`) can take 72 bytes in memory.

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Whether a JSON text has more than `limit` values: strings, numbers, arrays and so on, but not the names of
/// members. In text that is not JSON, the values before the error count.
pub(crate) fn exceed(limit: usize, text: &[u8]) -> bool {
    // Every value takes at least one byte.
    if text.len() <= limit {
        return false;
    }
    let count = Cell::new(0);
    let _ = Values(&count).deserialize(&mut serde_json::Deserializer::from_slice(text));
    count.get() > limit
}

#[derive(Clone, Copy)]
struct Values<'a>(&'a Cell<usize>);

impl Values<'_> {
    fn add<E>(self) -> Result<(), E> {
        self.0.set(self.0.get() + 1);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.add()
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.add()
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.add()
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.add()
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.add()
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.add()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        self.add()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_key::<IgnoredAny>()?.is_some() {
            members.next_value_seed(self)?;
        }
        self.add()
    }
}

#[cfg(test)]
mod tests {
    use super::exceed;

    #[test]
    fn every_value_counts_and_names_of_members_do_not() {
        let text = br#"{"a": [1, -2, 0.5, "x", null, true], "b": {}}"#;
        assert!(exceed(8, text));
        assert!(!exceed(9, text));
    }

    #[test]
    fn a_mistake_ends_the_count() {
        assert!(exceed(1, b"[1, 2, oh"));
        assert!(!exceed(2, b"[1, 2, oh"));
    }
}
