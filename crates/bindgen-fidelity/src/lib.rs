//! Nothing to use: the generated types that the tests in `tests/` look at, and the way through them.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A document written for what is difficult in schemas: `difficult.yaml`.
pub mod difficult {
    #[allow(
        missing_docs,
        unreachable_pub,
        unused,
        clippy::all,
        clippy::unwrap_used,
        clippy::expect_used
    )]
    mod code {
        include!(concat!(env!("OUT_DIR"), "/difficult.rs"));
    }

    include!(concat!(env!("OUT_DIR"), "/difficult_table.rs"));
}

/// A document full of odd names.
pub mod names {
    #[allow(
        missing_docs,
        unreachable_pub,
        unused,
        clippy::all,
        clippy::unwrap_used,
        clippy::expect_used
    )]
    mod code {
        include!(concat!(env!("OUT_DIR"), "/names.rs"));
    }

    include!(concat!(env!("OUT_DIR"), "/names_table.rs"));
}

/// Databar's document, as a standalone crate has its types.
pub mod databar {
    #[allow(
        missing_docs,
        unreachable_pub,
        unused,
        clippy::all,
        clippy::unwrap_used,
        clippy::expect_used
    )]
    mod code {
        include!(concat!(env!("OUT_DIR"), "/databar.rs"));
    }

    include!(concat!(env!("OUT_DIR"), "/databar_table.rs"));
}

/// Databar's document, as `databar-api` has its types.
pub mod databar_bindings {
    include!(concat!(env!("OUT_DIR"), "/databar_api_table.rs"));
}

fn through<T: DeserializeOwned + Serialize>(value: Value) -> Result<Value, String> {
    let typed: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(typed).map_err(|error| error.to_string())
}

fn debugged<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> Result<String, String> {
    let typed: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    Ok(format!("{typed:?}"))
}
