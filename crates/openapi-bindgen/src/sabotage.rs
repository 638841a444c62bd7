//! Lets a test break each stage of the generation on purpose. In a program, nothing is ever broken.

#[cfg(test)]
mod tests;

use syn::Item;

use crate::{finish::Failure, items};

/// Where something can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A schema gets its Rust name.
    Naming,
    /// progenitor makes a type of a schema.
    Generating,
    /// A type is finished.
    Finishing,
    /// An operation is written.
    Writing,
}

/// Fails where a test wants it.
pub(crate) fn check(stage: Stage, name: &str) -> Result<(), String> {
    #[cfg(test)]
    if BROKEN.with_borrow(|broken| broken.iter().any(|(at, what)| *at == stage && what == name)) {
        return Err(format!("{stage:?} was broken for {name}"));
    }
    let _ = (stage, name);
    Ok(())
}

/// The types at which the stage fails. One that is any JSON has failed before, and does not again.
pub(crate) fn failures(stage: Stage, types: &[Item]) -> Vec<Failure> {
    types
        .iter()
        .filter(|item| !items::is_any_json(item))
        .filter_map(|item| {
            let name = items::name(item)?.to_string();
            let reason = check(stage, &name).err()?;
            Some(Failure { name, reason })
        })
        .collect()
}

#[cfg(test)]
thread_local! {
    static BROKEN: std::cell::RefCell<Vec<(Stage, String)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Breaks a stage for one name, for the rest of the test.
#[cfg(test)]
pub(crate) fn break_at(stage: Stage, name: &str) {
    BROKEN.with_borrow_mut(|broken| broken.push((stage, name.to_owned())));
}
