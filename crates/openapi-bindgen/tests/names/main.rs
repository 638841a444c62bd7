//! Whatever the names in a document are, each thing has a distinct Rust name, and the thing with that name is
//! the right one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod document;

use std::collections::{BTreeMap, BTreeSet};

use document::{FORMS, INSTANT, LIST, ODD, TEXT, document, mark};
use openapi_bindgen::{Generated, Settings, generate};
use proptest::{collection, prelude::*, sample};
use syn::{
    Attribute, FnArg, Ident, ImplItem, Item, LitStr, Pat,
    visit::{self, Visit},
};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => sample::select(ODD.to_vec()).prop_map(ToOwned::to_owned),
        2 => "[a-zA-Z0-9._-]{1,12}",
        // These names often collapse.
        3 => "[aAbB1._-]{1,5}",
        1 => "\\PC{1,6}",
    ]
}

fn names(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
    collection::btree_set(name(), count)
        .prop_map(|names| names.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

/// Which other schemas a schema refers to.
fn referred<'a>(form: usize, next: &'a str, before: Option<&'a String>) -> Option<&'a str> {
    match form {
        0 | 4 | LIST => Some(next),
        6 => before.map(String::as_str),
        _ => None,
    }
}

fn ident(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// The parts of a type.
#[derive(Default)]
struct Parts {
    /// The JSON names of its members or values.
    members: BTreeSet<String>,
    /// The types next to it.
    types: BTreeSet<String>,
}

impl Parts {
    fn member(&mut self, ident: &Ident, attributes: &[Attribute]) {
        let mut name = ident.to_string();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("serde"))
        {
            // Other options do not matter here.
            let _ = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    name = meta.value()?.parse::<LitStr>()?.value();
                }
                Ok(())
            });
        }
        self.members.insert(name);
    }
}

impl<'ast> Visit<'ast> for Parts {
    fn visit_field(&mut self, field: &'ast syn::Field) {
        if let Some(ident) = &field.ident {
            self.member(ident, &field.attrs);
        }
        visit::visit_field(self, field);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.member(&variant.ident, &variant.attrs);
        visit::visit_variant(self, variant);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.types.extend(path.get_ident().map(ToString::to_string));
        visit::visit_path(self, path);
    }
}

/// Finds duplicates.
#[derive(Default)]
struct Twice(Vec<String>);

impl Twice {
    fn look<'a>(&mut self, of: &str, names: impl Iterator<Item = &'a Ident>) {
        let mut seen = BTreeSet::new();
        for name in names.map(ToString::to_string) {
            if !seen.insert(name.clone()) {
                self.0.push(format!("{of} {name}"));
            }
        }
    }

    fn items(&mut self, items: &[Item]) {
        self.look(
            "item",
            items.iter().filter_map(|item| match item {
                Item::Trait(item) => Some(&item.ident),
                Item::Mod(item) => Some(&item.ident),
                item => ident(item),
            }),
        );
    }
}

impl<'ast> Visit<'ast> for Twice {
    fn visit_file(&mut self, file: &'ast syn::File) {
        self.items(&file.items);
        visit::visit_file(self, file);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let content = module.content.as_ref();
        self.items(content.map_or(&[], |(_, items)| items));
        visit::visit_item_mod(self, module);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.look(
            "field",
            item.fields.iter().filter_map(|field| field.ident.as_ref()),
        );
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.look("variant", item.variants.iter().map(|variant| &variant.ident));
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        self.look(
            "method",
            block.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(&method.sig.ident),
                _ => None,
            }),
        );
        visit::visit_item_impl(self, block);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.look(
            "argument",
            signature.inputs.iter().filter_map(|input| match input {
                FnArg::Typed(argument) => match &*argument.pat {
                    Pat::Ident(name) => Some(&name.ident),
                    _ => None,
                },
                FnArg::Receiver(_) => None,
            }),
        );
    }
}

/// All strings in the code.
#[derive(Default)]
struct Texts(BTreeSet<String>);

impl<'ast> Visit<'ast> for Texts {
    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.0.insert(text.value());
    }
}

/// The marks in a type and in the inner types that are not schemas of the document themselves, and the
/// schemas it refers to.
fn found(
    name: &str,
    types: &BTreeMap<String, Parts>,
    schemas: &BTreeSet<&String>,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut marks = BTreeSet::new();
    let mut referred = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        let Some(parts) = types.get(&name).filter(|_| seen.insert(name.clone())) else {
            continue;
        };
        marks.extend(
            parts
                .members
                .iter()
                .filter(|member| member.starts_with("mark"))
                .cloned(),
        );
        let (known, within): (Vec<_>, Vec<_>) = parts
            .types
            .iter()
            .cloned()
            .partition(|name| schemas.contains(name));
        referred.extend(known);
        open.extend(within);
    }
    (marks, referred)
}

fn check(names: &[String], forms: &[usize], ids: &[String], parameters: &[String], settings: &Settings) {
    let document = document(names, forms, ids, parameters);
    let shown = document.to_string();
    let Generated {
        code,
        operations,
        skipped,
        schemas,
        types: named,
        ..
    } = generate(document, settings).unwrap_or_else(|error| panic!("{error}: {shown}"));
    assert_eq!(skipped, [], "{shown}");
    assert_eq!(
        (schemas.total, schemas.generated),
        (names.len(), names.len()),
        "{shown}"
    );
    assert_eq!(operations.len(), names.len(), "{shown}");
    let file = syn::parse_file(&code).unwrap_or_else(|error| panic!("{error}: {shown}"));

    let mut twice = Twice::default();
    twice.visit_file(&file);
    assert_eq!(twice.0, [""; 0], "{shown}");
    for operation in &operations {
        assert!(
            code.contains(&format!("fn {}(", operation.id)),
            "{}: {shown}",
            operation.id
        );
    }
    let mut texts = Texts::default();
    texts.visit_file(&file);
    for parameter in parameters {
        assert!(texts.0.contains(parameter), "{parameter:?}: {shown}");
    }

    let module = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let types: BTreeMap<String, Parts> = module
        .map_or(&[][..], |(_, items)| items)
        .iter()
        .filter_map(|item| {
            let mut parts = Parts::default();
            parts.visit_item(item);
            Some((ident(item)?.to_string(), parts))
        })
        .collect();
    assert_eq!(named.keys().collect::<BTreeSet<_>>(), names.iter().collect());
    let rust: BTreeSet<&String> = named.values().collect();
    assert_eq!(rust.len(), names.len(), "{named:?}");
    for (index, name) in names.iter().enumerate() {
        let form = forms[index];
        assert!(
            types.contains_key(&named[name]),
            "no type for {name:?} in {named:?}: {shown}"
        );
        let (marks, types) = found(&named[name], &types, &rust);
        let expected = match form {
            LIST | TEXT | INSTANT => BTreeSet::new(),
            _ => BTreeSet::from([mark(index)]),
        };
        assert_eq!(marks, expected, "{name:?} in {named:?}: {shown}");
        let before = index.checked_sub(1).map(|before| &names[before]);
        let expected = referred(form, &names[(index + 1) % names.len()], before);
        let expected: BTreeSet<_> = expected.map(|name| named[name].clone()).into_iter().collect();
        let others = &types - &BTreeSet::from([named[name].clone()]);
        assert_eq!(
            others,
            &expected - &BTreeSet::from([named[name].clone()]),
            "{name:?} in {named:?}: {shown}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn everything_has_one_name_of_its_own(
        names in names(1..9),
        forms in collection::vec(0..FORMS, 9),
        ids in names(1..4),
        parameters in names(0..4),
        lossless: bool,
    ) {
        let mut settings = Settings::standalone();
        settings.lossless = lossless;
        check(&names, &forms, &ids, &parameters, &settings);
    }
}

#[test]
fn all_odd_names_stand_side_by_side() {
    let names = ODD.map(ToOwned::to_owned);
    check(
        &names,
        &document::odd_forms(),
        &names,
        &names,
        &Settings::standalone(),
    );
}
