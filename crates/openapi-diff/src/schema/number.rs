//! Exact comparison of JSON numbers.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// Whether two values are equal by JSON Schema: `1` and `1.0` are.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => compare(a, b).is_eq(),
        (a, b) => a == b,
    }
}

/// Compares two numbers. An integer and a float are compared exactly, not as two floats.
pub(super) fn compare(a: &Number, b: &Number) -> Ordering {
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => against_float(a, float(b)),
        (None, Some(b)) => against_float(b, float(a)).reverse(),
        (None, None) => float(a).total_cmp(&float(b)),
    }
}

/// The number, if it is an integer in any notation that can be represented exactly.
pub(super) fn integer(number: &Number) -> Option<i128> {
    number.as_i128().or_else(|| {
        let float = float(number);
        // Above 2^53 every float is an integer, and 2^100 easily fits into an i128.
        (float.fract() == 0.0 && float.abs() < 2f64.powi(100)).then_some(float as i128)
    })
}

/// Rounds the number to an integer: up if `up` is true, otherwise down. `None` if it cannot be represented.
pub(super) fn rounded(number: &Number, up: bool) -> Option<i128> {
    integer(number).or_else(|| {
        let float = float(number);
        let float = if up { float.ceil() } else { float.floor() };
        (float.abs() < 2f64.powi(100)).then_some(float as i128)
    })
}

/// Whether `number` is a multiple of `divisor`.
pub(super) fn is_multiple(number: &Number, divisor: &Number) -> bool {
    let (Some((number, at)), Some((divisor, divisor_at))) = (decimal(number), decimal(divisor)) else {
        return false;
    };
    if divisor == 0 {
        return false;
    }
    // Scales both to integers.
    let scaled = |value: i128, from: i32| {
        let zeros = u32::try_from(from - at.min(divisor_at)).ok()?;
        value.checked_mul(10i128.checked_pow(zeros)?)
    };
    match (scaled(number, at), scaled(divisor, divisor_at)) {
        (Some(number), Some(divisor)) => number % divisor == 0,
        _ => false,
    }
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

fn against_float(integer: i128, float: f64) -> Ordering {
    if float.abs() >= 2f64.powi(100) || float.is_nan() {
        return 0.0f64.total_cmp(&float);
    }
    // The float is not an integer; otherwise it would have been compared as one.
    if integer <= float.floor() as i128 {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

/// A number as its digits and the power of ten of the last digit.
fn decimal(number: &Number) -> Option<(i128, i32)> {
    let text = number.to_string();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn an_integer_and_a_float_compare_as_numbers() {
        for (a, b, expected) in [
            ("1", "1.0", Ordering::Equal),
            ("1", "1.5", Ordering::Less),
            ("-1", "-1.5", Ordering::Greater),
            ("9007199254740993", "9007199254740992.0", Ordering::Greater),
            ("18446744073709551615", "1e30", Ordering::Less),
            ("1e40", "1e39", Ordering::Greater),
        ] {
            assert_eq!(compare(&number(a), &number(b)), expected, "{a} and {b}");
            assert_eq!(compare(&number(b), &number(a)), expected.reverse(), "{b} and {a}");
        }
    }

    #[test]
    fn multiples_are_told_in_decimals() {
        for (a, b, expected) in [
            ("0.3", "0.1", true),
            ("4", "2", true),
            ("6", "4", false),
            ("1", "0.01", true),
            ("1e3", "10", true),
            ("1", "0", false),
        ] {
            assert_eq!(is_multiple(&number(a), &number(b)), expected, "{a} of {b}");
        }
    }
}
