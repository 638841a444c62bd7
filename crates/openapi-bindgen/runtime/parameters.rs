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
///
/// # Errors
///
/// When the value has no JSON form, with the name of the parameter.
pub(super) fn query<T: ::serde::Serialize>(name: &str, style: Style, value: &T) -> Written<Pairs> {
    let mut pairs = Pairs::new();
    match json_value(name, value)? {
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
    Ok(pairs)
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

/// The members of a form as pairs of name and value. Lists are repeated; what is nested deeper is JSON text.
///
/// # Errors
///
/// When the value is no object.
fn form<T: ::serde::Serialize>(
    value: &T,
) -> Written<::std::vec::Vec<(::std::string::String, ::std::string::String)>> {
    match json_value("body", value)? {
        value @ ::serde_json::Value::Object(_) => {
            let pairs = query("body", Style::FormExploded, &value)?;
            Ok(pairs.into_iter().map(|(name, values)| (name, values.join(","))).collect())
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
pub(super) fn path<T: ::serde::Serialize>(name: &str, style: Style, value: &T) -> Written<::std::string::String> {
    let value = json_value(name, value)?;
    if value.is_null() {
        return Err(format!("{name}: a part of the path cannot be left out"));
    }
    let encoded = |value: &::serde_json::Value| encode_path(&text(value));
    let members = |separator: &str| match &value {
        ::serde_json::Value::Object(members) => members
            .iter()
            .map(|(key, value)| format!("{}={}", encode_path(key), encoded(value)))
            .collect::<::std::vec::Vec<_>>()
            .join(separator),
        value => flat(value, &encoded).join(separator),
    };
    let joined = || flat(&value, &encoded).join(",");
    let written = match (style, &value) {
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

/// Adds a header parameter to the headers of a request, if there is a value.
///
/// # Errors
///
/// When the value cannot stand in a header, with the name of the parameter.
pub(super) fn header<T: ::serde::Serialize>(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &'static str,
    style: Style,
    value: &T,
) -> Written<()> {
    let text = match (json_value(name, value)?, style) {
        (::serde_json::Value::Null, _) => return Ok(()),
        (value, Style::Json) => value.to_string(),
        (::serde_json::Value::Object(members), Style::SimpleExploded) => members
            .iter()
            .map(|(key, value)| format!("{key}={}", text(value)))
            .collect::<::std::vec::Vec<_>>()
            .join(","),
        (value, _) => flat(&value, &text).join(","),
    };
    let text = ::reqwest::header::HeaderValue::try_from(text).map_err(|error| format!("{name}: {error}"))?;
    headers.append(::reqwest::header::HeaderName::from_static(name), text);
    Ok(())
}

/// Adds a cookie parameter to the one `Cookie` header of a request (RFC 6265, section 5.4), if there is a value.
///
/// # Errors
///
/// When the value has no JSON form, with the name of the parameter.
pub(super) fn cookie<T: ::serde::Serialize>(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &str,
    style: Style,
    value: &T,
) -> Written<()> {
    let mut cookies: ::std::vec::Vec<_> = headers
        .get(::reqwest::header::COOKIE)
        .and_then(|cookies| cookies.to_str().ok())
        .map(::std::borrow::ToOwned::to_owned)
        .into_iter()
        .collect();
    let before = cookies.len();
    for (name, values) in query(name, style, value)? {
        // A cookie holds no comma (RFC 6265, section 4.1.1).
        cookies.push(format!("{name}={}", encode_path(&values.join(","))));
    }
    if cookies.len() > before {
        let cookies = ::reqwest::header::HeaderValue::try_from(cookies.join("; "))
            .map_err(|error| format!("{name}: {error}"))?;
        headers.insert(::reqwest::header::COOKIE, cookies);
    }
    Ok(())
}

fn json_value<T: ::serde::Serialize>(name: &str, value: &T) -> Written<::serde_json::Value> {
    ::serde_json::to_value(value).map_err(|error| format!("{name}: {error}"))
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
