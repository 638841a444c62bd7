//! Lets a test break each stage of the generation on purpose. Outside of tests, nothing is broken.

#[cfg(test)]
mod tests;

use syn::Item;

use crate::{finish::Failure, items};

/// The stages that can be broken.
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

/// Fails if a test has broken the stage for this name.
pub(crate) fn check(stage: Stage, name: &str) -> Result<(), String> {
    #[cfg(test)]
    if BROKEN.with_borrow(|broken| broken.iter().any(|(at, what)| *at == stage && what == name)) {
        return Err(format!("{stage:?} was broken for {name}"));
    }
    let _ = (stage, name);
    Ok(())
}

/// The types at which the stage fails. A type that is any JSON has failed before, and does not fail again.
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

/// Breaks a stage for one name, until the end of the test.
#[cfg(test)]
pub(crate) fn break_at(stage: Stage, name: &str) {
    BROKEN.with_borrow_mut(|broken| broken.push((stage, name.to_owned())));
}
