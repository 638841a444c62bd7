/// How a parameter is written that is a list or an object (OpenAPI 3.0.4 and 3.1.1, Parameter Object, "Style Values").
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

/// Names, and for each its values, which a style may join.
type Pairs = ::std::vec::Vec<(::std::string::String, ::std::vec::Vec<::std::string::String>)>;
type Written<T> = ::std::result::Result<T, ::std::string::String>;

/// A query parameter as names with their values; none if there is no value.
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

/// A query parameter, each name with its values encoded; none if there is no value.
pub(super) fn query(name: &str, style: Style, value: ::serde_json::Value) -> ::std::vec::Vec<::std::string::String> {
    pairs(name, style, value)
        .into_iter()
        .map(|(name, values)| format!("{}={}", encode_path(&name), joined(style, &values)))
        .collect()
}

/// A cookie parameter, each cookie with its value encoded; none if there is no value. A cookie holds no comma (RFC 6265,
/// section 4.1.1).
pub(super) fn cookie(name: &str, style: Style, value: ::serde_json::Value) -> ::std::vec::Vec<::std::string::String> {
    pairs(name, style, value)
        .into_iter()
        .map(|(name, values)| format!("{name}={}", encode_path(&values.join(","))))
        .collect()
}

/// The values of one name in a query, encoded. The comma between them is not (RFC 6570, section 3.2.8), so that one within a value
/// is another.
fn joined(style: Style, values: &[::std::string::String]) -> ::std::string::String {
    let values: ::std::vec::Vec<_> = values.iter().map(|value| encode_path(value)).collect();
    values.join(match style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        _ => ",",
    })
}

/// An object as a URL-encoded form, written as queries are (URL Standard, "application/x-www-form-urlencoded serializing").
/// Lists repeat their name; what is nested deeper is JSON text.
///
/// # Errors
///
/// When the JSON text is not an object.
pub(super) fn form(json: &[u8]) -> Written<::std::string::String> {
    match ::serde_json::from_slice(json).map_err(|error| format!("body: {error}"))? {
        value @ ::serde_json::Value::Object(_) => {
            // Queries of this form are what a URL has a writer for.
            let mut url = ::reqwest::Url::parse("http://localhost").map_err(|error| format!("body: {error}"))?;
            let pairs = pairs("body", Style::FormExploded, value);
            let joined = pairs.iter().map(|(name, values)| (name, values.join(",")));
            url.query_pairs_mut().extend_pairs(joined);
            Ok(url.query().unwrap_or_default().to_owned())
        }
        _ => Err("body: a form must be an object".to_owned()),
    }
}

/// A path parameter, encoded for its place in the path.
///
/// # Errors
///
/// When there is no value, it has no JSON form, or the URL would lead to another operation (an empty value, `.` and `..`,
/// which URL parsers resolve in every spelling), with the name of the parameter.
pub(super) fn path(name: &str, style: Style, value: &::serde_json::Value) -> Written<::std::string::String> {
    if value.is_null() {
        return Err(format!("{name}: a part of the path cannot be left out"));
    }
    let encoded = |value: &::serde_json::Value| encode_path(&text(value));
    let members = |separator: &str| match value {
        ::serde_json::Value::Object(members) => members
            .iter()
            .map(|(key, value)| format!("{}={}", encode_path(key), encoded(value)))
            .collect::<::std::vec::Vec<_>>()
            .join(separator),
        value => flat(value, &encoded).join(separator),
    };
    let joined = || flat(value, &encoded).join(",");
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
            "{name}: {written:?} cannot be a part of the path: the request would leave its operation"
        ));
    }
    Ok(written)
}

/// A header parameter as text; none if there is no value.
///
/// # Errors
///
/// When the value cannot stand in a header, with the name of the parameter.
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

/// A single value as text. What is nested has no form in OpenAPI, and is JSON.
fn text(value: &::serde_json::Value) -> ::std::string::String {
    match value {
        ::serde_json::Value::String(text) => text.clone(),
        ::serde_json::Value::Null => ::std::string::String::new(),
        value => value.to_string(),
    }
}

/// The values of a list, or the names and values of an object, or the one value.
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
