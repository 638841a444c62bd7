//! How far fetching the pages is: a bar, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget};

pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn of(pages: usize) -> Self {
        // Hidden where standard error is no terminal.
        let bar = ProgressBar::with_draw_target(Some(pages as u64), ProgressDrawTarget::stderr());
        bar.set_message("pages");
        Self(bar)
    }

    pub(crate) fn advance(&self) {
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
