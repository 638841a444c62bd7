//! Makes text from clients safe to show on a terminal and on a page.

use std::fmt::{self, Write};

/// Whether a character affects its surroundings: ends a line, moves the cursor, changes the direction of
/// other text, or is invisible.
fn acts(c: char) -> bool {
    // Joiners are kept, because scripts and emoji need them.
    let is_mark = matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}');
    c.is_control() || is_mark || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

/// Writes text with such characters escaped.
pub(crate) struct Visible<W>(pub(crate) W);

impl<W: Write> Write for Visible<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match acts(c) {
            true => write!(self.0, "{}", c.escape_default()),
            false => self.0.write_char(c),
        })
    }
}

/// The first characters of a text, with such characters escaped.
pub(crate) fn visible(text: &str, longest: usize) -> String {
    let mut shown = Visible(String::new());
    let end = text.char_indices().nth(longest);
    // Writing to a string does not fail.
    let _ = shown.write_str(&text[..end.map_or(text.len(), |(at, _)| at)]);
    if end.is_some() {
        shown.0.push('…');
    }
    shown.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_escaped_and_what_is_long_is_cut() {
        assert_eq!(visible("a\n\u{1b}[2J\u{202e}b", 9), r"a\n\u{1b}[2J\u{202e}b");
        assert_eq!(visible("नमस्ते, \"Zoë\" 👩‍🔬", 99), "नमस्ते, \"Zoë\" 👩‍🔬");
        assert_eq!(visible("äöü", 2), "äö…");
        assert_eq!(visible("äö", 2), "äö");
    }
}
