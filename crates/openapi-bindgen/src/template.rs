//! Path templates (OAS 3.0.3, "Path Templating").

/// A part of a path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Parameter(String),
}

/// Splits a template into its parts, in order. Braces that are not closed, or have nothing between them, are
/// text.
pub(crate) fn parse(template: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from_brace) = rest.split_at(open);
        text.push_str(before);
        let name = from_brace[1..]
            .split_once('}')
            .map(|(name, _)| name)
            .filter(|name| !name.is_empty() && !name.contains(['{', '/']));
        if let Some(name) = name {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Parameter(name.to_owned()));
            rest = &from_brace[name.len() + 2..];
        } else {
            text.push('{');
            rest = &from_brace[1..];
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_taken_apart() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let parameter = |name: &str| Piece::Parameter(name.to_owned());
        assert_eq!(
            parse("/a/{b}.{c}:verb"),
            [
                text("/a/"),
                parameter("b"),
                text("."),
                parameter("c"),
                text(":verb")
            ]
        );
        assert_eq!(parse("/{}/{a/{b}}"), [text("/{}/{a/"), parameter("b"), text("}")]);
        assert_eq!(parse("/a?x={y}#z"), [text("/a?x="), parameter("y"), text("#z")]);
        assert_eq!(parse("/{a"), [text("/{a")]);
    }
}
