/// Reads a value as one branch of a union: the one that its discriminator names, if that accepts it, else the first that gives
/// the whole value back, else the one that keeps most of it.
///
/// # Errors
///
/// When no branch accepts the value; with the reason of each.
pub(crate) fn read_union<'de, D: ::serde::Deserializer<'de>, T: ::serde::Serialize>(
    deserializer: D,
    name: &str,
    branches: &[fn(&::serde_json::Value) -> ::serde_json::Result<T>],
    discriminator: &str,
    tags: &[(&str, usize)],
) -> ::std::result::Result<T, D::Error> {
    let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
    if let Some(tag) = value.get(discriminator).and_then(::serde_json::Value::as_str) {
        let named = tags.iter().find(|(named, _)| *named == tag);
        if let Some(branch) = named.and_then(|(_, index)| branches.get(*index))
            && let Ok(read) = branch(&value)
        {
            return Ok(read);
        }
    }
    let mut best = None;
    let mut reasons = ::std::string::String::new();
    for (index, branch) in branches.iter().enumerate() {
        match branch(&value) {
            Ok(read) => {
                let back = ::serde_json::to_value(&read).unwrap_or_default();
                let lost = lost(&value, &back);
                if lost == 0 {
                    return Ok(read);
                }
                // serde reads structs from lists too; that is the last resort.
                let other = ::std::mem::discriminant(&value) != ::std::mem::discriminant(&back);
                if best.as_ref().is_none_or(|(least, _)| (other, lost) < *least) {
                    best = Some(((other, lost), read));
                }
            }
            Err(error) => reasons.push_str(&format!("; branch {index}: {error}")),
        }
    }
    match best {
        Some((_, read)) => Ok(read),
        None => Err(::serde::de::Error::custom(format_args!(
            "no branch of {name} accepts the value{reasons}"
        ))),
    }
}

/// How many members and items of a value are not in another. A member that is null counts as absent, `1` as `1.0`.
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
