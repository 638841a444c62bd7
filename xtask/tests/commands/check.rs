//! `check` on a fresh clone, and after each kind of edit by hand.

use xtask::Outcome;

use crate::support::Copy;

fn check(copy: &Copy) -> (Outcome, String) {
    let before = copy.files();
    let mut out = Vec::new();
    let outcome = xtask::check::run(copy.path(), &mut out).unwrap();
    assert!(copy.files() == before, "check reads only");
    (outcome, String::from_utf8(out).unwrap())
}

#[test]
fn a_fresh_clone_is_in_order() {
    let (outcome, said) = check(&Copy::new());
    assert_eq!(outcome, Outcome::Done, "{said}");
    let (last, files) = said
        .lines()
        .collect::<Vec<_>>()
        .split_last()
        .map(|(last, files)| (*last, files.to_vec()))
        .unwrap();
    assert_eq!(last, "Everything is in sync.");
    let checked: Vec<_> = files
        .iter()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        checked,
        [
            "ok      openapi.json",
            "ok      openapi.lock.json",
            "ok      openapi.overlay.json",
            "ok      openapi.surface.txt",
            "ok      crates/databar/src",
        ]
    );
}

/// A file, the text to replace, its replacement, and the command that repairs it.
type Edit = (&'static str, &'static str, &'static str, &'static str);

#[test]
fn each_edit_by_hand_is_found_with_the_command_that_mends_it() {
    let edits: [Edit; 11] = [
        (
            "openapi.json",
            "\"0.1.2\"",
            "\"0.1.3\"",
            "`git restore openapi.json openapi.lock.json`",
        ),
        (
            "openapi.json",
            "\n    \"schemas\"",
            "\n   \"schemas\"",
            "`git restore openapi.json openapi.lock.json`",
        ),
        (
            "openapi.json",
            "\"openapi\": \"3.1.0\",",
            "\"openapi\": ,",
            "`git restore openapi.json`",
        ),
        (
            "openapi.lock.json",
            "\"canonical\": \"",
            "\"canonical\": \"0",
            "`git restore openapi.json openapi.lock.json`",
        ),
        (
            "openapi.lock.json",
            "\"lock_version\": 1",
            "\"lock_version\": 2",
            "`git restore openapi.lock.json`",
        ),
        (
            "openapi.lock.json",
            "\"0.1.2\"",
            "\"0.1.1\"",
            "`git restore openapi.lock.json`",
        ),
        (
            "openapi.surface.txt",
            "const operations::ALL",
            "const operations::All",
            "`cargo xtask surface --write`",
        ),
        (
            "openapi.overlay.json",
            "What things are",
            "That which things are",
            "`cargo xtask surface --write`",
        ),
        (
            "openapi.overlay.json",
            "$.paths['/v1/user/me'].get",
            "$.paths['/v1/user/you'].get",
            "`cargo xtask surface --write`",
        ),
        (
            "openapi.overlay.json",
            "\"overlay\": \"1.1.0\"",
            "\"overlay\": \"9.1.0\"",
            "`cargo xtask check`",
        ),
        (
            "crates/databar/left-out.json",
            "\"get_box\"",
            "\"get_bag\"",
            "`cargo xtask check`",
        ),
    ];
    for (file, old, new, command) in edits {
        let copy = Copy::small();
        let text = copy.read(file);
        assert!(text.contains(old), "{file}: {old}");
        copy.write(file, &text.replacen(old, new, 1));
        let (outcome, said) = check(&copy);
        assert_eq!(outcome, Outcome::Stale, "{file}: {new}");
        let mended = said
            .lines()
            .any(|finding| finding.ends_with(&format!("run {command}")));
        assert!(mended, "{file}: {new}: {said}");
        let mut findings = said.lines().filter(|line| line.starts_with("failed"));
        assert!(findings.all(|finding| finding.ends_with('`')), "{said}");
        assert!(
            said.lines().last().unwrap().starts_with("Not in sync: "),
            "{said}"
        );
    }
}

#[test]
fn the_command_for_the_surface_mends_it() {
    let copy = Copy::small();
    let overlay = copy.read("openapi.overlay.json");
    let renamed = overlay.replace("\"operationId\": \"get_user\"", "\"operationId\": \"whoami\"");
    assert_ne!(renamed, overlay);
    copy.write("openapi.overlay.json", &renamed);
    xtask::surface::run(true, copy.path()).unwrap();
    let (_, said) = check(&copy);
    assert!(said.contains("ok      openapi.surface.txt"), "{said}");
    assert!(said.contains("no method calls whoami"), "{said}");
    assert!(copy.read("openapi.surface.txt").contains("Whoami"));
}

#[test]
fn an_action_that_the_provider_has_made_needless_is_found() {
    let copy = Copy::small();
    let mut document = copy.document();
    document["components"]["schemas"]["Box"] = serde_json::json!({ "type": "object" });
    copy.write("openapi.json", &document.to_string());
    let (outcome, said) = check(&copy);
    assert_eq!(outcome, Outcome::Stale);
    assert!(
        said.contains("1 action added what the provider's document has now, in another form"),
        "{said}"
    );
}

#[test]
fn an_overlay_that_does_not_say_what_it_seems_to_is_found() {
    for (right, wrong, expected) in [
        (
            "@.name == 'x-apikey'",
            "@.name == 'x-apikex'",
            "1 action matched nothing; correct the filter",
        ),
        (
            "\"x-databar-billable\"",
            "\"x-databar-bilable\"",
            "is not a marker; the markers are x-databar-arguments",
        ),
        (
            "\"x-databar-type\": \"ConnectorId\"",
            "\"x-databar-type\": \"ConectorId\"",
            "\"ConectorId\" is neither a hand-written type",
        ),
    ] {
        let copy = Copy::new();
        let overlay = copy.read("openapi.overlay.json");
        assert!(overlay.contains(right), "{right}");
        copy.write("openapi.overlay.json", &overlay.replacen(right, wrong, 1));
        let (outcome, said) = check(&copy);
        assert_eq!(outcome, Outcome::Stale, "{wrong}");
        assert!(said.contains(expected), "{wrong}: {said}");
    }
}
