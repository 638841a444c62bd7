//! Folders, which contain tables and workbooks.

use databar_api::builder::folder::{
    CreateFolder, DeleteFolder, ListFolders, MoveTableToFolder, RenameFolder,
};
use databar_api::types;

use crate::created::Create;
use crate::{Client, FolderId, TableId};

/// A handle on a folder, created by [`Client::folder`] without a request.
///
/// ```
/// # databar_sandbox::run(async |sandbox| {
/// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// let created = databar.create_folder("Sales").await?;
/// let folder = databar.folder(created.id());
/// folder.rename("Sales 2026").await?;
///
/// let table = databar.create_table("Leads").await?;
/// folder.add_table(table.id()).await?;
/// let listed = &databar.folders().await?[0];
/// assert_eq!((listed.name.as_str(), listed.table_count), ("Sales 2026", Some(1)));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Folder {
    client: Client,
    id: FolderId,
}

impl Client {
    /// Lists all folders of the workspace.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// databar.create_folder("Sales").await?;
    /// let folders = databar.folders().await?;
    /// assert_eq!(folders[0].name, "Sales");
    /// # Ok(()) });
    /// ```
    pub fn folders(&self) -> ListFolders {
        self.api().list_folders()
    }

    /// Returns a handle on the folder with this id, without a request.
    #[must_use]
    pub fn folder(&self, id: FolderId) -> Folder {
        Folder {
            client: self.clone(),
            id,
        }
    }

    /// Creates a folder.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let folder = databar.create_folder("Sales").await?;
    /// assert_eq!(folder.data.id, folder.id());
    /// # Ok(()) });
    /// ```
    pub fn create_folder(&self, name: impl Into<String>) -> Create<CreateFolder, Folder, types::Folder> {
        let (client, request) = (self.clone(), self.api().create_folder(name));
        Create::new(
            request,
            move |folder: &types::Folder| Ok(client.folder(folder.id)),
        )
    }
}

impl Folder {
    /// The folder's id.
    #[must_use]
    pub fn id(&self) -> FolderId {
        self.id
    }

    /// Renames the folder.
    pub fn rename(&self, name: impl Into<String>) -> RenameFolder {
        self.client.api().rename_folder(self.id, name)
    }

    /// Deletes the folder. Its tables stay, outside of any folder.
    ///
    /// ```
    /// # databar_sandbox::run(async |sandbox| {
    /// # let databar = databar::Client::builder().key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let folder = databar.create_folder("Sales").await?;
    /// folder.delete().await?;
    /// assert!(databar.folders().await?.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn delete(&self) -> DeleteFolder {
        self.client.api().delete_folder(self.id)
    }

    /// Moves a table to the folder. [`Table::move_to_folder`](crate::Table::move_to_folder) does the same
    /// from the table.
    pub fn add_table(&self, table: TableId) -> MoveTableToFolder {
        self.client.api().move_table_to_folder(table).folder_id(self.id)
    }
}
