//! Results as Parquet.

use std::io::Write;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use futures::TryStreamExt as _;
use parquet::arrow::ArrowWriter;
use serde_json::Value;

use crate::{Error, Job};

/// How many inputs are in memory at a time.
const ROWS: usize = 5_000;

/// The type of a column: the common type of all its values, or else text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Boolean,
    Number,
    Text,
}

impl Job {
    /// Writes a Parquet file with the columns of [`write_csv`](Self::write_csv). A column whose values are
    /// all booleans or all numbers has that type. Every other column is text; values that are not text are
    /// written as JSON.
    ///
    /// # Errors
    ///
    /// Those of [`write_csv`](Self::write_csv).
    pub async fn write_parquet(&self, writer: impl Write + Send) -> Result<(), Error> {
        let columns = self.columns().await?;
        let names = columns.names();
        let mut types: Vec<Option<Type>> = vec![None; names.len()];
        let mut outcomes = self.outcomes::<Value>();
        while let Some(one) = outcomes.try_next().await? {
            for (known, value) in types.iter_mut().zip(columns.record(&self.target, one)) {
                let found = match value {
                    None | Some(Value::Null) => continue,
                    Some(Value::Bool(_)) => Type::Boolean,
                    Some(Value::Number(_)) => Type::Number,
                    Some(_) => Type::Text,
                };
                *known = Some(match *known {
                    None => found,
                    Some(known) if known == found => known,
                    Some(_) => Type::Text,
                });
            }
        }
        let types: Vec<Type> = types
            .into_iter()
            .map(|known| known.unwrap_or(Type::Text))
            .collect();
        let batch = |records: &[Vec<Option<Value>>]| {
            let arrays = names.iter().zip(&types).enumerate().map(|(index, (name, of))| {
                let values = records
                    .iter()
                    .map(|record| record.get(index).and_then(Option::as_ref));
                (name.as_str(), array(*of, values), true)
            });
            RecordBatch::try_from_iter_with_nullable(arrays).map_err(std::io::Error::other)
        };
        let schema = batch(&[])?.schema();
        let mut file = ArrowWriter::try_new(writer, schema, None).map_err(std::io::Error::other)?;
        let mut outcomes = self.outcomes::<Value>();
        let mut records = Vec::new();
        loop {
            let one = outcomes.try_next().await?;
            let is_last = one.is_none();
            records.extend(one.map(|one| columns.record(&self.target, one)));
            if is_last || records.len() == ROWS {
                file.write(&batch(&records)?).map_err(std::io::Error::other)?;
                records.clear();
            }
            if is_last {
                break;
            }
        }
        file.close().map_err(std::io::Error::other)?;
        Ok(())
    }
}

fn array<'a>(of: Type, values: impl Iterator<Item = Option<&'a Value>>) -> ArrayRef {
    let values = values.map(|value| value.filter(|value| !value.is_null()));
    match of {
        Type::Boolean => {
            let mut array = BooleanBuilder::new();
            values.for_each(|value| array.append_option(value.and_then(Value::as_bool)));
            Arc::new(array.finish())
        }
        Type::Number => {
            let mut array = Float64Builder::new();
            values.for_each(|value| array.append_option(value.and_then(Value::as_f64)));
            Arc::new(array.finish())
        }
        Type::Text => {
            let mut array = StringBuilder::new();
            values.for_each(|value| match value {
                Some(Value::String(text)) => array.append_value(text),
                Some(other) => array.append_value(other.to_string()),
                None => array.append_null(),
            });
            Arc::new(array.finish())
        }
    }
}
