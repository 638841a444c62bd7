//! The ledger's rows as Rust types.

/// A row of the table `jobs`.
#[derive(Debug, Clone)]
pub(crate) struct JobRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) target: String,
    pub(crate) max_credits: Option<f64>,
    pub(crate) planned_at: Option<i64>,
    pub(crate) inputs: i64,
    pub(crate) committed: f64,
    pub(crate) state: JobState,
    pub(crate) reason: Option<String>,
    /// For how many more milliseconds nothing is submitted because the service asked to wait; zero or less
    /// when that is over.
    pub(crate) hold: i64,
    /// How many inputs have a price that cannot be known in advance.
    pub(crate) unpriced: i64,
}

/// Whether a job continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobState {
    /// Chunks are submitted until none is left.
    Active,
    /// Nothing is submitted until [`Job::resume`](crate::Job::resume): somebody has paused the job, or the
    /// credits are used up.
    Paused,
    /// Nothing is submitted until [`Job::resume`](crate::Job::resume): the service's answers show that the
    /// job itself is wrong.
    Stopped,
    /// The job was cancelled, together with its tasks. [`Job::resume`](crate::Job::resume) continues with the
    /// chunks that are left.
    Cancelled,
}

impl JobState {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) fn of(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "paused" => Self::Paused,
            "cancelled" => Self::Cancelled,
            _ => Self::Stopped,
        }
    }
}

#[derive(Debug)]
pub(crate) struct NewInput {
    pub(crate) position: i64,
    pub(crate) origin: i64,
    pub(crate) chunk: i64,
    pub(crate) digest: [u8; 32],
    /// What it costs at most, in credits; infinite where the price cannot be known.
    pub(crate) price: f64,
    pub(crate) params: String,
}

#[derive(Debug)]
pub(crate) struct NewChunk {
    pub(crate) number: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) inputs: i64,
    pub(crate) estimate: f64,
    pub(crate) unpriced: i64,
}

/// A chunk under a lease.
#[derive(Debug, Clone)]
pub(crate) struct Leased {
    pub(crate) number: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) inputs: i64,
    pub(crate) estimate: f64,
    pub(crate) task: Option<String>,
    /// For how many milliseconds the task has been known.
    pub(crate) age: Option<i64>,
}

/// The result of an attempt to begin a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    Begun,
    /// The job may not submit now, or its limit does not leave room for the chunk.
    NotNow,
    /// The lease has ended, and another worker may have the chunk.
    LeaseLost,
}

#[derive(Debug, Clone)]
pub(crate) struct ChunkRow {
    pub(crate) number: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) inputs: i64,
    pub(crate) estimate: f64,
    pub(crate) state: String,
    pub(crate) begun_at: Option<i64>,
    pub(crate) task: Option<String>,
    pub(crate) submitted_at: Option<i64>,
    pub(crate) ended_at: Option<i64>,
    pub(crate) credits: Option<f64>,
    pub(crate) note: Option<String>,
    pub(crate) data: Option<String>,
}

/// The outcome of one input that the service has answered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Found,
    Nothing,
    Failed,
    NothingOrFailed,
}

impl Verdict {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Nothing => "nothing",
            Self::Failed => "failed",
            Self::NothingOrFailed => "nothing_or_failed",
        }
    }
}

/// The result of a chunk's task.
#[derive(Debug)]
pub(crate) struct TaskEnd {
    /// done, failed, expired or unattributable
    pub(crate) state: &'static str,
    /// What it cost, if that is known.
    pub(crate) credits: Option<f64>,
    pub(crate) note: Option<String>,
    /// Results that cannot be matched to inputs.
    pub(crate) data: Option<String>,
    /// The outcomes of the inputs of a chunk that is done, by position.
    pub(crate) outcomes: Vec<(i64, Verdict, Option<String>)>,
}

impl TaskEnd {
    pub(crate) fn count(&self, verdict: Verdict) -> i64 {
        self.outcomes
            .iter()
            .filter(|(_, other, _)| *other == verdict)
            .count() as i64
    }
}

/// The counts of the chunks in one state.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) state: String,
    pub(crate) inputs: i64,
    pub(crate) found: i64,
    pub(crate) nothing: i64,
    pub(crate) credits: f64,
    pub(crate) estimate: f64,
}

/// An input with its outcome.
#[derive(Debug)]
pub(crate) struct OutcomeRow {
    pub(crate) position: i64,
    pub(crate) origin: i64,
    pub(crate) params: String,
    pub(crate) chunk: i64,
    pub(crate) state: String,
    pub(crate) note: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) result: Option<String>,
}
