//! A server with prepared answers, and a copy of the workspace to work on.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::Duration;

use anstream::StripStream;
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use xtask::refresh::{Options, Patience};
use xtask::{Failure, Outcome, refresh};

use crate::small;

/// The files that a refresh replaces.
pub(crate) const REPLACED: [&str; 3] = ["openapi.json", "openapi.lock.json", "openapi.surface.txt"];

/// A copy of the files of this workspace that the commands need.
pub(crate) struct Copy {
    folder: TempDir,
}

impl Copy {
    /// A copy of this workspace.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for name in REPLACED.iter().chain(&["openapi.overlay.json"]) {
            fs::copy(workspace.join(name), folder.path().join(name)).unwrap();
        }
        let facade = Path::new("crates/databar");
        copy_folder(
            &workspace.join(facade).join("src"),
            &folder.path().join(facade).join("src"),
        );
        let left_out = facade.join("left-out.json");
        fs::copy(workspace.join(&left_out), folder.path().join(&left_out)).unwrap();
        Self { folder }
    }

    /// A workspace that is fast to generate from.
    pub(crate) fn small() -> Self {
        static SMALL: LazyLock<Copy> = LazyLock::new(Copy::make_small);
        let copy = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        copy_folder(SMALL.path(), copy.path());
        copy
    }

    fn make_small() -> Self {
        let copy = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(copy.path().join("crates/databar/src")).unwrap();
        copy.write("crates/databar/src/lib.rs", small::FACADE);
        copy.write("crates/databar/left-out.json", &small::left_out().to_string());
        copy.write("openapi.overlay.json", &format!("{:#}\n", small::overlay()));
        let text = format!("{:#}\n", small::document());
        let lock = json!({
            "lock_version": 1,
            "source": { "kind": "assembled", "address": "nowhere" },
            "retrieved_at": null,
            "upstream_version": "0.1.2",
            "etag": null,
            "sha256": { "raw": null, "canonical": sha256(&text) },
            "pages": [],
            "tool": null
        });
        copy.write("openapi.json", &text);
        copy.write("openapi.lock.json", &lock.to_string());
        xtask::surface::run(true, copy.path()).unwrap();
        fs::remove_dir_all(copy.path().join(".openapi-refresh")).unwrap();
        copy
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// The bytes of the three files.
    pub(crate) fn files(&self) -> Vec<Option<Vec<u8>>> {
        REPLACED
            .iter()
            .map(|name| fs::read(self.path().join(name)).ok())
            .collect()
    }

    pub(crate) fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.read("openapi.json")).unwrap()
    }

    /// Refreshes, and also returns what was printed, without colours.
    pub(crate) fn refresh(&self, options: &Options) -> (Result<Outcome, Failure>, String) {
        let mut out = StripStream::new(Vec::new());
        let result = refresh::run(self.path(), options, &mut out);
        (result, String::from_utf8(out.into_inner()).unwrap())
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Options with short time limits and pauses.
pub(crate) fn options(from: &str) -> Options {
    Options {
        from: Some(from.to_owned()),
        patience: Patience {
            attempts: 3,
            pause: Duration::from_millis(1),
            connect: Duration::from_secs(5),
            total: Duration::from_secs(20),
        },
        ..Options::default()
    }
}

/// The answer of the server to a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A whole answer: status, header lines, body.
    Whole(u16, Vec<String>, Vec<u8>),
    /// These bytes, after which the connection is closed.
    Raw(Vec<u8>),
    /// An endless body, a byte at a time.
    Drip,
    /// No answer; the connection stays open.
    Silence,
    /// One after the other. The last one is repeated.
    Each(Vec<Answer>),
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Whole(200, Vec::new(), body.into())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Whole(status, Vec::new(), b"sorry".to_vec())
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::Whole(302, vec![format!("location: {to}")], Vec::new())
    }
}

/// A request that was received.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) is_conditional: bool,
    pub(crate) head: String,
}

type Routes = Arc<Mutex<HashMap<String, Answer>>>;

/// A server on the loopback interface. Whole answers of status 200 have an ETag, and a request with that ETag
/// gets 304.
pub(crate) struct Server {
    address: String,
    routes: Routes,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let routes = Routes::default();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let shared = (Arc::clone(&routes), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (routes, requests) = (Arc::clone(&shared.0), Arc::clone(&shared.1));
                // A client may hang up at any time.
                thread::spawn(move || serve(stream, &routes, &requests).ok());
            }
        });
        Self {
            address,
            routes,
            requests,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub(crate) fn route(&self, path: &str, answer: Answer) {
        self.routes.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// The requests since the last call.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

fn serve(mut stream: TcpStream, routes: &Routes, requests: &Mutex<Vec<Request>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let head = head.to_ascii_lowercase();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let condition = head.lines().find_map(|line| line.strip_prefix("if-none-match: "));
        let request = Request {
            is_conditional: condition.is_some(),
            head: head.clone(),
        };
        requests.lock().unwrap().push(request);
        let answer = next_answer(routes, &path);
        match answer {
            Answer::Whole(status, headers, body) => {
                let tag = format!(
                    "\"{:x}\"",
                    body.iter().fold(7_u64, |sum, byte| {
                        sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
                    })
                );
                if status == 200 && condition == Some(&tag) {
                    write!(stream, "HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n")?;
                    continue;
                }
                write!(
                    stream,
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n",
                    body.len()
                )?;
                if status == 200 {
                    write!(stream, "etag: {tag}\r\n")?;
                }
                for header in headers {
                    write!(stream, "{header}\r\n")?;
                }
                write!(stream, "\r\n")?;
                stream.write_all(&body)?;
            }
            Answer::Raw(bytes) => {
                stream.write_all(&bytes)?;
                return Ok(());
            }
            Answer::Drip => {
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")?;
                loop {
                    stream.write_all(b" ")?;
                    stream.flush()?;
                    thread::park_timeout(Duration::from_millis(20));
                }
            }
            Answer::Silence | Answer::Each(_) => {
                // Until the client hangs up.
                let mut rest = String::new();
                reader.read_line(&mut rest)?;
                return Ok(());
            }
        }
    }
}

fn next_answer(routes: &Routes, path: &str) -> Answer {
    match routes.lock().unwrap().get_mut(path) {
        None => Answer::status(404),
        Some(Answer::Each(answers)) if answers.len() > 1 => answers.remove(0),
        Some(Answer::Each(answers)) => answers.first().cloned().unwrap_or(Answer::Silence),
        Some(answer) => answer.clone(),
    }
}
