//! Updating, upserting and deleting rows. They share the code of insertions, but have other outcomes.

use databar::{ErrorKind, InDoubt, RetryPolicy, RowId, RowOutcome};
use databar_sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{companies, rows, support::World};

async fn inserted(table: &databar::Table, count: usize) -> Vec<RowId> {
    let report = table.insert(rows(count)).await.unwrap();
    report.ids().cloned().collect()
}

#[tokio::test]
async fn any_number_of_rows_is_updated_and_each_has_its_outcome() {
    let world = World::start().await;
    let table = companies(&world).await;
    let mut ids = inserted(&table, 60).await;
    ids.insert(7, RowId::new("00000000-0000-0000-0000-000000000000").unwrap());
    // A row that appears twice is written twice.
    ids.push(ids[0].clone());
    let updates = ids.iter().map(|id| (id.clone(), json!({ "Company": "Same" })));
    let report = table.update(updates).await.unwrap();
    assert_eq!(
        (report.requests, report.updated(), report.rows.len()),
        (2, 61, 62)
    );
    let refused: Vec<_> = report.refused().collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].index, 7);
    assert!(
        matches!(&refused[0].outcome, RowOutcome::Refused { code, .. } if code == "ROW_NOT_FOUND"),
        "{refused:?}"
    );
    assert_eq!(report.to_string(), "61 rows updated, 1 refused");

    let domain = |id: &RowId| (id.clone(), json!({ "Company": "Other", "Domain": "x.test" }));
    table.update([domain(&ids[0])]).only_empty().await.unwrap();
    let first = &table.rows().all::<Value>().await.unwrap()[0];
    assert_eq!(first["Company"], "Same", "it was not empty");
}

#[tokio::test]
async fn rows_are_upserted_by_the_value_of_a_column() {
    let world = World::start().await;
    let table = companies(&world).await;
    inserted(&table, 2).await;
    table.insert(rows(1)).await.unwrap();
    let row = |name: &str| json!({ "Company": name, "Domain": "new.test" });
    let report = table
        .upsert("Company", [row("Company 0"), row("Company 1"), row("Company 2")])
        .await
        .unwrap();
    let outcomes: Vec<_> = report.rows.iter().map(|row| &row.outcome).collect();
    assert!(
        matches!(outcomes[0], RowOutcome::Refused { code, .. } if code == "AMBIGUOUS_MATCH"),
        "two rows have it: {outcomes:?}"
    );
    assert_eq!(outcomes[1..], [&RowOutcome::Updated, &RowOutcome::Created]);

    let error = table
        .upsert("Company", [json!({ "Domain": "x" })])
        .await
        .unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains(r#"row 0: it has no value for "Company""#),
        "{error}"
    );
}

#[tokio::test]
async fn deletions_that_were_lost_can_be_resumed_at_once() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    let table = companies(&world).await;
    let ids = inserted(&table, 120).await;
    world.fault(
        Fault::new(FaultKind::ResetAfter)
            .on("delete_rows")
            .skip(1)
            .times(1),
    );
    let error = table.delete_rows(ids).await.unwrap_err();
    assert_eq!((error.written().deleted(), error.remaining()), (50, 70));
    // Deleting a deleted row changes nothing.
    let report = error.resume().unwrap().await.unwrap();
    assert_eq!((report.deleted(), report.requests), (120, 3));
    assert_eq!(table.rows().count().await.unwrap(), 0);
}

#[tokio::test]
async fn upserts_in_doubt_need_a_decision() {
    let world = World::start().await;
    let table = companies(&world).await;
    world.fault(Fault::new(FaultKind::ResetAfter).on("upsert_rows").times(1));
    let error = table.upsert("Company", rows(3)).await.unwrap_err();
    assert_eq!((error.in_doubt(), world.arrived("upsert_rows")), (3, 1));
    let error = error.resume().unwrap_err();
    let report = error.resume_after_doubt(InDoubt::Resend).unwrap().await.unwrap();
    assert_eq!(report.updated(), 3, "they had been written: {report}");
    assert_eq!(table.rows().count().await.unwrap(), 3);
}
