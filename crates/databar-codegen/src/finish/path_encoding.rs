//! Lets paths be encoded by the runtime's `encode_path` instead of progenitor's, which leaves the backslash: a URL parser
//! takes that for a slash, and the request goes to another operation.

use syn::{File, Item, UseTree, parse_quote};

use crate::Error;

const FUNCTION: &str = "encode_path";

pub(super) fn run(file: &mut File) -> Result<(), Error> {
    let imports = file.items.iter_mut().filter_map(|item| match item {
        Item::Use(import) => Some(&mut import.tree),
        _ => None,
    });
    if imports.map(without_function).filter(|found| *found).count() != 1 {
        return Err(Error::Shape(format!("`{FUNCTION}` is not imported once")));
    }
    file.items.push(parse_quote!(
        #[allow(unused_imports)]
        use self::runtime::encode_path;
    ));
    Ok(())
}

fn without_function(tree: &mut UseTree) -> bool {
    match tree {
        UseTree::Path(path) => without_function(&mut path.tree),
        UseTree::Group(group) => {
            let before = group.items.len();
            let kept = std::mem::take(&mut group.items).into_iter();
            group.items = kept
                .filter(|item| !matches!(item, UseTree::Name(name) if name.ident == FUNCTION))
                .collect();
            group.items.len() < before
        }
        _ => false,
    }
}
