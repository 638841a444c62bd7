//! `OPERATIONS.md` lists every operation with its method of the facade. `UPDATE_GOLDEN=1 cargo test -p
//! databar --test operations` writes it anew.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use databar::api::operations::{ALL, Operation};
use syn::visit::{self, Visit};

#[path = "support/golden.rs"]
mod golden;
#[path = "support/rust_files.rs"]
mod rust_files;

use golden::assert_golden;
use rust_files::rust_files;

/// Operations that are sent when what a method gives is awaited, with that method.
const WHEN_AWAITED: [(&str, &str); 11] = [
    ("add_table_enrichment", "Table::add_enrichment"),
    ("add_table_exporter", "Table::add_exporter"),
    ("add_table_waterfall", "Table::add_waterfall"),
    ("create_table", "Client::create_table"),
    ("delete_rows", "Table::delete_rows"),
    ("insert_rows", "Table::insert"),
    ("list_rows", "Table::rows"),
    ("run_table_enrichment", "Table::run"),
    ("start_table_export", "Table::export"),
    ("update_rows", "Table::update"),
    ("upsert_rows", "Table::upsert"),
];

/// The public methods, each with the operations that it calls.
#[derive(Default)]
struct Methods {
    owner: String,
    method: Option<String>,
    all: BTreeSet<String>,
    by_operation: BTreeMap<String, BTreeSet<String>>,
    /// The operations without a method, each with the reason.
    left_out: BTreeMap<String, String>,
}

impl<'ast> Visit<'ast> for Methods {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let syn::Type::Path(path) = &*item.self_ty {
            self.owner = path.path.segments.last().unwrap().ident.to_string();
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        let is_public = matches!(function.vis, syn::Visibility::Public(_));
        self.method = is_public.then(|| format!("{}::{}", self.owner, function.sig.ident));
        self.all.extend(self.method.clone());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let is_on_api = match &*call.receiver {
            syn::Expr::MethodCall(receiver) => receiver.method == "api",
            syn::Expr::Path(receiver) => receiver.path.is_ident("api"),
            _ => false,
        };
        if is_on_api {
            let methods = self.by_operation.entry(call.method.to_string()).or_default();
            methods.extend(self.method.clone());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}
}

/// A link to a method on docs.rs.
fn link(method: &str) -> String {
    let (owner, name) = method.split_once("::").unwrap();
    format!("[`{method}`](https://docs.rs/databar/latest/databar/struct.{owner}.html#method.{name})")
}

fn row(operation: &Operation, methods: &Methods) -> String {
    let credits = if operation.billable { "yes" } else { "" };
    let calls: Vec<String> = match methods.left_out.get(operation.id) {
        Some(reason) => vec![format!("none: {reason}")],
        None => methods.by_operation[operation.id]
            .iter()
            .map(|method| link(method))
            .collect(),
    };
    format!(
        "| {} | `{}` | `{} {}` | {} | {credits} |\n",
        operation.summary,
        operation.id,
        operation.method,
        operation.path,
        calls.join(", ")
    )
}

/// The file as it should be.
fn table(methods: &Methods) -> String {
    let mut by_tag: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in ALL {
        by_tag.entry(operation.tag).or_default().push(operation);
    }
    let mut text = format!(
        "# The {} operations\n\nEvery operation of the API has a method in the facade, and the sandbox answers all of them. Errors, faults of\n\
         the sandbox and `operations::find` name an operation by its id, which is also its method on `Client::api()`.\n\
         A test writes this file from the document and the source: `tests/operations.rs`.\n",
        ALL.len()
    );
    for (tag, operations) in by_tag {
        text += &format!(
            "\n## {tag}\n\n| what it does | id | request | method | spends credits |\n| --- | --- | --- | --- | --- |\n"
        );
        text.extend(operations.iter().map(|operation| row(operation, methods)));
    }
    text
}

#[test]
fn every_operation_is_listed_with_its_method() {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut methods = Methods::default();
    for file in rust_files(&krate.join("src")) {
        methods.visit_file(&syn::parse_file(&fs::read_to_string(file).unwrap()).unwrap());
    }
    let left_out = fs::read(krate.join("left-out.json")).unwrap();
    let by_reason: BTreeMap<String, Vec<String>> = serde_json::from_slice(&left_out).unwrap();
    for (reason, operations) in by_reason {
        let operations = operations
            .into_iter()
            .map(|operation| (operation, reason.clone()));
        methods.left_out.extend(operations);
    }
    for (operation, method) in WHEN_AWAITED {
        assert!(methods.all.contains(method), "the facade has no method {method}");
        let known = methods.by_operation.get_mut(operation).unwrap();
        known.insert(method.to_owned());
    }
    for operation in ALL {
        let known = methods.by_operation.get(operation.id);
        assert!(
            known.is_some_and(|methods| !methods.is_empty()) || methods.left_out.contains_key(operation.id),
            "no method is known for {}; add it to WHEN_AWAITED if it is sent when something is awaited, or to \
             left-out.json with the reason",
            operation.id
        );
    }
    assert_golden("OPERATIONS.md", &table(&methods), "operations");
}
