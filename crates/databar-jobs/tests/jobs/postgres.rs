//! A PostgreSQL server for the tests of this process, with its own folder and port.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Connection as _;
use tokio::sync::OnceCell;

/// Set to `required` where the tests must not be skipped.
const REQUIRED: &str = "DATABAR_JOBS_POSTGRES";

static SERVER: OnceCell<Option<Server>> = OnceCell::const_new();

/// The server stops when its standard input is closed, so at the latest when this process ends.
struct Server {
    port: u16,
    _process: Child,
}

/// The address of an empty database. Without PostgreSQL it is `None`, and a line on standard error says so.
pub(crate) async fn database(test: &str) -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(Server::start).await.as_ref();
    let Some(server) = server else {
        assert!(
            std::env::var(REQUIRED).as_deref() != Ok("required"),
            "PostgreSQL is not installed; Debian's package `postgresql` has it"
        );
        // Written directly, because the test harness would capture it.
        let line = format!("left out: databar-jobs postgres::{test}, since PostgreSQL is not installed\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return None;
    };
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(&server.address("postgres"))
        .await
        .unwrap();
    sqlx::query(&format!("CREATE DATABASE {name}"))
        .execute(&mut connection)
        .await
        .unwrap();
    Some(server.address(&name))
}

impl Server {
    async fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new()
            .prefix("databar-jobs-postgres")
            .tempdir()
            .unwrap()
            .keep();
        let data = folder.join("data");
        // PostgreSQL refuses to run as root.
        let user = user_for(&folder);
        let as_user = |program: &str| {
            let mut command = Command::new(programs.join(program));
            if let Some(user) = user {
                command.uid(user).gid(user);
            }
            command.current_dir(&folder);
            command
        };
        let made = as_user("initdb")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let script = format!(
            "'{}' -D '{}' -h 127.0.0.1 -p {port} -c unix_socket_directories='' -c fsync=off -c max_connections=200 \
             >'{}' 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf '{}'",
            programs.join("postgres").display(),
            data.display(),
            folder.join("log").display(),
            folder.display(),
        );
        let mut command = Command::new("sh");
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let process = command
            .args(["-c", &script])
            .stdin(Stdio::piped())
            // Ctrl-C in a terminal is meant for the tests; the server stops after them.
            .process_group(0)
            .spawn()
            .unwrap();
        let server = Self {
            port,
            _process: process,
        };
        for _ in 0..300 {
            if sqlx::PgConnection::connect(&server.address("postgres"))
                .await
                .is_ok()
            {
                return Some(server);
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start: {log}");
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

/// The folder with `initdb` and `postgres`: from `PATH`, or the newest version where Debian installs it.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    versions.reverse();
    folders.extend(versions);
    let found = folders.into_iter().find(|folder| {
        ["initdb", "postgres"]
            .iter()
            .all(|program| folder.join(program).is_file())
    })?;
    // `initdb` looks for its files beside itself, not beside a link to it.
    Some(found.join("initdb").canonicalize().ok()?.parent()?.to_owned())
}

/// The user that runs the server and owns the folder: `None` for the user that runs the tests.
fn user_for(folder: &Path) -> Option<u32> {
    let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(folder).unwrap()) == 0;
    if !is_root {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id = |name: &str| {
        let line = users.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        line.split(':').nth(2)?.parse().ok()
    };
    let user = id("postgres").or_else(|| id("nobody")).unwrap_or(65534);
    std::os::unix::fs::chown(folder, Some(user), Some(user)).unwrap();
    Some(user)
}
