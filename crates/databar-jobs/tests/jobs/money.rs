//! What a job may cost, and what it does when there is no money.

use databar_jobs::Ending;

use crate::support::{PRICE, World, builder, companies, names, submissions};

on_both_ledgers! {
    a_job_stops_before_the_chunk_that_would_exceed_its_limit
    what_is_not_found_leaves_credits_for_more
    a_job_without_credits_pauses_and_goes_on
    a_job_that_is_paused_by_hand_sends_nothing
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

    // Somebody has paid.
    let world = world.with_sandbox(builder()).await;
    assert!(
        matches!(job.run(&world.client).await.unwrap().ending, Ending::Paused(_)),
        "not by itself"
    );
    job.resume().await.unwrap();
    assert_eq!(job.run(&world.client).await.unwrap().ending, Ending::Done);
    assert_eq!(names(&job).await, ["found"; 4]);
}

async fn a_job_that_is_paused_by_hand_sends_nothing(world: World) {
    let job = world.job(1, &["stripe.com"]).await;
    job.pause().await.unwrap();
    let ended = job.run(&world.client).await.unwrap();
    assert_eq!(ended.ending, Ending::Paused("paused by hand".to_owned()));
    assert_eq!(submissions(&world.sandbox), 0);
}
