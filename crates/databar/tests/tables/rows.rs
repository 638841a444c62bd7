//! Reading rows.

use std::pin::pin;

use databar::{ErrorKind, RowId, column};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Map, Value};

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
        "the second page is not asked for before it is wanted"
    );
    world.finish();
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
    assert_eq!(read.len(), 1, "two filters must both hold");
    world.finish();
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
    assert_eq!(world.client.requests_sent(), sent);
    world.finish();
}

#[tokio::test]
async fn a_row_that_does_not_fit_is_named() {
    #[derive(Debug, serde::Deserialize)]
    struct Wrong {
        #[serde(rename = "Company")]
        _company: u32,
    }
    let world = World::start().await;
    let table = companies(&world).await;
    table.insert(rows(2)).await.unwrap();
    let error = table
        .rows()
        .stream::<Wrong>()
        .boxed()
        .try_next()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("row 0 of page 1"), "{error}");
    world.finish();
}
