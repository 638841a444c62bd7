//! Generates the bindings: `openapi.json` and its overlay become `$OUT_DIR/databar.rs`.

use std::{env, fs, path::PathBuf, process::ExitCode};

use openapi_bindgen::{Settings, Sources, Transport};

const DOCUMENT: &str = "openapi.json";
const OVERLAY: &str = "openapi.overlay.json";

/// The components that hand-written types of this crate replace.
const HAND_WRITTEN: [&str; 15] = [
    "Cells",
    "ColumnId",
    "ConnectorId",
    "EnrichmentId",
    "ExporterId",
    "FlowId",
    "FolderId",
    "RowId",
    "TableEnrichmentId",
    "TableExporterId",
    "TableId",
    "TableRow",
    "TaskId",
    "WaterfallId",
    "WorkbookId",
];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed={OVERLAY}");
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), Box<dyn std::error::Error>> {
    let document = Sources::new(DOCUMENT).overlay(OVERLAY).read()?;
    for conflict in document.overlay.iter().flat_map(|report| &report.conflicts) {
        println!(
            "cargo::warning={OVERLAY}: action {} refers to {}, which {DOCUMENT} defines differently from action {}",
            conflict.action, conflict.reference, conflict.skipped_action
        );
    }
    let generated = openapi_bindgen::generate(document.value, &settings())
        .map_err(|error| format!("{DOCUMENT} with {OVERLAY}: {error}"))?;
    let file = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run this through cargo")?)
        .join("databar.rs");
    fs::write(&file, generated.code).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(())
}

/// The settings for Databar's bindings. The tools of this workspace read them from here.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::within("crate::generated");
    settings.transport = Some(Transport::new(
        "crate::Transport",
        "crate::Error",
        "crate::answer::Answer",
    ));
    settings.replacements = HAND_WRITTEN
        .iter()
        .map(|name| ((*name).to_owned(), format!("crate::{name}")))
        .collect();
    settings.marker_prefix = "x-databar-".to_owned();
    settings.credential_headers = vec!["x-apikey".to_owned()];
    settings.schemars = true;
    settings
}
