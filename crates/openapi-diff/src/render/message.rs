//! The message of one finding: the rule's template filled with the finding's arguments.

use crate::Finding;

/// How much of an argument a message shows, in characters. [`Finding::arguments`] has all of it.
const LONGEST: usize = 120;
/// The maximum number of values in a list.
const VALUES: usize = 8;

/// What happened, in one line: the subject, and the rule's message with its arguments filled in.
pub fn message(finding: &Finding) -> String {
    said(&subject(finding), &predicate(finding, &[finding]))
}

/// The subject of a finding. Empty for an operation as a whole, because the predicate already names it.
pub(super) fn subject(finding: &Finding) -> String {
    match finding.subject.as_str() {
        "operation" => String::new(),
        subject => line(subject),
    }
}

/// What happened to the subject. If several findings differ only in an argument, the message lists its
/// values.
pub(super) fn predicate(finding: &Finding, alike: &[&Finding]) -> String {
    fill(finding.rule.message, |name| {
        let mut values: Vec<&str> = alike
            .iter()
            .filter_map(|finding| finding.arguments.get(name).map(String::as_str))
            .collect();
        values.dedup();
        let more = values.len().saturating_sub(VALUES);
        values.truncate(VALUES);
        let values: Vec<_> = values.into_iter().map(|value| excerpt(&line(value))).collect();
        match (values.is_empty(), more) {
            (true, _) => None,
            (false, 0) => Some(values.join(", ")),
            (false, more) => Some(format!("{} and {more} more", values.join(", "))),
        }
    })
}

pub(super) fn said(subject: &str, predicate: &str) -> String {
    if subject.is_empty() {
        predicate.to_owned()
    } else {
        format!("{subject}: {predicate}")
    }
}

/// The template with its arguments filled in. A name without an argument stays as it is.
fn fill(template: &str, argument: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match argument(name) {
            Some(value) => out.push_str(&value),
            None => out.extend(["{", name, "}"]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text of a document in one line, with characters escaped that could move a terminal's cursor or hide
/// text.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_filled_in_once() {
        let fill = |template| {
            fill(template, |name| match name {
                "old" => Some("{new}".to_owned()),
                "new" => Some("5".to_owned()),
                _ => None,
            })
        };
        assert_eq!(fill("from {old} to {new}"), "from {new} to 5");
        assert_eq!(fill("{missing} and {"), "{missing} and {");
        assert_eq!(fill("no arguments"), "no arguments");
    }

    #[test]
    fn what_a_document_says_stays_in_its_line() {
        assert_eq!(line("a\u{1b}[31m\r\nb\u{202e}"), r"a\u{1b}[31m\r\nb\u{202e}");
        assert_eq!(excerpt(&"ä".repeat(200)), format!("{}...", "ä".repeat(120)));
    }
}
