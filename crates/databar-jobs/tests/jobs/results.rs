//! Reading results from a job: files, tables, and streams.

use databar::{EnrichmentId, Table, WaterfallId};
use databar_jobs::{Error, Inputs, Plan, Target};
use databar_sandbox::{Fault, FaultKind};
use futures::TryStreamExt as _;
use serde_json::{Value, json};

use crate::support::{World, companies};

on_both_ledgers! {
    a_csv_file_has_a_line_for_each_input
    names_that_are_there_twice_are_told_apart
    of_a_waterfall_the_file_has_what_was_found
    found_rows_go_into_a_table
    rows_that_are_upserted_twice_are_there_once
    a_table_that_fails_says_what_was_written
    outcomes_come_as_their_chunks_end
    progress_ends_with_the_job
}

fn lines(file: Vec<u8>) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&file[..])
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

async fn a_csv_file_has_a_line_for_each_input(world: World) {
    let domains = ["stripe.com", "nobody.test", "stripe.com", "broken.invalid"];
    let job = world.job(1, &domains).await;
    job.run(&world.client).await.unwrap();
    let mut file = Vec::new();
    job.write_csv(&mut file).await.unwrap();
    let lines = lines(file);
    assert_eq!(lines[0][..3], ["domain", "outcome", "company_name"]);
    assert_eq!(lines[1][..3], ["stripe.com", "found", "Stripe"]);
    assert_eq!(lines[2][..3], ["nobody.test", "nothing", ""]);
    assert_eq!(lines[3], lines[1]);
    assert_eq!(lines[4][..2], ["broken.invalid", "failed"]);
    assert_eq!(lines.len(), 5);
}

async fn names_that_are_there_twice_are_told_apart(world: World) {
    let leads =
        Inputs::new([json!({ "domain": "stripe.com", "company_name": "stripe, inc.", "outcome": "?" })]);
    world.sandbox.take_violations();
    let job = world
        .ledger
        .plan(&world.client, companies(), leads)
        .await
        .unwrap();
    job.run(&world.client).await.unwrap();
    let mut file = Vec::new();
    job.write_csv(&mut file).await.unwrap();
    let lines = lines(file);
    assert_eq!(lines[0][..3], ["domain", "company_name", "outcome"]);
    assert!(
        lines[0].contains(&"result_company_name".to_owned()),
        "{:?}",
        lines[0]
    );
}

async fn of_a_waterfall_the_file_has_what_was_found(world: World) {
    let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
    let target = Target::Waterfall {
        id: WaterfallId::new("email_getter").unwrap(),
        providers: vec![EnrichmentId(966)],
        email_verifier: None,
    };
    let job = world
        .ledger
        .plan(&world.client, Plan::new("people", target), Inputs::new([person]))
        .await
        .unwrap();
    job.run(&world.client).await.unwrap();
    let mut file = Vec::new();
    job.write_csv(&mut file).await.unwrap();
    let lines = lines(file);
    assert_eq!(
        lines[0][..5],
        ["first_name", "last_name", "company", "outcome", "email"]
    );
    assert_eq!(lines[1][4], "ada.ito@acme.com");
}

/// An empty table for the results.
async fn table(world: &World) -> Table {
    let table = world
        .client
        .create_table("Found")
        .columns(["domain", "company_name"]);
    table.await.unwrap().handle
}

async fn found_rows_go_into_a_table(world: World) {
    let job = world.job(2, &["stripe.com", "nobody.test", "github.com"]).await;
    job.run(&world.client).await.unwrap();
    let table = table(&world).await;
    let reports = job.insert_into(&table).await.unwrap();
    assert_eq!((reports.len(), reports[0].created()), (1, 2));
    let rows: Vec<Value> = table
        .rows()
        .stream::<Value>()
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    let names: Vec<_> = rows.iter().map(|row| &row["company_name"]).collect();
    assert_eq!(names, ["Stripe", "Github"]);
}

async fn rows_that_are_upserted_twice_are_there_once(world: World) {
    let job = world.job(2, &["stripe.com", "github.com"]).await;
    job.run(&world.client).await.unwrap();
    let table = table(&world).await;
    for _ in 0..2 {
        job.upsert_into(&table, "domain").await.unwrap();
    }
    assert_eq!(
        table
            .rows()
            .stream::<Value>()
            .try_collect::<Vec<_>>()
            .await
            .unwrap()
            .len(),
        2
    );
}

async fn a_table_that_fails_says_what_was_written(world: World) {
    let domains: Vec<String> = (0..70).map(|index| format!("company{index}.com")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let job = world.job(70, &domains).await;
    let ended = job.run(&world.client).await.unwrap();
    let table = table(&world).await;
    if ended.status.found <= 50 {
        panic!("the sandbox found too few of them: {}", ended.status.found);
    }
    world.sandbox.fault(
        Fault::new(FaultKind::status(400))
            .on("insert_rows")
            .skip(1)
            .times(1),
    );
    let Err(Error::Table {
        written, in_doubt, ..
    }) = job.insert_into(&table).await
    else {
        panic!()
    };
    assert_eq!((written.len(), written[0].created(), in_doubt.len()), (1, 50, 0));
}

async fn outcomes_come_as_their_chunks_end(world: World) {
    let job = world.job(1, &["stripe.com", "github.com", "stripe.com"]).await;
    let arrivals = job.arrivals::<Value>().try_collect::<Vec<_>>();
    let (ended, arrived) = tokio::join!(job.run(&world.client).into_future(), arrivals);
    ended.unwrap();
    let mut positions: Vec<_> = arrived
        .unwrap()
        .iter()
        .map(|one| (one.position, one.outcome.name()))
        .collect();
    positions.sort_unstable();
    assert_eq!(positions, [(0, "found"), (1, "found")]);
}

async fn progress_ends_with_the_job(world: World) {
    let job = world.job(1, &["stripe.com", "nobody.test"]).await;
    let progress = job.progress().try_collect::<Vec<_>>();
    let (ended, progress) = tokio::join!(job.run(&world.client).into_future(), progress);
    let last = progress.unwrap().pop().unwrap();
    assert_eq!(last.status, ended.unwrap().status);
}

#[cfg(feature = "parquet")]
#[tokio::test]
async fn a_parquet_file_has_typed_columns() {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    let world = World::sqlite().await;
    let job = world.job(1, &["stripe.com", "nobody.test"]).await;
    job.run(&world.client).await.unwrap();
    let path = world.folder.path().join("found.parquet");
    job.write_parquet(std::fs::File::create(&path).unwrap())
        .await
        .unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&path).unwrap()).unwrap();
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(|batch| batch.num_rows()).sum::<usize>(), 2);
    let schema = batches[0].schema();
    let fields: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| format!("{} {}", field.name(), field.data_type()))
        .collect();
    assert_eq!(fields[..3], ["domain Utf8", "outcome Utf8", "company_name Utf8"]);
    assert!(fields.contains(&"employees Float64".to_owned()), "{fields:?}");
}

#[tokio::test]
async fn a_service_can_measure_its_jobs() {
    let recorder = metrics_util::debugging::DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let world = World::sqlite().await;
    let job = world.job(1, &["stripe.com", "github.com", "nobody.test"]).await;
    job.run(&world.client).await.unwrap();
    let mut measured: Vec<String> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| {
            let labels: Vec<_> = key.key().labels().map(|label| label.value().to_owned()).collect();
            format!("{} {} {value:?}", key.key().name(), labels.concat())
        })
        .collect();
    measured.sort_unstable();
    assert_eq!(
        measured,
        [
            "databar_jobs_credits  Gauge(1.0)",
            "databar_jobs_inputs_total found Counter(2)",
            "databar_jobs_inputs_total nothing Counter(1)",
            "databar_jobs_submissions_total submitted Counter(3)",
        ]
    );
}
