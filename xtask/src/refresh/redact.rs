//! Removes secrets from examples and texts, so that none gets into the repository.

use std::sync::LazyLock;

use openapi_document::pointer;
use regex::Regex;
use serde_json::Value;

/// The replacement of a secret.
const REDACTED: &str = "REDACTED";

#[expect(clippy::unwrap_used, reason = "the pattern is a constant, and a test runs it")]
static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        // JSON Web Tokens.
        r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
        // Stripe, OpenAI and similar ones.
        r"(?:sk|rk|pk)[-_](?:live|proj|ant)[-_][\w-]{16,}",
        r"\bsk-[A-Za-z0-9]{32,}",
        // GitHub, GitLab, Slack, SendGrid, npm, Hugging Face.
        r"\bgh[pousr]_[A-Za-z0-9]{36,}",
        r"\bgithub_pat_\w{22,}",
        r"\bglpat-[\w-]{20,}",
        r"\bxox[abeoprs]-[\w-]{10,}",
        r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
        r"\bnpm_[A-Za-z0-9]{36}",
        r"\bhf_[A-Za-z0-9]{30,}",
        // Amazon, Google.
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bAIza[\w-]{35}",
        r"\bya29\.[\w-]{20,}",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
    ];
    Regex::new(&forms.join("|")).unwrap()
});

/// A header or member with a secret, and the secret, in the text of a command or a body.
#[expect(clippy::unwrap_used, reason = "the pattern is a constant, and a test runs it")]
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)((?:x-?api-?key|api[-_]?key|authorization|access[-_]?token|secret|password)["']?\s*[:=]\s*["']?(?:bearer\s+)?)([\w.~+/=-]{20,})"#).unwrap()
});

#[expect(clippy::unwrap_used, reason = "the pattern is a constant, and a test runs it")]
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:api[-_]?key|authorization|token|secret|password|credential)$").unwrap()
});

/// Removes secrets from a document. Returns their places as JSON Pointers.
pub(crate) fn redact(document: &mut Value) -> Vec<String> {
    let mut found = Vec::new();
    visit(document, None, &mut String::new(), &mut found);
    found
}

fn visit(value: &mut Value, name: Option<&str>, pointer: &mut String, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            if let Some(redacted) = redacted(text, name) {
                *text = redacted;
                found.push(pointer.clone());
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                pointer::with(pointer, key, |pointer| visit(value, Some(key), pointer, found));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                pointer::with(pointer, &index.to_string(), |pointer| {
                    visit(item, name, pointer, found);
                });
            }
        }
        _ => {}
    }
}

/// The text without its secrets, or `None` if it has none.
fn redacted(text: &str, name: Option<&str>) -> Option<String> {
    if name.is_some_and(|name| NAME.is_match(name)) && looks_random(text) {
        return Some(REDACTED.to_owned());
    }
    let without = KNOWN.replace_all(text, REDACTED);
    let without = NAMED.replace_all(&without, |captures: &regex::Captures<'_>| {
        let secret = if looks_random(&captures[2]) {
            REDACTED
        } else {
            &captures[2]
        };
        format!("{}{secret}", &captures[1])
    });
    (without != text).then(|| without.into_owned())
}

/// Whether a text is long, has letters and digits, and many different characters. Words, placeholders, and
/// examples such as the alphabet do not.
fn looks_random(text: &str) -> bool {
    let is_token = text
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || "._~+/=-".contains(character));
    let distinct = text.bytes().collect::<std::collections::HashSet<_>>().len();
    let has = |test: fn(&u8) -> bool| text.bytes().any(|byte| test(&byte));
    text.len() >= 20
        && is_token
        && distinct >= 10
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !is_uuid(text)
}

/// A UUID is an identifier, not a secret.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_found_by_their_form_and_by_their_name() {
        // Put together here, so that scanners do not report this file as a leak.
        let stripe = ["sk_", "live_", "4eC39HqLyjWDarjtT1zdp7dc"].concat();
        let random = "f3a9c1d27b5e4860a1b2c3d4e5f60718";
        let mut document = json!({
            "info": { "description": format!("curl -H 'x-apikey: {random}' -H 'accept: x'") },
            "a": { "example": { "api_key": random, "x": [format!("key {stripe}.")] } },
            "b": { "examples": { "one": { "value": { "token": "your-token-goes-here-please" } } } },
            "c": { "example": { "id": random, "authorization": "3fa85f64-5717-4562-b3fc-2c963f66afa6" } }
        });
        let kept = (document["b"].clone(), document["c"].clone());
        assert_eq!(
            redact(&mut document),
            ["/info/description", "/a/example/api_key", "/a/example/x/0"]
        );
        assert_eq!(
            document["info"]["description"],
            "curl -H 'x-apikey: REDACTED' -H 'accept: x'"
        );
        assert_eq!(
            document["a"]["example"],
            json!({ "api_key": "REDACTED", "x": ["key REDACTED."] })
        );
        assert_eq!((document["b"].clone(), document["c"].clone()), kept);
        assert_eq!(
            redact(&mut document),
            Vec::<String>::new(),
            "a second run finds nothing"
        );
    }
}
