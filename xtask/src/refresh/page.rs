//! A reference page: Markdown with a fenced block that contains an operation and the components that it
//! needs.

use openapi_document::METHODS;
use serde_json::Value;

use crate::place::readable;

/// The operation of a page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) address: String,
    /// A document with only this operation.
    pub(crate) document: Value,
}

/// A fenced block whose info string names an operation.
struct Block<'a> {
    method: String,
    path: &'a str,
    /// The line of the opening fence, counted from 1.
    line: usize,
    yaml: String,
}

/// The text of a page or an index.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("is not UTF-8: the byte at {} is not", error.valid_up_to()))?;
    let text = text.trim_start_matches('\u{feff}');
    let start = text
        .trim_start()
        .get(..14)
        .unwrap_or(text.trim_start())
        .to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return Err("this is an HTML page, not Markdown".to_owned());
    }
    if start.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(text)
}

/// Reads a page. `None` if it has no operation.
pub(crate) fn read(address: &str, bytes: &[u8]) -> Result<Option<Page>, String> {
    let text = text(bytes).map_err(|reason| format!("{address}: {reason}"))?;
    let mut blocks = blocks(text);
    let Some(block) = blocks.pop() else {
        return Ok(None);
    };
    if let Some(other) = blocks.first() {
        return Err(format!(
            "{address}: has {} operations, in line {} and in line {}; a page must have one",
            blocks.len() + 1,
            other.line,
            block.line
        ));
    }
    let document = openapi_document::from_slice(block.yaml.as_bytes()).map_err(|error| {
        let line = error
            .line()
            .map_or(String::new(), |line| format!("line {}: ", block.line + line));
        let pointer = error.pointer().filter(|pointer| !pointer.is_empty());
        let pointer = pointer.map_or(String::new(), |pointer| format!("{}: ", readable(pointer)));
        format!("{address}: {line}{pointer}{}", error.message())
    })?;
    check_operation(&block, &document)
        .map_err(|reason| format!("{address}: line {}: {reason}", block.line))?;
    Ok(Some(Page {
        address: address.to_owned(),
        document,
    }))
}

/// The block must have the operation that its first line names, and no other.
fn check_operation(block: &Block<'_>, document: &Value) -> Result<(), String> {
    let said = format!("{} {}", block.method.to_ascii_uppercase(), block.path);
    let found: Vec<String> = openapi_document::operations(document)
        .map(|operation| operation.name())
        .collect();
    if found == [said.clone()] {
        return Ok(());
    }
    let found = if found.is_empty() {
        "no operation".to_owned()
    } else {
        super::bounded(&found, 5).join(", ")
    };
    Err(format!(
        "the first line of the block says {said}, but the block has {found}"
    ))
}

/// The blocks with an operation (CommonMark 0.31, section 4.5, Fenced code blocks).
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some((indent, fence, info)) = opening(line) else {
            continue;
        };
        let content = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| !closes(line, fence));
        let content: Vec<&str> = content.map(|line| unindented(line, indent)).collect();
        if let Some((method, path)) = operation(info) {
            found.push(Block {
                method,
                path,
                line: number + 1,
                yaml: content.join("\n") + "\n",
            });
        }
    }
    found
}

/// The indentation, fence and info string of a line that opens a block.
fn opening(line: &str) -> Option<(usize, &str, &str)> {
    let rest = line.trim_start_matches(' ');
    let indent = line.len() - rest.len();
    let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let info = rest.trim_start_matches(mark);
    let fence = &rest[..rest.len() - info.len()];
    let is_fence = indent <= 3 && fence.len() >= 3 && !(mark == '`' && info.contains('`'));
    is_fence.then(|| (indent, fence, info.trim()))
}

fn closes(line: &str, fence: &str) -> bool {
    let rest = line.trim_start_matches(' ');
    let after = rest.trim_start_matches(fence.chars().next().unwrap_or('`'));
    line.len() - rest.len() <= 3 && rest.len() - after.len() >= fence.len() && after.trim().is_empty()
}

fn unindented(line: &str, indent: usize) -> &str {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    &line[spaces.min(indent)..]
}

/// Method and path of an info string: `yaml`, optionally the path of a document, `METHOD /path`.
fn operation(info: &str) -> Option<(String, &str)> {
    let words: Vec<&str> = info.split_whitespace().collect();
    let (method, path) = match *words {
        [language, method, path] | [language, _, method, path] if is_yaml(language) => (method, path),
        _ => return None,
    };
    let method = method.to_ascii_lowercase();
    (METHODS.contains(&method.as_str()) && path.starts_with('/')).then_some((method, path))
}

fn is_yaml(language: &str) -> bool {
    language.eq_ignore_ascii_case("yaml") || language.eq_ignore_ascii_case("yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "openapi: 3.1.0\npaths:\n  /a:\n    get: {responses: {}}\n";

    fn read_text(text: &str) -> Result<Option<Page>, String> {
        read("page.md", text.as_bytes())
    }

    #[test]
    fn the_block_is_found_in_all_its_spellings() {
        let pages = [
            format!("# A\n\n```yaml GET /a\n{BLOCK}```\n"),
            format!("```yaml /api/openapi.json GET /a\n{BLOCK}```"),
            format!("````yaml get /a\n{BLOCK}\n````"),
            format!("~~~ yml   GET   /a  \n{BLOCK}~~~~\nmore"),
            format!("text\r\n```yaml GET /a\r\n{}```\r\n", BLOCK.replace('\n', "\r\n")),
            format!("```json\n{{}}\n```\n```yaml\na: 1\n```\n```yaml GET /a\n{BLOCK}"),
            format!("````md\n```yaml GET /b\nx: 1\n```\n````\n```yaml GET /a\n{BLOCK}```"),
            format!(
                "1. x\n\n   ```yaml GET /a\n   {}```",
                BLOCK.replace('\n', "\n   ")
            ),
        ];
        for page in pages {
            let read = read_text(&page).unwrap_or_else(|error| panic!("{page}: {error}"));
            assert!(read.is_some(), "{page}");
        }
    }

    #[test]
    fn a_page_without_an_operation_is_skipped() {
        for page in [
            "# Introduction",
            "```yaml\na: 1\n```",
            "```yaml GET\na: 1\n```",
            "    ```yaml GET /a\n",
        ] {
            assert!(read_text(page).unwrap().is_none(), "{page}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_page_is_said_with_its_line() {
        let cases = [
            (
                format!("\n```yaml GET /b\n{BLOCK}```"),
                "page.md: line 2: ",
                "says GET /b, but the block has GET /a",
            ),
            (
                "\n```yaml GET /b\na: 1\n```".to_owned(),
                "page.md: line 2: ",
                "has no operation",
            ),
            (
                "\n```yaml GET /b\na: 1\nb:\n\tc: 1\n```".to_owned(),
                "page.md: line 5: ",
                "a tab",
            ),
            (
                format!("```yaml GET /a\n{BLOCK}```\n\n```yaml GET /a\n{BLOCK}```"),
                "page.md: ",
                "in line 1 and in line 8",
            ),
            ("<!DOCTYPE html>".to_owned(), "page.md: ", "HTML"),
            (" \n".to_owned(), "page.md: ", "empty"),
        ];
        for (page, place, says) in cases {
            let error = read_text(&page).unwrap_err();
            assert!(
                error.starts_with(place) && error.contains(says),
                "{page}: {error}"
            );
        }
    }
}
