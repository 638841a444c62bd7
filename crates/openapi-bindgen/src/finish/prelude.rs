//! Takes the client out of the generated prelude, which is there for the traits: whoever imports it beside a facade with a
//! `Client` of its own would have two.

use syn::{File, Item};

use super::module;
use crate::Error;

pub(super) fn run(file: &mut File) -> Result<(), Error> {
    let items = module(file, "prelude")?;
    let before = items.len();
    items.retain(|item| {
        !matches!(item, Item::Use(import) if quote::ToTokens::to_token_stream(&import.tree).to_string() == "super :: Client")
    });
    if items.len() < before {
        Ok(())
    } else {
        Err(Error::Shape("the prelude has no `Client`".to_owned()))
    }
}
