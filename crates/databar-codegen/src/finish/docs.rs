//! Makes rustdoc of the document's texts: they are CommonMark, but were not written with rustdoc's links, its tests and
//! its HTML checks in mind. The JSON schema that typify repeats below each type is taken out.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, File, Lit, LitStr, Meta, visit_mut::VisitMut};

pub(super) fn run(file: &mut File) {
    Pass.visit_file_mut(file);
}

struct Pass;

impl VisitMut for Pass {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if !attribute.path().is_ident("doc") {
            return;
        }
        if let Meta::NameValue(pair) = &mut attribute.meta
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) = &mut pair.value
        {
            *text = LitStr::new(&clean(&text.value()), Span::call_site());
        }
    }
}

fn clean(text: &str) -> String {
    let text = match text.find("<details>") {
        Some(end) => text.get(..end).unwrap_or(text).trim_end(),
        None => text,
    };
    // progenitor's own links, to items that exist.
    if text.starts_with("Builder for [`") {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut fenced = false;
    let mut code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            // The examples are not for the compiler: `client` and the arguments are not declared in them.
            out.push_str(if fenced { "```" } else { "```text" });
            fenced = !fenced;
        } else if fenced {
            out.push_str(line);
        } else {
            // A span of code can go over lines, but not over paragraphs.
            code &= !line.trim().is_empty();
            code = prose(line, code, &mut out);
        }
        out.push('\n');
    }
    out.trim_end().to_owned()
}

/// A line outside of code blocks: what is not in backticks is escaped where rustdoc would take it for a link or a tag.
/// `code` says whether the line begins in backticks; whether it ends there is the result.
fn prose(line: &str, mut code: bool, out: &mut String) -> bool {
    for (index, part) in line.split('`').enumerate() {
        if index > 0 {
            out.push('`');
            code = !code;
        }
        if code {
            out.push_str(part);
        } else {
            for (index, word) in part.split(' ').enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                escape(word, out);
            }
        }
    }
    code
}

fn escape(word: &str, out: &mut String) {
    if word.starts_with("https://") || word.starts_with("http://") {
        let link = word.trim_end_matches(['.', ',', ';', ':', ')', '\'', '"']);
        out.push('<');
        out.push_str(link);
        out.push('>');
        out.push_str(word.strip_prefix(link).unwrap_or_default());
        return;
    }
    for c in word.chars() {
        if matches!(c, '[' | ']' | '<' | '>') {
            out.push('\\');
        }
        out.push(c);
    }
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
        assert_eq!(clean("`a\n<b>` <c>\n\n[d]"), "`a\n<b>` \\<c\\>\n\n\\[d\\]");
        assert_eq!(clean("Name.\n\n<details><summary>JSON schema</summary>"), "Name.");
    }
}
