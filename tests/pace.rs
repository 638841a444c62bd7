//! The pace that all clones of a transport share: which requests wait after a 429, how many are under way
//! then, and how it ends.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

mod support;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use databar_api::{ApiKey, Client, Clock, Error, RetryPolicy, Sleep, Transport, TransportBuilder};
use databar_sandbox::{Fault, FaultKind, Sandbox};
use futures::future::join_all;
use futures::{StreamExt, stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::{JoinHandle, yield_now};

use support::Hurry;

/// A clock that the test advances.
#[derive(Debug, Default)]
struct Manual {
    now: watch::Sender<Duration>,
    sleeping: watch::Sender<usize>,
}

impl Manual {
    fn advance(&self, time: Duration) {
        self.now.send_modify(|now| *now += time);
    }

    /// Returns when this many tasks are sleeping.
    async fn sleeping(&self, count: usize) {
        let mut sleeping = self.sleeping.subscribe();
        sleeping.wait_for(|sleeping| *sleeping == count).await.unwrap();
    }
}

impl Clock for Manual {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.now.borrow()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (due, mut now) = (self.monotonic() + duration, self.now.subscribe());
        let sleeping = self.sleeping.clone();
        Box::pin(async move {
            sleeping.send_modify(|sleeping| *sleeping += 1);
            drop(now.wait_for(|now| *now >= due).await);
            sleeping.send_modify(|sleeping| *sleeping -= 1);
        })
    }
}

/// A service that holds every request until the test gives the answer.
struct Service {
    address: String,
    waiting: Arc<Mutex<VecDeque<oneshot::Sender<String>>>>,
    arrived: watch::Receiver<usize>,
}

impl Service {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (count, arrived) = watch::channel(0);
        let waiting = Arc::<Mutex<VecDeque<_>>>::default();
        let queue = Arc::clone(&waiting);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&queue), count.clone()));
            }
        });
        Self {
            address,
            waiting,
            arrived,
        }
    }

    /// Answers the request that has waited longest.
    fn answer(&self, head: &str, body: &str) {
        let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let request = self.waiting.lock().unwrap().pop_front().unwrap();
        request.send(answer).unwrap();
    }

    fn answer_well(&self) {
        let user = r#"{"first_name": "Ada", "email": "ada@example.com", "balance": 1, "plan": "Pro", "workspace": "w"}"#;
        self.answer("200 OK\r\ncontent-type: application/json", user);
    }

    fn answer_too_many(&self) {
        self.answer("429 Too Many Requests\r\nretry-after: 30", "");
    }

    /// Returns when this many requests have arrived since the start, and no more seem to be on their way.
    async fn arrived(&self, count: usize) {
        self.arrived
            .clone()
            .wait_for(|arrived| *arrived >= count)
            .await
            .unwrap();
        for _ in 0..20 {
            yield_now().await;
        }
        assert_eq!(*self.arrived.borrow(), count);
    }
}

async fn serve(
    mut stream: TcpStream,
    waiting: Arc<Mutex<VecDeque<oneshot::Sender<String>>>>,
    arrived: watch::Sender<usize>,
) {
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            let (sender, answer) = oneshot::channel();
            waiting.lock().unwrap().push_back(sender);
            arrived.send_modify(|arrived| *arrived += 1);
            let Ok(answer) = answer.await else { return };
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }
}

fn client(
    address: &str,
    clock: Arc<dyn Clock>,
    settings: impl FnOnce(TransportBuilder) -> TransportBuilder,
) -> Client {
    let builder = Transport::builder(ApiKey::new("test-key").unwrap()).clock(clock);
    settings(builder).build().unwrap().client(address)
}

/// Requests the user, in a separate task and on a clone.
fn ask(client: &Client) -> JoinHandle<Result<(), Error>> {
    let client = client.clone();
    tokio::spawn(async move { client.get_user().await.map(drop) })
}

async fn all_are_well(requests: Vec<JoinHandle<Result<(), Error>>>) {
    for request in join_all(requests).await {
        request.unwrap().unwrap();
    }
}

const RETRY_AFTER: Duration = Duration::from_secs(30);
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn after_a_429_no_clone_sends_before_the_wait_is_over() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fault(Fault::new(FaultKind::rate_limited("30")).times(1));
    let clock = Arc::new(Manual::default());
    let client = client(sandbox.base_url(), clock.clone(), |builder| builder);
    let mut requests = vec![ask(&client)];
    clock.sleeping(1).await;
    requests.extend((0..5).map(|_| ask(&client)));
    clock.sleeping(6).await;
    clock.advance(RETRY_AFTER - SECOND);
    clock.sleeping(6).await;
    assert_eq!(sandbox.requests().len(), 1);
    clock.advance(SECOND);
    all_are_well(requests).await;
    assert_eq!(sandbox.requests().len(), 7);
}

#[tokio::test]
async fn a_429_that_the_policy_does_not_wait_for_holds_nothing_back() {
    for (retry_after, policy) in [("30", RetryPolicy::none()), ("61", RetryPolicy::default())] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.fault(Fault::new(FaultKind::rate_limited(retry_after)).times(1));
        let clock = Arc::new(Manual::default());
        let client = client(sandbox.base_url(), clock.clone(), |builder| builder.retry(policy));
        let error = ask(&client).await.unwrap().unwrap_err();
        assert!(error.is_rate_limited(), "{error}");
        all_are_well((0..5).map(|_| ask(&client)).collect()).await;
    }
}

#[tokio::test]
async fn half_as_many_are_under_way_after_a_429_and_more_with_each_success() {
    let service = Service::start().await;
    let clock = Arc::new(Manual::default());
    let client = client(&service.address, clock.clone(), |builder| builder);
    let mut requests: Vec<_> = (0..8).map(|_| ask(&client)).collect();
    service.arrived(8).await;
    // Two 429 answers slow the pace down only once.
    service.answer_too_many();
    service.answer_too_many();
    clock.sleeping(2).await;
    (0..6).for_each(|_| service.answer_well());
    requests.extend((0..618).map(|_| ask(&client)));
    clock.sleeping(620).await;
    clock.advance(RETRY_AFTER);

    let (mut arrived, mut left) = (8, 620);
    for limit in 4..=32 {
        // The last answer makes room for one request; if the limit has risen, for one more.
        for _ in 0..limit {
            let under_way = limit;
            service.arrived(arrived + under_way).await;
            service.answer_well();
            arrived += 1;
            left -= 1;
        }
    }
    // Now there is no limit.
    service.arrived(arrived + left).await;
    (0..left).for_each(|_| service.answer_well());
    all_are_well(requests).await;
}

#[tokio::test]
async fn who_gives_up_while_waiting_is_in_nobodys_way() {
    let service = Service::start().await;
    let clock = Arc::new(Manual::default());
    let client = client(&service.address, clock.clone(), |builder| builder);
    let mut requests = vec![ask(&client)];
    service.arrived(1).await;
    service.answer_too_many();
    clock.sleeping(1).await;
    let gives_up_early = ask(&client);
    clock.sleeping(2).await;
    gives_up_early.abort();
    clock.advance(RETRY_AFTER);
    service.arrived(2).await; // One is under way, and no other may be.
    let gives_up = ask(&client);
    requests.extend([ask(&client), ask(&client)]);
    service.arrived(2).await;
    gives_up.abort();
    service.answer_well();
    service.arrived(4).await; // Two may be, after a success.
    service.answer_well();
    service.answer_well();
    all_are_well(requests).await;
}

#[tokio::test]
async fn a_request_that_is_dropped_makes_room() {
    let service = Service::start().await;
    let clock = Arc::new(Manual::default());
    let client = client(&service.address, clock.clone(), |builder| builder);
    let first = ask(&client);
    service.arrived(1).await;
    service.answer_too_many();
    clock.sleeping(1).await;
    clock.advance(RETRY_AFTER);
    service.arrived(2).await;
    let second = ask(&client);
    service.arrived(2).await;
    first.abort();
    service.arrived(3).await;
    service.waiting.lock().unwrap().pop_front();
    service.answer_well();
    second.await.unwrap().unwrap();
}

/// The requests in the buffer are polled only while the loop waits for the next one.
#[tokio::test]
async fn requests_that_nobody_polls_do_not_stop_their_own_consumer() {
    let sandbox = Sandbox::start().await.unwrap();
    let fault = Fault::new(FaultKind::rate_limited("30")).on("list_folders");
    sandbox.fault(fault.times(1));
    let client = client(sandbox.base_url(), Arc::new(Hurry), |builder| {
        builder.timeout(Duration::from_millis(300))
    });
    let users = stream::iter(0..4).map(|_| client.get_user().into_future());
    let mut users = users.buffer_unordered(4);
    while let Some(user) = users.next().await {
        user.unwrap();
        client.list_folders().await.unwrap();
    }
}
