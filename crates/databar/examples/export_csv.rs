//! Exports every table of the workspace as a CSV file in the current folder.

use databar::{Client, ExportFormat};
use std::error::Error;
use tokio::{fs, io::AsyncWriteExt};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let databar = Client::from_env()?;
    for info in databar.tables().await? {
        let export = databar.table(info.identifier).export().format(ExportFormat::Csv);
        let file = export.await?; // waits until the service has written it
        let path = format!("{}.csv", info.identifier); // names are not unique

        // A download that fails leaves no partial file under the final name.
        let part = format!("{path}.part");
        let mut writer = fs::File::create(&part).await?;
        let bytes = file.download(&mut writer).await?;
        writer.flush().await?;
        fs::rename(&part, &path).await?;
        println!("{}: {bytes} bytes in {path}", info.name);
    }
    Ok(())
}
