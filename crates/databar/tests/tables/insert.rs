//! Inserting rows: nothing is lost, nothing is written twice.

use std::collections::BTreeSet;

use databar::{ErrorKind, InDoubt, InsertOutcome, RetryPolicy, Table};
use databar_sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{companies, rows, support::World};

/// The names in the table, each of which must be there once.
async fn names(table: &Table) -> BTreeSet<String> {
    let read: Vec<Value> = table.rows().all().await.unwrap();
    let names: BTreeSet<String> = read
        .iter()
        .map(|row| row["Company"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), read.len(), "a row is there twice");
    names
}

#[tokio::test]
async fn any_number_of_rows_goes_in_batches_of_50() {
    let world = World::start().await;
    let table = companies(&world).await;
    let report = table.insert(rows(120)).await.unwrap();
    assert_eq!((report.created(), report.skipped(), report.requests), (120, 0, 3));
    assert_eq!(world.arrived("insert_rows"), 3);
    assert!(
        report
            .rows
            .iter()
            .enumerate()
            .all(|(index, row)| row.index == index && row.id.is_some())
    );
    assert_eq!(names(&table).await.len(), 120);
    world.finish();
}

#[tokio::test]
async fn a_failed_batch_loses_nothing_and_the_rest_can_be_resumed() {
    let world = World::start().await;
    let table = companies(&world).await;
    world.fault(
        Fault::new(FaultKind::status(400))
            .on("insert_rows")
            .skip(6)
            .times(1),
    );

    let error = table.insert(rows(1000)).await.unwrap_err();
    assert_eq!(error.written().created(), 300);
    assert_eq!(error.written().ids().count(), 300);
    assert_eq!((error.remaining(), error.in_doubt()), (700, 0));
    assert!(error.error().is_validation() && !error.error().may_have_run());
    assert!(
        error.to_string().starts_with("300 rows inserted, 700 to do: "),
        "{error}"
    );

    let report = error.resume().unwrap().await.unwrap();
    assert_eq!(report.created(), 1000);
    assert!(
        report
            .rows
            .iter()
            .enumerate()
            .all(|(index, row)| row.index == index)
    );
    assert_eq!(names(&table).await.len(), 1000);
    world.finish();
}

#[tokio::test]
async fn rows_in_doubt_are_not_sent_again_without_a_decision() {
    for (fault, processed) in [
        (FaultKind::ResetAfter, true),
        (FaultKind::ResetBefore, false),
        (FaultKind::status(500), false),
    ] {
        let world = World::start().await;
        let table = companies(&world).await;
        world.fault(Fault::new(fault).on("insert_rows").skip(1).times(1));

        let error = table.insert(rows(120)).await.unwrap_err();
        assert!(error.error().may_have_run());
        assert_eq!(
            (error.written().created(), error.remaining(), error.in_doubt()),
            (50, 70, 50)
        );
        assert_eq!(
            world.arrived("insert_rows"),
            2,
            "the batch in doubt was sent once"
        );

        let error = error.resume().unwrap_err();
        assert_eq!(world.arrived("insert_rows"), 2);
        let decision = if processed {
            InDoubt::Written
        } else {
            InDoubt::Resend
        };
        let report = error.resume_after_doubt(decision).unwrap().await.unwrap();
        assert_eq!(report.rows.len(), 120);
        let unreported = report
            .rows
            .iter()
            .filter(|row| row.outcome == InsertOutcome::Unreported)
            .count();
        assert_eq!(unreported, if processed { 50 } else { 0 });
        assert_eq!(names(&table).await.len(), 120);
        world.finish();
    }
}

#[tokio::test]
async fn with_dedupe_rows_in_doubt_can_be_resumed_at_once() {
    let world = World::start().await;
    let table = companies(&world).await;
    world.fault(
        Fault::new(FaultKind::ResetAfter)
            .on("insert_rows")
            .skip(6)
            .times(1),
    );

    let error = table.insert(rows(1000)).dedupe_by(["Company"]).await.unwrap_err();
    assert_eq!(
        (error.written().created(), error.remaining(), error.in_doubt()),
        (300, 700, 50)
    );
    let report = error.resume().unwrap().await.unwrap();
    assert_eq!((report.created(), report.skipped()), (950, 50));
    assert_eq!(names(&table).await.len(), 1000);
    world.finish();
}

#[tokio::test]
async fn duplicates_are_skipped_and_new_columns_created_on_demand() {
    let world = World::start().await;
    let table = companies(&world).await;
    table.insert(rows(3)).await.unwrap();
    let report = table.insert(rows(5)).dedupe_by(["Domain"]).await.unwrap();
    assert_eq!((report.created(), report.skipped()), (2, 3));

    let row = [json!({ "Company": "New", "City": "Oslo" })];
    let error = table.insert(&row).await.unwrap_err();
    assert!(error.error().is_validation(), "{error}");
    table.insert(&row).allow_new_columns().await.unwrap();
    assert!(
        table
            .columns()
            .await
            .unwrap()
            .iter()
            .any(|column| column.name == "City")
    );
    world.finish();
}

#[tokio::test]
async fn bad_input_is_refused_before_any_request() {
    let world = World::start().await;
    let table = companies(&world).await;
    let sent = world.client.requests_sent();
    let refused = [
        (table.insert(rows(0)).await.unwrap_err(), "there are no rows"),
        (
            table.insert(rows(1)).batch_size(0).await.unwrap_err(),
            "a batch of 0 rows",
        ),
        (
            table.insert(rows(1)).batch_size(51).await.unwrap_err(),
            "a batch of 51 rows",
        ),
        (
            table.insert([json!({}), json!(7)]).await.unwrap_err(),
            "row 1 is no object",
        ),
    ];
    for (error, words) in refused {
        assert_eq!(error.error().kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.resume().is_err());
    }
    assert_eq!(world.client.requests_sent(), sent);
    world.finish();
}

/// Whatever the number of rows, the size of a batch and the place of the failure: what is reported as written and what
/// remains are the input, and the table has every row once after resuming.
#[test]
fn rows_are_neither_lost_nor_doubled() {
    use proptest::prelude::*;

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::start_with(|builder| builder.retry(RetryPolicy::none())));
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(32)
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(
            &(1..200_usize, 1..=50_usize, 0..8_usize, any::<bool>()),
            |(count, batch, failing, processed)| {
                runtime.block_on(async {
                    let table = companies(&world).await;
                    let fault = if processed {
                        FaultKind::ResetAfter
                    } else {
                        FaultKind::status(503)
                    };
                    if failing < count.div_ceil(batch) {
                        world.fault(Fault::new(fault).on("insert_rows").skip(failing as u64).times(1));
                    }
                    let report = match table.insert(rows(count)).batch_size(batch).await {
                        Ok(report) => report,
                        Err(error) => {
                            prop_assert_eq!(error.written().rows.len() + error.remaining(), count);
                            prop_assert_eq!(error.written().created(), failing * batch);
                            let decision = if processed {
                                InDoubt::Written
                            } else {
                                InDoubt::Resend
                            };
                            error.resume_after_doubt(decision).unwrap().await.unwrap()
                        }
                    };
                    prop_assert!(report.rows.iter().map(|row| row.index).eq(0..count));
                    prop_assert_eq!(names(&table).await.len(), count);
                    Ok(())
                })
            },
        )
        .unwrap();
    world.finish();
}
