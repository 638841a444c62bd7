//! Checks the inputs before anything is sent: the service refuses a whole chunk for one bad input.

use std::path::Path;

use databar::Client;
use databar_jobs::Target;

use crate::failure::Failure;
use crate::source::{Source, has_value, rows};

/// A parameter, and whether it is required.
struct Parameter {
    name: String,
    is_required: bool,
}

/// Checks the mapping and the rows against the parameters in the catalogue.
pub(super) async fn check(
    client: &Client,
    target: &Target,
    input: &Path,
    map: &[(String, String)],
    set: &[(String, String)],
) -> Result<(), Failure> {
    let Some(parameters) = parameters(client, target).await? else {
        return Ok(());
    };
    let names: Vec<_> = parameters
        .iter()
        .map(|parameter| parameter.name.as_str())
        .collect();
    let names = names.join(", ");
    let given: Vec<_> = map.iter().chain(set).map(|(parameter, _)| parameter).collect();
    for (index, parameter) in given.iter().enumerate() {
        if given[..index].contains(parameter) {
            return Err(Failure::Usage(format!(
                "the parameter {parameter:?} is given twice"
            )));
        }
        if !parameters.iter().any(|known| known.name == **parameter) {
            return Err(Failure::Usage(format!(
                "unknown parameter {parameter:?}; the parameters are {names}"
            )));
        }
    }
    let is_open = |parameter: &&Parameter| {
        parameter.is_required && !set.iter().any(|(name, _)| *name == parameter.name)
    };
    let required = parameters.iter().filter(is_open);
    let columns = required.map(
        |parameter| match map.iter().find(|(name, _)| *name == parameter.name) {
            Some((_, column)) => Ok(column.as_str()),
            None if map.is_empty() => Ok(parameter.name.as_str()),
            None => Err(Failure::Usage(format!(
                "the parameter {:?} is required; map it to a column with --map {}=COLUMN, or give all rows one value with \
                 --set {}=VALUE",
                parameter.name, parameter.name, parameter.name
            ))),
        },
    );
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let mut source = Source::open(input)?;
    let (mut position, mut incomplete) = (0_u64, 0_u64);
    let mut first = None;
    loop {
        let batch = source.take(500)?;
        if batch.is_empty() {
            break;
        }
        for row in batch {
            position += 1;
            let is_missing = |column: &&&str| !row.get(**column).is_some_and(has_value);
            if let Some(column) = columns.iter().find(is_missing) {
                incomplete += 1;
                first.get_or_insert((position, (*column).to_owned()));
            }
        }
    }
    match first {
        None => Ok(()),
        Some((row, column)) => Err(Failure::Usage(format!(
            "{}: row {row} has no value in {column:?}, which is required ({} in total). Fill in or remove such rows: the \
             service refuses every request that contains one",
            input.display(),
            rows(incomplete)
        ))),
    }
}

async fn parameters(client: &Client, target: &Target) -> Result<Option<Vec<Parameter>>, Failure> {
    Ok(match target {
        Target::Enrichment { id, .. } => client.enrichment(*id).get().await?.params.map(|parameters| {
            let parameters = parameters.into_iter().map(|parameter| Parameter {
                name: parameter.name,
                is_required: parameter.is_required,
            });
            parameters.collect()
        }),
        Target::Waterfall { id, .. } => {
            let waterfall = client.waterfall(id.clone()).get().await?;
            let named = waterfall.input_params.into_iter().filter_map(|parameter| {
                Some(Parameter {
                    name: parameter.name?,
                    is_required: parameter.required == Some(true),
                })
            });
            Some(named.collect::<Vec<_>>()).filter(|parameters| !parameters.is_empty())
        }
        // The parameters of a flow depend on its graph.
        _ => None,
    })
}
