//! Money: amounts of credits, and the balance of the workspace. Amounts are whole numbers of millionths, so
//! that a thousand charges of 0.1 add up to exactly 100.

use std::{
    collections::VecDeque,
    iter::Sum,
    ops::{Add, Mul, Sub},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{clock::Moment, refusal::Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Credits(i64);

const UNIT: i64 = 1_000_000;

impl Credits {
    pub(crate) const ZERO: Self = Self(0);

    pub(crate) const fn hundredths(amount: i64) -> Self {
        Self(amount * (UNIT / 100))
    }

    /// The nearest amount. NaN counts as zero.
    pub(crate) fn nearest(amount: f64) -> Self {
        // Casting a float saturates, and turns NaN into zero.
        Self((amount * UNIT as f64).round() as i64)
    }

    pub(crate) fn number(self) -> f64 {
        self.0 as f64 / UNIT as f64
    }

    /// The amount as decimal text.
    pub(crate) fn text(self) -> String {
        self.number().to_string()
    }

    /// The amount in the service's format: without a fraction if it is whole.
    pub(crate) fn json(self) -> Value {
        if self.0 % UNIT == 0 {
            (self.0 / UNIT).into()
        } else {
            self.number().into()
        }
    }
}

impl Add for Credits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Credits {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<u64> for Credits {
    type Output = Self;
    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(i64::try_from(times).unwrap_or(i64::MAX)))
    }
}

impl Sum for Credits {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// The balance and its history. A run reserves its highest price when it starts, and gets back what it did
/// not use.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ledger {
    balance: Credits,
    now: Moment,
    /// The latest changes.
    entries: VecDeque<Entry>,
}

/// How many changes are kept.
const ENTRIES: usize = 2000;

/// A change of the balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) at: Moment,
    pub(crate) change: Credits,
    /// The balance after it.
    pub(crate) balance: Credits,
}

impl Ledger {
    pub(crate) fn new(balance: Credits) -> Self {
        Self {
            balance,
            now: Moment::ZERO,
            entries: VecDeque::new(),
        }
    }

    pub(crate) fn balance(&self) -> Credits {
        self.balance
    }

    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Sets the moment of the changes that follow.
    pub(crate) fn set_now(&mut self, now: Moment) {
        self.now = now;
    }

    /// Checks whether this amount can be reserved.
    pub(crate) fn check(&self, amount: Credits) -> Result<(), Refusal> {
        if amount > self.balance {
            return Err(Refusal::out_of_credits());
        }
        Ok(())
    }

    pub(crate) fn reserve(&mut self, amount: Credits) -> Result<(), Refusal> {
        self.check(amount)?;
        self.change(Credits::ZERO - amount);
        Ok(())
    }

    pub(crate) fn refund(&mut self, amount: Credits) {
        self.change(amount);
    }

    fn change(&mut self, change: Credits) {
        if change != Credits::ZERO {
            self.balance = self.balance + change;
            self.entries.push_back(Entry {
                at: self.now,
                change,
                balance: self.balance,
            });
            if self.entries.len() > ENTRIES {
                self.entries.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_add_up_without_a_rest() {
        let mut ledger = Ledger::new(Credits::nearest(1.0));
        for _ in 0..10 {
            ledger.reserve(Credits::nearest(0.1)).unwrap();
        }
        assert_eq!(ledger.balance(), Credits::ZERO);
        assert_eq!(ledger.reserve(Credits(1)), Err(Refusal::out_of_credits()));
        ledger.refund(Credits::hundredths(250));
        assert_eq!(ledger.balance().json(), 2.5);
        assert_eq!(Credits::nearest(3.0).json(), 3);
        assert_eq!(Credits::nearest(f64::NAN), Credits::ZERO);
    }
}
