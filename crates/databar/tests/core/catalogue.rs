//! Reading the catalogue, and running an enrichment.

use std::sync::Arc;

use databar::{Enrichment, EnrichmentId, ErrorKind, Outcome, TaskStatus};
use databar_sandbox::{Fault, FaultKind};
use futures::TryStreamExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::World;

fn summary(id: i64) -> Value {
    json!({"id": id, "name": "n", "description": "d", "data_source": "s", "price": 1, "auth_method": "none"})
}

fn page(ids: &[i64], number: usize, more: bool) -> Value {
    let items: Vec<Value> = ids.iter().copied().map(summary).collect();
    json!({"items": items, "page": number, "limit": 2, "has_next_page": more, "total_count": 9})
}

#[tokio::test]
async fn the_list_is_the_same_whatever_the_size_of_its_pages() {
    let world = World::start().await;
    let ids = async |size| -> Vec<EnrichmentId> {
        let stream = world
            .client
            .enrichments()
            .authorized_only(false)
            .limit(size)
            .stream();
        stream
            .map_ok(|enrichment| enrichment.id)
            .try_collect()
            .await
            .unwrap()
    };
    let whole = ids(500).await;
    assert!(whole.len() > 2);
    for size in [1, 2, 3, 100] {
        assert_eq!(ids(size).await, whole, "{size}");
    }
}

#[tokio::test]
async fn what_is_asked_for_is_sent() {
    let world = World::start().await;
    let list = world
        .client
        .enrichments()
        .q("mail & more")
        .category("Company Data")
        .authorized_only(false);
    list.all().await.unwrap();
    let query = world.sandbox.requests()[0].query.clone();
    for (name, value) in [
        ("q", "mail & more"),
        ("category", "Company Data"),
        ("authorized_only", "false"),
        ("page", "1"),
        ("limit", "500"),
    ] {
        assert!(query.contains(&(name.into(), value.into())), "{name}: {query:?}");
    }
}

#[tokio::test]
async fn a_service_that_sends_a_plain_array_is_understood() {
    let world = World::start().await;
    let all: Vec<Value> = (1..=3).map(summary).collect();
    world.fault(Fault::new(FaultKind::json(200, &Value::Array(all))).on("list_enrichments"));
    let found = world.client.enrichments().limit(2).all().await.unwrap();
    assert_eq!(
        found.iter().map(|enrichment| enrichment.id).collect::<Vec<_>>(),
        [1, 2, 3].map(EnrichmentId)
    );
    assert_eq!(world.arrived("list_enrichments"), 1);
}

#[tokio::test]
async fn a_list_that_does_not_end_is_ended() {
    let world = World::start().await;
    world.fault(Fault::new(FaultKind::json(200, &page(&[1, 2], 1, true))).on("list_enrichments"));
    let error = world.client.enrichments().all().await.unwrap_err();
    assert_eq!(
        (error.kind(), world.arrived("list_enrichments")),
        (ErrorKind::Inconsistent, 2)
    );

    let world = World::start().await;
    world.fault(
        Fault::new(FaultKind::json(200, &page(&[1, 2], 1, true)))
            .on("list_enrichments")
            .times(1),
    );
    world.fault(Fault::new(FaultKind::json(200, &page(&[], 2, true))).on("list_enrichments"));
    let error = world.client.enrichments().all().await.unwrap_err();
    assert_eq!(
        (error.kind(), world.arrived("list_enrichments")),
        (ErrorKind::Inconsistent, 2)
    );
    assert!(
        error
            .to_string()
            .contains("page 2 of the list is wrong: it is empty"),
        "{error}"
    );
}

async fn runnable(world: &World) -> (Enrichment, Map<String, Value>) {
    let first = world.client.enrichments().all().await.unwrap().remove(0);
    let enrichment = world.client.enrichment(first.id);
    let params = enrichment.get().await.unwrap().params.unwrap_or_default();
    (
        enrichment,
        params
            .into_iter()
            .map(|param| (param.name, json!("example.com")))
            .collect(),
    )
}

/// "Company data" of the sandbox's catalogue: half a credit for each company that it finds.
const COMPANY_DATA: EnrichmentId = EnrichmentId(123);

#[derive(Debug, PartialEq, Deserialize)]
struct Company {
    company_name: String,
}

fn named(name: &str) -> Company {
    Company {
        company_name: name.into(),
    }
}

/// Makes waiting advance the sandbox's time, so that the test does not wait.
fn waiting_moves_the_sandbox(world: &World) {
    let sandbox = Arc::clone(&world.sandbox);
    world.clock.on_wait(move |wait| sandbox.advance(wait));
}

#[tokio::test]
async fn a_run_is_waited_for_and_read() {
    let world = World::start().await;
    waiting_moves_the_sandbox(&world);
    let enrichment = world.client.enrichment(COMPANY_DATA);
    let before = world.client.user().await.unwrap().balance;
    let task = enrichment.run(json!({"domain": "stripe.com"})).await.unwrap();
    let finished = task.wait::<Company>().await.unwrap();
    assert_eq!(finished.status, TaskStatus::Completed);
    assert_eq!(finished.data, Some(named("Stripe")));
    assert_eq!(finished.credits_spent, 0.5);
    let after = world.client.user().await.unwrap().balance;
    assert_eq!(before - after, 0.5);
}

#[tokio::test]
async fn a_bulk_run_gives_one_result_for_each_input() {
    let world = World::start().await;
    waiting_moves_the_sandbox(&world);
    let before = world.client.user().await.unwrap().balance;
    let inputs = ["stripe.com", "nobody.test", "github.com"].map(|domain| json!({"domain": domain}));
    let task = world
        .client
        .enrichment(COMPANY_DATA)
        .run_bulk(inputs)
        .await
        .unwrap();
    assert_eq!(task.inputs(), 3);
    let results = task.wait::<Company>().await.unwrap();
    let (stripe, github) = (named("Stripe"), named("Github"));
    assert_eq!(results.found().collect::<Vec<_>>(), [(0, &stripe), (2, &github)]);
    assert_eq!(results.outcomes[1], Outcome::Nothing, "{results:?}");
    assert_eq!(results.counts.and_then(|counts| counts.completed), Some(2));
    let after = world.client.user().await.unwrap().balance;
    assert_eq!((results.credits_spent, before - after), (1.0, 1.0));
}

#[tokio::test]
async fn a_task_is_stopped_once() {
    let world = World::start().await;
    let (enrichment, params) = runnable(&world).await;
    let task = enrichment.run(params).await.unwrap();
    assert_eq!(task.cancel().await.unwrap().status, "cancelled");
    let error = task.cancel().await.unwrap_err();
    assert!(error.is_conflict() && !error.may_have_run(), "{error}");
    let error = task.wait::<Value>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_before_any_request() {
    let world = World::start().await;
    let enrichment = world.client.enrichment(EnrichmentId(1));
    let none: [Value; 0] = [];
    let errors = [
        (
            enrichment.run(json!({})).pages(0).await.unwrap_err(),
            "`pages` is 0",
        ),
        (
            enrichment.run(json!({})).pages(101).await.unwrap_err(),
            "`pages` is 101",
        ),
        (enrichment.run(json!([1])).await.unwrap_err(), "not an object"),
        (enrichment.run(f64::NAN).await.unwrap_err(), "not an object"),
        (
            enrichment
                .run(std::collections::BTreeMap::from([((1, 2), 3)]))
                .await
                .unwrap_err(),
            "JSON",
        ),
        (enrichment.run_bulk(none).await.unwrap_err(), "no inputs"),
        (
            enrichment.run_bulk([json!({}), json!(1)]).await.unwrap_err(),
            "input 2",
        ),
        (
            enrichment.run_bulk([json!({})]).pages(0).await.unwrap_err(),
            "`pages` is 0",
        ),
        (
            world.client.enrichments().limit(0).all().await.unwrap_err(),
            "limit: must be 1 or more, but is 0",
        ),
        (
            world.client.enrichments().limit(501).all().await.unwrap_err(),
            "limit: must be 500 or less, but is 501",
        ),
    ];
    for (error, words) in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.is_validation() && !error.may_have_run() && error.operation().is_some());
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(world.client.requests_sent(), 0);
}

#[tokio::test]
async fn pages_are_sent_only_when_asked_for() {
    let world = World::start().await;
    let (enrichment, params) = runnable(&world).await;
    enrichment.run(&params).await.unwrap();
    enrichment.run(&params).pages(3).await.unwrap();
    let bodies: Vec<Value> = world
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.operation_id.as_deref() == Some("run_enrichment"))
        .filter_map(databar_sandbox::Request::json)
        .collect();
    assert_eq!(bodies[0], json!({"params": params}));
    assert_eq!(bodies[1], json!({"params": params, "pagination": {"pages": 3}}));
}
