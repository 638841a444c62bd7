//! Removes `Client::new`: it panics when TLS cannot be set up, and its HTTP client follows redirects, which would hand
//! the credential to another host. `Client::new_with_client` stays.

use syn::{File, ImplItem, Item};

use crate::Error;

pub(super) fn run(file: &mut File) -> Result<(), Error> {
    for item in &mut file.items {
        let Item::Impl(block) = item else { continue };
        let before = block.items.len();
        block
            .items
            .retain(|item| !matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"));
        if block.trait_.is_none() && block.items.len() < before {
            return Ok(());
        }
    }
    Err(Error::Shape("there is no `Client::new`".to_owned()))
}
