/// Where and why a JSON text does not fit a type.
#[derive(Debug)]
pub struct Misfit {
    /// The place of the value, such as `data[3].email`; `.` is the whole text.
    pub path: ::std::string::String,
    /// What is wrong with it.
    pub error: ::serde_json::Error,
}

/// Reads a JSON text.
///
/// # Errors
///
/// When it does not fit.
pub fn decode<T: ::serde::de::DeserializeOwned>(json: &[u8]) -> ::std::result::Result<T, Misfit> {
    decode_as(::std::marker::PhantomData::<T>, json)
}

/// Reads a JSON text with a seed.
///
/// # Errors
///
/// When it does not fit.
fn decode_as<V, S>(seed: S, json: &[u8]) -> ::std::result::Result<V, Misfit>
where
    S: for<'de> ::serde::de::DeserializeSeed<'de, Value = V> + Clone,
{
    // Checked as a whole, so that the strings in it need not be checked one by one.
    if let Ok(json) = ::std::str::from_utf8(json) {
        let mut reader = ::serde_json::Deserializer::from_str(json);
        if let Ok(value) = seed.clone().deserialize(&mut reader)
            && reader.end().is_ok()
        {
            return Ok(value);
        }
    }
    // A text that does not fit is read a second time to find the place, so that a fitting text costs no extra
    // time.
    let mut track = ::serde_path_to_error::Track::new();
    let mut reader = ::serde_json::Deserializer::from_slice(json);
    let tracked = ::serde_path_to_error::Deserializer::new(&mut reader, &mut track);
    match seed.deserialize(tracked).and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(error) => Err(Misfit { path: track.path().to_string(), error }),
    }
}
