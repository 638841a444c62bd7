//! Removes the header `api-version` that progenitor adds to each request: the document does not know it.

use quote::ToTokens;
use syn::{
    Block, Expr, File, Local, Pat, Stmt,
    visit_mut::{self, VisitMut},
};

use crate::Error;

pub(super) fn run(file: &mut File, operations: usize) -> Result<(), Error> {
    let mut pass = Pass { removed: 0 };
    pass.visit_file_mut(file);
    if pass.removed != operations {
        return Err(Error::Shape(format!(
            "{} of {operations} operations send the header `api-version`",
            pass.removed
        )));
    }
    Ok(())
}

struct Pass {
    removed: usize,
}

impl VisitMut for Pass {
    fn visit_block_mut(&mut self, block: &mut Block) {
        if let Some(declared) = block.stmts.iter().position(declares_header_map) {
            let before = block.stmts.len();
            block.stmts.retain(|stmt| {
                !appends(stmt)
                    || !stmt
                        .to_token_stream()
                        .to_string()
                        .contains("from_static (\"api-version\")")
            });
            self.removed += before - block.stmts.len();
            if !block
                .stmts
                .iter()
                .any(|stmt| stmt.to_token_stream().to_string().contains("header_map . append"))
            {
                block.stmts.remove(declared);
                WithoutHeaders.visit_block_mut(block);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
}

fn declares_header_map(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Local(Local { pat: Pat::Ident(pat), .. }) if pat.ident == "header_map")
}

fn appends(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(Expr::MethodCall(call), _) if call.method == "append")
}

/// Takes the call `.headers(header_map)` out of a chain.
struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Expr::MethodCall(call) = expr
            && call.method == "headers"
            && call.args.to_token_stream().to_string() == "header_map"
        {
            *expr = (*call.receiver).clone();
        }
    }
}
