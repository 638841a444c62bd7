//! Counters for long-running services, recorded through the crate `metrics`.

use crate::ledger::model::{Leased, TaskEnd};

/// Counts a submission by its result.
pub(crate) fn submission(result: &'static str) {
    metrics::counter!("databar_jobs_submissions_total", "result" => result).increment(1);
}

/// Counts the outcomes of a chunk's inputs, and what the chunk has cost.
pub(crate) fn end(chunk: &Leased, end: &TaskEnd) {
    let inputs = |outcome: &'static str, count: i64| {
        metrics::counter!("databar_jobs_inputs_total", "outcome" => outcome).increment(count.unsigned_abs());
    };
    if end.outcomes.is_empty() {
        inputs(end.state, chunk.inputs);
    }
    for (_, verdict, _) in &end.outcomes {
        inputs(verdict.word(), 1);
    }
    // A counter cannot hold fractions; a gauge that only grows can.
    metrics::gauge!("databar_jobs_credits").increment(end.credits.unwrap_or_default());
}
