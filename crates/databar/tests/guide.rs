//! `guide.md` is the guide of the crate page for readers of the repository: without the lines that rustdoc
//! hides, and without links that only rustdoc resolves. `UPDATE_GOLDEN=1 cargo test -p databar --test guide`
//! writes it anew.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::fs;
use std::path::Path;

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

/// The guide as it should be.
fn readable(guide: &str) -> String {
    let mut text =
        "<!-- Written by `tests/guide.rs` from `src/guide.md`. -->\n\n# The guide to databar\n\n".to_owned();
    let mut code: Option<Vec<&str>> = None;
    for line in guide.lines() {
        match (&mut code, line.strip_prefix("```")) {
            (None, Some("sh")) => {
                text += "```sh\n";
                code = Some(Vec::new());
            }
            (None, Some(_)) => {
                text += "```rust\n";
                code = Some(Vec::new());
            }
            (Some(lines), Some(_)) => {
                text += lines.join("\n").trim();
                text += "\n```\n";
                code = None;
            }
            (Some(_), None) if line == "#" || line.starts_with("# ") => {}
            (Some(lines), None) => lines.push(line),
            (None, None) if line.starts_with("<!--") => {}
            (None, None) => {
                text += &without_item_links(line);
                text.push('\n');
            }
        }
    }
    text
}

#[test]
fn the_guide_can_be_read_in_the_repository() {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (file, source) = (krate.join("guide.md"), krate.join("src/guide.md"));
    let expected = readable(&fs::read_to_string(source).unwrap());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &expected).unwrap();
    }
    assert_eq!(
        fs::read_to_string(file).unwrap_or_default(),
        expected,
        "run UPDATE_GOLDEN=1 cargo test -p databar --test guide"
    );
}
