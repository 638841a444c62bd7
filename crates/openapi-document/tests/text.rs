//! Input that is not the text of a document.

use std::fs;

use openapi_document::{ErrorKind, MAX_BYTES, from_path, from_slice};
use serde_json::json;

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(from_slice(b"\xEF\xBB\xBF{\"a\": 1}").unwrap(), json!({ "a": 1 }));
    assert_eq!(from_slice(b"\xEF\xBB\xBFa: 1").unwrap(), json!({ "a": 1 }));
}

#[test]
fn what_is_no_document_is_refused() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let cases: Vec<(Vec<u8>, ErrorKind, &str)> = vec![
        (b"".to_vec(), ErrorKind::Empty, "empty"),
        (b" \r\n\t ".to_vec(), ErrorKind::Empty, "empty"),
        (b"\xEF\xBB\xBF".to_vec(), ErrorKind::Empty, "empty"),
        (b"# only a comment\n".to_vec(), ErrorKind::Empty, "empty"),
        (b"---\n".to_vec(), ErrorKind::Empty, "empty"),
        (utf16("\u{feff}{}"), ErrorKind::Encoding, "UTF-16"),
        (utf16("{}"), ErrorKind::Encoding, "UTF-16"),
        (b"a: caf\xE9\n".to_vec(), ErrorKind::Encoding, "Latin-1"),
        (b"a: caf\xC3".to_vec(), ErrorKind::Encoding, "ends in the middle"),
        (b"\x1F\x8B\x08\x00".to_vec(), ErrorKind::Encoding, "0x8B"),
        (
            b"\n<!DOCTYPE html>\n<p>".to_vec(),
            ErrorKind::Markup,
            "this is an HTML page",
        ),
        (
            b"<?xml version=\"1.0\"?><html>".to_vec(),
            ErrorKind::Markup,
            "this is an HTML page",
        ),
        (
            b"<?xml version=\"1.0\"?><feed/>".to_vec(),
            ErrorKind::Markup,
            "XML",
        ),
        (b"Not Found".to_vec(), ErrorKind::NotAnObject, "\"Not Found\""),
        (b"[1]".to_vec(), ErrorKind::NotAnObject, "an array"),
        (b"12".to_vec(), ErrorKind::NotAnObject, "a number (12)"),
        (vec![b' '; MAX_BYTES + 1], ErrorKind::TooLarge, "32 MB"),
    ];
    for (bytes, kind, says) in cases {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        let error = from_slice(&bytes).expect_err(&shown);
        assert_eq!(error.kind(), kind, "{shown:?}: {error}");
        assert!(error.message().contains(says), "{shown:?}: {error}");
    }
}

#[test]
fn a_byte_that_is_not_utf_8_is_found() {
    let error = from_slice(b"a: 1\nb: \xC3\xA9\xE9\n").unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(2), Some(5)), "{error}");
}

#[test]
fn a_file_is_read_whatever_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.json");
    fs::write(&file, "a: 1").unwrap();
    assert_eq!(from_path(&file).unwrap(), json!({ "a": 1 }));
}

#[test]
fn an_error_begins_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing.yaml");
    let error = from_path(&file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    assert_eq!(error.file(), Some(&*file));
    assert!(
        error
            .to_string()
            .starts_with(&format!("{}: cannot be read: ", file.display())),
        "{error}"
    );

    fs::write(&file, "a: [").unwrap();
    let error = from_path(&file).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(&format!("{}: line ", file.display())),
        "{error}"
    );
    assert_eq!(
        from_path(folder.path()).unwrap_err().kind(),
        ErrorKind::Unreadable
    );
}
