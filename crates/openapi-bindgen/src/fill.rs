//! Writes text from templates. A template looks like the code that it produces; `$name` is replaced by a
//! value.

/// Replaces the names in a template by values.
///
/// A name that is alone on its line may be replaced by any number of lines, which are indented like the name.
/// If there are none, the line is removed. Line breaks at both ends of the template are ignored.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for line in template.trim_matches('\n').lines() {
        let words = line.trim_start();
        let value = words
            .strip_prefix('$')
            .and_then(|name| values.iter().find(|(other, _)| *other == name));
        match value {
            Some((_, value)) => push_lines(value, line.len() - words.len(), &mut out),
            None => {
                push_line(line, values, &mut out);
                out.push('\n');
            }
        }
    }
    out
}

/// Joins the lines of all texts, without empty lines.
pub(crate) fn lines(texts: impl IntoIterator<Item = String>) -> String {
    let mut out = String::new();
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        out.push_str(&text);
        if !text.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

/// Writes a text as a literal.
pub(crate) fn literal(text: &str) -> String {
    format!("{text:?}")
}

fn push_lines(text: &str, indent: usize, out: &mut String) {
    for line in text.lines() {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn push_line(line: &str, values: &[(&str, &str)], out: &mut String) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let end = after
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        match values.iter().find(|(other, _)| *other == name) {
            Some((_, value)) => out.push_str(value),
            // Left as it is, which is not valid Rust, so that the compiler points at the missing value.
            None => out.push_str(&format!("${name}")),
        }
        rest = behind;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_where_their_names_are() {
        let template = "
fn $name() {
    $lines
    $none
    call($name, $name_two);
}
";
        let values = [
            ("name", "f"),
            ("name_two", "$name"),
            ("lines", "a;\n\n    b;\n"),
            ("none", ""),
        ];
        assert_eq!(
            fill(template, &values),
            "fn f() {\n    a;\n\n        b;\n    call(f, $name);\n}\n"
        );
    }
}
