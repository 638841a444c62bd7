//! Files of this crate that a test writes.

use std::fs;
use std::path::Path;

/// Checks that a file of the crate is as expected. With `UPDATE_GOLDEN=1`, it is written first. `test` is the
/// name of the test binary.
pub(crate) fn assert_golden(file: &str, expected: &str, test: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, expected).unwrap();
    }
    assert_eq!(
        fs::read_to_string(file).unwrap_or_default(),
        expected,
        "run UPDATE_GOLDEN=1 cargo test -p databar --test {test}"
    );
}
