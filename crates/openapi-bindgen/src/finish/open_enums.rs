//! Opens the enums of text that occur in responses: a value that the service has added since must not fail the whole response.
//! Such an enum gets a last variant `Unknown(String)`. Enums that are only sent stay closed: there, a wrong value is
//! the caller's mistake, and worth an error before the request.

use std::collections::{BTreeMap, BTreeSet};

use openapi_downconvert::{Change, Loss};
use syn::{
    Expr, ExprMatch, Fields, File, Ident, ImplItemFn, Item, ItemEnum, ItemImpl, Path, ReturnType, Type,
    parse_quote,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

use super::{module, without_derive};
use crate::Error;

pub(super) fn run(file: &mut File, changes: &mut Vec<Change>) -> Result<(), Error> {
    let roots = response_types(module(file, "builder")?);
    let types = module(file, "types")?;
    let received = reachable(types, roots);
    let mut opened = BTreeMap::new();
    for item in types.iter_mut() {
        if let Item::Enum(item) = item
            && received.contains(&item.ident)
            && item
                .variants
                .iter()
                .all(|variant| matches!(variant.fields, Fields::Unit))
        {
            let variant = open(item);
            changes.push(Change {
                pass: "open-enums",
                pointer: String::new(),
                loss: Loss::Widened,
                note: format!(
                    "types::{}: a value that it does not name is {variant}",
                    item.ident
                ),
            });
            opened.insert(item.ident.clone(), variant);
        }
    }
    let mut extended = 0;
    for item in types.iter_mut() {
        if let Item::Impl(item) = item
            && let Some(variant) = name_of(&item.self_ty).and_then(|name| opened.get(name))
        {
            extended += extend(item, variant);
        }
    }
    // `Display` and `FromStr` of each.
    if extended != 2 * opened.len() {
        return Err(Error::Shape(format!(
            "{} enums have {extended} matches to extend",
            opened.len()
        )));
    }
    Ok(())
}

/// The names in the success types of all operations.
fn response_types(builders: &[Item]) -> BTreeSet<Ident> {
    let mut names = Names::default();
    for item in builders {
        let Item::Impl(item) = item else { continue };
        for member in &item.items {
            if let syn::ImplItem::Fn(function) = member
                && function.sig.ident == "send"
                && let ReturnType::Type(_, output) = &function.sig.output
            {
                names.visit_type(output);
            }
        }
    }
    names.0
}

/// The types that occur in `roots`, directly or within others.
fn reachable(types: &[Item], roots: BTreeSet<Ident>) -> BTreeSet<Ident> {
    let mut parts = BTreeMap::new();
    for item in types {
        let mut names = Names::default();
        let ident = match item {
            Item::Struct(item) => {
                names.visit_fields(&item.fields);
                &item.ident
            }
            Item::Enum(item) => {
                names.visit_item_enum(item);
                &item.ident
            }
            _ => continue,
        };
        parts.insert(ident.clone(), names.0);
    }
    let mut seen = BTreeSet::new();
    let mut open: Vec<Ident> = roots.into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some(names) = parts.get(&name)
            && seen.insert(name)
        {
            open.extend(names.iter().cloned());
        }
    }
    seen
}

#[derive(Default)]
struct Names(BTreeSet<Ident>);

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(segment) = path.segments.last() {
            self.0.insert(segment.ident.clone());
        }
        visit::visit_path(self, path);
    }
}

fn name_of(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// Adds the variant, whose name it returns, and takes `Copy` away, which a text cannot have.
fn open(item: &mut ItemEnum) -> Ident {
    let mut name = String::from("Unknown");
    while item.variants.iter().any(|variant| variant.ident == name) {
        name.push('_');
    }
    let name: Ident = quote::format_ident!("{name}");
    item.variants.push(parse_quote! {
        /// A value that the document does not name.
        #[serde(untagged)]
        #name(::std::string::String)
    });
    for attribute in &mut item.attrs {
        without_derive(attribute, "Copy");
    }
    name
}

/// Teaches `Display` and `FromStr` the variant; tells how many matches it has extended.
fn extend(item: &mut ItemImpl, variant: &Ident) -> usize {
    struct Arms<'a>(&'a Ident, usize);
    impl VisitMut for Arms<'_> {
        fn visit_expr_match_mut(&mut self, expr: &mut ExprMatch) {
            visit_mut::visit_expr_match_mut(self, expr);
            let variant = self.0;
            if matches!(&*expr.expr, Expr::Unary(_)) {
                expr.expr = parse_quote!(self);
                expr.arms
                    .push(parse_quote!(Self::#variant(value) => f.write_str(value),));
                self.1 += 1;
            } else if let Some(last) = expr.arms.last_mut()
                && matches!(last.pat, syn::Pat::Wild(_))
            {
                *last = parse_quote!(_ => Ok(Self::#variant(value.to_owned())),);
                self.1 += 1;
            }
        }
    }
    let relevant = |function: &ImplItemFn| function.sig.ident == "fmt" || function.sig.ident == "from_str";
    let mut extended = 0;
    for member in &mut item.items {
        if let syn::ImplItem::Fn(function) = member
            && relevant(function)
        {
            let mut arms = Arms(variant, 0);
            arms.visit_impl_item_fn_mut(function);
            extended += arms.1;
        }
    }
    extended
}
