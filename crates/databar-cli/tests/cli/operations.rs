//! Every operation of the document can be called, and every command of the official command line has a
//! counterpart.

use databar::api::operations;

use crate::support::{World, program, said, words};

#[tokio::test]
async fn every_operation_has_a_command_that_says_what_it_sends() {
    for operation in operations::ALL {
        let mut words: Vec<&str> = operation.command.split(' ').collect();
        words.push("--help");
        let help = said(program(&words)).await.well();
        // This command shows more than the answer of its operation.
        if operation.id != "get_enrichment" {
            let request = format!("{} {}", operation.method, operation.path);
            assert!(help.contains(&request), "{}: {help}", operation.command);
        }
        assert_eq!(
            help.contains("--dry-run"),
            operation.billable || help.contains("--yes"),
            "{help}"
        );
    }
}

/// The table in the README: the commands of the official tool, and ours.
#[tokio::test]
async fn every_command_of_the_official_tool_has_its_counterpart() {
    let readme = include_str!("../../README.md");
    let rows: Vec<(&str, &str)> = readme
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line
                .split('|')
                .map(|cell| cell.trim().trim_matches('`'))
                .collect();
            match cells[..] {
                ["", official, ours, ""] if official.starts_with("databar ") => Some((official, ours)),
                _ => None,
            }
        })
        .collect();
    assert_eq!(
        rows.len(),
        45,
        "as many as version 2.8.0 of the official tool has"
    );
    for (official, ours) in rows {
        let words = ours
            .strip_prefix("databar ")
            .unwrap_or_else(|| panic!("{official}: {ours}"));
        let words = words.split(' ').take_while(|word| {
            word.starts_with(|first: char| first.is_ascii_lowercase()) && !word.contains('.')
        });
        let mut words: Vec<&str> = words.collect();
        words.push("--help");
        let help = said(program(&words)).await;
        assert_eq!(help.code, Some(0), "{official}: {ours}: {}", help.err);
        assert!(
            !help.out.contains("[OPTIONS] <COMMAND>"),
            "{ours} is not a command"
        );
    }
}

#[tokio::test]
async fn commands_that_delete_are_those_that_ask() {
    let mut asking = Vec::new();
    for operation in operations::ALL {
        let mut words: Vec<&str> = operation.command.split(' ').collect();
        words.push("-h");
        if said(program(&words)).await.well().contains("--yes") {
            asking.push(operation.command);
        }
    }
    asking.sort_unstable();
    assert_eq!(
        asking,
        [
            "column delete",
            "connector delete",
            "flow delete",
            "folder delete",
            "row dedupe",
            "row delete",
            "table clear",
            "table delete",
            "trash delete-forever",
            "workbook delete",
            "workbook merge",
        ]
    );
}

#[tokio::test]
async fn an_operation_takes_arguments_flags_lists_and_objects() {
    let world = World::new().await;
    let table = world.table(&["Email", "Age"]).await;
    let renamed = world.run(&["table", "rename", &table, "Other"]).await.json();
    assert_eq!(renamed["name"], "Other");
    let rows = r#"[{"fields": {"Email": "ada@example.com"}}, {"fields": {"Email": "bob@example.com"}}]"#;
    world.write("rows.json", rows);
    let inserted = world
        .run(&["row", "insert", &table, "--rows", "@rows.json"])
        .await
        .json();
    assert_eq!(inserted["results"].as_array().unwrap().len(), 2);
    let one = r#"{"fields": {"Email": "eve@example.com"}}"#;
    world.run(&["row", "insert", &table, "--rows", one]).await.well();
    world
        .run_with_input(&["row", "insert", &table, "--rows", "-"], rows)
        .await
        .well();
    let listed = world
        .run(&["row", "list", &table, "--per-page", "2", "--all", "-o", "jsonl"])
        .await
        .well();
    assert_eq!(listed.lines().count(), 5);
    let ids: Vec<String> = listed
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let deleted = [
        "row",
        "delete",
        &table,
        "--row-ids",
        &ids[0],
        "--row-ids",
        &ids[1],
        "--yes",
    ];
    world.run(&deleted).await.well();
    let left = world.run(&["row", "list", &table]).await.json();
    assert_eq!(left["data"].as_array().map(Vec::len), Some(3), "{left}");
}

#[tokio::test]
async fn a_run_can_be_waited_for() {
    let world = World::new().await;
    let run = words("enrichment run 123 --params domain=stripe.com --wait -o jsonl");
    let company: serde_json::Value = world.run(&run).await.json();
    assert_eq!(company["company_name"], "Stripe");
    let started = world
        .run(&[
            "enrichment",
            "run",
            "123",
            "--params",
            r#"{"domain": "stripe.com"}"#,
        ])
        .await
        .json();
    let task = started["task_id"].as_str().unwrap();
    let waited = world.run(&["task", "wait", task]).await.json();
    assert_eq!(
        (&waited["status"], &waited["data"]["company_name"]),
        (&"completed".into(), &"Stripe".into())
    );
}

#[tokio::test]
async fn a_dry_run_sends_nothing() {
    let world = World::new().await;
    let shown = world
        .run(&[
            "enrichment",
            "run",
            "123",
            "--params",
            "domain=a.com",
            "--params",
            "limit:=5",
            "--dry-run",
        ])
        .await;
    assert_eq!(
        shown.json(),
        serde_json::json!({
            "method": "POST", "path": "/v1/enrichments/123/run", "query": {},
            "body": { "params": { "domain": "a.com", "limit": 5 } },
        })
    );
    let table = "3f2a0000-0000-4000-8000-000000000000";
    world.run(&["table", "delete", table, "--dry-run"]).await.well();
    assert_eq!(world.sandbox.requests().len(), 0);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_it_is() {
    let world = World::new().await;
    for (arguments, reason) in [
        (
            &["table", "delete", "leads", "--yes"][..],
            "TABLE: \"leads\" is not a UUID",
        ),
        (&["enrichment", "show", "x"], "not an enrichment number"),
        (
            &["enrichment", "list", "--limit", "9000"],
            "--limit: 9000 is not allowed: it must be 500 or less",
        ),
        (
            &["enrichment", "list", "--limit", "many"],
            "--limit: \"many\" is not a whole number",
        ),
        (
            &["enrichment", "run", "123", "--params", "domain"],
            "neither key=text",
        ),
        (
            &["enrichment", "run", "123", "--params", "{"],
            "it is not a JSON object",
        ),
        (
            &[
                "row",
                "insert",
                "3f2a0000-0000-4000-8000-000000000000",
                "--rows",
                "@nowhere",
            ],
            "nowhere: No such file",
        ),
        (
            &["table", "delete", "3f2a0000-0000-4000-8000-000000000000"],
            "pass --yes",
        ),
        (&["table", "rename"], "TABLE"),
        (&["table", "paint"], "unrecognized subcommand 'paint'"),
    ] {
        let said = world.run(arguments).await.failure(2);
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
    assert_eq!(world.sandbox.requests().len(), 0);
}

/// A name can be written by anybody in the workspace, and a terminal obeys what follows an escape.
#[tokio::test]
async fn what_the_service_says_cannot_control_the_terminal() {
    let world = World::new().await;
    let name = "Leads\u{1b}]0;owned\u{7}\u{9b}31m";
    world.run(&["table", "create", "--name", name]).await.well();
    let shown = world.run(&["--output", "table", "table", "list"]).await.well();
    assert!(shown.contains("Leads\u{fffd}]0;owned\u{fffd}"), "{shown:?}");
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{shown:?}");
    let json = world.run(&["--output", "json", "table", "list"]).await.json();
    assert_eq!(json[0]["name"], name);
}
