//! The limit on what a job may cost, and what a job does when the credits run out.

use databar::{Client, EnrichmentId, WaterfallId};
use databar_jobs::{Ending, Inputs, Plan, Target};
use serde_json::json;

use crate::support::{PRICE, World, builder, companies, names, submissions};

on_both_ledgers! {
    a_job_stops_before_the_chunk_that_would_exceed_its_limit
    what_is_not_found_leaves_credits_for_more
    a_job_without_credits_pauses_and_goes_on
    amounts_are_told_without_binary_fractions
    a_job_that_is_paused_by_hand_sends_nothing
    prices_are_those_of_the_catalogue
    what_nobody_can_price_cannot_be_limited
    the_limit_of_the_client_holds_too
}

async fn a_job_stops_before_the_chunk_that_would_exceed_its_limit(world: World) {
    let domains = [
        "stripe.com",
        "github.com",
        "acme.com",
        "example.com",
        "example.org",
    ];
    let job = world
        .plan(companies().chunk_size(2).max_credits(4.5 * PRICE), &domains)
        .await;
    let ended = job.run(&world.client).in_flight(1).await.unwrap();
    assert_eq!(
        ended.ending,
        Ending::Paused(
            "chunk 2 would cost up to 0.5 credits, and 2 of the 2.25 that `max_credits` allows are spent or in doubt"
                .to_owned()
        )
    );
    assert_eq!((ended.status.done, ended.status.credits), (4, 4.0 * PRICE));
    assert_eq!(1e6 - world.sandbox.credits(), 4.0 * PRICE);

    job.set_max_credits(Some(5.0 * PRICE)).await.unwrap();
    job.resume().await.unwrap();
    assert_eq!(job.run(&world.client).await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 5]);
}

async fn what_is_not_found_leaves_credits_for_more(world: World) {
    let domains = ["nobody.test", "none.test", "github.com", "stripe.com"];
    let job = world
        .plan(companies().chunk_size(2).max_credits(2.0 * PRICE), &domains)
        .await;
    let ended = job.run(&world.client).in_flight(1).await.unwrap();
    assert_eq!((ended.ending, ended.status.credits), (Ending::Done, 2.0 * PRICE));
}

async fn a_job_without_credits_pauses_and_goes_on(world: World) {
    let world = world.with_sandbox(builder().credits(2.0 * PRICE)).await;
    let job = world
        .job(2, &["stripe.com", "github.com", "acme.com", "example.com"])
        .await;
    let ended = job.run(&world.client).in_flight(1).await.unwrap();
    let Ending::Paused(reason) = ended.ending else {
        panic!("{:?}", ended.ending)
    };
    assert!(reason.contains("credits"), "{reason}");
    assert_eq!(
        (ended.status.done, ended.status.planned, ended.status.in_doubt),
        (2, 2, 0)
    );
    assert_eq!(ended.status.committed, 2.0 * PRICE);

    // Somebody has bought credits.
    let world = world.with_sandbox(builder()).await;
    assert!(
        matches!(job.run(&world.client).await.unwrap().ending, Ending::Paused(_)),
        "not resumed automatically"
    );
    job.resume().await.unwrap();
    assert_eq!(job.run(&world.client).await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 4]);
}

async fn amounts_are_told_without_binary_fractions(world: World) {
    let finder = Target::Waterfall {
        id: WaterfallId::new("email_getter").unwrap(),
        providers: vec![EnrichmentId(833)],
        email_verifier: None,
    };
    let person =
        |index| json!({ "first_name": "Ada", "last_name": format!("Ito{index}"), "company": "acme.com" });
    let plan = Plan::new("people", finder).chunk_size(10);
    let people = Inputs::new((0..300).map(person));
    let job = world.ledger.plan(&world.client, plan, people).await.unwrap();
    assert_eq!(job.status().await.unwrap().estimate, 3.0);
    let status = job.run(&world.client).await.unwrap().status;
    assert_eq!(status.committed, status.credits);
}

async fn a_job_that_is_paused_by_hand_sends_nothing(world: World) {
    let job = world.job(1, &["stripe.com"]).await;
    job.pause().await.unwrap();
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!(ended.ending, Ending::Paused("paused by hand".to_owned()));
    assert_eq!(submissions(&world.sandbox), 0);
}

async fn prices_are_those_of_the_catalogue(world: World) {
    let estimate = async |name: &str, target: Target, input: serde_json::Value| {
        let plan = Plan::new(name, target);
        let job = world
            .ledger
            .plan(&world.client, plan, Inputs::new([input]))
            .await
            .unwrap();
        job.status().await.unwrap().estimate
    };
    let domain = json!({ "domain": "stripe.com" });
    let pages = |pages| Target::Enrichment {
        id: EnrichmentId(310),
        pages,
    };
    assert_eq!(estimate("pages", pages(3), domain.clone()).await, 6.0);
    let news = json!({ "domain": "stripe.com", "limit": 20 });
    assert_eq!(
        estimate("parameter", Target::enrichment(EnrichmentId(312)), news).await,
        1.0
    );
    let finder = Target::Waterfall {
        id: WaterfallId::new("email_getter").unwrap(),
        providers: vec![EnrichmentId(833)],
        email_verifier: Some(EnrichmentId(10)),
    };
    let person = json!({ "first_name": "Ada", "last_name": "Ito", "company": "acme.com" });
    assert_eq!(estimate("waterfall", finder, person).await, 0.02);
    let flow = world
        .client
        .create_flow("Find", databar_sandbox::example_flow())
        .await
        .unwrap();
    assert!(estimate("flow", Target::flow(flow.id().clone()), domain).await > 0.0);
}

async fn what_nobody_can_price_cannot_be_limited(world: World) {
    let plan = || Plan::new("news", Target::enrichment(EnrichmentId(312)));
    let inputs = || {
        Inputs::new([
            json!({ "domain": "stripe.com", "limit": 2 }),
            json!({ "domain": "github.com" }),
        ])
    };
    let error = world
        .ledger
        .plan(&world.client, plan().max_credits(5.0), inputs())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the price of input 2 cannot be known in advance, so `max_credits` cannot be enforced; give it the parameter that \
         decides its price, or plan without a limit"
    );
    let job = world.ledger.plan(&world.client, plan(), inputs()).await.unwrap();
    let status = job.status().await.unwrap();
    assert_eq!((status.estimate, status.unpriced), (0.1, 1));
    let error = job.set_max_credits(Some(5.0)).await.unwrap_err();
    assert!(
        error.to_string().contains("the price of 1 of the inputs"),
        "{error}"
    );
}

async fn the_limit_of_the_client_holds_too(world: World) {
    let job = world.job(2, &["stripe.com", "github.com"]).await;
    let client = Client::builder()
        .key(world.sandbox.api_key())
        .base_url(world.sandbox.base_url())
        .max_credits(PRICE)
        .build()
        .unwrap();
    let ended = job.run(&client).await.unwrap();
    let Ending::Paused(reason) = ended.ending else {
        panic!("{:?}", ended.ending)
    };
    assert!(
        reason.contains("the run of 2 inputs would cost up to 1 credits, more than the 0.5"),
        "{reason}"
    );
    assert_eq!(submissions(&world.sandbox), 0);
    assert_eq!(ended.status.committed, 0.0);
}
