//! Storing, using and removing keys.

use crate::support::{World, program, said};

/// A command without a key in its environment.
fn without_key(world: &World, arguments: &[&str]) -> tokio::process::Command {
    let mut command = program(arguments);
    command
        .env("HOME", world.home.path())
        .env("DATABAR_BASE_URL", world.sandbox.base_url());
    command
}

async fn login(world: &World, arguments: &[&str], key: &str) -> crate::support::Said {
    world.write("key", key);
    let mut command = without_key(world, arguments);
    command.stdin(std::fs::File::open(world.path("key")).unwrap());
    said(command).await
}

#[tokio::test]
async fn a_key_is_checked_and_kept_for_its_owner() {
    let world = World::new().await;
    std::fs::create_dir(world.path(".databar")).unwrap();
    world.write(".databar/config", "preferred_interface=cli\napi_key=old\n");
    login(&world, &["login"], "wrong\n").await.failure(3);
    assert!(
        world.read(".databar/config").contains("api_key=old"),
        "a wrong key does not replace a stored one"
    );
    let said_so = login(&world, &["login"], &format!("{}\n", world.sandbox.api_key())).await;
    assert_eq!(said_so.code, Some(0));
    assert!(said_so.err.contains("sandy@example.com") && !said_so.err.contains(world.sandbox.api_key()));
    let key = world.sandbox.api_key();
    assert_eq!(
        world.read(".databar/config"),
        format!("api_key={key}\npreferred_interface=cli\n")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(world.path(".databar/config"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let user = said(without_key(&world, &["whoami"])).await.json();
    assert_eq!(user["email"], "sandy@example.com");
    said(without_key(&world, &["logout"])).await.well();
    assert_eq!(world.read(".databar/config"), "preferred_interface=cli\n");
    said(without_key(&world, &["whoami"])).await.failure(3);
}

#[tokio::test]
async fn a_profile_has_a_key_of_its_own() {
    let world = World::new().await;
    login(&world, &["login", "--profile", "work"], world.sandbox.api_key())
        .await
        .well();
    said(without_key(&world, &["whoami"])).await.failure(3);
    said(without_key(&world, &["whoami", "--profile", "work"]))
        .await
        .well();
    let mut by_variable = without_key(&world, &["whoami"]);
    by_variable.env("DATABAR_PROFILE", "work");
    said(by_variable).await.well();
    let unknown = said(without_key(&world, &["whoami", "--profile", "home"]))
        .await
        .failure(3);
    assert!(unknown.contains("databar login --profile home"), "{unknown}");
}

#[tokio::test]
async fn a_sandbox_is_started_for_trying() {
    use tokio::io::AsyncBufReadExt as _;
    let mut command = program(&["sandbox"]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = tokio::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.next_line().await.unwrap().unwrap();
    let key = lines.next_line().await.unwrap().unwrap();
    let mut user = program(&["whoami"]);
    user.env(
        "DATABAR_BASE_URL",
        url.strip_prefix("export DATABAR_BASE_URL=").unwrap(),
    );
    user.env(
        "DATABAR_API_KEY",
        key.strip_prefix("export DATABAR_API_KEY=").unwrap(),
    );
    assert_eq!(said(user).await.json()["email"], "sandy@example.com");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn completions_and_manual_pages_know_all_commands() {
    let world = World::new().await;
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = world.run(&["completions", shell]).await.well();
        assert!(script.contains("add-enrichment"), "{shell}");
    }
    world.run(&["man", "man1"]).await.well();
    assert!(
        world
            .read("man1/databar-table-rename.1")
            .contains("Rename a table")
    );
}
