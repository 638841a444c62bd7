//! The balance over time, drawn as a line.

use std::fmt::Write;

use maud::{Markup, html};

use super::nothing;
use crate::{
    clock::{Moment, timestamp},
    credits::{Entry, Ledger},
};

/// The width and height of the drawing, in its own units.
const SIZE: (f64, f64) = (600.0, 120.0);

pub(super) fn show(ledger: &Ledger, now: Moment) -> Markup {
    let entries: Vec<&Entry> = ledger.entries().collect();
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return nothing("Nothing was spent yet.");
    };
    let balances = || {
        entries
            .iter()
            .flat_map(|entry| [entry.balance - entry.change, entry.balance])
    };
    let (lowest, highest) = (balances().min(), balances().max());
    let range = (
        lowest.unwrap_or_default().number(),
        highest.unwrap_or_default().number(),
    );
    let summary = format!(
        "The balance went from {} credits at {} to {} credits at {}.",
        (first.balance - first.change).number(),
        timestamp(first.at),
        last.balance.number(),
        timestamp(now),
    );
    html! {
        figure {
            div.plot {
                span.high { (range.1) }
                span.low { (range.0) }
                svg viewBox=(format!("0 0 {} {}", SIZE.0, SIZE.1)) preserveAspectRatio="none" role="img" aria-label=(summary) {
                    path d=(line(&entries, range, now)) {}
                }
            }
            figcaption { (summary) }
        }
    }
}

/// The balance as the path of an SVG, with a step at each change.
fn line(entries: &[&Entry], (lowest, highest): (f64, f64), now: Moment) -> String {
    let start = entries.first().map_or(now, |entry| entry.at);
    let span = now.saturating_sub(start).as_secs_f64();
    let x = |number: usize, at: Moment| {
        let share = match span > 0.0 {
            true => at.saturating_sub(start).as_secs_f64() / span,
            // The clock stands still, so the changes are spaced evenly, in order.
            false => number as f64 / entries.len() as f64,
        };
        SIZE.0 * share.clamp(0.0, 1.0)
    };
    // Two different balances differ by at least a millionth.
    let y = |balance: f64| SIZE.1 * ((highest - balance) / (highest - lowest).max(1e-6)).clamp(0.0, 1.0);
    let mut path = String::new();
    for (number, entry) in entries.iter().enumerate() {
        let before = y((entry.balance - entry.change).number());
        let start = if number == 0 {
            format!("M0 {before:.1} ")
        } else {
            String::new()
        };
        // Writing to a string does not fail.
        let _ = write!(
            path,
            "{start}H{:.1} V{:.1} ",
            x(number, entry.at),
            y(entry.balance.number())
        );
    }
    path + &format!("H{}", SIZE.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::credits::Credits;

    #[test]
    fn the_line_steps_down_and_up_within_the_drawing() {
        let mut ledger = Ledger::new(Credits::nearest(100.0));
        ledger.reserve(Credits::nearest(50.0)).unwrap();
        ledger.set_now(Duration::from_secs(5));
        ledger.refund(Credits::nearest(25.0));
        let entries: Vec<&Entry> = ledger.entries().collect();
        assert_eq!(
            line(&entries, (50.0, 100.0), Duration::from_secs(10)),
            "M0 0.0 H0.0 V120.0 H300.0 V60.0 H600"
        );
    }
}
