//! A bounded record of the latest items, so that a long run does not fill the memory.

use std::collections::VecDeque;

/// The approximate memory use of an item, in bytes.
pub(crate) trait Weight {
    fn weight(&self) -> usize;
}

/// The latest items. Each has a number that counts from 0 and never changes.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    items: VecDeque<T>,
    /// The number of the first item that is kept.
    first: u64,
    weight: usize,
    bounds: (usize, usize),
}

impl<T: Weight> Ring<T> {
    /// Keeps at most this many items and this many bytes.
    pub(crate) fn new(items: usize, bytes: usize) -> Self {
        Self {
            items: VecDeque::new(),
            first: 0,
            weight: 0,
            bounds: (items, bytes),
        }
    }

    /// Adds an item, dropping the oldest ones if necessary, and returns its number.
    pub(crate) fn push(&mut self, item: T) -> u64 {
        self.weight += item.weight();
        self.items.push_back(item);
        let number = self.next() - 1;
        let (items, bytes) = self.bounds;
        while self.items.len() > items || self.weight > bytes && self.items.len() > 1 {
            let Some(oldest) = self.items.pop_front() else {
                break;
            };
            self.weight -= oldest.weight();
            self.first += 1;
        }
        number
    }

    /// The number of the next item, which is the count of all items so far.
    pub(crate) fn next(&self) -> u64 {
        self.first + self.items.len() as u64
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.items.get_mut(at)
    }

    /// The items that are kept, with their numbers, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> + ExactSizeIterator {
        self.items
            .iter()
            .enumerate()
            .map(|(at, item)| (self.first + at as u64, item))
    }

    /// Takes the items out. Numbering continues.
    pub(crate) fn take(&mut self) -> Vec<T> {
        self.first = self.next();
        self.weight = 0;
        self.items.drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Weight for &str {
        fn weight(&self) -> usize {
            self.len()
        }
    }

    #[test]
    fn the_oldest_items_make_room_and_numbers_stay() {
        let mut ring = Ring::new(3, 10);
        for item in ["a", "bb", "ccc"] {
            ring.push(item);
        }
        assert_eq!(ring.push("dddd"), 3);
        assert_eq!(
            ring.iter().collect::<Vec<_>>(),
            [(1, &"bb"), (2, &"ccc"), (3, &"dddd")]
        );
        assert_eq!(
            [0, 2, 4].map(|number| ring.get_mut(number).copied()),
            [None, Some("ccc"), None]
        );
        // A single item that is too large is kept all the same, because it is the latest event.
        ring.push("eeeeeeeeeeee");
        assert_eq!(ring.take(), ["eeeeeeeeeeee"]);
        assert_eq!(ring.push("f"), 5);
        assert_eq!(ring.iter().len(), 1);
    }
}
