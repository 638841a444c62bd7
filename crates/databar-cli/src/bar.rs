//! Progress bars on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar with this number of steps and this template.
pub(crate) fn bar(steps: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(steps).with_style(style)
}
