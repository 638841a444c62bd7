//! Tables: a handle on a table, and the calls on it.

use std::collections::BTreeSet;

use databar_api::builder::folder::MoveTableToFolder;
use databar_api::builder::table::{
    ClearTable, DedupeRows, DeleteTable, DuplicateTable, ListTables, MoveTable, RenameTable,
};
use databar_api::types;
use futures::future::BoxFuture;

use crate::created::{Create, Created};
use crate::invalid::invalid;
use crate::{Client, ColumnId, Error, FolderId, TableId, WorkbookId};

/// A handle on a table, created by [`Client::table`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let created = databar.create_table("Leads").columns(["Email"]).await?;
/// created.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
///
/// // Later, from the id alone.
/// let table = databar.table(created.id());
/// assert_eq!(table.rows().count().await?, 1);
/// table.delete().await?;
/// assert!(table.columns().await.unwrap_err().is_not_found());
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    client: Client,
    id: TableId,
}

impl Client {
    /// Returns a handle on the table with this id, without a request.
    #[must_use]
    pub fn table(&self, id: TableId) -> Table {
        Table {
            client: self.clone(),
            id,
        }
    }

    /// Lists all tables of the workspace.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let table = databar.create_table("Leads").await?;
    /// let tables = databar.tables().await?;
    /// assert_eq!((tables[0].identifier, tables[0].name.as_str()), (table.id(), "Leads"));
    /// # Ok(()) });
    /// ```
    pub fn tables(&self) -> ListTables {
        self.api().list_tables()
    }

    /// Creates a table. The methods of [`CreateTable`] set its columns and rows; await it to send the
    /// request.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let table = databar.create_table("Leads").columns(["Company", "Domain"]).await?;
    /// assert_eq!(table.data.name, "Leads");
    /// assert_eq!(table.columns().await?.len(), 2);
    /// # Ok(()) });
    /// ```
    pub fn create_table(&self, name: impl Into<String>) -> CreateTable {
        CreateTable {
            client: self.clone(),
            name: name.into(),
            columns: Vec::new(),
            rows: 0,
        }
    }
}

impl Table {
    /// The table's id.
    #[must_use]
    pub fn id(&self) -> TableId {
        self.id
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Renames the table.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// assert_eq!(table.rename("Old leads").await?.name, "Old leads");
    /// # Ok(()) });
    /// ```
    pub fn rename(&self, name: impl Into<String>) -> RenameTable {
        self.client.api().rename_table(self.id, name)
    }

    /// Deletes the table. Sources disagree on whether it goes to the trash; see [`Client::trash`].
    pub fn delete(&self) -> DeleteTable {
        self.client.api().delete_table(self.id)
    }

    /// Copies the table with its rows into a new workbook.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// let copy = table.duplicate().await?;
    /// assert_ne!(copy.id(), table.id());
    /// assert_eq!(copy.rows().count().await?, 1);
    /// # Ok(()) });
    /// ```
    pub fn duplicate(&self) -> Create<DuplicateTable, Table, types::Table> {
        let (client, request) = (self.client.clone(), self.client.api().duplicate_table(self.id));
        Create::new(request, move |table: &types::Table| {
            Ok(client.table(table.identifier))
        })
    }

    /// Deletes all rows. The service answers at once and deletes them later.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "ada@example.com" })]).await?;
    /// table.clear().await?;
    /// # sandbox.advance(std::time::Duration::from_secs(60));
    /// // After a while:
    /// assert_eq!(table.rows().count().await?, 0);
    /// # Ok(()) });
    /// ```
    pub fn clear(&self) -> ClearTable {
        self.client.api().clear_table(self.id)
    }

    /// Deletes rows that have equal values in these columns, except for the oldest row of each group. If
    /// `columns` is empty, all columns are compared.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Email"]).await?;
    /// # table.insert([serde_json::json!({ "Email": "a" }), serde_json::json!({ "Email": "a" })]).await?;
    /// let email = table.columns().await?[0].identifier;
    /// assert_eq!(table.dedupe([email]).await?.count_rows_delete, 1);
    /// # Ok(()) });
    /// ```
    pub fn dedupe(&self, columns: impl IntoIterator<Item = ColumnId>) -> DedupeRows {
        let columns: Vec<_> = columns.into_iter().map(|column| column.0).collect();
        let request = self.client.api().dedupe_rows(self.id);
        match columns.is_empty() {
            true => request,
            false => request.columns(columns),
        }
    }

    /// Moves the table to the end of another workbook.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// let other = databar.create_table("Customers").await?;
    /// let workbook = other.data.workbook.clone().ok_or("a table without a workbook")?;
    /// table.move_to_workbook(workbook.clone()).await?;
    /// assert_eq!(databar.workbook(workbook).get().await?.tables[1].identifier, table.id());
    /// # Ok(()) });
    /// ```
    pub fn move_to_workbook(&self, workbook: WorkbookId) -> MoveTable {
        self.client.api().move_table(self.id).workbook(workbook)
    }

    /// Moves the table to a new workbook; [`name`](MoveTable::name) sets the workbook's name.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// table.move_to_new_workbook().name("On its own").await?;
    /// let workbooks = databar.workbooks().await?;
    /// assert!(workbooks.iter().any(|workbook| workbook.name == "On its own" && workbook.tables.len() == 1));
    /// # Ok(()) });
    /// ```
    pub fn move_to_new_workbook(&self) -> MoveTable {
        self.client.api().move_table(self.id).new_workbook(true)
    }

    /// Moves the table to a folder.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").await?;
    /// let folder = databar.create_folder("Sales").await?;
    /// table.move_to_folder(folder.id()).await?;
    /// assert_eq!(databar.folders().await?[0].table_count, Some(1));
    /// table.move_out_of_folder().await?;
    /// assert_eq!(databar.folders().await?[0].table_count, Some(0));
    /// # Ok(()) });
    /// ```
    pub fn move_to_folder(&self, folder: FolderId) -> MoveTableToFolder {
        self.client.api().move_table_to_folder(self.id).folder_id(folder)
    }

    /// Takes the table out of its folder.
    pub fn move_out_of_folder(&self) -> MoveTableToFolder {
        self.client.api().move_table_to_folder(self.id).folder_id_null()
    }
}

/// A request to create a table, started by [`Client::create_table`]. Awaiting it sends the request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use databar::ErrorKind;
///
/// let table = databar.create_table("Leads").columns(["Name", "Email"]).empty_rows(3).await?;
/// assert_eq!(table.rows().count().await?, 3);
///
/// let twice = databar.create_table("Leads").columns(["Email", "Email"]).await;
/// assert_eq!(twice.unwrap_err().kind(), ErrorKind::InvalidInput);
/// # Ok(()) });
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput), before any request, when the table or a
/// column has no name, or two columns have the same name; otherwise the [`Error`] of the request. The request
/// is sent once; see [`Error::may_have_run`].
#[derive(Debug, Clone)]
#[must_use = "no table is created until it is awaited"]
pub struct CreateTable {
    client: Client,
    name: String,
    columns: Vec<String>,
    rows: u32,
}

impl CreateTable {
    /// Sets the names of the columns, in order. Default: no columns.
    pub fn columns<C>(mut self, names: C) -> Self
    where
        C: IntoIterator,
        C::Item: Into<String>,
    {
        self.columns = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the number of empty rows that the table starts with. Default: 0.
    pub fn empty_rows(mut self, rows: u32) -> Self {
        self.rows = rows;
        self
    }

    async fn send(self) -> Result<Created<Table, types::Table>, Error> {
        if self.name.trim().is_empty() {
            return Err(invalid("the table has no name; give it one"));
        }
        let mut seen = BTreeSet::new();
        for (index, name) in self.columns.iter().enumerate() {
            let reason = if name.trim().is_empty() {
                format!("column {index} (from 0) has no name")
            } else if !seen.insert(name.as_str()) {
                format!("two columns have the name {name:?}")
            } else {
                continue;
            };
            return Err(invalid(reason));
        }
        let request = self.client.api().create_table().name(self.name);
        let data = request.columns(self.columns).rows(i64::from(self.rows)).await?;
        let handle = self.client.table(data.identifier);
        Ok(Created { handle, data })
    }
}

impl IntoFuture for CreateTable {
    type Output = Result<Created<Table, types::Table>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
