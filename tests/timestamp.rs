//! Times in responses.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use databar_api::Timestamp;

fn read(text: &str) -> Timestamp {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap()
}

#[test]
fn times_are_read_with_and_without_an_offset() {
    for (text, utc) in [
        ("2026-10-06T12:30:00Z", "2026-10-06T12:30:00+00:00"),
        ("2026-10-06T12:30:00+02:00", "2026-10-06T10:30:00+00:00"),
        ("2026-10-06T12:30:00.123456", "2026-10-06T12:30:00.123456+00:00"),
        ("2026-10-06 12:30:00", "2026-10-06T12:30:00+00:00"),
    ] {
        assert_eq!(read(text).to_utc().unwrap().to_rfc3339(), utc, "{text}");
    }
}

#[test]
fn what_is_no_time_is_kept_and_reported_on_access() {
    let time = read("yesterday");
    assert_eq!(time.as_str(), "yesterday");
    assert!(
        time.to_utc()
            .unwrap_err()
            .to_string()
            .contains("\"yesterday\" is not a date and time")
    );
}

proptest::proptest! {
    #[test]
    fn any_text_survives(text in ".*") {
        let time = read(&text);
        proptest::prop_assert_eq!(serde_json::to_value(&time).unwrap(), serde_json::Value::String(text));
        let _ = time.to_utc();
    }
}
