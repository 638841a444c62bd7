//! Borrows the first book of an author. Run it with the address of a library and the author.

use std::env::args;

/// The client, as `build.rs` generates it.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    reason = "generated code"
)]
mod library {
    include!(concat!(env!("OUT_DIR"), "/library.rs"));
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (Some(address), Some(author)) = (args().nth(1), args().nth(2)) else {
        return Err("usage: library-client ADDRESS AUTHOR".into());
    };
    let library = library::Client::new_with_client(&address, reqwest::Client::new());
    let books = library.list_books().author(author).await?;
    let book = books.first().ok_or("the library has no book by this author")?;
    let loan = library.borrow_book(book.isbn.as_str(), "Ada").weeks(2).await?;
    println!("{} is due on {}", book.title, loan.due);
    Ok(())
}
