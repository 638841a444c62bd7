//! Where the inputs of a job come from.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Error;

/// The inputs of a job, in any number. Each is a JSON object with a member for each parameter.
///
/// They are read once, from first to last, and are never all in memory at once.
pub struct Inputs<'a>(BoxStream<'a, Result<Map<String, Value>, Error>>);

impl<'a> Inputs<'a> {
    /// Takes the inputs from an iterator. Each item must serialise to a JSON object.
    ///
    /// ```
    /// use databar_jobs::Inputs;
    /// use serde_json::json;
    ///
    /// let inputs = Inputs::new(["stripe.com", "github.com"].map(|domain| json!({ "domain": domain })));
    /// ```
    pub fn new<I>(inputs: I) -> Self
    where
        I: IntoIterator,
        I::Item: Serialize,
        I::IntoIter: Send + 'a,
    {
        let objects = inputs
            .into_iter()
            .enumerate()
            .map(|(index, input)| object(index, &input));
        Self(stream::iter(objects).boxed())
    }

    /// Takes the inputs from a stream, such as the rows of a Databar table or of a database query. Each item
    /// must serialise to a JSON object.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Website"]).await?;
    /// use databar_jobs::Inputs;
    /// use futures::TryStreamExt;
    /// use serde_json::{Value, json};
    ///
    /// let rows = table.rows().stream::<Value>();
    /// let inputs = Inputs::stream(rows.map_ok(|row| json!({ "domain": row["Website"] })));
    /// # Ok(()) });
    /// ```
    pub fn stream<S, T, E>(inputs: S) -> Self
    where
        S: Stream<Item = Result<T, E>> + Send + 'a,
        T: Serialize,
        E: fmt::Display,
    {
        let objects = inputs.enumerate().map(|(index, input)| match input {
            Ok(input) => object(index, &input),
            Err(error) => Err(Error::Input(format!(
                "input {} cannot be read: {error}",
                index + 1
            ))),
        });
        Self(objects.boxed())
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Map<String, Value>>, Error> {
        self.0.try_next().await
    }
}

impl fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inputs(..)")
    }
}

fn object(index: usize, input: &impl Serialize) -> Result<Map<String, Value>, Error> {
    let number = index + 1;
    match serde_json::to_value(input) {
        Ok(Value::Object(params)) => Ok(params),
        Ok(_) => Err(Error::Input(format!(
            "input {number} is not a JSON object with a member for each parameter"
        ))),
        Err(error) => Err(Error::Input(format!(
            "input {number} cannot be written as JSON: {error}"
        ))),
    }
}

/// The records of a CSV file as inputs. Its first line names the columns.
///
/// ```
/// use databar_jobs::{Csv, Inputs};
///
/// let leads = "Name,Website\nStripe,stripe.com\n";
/// let inputs: Inputs<'_> = Csv::new("leads", leads.as_bytes())?.column("domain", "Website")?.into();
/// # Ok::<_, databar_jobs::Error>(())
/// ```
pub struct Csv<R> {
    /// The name used in error messages.
    name: String,
    reader: csv::Reader<R>,
    headers: Vec<String>,
    /// Parameters, each with the index of its column.
    columns: Vec<(String, usize)>,
}

impl Csv<File> {
    /// Opens a CSV file.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] when the file cannot be read, or when two columns have the same name.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let file =
            File::open(path).map_err(|error| Error::Input(format!("{name} cannot be opened: {error}")))?;
        Self::new(name, file)
    }
}

impl<R: Read> Csv<R> {
    /// Reads CSV from any reader. `name` stands for the source in error messages.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] when the first line cannot be read, or when two columns have the same name.
    pub fn new(name: impl Into<String>, reader: R) -> Result<Self, Error> {
        let name = name.into();
        let mut reader = csv::Reader::from_reader(reader);
        let headers = reader
            .headers()
            .map_err(|error| Error::Input(format!("{name} cannot be read: {error}")))?;
        let headers: Vec<String> = headers
            .iter()
            .enumerate()
            .map(|(index, header)| match index {
                // Spreadsheet programs start their files with a byte order mark.
                0 => header.trim_start_matches('\u{feff}').trim().to_owned(),
                _ => header.trim().to_owned(),
            })
            .collect();
        if headers.iter().all(String::is_empty) {
            return Err(Error::Input(format!(
                "{name} is empty; its first line must name the columns"
            )));
        }
        for (index, header) in headers.iter().enumerate() {
            if headers[..index].contains(header) {
                return Err(Error::Input(format!(
                    "{name} has two columns named `{header}`; rename one of them"
                )));
            }
        }
        Ok(Self {
            name,
            reader,
            headers,
            columns: Vec::new(),
        })
    }

    /// Takes a parameter from a column. If this is never called, every column is a parameter of the same
    /// name.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] when the file has no such column.
    pub fn column(mut self, parameter: impl Into<String>, column: &str) -> Result<Self, Error> {
        let Some(index) = self.headers.iter().position(|header| header == column) else {
            return Err(Error::Input(format!(
                "{} has no column `{column}`; it has {}",
                self.name,
                self.headers.join(", ")
            )));
        };
        self.columns.push((parameter.into(), index));
        Ok(self)
    }
}

impl<'a, R: Read + Send + 'a> From<Csv<R>> for Inputs<'a> {
    fn from(csv: Csv<R>) -> Self {
        let Csv {
            name,
            reader,
            headers,
            mut columns,
        } = csv;
        if columns.is_empty() {
            columns = headers
                .into_iter()
                .enumerate()
                .map(|(index, header)| (header, index))
                .collect();
        }
        let inputs = reader.into_records().map(move |record| {
            let record = record.map_err(|error| Error::Input(format!("{name} cannot be read: {error}")))?;
            let values = columns.iter().filter_map(|(parameter, index)| {
                // An empty cell counts as a missing value.
                let value = record.get(*index).filter(|value| !value.is_empty())?;
                Some((parameter.clone(), Value::from(value)))
            });
            Ok(values.collect())
        });
        Self(stream::iter(inputs).boxed())
    }
}

impl<R> fmt::Debug for Csv<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Csv")
            .field("name", &self.name)
            .field("headers", &self.headers)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}
