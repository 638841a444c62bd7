//! Creating and listing tables.

use databar::{ErrorKind, TableId};

use crate::{companies, support::World};

#[tokio::test]
async fn a_created_table_is_listed_and_has_its_columns() {
    let world = World::start().await;
    let created = world
        .client
        .create_table("Leads")
        .columns(["Name", "Email"])
        .empty_rows(3)
        .await
        .unwrap();
    assert_eq!(created.data.name, "Leads");
    assert!(
        world
            .client
            .tables()
            .await
            .unwrap()
            .iter()
            .any(|table| table.identifier == created.data.identifier)
    );

    let table = created.handle.clone();
    assert_eq!(table.id(), created.data.identifier);
    let names: Vec<String> = table
        .columns()
        .await
        .unwrap()
        .into_iter()
        .map(|column| column.name)
        .collect();
    assert_eq!(names, ["Name", "Email"]);
    assert_eq!(table.rows().count().await.unwrap(), 3);
}

#[tokio::test]
async fn a_table_without_columns_is_one_without_columns() {
    let world = World::start().await;
    let created = world.client.create_table("Empty").await.unwrap();
    assert!(
        world
            .client
            .table(created.data.identifier)
            .columns()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn bad_names_are_refused_before_any_request() {
    let world = World::start().await;
    let leads = || world.client.create_table("Leads");
    for (create, words) in [
        (world.client.create_table(" "), "the table has no name"),
        (leads().columns(["A", ""]), "column 1 (from 0) has no name"),
        (leads().columns(["\t", "A"]), "column 0 (from 0) has no name"),
        (
            leads().columns(["A", "B", "A"]),
            r#"two columns have the name "A""#,
        ),
    ] {
        let error = create.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(words), "{error}");
    }
    assert_eq!(world.client.requests_sent(), 0);
}

#[tokio::test]
async fn a_table_that_is_not_there_is_not_found() {
    let world = World::start().await;
    companies(&world).await;
    let error = world
        .client
        .table(TableId(uuid::Uuid::nil()))
        .columns()
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
}
