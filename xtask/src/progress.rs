//! Progress of long work, on standard error.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a terminal is redrawn.
const TICK: Duration = Duration::from_millis(100);

/// The steps of one command.
///
/// On a terminal, the present step is one line with the time that it has taken, which disappears at the end.
/// Elsewhere each step is a line when it begins, after the seconds since the first one: `[ 12 s] Comparing
/// the documents`.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    pub(crate) fn new() -> Self {
        // Hidden unless standard error is a terminal.
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()),
            started: Instant::now(),
        }
    }

    /// Begins a step whose length is not known.
    pub(crate) fn step(&self, what: &str) {
        self.begin(what, None, "{spinner} {prefix} ({elapsed}) {wide_msg}");
    }

    /// Begins a step that [`advance`](Self::advance) is called for so many times.
    pub(crate) fn steps(&self, what: &str, total: usize) {
        self.begin(
            what,
            Some(total),
            "{spinner} {prefix} {bar:30} {pos}/{len} ({elapsed}) {wide_msg}",
        );
    }

    fn begin(&self, what: &str, total: Option<usize>, template: &str) {
        if self.bar.is_hidden() {
            eprintln!("[{:>3} s] {what}", self.started.elapsed().as_secs());
            return;
        }
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar.set_message("");
        self.bar.set_style(style);
        self.bar.set_prefix(what.to_owned());
        match total {
            Some(total) => self.bar.set_length(total as u64),
            None => self.bar.unset_length(),
        }
        self.bar.set_position(0);
        self.bar.reset_elapsed();
        self.bar.enable_steady_tick(TICK);
    }

    /// One more of the items of this step is done.
    pub(crate) fn advance(&self) {
        self.bar.inc(1);
    }

    /// What the step is at, on a terminal only.
    pub(crate) fn detail(&self, text: &str) {
        self.bar.set_message(text.to_owned());
    }

    /// Prints a line on standard error that stays.
    pub(crate) fn note(&self, text: &str) {
        self.bar.suspend(|| eprintln!("{text}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
