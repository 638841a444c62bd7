//! A job from its inputs to its outcomes.

use databar::{Client, EnrichmentId, WaterfallId, WaterfallResult};
use databar_jobs::{Ending, Inputs, Outcome, Plan, Target};
use futures::TryStreamExt as _;
use serde_json::{Value, json};

use crate::support::{PRICE, World, companies, company_name, names, outcomes, submissions};

on_both_ledgers! {
    every_input_has_an_outcome_in_its_place
    equal_inputs_are_paid_once
    equal_inputs_can_be_paid_each
    a_waterfall_runs_as_a_job
    a_flow_runs_as_a_job
    a_job_that_is_done_sends_nothing_more
    a_worker_that_is_asked_to_end_leaves_the_rest
    a_cancelled_job_goes_on_when_it_is_told_to
}

async fn every_input_has_an_outcome_in_its_place(world: World) {
    let domains = [
        "stripe.com",
        "nobody.test",
        "github.com",
        "broken.invalid",
        "acme.com",
    ];
    let job = world.job(2, &domains).await;
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!(ended.ending, Ending::Done);
    assert_eq!(
        names(&job).await,
        ["found", "nothing", "found", "failed", "found"]
    );
    for (index, one) in outcomes(&job).await.iter().enumerate() {
        assert_eq!((one.position, one.origin), (index as u64, index as u64));
        assert_eq!(one.input["domain"], domains[index]);
        if let Some(company) = one.outcome.found() {
            assert_eq!(company["company_name"], company_name(domains[index]));
        }
    }
    let status = ended.status;
    assert_eq!(
        (status.inputs, status.done, status.found, status.in_doubt),
        (5, 5, 3, 0)
    );
    assert_eq!(status.credits, 3.0 * PRICE);
    assert_eq!(status.committed, status.credits);
    assert_eq!(status.estimate, 5.0 * PRICE);
    assert_eq!(1e6 - world.sandbox.credits(), status.credits);
    assert_eq!(world.sandbox.violations(), []);
}

async fn equal_inputs_are_paid_once(world: World) {
    let domains = [
        "stripe.com",
        "github.com",
        "stripe.com",
        "acme.com",
        "github.com",
        "stripe.com",
    ];
    let job = world.job(2, &domains).await;
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!((ended.status.inputs, ended.status.distinct), (6, 3));
    assert_eq!(ended.status.credits, 3.0 * PRICE);
    let origins: Vec<u64> = outcomes(&job).await.iter().map(|one| one.origin).collect();
    assert_eq!(origins, [0, 1, 0, 3, 1, 0]);
    for one in outcomes(&job).await {
        let domain = one.input["domain"].as_str().unwrap();
        assert_eq!(one.outcome.found().unwrap()["company_name"], company_name(domain));
    }
}

async fn equal_inputs_can_be_paid_each(world: World) {
    let job = world
        .plan(companies().distinct(false), &["stripe.com", "stripe.com"])
        .await;
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!((ended.status.distinct, ended.status.credits), (2, 2.0 * PRICE));
}

async fn a_waterfall_runs_as_a_job(world: World) {
    let person = |name: &str| json!({ "first_name": name, "last_name": "Ito", "company": "acme.com" });
    let target = Target::Waterfall {
        id: WaterfallId::new("email_getter").unwrap(),
        providers: vec![EnrichmentId(966)],
        email_verifier: Some(EnrichmentId(10)),
    };
    let inputs = Inputs::new(["Ada", "Bob"].map(person));
    let job = world
        .ledger
        .plan(&world.client, Plan::new("people", target), inputs)
        .await
        .unwrap();
    job.run(&world.client).await.unwrap();
    let found: Vec<_> = job.outcomes::<WaterfallResult>().try_collect().await.unwrap();
    assert_eq!(
        found[0].outcome.found().unwrap().result["email"],
        "ada.ito@acme.com"
    );
    assert_eq!(found.len(), 2);
    assert_eq!(world.sandbox.violations(), []);
}

async fn a_flow_runs_as_a_job(world: World) {
    let flow = world
        .client
        .create_flow("Find", databar_sandbox::example_flow())
        .await
        .unwrap();
    let target = Target::flow(flow.id().clone());
    let inputs = Inputs::new(["stripe.com", "nobody.test"].map(|domain| json!({ "domain": domain })));
    let job = world
        .ledger
        .plan(&world.client, Plan::new("flow", target), inputs)
        .await
        .unwrap();
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!(ended.ending, Ending::Done);
    let found: Vec<_> = job.outcomes::<Value>().try_collect().await.unwrap();
    assert!(found[0].outcome.found().unwrap()["industry"].is_string());
    assert_eq!(world.sandbox.violations(), []);
}

async fn a_job_that_is_done_sends_nothing_more(world: World) {
    let job = world.job(1, &["stripe.com", "github.com"]).await;
    job.run(&world.client).await.unwrap();
    let before = world.client.requests_sent();
    let again = world.ledger.open_job("companies").await.unwrap();
    assert_eq!(again.run(&world.client).await.unwrap().ending, Ending::Done);
    assert_eq!(world.client.requests_sent(), before);
}

async fn a_worker_that_is_asked_to_end_leaves_the_rest(world: World) {
    // The tasks do not end by themselves, because the sandbox's clock stands still.
    let world = world
        .with_sandbox(
            crate::support::builder()
                .task_time(std::time::Duration::from_secs(5))
                .clock(databar_sandbox::Clock::Manual),
        )
        .await;
    let job = world.job(1, &["stripe.com", "github.com", "acme.com"]).await;
    let asked = job.clone();
    let two_are_submitted = async move {
        while asked.status().await.unwrap().submitted < 2 {
            tokio::task::yield_now().await;
        }
    };
    let ended = job
        .run(&world.client)
        .in_flight(2)
        .until(two_are_submitted)
        .await
        .unwrap();
    assert_eq!(ended.ending, Ending::Interrupted);
    assert_eq!(
        (
            ended.status.planned,
            ended.status.submitted,
            ended.status.in_doubt
        ),
        (1, 2, 0)
    );
    world.sandbox.advance(std::time::Duration::from_secs(60));
    let until = tokio::spawn({
        let (job, client) = (job.clone(), world.client.clone());
        async move { job.run(&client).await.unwrap() }
    });
    while job.status().await.unwrap().found < 3 {
        world.sandbox.advance(std::time::Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
    assert_eq!(until.await.unwrap().ending, Ending::Done);
    assert_eq!(submissions(&world.sandbox), 3);
    assert_eq!(1e6 - world.sandbox.credits(), 3.0 * PRICE);
}

async fn a_cancelled_job_goes_on_when_it_is_told_to(world: World) {
    let world = world
        .with_sandbox(
            crate::support::builder()
                .task_time(std::time::Duration::from_secs(10))
                .clock(databar_sandbox::Clock::Manual),
        )
        .await;
    let job = world
        .job(2, &["stripe.com", "github.com", "acme.com", "example.com"])
        .await;
    let (worker, client): (_, Client) = (job.clone(), world.client.clone());
    let work = tokio::spawn(async move { worker.run(&client).in_flight(1).await.unwrap() });
    while job.status().await.unwrap().submitted == 0 {
        tokio::task::yield_now().await;
    }
    // One of the two inputs is done by now.
    world.sandbox.advance(std::time::Duration::from_secs(6));
    job.cancel(&world.client).await.unwrap();
    let ended = work.await.unwrap();
    assert_eq!(ended.ending, Ending::Cancelled);
    assert_eq!(
        names(&job).await,
        ["unattributable", "unattributable", "open", "open"]
    );
    let chunk = &job.unattributable().await.unwrap()[0];
    let results = chunk.results.as_ref().and_then(Value::as_array).unwrap();
    assert_eq!(chunk.credits, Some(results.len() as f64 * PRICE));

    job.resume().await.unwrap();
    let (worker, client): (_, Client) = (job.clone(), world.client.clone());
    let work = tokio::spawn(async move { worker.run(&client).await.unwrap() });
    while job.status().await.unwrap().found < 2 {
        world.sandbox.advance(std::time::Duration::from_secs(5));
        tokio::task::yield_now().await;
    }
    assert_eq!(work.await.unwrap().ending, Ending::Done);
    assert!(matches!(outcomes(&job).await[3].outcome, Outcome::Found(_)));
}
