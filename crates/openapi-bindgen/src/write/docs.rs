//! Turns the document's texts into rustdoc. They are CommonMark, but were not written with rustdoc's links,
//! doctests and HTML checks in mind.

use syn::{Attribute, Block, Expr, ExprLit, Item, Lit, LitStr, Meta, visit_mut::VisitMut};

use super::operation::Operation;

/// Documents a method: the document's text, the request, and the arguments that have a description.
pub(super) fn of_method(operation: &Operation<'_>) -> String {
    let mut out = comment(&in_words(operation));
    let described: Vec<_> = operation
        .taken()
        .map(|(_, argument)| argument)
        .filter(|argument| !argument.description.is_empty())
        .collect();
    if !described.is_empty() {
        out.push_str("///\n/// # Arguments\n///\n");
        for argument in described {
            let text = format!("- `{}`: {}", argument.name, argument.description);
            out.push_str(&comment(&text));
        }
    }
    out
}

/// Documents the method that takes a whole body.
pub(super) fn of_whole(operation: &Operation<'_>) -> String {
    format!(
        "/// Like [`{0}`](Self::{0}), but takes the whole body.\n",
        operation.name
    )
}

/// Documents a builder.
pub(super) fn of_builder(operation: &Operation<'_>) -> String {
    let up = operation.up();
    let first = operation.summary.trim_end_matches(['.', ',']);
    let first = if first.is_empty() {
        sends(operation)
    } else {
        first.to_owned()
    };
    format!(
        "{}///\n/// Created by [`{path}`]({up}::{path}).\n",
        comment(&format!("{first}.")),
        path = operation.method_path()
    )
}

fn in_words(operation: &Operation<'_>) -> String {
    let summary = operation.summary.trim_end_matches(['.', ',']);
    let parts = [summary, &operation.description, &sends(operation)];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// ``Sends a `POST` request to `/v1/orders` ``
fn sends(operation: &Operation<'_>) -> String {
    format!(
        "Sends a `{}` request to `{}`",
        operation.method.to_ascii_uppercase(),
        operation.call.path
    )
}

/// The documentation text of an item.
pub(super) fn of_attributes(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(text_of).collect();
    lines.join("\n")
}

fn text_of(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Writes a text of the document as a comment.
pub(super) fn comment(text: &str) -> String {
    let mut out = String::new();
    for line in clean(text).lines() {
        // Rust does not allow a lone carriage return in a comment.
        let line = line.replace('\r', " ");
        let space = if line.is_empty() { "" } else { " " };
        out.push_str(&format!("///{space}{line}\n"));
    }
    out
}

/// Cleans the documentation of an item and of everything in it.
pub(crate) fn clean_docs(item: &mut Item) {
    struct Pass;
    impl VisitMut for Pass {
        fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
            if attribute.path().is_ident("doc")
                && let Meta::NameValue(pair) = &mut attribute.meta
                && let Expr::Lit(ExprLit {
                    lit: Lit::Str(text), ..
                }) = &mut pair.value
            {
                *text = LitStr::new(&clean(&text.value()), text.span());
            }
        }

        // Expressions, which are most of the code, have no documentation.
        fn visit_block_mut(&mut self, _: &mut Block) {}
    }
    Pass.visit_item_mut(item);
}

/// Turns a text of the document into rustdoc. Removes the JSON schema that typify repeats below each type.
pub(crate) fn clean(text: &str) -> String {
    let text = match text.find("<details><summary>JSON schema") {
        Some(end) => text.get(..end).unwrap_or(text).trim_end(),
        None => text,
    };
    let mut out = String::new();
    let mut fenced = false;
    let mut code = false;
    let mut in_list = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            // The examples must not be compiled: they do not declare `client` or the arguments.
            out.push_str(if fenced { "```" } else { "```text" });
            fenced = !fenced;
        } else if fenced {
            out.push_str(line);
        } else {
            // A code span can continue over lines, but not over paragraphs.
            code &= !line.trim().is_empty();
            // Indented by four spaces, it would be a code block, which rustdoc takes for Rust. In a list it
            // would not.
            let line = if line.starts_with("    ") && !in_list {
                line.trim_start()
            } else {
                line
            };
            if !line.trim().is_empty() {
                in_list = line.starts_with(' ') && in_list || is_item(line);
            }
            code = prose(line, code, &mut out);
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// Writes a line outside of code blocks. Text outside of backticks is escaped where rustdoc would take it for
/// a link or a tag. `code` says whether the line starts inside backticks; the result says whether it ends
/// there.
fn prose(line: &str, mut code: bool, out: &mut String) -> bool {
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            out.push('`');
            code = !code;
        }
        if code {
            out.push_str(part);
        } else {
            escape(part, out);
        }
    }
    code
}

fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['-', '*', '+']) || number.len() < line.len() && number.starts_with(['.', ')'])
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, written) = if rest.starts_with("https://") || rest.starts_with("http://") {
            let end = rest
                .find(|c: char| c.is_whitespace() || "<>\"".contains(c))
                .unwrap_or(rest.len());
            let link = rest[..end].trim_end_matches(['.', ',', ';', ':', ')', '\'']);
            (link.len(), format!("<{link}>"))
        } else if let Some(length) = link(rest) {
            (length, rest[..length].to_owned())
        } else if matches!(c, '[' | ']' | '<' | '>') {
            (c.len_utf8(), format!("\\{c}"))
        } else {
            (c.len_utf8(), c.to_string())
        };
        out.push_str(&written);
        rest = &rest[taken..];
    }
}

/// The length of the Markdown link `[words](target)` that the text starts with.
fn link(text: &str) -> Option<usize> {
    let middle = text.strip_prefix('[')?.find("](")? + 1;
    let end = text[middle..].find(')')? + middle + 1;
    let target = &text[middle + 2..end - 1];
    (!target.is_empty() && !target.contains(char::is_whitespace)).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn texts_are_safe_for_rustdoc() {
        assert_eq!(
            clean("see [x] at https://a.test/b. `[y]` <b>"),
            r"see \[x\] at <https://a.test/b>. `[y]` \<b\>"
        );
        assert_eq!(
            clean("A.\n```ignore\nlet [a] = b;\n```"),
            "A.\n```text\nlet [a] = b;\n```"
        );
        assert_eq!(
            clean("([x](https://a.test/b), https://c.test)"),
            "([x](https://a.test/b), <https://c.test>)"
        );
        assert_eq!(clean("A:\n\n    b\n- c\n    d"), "A:\n\nb\n- c\n    d");
        assert_eq!(clean("`a\n<b>` <c>\n\n[d]"), "`a\n<b>` \\<c\\>\n\n\\[d\\]");
        assert_eq!(clean("Name.\n\n<details><summary>JSON schema</summary>"), "Name.");
    }
}
