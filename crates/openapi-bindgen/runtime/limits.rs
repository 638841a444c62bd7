impl Parameter {
    /// Returns whether any values in it are checked.
    fn is_limited(&self) -> bool {
        !self.limits.is_empty() || !self.inner.is_empty()
    }

    /// Describes what in a value exceeds the limits.
    fn broken_by(&self, value: &::serde_json::Value) -> ::std::option::Option<::std::string::String> {
        let whole = Inner { way: &[], limits: self.limits };
        let mut all = ::std::iter::once(&whole).chain(self.inner);
        let broken = all.find_map(|inner| broken_at(inner.way, inner.limits, value))?;
        Some(format!("{}{broken}", self.name))
    }
}

/// Describes what exceeds the limits at the end of a path, in words that follow the name of the argument,
/// such as `.pages: must be 100 or less, but is 101`. An absent member is within the limits.
fn broken_at(
    way: &[Step],
    limits: &[Limit],
    value: &::serde_json::Value,
) -> ::std::option::Option<::std::string::String> {
    let Some((step, way)) = way.split_first() else {
        let limit = limits.iter().find(|limit| !limit.admits(value))?;
        // A long value is not repeated in full.
        let mut shown = value.to_string();
        if let Some((end, _)) = shown.char_indices().nth(80) {
            shown.truncate(end);
            shown.push_str("..");
        }
        return Some(format!(": must be {limit}, but is {shown}"));
    };
    let of_member = |name: &str, value| Some(format!(".{name}{}", broken_at(way, limits, value)?));
    match step {
        Step::Member(name) => of_member(name, value.get(name)?),
        Step::Members => value.as_object()?.iter().find_map(|(name, value)| of_member(name, value)),
        Step::Items => {
            let mut items = value.as_array()?.iter().enumerate();
            items.find_map(|(index, value)| Some(format!("[{index}]{}", broken_at(way, limits, value)?)))
        }
    }
}
