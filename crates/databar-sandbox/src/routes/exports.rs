//! Tables as files. An export becomes ready after a while. Its file is then found under [`FOLDER`], which the
//! document does not describe, without a key, like a file in an object store.

use bytes::Bytes;
use serde::Deserialize;

use super::Answer;
use crate::{
    call::Call,
    refusal::Refusal,
    state::{Export, Format, State},
};

/// The path under which the files are served.
pub(crate) const FOLDER: &str = "/_sandbox/exports";

#[derive(Deserialize)]
struct Start {
    #[serde(default)]
    format: Format,
}

fn folder(call: &Call) -> String {
    format!("{}{FOLDER}", call.origin)
}

pub(super) fn start(state: &mut State, call: &Call) -> Answer {
    let Start { format } = call.body()?;
    let now = state.now;
    let export = state.export_table(call.uuid("table_uuid")?, format)?;
    Ok(export.json(now, &folder(call)))
}

pub(super) fn get(state: &mut State, call: &Call) -> Answer {
    let table = state.table(call.uuid("table_uuid")?)?;
    let export = table.export.as_ref().ok_or_else(Refusal::not_found)?;
    Ok(export.json(state.now, &folder(call)))
}

/// The media type and content of the file with this name.
pub(crate) fn download(state: &State, name: &str) -> Option<(&'static str, Bytes)> {
    let mut exports = state.library.tables().filter_map(|table| table.export.as_ref());
    let export = exports.find(|export| export.is_ready(state.now) && export.file_name() == name)?;
    match export.format {
        Format::Csv | Format::Sheets => Some(("text/csv; charset=utf-8", csv(export)?)),
        Format::Xlsx => Some((
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            xlsx(export)?,
        )),
    }
}

fn csv(export: &Export) -> Option<Bytes> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in &export.lines {
        writer.write_record(line).ok()?;
    }
    Some(writer.into_inner().ok()?.into())
}

/// The maximum number of characters in a cell of a workbook.
const LONGEST_CELL: usize = 32_767;

fn xlsx(export: &Export) -> Option<Bytes> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, line) in export.lines.iter().enumerate() {
        for (column, text) in line.iter().enumerate() {
            let (row, column) = (u32::try_from(row).ok()?, u16::try_from(column).ok()?);
            let text: String = text.chars().take(LONGEST_CELL).collect();
            sheet.write_string(row, column, text).ok()?;
        }
    }
    Some(workbook.save_to_buffer().ok()?.into())
}
