//! A record of the latest things, within bounds, so that a long run does not fill the memory.

use std::collections::VecDeque;

/// How much memory something takes, roughly, in bytes.
pub(crate) trait Weight {
    fn weight(&self) -> usize;
}

/// The latest things that were pushed, each with a number that counts from 0 and stays the same.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    items: VecDeque<T>,
    /// The number of the first of the items.
    first: u64,
    weight: usize,
    bounds: (usize, usize),
}

impl<T: Weight> Ring<T> {
    /// Keeps at most so many items, and so many bytes.
    pub(crate) fn new(items: usize, bytes: usize) -> Self {
        Self {
            items: VecDeque::new(),
            first: 0,
            weight: 0,
            bounds: (items, bytes),
        }
    }

    /// Adds an item, at the cost of the oldest ones; its number.
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

    /// The number that the next item gets: how many there were.
    pub(crate) fn next(&self) -> u64 {
        self.first + self.items.len() as u64
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.items.get_mut(at)
    }

    /// The items that are kept, with their numbers, the oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> + ExactSizeIterator {
        self.items
            .iter()
            .enumerate()
            .map(|(at, item)| (self.first + at as u64, item))
    }

    /// Takes the items out; numbers go on.
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
        // One item that is too heavy is kept all the same: it is what just happened.
        ring.push("eeeeeeeeeeee");
        assert_eq!(ring.take(), ["eeeeeeeeeeee"]);
        assert_eq!(ring.push("f"), 5);
        assert_eq!(ring.iter().len(), 1);
    }
}
