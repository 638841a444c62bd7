//! `llms.txt`: an index of pages (<https://llmstxt.org>).

use std::sync::LazyLock;

use regex::Regex;

/// The file name of an index.
pub(crate) const NAME: &str = "llms.txt";

/// A link of the index.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) target: String,
}

#[expect(clippy::unwrap_used, reason = "the pattern is a constant, and a test runs it")]
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    // A Markdown link, a URL in angle brackets, or a URL or file name alone.
    Regex::new(r#"\]\(\s*<?([^)\s>]+)|<(https?://[^\s>]+)>|(?:^|\s)(https?://[^\s)>\]]+|[\w./-]+\.mdx?)(?:$|[\s,;:])"#).unwrap()
});

/// All links in their order.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let lines = text.lines().flat_map(|line| {
        let found: Vec<_> = LINK
            .captures_iter(line)
            .filter_map(|captures| captures.iter().skip(1).flatten().next())
            .map(|target| Link {
                target: target.as_str().to_owned(),
            })
            .collect();
        found
    });
    lines.collect()
}

/// Whether a path names a Markdown file.
pub(crate) fn is_page(path: &str) -> bool {
    path.ends_with(".md") || path.ends_with(".mdx")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_however_they_are_written() {
        let text = "# Docs\n\n> About\n\n- [Run it](https://docs.example/run.md): runs it\n- [A](</a.md> \"title\") [B](b.md)\n\
                    - c.md\n* sub/d.md: text\nhttps://docs.example/e.md\n<https://docs.example/f.md>\nprose without a link.\n";
        let targets: Vec<_> = links(text).into_iter().map(|link| link.target).collect();
        let expected = [
            "https://docs.example/run.md",
            "/a.md",
            "b.md",
            "c.md",
            "sub/d.md",
            "https://docs.example/e.md",
            "https://docs.example/f.md",
        ];
        assert_eq!(targets, expected);
    }
}
