//! `refresh` from each kind of source, and what it reports.

use std::fs;
use std::process::Command;

use crate::site::{index, pages, serve, upstream};
use crate::support::{Answer, Copy, Server, options};
use serde_json::{Value, json};
use xtask::Outcome;
use xtask::refresh::{Format, Options};

#[test]
fn each_kind_of_source_gives_the_same_document_and_a_second_run_writes_nothing() {
    let expected = upstream(&Copy::new());
    let server = Server::start();
    serve(&server, &expected);
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("endpoint")).unwrap();
    for (name, page) in pages(&expected) {
        fs::write(folder.path().join("endpoint").join(name), page).unwrap();
    }
    fs::write(folder.path().join("llms.txt"), index(&pages(&expected))).unwrap();
    let file = folder.path().join("document.yaml");
    fs::write(&file, serde_json::to_string_pretty(&expected).unwrap()).unwrap();

    let mut documents = Vec::new();
    let sources = [
        server.url("/openapi.json"),
        server.url("/llms.txt"),
        file.to_str().unwrap().to_owned(),
        folder.path().to_str().unwrap().to_owned(),
    ];
    for source in sources {
        let copy = Copy::new();
        let (result, said) = copy.refresh(&options(&source));
        assert_eq!(result.unwrap(), Outcome::Done, "{source}: {said}");
        assert_eq!(copy.document(), expected, "{source}");
        documents.push(copy.read("openapi.json"));
        let first_requests = server.requests();
        assert!(first_requests.iter().all(|request| !request.is_conditional));
        assert!(
            first_requests
                .iter()
                .all(|request| request.head.contains("user-agent: databar-rs-xtask/"))
        );
        assert!(
            first_requests
                .iter()
                .all(|request| !request.head.contains("apikey"))
        );

        let before = copy.files();
        for check in [false, true] {
            let (result, said) = copy.refresh(&Options {
                check,
                ..options(&source)
            });
            assert_eq!(result.unwrap(), Outcome::Done, "{source}: {said}");
            assert!(
                said.contains("nothing has changed since the last refresh"),
                "{said}"
            );
            assert!(copy.files() == before, "{source}");
            let requests = server.requests();
            assert_eq!(requests.len(), first_requests.len(), "{source}");
            assert!(requests.iter().all(|request| request.is_conditional), "{source}");
        }
    }
    assert!(documents.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn what_is_published_is_looked_for_in_order() {
    let copy = Copy::small();
    let document = upstream(&copy);
    let server = Server::start();
    serve(&server, &document);
    server.route(
        "/api-reference/openapi.json",
        Answer::ok("<!DOCTYPE html><p>This site has no such page"),
    );
    server.route("/openapi.json", Answer::status(404));
    let published = Options {
        from: None,
        site: server.url("/"),
        ..options("")
    };
    let (result, said) = copy.refresh(&published);
    assert_eq!(result.unwrap(), Outcome::Done, "{said}");
    assert!(
        said.starts_with("The document of") && said.contains("/llms.txt\n"),
        "{said}"
    );
    assert!(
        said.contains("/api-reference/openapi.json: this is an HTML page"),
        "{said}"
    );
    assert!(said.contains("/openapi.json: the server answers 404"), "{said}");
    let lock: Value = serde_json::from_str(&copy.read("openapi.lock.json")).unwrap();
    assert_eq!(
        lock["source"],
        json!({ "kind": "pages", "address": server.url("/llms.txt") })
    );
    assert_eq!(lock["pages"].as_array().unwrap().len(), 40);
    assert_eq!(lock["upstream_version"], "0.9.0");
}

#[test]
fn one_page_that_changed_among_many_is_noticed() {
    let copy = Copy::small();
    let mut document = upstream(&copy);
    let server = Server::start();
    serve(&server, &document);
    let from = options(&server.url("/llms.txt"));
    copy.refresh(&from).0.unwrap();

    document["paths"]["/v1/user/me"]["get"]["summary"] = "Who am I".into();
    serve(&server, &document);
    let (result, said) = copy.refresh(&from);
    assert_eq!(result.unwrap(), Outcome::Done, "{said}");
    assert_eq!(copy.document(), document);
}

#[test]
fn check_tells_the_same_from_the_different_and_the_breaking() {
    let copy = Copy::small();
    let server = Server::start();
    let check = Options {
        check: true,
        ..options(&server.url("/openapi.json"))
    };
    let before = copy.files();
    let outcome = |document: &Value| {
        server.route("/openapi.json", Answer::ok(document.to_string()));
        let (result, said) = copy.refresh(&check);
        assert!(copy.files() == before);
        assert!(
            !copy.path().join(".openapi-refresh").exists(),
            "--check writes nothing"
        );
        (result.unwrap(), said)
    };
    let present = copy.document();
    assert_eq!(outcome(&present).0, Outcome::Done);

    let mut more = present.clone();
    more["components"]["schemas"]["User"]["properties"]["nickname"] =
        json!({ "type": "string", "title": "Nickname" });
    let (result, said) = outcome(&more);
    assert_eq!(result, Outcome::Stale, "{said}");
    assert!(said.contains("release 0.1.1"), "{said}");
    assert!(
        said.lines()
            .any(|line| line.starts_with("  minor  added") && line.contains("nickname")),
        "{said}"
    );

    let mut less = present.clone();
    less["components"]["schemas"]["User"]["properties"]
        .as_object_mut()
        .unwrap()
        .shift_remove("email");
    let (result, said) = outcome(&less);
    assert_eq!(result, Outcome::Breaking, "{said}");
    assert!(
        said.contains("2 breaking") && said.contains("release 0.2.0"),
        "{said}"
    );

    let mut gone = present;
    gone["paths"].as_object_mut().unwrap().shift_remove("/v1/user/me");
    let (result, said) = outcome(&gone);
    assert_eq!(result, Outcome::Breaking, "{said}");
    assert!(
        said.contains("1 action lost its target; correct") && said.contains("$.paths['/v1/user/me'].get"),
        "{said}"
    );
}

#[test]
fn secrets_in_examples_are_taken_out_and_reported() {
    let copy = Copy::small();
    let mut document = copy.document();
    let secret = "f3a9c1d27b5e4860a1b2c3d4e5f60718";
    document["components"]["schemas"]["User"]["example"] = json!({ "api_key": secret });
    let server = Server::start();
    server.route("/openapi.json", Answer::ok(document.to_string()));
    let (result, said) = copy.refresh(&options(&server.url("/openapi.json")));
    assert_eq!(result.unwrap(), Outcome::Done, "{said}");
    assert!(
        said.contains("components › schemas › User › example › api_key"),
        "{said}"
    );
    assert!(!said.contains(secret) && !copy.read("openapi.json").contains(secret));
}

#[test]
fn what_changes_is_written_for_a_browser_too() {
    let copy = Copy::small();
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reports/refresh.html");
    let check = Options {
        check: true,
        html: Some(file.clone()),
        ..options(&server.url("/openapi.json"))
    };
    let mut document = copy.document();
    server.route("/openapi.json", Answer::ok(document.to_string()));
    assert_eq!(copy.refresh(&check).0.unwrap(), Outcome::Done);
    assert!(!file.exists(), "nothing changed");

    document["components"]["schemas"]["User"]["properties"]["nickname"] = json!({ "type": "string" });
    server.route("/openapi.json", Answer::ok(document.to_string()));
    assert_eq!(copy.refresh(&check).0.unwrap(), Outcome::Stale);
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!doctype html>"), "{page}");
    assert!(page.contains("nickname") && page.contains("0.1.1"), "{page}");
}

#[test]
fn the_report_is_text_or_markdown_and_the_steps_are_on_standard_error() {
    let copy = Copy::new();
    let file = copy.path().join("new.json");
    fs::write(&file, upstream(&copy).to_string()).unwrap();
    let refresh = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(["refresh", "--check", "--from", file.to_str().unwrap()])
            .args(more)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let (text, steps) = refresh(&[]);
    let (markdown, _) = refresh(&["--format", "markdown"]);
    let source = file.display();
    assert!(text.starts_with(&format!("The document of {source}\n")), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text}");
    assert!(
        markdown.starts_with(&format!("# The document of {source}\n")),
        "{markdown}"
    );
    let steps: Vec<_> = steps
        .lines()
        .map(|line| {
            line.split_once(" s] ")
                .map(|(seconds, step)| (seconds.starts_with('['), step))
        })
        .collect();
    let expected = [
        format!("Reading {source}"),
        "Validating the document".to_owned(),
        "Generating the bindings".to_owned(),
        "Comparing the documents".to_owned(),
    ];
    let expected: Vec<_> = expected.iter().map(|step| Some((true, &**step))).collect();
    assert_eq!(steps, expected);
}

#[test]
fn actions_with_the_same_problem_are_one_finding() {
    let copy = Copy::new();
    let mut document = copy.document();
    document["paths"]
        .as_object_mut()
        .unwrap()
        .retain(|path, _| path == "/v1/user/me");
    let file = copy.path().join("new.json");
    fs::write(&file, document.to_string()).unwrap();
    for (format, place) in [
        (Format::Text, "    actions["),
        (Format::Markdown, "  - `actions["),
    ] {
        let (result, said) = copy.refresh(&Options {
            format,
            ..options(file.to_str().unwrap())
        });
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains("2 problems") && error.lines().count() == 1,
            "{error}"
        );
        let what = " actions lost their target: the document has 1 operation;";
        let found: Vec<_> = said.lines().filter(|line| line.contains(what)).collect();
        let [found] = *found else {
            panic!("{found:?}\n{said}")
        };
        let (before, _) = found.split_once(what).unwrap();
        let lost: usize = before.rsplit(' ').next().unwrap().parse().unwrap();
        let mut lines = said.lines().skip_while(|line| *line != found).skip(1);
        let places = lines.by_ref().take(10).filter(|line| line.starts_with(place));
        assert_eq!(places.count(), 10, "{said}");
        let more = format!("... and {} more", lost - 10);
        assert!(lines.next().is_some_and(|line| line.ends_with(&more)), "{said}");
    }
}
