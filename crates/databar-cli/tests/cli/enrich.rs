//! `databar enrich`: its output, its price, and that it continues where it stopped.

use std::process::Stdio;
use std::time::Duration;

use databar_sandbox::{Fault, FaultKind};
use serde_json::Value;

use crate::support::{World, builder, of, words};

const ENRICH: [&str; 6] = ["enrich", "leads.csv", "--with", "123", "--map", "domain=Website"];

fn with(more: &[&'static str]) -> Vec<&'static str> {
    [&ENRICH[..], more].concat()
}

fn leads(world: &World, count: usize) {
    let lines: String = (0..count)
        .map(|index| format!("Company {index},company{index}.com\n"))
        .collect();
    world.write("leads.csv", &format!("Name,Website\n{lines}"));
}

#[tokio::test]
async fn the_output_has_the_input_and_what_was_found() {
    let world = World::new().await;
    world.write(
        "leads.csv",
        "Name,Website\nStripe,stripe.com\nNobody,nobody.test\nStripe again,stripe.com\n",
    );
    let said = world.run(&with(&["--yes"])).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err
            .contains("3 inputs, 2 of them distinct; up to 1 credit in all; the balance is 1000"),
        "{}",
        said.err
    );
    assert!(
        said.err
            .contains("2 of 2 done: 1 found, 1 nothing; 0.5 credits; see leads.enriched.csv"),
        "{}",
        said.err
    );
    let out = world.read("leads.enriched.csv");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines[0],
        "Name,Website,outcome,company_name,industry,employees,country,founded,website"
    );
    assert!(
        lines[1].starts_with("Stripe,stripe.com,found,Stripe,Software,"),
        "{}",
        lines[1]
    );
    assert_eq!(lines[2], "Nobody,nobody.test,nothing,,,,,,");
    assert!(
        lines[3].starts_with("Stripe again,stripe.com,found,Stripe,"),
        "{}",
        lines[3]
    );
}

#[tokio::test]
async fn the_output_can_be_json_lines_or_parquet_and_the_input_too() {
    let world = World::new().await;
    world.write("leads.jsonl", "{\"Website\": \"stripe.com\", \"Name\": 1}\n");
    let enrich = words("enrich leads.jsonl --with 123 --map domain=Website --yes --out");
    world.run(&[&enrich[..], &["out.jsonl"]].concat()).await.well();
    let line: Value = serde_json::from_str(world.read("out.jsonl").trim()).unwrap();
    assert_eq!(line["result"]["company_name"], "Stripe");
    world.run(&[&enrich[..], &["out.parquet"]].concat()).await.well();
    assert!(
        std::fs::read(world.path("out.parquet"))
            .unwrap()
            .starts_with(b"PAR1")
    );
    let input = "Name,Website\nStripe,stripe.com\n";
    let enrich = words("enrich - --with 123 --map domain=Website --yes --out piped.csv");
    world.run_with_input(&enrich, input).await.well();
    assert!(
        world
            .read("piped.csv")
            .contains("\nStripe,stripe.com,found,Stripe,")
    );
    world.run(&with(&["--out", "out.docx", "--yes"])).await.failure(2);
}

#[tokio::test]
async fn waterfalls_and_flows_run_too() {
    let world = World::new().await;
    world.write("people.csv", "First,Last,Company\nAda,Ito,acme.com\n");
    let enrich = words(
        "enrich people.csv --waterfall email_getter --map first_name=First --map last_name=Last --map company=Company --yes",
    );
    world.run(&enrich).await.well();
    assert!(world.read("people.enriched.csv").contains("ada.ito@acme.com"));
    let config = databar_sandbox::example_flow().to_string();
    let flow = world
        .run(&["flow", "create", "--name", "Find", "--config", &config])
        .await
        .json();
    let flow = match &flow["id"] {
        Value::String(id) => id.clone(),
        id => id.to_string(),
    };
    leads(&world, 1);
    let enrich = [
        "enrich",
        "leads.csv",
        "--flow",
        &flow,
        "--map",
        "domain=Website",
        "--yes",
    ];
    world.run(&enrich).await.well();
    assert!(world.read("leads.enriched.csv").contains("company0.com,found,"));
    world
        .run(&["enrich", "people.csv", "--flow", "x", "--with", "1", "--yes"])
        .await
        .failure(2);
    world.run(&["enrich", "people.csv", "--yes"]).await.failure(2);
}

#[tokio::test]
async fn nothing_is_sent_before_the_answer_is_yes() {
    let world = World::new().await;
    leads(&world, 3);
    let said = world.run(&with(&["--dry-run"])).await;
    assert!(
        said.err.contains("up to 1.5 credits") && said.err.contains("nothing was sent"),
        "{}",
        said.err
    );
    assert!(!world.path("leads.enriched.csv").exists() && !world.path("leads.enriched.csv.ledger").exists());
    assert!(world.run(&ENRICH).await.failure(2).contains("pass --yes"));
    assert_eq!(world.requests("bulk_run_enrichment"), 0);
}

#[tokio::test]
async fn a_limit_is_kept_and_can_be_raised() {
    let world = World::new().await;
    leads(&world, 10);
    // By default, each request would cost at most a tenth of the limit.
    let said = world
        .run(&with(&[
            "--chunk",
            "2",
            "--max-credits",
            "2.5",
            "--in-flight",
            "1",
            "--yes",
        ]))
        .await
        .failure(6);
    assert!(
        said.contains("max_credits") && said.contains("--resume continues the run"),
        "{said}"
    );
    let spent = 1000.0 - world.sandbox.credits();
    assert!(spent <= 2.5, "{spent}");
    assert!(
        world
            .read("leads.enriched.csv")
            .lines()
            .any(|line| line.contains(",open,"))
    );
    let begun = world.run(&with(&["--yes"])).await.failure(2);
    assert!(begun.contains("--resume"), "{begun}");
    world
        .run(&with(&["--resume", "--max-credits", "100", "--yes"]))
        .await
        .well();
    let out = world.read("leads.enriched.csv");
    assert_eq!((out.lines().count(), out.contains(",open,")), (11, false));
}

#[tokio::test]
async fn a_doubt_is_said_and_can_be_resolved() {
    let world = World::new().await;
    leads(&world, 4);
    world.sandbox.fault(
        Fault::new(FaultKind::ResetAfter)
            .on("bulk_run_enrichment")
            .times(1),
    );
    let said = world
        .run(&with(&["--chunk", "2", "--in-flight", "1", "--yes"]))
        .await
        .failure(7);
    assert!(said.contains("2 inputs in doubt, in chunk 0:"), "{said}");
    let again = world.run(&with(&["--resume", "--yes"])).await.failure(7);
    assert!(again.contains("in doubt"), "{again}");
    assert_eq!(
        world.requests("bulk_run_enrichment"),
        2,
        "it is not sent again automatically"
    );
    world
        .run(&with(&["--resume", "--send-again", "0", "--yes"]))
        .await
        .well();
    assert_eq!(world.requests("bulk_run_enrichment"), 3);
}

/// Waits until this many submissions have arrived.
async fn sent(world: &World, count: usize) {
    while world.requests("bulk_run_enrichment") < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn killed_it_goes_on_where_it_was_and_pays_nothing_twice() {
    let world = World::with(builder().task_time(Duration::from_millis(50))).await;
    leads(&world, 200);
    let mut child = world
        .command(&with(&["--chunk", "10", "--in-flight", "2", "--yes"]))
        .spawn()
        .unwrap();
    sent(&world, 6).await;
    child.kill().await.unwrap();
    let ended = world.run(&with(&["--resume", "--yes"])).await;
    assert!(matches!(ended.code, Some(0 | 7)), "{}", ended.err);
    assert_eq!(world.requests("bulk_run_enrichment"), 20, "each chunk once");
    assert_eq!(world.read("leads.enriched.csv").lines().count(), 201);
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_stops_it_cleanly() {
    let world = World::with(builder().task_time(Duration::from_millis(50))).await;
    leads(&world, 200);
    let mut command = world.command(&with(&["--chunk", "10", "--in-flight", "2", "--yes"]));
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    sent(&world, 6).await;
    let id = child.id().unwrap().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    let said = of(child.wait_with_output().await.unwrap()).failure(130);
    assert!(
        said.contains("the same command with --resume continues the run"),
        "{said}"
    );
    let ended = world.run(&with(&["--resume", "--yes"])).await;
    assert_eq!(
        ended.code,
        Some(0),
        "nothing is in doubt after a clean stop: {}",
        ended.err
    );
    assert_eq!(world.requests("bulk_run_enrichment"), 20);
    assert!(!world.read("leads.enriched.csv").contains(",open,"));
}

#[tokio::test]
async fn a_table_is_enriched_in_place() {
    let world = World::new().await;
    let table = world.table(&["Website"]).await;
    world.write("leads.csv", "Website\nstripe.com\ngithub.com\n");
    world.run(&["table", "import", "leads.csv", &table]).await.well();
    let said = world
        .run(&[
            "enrich",
            "table",
            &table,
            "--with",
            "123",
            "--map",
            "domain=Website",
            "--yes",
        ])
        .await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("2 rows filled, 0 empty"), "{}", said.err);
    let rows = world.run(&["table", "rows", &table]).await.json();
    assert!(rows[0].to_string().contains("Stripe"), "{rows}");
}

#[tokio::test]
async fn bad_input_is_said_before_anything_is_sent() {
    let world = World::new().await;
    leads(&world, 2);
    for (arguments, code, reason) in [
        (
            vec![
                "enrich",
                "leads.csv",
                "--with",
                "123",
                "--map",
                "domain=Url",
                "--yes",
            ],
            2,
            "leads.csv has no column \"Url\"; it has Name, Website",
        ),
        (
            vec!["enrich", "leads.csv", "--with", "123", "--map", "domain", "--yes"],
            2,
            "PARAMETER=COLUMN",
        ),
        (
            vec!["enrich", "nowhere.csv", "--with", "123", "--yes"],
            1,
            "nowhere.csv: No such file",
        ),
        (
            vec![
                "enrich",
                "leads.csv",
                "--with",
                "99999",
                "--map",
                "domain=Website",
                "--yes",
            ],
            4,
            "enrichment 99999 was not found",
        ),
    ] {
        let said = world.run(&arguments).await.failure(code);
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
    assert_eq!(world.requests("bulk_run_enrichment"), 0);
    // A failed check leaves no run behind that would need --resume.
    world.run(&with(&["--yes"])).await.well();
}

#[tokio::test]
async fn only_the_run_that_was_begun_is_gone_on_with() {
    let world = World::new().await;
    leads(&world, 2);
    let said = world.run(&with(&["--resume", "--yes"])).await.failure(2);
    assert!(said.contains("there is no run to continue"), "{said}");
    world.run(&with(&["--yes"])).await.well();
    let begun = world.run(&with(&["--yes"])).await.failure(2);
    assert!(
        begun.contains("a run that writes leads.enriched.csv was already started"),
        "{begun}"
    );
    let other = words("enrich leads.csv --with 124 --map domain=Website --resume");
    let said = world.run(&other).await.failure(2);
    assert!(said.contains("uses the enrichment 123"), "{said}");
    world.write("leads.csv", "Name,Website\nB,company1.com\nA,company0.com\n");
    let said = world.run(&with(&["--resume", "--yes"])).await.failure(2);
    assert!(
        said.contains("its input 1 differs from the one given now"),
        "{said}"
    );
    assert_eq!(world.requests("bulk_run_enrichment"), 1);
}

#[tokio::test]
async fn inputs_that_would_be_refused_are_found_before() {
    let world = World::new().await;
    world.write("leads.csv", "Name,Website\nA,a.com\nB,\nC,c.com\nD,\n");
    let said = world.run(&with(&["--yes"])).await.failure(2);
    assert!(
        said.contains("row 2 has no value in \"Website\"") && said.contains("(2 rows in total)"),
        "{said}"
    );
    leads(&world, 2);
    for (maps, reason) in [
        (
            &["nope=Website"][..],
            "unknown parameter \"nope\"; the parameters are domain",
        ),
        (
            &["domain=Website", "domain=Name"],
            "the parameter \"domain\" is given twice",
        ),
        (&[], "leads.csv: row 1 has no value in \"domain\""),
    ] {
        let mut arguments = vec!["enrich", "leads.csv", "--with", "123", "--yes"];
        for map in maps {
            arguments.extend(["--map", map]);
        }
        let said = world.run(&arguments).await.failure(2);
        assert!(said.contains(reason), "{said}");
    }
    let news = words("enrich leads.csv --with 312 --map domain=Website --yes");
    let said = world.run(&news).await.failure(2);
    assert!(
        said.contains("the parameter \"limit\" is required; map it to a column with --map limit=COLUMN, or give all rows one value with --set limit=VALUE"),
        "{said}"
    );
    assert_eq!(world.requests("bulk_run_enrichment"), 0);
}

#[tokio::test]
async fn what_the_service_refuses_all_the_same_is_said() {
    let world = World::new().await;
    leads(&world, 4);
    world.sandbox.fault(
        Fault::new(FaultKind::status(400))
            .on("bulk_run_enrichment")
            .times(1),
    );
    let said = world
        .run(&with(&["--chunk", "2", "--in-flight", "1", "--yes"]))
        .await
        .failure(5);
    assert!(said.contains("chunk 0 was refused"), "{said}");
    world
        .run(&with(&["--resume", "--send-again", "0", "--yes"]))
        .await
        .well();
}

#[tokio::test]
async fn no_file_is_overwritten_that_is_not_of_the_run() {
    let world = World::new().await;
    leads(&world, 2);
    world.write("leads.enriched.csv", "precious");
    let said = world.run(&with(&["--yes"])).await.failure(2);
    assert!(said.contains("already exists"), "{said}");
    let said = world
        .run(&with(&["--out", "leads.csv", "--yes"]))
        .await
        .failure(2);
    assert!(said.contains("must differ from the input file"), "{said}");
    assert_eq!(world.read("leads.enriched.csv"), "precious");
}

#[tokio::test]
async fn a_table_that_is_enriched_twice_is_paid_once() {
    let world = World::new().await;
    let table = world.table(&["Website"]).await;
    world.write("leads.csv", "Website\nstripe.com\ngithub.com\n");
    world.run(&["table", "import", "leads.csv", &table]).await.well();
    let enrich = [
        "enrich",
        "table",
        &table,
        "--with",
        "123",
        "--map",
        "domain=Website",
        "--yes",
    ];
    world.run(&enrich).await.well();
    let spent = world.sandbox.credits();
    let again = world.run(&enrich).await.failure(2);
    assert!(again.contains("already has \"Company data\""), "{again}");
    let reuse = ["enrich", "table", &table, "--with", "123", "--reuse", "--yes"];
    world.run(&reuse).await.well();
    assert_eq!(world.sandbox.credits(), spent);
    let limited = [&reuse[..], &["--max-credits", "0.5"]].concat();
    world.run(&limited).await.failure(6);

    let people = world.table(&["First", "Last", "Company"]).await;
    world.write("people.csv", "First,Last,Company\nAda,Ito,acme.com\n");
    world
        .run(&["table", "import", "people.csv", &people])
        .await
        .well();
    let maps = ["first_name=First", "last_name=Last", "company=Company"];
    let mut find = vec!["enrich", "table", &people, "--waterfall", "email_getter", "--yes"];
    for map in maps {
        find.extend(["--map", map]);
    }
    world.run(&find).await.well();
    let again = world.run(&find).await.failure(2);
    assert!(again.contains("--reuse runs it"), "{again}");
}

#[tokio::test]
async fn a_decision_counts_only_after_the_answer() {
    let world = World::new().await;
    leads(&world, 2);
    world.sandbox.fault(
        Fault::new(FaultKind::ResetAfter)
            .on("bulk_run_enrichment")
            .times(1),
    );
    world.run(&with(&["--yes"])).await.failure(7);
    // Without a terminal, nobody can answer.
    let said = world
        .run(&with(&["--resume", "--send-again", "0"]))
        .await
        .failure(2);
    assert!(said.contains("pass --yes"), "{said}");
    let said = world.run(&with(&["--resume", "--dry-run"])).await;
    assert!(said.err.contains("0 left to send"), "{}", said.err);
    world.run(&with(&["--resume", "--yes"])).await.failure(7);
    assert_eq!(world.requests("bulk_run_enrichment"), 1);
}

#[tokio::test]
async fn a_task_that_fails_and_results_that_do_not_align_are_said() {
    let world = World::new().await;
    leads(&world, 4);
    let answer = |body: Value| {
        let fault = FaultKind::Status {
            code: 200,
            headers: Vec::new(),
            body: body.to_string(),
        };
        Fault::new(fault).on("get_task").times(1)
    };
    let body = serde_json::json!({ "task_id": "t", "status": "failed", "error": "the provider is down", "credits_spent": 0 });
    world.sandbox.fault(answer(body));
    let said = world.run(&with(&["--yes"])).await.failure(1);
    assert!(
        said.contains("chunk 0 failed") && said.contains("the provider is down"),
        "{said}"
    );
    let body = serde_json::json!({
        "task_id": "t", "status": "completed", "data": [{ "company_name": "Lonely" }], "credits_spent": 0.5,
    });
    world.sandbox.fault(answer(body));
    let said = world
        .run(&with(&["--resume", "--send-again", "0", "--yes"]))
        .await
        .failure(1);
    assert!(said.contains("cannot be matched to its inputs"), "{said}");
    assert!(
        world
            .read("leads.enriched.csv.unattributable.jsonl")
            .contains("Lonely")
    );
}

#[tokio::test]
async fn bulk_results_are_printed_although_some_inputs_have_none() {
    let world = World::new().await;
    let inputs = r#"[{"domain": "nobody.test"}, {"domain": "stripe.com"}]"#;
    let run = [
        "enrichment",
        "bulk-run",
        "123",
        "--params",
        inputs,
        "--wait",
        "-o",
        "csv",
    ];
    let out = world.run(&run).await.well();
    assert!(
        out.starts_with("company_name,") && out.contains("\nStripe,"),
        "{out}"
    );
    assert_eq!(out.lines().count(), 3, "{out}");
}

#[tokio::test]
async fn inputs_come_as_the_world_writes_them() {
    let world = World::new().await;
    // A file as European spreadsheets write it, with a byte order mark, and a parameter with the same value
    // for all rows.
    world.write(
        "leads.csv",
        "\u{feff}Name;Website\nStripe;stripe.com\n\"A; B\";acme.com\n",
    );
    let enrich = words("enrich leads.csv --with 312 --map domain=Website --set limit=2 --yes");
    let said = world.run(&enrich).await;
    assert!(said.err.contains("up to 0.2 credits"), "{}", said.err);
    let out = world.read("leads.enriched.csv");
    assert!(
        out.starts_with("Name,Website,outcome,") && out.contains("\nA; B,acme.com,"),
        "{out}"
    );
    let lines = "{\"Website\": \"stripe.com\"}\n\n{\"Website\": \"acme.com\"}\n";
    let enrich = words("enrich - --with 123 --map domain=Website --yes --out out.jsonl");
    world.run_with_input(&enrich, lines).await.well();
    assert_eq!(world.read("out.jsonl").lines().count(), 2);
}

#[tokio::test]
async fn a_task_that_is_not_there_is_not_attached() {
    let world = World::new().await;
    leads(&world, 2);
    world.sandbox.fault(
        Fault::new(FaultKind::ResetAfter)
            .on("bulk_run_enrichment")
            .times(1),
    );
    world.run(&with(&["--yes"])).await.failure(7);
    world
        .run(&with(&["--resume", "--attach", "0=nope", "--yes"]))
        .await
        .failure(4);
    world.run(&with(&["--resume", "--yes"])).await.failure(7);
    world
        .run(&with(&["--resume", "--send-again", "0", "--yes"]))
        .await
        .well();
}

#[tokio::test]
async fn a_script_reads_how_a_run_has_ended() {
    let world = World::new().await;
    leads(&world, 4);
    let ended = world.run(&with(&["--yes"])).await.json();
    assert_eq!((&ended["inputs"], &ended["done"]), (&4.into(), &4.into()));
    assert_eq!(ended["output"], "leads.enriched.csv");
    assert_eq!(ended["credits"], 1000.0 - world.sandbox.credits());
}

#[tokio::test]
async fn a_table_must_have_the_columns_that_are_mapped() {
    let world = World::new().await;
    let table = world.table(&["Website"]).await;
    let enrich = [
        "enrich",
        "table",
        &table,
        "--with",
        "123",
        "--dry-run",
        "--map",
        "domain=Url",
    ];
    let said = world.run(&enrich).await.failure(2);
    assert!(said.contains("no column \"Url\"; it has Website"), "{said}");
    let reuse = ["enrich", "table", &table, "--with", "123", "--reuse", "--yes"];
    let said = world.run(&reuse).await.failure(2);
    assert!(said.contains("does not have \"Company data\" yet"), "{said}");
}
