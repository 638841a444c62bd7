/// How a parameter that is a list or an object is written (OpenAPI 3.0.4 and 3.1.1, Parameter Object, "Style
/// Values").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `color=blue,black`, `color=R,100,G,200`
    Form,
    /// `color=blue&color=black`, `R=100&G=200`
    FormExploded,
    /// `color=blue black`
    SpaceDelimited,
    /// `color=blue|black`
    PipeDelimited,
    /// `color[R]=100&color[G]=200`
    DeepObject,
    /// `blue,black`, `R,100,G,200`
    Simple,
    /// `blue,black`, `R=100,G=200`
    SimpleExploded,
    /// `.blue,black`, `.R,100,G,200`
    Label,
    /// `.blue.black`, `.R=100.G=200`
    LabelExploded,
    /// `;color=blue,black`, `;color=R,100,G,200`
    Matrix,
    /// `;color=blue;color=black`, `;R=100;G=200`
    MatrixExploded,
    /// The value as JSON text.
    Json,
}

/// Names, each with its values, which a style may join.
type Pairs = ::std::vec::Vec<(::std::string::String, ::std::vec::Vec<::std::string::String>)>;
type Written<T> = ::std::result::Result<T, ::std::string::String>;

/// Returns a query parameter as names with their values; empty if there is no value.
fn pairs(name: &str, style: Style, value: ::serde_json::Value) -> Pairs {
    let mut pairs = Pairs::new();
    match value {
        ::serde_json::Value::Null => {}
        value if style == Style::Json => pairs.push((name.to_owned(), ::std::vec![value.to_string()])),
        ::serde_json::Value::Array(items) if style == Style::FormExploded || style == Style::DeepObject => {
            pairs.extend(items.iter().map(|item| (name.to_owned(), ::std::vec![text(item)])));
        }
        ::serde_json::Value::Object(members) if style == Style::FormExploded => {
            for (key, value) in &members {
                exploded(key, value, &mut pairs);
            }
        }
        value @ ::serde_json::Value::Object(_) if style == Style::DeepObject => {
            deep(name, &value, &mut pairs);
        }
        value => pairs.push((name.to_owned(), flat(&value, &text))),
    }
    pairs
}

/// Writes a query parameter, each name with its values encoded; empty if there is no value.
pub(super) fn query(name: &str, style: Style, value: ::serde_json::Value) -> ::std::vec::Vec<::std::string::String> {
    pairs(name, style, value)
        .into_iter()
        .map(|(name, values)| format!("{}={}", encode_path(&name), joined(style, &values)))
        .collect()
}

/// Writes a cookie parameter, each cookie with its value encoded; empty if there is no value. A cookie must
/// not contain a comma (RFC 6265, section 4.1.1).
pub(super) fn cookie(name: &str, style: Style, value: ::serde_json::Value) -> ::std::vec::Vec<::std::string::String> {
    pairs(name, style, value)
        .into_iter()
        .map(|(name, values)| format!("{name}={}", encode_path(&values.join(","))))
        .collect()
}

/// Encodes the values of one name in a query. The comma between values is not encoded (RFC 6570, section
/// 3.2.8), so a comma within a value stays distinct.
fn joined(style: Style, values: &[::std::string::String]) -> ::std::string::String {
    let values: ::std::vec::Vec<_> = values.iter().map(|value| encode_path(value)).collect();
    values.join(match style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        _ => ",",
    })
}

/// Writes an object as a URL-encoded form, in the same way as queries (URL Standard,
/// "application/x-www-form-urlencoded serializing"). Lists repeat their name; deeper values are JSON text.
///
/// # Errors
///
/// When the JSON text is not an object.
pub(super) fn form(json: &[u8]) -> Written<::std::string::String> {
    match ::serde_json::from_slice(json).map_err(|error| format!("body: {error}"))? {
        value @ ::serde_json::Value::Object(_) => {
            // The URL crate has a writer for queries of this form.
            let mut url = ::reqwest::Url::parse("http://localhost").map_err(|error| format!("body: {error}"))?;
            let pairs = pairs("body", Style::FormExploded, value);
            let joined = pairs.iter().map(|(name, values)| (name, values.join(",")));
            url.query_pairs_mut().extend_pairs(joined);
            Ok(url.query().unwrap_or_default().to_owned())
        }
        _ => Err("body: a form must be an object".to_owned()),
    }
}

/// Encodes a path parameter.
///
/// # Errors
///
/// When there is no value, the value has no JSON form, or the URL would lead to another operation (an empty
/// value, `.` and `..`, which URL parsers resolve in every spelling). The error names the parameter.
pub(super) fn path(name: &str, style: Style, value: &::serde_json::Value) -> Written<::std::string::String> {
    if value.is_null() {
        return Err(format!("{name}: required in the path, but missing"));
    }
    let encoded = |value: &::serde_json::Value| match value {
        ::serde_json::Value::String(text) => encode_path(text),
        value => encode_path(&text(value)),
    };
    let members = |separator: &str| match value {
        ::serde_json::Value::Object(members) => members
            .iter()
            .map(|(key, value)| format!("{}={}", encode_path(key), encoded(value)))
            .collect::<::std::vec::Vec<_>>()
            .join(separator),
        value => flat(value, &encoded).join(separator),
    };
    let joined = || match value {
        ::serde_json::Value::Array(_) | ::serde_json::Value::Object(_) => flat(value, &encoded).join(","),
        // Most are a single id, which needs no list.
        value => encoded(value),
    };
    let written = match (style, value) {
        (Style::Json, value) => encode_path(&value.to_string()),
        (Style::SimpleExploded, _) => members(","),
        (Style::Label, _) => format!(".{}", joined()),
        (Style::LabelExploded, _) => format!(".{}", members(".")),
        (Style::MatrixExploded, ::serde_json::Value::Object(_)) => format!(";{}", members(";")),
        (Style::MatrixExploded, value) => flat(value, &encoded)
            .iter()
            .map(|item| matrix(name, item))
            .collect(),
        (Style::Matrix, _) => matrix(name, &joined()),
        _ => joined(),
    };
    if matches!(written.as_str(), "" | "." | "..") {
        return Err(format!(
            "{name}: {written:?} is not valid in the path, because the request would go to another operation"
        ));
    }
    Ok(written)
}

/// Writes a header parameter as text; `None` if there is no value.
///
/// # Errors
///
/// When the value is not valid in a header. The error names the parameter.
pub(super) fn header(
    name: &str,
    style: Style,
    value: &::serde_json::Value,
) -> Written<::std::option::Option<::std::string::String>> {
    let text = match (value, style) {
        (::serde_json::Value::Null, _) => return Ok(None),
        (value, Style::Json) => value.to_string(),
        (::serde_json::Value::Object(members), Style::SimpleExploded) => members
            .iter()
            .map(|(key, value)| format!("{key}={}", text(value)))
            .collect::<::std::vec::Vec<_>>()
            .join(","),
        (value, _) => flat(value, &text).join(","),
    };
    match ::reqwest::header::HeaderValue::try_from(&text) {
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// Writes a single value as text. OpenAPI defines no form for nested values; they are written as JSON.
fn text(value: &::serde_json::Value) -> ::std::string::String {
    match value {
        ::serde_json::Value::String(text) => text.clone(),
        ::serde_json::Value::Null => ::std::string::String::new(),
        value => value.to_string(),
    }
}

/// Returns the values of a list, the names and values of an object, or the single value.
fn flat(
    value: &::serde_json::Value,
    text: &dyn Fn(&::serde_json::Value) -> ::std::string::String,
) -> ::std::vec::Vec<::std::string::String> {
    match value {
        ::serde_json::Value::Array(items) => items.iter().map(text).collect(),
        ::serde_json::Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| [text(&::serde_json::Value::String(key.clone())), text(value)])
            .collect(),
        value => ::std::vec![text(value)],
    }
}

fn exploded(key: &str, value: &::serde_json::Value, pairs: &mut Pairs) {
    match value {
        ::serde_json::Value::Null => {}
        ::serde_json::Value::Array(items) => {
            pairs.extend(items.iter().map(|item| (key.to_owned(), ::std::vec![text(item)])));
        }
        value => pairs.push((key.to_owned(), ::std::vec![text(value)])),
    }
}

fn deep(name: &str, value: &::serde_json::Value, pairs: &mut Pairs) {
    match value {
        ::serde_json::Value::Object(members) => {
            for (key, value) in members {
                deep(&format!("{name}[{key}]"), value, pairs);
            }
        }
        value => exploded(name, value, pairs),
    }
}

fn matrix(name: &str, value: &str) -> ::std::string::String {
    if value.is_empty() {
        format!(";{name}")
    } else {
        format!(";{name}={value}")
    }
}
