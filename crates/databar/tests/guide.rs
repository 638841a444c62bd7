//! `guide.md` is the guide of the crate page for readers of the repository: without the lines that rustdoc
//! hides, and without links that only rustdoc resolves. `UPDATE_GOLDEN=1 cargo test -p databar --test guide`
//! writes it anew.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

#[path = "support/golden.rs"]
mod golden;

use golden::assert_golden;

/// Replaces links to items by their text: `[text](Item)`, and [`Item`] in brackets alone.
fn without_item_links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let Some((text, tail)) = after.split_once(']') else {
            out.push('[');
            rest = after;
            continue;
        };
        rest = match tail.strip_prefix('(').and_then(|tail| tail.split_once(')')) {
            Some((target, tail)) if target.starts_with("http") || target.starts_with('#') => {
                out.push_str(&format!("[{text}]({target})"));
                tail
            }
            // `column()` has brackets of its own.
            Some((_, tail)) => {
                out.push_str(text);
                tail.strip_prefix(')').unwrap_or(tail)
            }
            None if text.starts_with('`') => {
                out.push_str(text);
                tail
            }
            None => {
                out.push_str(&format!("[{text}]"));
                tail
            }
        };
    }
    out + rest
}

/// A block of code as a reader sees it. `block` is what is between its fences.
fn readable_code(block: &str) -> String {
    let (words, code) = block.split_once('\n').unwrap();
    if words == "sh" {
        return format!("```{block}```");
    }
    let is_hidden = |line: &&str| *line == "#" || line.starts_with("# ");
    let lines: Vec<&str> = code.lines().filter(|line| !is_hidden(line)).collect();
    format!("```rust\n{}\n```", lines.join("\n").trim())
}

/// The guide as it should be.
fn readable(guide: &str) -> String {
    let mut text =
        "<!-- Written by `tests/guide.rs` from `src/guide.md`. -->\n\n# The guide to databar\n\n".to_owned();
    // Prose and code take turns.
    for (index, part) in guide.split("```").enumerate() {
        if index % 2 == 1 {
            text += &readable_code(part);
            continue;
        }
        for line in part
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("<!--"))
        {
            text += &without_item_links(line);
        }
    }
    text
}

#[test]
fn the_guide_can_be_read_in_the_repository() {
    assert_golden("guide.md", &readable(include_str!("../src/guide.md")), "guide");
}
