//! Questions before something that cannot be undone, or that costs.

use std::io::{self, IsTerminal as _, Write as _};

use crate::failure::Failure;

/// Asks on the terminal, and fails unless the answer is yes. `--yes` answers before; without a terminal, there must be one.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{question} No terminal to confirm on; pass --yes"
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
