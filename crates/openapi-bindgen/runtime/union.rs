/// The member that distinguishes the branches of a union.
pub(crate) struct Tag<'a, T> {
    pub(crate) member: &'a str,
    /// The member's values, as JSON text, and the branch for each.
    pub(crate) branches: &'a [(&'a str, usize)],
    /// Whether any other value is an error.
    pub(crate) complete: bool,
    /// The variant for any other value.
    pub(crate) unknown: ::std::option::Option<fn(::serde_json::Value) -> T>,
}

::std::thread_local! {
    /// Counts the members and enum values, among those that this thread reads, that are not in the document.
    static UNKNOWN: ::std::cell::Cell<usize> = const { ::std::cell::Cell::new(0) };
}

/// Reads a value as one branch of a union: the branch that its tag names. Without a tag, it is the branch
/// that gives back most of the value; among several such, the one that knows most of its members and values.
///
/// # Errors
///
/// When the branch that the tag names does not accept the value, the tag names no branch, or there is no tag
/// and no branch accepts the value. The error has the reasons.
pub(crate) fn read_union<'de, D: ::serde::Deserializer<'de>, T: ::serde::Serialize>(
    deserializer: D,
    name: &str,
    branches: &[fn(&::serde_json::Value) -> ::serde_json::Result<T>],
    tag: ::std::option::Option<Tag<'_, T>>,
) -> ::std::result::Result<T, D::Error> {
    let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
    if let Some(tag) = tag
        && let Some(given) = value.get(tag.member).filter(|given| !given.is_null())
    {
        let text = tag_text(given);
        let named = tag.branches.iter().find(|(value, _)| *value == text);
        if let Some((index, branch)) = named.and_then(|(_, index)| Some((index, branches.get(*index)?))) {
            return branch(&value).map_err(|error| {
                ::serde::de::Error::custom(format_args!(
                    "{name}: {} is {text}, but branch {index} does not accept the value: {error}",
                    tag.member
                ))
            });
        }
        if let Some(unknown) = tag.unknown {
            add_unknown(1);
            return Ok(unknown(value));
        }
        if tag.complete {
            return Err(::serde::de::Error::custom(format_args!(
                "{name}: {} is {text}, which no branch has",
                tag.member
            )));
        }
    }
    let outer = UNKNOWN.get();
    let mut best = None;
    let mut reasons = ::std::string::String::new();
    for (index, branch) in branches.iter().enumerate() {
        UNKNOWN.set(0);
        match branch(&value) {
            Ok(read) => {
                let back = ::serde_json::to_value(&read).unwrap_or_default();
                // serde reads structs from lists too; that is the last resort.
                let other = ::std::mem::discriminant(&value) != ::std::mem::discriminant(&back);
                let cost = (other, lost(&value, &back) + UNKNOWN.get());
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, read));
                }
            }
            Err(error) => reasons.push_str(&format!("; branch {index}: {error}")),
        }
        if matches!(best, Some(((false, 0), _))) {
            break;
        }
    }
    UNKNOWN.set(outer);
    match best {
        Some(((_, cost), read)) => {
            add_unknown(cost);
            Ok(read)
        }
        None => Err(::serde::de::Error::custom(format_args!(
            "no branch of {name} accepts the value{reasons}"
        ))),
    }
}

/// Writes a tag as JSON text; `1.0` is written as `1`.
fn tag_text(tag: &::serde_json::Value) -> ::std::string::String {
    match tag.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        _ => tag.to_string(),
    }
}

fn add_unknown(more: usize) {
    UNKNOWN.set(UNKNOWN.get().saturating_add(more));
}

/// Reads a string as a type that accepts any string, and counts it if the document does not name it.
///
/// # Errors
///
/// When it is not a string.
pub(crate) fn read_text<'de, T, D>(
    deserializer: D,
    is_unknown: fn(&T) -> bool,
) -> ::std::result::Result<T, D::Error>
where
    T: ::std::str::FromStr<Err: ::std::fmt::Display>,
    D: ::serde::Deserializer<'de>,
{
    let value = deserializer.deserialize_str(Text(::std::marker::PhantomData))?;
    if is_unknown(&value) {
        add_unknown(1);
    }
    Ok(value)
}

struct Text<T>(::std::marker::PhantomData<T>);

impl<T: ::std::str::FromStr<Err: ::std::fmt::Display>> ::serde::de::Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> ::std::result::Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Reads the members of an object that have no field.
///
/// # Errors
///
/// When a member cannot be read.
pub(crate) fn further_members<'de, D: ::serde::Deserializer<'de>>(
    deserializer: D,
) -> ::std::result::Result<::serde_json::Map<::std::string::String, ::serde_json::Value>, D::Error> {
    let members: ::serde_json::Map<_, _> = ::serde::Deserialize::deserialize(deserializer)?;
    add_unknown(members.len());
    Ok(members)
}

/// Counts the members and items of a value that are not in another. A member that is null counts as absent,
/// and `1` equals `1.0`.
fn lost(value: &::serde_json::Value, other: &::serde_json::Value) -> usize {
    use ::serde_json::Value;
    match (value, other) {
        (Value::Object(members), Value::Object(others)) => {
            let missing = members
                .iter()
                .map(|(name, member)| match others.get(name) {
                    Some(other) => lost(member, other),
                    None if member.is_null() => 0,
                    None => 1,
                })
                .sum::<usize>();
            let added = others.iter().filter(|(name, member)| !member.is_null() && !members.contains_key(*name));
            missing + added.count()
        }
        (Value::Array(items), Value::Array(others)) => {
            let pairs = items.iter().zip(others).map(|(item, other)| lost(item, other));
            pairs.sum::<usize>() + items.len().abs_diff(others.len())
        }
        (Value::Number(number), Value::Number(other)) => {
            usize::from(number != other && number.as_f64() != other.as_f64())
        }
        _ => usize::from(value != other),
    }
}
