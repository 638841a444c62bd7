//! Importing and exporting rows.

use databar_sandbox::{Fault, FaultKind};

use crate::support::World;

#[tokio::test]
async fn a_file_becomes_rows_and_rows_a_file() {
    let world = World::new().await;
    let table = world.table(&["Email", "Country"]).await;
    world.write(
        "leads.csv",
        "Email,Country\nada@example.com,UK\n\"bob, jr@example.com\",US\n,US\n",
    );
    let said = world.run(&["table", "import", "leads.csv", &table]).await;
    assert_eq!(said.err.lines().last(), Some("3 rows inserted"));
    let all = world
        .run(&["table", "rows", &table, "--columns", "Email,Country", "-o", "csv"])
        .await
        .well();
    assert_eq!(all, world.read("leads.csv"));
    for (conditions, rows) in [
        (&["Country=US"][..], 2),
        (&["Country!=US"], 1),
        (&["Email~EXAMPLE"], 2),
        (&["Email="], 1),
        (&["Country=US", "Email!="], 1),
    ] {
        let mut arguments = vec!["table", "rows", &table];
        for condition in conditions {
            arguments.extend(["--where", condition]);
        }
        let found = world.run(&arguments).await.json();
        assert_eq!(found.as_array().unwrap().len(), rows, "{conditions:?}");
    }
    world
        .run(&["table", "rows", &table, "--where", "Country"])
        .await
        .failure(2);
    world.run(&["table", "export", &table, "out.csv"]).await.well();
    assert!(world.read("out.csv").contains("ada@example.com"));
    let again = world
        .run(&["table", "export", &table, "out.csv"])
        .await
        .failure(2);
    assert!(again.contains("--force"), "{again}");
    world
        .run(&["table", "export", &table, "out.csv", "--force"])
        .await
        .well();
    let printed = world.run(&["table", "export", &table]).await.well();
    assert_eq!(printed, world.read("out.csv"));
    world.run(&["table", "export", &table, "out.xlsx"]).await.well();
    assert!(std::fs::read(world.path("out.xlsx")).unwrap().starts_with(b"PK"));
}

#[tokio::test]
async fn rows_come_from_json_lines_and_standard_input() {
    let world = World::new().await;
    let table = world.table(&["Email", "Country"]).await;
    world.write(
        "leads.jsonl",
        "{\"Email\": \"ada@example.com\", \"Country\": \"UK\"}\n\n{\"Email\": \"bob@example.com\"}\n",
    );
    world
        .run(&["table", "import", "leads.jsonl", &table])
        .await
        .well();
    let csv = "Email,Country\nada@example.com,FR\neve@example.com,DE\n";
    let said = world
        .run_with_input(
            &["table", "import", "-", &table, "--upsert", "Email", "--yes"],
            csv,
        )
        .await;
    assert_eq!(
        said.err.lines().last(),
        Some("1 row inserted, 1 updated"),
        "{}",
        said.err
    );
    let said = world
        .run_with_input(&["table", "import", "-", &table, "--dedupe", "Email"], csv)
        .await;
    assert_eq!(
        said.err.lines().last(),
        Some("2 rows skipped as duplicates"),
        "{}",
        said.err
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_writes_nothing() {
    let world = World::new().await;
    let table = world.table(&["Email"]).await;
    let long: String = (0..600)
        .map(|index| format!("lead{index}@example.com\n"))
        .collect();
    world.write("broken.csv", &format!("Email\n{long}a,b,c\n"));
    world.write("twice.csv", "Email,Email\na,b\n");
    world.write("other.csv", "Email,Phone\na,b\n");
    world.write("broken.jsonl", "{\"Email\": \"a\"}\n[]\n");
    for (file, reason) in [
        ("broken.csv", "row 601"),
        ("twice.csv", "two columns named \"Email\""),
        ("other.csv", "does not have Phone; --new-columns"),
        ("broken.jsonl", "row 2: it is not a JSON object"),
    ] {
        let said = world.run(&["table", "import", file, &table]).await.failure(2);
        assert!(said.contains(reason), "{said}");
    }
    world
        .run(&["table", "import", "nowhere.csv", &table])
        .await
        .failure(1);
    world.write("empty.csv", "Email\n");
    world
        .run(&["table", "import", "empty.csv", &table])
        .await
        .failure(2);
    let columns = world
        .run(&["table", "rows", &table, "--columns", "Nope"])
        .await
        .failure(2);
    assert!(
        columns.contains("no column \"Nope\"; it has id, Email"),
        "{columns}"
    );
    world
        .run(&["table", "export", &table, "out.docx"])
        .await
        .failure(2);
    let said = world
        .run(&[
            "table",
            "import",
            "other.csv",
            &table,
            "--dry-run",
            "--new-columns",
        ])
        .await;
    assert!(
        said.err.contains("1 row with Email, Phone") && said.err.contains("nothing was sent"),
        "{}",
        said.err
    );
    assert_eq!(world.requests("insert_rows"), 0);
    world
        .run(&["table", "import", "other.csv", &table, "--new-columns"])
        .await
        .well();
}

#[tokio::test]
async fn an_import_that_breaks_off_says_how_to_go_on() {
    let world = World::new().await;
    let table = world.table(&["Email"]).await;
    let lines: String = (0..600)
        .map(|index| format!("lead{index}@example.com\n"))
        .collect();
    world.write("leads.csv", &format!("Email\n{lines}"));
    world.sandbox.fault(
        Fault::new(FaultKind::ResetAfter)
            .on("insert_rows")
            .skip(11)
            .times(1),
    );
    let said = world
        .run(&["table", "import", "leads.csv", &table])
        .await
        .failure(7);
    assert!(
        said.contains("550 rows inserted; rows 551 to 600 of the file are in doubt"),
        "{said}"
    );
    assert!(
        said.contains("--skip 600 continues after them, --skip 550 sends them again"),
        "{said}"
    );
    world.sandbox.fault(
        Fault::new(FaultKind::status(400))
            .on("insert_rows")
            .skip(1)
            .times(1),
    );
    let said = world
        .run(&["table", "import", "leads.csv", &table, "--skip", "400"])
        .await
        .failure(5);
    assert!(said.contains("50 rows inserted; --skip 450 continues"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn an_import_that_is_interrupted_says_where_it_stopped() {
    let world = World::with(crate::support::builder().latency(std::time::Duration::from_millis(5))).await;
    let table = world.table(&["Email"]).await;
    let lines: String = (0..5000)
        .map(|index| format!("lead{index}@example.com\n"))
        .collect();
    world.write("leads.csv", &format!("Email\n{lines}"));
    let mut command = world.command(&["table", "import", "leads.csv", &table]);
    let command = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    while world.requests("insert_rows") < 15 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let id = child.id().unwrap().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()
        .unwrap();
    let said = crate::support::of(child.wait_with_output().await.unwrap()).failure(130);
    let skip = said
        .split("--skip ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap();
    world
        .run(&["table", "import", "leads.csv", &table, "--skip", skip])
        .await
        .well();
    let rows = world.run(&["table", "rows", &table, "-o", "jsonl"]).await.well();
    assert_eq!(rows.lines().count(), 5000, "no row is missing or repeated");
}
