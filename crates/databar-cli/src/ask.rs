//! Confirmation before an action that costs credits or cannot be undone.

use std::io::{self, IsTerminal as _, Write as _};

use crate::failure::Failure;

/// Asks on the terminal, and fails unless the answer is yes. `--yes` skips the question. Without a terminal,
/// `--yes` is required.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{question} There is no terminal to confirm on; pass --yes"
        )));
    }
    let failed = |error| Failure::File("the terminal".to_owned(), error);
    write!(io::stderr(), "{question} [y/N] ").map_err(failed)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(failed)?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::Other("nothing was done".to_owned())),
    }
}
