//! The trash, which contains deleted tables and workbooks.

use databar_api::builder::trash::{DeleteTrashForever, ListTrash, RestoreTrash};

use crate::{Client, TableId, WorkbookId};

impl Client {
    /// Lists the contents of the trash.
    pub fn trash(&self) -> ListTrash {
        self.api().list_trash()
    }

    /// Restores tables and workbooks from the trash.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let table = databar.create_table("Leads").await?;
    /// table.delete().await?;
    /// assert_eq!(databar.trash().await?.len(), 1);
    /// databar.restore([table.id()], []).await?;
    /// assert_eq!(databar.tables().await?.len(), 1);
    /// # Ok(()) });
    /// ```
    pub fn restore(
        &self,
        tables: impl IntoIterator<Item = TableId>,
        workbooks: impl IntoIterator<Item = WorkbookId>,
    ) -> RestoreTrash {
        self.api().restore_trash(tables, workbooks)
    }

    /// Deletes tables and workbooks in the trash for good. They cannot be restored.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let table = databar.create_table("Leads").await?;
    /// table.delete().await?;
    /// databar.delete_forever([table.id()], []).await?;
    /// assert!(databar.trash().await?.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn delete_forever(
        &self,
        tables: impl IntoIterator<Item = TableId>,
        workbooks: impl IntoIterator<Item = WorkbookId>,
    ) -> DeleteTrashForever {
        self.api().delete_trash_forever(tables, workbooks)
    }
}
