//! The columns of a table.

use databar_api::builder::table::{CreateColumn, DeleteColumn, ListColumns, RenameColumn, ReorderColumn};
use databar_api::types;

use crate::created::Create;
use crate::table::Table;
use crate::{Client, ColumnId, TableId};

/// A handle on a column, created by [`Table::column`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let table = databar.create_table("Leads").columns(["Name", "Email"]).await?;
/// let age = table.create_column("Age").with(|column| column.type_("number")).await?;
/// age.rename("Years").await?;
/// age.move_to(0).await?;
///
/// let columns = table.columns().await?;
/// let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
/// assert_eq!(names, ["Years", "Name", "Email"]);
/// assert_eq!(columns[0].identifier, age.id());
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Column {
    client: Client,
    table: TableId,
    id: ColumnId,
}

impl Table {
    /// Lists the columns of the table, in order.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let table = databar.create_table("Leads").columns(["Name", "Email"]).await?;
    /// let columns = table.columns().await?;
    /// assert_eq!(columns[1].name, "Email");
    /// assert_eq!(columns[1].type_of_value, "text");
    /// # Ok(()) });
    /// ```
    pub fn columns(&self) -> ListColumns {
        self.client().api().list_columns(self.id())
    }

    /// Returns a handle on the column with this id, without a request.
    #[must_use]
    pub fn column(&self, id: ColumnId) -> Column {
        Column {
            client: self.client().clone(),
            table: self.id(),
            id,
        }
    }

    /// Creates a text column; [`type_`](CreateColumn::type_) sets another type.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Name"]).await?;
    /// let age = table.create_column("Age").with(|column| column.type_("number")).await?;
    /// assert_eq!(age.data.type_of_value, "number");
    /// assert_eq!(table.columns().await?.len(), 2);
    /// # Ok(()) });
    /// ```
    pub fn create_column(
        &self,
        name: impl Into<String>,
    ) -> Create<CreateColumn, Column, types::CreateColumnResponse> {
        let (table, request) = (self.clone(), self.client().api().create_column(self.id(), name));
        Create::new(request, move |column: &types::CreateColumnResponse| {
            Ok(table.column(column.identifier))
        })
    }
}

impl Column {
    /// The column's id.
    #[must_use]
    pub fn id(&self) -> ColumnId {
        self.id
    }

    /// Renames the column.
    pub fn rename(&self, name: impl Into<String>) -> RenameColumn {
        self.client.api().rename_column(self.table, self.id, name)
    }

    /// Moves the column to this position among the columns, counted from 0.
    pub fn move_to(&self, index: u32) -> ReorderColumn {
        self.client
            .api()
            .reorder_column(self.table, self.id, i64::from(index))
    }

    /// Deletes the column with its cells.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let table = databar.create_table("Leads").columns(["Name", "Email"]).await?;
    /// let first = table.columns().await?[0].identifier;
    /// table.column(first).delete().await?;
    /// assert_eq!(table.columns().await?[0].name, "Email");
    /// # Ok(()) });
    /// ```
    pub fn delete(&self) -> DeleteColumn {
        self.client.api().delete_column(self.table, self.id)
    }
}
