//! Counts in messages.

/// Writes a count with its noun, such as `1 row` or `2 rows`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
