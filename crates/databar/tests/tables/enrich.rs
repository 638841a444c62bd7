//! Putting enrichments and waterfalls on a table, and running them.

use std::time::Duration;

use databar::{EnrichmentId, ErrorKind, RowId, TableEnrichmentId, WaterfallId, column};
use databar_sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{companies, rows, support::World};

/// "Company data" of the sandbox's catalogue: from a domain to facts about the company.
const COMPANY_DATA: EnrichmentId = EnrichmentId(123);

#[tokio::test]
async fn an_enrichment_fills_the_empty_rows_and_spends_credits() {
    let world = World::start().await;
    let table = companies(&world).await;
    table.insert(rows(20)).await.unwrap();

    let added = table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Domain")
        .await
        .unwrap();
    assert_ne!(i64::from(added.id), i64::from(COMPANY_DATA));
    assert_eq!(table.enrichments().await.unwrap(), std::slice::from_ref(&added));

    let before = world.client.user().await.unwrap().balance;
    let run = table.run(added.id).only_empty().await.unwrap();
    assert_eq!(run.processing_rows, Some(20));
    world.sandbox.advance(Duration::from_secs(60));

    let results: Vec<String> = table
        .columns()
        .await
        .unwrap()
        .into_iter()
        .filter(|c| c.data_processor_id.is_some())
        .map(|c| c.name)
        .collect();
    let filled = table
        .rows()
        .filter(column(&results[0]).is_not_empty())
        .count()
        .await
        .unwrap();
    assert!((1..=20).contains(&filled), "{filled} rows filled");
    assert!(world.client.user().await.unwrap().balance < before);
    world.finish();
}

#[tokio::test]
async fn only_the_chosen_rows_are_run() {
    let world = World::start().await;
    let table = companies(&world).await;
    let ids: Vec<RowId> = table.insert(rows(10)).await.unwrap().ids().cloned().collect();
    let added = table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Domain")
        .await
        .unwrap();
    let run = table
        .run(added.id)
        .all()
        .rows(ids.into_iter().take(3))
        .await
        .unwrap();
    assert_eq!(run.processing_rows, Some(3));
    world.finish();
}

#[tokio::test]
async fn a_waterfall_is_added_with_and_without_chosen_providers() {
    let world = World::start().await;
    let created = world
        .client
        .create_table("People")
        .columns(["First", "Last", "Company"])
        .await
        .unwrap();
    let table = world.client.table(created.identifier);
    table
        .insert([json!({ "First": "Ada", "Last": "Lovelace", "Company": "stripe.com" })])
        .await
        .unwrap();
    let finder = || {
        table
            .add_waterfall(WaterfallId::new("email_getter").unwrap())
            .map_column("first_name", "First")
            .map_column("last_name", "Last")
            .map_column("company", "Company")
    };
    let plain = finder().await.unwrap();
    let chosen = finder()
        .providers([EnrichmentId(966)])
        .email_verifier(EnrichmentId(10))
        .await
        .unwrap();
    assert_ne!(plain.id, chosen.id);
    assert_eq!(table.run(chosen.id).await.unwrap().processing_rows, Some(1));
    world.finish();
}

#[tokio::test]
async fn names_of_columns_are_looked_up_and_ids_are_not() {
    let world = World::start().await;
    let table = companies(&world).await;
    let domain = table
        .columns()
        .await
        .unwrap()
        .into_iter()
        .find(|column| column.name == "Domain")
        .unwrap();
    let lookups = world.arrived("list_columns");

    table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", databar::ColumnId(domain.identifier))
        .await
        .unwrap();
    assert_eq!(world.arrived("list_columns"), lookups);
    table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Domain")
        .await
        .unwrap();
    assert_eq!(world.arrived("list_columns"), lookups + 1);
    let bodies: Vec<Value> = world
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.operation_id.as_deref() == Some("add_table_enrichment"))
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    let wanted = json!({ "domain": { "type": "mapping", "value": domain.identifier } });
    assert!(
        bodies.len() == 2 && bodies.iter().all(|body| body["mapping"] == wanted),
        "{bodies:?}"
    );

    let error = table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Nowhere")
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains(r#"no column "Nowhere"; it has ["Company", "Domain"#),
        "{error}"
    );
    assert_eq!(world.arrived("add_table_enrichment"), 2);
    world.finish();
}

#[tokio::test]
async fn a_fixed_value_replaces_a_column_and_the_other_way_round() {
    let world = World::start().await;
    let table = companies(&world).await;
    table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Nowhere")
        .map_value("domain", "stripe.com")
        .run_on_update()
        .await
        .unwrap();
    let request = world.sandbox.requests().pop().unwrap();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        body["mapping"],
        json!({ "domain": { "type": "simple", "value": "stripe.com" } })
    );
    assert_eq!(body["launch_strategy"], "run_on_update");
    world.finish();
}

#[tokio::test]
async fn bad_input_is_refused_before_any_request() {
    let world = World::start().await;
    let table = companies(&world).await;
    let sent = world.client.requests_sent();
    let id = TableEnrichmentId(1);
    let errors = [
        table.run(id).rows([]).await.unwrap_err(),
        table
            .run(id)
            .rows([RowId::from("not-a-uuid".to_owned())])
            .await
            .unwrap_err(),
        table.add_enrichment(COMPANY_DATA).await.unwrap_err(),
        table
            .add_waterfall(WaterfallId::new("email_getter").unwrap())
            .await
            .unwrap_err(),
    ];
    assert!(
        errors.iter().all(|error| error.kind() == ErrorKind::InvalidInput),
        "{errors:?}"
    );
    assert_eq!(world.client.requests_sent(), sent);
    world.finish();
}

#[tokio::test]
async fn a_run_whose_answer_is_lost_was_sent_once() {
    let world = World::start().await;
    let table = companies(&world).await;
    table.insert(rows(1)).await.unwrap();
    let added = table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Domain")
        .await
        .unwrap();
    world.fault(
        Fault::new(FaultKind::ResetAfter)
            .on("run_table_enrichment")
            .times(1),
    );
    let error = table.run(added.id).await.unwrap_err();
    assert!(error.may_have_run(), "{error}");
    assert_eq!(world.arrived("run_table_enrichment"), 1);
    world.finish();
}
