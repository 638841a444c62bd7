//! Adding enrichments and waterfalls to a table, and running them.

use std::time::Duration;

use databar::{EnrichmentId, ErrorKind, RowId, TableEnrichmentId, WaterfallId, column};
use databar_sandbox::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::{companies, rows, support::World};

/// "Company data" of the sandbox's catalogue: from a domain to facts about the company.
const COMPANY_DATA: EnrichmentId = EnrichmentId(123);

/// The bodies of all requests of this operation.
fn bodies(world: &World, operation: &str) -> Vec<Value> {
    world
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.operation_id.as_deref() == Some(operation))
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect()
}

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
    assert_ne!(added.id.to_string(), COMPANY_DATA.to_string());
    let listed = table.enrichments().await.unwrap();
    assert_eq!((&listed[0].id, &listed[0].name), (&added.id, &added.name));

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
        .rows(ids.iter().take(3).cloned())
        .await
        .unwrap();
    assert_eq!(run.processing_rows, Some(3));
    let wanted: Vec<&str> = ids.iter().take(3).map(RowId::as_str).collect();
    assert_eq!(
        bodies(&world, "run_table_enrichment"),
        [json!({ "run_strategy": "run_all", "row_ids": wanted })]
    );
}

#[tokio::test]
async fn each_choice_of_rows_is_what_is_sent() {
    let world = World::start().await;
    let table = companies(&world).await;
    table.insert(rows(1)).await.unwrap();
    let added = table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Domain")
        .await
        .unwrap();
    let run = || table.run(&added.id);
    for run in [
        run(),
        run().all(),
        run().only_empty(),
        run().only_errors(),
        run().only_errors().all(),
    ] {
        run.await.unwrap();
    }
    assert_eq!(
        bodies(&world, "run_table_enrichment"),
        ["run_all", "run_all", "run_empty", "run_errors", "run_all"]
            .map(|strategy| json!({ "run_strategy": strategy }))
    );
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
    let table = created.handle;
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
    let bodies = bodies(&world, "add_table_waterfall");
    assert_eq!(bodies[0].get("enrichments"), None);
    assert_eq!(
        (&bodies[1]["enrichments"], &bodies[1]["email_verifier"]),
        (&json!([966]), &json!(10))
    );
    assert_eq!(table.run(chosen.id).await.unwrap().processing_rows, Some(1));
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
        .map_column("domain", domain.identifier)
        .await
        .unwrap();
    assert_eq!(world.arrived("list_columns"), lookups);
    table
        .add_enrichment(COMPANY_DATA)
        .map_column("domain", "Domain")
        .await
        .unwrap();
    assert_eq!(world.arrived("list_columns"), lookups + 1);
    let bodies = bodies(&world, "add_table_enrichment");
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
    let bodies = bodies(&world, "add_table_enrichment");
    assert_eq!(
        bodies[0]["mapping"],
        json!({ "domain": { "type": "simple", "value": "stripe.com" } })
    );
    assert_eq!(bodies[0]["launch_strategy"], "run_on_update");
}

#[tokio::test]
async fn bad_input_is_refused_before_any_request() {
    let world = World::start().await;
    let table = companies(&world).await;
    let sent = world.client.requests_sent();
    let run = || table.run(TableEnrichmentId::from_number(1));
    let add = || table.add_enrichment(COMPANY_DATA);
    let finder = || table.add_waterfall(WaterfallId::new("email_getter").unwrap());
    let errors = [
        (run().rows([]).await.unwrap_err(), "list of rows to run is empty"),
        (
            run().rows([RowId::new("not-a-uuid").unwrap()]).await.unwrap_err(),
            "is not a UUID",
        ),
        (add().await.unwrap_err(), "the enrichment has no inputs"),
        (
            add().map_value("", "stripe.com").await.unwrap_err(),
            "a parameter without a name",
        ),
        (
            add().map_column(" ", "Domain").await.unwrap_err(),
            "a parameter without a name",
        ),
        (
            add().map_column("domain", "").await.unwrap_err(),
            "a column without a name",
        ),
        (finder().await.unwrap_err(), "the waterfall has no inputs"),
        (
            finder().map_column("", "Company").await.unwrap_err(),
            "a parameter without a name",
        ),
        (
            finder()
                .map_column("company", "Company")
                .providers([])
                .await
                .unwrap_err(),
            "the list of providers is empty",
        ),
    ];
    for (error, words) in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(world.client.requests_sent(), sent);
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
}
