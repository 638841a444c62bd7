//! Inputs that cannot be used give a clear error, and nothing is lost.

use databar_jobs::{Csv, Error, Inputs};
use futures::stream;
use serde_json::{Value, json};

use crate::support::{World, companies, names};

on_both_ledgers! {
    a_csv_file_becomes_inputs
    what_is_wrong_with_a_csv_file_is_said
    what_is_not_an_object_is_named_by_its_number
    a_job_needs_inputs
    planning_that_was_cut_off_goes_on_where_it_was
}

async fn a_csv_file_becomes_inputs(world: World) {
    let path = world.folder.path().join("leads.csv");
    std::fs::write(
        &path,
        "\u{feff}Website,Name\nstripe.com,Stripe\ngithub.com,\"Git, Hub\"\nnobody.test,\n",
    )
    .unwrap();
    let csv = Csv::open(&path).unwrap().column("domain", "Website").unwrap();
    let job = world.ledger.plan(&world.client, companies(), csv).await.unwrap();
    job.run(&world.client).await.unwrap();
    assert_eq!(names(&job).await, ["found", "found", "nothing"]);
    assert_eq!(world.sandbox.violations(), []);
}

async fn what_is_wrong_with_a_csv_file_is_said(world: World) {
    let text = |result: Result<Csv<_>, Error>| result.map(drop).unwrap_err().to_string();
    let csv = |text: &'static str| Csv::new("leads.csv", text.as_bytes());
    assert_eq!(
        text(csv("Name,Site\n").unwrap().column("domain", "Website")),
        "leads.csv has no column `Website`; it has Name, Site"
    );
    assert_eq!(
        text(csv("Site,Name,Site\n")),
        "leads.csv has two columns named `Site`; rename one of them"
    );
    assert_eq!(
        text(csv("")),
        "leads.csv is empty; its first line must name the columns"
    );
    let missing = Csv::open(world.folder.path().join("none.csv"))
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(
        missing.contains("none.csv cannot be opened: No such file"),
        "{missing}"
    );

    let ragged = csv("domain,name\nstripe.com,Stripe\ngithub.com\n").unwrap();
    let error = world
        .ledger
        .plan(&world.client, companies(), ragged)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("leads.csv cannot be read: ") && error.contains("line: 3"),
        "{error}"
    );
}

async fn what_is_not_an_object_is_named_by_its_number(world: World) {
    let inputs = Inputs::new(vec![json!({ "domain": "stripe.com" }), json!("github.com")]);
    let error = world
        .ledger
        .plan(&world.client, companies(), inputs)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "input 2 is not a JSON object with a member for each parameter"
    );
}

async fn a_job_needs_inputs(world: World) {
    let error = world
        .ledger
        .plan(&world.client, companies(), Inputs::new(Vec::<Value>::new()))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "there are no inputs");
    assert!(matches!(
        world.ledger.open_job("companies").await,
        Err(Error::NotPlanned(_))
    ));
}

async fn planning_that_was_cut_off_goes_on_where_it_was(world: World) {
    let domain = |index: usize| json!({ "domain": format!("company{index}.com") });
    let broken = (0..25).map(|index| match index {
        17 => Err("the connection broke"),
        _ => Ok(domain(index)),
    });
    let plan = || companies().chunk_size(5);
    let error = world
        .ledger
        .plan(&world.client, plan(), Inputs::stream(stream::iter(broken)))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "input 18 cannot be read: the connection broke");
    assert!(matches!(
        world.ledger.open_job("companies").await,
        Err(Error::NotPlanned(_))
    ));

    let job = world
        .ledger
        .plan(&world.client, plan(), Inputs::new((0..25).map(domain)))
        .await
        .unwrap();
    let chunks: Vec<_> = job
        .chunks()
        .await
        .unwrap()
        .iter()
        .map(|chunk| chunk.positions)
        .collect();
    assert_eq!(chunks, [(0, 4), (5, 9), (10, 14), (15, 19), (20, 24)]);
    assert_eq!(job.run(&world.client).await.unwrap().status.done, 25);
}
