//! Checks all programs with one call of cargo.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use openapi_bindgen::Package;
use serde_json::Value;

/// The crate of a document, and the programs to compile against it.
pub(crate) struct Library {
    package: Package,
    programs: Vec<(String, String)>,
}

impl Library {
    pub(crate) fn of(package: Package) -> Self {
        Self {
            package,
            programs: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, name: String, program: String) {
        self.programs.push((name, program));
    }

    fn write(&self, folder: &Path) {
        fs::create_dir_all(folder.join("src/bin")).unwrap();
        for (path, content) in &self.package.files {
            let content = match *path {
                // No document here needs it, and its dependencies are not in the lock file of this workspace.
                "Cargo.toml" => content.replace("\"multipart\", ", ""),
                "src/lib.rs" => content.clone(),
                _ => continue,
            };
            fs::write(folder.join(path), content).unwrap();
        }
        for (name, program) in &self.programs {
            fs::write(folder.join(format!("src/bin/{name}.rs")), program).unwrap();
        }
    }
}

/// The result for each program: it compiles, or its first error.
pub(crate) struct Verdicts(BTreeMap<String, Option<String>>);

impl Verdicts {
    pub(crate) fn error(&self, program: &str) -> Option<&str> {
        let verdict = self.0.get(program);
        // A program compiles only if cargo reported it.
        verdict
            .unwrap_or_else(|| panic!("cargo said nothing of {program}"))
            .as_deref()
    }
}

pub(crate) fn check(libraries: &[Library]) -> Verdicts {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("rust_verdicts");
    write(libraries, &folder);
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--workspace", "--bins", "--keep-going"])
        .args(["--message-format=json", "--quiet"])
        .current_dir(&folder)
        // `cargo xtask corpus --compile` has built most of the same dependencies there.
        .env("CARGO_TARGET_DIR", target.join("corpus/target"))
        .env_remove("RUSTFLAGS")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let messages = String::from_utf8(output.stdout).unwrap();
    let verdicts = read(&messages);
    assert!(
        !verdicts.0.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    verdicts
}

fn write(libraries: &[Library], folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    for library in libraries {
        library.write(&folder.join("crates").join(&library.package.name));
    }
    let manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n\
                    [profile.dev]\ndebug = false\nincremental = false\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions that this workspace is tested with. They are on this machine already.
    let lock = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).unwrap();
}

fn read(messages: &str) -> Verdicts {
    let mut verdicts = BTreeMap::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let target = &message["target"];
        let name = target["name"].as_str().unwrap_or_default().to_owned();
        let is_library = target["kind"] != serde_json::json!(["bin"]);
        let error = &message["message"];
        match message["reason"].as_str() {
            Some("compiler-artifact") if !is_library => {
                verdicts.entry(name).or_insert(None);
            }
            Some("compiler-message") if error["level"] == "error" => {
                assert!(!is_library, "{name}: {error:#}");
                let text = error["message"].as_str().unwrap_or_default().to_owned();
                verdicts.entry(name).or_insert(Some(text));
            }
            _ => {}
        }
    }
    Verdicts(verdicts)
}
