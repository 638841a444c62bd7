//! What has an effect is sent once, unless it is certain that it was not processed; reads are repeated.

use std::sync::Arc;
use std::time::Duration;

use databar::{
    Client, ColumnId, EnrichmentId, Error, ErrorKind, RetryPolicy, TableEnrichmentId, TableId, WaterfallId,
    reqwest,
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

/// Everything after which nobody knows whether the request was processed.
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

/// A sandbox in which all calls can be made.
struct Stage {
    world: World,
    table: TableId,
    column: ColumnId,
    installed: TableEnrichmentId,
}

impl Stage {
    async fn start() -> Self {
        let world = World::start_with(|builder| {
            // A connection that was kept open would break, not be refused, when the service goes away.
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

    /// The call of this operation, and of no other.
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
            other => unreachable!("{other} is no call of this test"),
        }
        Ok(())
    }

    /// Makes the call, which has to be sent twice and succeed; returns what was waited in between.
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
                error.to_string().contains("look before you send it again"),
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
