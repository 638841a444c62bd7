//! Inserting rows: no row is lost, and none is written twice.

use std::collections::BTreeSet;

use databar::{Error, ErrorKind, InDoubt, RetryPolicy, RowOutcome, Table};
use databar_sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{companies, rows, support::World};

/// The names in the table. Fails if one is there twice.
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
        error
            .to_string()
            .starts_with("300 rows inserted, 700 to do: batch of rows 300..350 of the input: insert_rows: "),
        "{error}"
    );
    assert_eq!(error.failed_batch(), 300..350);

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
        let words = error.to_string();
        assert!(words.starts_with("not resumed, because rows could be written twice; look at the table"));
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
            .filter(|row| row.outcome == RowOutcome::Unreported)
            .count();
        assert_eq!(unreported, if processed { 50 } else { 0 });
        assert_eq!(names(&table).await.len(), 120);
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
}

#[tokio::test]
async fn bad_input_is_refused_before_any_request() {
    let world = World::start().await;
    let table = companies(&world).await;
    let sent = world.client.requests_sent();
    let none: [&str; 0] = [];
    let unusable = [
        (table.insert(rows(0)), "there are no rows"),
        (table.insert([json!({}), json!(7)]), "row 1: it is not an object"),
    ];
    let correctable = [
        (table.insert(rows(1)).batch_size(0), "`batch_size` is 0"),
        (table.insert(rows(1)).batch_size(51), "`batch_size` is 51"),
        (
            table.insert(rows(1)).dedupe_by(none),
            "the list of columns to dedupe by is empty",
        ),
        (
            table.insert(rows(1)).dedupe_by(["Company", " "]),
            "a column to dedupe by has no name",
        ),
        (
            table.insert(rows(1)).dedupe_by(["company"]),
            r#"no row has the column "company""#,
        ),
    ];
    for (insert, words) in unusable {
        let error = insert.await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::InvalidInput);
        assert!(
            error
                .to_string()
                .starts_with(&format!("nothing was inserted: {words}")),
            "{error}"
        );
        let error = error.resume().unwrap_err();
        assert!(error.resume_after_doubt(InDoubt::Resend).is_err());
    }
    for (insert, words) in correctable {
        let error = insert.await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::InvalidInput);
        assert!(
            error
                .to_string()
                .starts_with(&format!("nothing was inserted: {words}")),
            "{error}"
        );
        assert_eq!((error.remaining(), error.failed_batch()), (1, 0..0));
        assert!(!Error::from(error).may_have_run());
    }
    assert_eq!(world.client.requests_sent(), sent);

    let error = table.insert(rows(1)).batch_size(0).await.unwrap_err();
    assert_eq!(error.resume().unwrap().batch_size(1).await.unwrap().created(), 1);
}

#[tokio::test]
async fn an_error_that_is_passed_on_says_that_rows_were_written() {
    let world = World::start().await;
    let table = companies(&world).await;
    let refusal = || Fault::new(FaultKind::status(400)).on("insert_rows").times(1);
    world.fault(refusal().skip(6));
    let error = Error::from(table.insert(rows(1000)).await.unwrap_err());
    assert!(error.may_have_run() && error.is_validation(), "{error}");
    assert_eq!(error.operation(), Some("insert_rows"));
    let text = error.to_string();
    assert!(text.contains("300 rows inserted, 700 to do"), "{text}");
    assert!(text.contains("status 400"), "{text}");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.downcast_ref::<Error>().unwrap().status(), Some(400));

    world.fault(
        Fault::new(FaultKind::ResetBefore)
            .on("insert_rows")
            .skip(1)
            .times(1),
    );
    let error = Error::from(table.insert(rows(60)).await.unwrap_err());
    assert_eq!(error.to_string().matches("check before").count(), 1, "{error}");

    world.fault(refusal());
    let error = Error::from(table.insert(rows(10)).await.unwrap_err());
    assert!(!error.may_have_run(), "nothing was written: {error}");
    assert_eq!(error.status(), Some(400));

    world.fault(refusal().skip(1));
    let again = table.insert(rows(100)).dedupe_by(["Company"]);
    let error = Error::from(again.await.unwrap_err());
    assert!(!error.may_have_run(), "all were skipped: {error}");
}

#[tokio::test]
async fn rows_that_were_skipped_are_not_called_inserted() {
    let world = World::start().await;
    let table = companies(&world).await;
    table.insert(rows(50)).await.unwrap();
    world.fault(
        Fault::new(FaultKind::status(400))
            .on("insert_rows")
            .skip(1)
            .times(1),
    );
    let error = table.insert(rows(60)).dedupe_by(["Company"]).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("50 rows skipped as duplicates, 10 to do: batch of rows 50..60 of the input: "),
        "{error}"
    );
    let report = error.resume().unwrap().await.unwrap();
    assert_eq!(report.to_string(), "10 rows inserted, 50 skipped as duplicates");
}

#[tokio::test]
async fn a_row_that_the_service_complains_of_can_be_found_in_the_input() {
    let world = World::start().await;
    let table = companies(&world).await;
    let complaint = json!({
        "error": "INVALID_DATA",
        "detail": "Row 3: Domain: Not a domain.",
        "rows": [{ "position": 3, "fields": { "Domain": ["Not a domain."] } }],
    });
    world.fault(
        Fault::new(FaultKind::json(400, &complaint))
            .on("insert_rows")
            .skip(2)
            .times(1),
    );
    let error = table.insert(rows(120)).await.unwrap_err();
    assert_eq!(error.failed_batch(), 100..120);
    assert_eq!(error.error().field_errors()[0].row, Some(3));
}

#[tokio::test]
async fn only_rows_with_all_keys_are_safe_to_send_again() {
    for (lacking, place, safe) in [
        (Some(json!(null)), 55, false),
        (Some(json!("")), 55, false),
        (None, 55, false),
        (Some(json!(7)), 55, true),
        (None, 10, true),
    ] {
        let world = World::start().await;
        let table = companies(&world).await;
        world.fault(
            Fault::new(FaultKind::ResetBefore)
                .on("insert_rows")
                .skip(1)
                .times(1),
        );
        let mut input = rows(60);
        let row = input[place].as_object_mut().unwrap();
        match &lacking {
            Some(value) => row.insert("Domain".to_owned(), value.clone()),
            None => row.remove("Domain"),
        };
        let insert = table.insert(input).dedupe_by(["Company", "Domain"]);
        let error = insert.await.unwrap_err();
        assert_eq!((error.in_doubt(), error.failed_batch()), (10, 50..60));
        assert_eq!(error.resume().is_ok(), safe, "{lacking:?} in row {place}");
    }
}

#[tokio::test]
async fn a_resumed_insertion_that_is_refused_still_has_its_report() {
    let world = World::start().await;
    let table = companies(&world).await;
    world.fault(
        Fault::new(FaultKind::status(400))
            .on("insert_rows")
            .skip(2)
            .times(1),
    );
    let error = table.insert(rows(120)).await.unwrap_err();
    let error = error.resume().unwrap().batch_size(0).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::InvalidInput);
    assert_eq!(
        (error.written().created(), error.remaining(), error.in_doubt()),
        (100, 20, 0)
    );
    assert_eq!(error.failed_batch(), 100..100);
    assert_eq!(
        error.to_string(),
        "100 rows inserted, 20 to do: `batch_size` is 0; the service takes 1 to 50 rows per request"
    );
    let report = error.resume().unwrap().batch_size(7).await.unwrap();
    assert_eq!((report.created(), report.requests), (120, 5));
    assert_eq!(names(&table).await.len(), 120);
}

#[tokio::test]
async fn an_answer_that_leaves_out_rows_leaves_the_batch_in_doubt() {
    let result = |index: i64| json!({ "index": index, "id": format!("id {index}"), "action": "created" });
    for indices in [vec![], vec![0], vec![0, 0], vec![1, 2], vec![0, -1]] {
        let world = World::start().await;
        let table = companies(&world).await;
        let results: Vec<Value> = indices.iter().map(|index| result(*index)).collect();
        world.fault(
            Fault::new(FaultKind::json(200, &json!({ "results": results })))
                .on("insert_rows")
                .skip(1)
                .times(1),
        );
        let error = table.insert(rows(4)).batch_size(2).await.unwrap_err();
        assert_eq!(error.error().kind(), ErrorKind::Inconsistent);
        assert!(error.error().may_have_run() && error.error().operation() == Some("insert_rows"));
        assert_eq!(
            (error.written().created(), error.remaining(), error.in_doubt()),
            (2, 2, 2),
            "{indices:?}"
        );
        let known: Vec<usize> = error
            .in_doubt_rows()
            .iter()
            .filter(|row| row.id.is_some())
            .map(|row| row.index)
            .collect();
        let expected: Vec<usize> = (0..2)
            .filter(|i| indices.contains(i))
            .map(|i| i as usize + 2)
            .collect();
        assert_eq!(known, expected, "{indices:?}");

        let error = error.resume().unwrap_err();
        assert_eq!(world.arrived("insert_rows"), 2);
        let insert = error.resume_after_doubt(InDoubt::Written).unwrap();
        let report = insert.await.unwrap();
        assert_eq!(report.created(), 2 + expected.len());
        assert!(report.rows.iter().map(|row| row.index).eq(0..4));
    }

    let world = World::start().await;
    let table = companies(&world).await;
    let results: Vec<Value> = [1, 0, 0, 2].map(result).into();
    world.fault(Fault::new(FaultKind::json(200, &json!({ "results": results }))).on("insert_rows"));
    let report = table.insert(rows(2)).await.unwrap();
    assert_eq!(report.created(), 2, "every row is accounted for");
    assert!(report.ids().map(|id| id.as_str()).eq(["id 0", "id 1"]));
}

/// For any number of rows, batch size and place of the failure: the written rows and the remaining rows
/// together are the input, and after resuming the table has every row once.
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
}
