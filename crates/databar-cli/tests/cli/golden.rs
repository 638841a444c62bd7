//! The output that people see, byte for byte: plain and coloured, on narrow and wide terminals.
//! `UPDATE_GOLDEN=1` rewrites the files; read the changes before you commit them.

use std::path::Path;

use crate::support::{Said, World, words};

fn golden(name: &str, said: &Said) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cli/golden")
        .join(name);
    let text = format!("{}---\n{}", said.out, said.err);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name}");
}

async fn at_width(world: &World, width: &str, arguments: &[&str]) -> Said {
    let mut command = world.command(arguments);
    command.env("COLUMNS", width);
    crate::support::said(command).await
}

#[tokio::test]
async fn lists_fit_the_terminal() {
    let world = World::new().await;
    for width in ["60", "100", "200"] {
        let said = at_width(&world, width, &["enrichments", "list", "-o", "table"]).await;
        assert!(
            said.out
                .lines()
                .all(|line| line.chars().count() <= width.parse().unwrap()),
            "{}",
            said.out
        );
        golden(&format!("list-{width}.txt"), &said);
    }
    let coloured = words("enrichments search company -o table --color always");
    golden("search-coloured.txt", &world.run(&coloured).await);
    let mut no_color = world.command(&["enrichments", "search", "company", "-o", "table"]);
    no_color.env("NO_COLOR", "1");
    assert!(!crate::support::said(no_color).await.well().contains('\u{1b}'));
}

#[tokio::test]
async fn pages_values_and_errors_read_well() {
    let world = World::new().await;
    golden(
        "show.txt",
        &world.run(&["enrichment", "show", "312", "-o", "table"]).await,
    );
    golden("whoami.txt", &world.run(&["whoami", "-o", "table"]).await);
    golden("user.txt", &world.run(&["user", "show", "-o", "table"]).await);
    golden(
        "list.csv.txt",
        &world.run(&["enrichment", "list", "-o", "csv"]).await,
    );
    golden(
        "list.jsonl.txt",
        &world.run(&["enrichment", "list", "-o", "jsonl"]).await,
    );
    let table = "3f2a0000-0000-4000-8000-000000000000";
    golden(
        "not-found.txt",
        &world
            .run(&["table", "rename", table, "X", "--color", "always"])
            .await,
    );
    golden(
        "not-valid.txt",
        &world.run(&["enrichment", "run", "123", "--params", "x=y"]).await,
    );
    golden("nothing.txt", &world.run(&["table", "list", "-o", "table"]).await);
}

#[tokio::test]
async fn help_reads_well() {
    let world = World::new().await;
    golden("help.txt", &world.run(&["-h"]).await);
    golden("enrich-help.txt", &world.run(&["enrich", "-h"]).await);
    golden(
        "rename-help.txt",
        &world.run(&["table", "rename", "--help"]).await,
    );
}
