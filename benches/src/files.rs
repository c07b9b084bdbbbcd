//! The same tables as Parquet files, for programs that are measured from outside.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::config::TableParquetOptions;
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::datasource::MemTable;
use datafusion::error::Result;

use super::session;

/// Where the files are kept between runs: `target/bench-data`.
pub fn data_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-data")
}

/// The file of a table, which is made only if it is not there.
pub async fn parquet_file(name: &str, table: impl FnOnce() -> Result<MemTable>) -> Result<PathBuf> {
    let path = data_folder().join(format!("{name}.parquet"));
    if !path.exists() {
        let session = session();
        session.register_table("t", Arc::new(table()?))?;
        let mut options = TableParquetOptions::default();
        options.global.compression = Some("zstd(3)".into());
        options.global.max_row_group_size = 100_000;
        let partial = path.with_extension("partial.parquet");
        let write = DataFrameWriteOptions::new().with_single_file_output(true);
        session.table("t").await?.write_parquet(&partial.to_string_lossy(), write, Some(options)).await?;
        std::fs::rename(partial, &path)?;
    }
    Ok(path)
}
