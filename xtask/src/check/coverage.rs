//! Whether the facade calls each operation, or lists it with the reason why not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};

use crate::finding::Finding;

/// The code of the facade.
pub(super) const FACADE: &str = "crates/databar/src";

/// The operations that the facade leaves to the generated client, by reason.
pub(super) const LEFT_OUT: &str = "crates/databar/left-out.json";

pub(super) fn findings(operations: &[String], workspace: &Path) -> Result<Vec<Finding>, String> {
    let text =
        fs::read_to_string(workspace.join(LEFT_OUT)).map_err(|error| format!("{LEFT_OUT}: {error}"))?;
    let by_reason: BTreeMap<String, Vec<String>> = serde_json::from_str(&text).map_err(|error| {
        format!("{LEFT_OUT}: must be an object with a list of operations for each reason: {error}")
    })?;
    let left_out: BTreeSet<&String> = by_reason.values().flatten().collect();
    let mut calls = Calls::default();
    read_folder(&workspace.join(FACADE), &mut calls)?;

    let mut findings = Vec::new();
    for operation in operations {
        match (calls.0.contains(operation), left_out.contains(operation)) {
            (false, false) => findings.push(Finding::new(format!(
                "no method calls {operation}; add one, or list the operation in {LEFT_OUT} with the reason, \
                 then run `cargo xtask check`"
            ))),
            (true, true) => findings.push(to_be_removed(operation, "a method calls it")),
            _ => {}
        }
    }
    let unknown = left_out.iter().filter(|name| !operations.contains(name));
    findings.extend(unknown.map(|name| to_be_removed(name, "the document has no such operation")));
    Ok(findings)
}

fn to_be_removed(name: &str, why: &str) -> Finding {
    Finding::new(format!(
        "{LEFT_OUT} lists {name}, but {why}; remove it there, then run `cargo xtask check`"
    ))
}

/// The names of the methods that are called on `api()` or on a variable `api`.
#[derive(Default)]
struct Calls(BTreeSet<String>);

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let is_on_api = match &*call.receiver {
            syn::Expr::MethodCall(receiver) => receiver.method == "api",
            syn::Expr::Path(receiver) => receiver.path.is_ident("api"),
            _ => false,
        };
        if is_on_api {
            self.0.insert(call.method.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }

    /// Calls in tests are not part of the facade.
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute
                    .parse_args::<syn::Path>()
                    .is_ok_and(|condition| condition.is_ident("test"))
        });
        if !is_test {
            visit::visit_item_mod(self, module);
        }
    }
}

fn read_folder(folder: &Path, calls: &mut Calls) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
        let path = entry.map_err(|error| failed(&error))?.path();
        if path.is_dir() {
            read_folder(&path, calls)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let file = syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            calls.visit_file(&file);
        }
    }
    Ok(())
}
