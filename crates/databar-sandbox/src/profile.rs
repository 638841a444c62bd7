//! Where the published sources disagree about the service's answers: the alternatives, and the source of
//! each.

use std::time::Duration;

/// Which source the sandbox follows where the published sources disagree.
///
/// | answer | [`PythonSdk`](Self::PythonSdk) | [`McpServer`](Self::McpServer) |
/// | --- | --- | --- |
/// | status of a run that was just accepted | `queued`: a client written in September 2026 against real answers | `processing`: all that the MCP server knows, and what the reference pages of runs show |
/// | `data` of one run of a waterfall | an object: Python SDK 2.8.0 | an array of one object: MCP server 1.4.0 |
/// | `result` of a step of a waterfall | an object, like the result of the waterfall | text: MCP server 1.4.0 |
/// | a single run that finds nothing | `no_data`: Python SDK 2.1.0 and later | `completed` with null: MCP server 1.4.0 knows no `no_data`, and would wait for another status |
/// | results are kept | 24 hours: reference pages, Python SDK 2.1.0 and later | 1 hour: MCP server 1.4.0 |
/// | id of a flow | a UUID: Python SDK 2.2.0 and later | an integer: reference page flows-run |
/// | id in the list of a table's enrichments | an integer: Python SDK 2.8.0 | text: MCP server 1.4.0 |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Profile {
    /// The newest source: PyPI `databar` 2.8.0 of October 2026.
    #[default]
    PythonSdk,
    /// npm `databar-mcp-server` 1.4.0, and the reference pages that agree with it.
    McpServer,
}

/// How a step of a waterfall shows what its provider found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepResult {
    Object,
    Text,
}

/// The choices of a profile. [`Profile`] names the source of each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answers {
    /// The status of a run that was just accepted, and of its task for the first quarter of its time.
    pub(crate) first_status: &'static str,
    /// Whether `data` of one run of a waterfall is an array with one element.
    pub(crate) waterfall_in_array: bool,
    pub(crate) step_result: StepResult,
    /// The status of a single run that found nothing.
    pub(crate) miss: &'static str,
    pub(crate) retention: Duration,
    pub(crate) numbered_flows: bool,
    pub(crate) table_enrichment_id_as_text: bool,
}

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Profile {
    pub(crate) fn answers(self) -> Answers {
        match self {
            Self::PythonSdk => Answers {
                first_status: "queued",
                waterfall_in_array: false,
                step_result: StepResult::Object,
                miss: "no_data",
                retention: HOUR.saturating_mul(24),
                numbered_flows: false,
                table_enrichment_id_as_text: false,
            },
            Self::McpServer => Answers {
                first_status: "processing",
                waterfall_in_array: true,
                step_result: StepResult::Text,
                miss: "completed",
                retention: HOUR,
                numbered_flows: true,
                table_enrichment_id_as_text: true,
            },
        }
    }
}
