//! The format for browsers: one file that needs no network. It is readable without its script, which only
//! filters.
//!
//! The page is written without a template library. The only rule is that all text goes through [`escape`].

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use serde_json::Value;
use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::{
    cause::{Cause, causes},
    effect::{Entry, Words, entries},
    message::line,
    verdict::verdict,
};
use crate::{Level, Report, report::Effect};

const STYLE: &str = include_str!("html.css");
const SCRIPT: &str = include_str!("html.js");
/// Longer texts are not shown side by side.
const LINES: usize = 400;
/// Longer comparisons are folded until the reader opens them.
const OPEN: usize = 40;
/// Shown for a value that is missing in one document, or too long.
const NOT_SHOWN: &str = "<i>missing, or too long to show</i>";
/// The number of unchanged lines that are shown around changed lines.
const CONTEXT: usize = 3;

/// A page for browsers and for print: the verdict, every change with its schema before and after and the
/// operations that use it, and the effects on users other than clients. `old` and `new` are the documents
/// that were compared.
///
/// The link to a change has the fingerprint of one of its findings: `report.html#5d41402abc4b`.
pub fn html(report: &Report<'_>, old: &Value, new: &Value) -> String {
    let causes = causes(report);
    let title = [&report.new.title, &report.old.title]
        .into_iter()
        .find(|title| !title.is_empty())
        .map_or("API", String::as_str);
    let title = escape(&line(title));
    let grave = causes
        .iter()
        .filter(|cause| cause.allowed.is_none())
        .map(|cause| cause.level)
        .max();
    let verdict = verdict(report, &causes);
    let (counts, release) = verdict.split_once(": ").unwrap_or((&verdict, ""));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}: {counts}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header class=\"{level}\">\n\
         <p>{title} {before} → {after}</p>\n<h1>{counts}</h1>\n<p class=\"release\">{release}</p>\n</header>\n<main>\n",
        counts = escape(counts),
        release = escape(release),
        level = grave.map_or("none", Level::name),
        before = escape(&line(&report.old.version)),
        after = escape(&line(&report.new.version)),
    );
    if !causes.is_empty() {
        out.push_str(FILTERS);
        out.push_str("<section aria-label=\"Changes\">\n");
        // Every finding has a link. The findings of other operations and other values lead to the same
        // change.
        let mut links: HashMap<[&str; 3], Vec<&str>> = HashMap::new();
        for finding in &report.diff.findings {
            let place = [finding.id.as_str(), &finding.old, &finding.new];
            links.entry(place).or_default().push(&finding.fingerprint);
        }
        let mut linked: HashSet<&str> = causes
            .iter()
            .map(|cause| cause.finding.fingerprint.as_str())
            .collect();
        for cause in &causes {
            let place = [cause.finding.id.as_str(), &cause.finding.old, &cause.finding.new];
            for fingerprint in links.remove(&place).unwrap_or_default() {
                if linked.insert(fingerprint) {
                    _ = write!(out, "<a id=\"{}\"></a>", escape(fingerprint));
                }
            }
            change(&mut out, cause, old, new);
        }
        out.push_str("</section>\n");
    }
    for of in &report.effects {
        effect(&mut out, of);
    }
    if !report.diff.notes.is_empty() {
        out.push_str("<section>\n<h2>Notes</h2>\n<ul>\n");
        for note in &report.diff.notes {
            _ = writeln!(out, "<li>{}</li>", escape(&line(note)));
        }
        out.push_str("</ul>\n</section>\n");
    }
    _ = write!(
        out,
        "</main>\n<footer>old {}<br>new {}</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&report.old.sha256),
        escape(&report.new.sha256),
    );
    out
}

const FILTERS: &str = "<form id=\"filters\" hidden>\n\
    <label><input type=\"checkbox\" value=\"breaking\" checked> breaking</label>\n\
    <label><input type=\"checkbox\" value=\"warning\" checked> warning</label>\n\
    <label><input type=\"checkbox\" value=\"info\" checked> info</label>\n\
    <label>operation <input type=\"search\" placeholder=\"GET /books\"></label>\n\
    <output></output>\n</form>\n";

fn change(out: &mut String, cause: &Cause<'_>, old: &Value, new: &Value) {
    let finding = cause.finding;
    let level = cause.level.name();
    let fingerprint = escape(&finding.fingerprint);
    let operations = cause.operations.join("\n");
    // A change of an operation itself has no separate subject.
    let message = match &cause.operations[..] {
        [only] if cause.subject.is_empty() => {
            format!(
                "<code>{}</code>: {}",
                escape(&line(only)),
                escape(&cause.message())
            )
        }
        _ => escape(&cause.message()),
    };
    _ = write!(
        out,
        "<article id=\"{fingerprint}\" class=\"{level}\" data-level=\"{level}\" data-operations=\"{operations}\">\n\
         <h2><span class=\"level\">{level}</span> {message} <a href=\"#{fingerprint}\" title=\"Link to this change\">#</a></h2>\n\
         <p class=\"id\"><code>{id}</code></p>\n",
        operations = escape(&operations),
        id = escape(&finding.id),
    );
    if let Some(reason) = cause.allowed {
        _ = writeln!(out, "<p class=\"allowed\">allowed: {}</p>", escape(&line(reason)));
    }
    sides(out, (old, &finding.old), (new, &finding.new));
    match &cause.operations[..] {
        [] => {}
        [_] if cause.subject.is_empty() => {}
        [only] => _ = writeln!(out, "<p>used by <code>{}</code></p>", escape(&line(only))),
        all => {
            let items: String = all
                .iter()
                .map(|operation| format!("<li><code>{}</code></li>", escape(&line(operation))))
                .collect();
            _ = writeln!(
                out,
                "<details><summary>used by {} operations</summary><ul>{items}</ul></details>",
                all.len()
            );
        }
    }
    out.push_str("</article>\n");
}

/// The two documents around a change, side by side.
fn sides(out: &mut String, (old, old_at): (&Value, &str), (new, new_at): (&Value, &str)) {
    let (mut old_at, mut new_at) = (holder(old, old_at), holder(new, new_at));
    // An added or removed value is shown within its parent, unless the parent is much longer.
    let nearest = if old_at.starts_with(new_at) {
        new_at
    } else if new_at.starts_with(old_at) {
        old_at
    } else {
        ""
    };
    let both_have = |at: &str| pretty(old, at).is_some() && pretty(new, at).is_some();
    if !nearest.is_empty() && both_have(nearest) {
        (old_at, new_at) = (nearest, nearest);
    }
    // A property that became required does not change itself. The difference is in its object.
    while old_at == new_at && old.pointer(old_at) == new.pointer(new_at) {
        let around = old_at
            .rsplit_once('/')
            .map_or("", |(around, _)| holder(old, around));
        let around = around.strip_suffix("/properties").unwrap_or(around);
        if around.is_empty() || !both_have(around) {
            break;
        }
        (old_at, new_at) = (around, around);
    }
    let before = pretty(old, old_at).unwrap_or_default();
    let after = pretty(new, new_at).unwrap_or_default();
    if before.is_empty() && after.is_empty() {
        return;
    }
    let (a, b) = (
        before.lines().collect::<Vec<_>>(),
        after.lines().collect::<Vec<_>>(),
    );
    let shown = |lines: &[&str], kept: &[usize]| {
        if lines.is_empty() {
            NOT_SHOWN.to_owned()
        } else {
            marked(lines, kept)
        }
    };
    let (of_a, of_b): (Vec<_>, Vec<_>) = common(&a, &b).into_iter().unzip();
    let (before, after) = (shown(&a, &of_a), shown(&b, &of_b));
    let lines = before.lines().count().max(after.lines().count());
    let open = if lines <= OPEN { " open" } else { "" };
    _ = writeln!(
        out,
        "<details{open}><summary>before and after, {lines} lines</summary>\n<div class=\"sides\">"
    );
    for (name, at, shown) in [("before", old_at, before), ("after", new_at, after)] {
        _ = writeln!(
            out,
            "<figure class=\"{name}\"><figcaption>{name} <code>{}</code></figcaption><pre>{shown}</pre></figure>",
            escape(&line(at)),
        );
    }
    out.push_str("</div></details>\n");
}

/// The place of the nearest object around a place.
fn holder<'p>(document: &Value, pointer: &'p str) -> &'p str {
    let mut at = pointer;
    while !document.pointer(at).is_some_and(Value::is_object) {
        match at.rsplit_once('/') {
            Some((parent, _)) => at = parent,
            None => return "",
        }
    }
    at
}

/// The value in a place, unless it is too long to show.
fn pretty(document: &Value, pointer: &str) -> Option<String> {
    fn size(value: &Value, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else {
            return false;
        };
        *left = rest;
        match value {
            Value::Object(members) => members.values().all(|value| size(value, left)),
            Value::Array(items) => items.iter().all(|value| size(value, left)),
            _ => true,
        }
    }
    let value = document.pointer(pointer)?;
    size(value, &mut { LINES / 2 })
        .then(|| serde_json::to_string_pretty(value).ok())
        .flatten()
}

/// The lines that two texts have in common, in order.
fn common(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    capture_diff_slices(Algorithm::Lcs, a, b)
        .into_iter()
        .filter(|part| part.tag() == DiffTag::Equal)
        .flat_map(|part| part.old_range().zip(part.new_range()))
        .collect()
}

/// The lines, with those marked that are not in `kept`. Lines far from a marked line are left out.
fn marked(lines: &[&str], kept: &[usize]) -> String {
    let changed: Vec<bool> = (0..lines.len())
        .map(|index| kept.binary_search(&index).is_err())
        .collect();
    let mut out = String::new();
    let mut skipped = false;
    for (index, text) in lines.iter().enumerate() {
        let from = index.saturating_sub(CONTEXT);
        let to = (index + CONTEXT + 1).min(lines.len());
        let near = changed[from..to].contains(&true);
        let short = lines.len() <= 4 * CONTEXT;
        if !near && !short {
            if !skipped {
                out.push_str("<i>⋯</i>\n");
            }
            skipped = true;
            continue;
        }
        skipped = false;
        let text = escape(text);
        if changed[index] {
            _ = writeln!(out, "<mark>{text}</mark>");
        } else {
            _ = writeln!(out, "{text}");
        }
    }
    out
}

fn effect(out: &mut String, effect: &Effect) {
    let title = escape(effect.title);
    match &effect.rows {
        Ok(rows) if rows.is_empty() => {}
        Ok(_) => {
            _ = writeln!(
                out,
                "<section class=\"effect\">\n<h2>{title}</h2>\n<table>\n<thead><tr><th>step</th><th>change</th><th>item</th></tr></thead>\n<tbody>"
            );
            for entry in entries(effect) {
                row(out, &entry);
            }
            out.push_str("</tbody>\n</table>\n</section>\n");
        }
        Err(reason) => {
            _ = writeln!(
                out,
                "<section class=\"effect\">\n<h2>{title}</h2>\n<p>Not compared: {}</p>\n</section>",
                escape(&line(reason))
            );
        }
    }
}

fn row(out: &mut String, entry: &Entry<'_>) {
    let code = |text: &str| format!("<code>{}</code>", escape(&line(text)));
    let said = match entry.words() {
        Words::Named(name) => code(name),
        Words::Typed(name, ty) => code(&format!("{name}: {ty}")),
        Words::Retyped { name, old, new } => format!("{}: {} → {}", code(name), code(old), code(new)),
        Words::Renamed { old, new } => format!("{} → {}", code(old), code(new)),
    };
    let cause = entry.row.cause.as_ref().map_or_else(String::new, |cause| {
        format!(" <a href=\"#{}\">why</a>", escape(cause))
    });
    _ = writeln!(
        out,
        "<tr><td>{}</td><td>{}</td><td>{said}{}{cause}</td></tr>",
        entry.row.semver,
        entry.row.change.name(),
        escape(&entry.others),
    );
}

/// Escapes a text for HTML, in an element or in a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Options, diff, report::Described};

    #[test]
    fn lines_that_changed_are_marked() {
        let (a, b) = (["{", "  1", "}"], ["{", "  2", "}"]);
        let kept = common(&a, &b);
        assert_eq!(kept, [(0, 0), (2, 2)]);
        assert_eq!(marked(&a, &[0, 2]), "{\n<mark>  1</mark>\n}\n");
    }

    #[test]
    fn nothing_of_a_document_is_markup() {
        let document = |required: bool| {
            json!({
                "openapi": "3.1.0",
                "info": {"title": "<script>alert(1)</script>", "version": "\"><img src=x>"},
                "paths": {"/<b>\"'": {"get": {
                    "operationId": "x",
                    "parameters": [{"name": "<i>", "in": "query", "required": required, "schema": {"description": "</pre><script>"}}],
                    "responses": {},
                }}},
            })
        };
        let (old, new) = (document(false), document(true));
        let diff = diff(&old, &new, Options::new(chrono::NaiveDate::MIN)).unwrap();
        let described = |value: &Value| Described::new(value, b"");
        let report = Report::new(&diff, described(&old), described(&new));
        let page = html(&report, &old, &new);
        let of_document = page.replace(SCRIPT, "").replace(STYLE, "");
        for markup in ["<script>alert", "<img", "<b>\"", "<i>:", "</pre><script>"] {
            assert!(!of_document.contains(markup), "{markup} in {of_document}");
        }
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        let fingerprint = &diff.findings[0].fingerprint;
        assert!(page.contains(&format!("<article id=\"{fingerprint}\" class=\"breaking\"")));
        assert!(
            page.contains("<mark>  &quot;required&quot;: true,</mark>"),
            "{page}"
        );
        for outside in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!of_document.replace("src=x", "").contains(outside), "{outside}");
        }
    }
}
