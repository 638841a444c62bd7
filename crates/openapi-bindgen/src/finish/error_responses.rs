//! Lets the error type read its own responses: `ResponseValue::from_response` loses the status of a body that does not
//! have the documented shape (a proxy's HTML page, say).

use quote::ToTokens;
use syn::{
    Expr, ExprCall, File, Path,
    visit_mut::{self, VisitMut},
};

use crate::{Error, Settings};

/// What the preparing pass `error-bodies` leaves of the error responses of an operation: `4XX` and `5XX`.
const RANGES: usize = 2;

pub(super) fn run(file: &mut File, settings: &Settings, operations: usize) -> Result<(), Error> {
    let error_body = settings.error_body();
    let function: Path = syn::parse_str(&format!("{error_body}::from_response"))
        .map_err(|error| Error::Settings(format!("the error type {error_body:?}: {error}")))?;
    let mut pass = Pass { function, mended: 0 };
    pass.visit_file_mut(file);
    let expected = operations * RANGES;
    if pass.mended != expected {
        return Err(Error::Shape(format!(
            "{} of {expected} error responses are read as known",
            pass.mended
        )));
    }
    Ok(())
}

struct Pass {
    function: Path,
    mended: usize,
}

impl VisitMut for Pass {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        if call.func.to_token_stream().to_string() == "Error :: ErrorResponse" {
            let mut reader = Reader { pass: self };
            for argument in &mut call.args {
                reader.visit_expr_mut(argument);
            }
        } else {
            visit_mut::visit_expr_call_mut(self, call);
        }
    }
}

struct Reader<'a> {
    pass: &'a mut Pass,
}

impl VisitMut for Reader<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        if let Expr::Path(path) = &mut *call.func
            && path.to_token_stream().to_string() == "ResponseValue :: from_response"
        {
            path.path = self.pass.function.clone();
            self.pass.mended += 1;
        }
    }
}
