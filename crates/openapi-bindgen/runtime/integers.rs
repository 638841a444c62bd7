/// Integers, and lists, maps and options of integers, which JSON may write as `2.0` or `1e3`.
pub(crate) trait Integers: Sized {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// When it is not an integer, or the integer is out of the type's range.
    fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error>;
}

/// Reads integers.
///
/// # Errors
///
/// When it is not an integer, or the integer is out of the type's range.
pub(crate) fn integers<'de, T: Integers, D: ::serde::Deserializer<'de>>(
    deserializer: D,
) -> ::std::result::Result<T, D::Error> {
    T::read(deserializer)
}

struct Read<T>(T);

impl<'de, T: Integers> ::serde::Deserialize<'de> for Read<T> {
    fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        T::read(deserializer).map(Read)
    }
}

impl<T: Integers> Integers for ::std::option::Option<T> {
    fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        let read: ::std::option::Option<Read<T>> = ::serde::Deserialize::deserialize(deserializer)?;
        Ok(read.map(|Read(value)| value))
    }
}

impl<T: Integers> Integers for ::std::vec::Vec<T> {
    fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        let read: ::std::vec::Vec<Read<T>> = ::serde::Deserialize::deserialize(deserializer)?;
        Ok(read.into_iter().map(|Read(value)| value).collect())
    }
}

impl<T: Integers> Integers for ::std::collections::BTreeMap<::std::string::String, T> {
    fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        let read: ::std::collections::BTreeMap<_, Read<T>> = ::serde::Deserialize::deserialize(deserializer)?;
        Ok(read.into_iter().map(|(name, Read(value))| (name, value)).collect())
    }
}

impl Integers for i64 {
    fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        narrowed(deserializer)
    }
}

impl Integers for u64 {
    fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        narrowed(deserializer)
    }
}

impl Integers for i128 {
    fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Integer)
    }
}

fn narrowed<'de, D: ::serde::Deserializer<'de>, T: TryFrom<i128>>(
    deserializer: D,
) -> ::std::result::Result<T, D::Error> {
    let integer = i128::read(deserializer)?;
    T::try_from(integer).map_err(|_| {
        ::serde::de::Error::custom(format_args!(
            "the integer {integer} is out of range for {}",
            ::std::any::type_name::<T>()
        ))
    })
}

struct Integer;

impl ::serde::de::Visitor<'_> for Integer {
    type Value = i128;

    fn expecting(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str("an integer")
    }

    fn visit_i64<E>(self, value: i64) -> ::std::result::Result<i128, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> ::std::result::Result<i128, E> {
        Ok(value.into())
    }

    fn visit_f64<E: ::serde::de::Error>(self, value: f64) -> ::std::result::Result<i128, E> {
        // Beyond 64 bits, JSON numbers are read as the nearest float, which may be a different integer.
        if value.fract() == 0.0 && (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&value) {
            Ok(value as i128)
        } else {
            Err(E::invalid_value(::serde::de::Unexpected::Float(value), &self))
        }
    }
}
