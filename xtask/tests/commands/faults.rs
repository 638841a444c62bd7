//! Everything that can go wrong during a refresh leaves the three files as they were.

use std::fs;
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use xtask::refresh::{Options, Patience};
use xtask::{Failure, Outcome, Step, refresh};

use crate::site::{serve, upstream};
use crate::support::{Answer, Copy, Server, options};

/// What happens to the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    Untouched,
    Replaced,
}

type Given = Box<dyn Fn(&Server, &Value) -> String>;

struct Fault {
    name: &'static str,
    /// Prepares the server, which serves a valid document and its pages before. Returns what to refresh from.
    given: Given,
    ends: Ends,
    /// What standard output or the error must contain.
    says: Vec<&'static str>,
}

fn fault(
    name: &'static str,
    ends: Ends,
    says: &[&'static str],
    given: impl Fn(&Server, &Value) -> String + 'static,
) -> Fault {
    Fault {
        name,
        given: Box::new(given),
        ends,
        says: says.to_vec(),
    }
}

/// An answer that is not the document.
fn answer(name: &'static str, says: &[&'static str], answer: impl Fn(&Value) -> Answer + 'static) -> Fault {
    fault(name, Ends::Untouched, says, move |server, document| {
        server.route("/openapi.json", answer(document));
        server.url("/openapi.json")
    })
}

/// A document with a fault.
fn document(name: &'static str, says: &[&'static str], change: impl Fn(&mut Value) + 'static) -> Fault {
    answer(name, says, move |document| {
        let mut document = document.clone();
        change(&mut document);
        Answer::ok(document.to_string())
    })
}

/// A page with a fault: that of `GET /v1/user/me`.
fn page(name: &'static str, says: &[&'static str], change: impl Fn(&str) -> String + 'static) -> Fault {
    fault(name, Ends::Untouched, says, move |server, document| {
        let (name, page) = user_page(document);
        server.route(&format!("/endpoint/{name}"), Answer::ok(change(&page)));
        server.url("/llms.txt")
    })
}

fn user_page(document: &Value) -> (String, String) {
    let pages = crate::site::pages(document);
    pages
        .into_iter()
        .find(|(name, _)| name.contains("user-me"))
        .unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gzipped(bytes: Vec<u8>) -> Answer {
    Answer::Whole(200, vec!["content-encoding: gzip".to_owned()], bytes)
}

/// YAML with one line for each member of the document.
fn yaml(document: &Value, more: &str) -> Answer {
    let members = document.as_object().unwrap().iter();
    let lines: Vec<String> = members.map(|(key, value)| format!("{key}: {value}\n")).collect();
    Answer::ok(lines.concat() + more)
}

const DOCUMENT: &str = "/openapi.json: ";

fn faults() -> Vec<Fault> {
    use Ends::Replaced;
    let mut faults = vec![
        answer("not found", &[DOCUMENT, "404"], |_| Answer::status(404)),
        answer("forbidden", &[DOCUMENT, "403"], |_| Answer::status(403)),
        answer("broken for ever", &[DOCUMENT, "500", "(3 attempts)"], |_| {
            Answer::status(500)
        }),
        answer(
            "too many requests for ever",
            &[DOCUMENT, "429", "(3 attempts)"],
            |_| Answer::Whole(429, vec!["retry-after: 0".to_owned()], Vec::new()),
        ),
        fault("broken twice", Replaced, &["are written"], |server, document| {
            let then = Answer::ok(document.to_string());
            server.route(
                "/openapi.json",
                Answer::Each(vec![Answer::status(500), Answer::status(503), then]),
            );
            server.url("/openapi.json")
        }),
        fault("reset once", Replaced, &["are written"], |server, document| {
            let then = Answer::ok(document.to_string());
            server.route("/openapi.json", Answer::Each(vec![Answer::Raw(Vec::new()), then]));
            server.url("/openapi.json")
        }),
        answer(
            "no answer",
            &[DOCUMENT, "the response was not complete within 300ms"],
            |_| Answer::Silence,
        ),
        answer(
            "slow drip",
            &[DOCUMENT, "the response was not complete within 300ms"],
            |_| Answer::Drip,
        ),
        answer("cut off in the body", &[DOCUMENT, "(3 attempts)"], |_| {
            Answer::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"openapi\":".to_vec())
        }),
        answer("not HTTP", &[DOCUMENT], |_| {
            Answer::Raw(b"220 mail.example ESMTP\r\n".to_vec())
        }),
        answer("HTML", &[DOCUMENT, "HTML page"], |_| {
            Answer::ok("<!DOCTYPE html><title>Docs</title>")
        }),
        answer("an error in JSON", &[DOCUMENT, "not an OpenAPI document"], |_| {
            Answer::ok(r#"{"detail": "Not found"}"#)
        }),
        answer("truncated JSON", &[DOCUMENT, "cut short", "line 1"], |document| {
            Answer::ok(&document.to_string().as_bytes()[..500])
        }),
        fault("gzip", Replaced, &["are written"], |server, document| {
            server.route("/openapi.json", gzipped(gzip(document.to_string().as_bytes())));
            server.url("/openapi.json")
        }),
        answer("truncated gzip", &[DOCUMENT, "damaged"], |document| {
            let bytes = gzip(document.to_string().as_bytes());
            gzipped(bytes[..bytes.len() / 2].to_vec())
        }),
        answer("a bomb of gzip", &[DOCUMENT, "longer than 32 MB"], |_| {
            gzipped(gzip(&vec![b' '; 40 << 20]))
        }),
        answer("wrong charset", &[DOCUMENT, "Latin-1"], |document| {
            let text = document.to_string().replacen("\"0.9.0\"", "\"\u{e9}\"", 1);
            Answer::ok(
                text.chars()
                    .map(|character| u8::try_from(character).unwrap_or(b'?'))
                    .collect::<Vec<_>>(),
            )
        }),
        answer("UTF-16", &[DOCUMENT, "UTF-16"], |document| {
            Answer::ok(
                document
                    .to_string()
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<_>>(),
            )
        }),
        fault(
            "byte order mark",
            Replaced,
            &["are written"],
            |server, document| {
                server.route("/openapi.json", Answer::ok(format!("\u{feff}{document}")));
                server.url("/openapi.json")
            },
        ),
        answer(
            "redirect to another host",
            &[DOCUMENT, "another host", "localhost"],
            |_| Answer::redirect("http://localhost:9/openapi.json"),
        ),
        answer("redirect out of encryption", &[DOCUMENT, "use https"], |_| {
            Answer::redirect("http://docs.example/openapi.json")
        }),
        answer(
            "redirect loop",
            &[DOCUMENT, "redirects more than 5 times"],
            |_| Answer::redirect("/openapi.json"),
        ),
        fault(
            "redirect within the host",
            Replaced,
            &["are written"],
            |server, _| {
                server.route("/old.json", Answer::redirect("/openapi.json"));
                server.url("/old.json")
            },
        ),
        answer("33 MB", &[DOCUMENT, "longer than 32 MB"], |_| {
            Answer::ok(vec![b' '; 33 << 20])
        }),
        answer(
            "33 MB of unknown length",
            &[DOCUMENT, "longer than 32 MB"],
            |_| {
                let mut bytes = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
                bytes.resize(33 << 20, b' ');
                Answer::Raw(bytes)
            },
        ),
        answer("empty", &[DOCUMENT, "empty"], |_| Answer::ok("")),
        document(
            "version 3.0",
            &["openapi: the document is of version 3.0.3"],
            |document| {
                document["openapi"] = "3.0.3".into();
            },
        ),
        document(
            "version 2.0",
            &["swagger: the document is of version 2.0"],
            |document| {
                document.as_object_mut().unwrap().shift_remove("openapi");
                document["swagger"] = "2.0".into();
            },
        ),
        document(
            "not valid",
            &[DOCUMENT, "GET /v1/user/me › responses: "],
            |document| {
                document["paths"]["/v1/user/me"]["get"]["responses"] = json!([]);
            },
        ),
        document(
            "dangling reference",
            &[
                "components › schemas › User › $ref: ",
                "#/components/schemas/Nobody is not in the document",
            ],
            |document| {
                document["components"]["schemas"]["User"] = json!({ "$ref": "#/components/schemas/Nobody" });
            },
        ),
        document(
            "external reference",
            &["components › schemas › User › $ref: ", "is in another document"],
            |document| {
                document["components"]["schemas"]["User"] =
                    json!({ "$ref": "https://example.com/user.json" });
            },
        ),
        document("no operations", &["the document has no operation"], |document| {
            document["paths"] = json!({})
        }),
        document(
            "an operation that the overlay needs is gone",
            &["1 action lost its target", "/v1/user/me"],
            |document| {
                document["paths"]
                    .as_object_mut()
                    .unwrap()
                    .shift_remove("/v1/user/me");
            },
        ),
        document(
            "most operations are gone",
            &[
                "the document has 1 operation, the present one has 5",
                "--allow-shrink",
            ],
            |document| {
                document["paths"]
                    .as_object_mut()
                    .unwrap()
                    .retain(|path, _| path == "/v1/user/me");
            },
        ),
        document("cannot be generated", &["cannot be generated"], |document| {
            document["paths"]["/v1/user/me"]["get"]["x-databar-idempotent"] = "perhaps".into();
        }),
        answer(
            "duplicate keys in YAML",
            &[DOCUMENT, "duplicate key \"info\""],
            |document| yaml(document, "info: {}\n"),
        ),
        answer("tabs in YAML", &[DOCUMENT, "a tab"], |document| {
            yaml(document, "x-a:\n\tb: 1\n")
        }),
        answer(
            "two documents in YAML",
            &[DOCUMENT, "second YAML document"],
            |document| yaml(document, "---\na: 1\n"),
        ),
        answer("billion laughs", &[DOCUMENT, "values"], |_| {
            let levels =
                (1..40).map(|level| format!("a{level}: &a{level} [*a{0}, *a{0}, *a{0}]\n", level - 1));
            Answer::ok("a0: &a0 [x]\n".to_owned() + &levels.collect::<String>())
        }),
    ];
    faults.extend(page_faults());
    faults
}

fn page_faults() -> Vec<Fault> {
    use Ends::Untouched;
    const PAGE: &str = "/endpoint/get-v1-user-me.md: ";
    vec![
        page("page with two blocks", &[PAGE, "2 operations, in line"], |page| {
            format!("{page}\n{page}")
        }),
        page(
            "page whose line disagrees with its block",
            &[PAGE, "says GET /v1/user/you", "but the block has GET /v1/user/me"],
            |page| page.replacen("GET /v1/user/me", "GET /v1/user/you", 1),
        ),
        page("page that is cut off", &[PAGE, "line "], |page| {
            page[..page.len() / 2].to_owned()
        }),
        page("page in HTML", &[PAGE, "HTML page"], |_| {
            "<!doctype html><p>Sorry".to_owned()
        }),
        page("empty page", &[PAGE, "is empty"], |_| String::new()),
        page(
            "page with a component that another page has otherwise",
            &[
                "components › schemas › HTTPValidationError: ",
                "get-v1-user-me.md",
                "disagree",
                "+  \"title\": \"Other\"",
                "-  \"title\": \"HTTPValidationError\"",
            ],
            |page| page.replacen("\"title\": \"HTTPValidationError\"", "\"title\": \"Other\"", 1),
        ),
        page("page with another info", &["info: ", "disagree"], |page| {
            page.replacen("\"0.9.0\"", "\"0.9.1\"", 1)
        }),
        page("page of 5 MB", &[PAGE, "longer than 4 MB"], |page| {
            format!("{page}{}", "x\n".repeat(5 << 19))
        }),
        fault(
            "index with dead links",
            Untouched,
            &[
                "2 problems",
                "/endpoint/one.md: the server answers 404",
                "/endpoint/two.md",
            ],
            |server, document| {
                let pages = crate::site::pages(document);
                let index =
                    crate::site::index(&pages) + "- [One](/endpoint/one.md)\n- [Two](/endpoint/two.md)\n";
                server.route("/llms.txt", Answer::ok(index));
                server.url("/llms.txt")
            },
        ),
        fault(
            "index without pages",
            Untouched,
            &["has no link to a reference page"],
            |server, _| {
                server.route(
                    "/llms.txt",
                    Answer::ok("# Docs\n\n- [Chat](https://chat.example/)\n"),
                );
                server.url("/llms.txt")
            },
        ),
        fault(
            "index of 2,001 pages",
            Untouched,
            &["lists 2001 pages"],
            |server, _| {
                let index: String = (0..2_001)
                    .map(|number| format!("- /endpoint/{number}.md\n"))
                    .collect();
                server.route("/llms.txt", Answer::ok(index));
                server.url("/llms.txt")
            },
        ),
        fault(
            "index of guides only",
            Untouched,
            &["no page of 1 has an operation"],
            |server, _| {
                server.route("/llms.txt", Answer::ok("- /guide.md"));
                server.route("/guide.md", Answer::ok("# Guide"));
                server.url("/llms.txt")
            },
        ),
        fault("no server", Untouched, &["no connection"], |_, _| {
            "http://127.0.0.1:1/openapi.json".to_owned()
        }),
        fault("not encrypted", Untouched, &["use https"], |_, _| {
            "http://docs.example/openapi.json".to_owned()
        }),
        fault(
            "password in the address",
            Untouched,
            &["a user name or a password"],
            |_, _| "https://me:secret@docs.example/openapi.json".to_owned(),
        ),
        fault(
            "no such file",
            Untouched,
            &["missing.json: cannot be read"],
            |_, _| "missing.json".to_owned(),
        ),
        fault(
            "folder without an index",
            Untouched,
            &["has no llms.txt"],
            |_, _| std::env::temp_dir().join("..").to_str().unwrap().to_owned(),
        ),
    ]
}

#[test]
fn every_fault_leaves_the_files_as_they_were_or_all_new_and_says_what_and_where() {
    let good = upstream(&Copy::small());
    for fault in faults() {
        let copy = Copy::small();
        let server = Server::start();
        serve(&server, &good);
        let mut options = options(&(fault.given)(&server, &good));
        if fault.says.iter().any(|says| says.contains("300ms")) {
            options.patience = Patience {
                total: Duration::from_millis(300),
                ..options.patience
            };
        }
        let before = copy.files();
        let (result, said) = copy.refresh(&options);
        let name = fault.name;
        let error = result.as_ref().err().map(Failure::to_string).unwrap_or_default();
        for says in &fault.says {
            assert!(
                error.contains(says) || said.contains(says),
                "{name}: {says} is not in\n{error}\n{said}"
            );
        }
        assert!(!error.contains("secret"), "{name}: {error}");
        assert_eq!(copy.files() == before, fault.ends == Ends::Untouched, "{name}");
        assert_eq!(result.is_err(), fault.ends == Ends::Untouched, "{name}: {error}");
        let leftovers = fs::read_dir(copy.path().join(".openapi-refresh"))
            .unwrap()
            .count();
        assert_eq!(leftovers, 1, "{name}: only the lock between processes stays");
        if fault.ends == Ends::Replaced {
            assert_eq!(copy.document(), good, "{name}");
        }
    }
}

/// The steps that change the disk, in order.
fn steps() -> Vec<Step> {
    let files = ["openapi.json", "openapi.surface.txt", "openapi.lock.json"];
    let stage = files.map(Step::Stage);
    let moves = files.map(Step::Move);
    [&stage[..], &[Step::Commit], &moves, &[Step::Forget]].concat()
}

/// A refresh from a file with a new document.
fn new_document(copy: &Copy, before: impl Fn(Step) -> io::Result<()> + 'static) -> Options {
    let file = copy.path().join("new.json");
    fs::write(&file, upstream(copy).to_string()).unwrap();
    Options {
        before: Box::new(before),
        ..options(file.to_str().unwrap())
    }
}

#[test]
fn a_full_disk_at_any_step_leaves_all_or_none() {
    for full in steps() {
        let copy = Copy::small();
        let old = copy.files();
        let options = new_document(&copy, move |step| {
            if step == full {
                Err(io::Error::from(io::ErrorKind::StorageFull))
            } else {
                Ok(())
            }
        });
        let (result, _) = copy.refresh(&options);
        let error = result.unwrap_err().to_string();
        assert!(error.contains("no storage space"), "{full:?}: {error}");
        if full == Step::Forget {
            assert!(error.contains("the files are replaced"), "{full:?}: {error}");
            assert_eq!(copy.document(), upstream(&copy), "{full:?}");
        } else {
            assert!(error.contains("nothing was replaced"), "{full:?}: {error}");
            assert!(copy.files() == old, "{full:?}");
        }
    }
}

#[test]
fn a_refresh_that_is_killed_at_any_step_is_finished_or_forgotten_by_the_next() {
    for killed in steps() {
        let copy = Copy::small();
        let old = copy.files();
        let killing = new_document(&copy, move |step| {
            assert!(step != killed, "killed");
            Ok(())
        });
        let ended = catch_unwind(AssertUnwindSafe(|| copy.refresh(&killing)));
        assert!(ended.is_err(), "{killed:?}");
        let is_certain = matches!(killed, Step::Move(_) | Step::Forget);

        let mut out = Vec::new();
        let checked = xtask::check::run(copy.path(), &mut out).unwrap();
        let check = refresh::run(
            copy.path(),
            &Options {
                check: true,
                ..new_document(&copy, |_| Ok(()))
            },
            &mut out,
        );
        if is_certain {
            assert_eq!(checked, Outcome::Stale, "{killed:?}");
            assert!(
                String::from_utf8_lossy(&out).contains("run `cargo xtask refresh`"),
                "{killed:?}"
            );
            assert!(
                check.unwrap_err().to_string().contains("was killed"),
                "{killed:?}"
            );
        } else {
            assert_eq!(
                (checked, check.unwrap()),
                (Outcome::Done, Outcome::Stale),
                "{killed:?}"
            );
            assert!(copy.files() == old, "{killed:?}");
        }

        // The next refresh repairs what it finds, and then fails for another reason.
        let (result, said) = copy.refresh(&options("missing.json"));
        assert!(result.is_err());
        if is_certain {
            assert!(
                said.contains("the replacement is finished now"),
                "{killed:?}: {said}"
            );
            assert_eq!(copy.document()["info"]["version"], "0.9.0", "{killed:?}");
            let mut out = Vec::new();
            let checked = xtask::check::run(copy.path(), &mut out).unwrap();
            assert_eq!(
                checked,
                Outcome::Done,
                "{killed:?}: {}",
                String::from_utf8_lossy(&out)
            );
        } else {
            assert_eq!(
                said.contains("its temporary files are removed"),
                killed != steps()[0],
                "{killed:?}: {said}"
            );
            assert!(copy.files() == old, "{killed:?}");
        }
    }
}

#[test]
fn a_target_that_cannot_be_written_is_named() {
    let copy = Copy::small();
    let old = copy.files();
    fs::write(copy.path().join(".openapi-refresh"), "in the way").unwrap();
    let (result, _) = copy.refresh(&new_document(&copy, |_| Ok(())));
    let error = result.unwrap_err().to_string();
    assert!(error.contains(".openapi-refresh: cannot be written"), "{error}");
    assert!(copy.files() == old);
}

#[test]
fn two_refreshes_at_once_are_one_and_a_refusal() {
    let copy = Copy::small();
    let path = copy.path().to_owned();
    let file = copy.path().join("new.json");
    let other = move |step: Step| {
        if step == Step::Stage("openapi.json") {
            let result = refresh::run(
                Path::new(&path),
                &options(file.to_str().unwrap()),
                &mut Vec::new(),
            );
            let error = result.unwrap_err().to_string();
            assert!(error.contains("another refresh is running"), "{error}");
        }
        Ok(())
    };
    let (result, said) = copy.refresh(&new_document(&copy, other));
    assert_eq!(result.unwrap(), Outcome::Done, "{said}");
    assert_eq!(copy.document(), upstream(&copy));
}
