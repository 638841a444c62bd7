//! Reading rows.

use std::pin::pin;

use databar::{ErrorKind, RowId, column};
use databar_sandbox::{Fault, FaultKind};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Map, Value, json};

use crate::{companies, rows, support::World};

#[derive(Debug, serde::Deserialize)]
struct Company {
    id: RowId,
    #[serde(rename = "Company")]
    company: String,
}

#[tokio::test]
async fn all_pages_come_in_order_and_are_asked_for_one_by_one() {
    let world = World::start().await;
    let table = companies(&world).await;
    let report = table.insert(rows(120)).await.unwrap();

    let read: Vec<Company> = table.rows().page_size(50).all().await.unwrap();
    let ids: Vec<&RowId> = read.iter().map(|company| &company.id).collect();
    assert_eq!(ids, report.ids().collect::<Vec<_>>());
    assert_eq!(read[119].company, "Company 119");
    assert_eq!(world.arrived("list_rows"), 3);

    let mut stream = pin!(table.rows().page_size(50).stream::<Company>());
    for _ in 0..50 {
        stream.next().await.unwrap().unwrap();
    }
    assert_eq!(
        world.arrived("list_rows"),
        4,
        "the second page is not requested before it is needed"
    );
}

#[tokio::test]
async fn every_operator_filters() {
    let world = World::start().await;
    let table = companies(&world).await;
    table.insert(rows(12)).await.unwrap();
    table
        .insert([serde_json::json!({ "Company": "No domain" })])
        .await
        .unwrap();

    for (filter, expected) in [
        (column("Company").equals("Company 3"), 1),
        (column("Company").not_equals("Company 3"), 12),
        (column("Company").contains("COMPANY 1"), 3),
        (column("Domain").is_empty(), 1),
        (column("Domain").is_not_empty(), 12),
        (
            column("Company")
                .contains("1")
                .and(column("Domain").contains("0")),
            1,
        ),
    ] {
        let text = filter.to_string();
        assert_eq!(
            table.rows().filter(filter).count().await.unwrap(),
            expected,
            "{text}"
        );
    }
    let filter = column("Company").contains("1");
    let read: Vec<Map<String, Value>> = table
        .rows()
        .filter(filter)
        .filter(column("Domain").contains("11"))
        .all()
        .await
        .unwrap();
    assert_eq!(read.len(), 1, "a row must match both filters");
}

#[tokio::test]
async fn bad_arguments_are_refused_before_any_request() {
    let world = World::start().await;
    let table = companies(&world).await;
    let sent = world.client.requests_sent();
    for request in [table.rows().page_size(0), table.rows().page_size(501)] {
        let error = request.all::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    let twice = column("A").equals("1").and(column("A").equals("2"));
    let error = table.rows().filter(twice).all::<Value>().await.unwrap_err();
    assert!(
        error.to_string().contains("two conditions on the column \"A\""),
        "{error}"
    );
    for name in ["", " "] {
        let nameless = column("A").equals("1").and(column(name).is_empty());
        let error = table.rows().filter(nameless).count().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("a column without a name"), "{error}");
    }
    assert_eq!(world.client.requests_sent(), sent);
}

/// Answers the requests with these pages, one after another.
fn answer(world: &World, pages: impl IntoIterator<Item = Value>) {
    for page in pages {
        world.fault(Fault::new(FaultKind::json(200, &page)).on("list_rows").times(1));
    }
}

/// Rows in which only the id matters.
fn with_ids(ids: impl IntoIterator<Item = usize>) -> Value {
    ids.into_iter()
        .map(|id| json!({ "id": format!("row {id}") }))
        .collect()
}

#[tokio::test]
async fn a_service_that_does_not_say_whether_there_is_more_is_read_to_the_end() {
    let full = [with_ids(0..2), with_ids(2..4), with_ids([])].map(|data| json!({ "data": data }));
    let short = [with_ids(0..2), with_ids(2..3)].map(|data| json!({ "data": data, "total_count": 3 }));
    let alone = [json!({ "data": with_ids(0..2) })];
    for (size, pages, expected) in [
        (2, full.to_vec(), 4),
        (500, short.to_vec(), 3),
        (500, alone.to_vec(), 2),
    ] {
        let world = World::start().await;
        let table = companies(&world).await;
        let requests = pages.len();
        answer(&world, pages);
        let read: Vec<Value> = table.rows().page_size(size).all().await.unwrap();
        assert_eq!((read.len(), world.arrived("list_rows")), (expected, requests));
    }
}

#[tokio::test]
async fn a_service_that_gives_another_page_than_was_asked_for_is_stopped() {
    let repeated = json!({ "data": with_ids(0..3), "has_next_page": true });
    let first = json!({ "data": with_ids(0..3), "has_next_page": true, "page": 1 });
    let renumbered = json!({ "data": with_ids(3..6), "has_next_page": true, "page": 1 });
    for (pages, words) in [
        ([repeated.clone(), repeated], "the same as the page before"),
        ([first, renumbered], "page 2 of the list is wrong: page 1 came"),
    ] {
        let world = World::start().await;
        let table = companies(&world).await;
        answer(&world, pages);
        let mut stream = pin!(table.rows().stream::<Value>());
        for _ in 0..3 {
            stream.try_next().await.unwrap().unwrap();
        }
        let error = stream.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Inconsistent);
        assert_eq!(error.operation(), Some("list_rows"));
        assert!(error.to_string().contains(words), "{error}");
        assert!(stream.next().await.is_none());
        assert_eq!(world.arrived("list_rows"), 2);
    }
}

#[tokio::test]
async fn rows_before_one_that_does_not_fit_are_given_out() {
    let world = World::start().await;
    let table = companies(&world).await;
    let mut input = rows(5);
    input[2]["Company"] = json!(null);
    input[2]["Domain"] = json!("long.example/".repeat(1000));
    table.insert(input).await.unwrap();

    let mut stream = pin!(table.rows().stream::<Company>());
    for number in 0..2 {
        let company = stream.try_next().await.unwrap().unwrap().company;
        assert_eq!(company, format!("Company {number}"));
    }
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.operation(), Some("list_rows"));
    assert_eq!(error.json_path(), Some("data[2].Company"));
    assert!(!error.may_have_run());
    assert!((1..=2048).contains(&error.excerpt().unwrap().len()));
    assert_eq!(error.data().unwrap()["Company"], Value::Null);
    let text = error.to_string();
    assert!(text.contains("item 2 of page 1") && text.len() < 3000, "{text}");
    assert!(!text.contains("newer version of this crate"), "{text}");
    assert!(stream.next().await.is_none(), "the stream ends with the error");
    assert_eq!(world.arrived("list_rows"), 1);
}

#[tokio::test]
async fn an_empty_page_that_says_there_are_more_is_an_error() {
    let world = World::start().await;
    let table = companies(&world).await;
    for page in [
        json!({ "data": [], "has_next_page": true }),
        json!({ "data": [], "total_count": 7 }),
    ] {
        world.fault(Fault::new(FaultKind::json(200, &page)).on("list_rows").times(1));
        let error = table.rows().all::<Value>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Inconsistent, "{page}");
        assert!(
            error
                .to_string()
                .contains("it is empty and says that there are more"),
            "{error}"
        );
    }
    let page = json!({ "data": [], "has_next_page": false, "total_count": 7 });
    world.fault(Fault::new(FaultKind::json(200, &page)).on("list_rows").times(1));
    assert!(table.rows().all::<Value>().await.unwrap().is_empty());
}
