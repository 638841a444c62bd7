//! Everything that looks random is a pure function of the seed and of what is asked for. There is no stateful
//! generator, so the order of requests does not change what an input yields.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Seed(Uuid);

impl Seed {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Uuid::new_v5(&Uuid::NAMESPACE_OID, &seed.to_be_bytes()))
    }

    /// The `number`-th identifier of its kind.
    pub(crate) fn identifier(self, kind: &str, number: u64) -> Uuid {
        Uuid::new_v5(&self.0, format!("{kind}/{number}").as_bytes())
    }

    /// Draws once. The same `about` always gives the same result.
    pub(crate) fn draw(self, about: &[&str]) -> Draw {
        // The length before each part keeps ("ab", "c") and ("a", "bc") apart.
        let name: String = about
            .iter()
            .map(|part| format!("{}:{part};", part.len()))
            .collect();
        // The upper half of a UUID holds its version; the lower 62 bits are all hash.
        let (_, low) = Uuid::new_v5(&self.0, name.as_bytes()).as_u64_pair();
        Draw(low & ((1 << 62) - 1))
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn between(self, low: u64, high: u64) -> u64 {
        low + self.0 % (high.saturating_sub(low) + 1)
    }

    /// True once in `n` draws.
    pub(crate) fn once_in(self, n: u64) -> bool {
        self.between(1, n) == 1
    }

    pub(crate) fn pick<T: Copy, const N: usize>(self, from: &[T; N]) -> T {
        const { assert!(N > 0, "there must be something to pick from") };
        from[(self.0 % N as u64) as usize]
    }
}
