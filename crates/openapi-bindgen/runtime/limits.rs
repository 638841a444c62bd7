impl Parameter {
    /// Whether anything of its values is checked.
    fn is_limited(&self) -> bool {
        !self.limits.is_empty() || !self.inner.is_empty()
    }

    /// What of a value is not within its limits, in words.
    fn broken_by(&self, value: &::serde_json::Value) -> ::std::option::Option<::std::string::String> {
        let whole = Inner { way: &[], limits: self.limits };
        let mut all = ::std::iter::once(&whole).chain(self.inner);
        let broken = all.find_map(|inner| broken_at(inner.way, inner.limits, value))?;
        Some(format!("{}{broken}", self.name))
    }
}

/// What is not within the limits at the end of a way, in words that follow the name of the argument, such as
/// `.pages: 101 is not 100 or less`. A member that is absent is within them.
fn broken_at(
    way: &[Step],
    limits: &[Limit],
    value: &::serde_json::Value,
) -> ::std::option::Option<::std::string::String> {
    let Some((step, way)) = way.split_first() else {
        let limit = outside(limits, value)?;
        // A text that is too long is not worth repeating as a whole.
        let mut shown = value.to_string();
        if let Some((end, _)) = shown.char_indices().nth(80) {
            shown.truncate(end);
            shown.push_str("..");
        }
        return Some(format!(": {shown} is not {limit}"));
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

/// The limit that a value is not within, in words that follow "is not". A value of another type is within all of them.
fn outside(limits: &[Limit], value: &::serde_json::Value) -> ::std::option::Option<::std::string::String> {
    let number = value.as_f64();
    let length = value.as_str().map(|text| text.chars().count() as u64);
    let broken = |limit: &&Limit| match **limit {
        Limit::AtLeast(bound) => number.is_some_and(|number| number < bound),
        Limit::MoreThan(bound) => number.is_some_and(|number| number <= bound),
        Limit::AtMost(bound) => number.is_some_and(|number| number > bound),
        Limit::LessThan(bound) => number.is_some_and(|number| number >= bound),
        Limit::Shortest(bound) => length.is_some_and(|length| length < bound),
        Limit::Longest(bound) => length.is_some_and(|length| length > bound),
    };
    limits.iter().find(broken).map(|limit| match limit {
        Limit::AtLeast(bound) => format!("{bound} or more"),
        Limit::MoreThan(bound) => format!("more than {bound}"),
        Limit::AtMost(bound) => format!("{bound} or less"),
        Limit::LessThan(bound) => format!("less than {bound}"),
        Limit::Shortest(bound) => format!("a text of {bound} or more characters"),
        Limit::Longest(bound) => format!("a text of {bound} or fewer characters"),
    })
}
