//! What callers of generated code must give: the surface does not show it, since a builder has a setter for everything.

use std::collections::BTreeSet;

use syn::{
    Expr, ExprStruct, Ident, ImplItem, Item, Type,
    visit::{self, Visit},
};

use crate::Error;

/// The setters of `code` that must be called before a builder is used, by their paths: `types::builder::Order::id` for the member
/// of an object, `builder::CreateOrder::dry_run` for the parameter of an operation.
///
/// # Errors
///
/// [`Error::Code`] when `code` is not Rust.
pub fn required(code: &str) -> Result<BTreeSet<String>, Error> {
    let file = syn::parse_file(code).map_err(Error::Code)?;
    let mut found = BTreeSet::new();
    items(&file.items, "", &mut found);
    Ok(found)
}

fn items(all: &[Item], path: &str, found: &mut BTreeSet<String>) {
    for item in all {
        match item {
            Item::Mod(item) => {
                if let Some((_, inner)) = &item.content {
                    items(inner, &format!("{path}{}::", item.ident), found);
                }
            }
            // Builders come about in `new` (operations) and in `Default` (objects).
            Item::Impl(item) if path == "builder::" || path == "types::builder::" => {
                let Some(name) = name(&item.self_ty) else { continue };
                for member in &item.items {
                    if let ImplItem::Fn(function) = member
                        && (function.sig.ident == "new" || function.sig.ident == "default")
                    {
                        let mut unset = Unset {
                            path: format!("{path}{name}::"),
                            found,
                        };
                        unset.visit_block(&function.block);
                    }
                }
            }
            _ => {}
        }
    }
}

fn name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// Members that begin as an error, which a setter has to replace.
struct Unset<'a> {
    path: String,
    found: &'a mut BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Unset<'_> {
    fn visit_expr_struct(&mut self, literal: &'ast ExprStruct) {
        for field in &literal.fields {
            if let syn::Member::Named(member) = &field.member
                && let Expr::Call(call) = &field.expr
                && let Expr::Path(function) = &*call.func
                && function.path.is_ident("Err")
            {
                self.found.insert(format!("{}{member}", self.path));
            }
        }
        visit::visit_expr_struct(self, literal);
    }
}
