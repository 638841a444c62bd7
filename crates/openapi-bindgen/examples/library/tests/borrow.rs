//! The program borrows a book from a library that answers two requests.

#![allow(
    clippy::unwrap_used,
    reason = "clippy's exception for tests does not reach their helpers"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;

/// Answers a request, and gives its first line and its body.
fn answer(connection: &mut BufReader<TcpStream>, status: &str, body: &str) -> (String, String) {
    let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
    connection.read_line(&mut first).unwrap();
    while connection.read_line(&mut line).unwrap() > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut sent = vec![0; length];
    connection.read_exact(&mut sent).unwrap();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.get_mut().write_all(answer.as_bytes()).unwrap();
    (first.trim_end().to_owned(), String::from_utf8(sent).unwrap())
}

#[test]
fn the_first_book_of_an_author_is_borrowed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let library = thread::spawn(move || {
        let mut connection = BufReader::new(listener.accept().unwrap().0);
        let books = r#"[{ "isbn": "978-0", "title": "Emma", "author": "Jane Austen" }]"#;
        [
            answer(&mut connection, "200 OK", books),
            answer(
                &mut connection,
                "201 Created",
                r#"{ "isbn": "978-0", "due": "2027-01-08" }"#,
            ),
        ]
    });
    let run = Command::new(env!("CARGO_BIN_EXE_library-client"))
        .args([&address, "Jane Austen"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stderr), "");
    assert_eq!(
        String::from_utf8_lossy(&run.stdout),
        "Emma is due on 2027-01-08\n"
    );
    let [list, borrow] = library.join().unwrap();
    assert_eq!(list.0, "GET /books?author=Jane%20Austen HTTP/1.1");
    assert_eq!(borrow.0, "POST /books/978-0/loans HTTP/1.1");
    assert_eq!(borrow.1, r#"{"reader":"Ada","weeks":2}"#);
}
