//! A call that has an effect is sent once, unless it was certainly not processed; reads are retried.

use std::sync::Arc;
use std::time::Duration;

use databar::{
    Client, ColumnId, EnrichmentId, Error, ErrorKind, Flow, RetryPolicy, Run, Runnable, TableEnrichmentId,
    TableId, Waterfall, WaterfallId, reqwest,
};
use databar_sandbox::{Fault, FaultKind};
use futures::FutureExt;
use futures::future::join_all;
use serde_json::json;
use tokio::net::TcpSocket;

use crate::support::{KEY, TestClock, World};

/// "Company data" of the sandbox's catalogue.
const COMPANY_DATA: EnrichmentId = EnrichmentId(123);

/// The calls that start, bill, add or insert something.
const EFFECTS: [&str; 7] = [
    "run_enrichment",
    "bulk_run_enrichment",
    "run_table_enrichment",
    "add_table_enrichment",
    "add_table_waterfall",
    "create_table",
    "insert_rows",
];
const READ: &str = "get_user";

/// The faults after which it is unknown whether the request was processed.
fn faults_of_unknown_outcome() -> Vec<(FaultKind, ErrorKind)> {
    vec![
        (FaultKind::ResetBefore, ErrorKind::Connection),
        (FaultKind::ResetAfter, ErrorKind::Connection),
        (FaultKind::TruncatedBody, ErrorKind::Connection),
        (FaultKind::Delay(Duration::from_secs(600)), ErrorKind::Timeout),
        (FaultKind::status(408), ErrorKind::Timeout),
        (FaultKind::status(500), ErrorKind::Server),
        (FaultKind::status(502), ErrorKind::Server),
        (FaultKind::status(503), ErrorKind::Server),
        (FaultKind::status(504), ErrorKind::Server),
    ]
}

/// A sandbox in which all these calls can be made.
struct Stage {
    world: World,
    table: TableId,
    column: ColumnId,
    installed: TableEnrichmentId,
}

impl Stage {
    async fn start() -> Self {
        let world = World::start_with(|builder| {
            // A connection kept open would break instead of being refused when the service goes away.
            builder.http_client(reqwest::Client::builder().pool_max_idle_per_host(0))
        })
        .await;
        let created = world.client.create_table("Companies").columns(["Domain"]);
        let table = created.await.unwrap().handle;
        table.insert([json!({"Domain": "stripe.com"})]).await.unwrap();
        let column = table.columns().await.unwrap()[0].identifier;
        let add = table.add_enrichment(COMPANY_DATA).map_column("domain", column);
        let installed = add.await.unwrap().id;
        world.sandbox.take_requests();
        Self {
            table: table.id(),
            world,
            column,
            installed,
        }
    }

    /// Makes the call of this operation, and no other call.
    async fn call(&self, client: &Client, operation: &str) -> Result<(), Error> {
        let (table, input) = (client.table(self.table), json!({"domain": "stripe.com"}));
        let (enrichment, waterfall) = (client.enrichment(COMPANY_DATA), WaterfallId::new("email_getter")?);
        match operation {
            "run_enrichment" => drop(enrichment.run(input).await?),
            "bulk_run_enrichment" => drop(enrichment.run_bulk([input]).await?),
            "run_table_enrichment" => drop(table.run(self.installed.clone()).await?),
            "add_table_enrichment" => {
                let add = table.add_enrichment(COMPANY_DATA);
                add.map_column("domain", self.column).await?;
            }
            "add_table_waterfall" => {
                let mut add = table.add_waterfall(waterfall);
                for parameter in ["first_name", "last_name", "company"] {
                    add = add.map_column(parameter, self.column);
                }
                add.await?;
            }
            "create_table" => drop(client.create_table("More").await?),
            "insert_rows" => drop(table.insert([json!({"Domain": "openai.com"})]).await?),
            "get_user" => drop(client.user().await?),
            other => unreachable!("{other} is not a call of this test"),
        }
        Ok(())
    }

    /// Makes a call that has to be sent twice and succeed. Returns the time waited in between.
    async fn sent_again(&self, operation: &str) -> Duration {
        self.world.sandbox.take_requests();
        let (sent, waits) = (self.world.client.requests_sent(), self.world.clock.waits().len());
        self.call(&self.world.client, operation).await.unwrap();
        assert_eq!(self.world.client.requests_sent() - sent, 2, "{operation}");
        let waits = self.world.clock.waits().split_off(waits);
        assert_eq!(waits.len(), 1, "{operation}");
        waits[0]
    }
}

#[tokio::test]
async fn what_may_have_had_an_effect_is_sent_once() {
    join_all(EFFECTS.map(async |operation| {
        let stage = Stage::start().await;
        let client = stage
            .world
            .client_with(|builder| builder.timeout(Duration::from_secs(1)));
        for (fault, kind) in faults_of_unknown_outcome() {
            stage
                .world
                .fault(Fault::new(fault.clone()).on(operation).times(1));
            stage.world.sandbox.take_requests();
            let error = stage.call(&client, operation).await.unwrap_err();
            assert_eq!(
                stage.world.arrived(operation),
                1,
                "{operation}, {fault:?}: {error:?}"
            );
            assert_eq!(error.kind(), kind, "{operation}, {fault:?}: {error:?}");
            assert_eq!(error.operation(), Some(operation));
            assert!(error.may_have_run(), "{operation}, {fault:?}: {error:?}");
            assert!(
                error.to_string().contains("check before you send it again"),
                "{error}"
            );
        }
        assert_eq!(stage.world.clock.waits(), [], "{operation}");
    }))
    .await;
}

#[tokio::test]
async fn after_429_everything_is_sent_again_when_it_is_told() {
    let stage = Stage::start().await;
    for operation in EFFECTS.into_iter().chain([READ]) {
        let date = databar::Clock::now(&*stage.world.clock) + Duration::from_secs(7 + 21);
        for (retry_after, seconds) in [("7", 7), (&*httpdate::fmt_http_date(date), 21)] {
            let fault = Fault::new(FaultKind::rate_limited(retry_after)).on(operation);
            stage.world.fault(fault.times(1));
            let waited = stage.sent_again(operation).await;
            assert_eq!(waited, Duration::from_secs(seconds), "{operation}");
            assert_eq!(stage.world.arrived(operation), 2, "{operation}");
        }
    }
}

#[tokio::test]
async fn after_a_refused_connection_everything_is_sent_again() {
    let stage = Stage::start().await;
    let sandbox = Arc::clone(&stage.world.sandbox);
    stage.world.clock.on_wait(move |_| {
        let accepting = sandbox.accept_connections().now_or_never();
        accepting.unwrap().unwrap();
    });
    for operation in EFFECTS.into_iter().chain([READ]) {
        stage.world.sandbox.refuse_connections().await;
        let waited = stage.sent_again(operation).await;
        assert!((500..=1000).contains(&waited.as_millis()), "{waited:?}");
        assert_eq!(stage.world.arrived(operation), 1, "{operation}");
    }
}

#[tokio::test]
async fn a_connection_that_stays_refused_cost_nothing() {
    // A socket that is bound but does not listen refuses connections, and nobody else can take its port.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let client = Client::builder()
        .key(KEY)
        .base_url(format!("http://{address}"))
        .clock(Arc::new(TestClock::default()))
        .build()
        .unwrap();
    let error = client
        .enrichment(EnrichmentId(1))
        .run(json!({}))
        .await
        .unwrap_err();
    assert!(error.is_connect() && !error.may_have_run() && !error.is_timeout());
    assert_eq!(client.requests_sent(), 4);
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
}

async fn impatient() -> World {
    World::start_with(|builder| builder.timeout(Duration::from_millis(300))).await
}

#[tokio::test]
async fn a_read_is_repeated_after_what_has_no_known_outcome() {
    for (fault, _) in faults_of_unknown_outcome() {
        let world = impatient().await;
        world.fault(Fault::new(fault.clone()).on(READ).times(2));
        world.client.user().await.unwrap();
        assert_eq!(world.arrived(READ), 3, "{fault:?}");
        assert_eq!(world.client.requests_sent(), 3, "{fault:?}");
        let waits = world.clock.waits();
        assert_eq!(waits.len(), 2);
        assert!((500..=1000).contains(&waits[0].as_millis()), "{waits:?}");
        assert!((1000..=2000).contains(&waits[1].as_millis()), "{waits:?}");
    }
}

#[tokio::test]
async fn a_read_that_fails_for_good_is_sent_four_times_and_costs_nothing() {
    for (fault, kind) in faults_of_unknown_outcome() {
        let world = impatient().await;
        world.fault(Fault::new(fault.clone()).on(READ));
        let error = world.client.user().await.unwrap_err();
        assert_eq!(world.arrived(READ), 4, "{fault:?}");
        assert_eq!(error.kind(), kind, "{fault:?}: {error:?}");
        assert!(!error.may_have_run(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    for status in [400, 401, 403, 404, 406, 409, 410, 422, 501] {
        let world = World::start().await;
        world.fault(Fault::new(FaultKind::status(status)).on(READ));
        world.client.user().await.unwrap_err();
        assert_eq!(world.arrived(READ), 1, "{status}");
    }
}

#[tokio::test]
async fn a_wait_beyond_the_ceiling_is_left_to_the_caller() {
    let world = World::start().await;
    world.fault(Fault::new(FaultKind::rate_limited("3600")).on(READ));
    let error = world.client.user().await.unwrap_err();
    assert!(error.is_rate_limited() && !error.may_have_run());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert!(error.to_string().contains("3600 s"), "{error}");
    assert_eq!((world.arrived(READ), world.clock.waits().len()), (1, 0));
}

#[tokio::test]
async fn no_retries_means_none() {
    let world = World::start_with(|builder| builder.retry(RetryPolicy::none())).await;
    world.fault(Fault::new(FaultKind::rate_limited("1")).on(READ));
    let error = world.client.user().await.unwrap_err();
    assert_eq!(
        (world.arrived(READ), error.retry_after()),
        (1, Some(Duration::from_secs(1)))
    );
}

/// "People search" of the sandbox's catalogue, 2 credits a page.
const PEOPLE: EnrichmentId = EnrichmentId(310);
/// "Company news" of the sandbox's catalogue, 0.05 credits a headline.
const NEWS: EnrichmentId = EnrichmentId(312);
/// The email verifier of the sandbox's waterfall, 0.01 credits.
const VERIFIER: EnrichmentId = EnrichmentId(10);

fn email_getter(client: &Client) -> Waterfall {
    client.waterfall(WaterfallId::new("email_getter").unwrap())
}

fn person() -> serde_json::Value {
    json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" })
}

async fn flow(client: &Client) -> Flow {
    let created = client.create_flow("Find emails", databar_sandbox::example_flow());
    created.await.unwrap().handle
}

/// The estimated cost and the actual cost of a run.
async fn costs<S: Runnable, T: 'static>(world: &World, run: Run<S, T>) -> (f64, f64) {
    let before = world.sandbox.credits();
    let estimate = run.estimate().await.unwrap();
    run.await.unwrap();
    world.sandbox.advance(Duration::from_secs(60));
    let cost = before - world.sandbox.credits();
    (estimate, (cost * 1e6).round() / 1e6)
}

#[tokio::test]
async fn what_is_found_costs_what_was_estimated() {
    let world = World::start().await;
    let (client, flow) = (&world.client, flow(&world.client).await);
    let [company, people, news] = [COMPANY_DATA, PEOPLE, NEWS].map(|id| client.enrichment(id));
    // All of them know something about this domain.
    let domain = json!({ "domain": "github.com" });
    let wanted = |limit: serde_json::Value| json!({ "domain": "github.com", "limit": limit });
    let costs = [
        (0.5, costs(&world, company.run(&domain)).await),
        (1.0, costs(&world, company.run_bulk([&domain, &domain])).await),
        (2.0, costs(&world, people.run(&domain)).await),
        (6.0, costs(&world, people.run(&domain).pages(3)).await),
        (
            12.0,
            costs(&world, people.run_bulk([&domain, &domain]).pages(3)).await,
        ),
        (1.0, costs(&world, news.run(wanted(json!(20)))).await),
        (
            0.35,
            costs(&world, news.run_bulk([wanted(json!(5)), wanted(json!("2"))])).await,
        ),
        (0.5, costs(&world, flow.run(&domain)).await),
        (1.0, costs(&world, flow.run_bulk([&domain, &domain])).await),
    ];
    for (number, (expected, (estimate, cost))) in costs.into_iter().enumerate() {
        assert_eq!((estimate, cost), (expected, expected), "run {number}");
    }
}

#[tokio::test]
async fn a_waterfall_costs_at_most_its_dearest_provider_and_the_check() {
    let world = World::start().await;
    let (finder, deep) = (email_getter(&world.client), EnrichmentId(1204));
    let named = finder
        .run_bulk([person(), person()])
        .providers([EnrichmentId(833), deep]);
    let runs = [
        costs(&world, finder.run(person())).await,
        costs(&world, finder.run(person()).email_verifier(VERIFIER)).await,
        costs(&world, finder.run(person()).providers([deep])).await,
        costs(&world, named.email_verifier(VERIFIER)).await,
    ];
    assert_eq!(runs.map(|(estimate, _)| estimate), [0.02, 0.03, 0.25, 0.52]);
    assert!(runs.iter().all(|(estimate, cost)| cost <= estimate), "{runs:?}");
}

#[tokio::test]
async fn a_run_that_may_cost_too_much_is_not_sent() {
    let world = World::start().await;
    let flow = flow(&world.client).await;
    let client = world.client_with(|builder| builder.max_credits(0.01));
    let (company, finder, flow) = (
        client.enrichment(COMPANY_DATA),
        email_getter(&client),
        client.flow(flow.id().clone()),
    );
    let domain = json!({ "domain": "stripe.com" });
    world.sandbox.take_requests();
    let before = world.sandbox.credits();
    let refused = [
        ("run_enrichment", "0.5", company.run(&domain).await.map(drop)),
        (
            "bulk_run_enrichment",
            "1",
            company.run_bulk([&domain, &domain]).await.map(drop),
        ),
        ("run_waterfall", "0.02", finder.run(person()).await.map(drop)),
        (
            "bulk_run_waterfall",
            "0.04",
            finder.run_bulk([person(), person()]).await.map(drop),
        ),
        ("run_flow", "0.5", flow.run(&domain).await.map(drop)),
        (
            "bulk_run_flow",
            "1",
            flow.run_bulk([&domain, &domain]).await.map(drop),
        ),
    ];
    for (operation, cost, outcome) in refused {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OverBudget, "{error:#?}");
        assert_eq!(
            (error.operation(), error.may_have_run()),
            (Some(operation), false)
        );
        let run = if operation.starts_with("bulk") {
            "the run of 2 inputs"
        } else {
            "the run"
        };
        let words =
            format!("{run} would cost up to {cost} credits, more than the 0.01 that `max_credits` allows");
        assert!(error.to_string().contains(&words), "{error}");
        assert_eq!(world.arrived(operation), 0);
    }
    let arrived = world.sandbox.requests();
    let arrived: Vec<_> = arrived
        .iter()
        .map(|request| request.operation_id.as_deref().unwrap())
        .collect();
    let asked = ["get_enrichment", "get_waterfall", "get_flow"]
        .map(|name| arrived.iter().filter(|id| **id == name).count());
    assert_eq!((asked, arrived.len()), ([2; 3], 8), "{arrived:?}");
    assert_eq!(world.sandbox.credits(), before);
}

#[tokio::test]
async fn a_run_that_costs_as_much_as_is_allowed_is_sent() {
    let world = World::start().await;
    let client = world.client_with(|builder| builder.max_credits(0.15));
    let news = client.enrichment(NEWS);
    // In binary fractions, three times 0.05 is more than 0.15.
    let wanted = |limit: usize| json!({ "domain": "stripe.com", "limit": limit });
    news.run(wanted(3)).await.unwrap();
    news.run_bulk(vec![wanted(1); 3]).await.unwrap();
    news.run(wanted(4)).await.unwrap_err();
    // These runs are free, so they are within a limit of zero.
    let free = world.client_with(|builder| builder.max_credits(0.0));
    assert!(
        free.enrichment(EnrichmentId(410))
            .run(json!({}))
            .await
            .unwrap_err()
            .is_validation()
    );
}

#[tokio::test]
async fn a_cost_that_nobody_knows_is_too_much() {
    let world = World::start().await;
    let client = world.client_with(|builder| builder.max_credits(1e9));
    for input in [
        json!({ "domain": "stripe.com" }),
        json!({ "domain": "stripe.com", "limit": "all" }),
    ] {
        let run = client.enrichment(NEWS).run(&input);
        assert_eq!(run.estimate().await.unwrap(), f64::INFINITY);
        let error = run.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OverBudget);
        assert!(
            error
                .to_string()
                .contains("more than the 1000000000 that `max_credits` allows"),
            "{error}"
        );
    }
    assert_eq!(world.arrived("run_enrichment"), 0);
}

#[tokio::test]
async fn a_run_whose_price_is_not_to_be_had_is_not_sent() {
    let world = World::start().await;
    let client = world.client_with(|builder| builder.max_credits(100.0));
    let finder = email_getter(&client);
    world.fault(Fault::new(FaultKind::status(404)).on("get_enrichment"));
    let error = client
        .enrichment(COMPANY_DATA)
        .run(json!({ "domain": "stripe.com" }))
        .await
        .unwrap_err();
    assert!(error.is_not_found() && !error.may_have_run(), "{error:#?}");
    for run in [
        finder.run(person()).providers([COMPANY_DATA]),
        finder.run(person()).email_verifier(COMPANY_DATA),
        finder.run(person()).providers([]),
    ] {
        assert_eq!(run.estimate().await.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(run.await.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(
        (world.arrived("run_enrichment"), world.arrived("run_waterfall")),
        (0, 0)
    );
}

#[tokio::test]
async fn without_a_limit_nobody_asks_for_the_price() {
    let world = World::start().await;
    world
        .client
        .enrichment(COMPANY_DATA)
        .run(json!({ "domain": "stripe.com" }))
        .await
        .unwrap();
    email_getter(&world.client).run(person()).await.unwrap();
    assert_eq!(world.client.requests_sent(), 2);
}

#[test]
fn a_limit_that_is_none_is_refused() {
    for limit in [-0.01, f64::NAN, f64::NEG_INFINITY] {
        let error = Client::builder().key(KEY).max_credits(limit).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{limit}");
    }
    for limit in [0.0, f64::INFINITY] {
        Client::builder().key(KEY).max_credits(limit).build().unwrap();
    }
}
