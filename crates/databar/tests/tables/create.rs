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
    assert_eq!(created.name, "Leads");
    assert!(
        world
            .client
            .tables()
            .await
            .unwrap()
            .iter()
            .any(|table| table.identifier == created.identifier)
    );

    let table = world.client.table(created.identifier);
    assert_eq!(table.id(), TableId::from(created.identifier));
    let names: Vec<String> = table
        .columns()
        .await
        .unwrap()
        .into_iter()
        .map(|column| column.name)
        .collect();
    assert_eq!(names, ["Name", "Email"]);
    assert_eq!(table.rows().count().await.unwrap(), 3);
    world.finish();
}

#[tokio::test]
async fn a_table_without_columns_is_one_without_columns() {
    let world = World::start().await;
    let created = world.client.create_table("Empty").await.unwrap();
    assert!(
        world
            .client
            .table(created.identifier)
            .columns()
            .await
            .unwrap()
            .is_empty()
    );
    world.finish();
}

#[tokio::test]
async fn a_table_without_a_name_is_refused_here() {
    let world = World::start().await;
    let error = world.client.create_table(" ").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(world.client.requests_sent(), 0);
    world.finish();
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
    world.finish();
}
