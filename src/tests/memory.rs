//! Training in less memory than the rows take: the same model, or one error; and nothing stays behind.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use datafusion::arrow::array::{ArrayRef, BooleanArray, FixedSizeListArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, GreedyMemoryPool, MemoryPool, UnboundedMemoryPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use insta::assert_snapshot;

use super::*;
use crate::Event;
use crate::model::to_bytes;

/// Numbers, nulls, texts, numbers kept as text, lists, structs and times, with targets of every kind.
const ROWS: &str = "SELECT value % 1009 AS whole, sin(value) AS a, cos(value * 1.7) AS b, sin(value * 0.3) AS c,
        CASE WHEN value % 13 = 0 THEN NULL ELSE sin(value * 2.1) END AS gaps,
        'kind ' || (value * 7919 % 23) AS kind, CAST(value * 31 % 500 AS VARCHAR) AS kept_as_text,
        make_array(sin(value * 1.1), cos(value * 1.3), sin(value * 0.7), cos(value * 0.9)) AS list,
        named_struct('x', sin(value * 3.3), 'colour', CASE value % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'blue' END) AS pair,
        to_timestamp_seconds(value * 86413) AS at, value % 3001 AS customer, 1.0 + value % 4 AS weight,
        sin(value) + cos(value * 1.7) + sin(value * 12.9) > 0.2 AS y,
        2 * sin(value) - cos(value * 1.7) + sin(value * 12.9) AS amount,
        CASE WHEN sin(value) + sin(value * 12.9) > 0.4 THEN 'high' WHEN sin(value * 0.3) > 0 THEN 'middle' ELSE 'low' END AS class,
        repeat('remark ', 30) AS remark FROM generate_series(1, 10000)";

/// A session with a pool, whose temporary files are in a folder, and what of them there was when each phase began.
struct Small {
    ml: MlContext,
    phases: Arc<Mutex<Vec<(String, u64)>>>,
}

impl Small {
    async fn new(pool: Arc<dyn MemoryPool>, disk: DiskManagerBuilder) -> Self {
        let runtime: Arc<RuntimeEnv> =
            RuntimeEnvBuilder::new().with_memory_pool(pool).with_disk_manager_builder(disk).build_arc().unwrap();
        let config = SessionConfig::new().with_target_partitions(2).with_batch_size(1000);
        let session = SessionContext::new_with_config_rt(config, Arc::clone(&runtime));
        let phases: Arc<Mutex<Vec<(String, u64)>>> = Arc::default();
        let seen = Arc::clone(&phases);
        let observer = move |event| {
            if let Event::Progress { phase, .. } = event {
                seen.lock().unwrap().push((phase, runtime.disk_manager.used_disk_space()));
            }
        };
        let ml = MlContext::with_observer(session, ModelStore::in_memory(), observer).await.unwrap();
        Self { ml, phases }
    }

    /// Bytes on disk when a phase began.
    fn on_disk(&self, phase: &str) -> u64 {
        self.phases.lock().unwrap().iter().find(|(name, _)| name == phase).map_or(0, |(_, bytes)| *bytes)
    }

    async fn train(&self, statement: &str) -> Result<Vec<u8>, crate::Error> {
        self.phases.lock().unwrap().clear();
        self.ml.sql(statement).await?;
        Ok(to_bytes(self.ml.store().current(&ModelName::new(["m"])).unwrap().as_ref()).unwrap())
    }

    /// Soon nothing is reserved any more, and no file is left.
    async fn assert_nothing_stays(&self, folder: &Path) {
        let runtime = self.ml.session().runtime_env();
        // After an error, readers of the query may still be on their way to stopping.
        let given_back = async {
            while runtime.memory_pool.reserved() > 0 || runtime.disk_manager.used_disk_space() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), given_back).await.unwrap();
        assert_eq!(files(folder), 0);
    }
}

fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

fn in_folder(folder: &Path) -> DiskManagerBuilder {
    DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![folder.to_owned()]))
}

/// Trains without a limit and under several: each model is the same, and rows were on disk as expected.
async fn same_model(statement: &str, limits: &[Limit], register: impl Fn(&SessionContext)) {
    let folder = tempfile::tempdir().unwrap();
    let unlimited = Small::new(Arc::new(UnboundedMemoryPool::default()), in_folder(folder.path())).await;
    register(unlimited.ml.session());
    let reference = unlimited.train(statement).await.unwrap();
    assert_eq!(unlimited.on_disk("evaluating"), 0, "there was room for all");
    unlimited.assert_nothing_stays(folder.path()).await;
    for (kib, read, fitted) in limits {
        let pools: [Arc<dyn MemoryPool>; 2] =
            [Arc::new(GreedyMemoryPool::new(kib << 10)), Arc::new(FairSpillPool::new(kib << 10))];
        for (pool, fair) in pools.into_iter().zip([false, true]) {
            let what = format!("{statement} in {kib} KiB of {pool}");
            let small = Small::new(pool, in_folder(folder.path())).await;
            register(small.ml.session());
            let model = small.train(statement).await.unwrap_or_else(|error| panic!("{what}: {}", error.render()));
            assert!(model == reference, "{what}: another model");
            let (read_on_disk, fitted_on_disk) = (small.on_disk("splitting rows"), small.on_disk("fitting"));
            if fair {
                // How much is granted to each depends on who else reads.
                assert!(read_on_disk > 0 || fitted_on_disk > 0, "{what}: nothing was on disk");
            } else {
                assert_eq!((read_on_disk > 0, fitted_on_disk > 0), (*read, *fitted), "{what}: {read_on_disk}, {fitted_on_disk}");
            }
            small.assert_nothing_stays(folder.path()).await;
        }
    }
}

async fn same_model_of_rows(columns: &str, clauses: &str, limits: &[Limit]) {
    same_model(&format!("CREATE MODEL m FROM (SELECT {columns} FROM ({ROWS})) {clauses}"), limits, |_| {}).await;
}

/// The remark is a constant: it takes room, and is left out.
const FEATURES: &str = "whole, a, b, c, gaps, kind, kept_as_text, list, pair, at, remark";

/// KiB, and whether the rows as they are read and as they are fitted are on disk then.
type Limit = (usize, bool, bool);

const TINY: Limit = (2600, true, true);
const SMALL: Limit = (4700, true, false);
const MIDDLE: Limit = (6100, false, true);

#[tokio::test(flavor = "multi_thread")]
async fn two_labels_do_not_need_their_rows_in_memory() {
    same_model_of_rows(&format!("{FEATURES}, y"), "TARGET y", &[TINY, SMALL, MIDDLE]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_labels_do_not_need_their_rows_in_memory() {
    same_model_of_rows(&format!("{FEATURES}, class"), "TARGET class", &[(4100, true, true)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_does_not_need_its_rows_in_memory() {
    let clauses = "TARGET amount SETTINGS (WEIGHT weight)";
    same_model_of_rows(&format!("{FEATURES}, weight, amount"), clauses, &[TINY]).await;
}

/// Few columns, of which one follows from two others: sums in double-double arithmetic, of the numbers as they are.
#[tokio::test(flavor = "multi_thread")]
async fn exact_sums_do_not_need_their_rows_in_memory() {
    let columns = "1e9 + a AS a, b, c, 1e9 + a + b AS both, amount";
    same_model_of_rows(columns, "TARGET amount", &[(1900, false, true)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_split_can_read_from_disk() {
    for (column, clauses) in [
        ("customer", "TARGET y SPLIT (KEY (customer))"),
        ("at AS time", "TARGET y SPLIT (ORDER BY time)"),
        ("value % 5 = 0 AS test", "TARGET y SPLIT (COLUMN test)"),
    ] {
        let columns = format!("{FEATURES}, {column}, y").replace("value % 5", "whole % 5");
        same_model_of_rows(&columns, clauses, &[TINY]).await;
    }
}

/// Class weights take one number a row more; a limited memory reads the columns once a pass.
#[tokio::test(flavor = "multi_thread")]
async fn weighted_classes_do_not_need_their_rows_in_memory() {
    let clauses = "TARGET y SETTINGS (CLASS_WEIGHTS 'balanced')";
    same_model_of_rows(&format!("{FEATURES}, y"), clauses, &[TINY]).await;
}

/// More columns than rows: products of rows and the way back are read panel by panel.
#[tokio::test(flavor = "multi_thread")]
async fn wide_rows_do_not_need_to_be_in_memory() {
    const WIDTH: i32 = 2400;
    let n_rows = 300_usize;
    let numbers = (0..n_rows * WIDTH as usize).map(|i| (i as f64 * 0.37).sin());
    let values: ArrayRef = Arc::new(numbers.collect::<Float64Array>());
    let item = Arc::new(Field::new_list_field(DataType::Float64, false));
    let x: ArrayRef = Arc::new(FixedSizeListArray::new(item, WIDTH, values, None));
    let y: ArrayRef = Arc::new((0..n_rows).map(|i| Some((i as f64 * 3.3).sin() > 0.1)).collect::<BooleanArray>());
    let fields = vec![Field::new("x", x.data_type().clone(), false), Field::new("y", DataType::Boolean, false)];
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), vec![x, y]).unwrap();
    let slices: Vec<RecordBatch> = (0..3).map(|i| batch.slice(100 * i, 100)).collect();
    same_model("CREATE MODEL m FROM t TARGET y", &[(8000, true, true)], |session| {
        let table = MemTable::try_new(batch.schema(), vec![slices.clone()]).unwrap();
        session.register_table("t", Arc::new(table)).unwrap();
    })
    .await;
}

/// What a session says of a statement that it has no room for.
async fn refused(kib: usize, disk: DiskManagerBuilder, folder: &Path) -> String {
    let small = Small::new(Arc::new(GreedyMemoryPool::new(kib << 10)), disk).await;
    let error = small.train(&format!("CREATE MODEL m FROM (SELECT {FEATURES}, y FROM ({ROWS})) TARGET y")).await.unwrap_err();
    assert!(small.ml.store().models().is_empty());
    small.assert_nothing_stays(folder).await;
    error.render()
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_room_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let disk = || in_folder(folder.path());
    // At every limit: the model or this error, and nothing else.
    for kib in [50, 100, 300, 500, 1000, 1500] {
        let error = refused(kib, disk(), folder.path()).await;
        assert!(error.contains("which cannot go to disk, but the memory limit of"), "{kib}: {error}");
    }
    assert_snapshot!(refused(500, disk(), folder.path()).await, @"Resources exhausted: training on 10000 rows needs 234.4 KB of memory for splitting, which cannot go to disk, but the memory limit of 500.0 KB has 187.5 KB left; raise the limit (--memory-limit of the program, datafusion.runtime.memory_limit, or the memory pool of the session's RuntimeEnv), or train on fewer rows or columns");
    let disabled = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    assert_snapshot!(refused(3500, disabled, folder.path()).await, @"Resources exhausted: the rows do not fit into the memory limit of 3.4 MB, and temporary files are disabled; let the DiskManager of the session's RuntimeEnv make temporary files (datafusion.runtime.temp_directory), or raise the limit (--memory-limit of the program, datafusion.runtime.memory_limit, or the memory pool of the session's RuntimeEnv), or train on fewer rows or columns");
    assert_snapshot!(refused(3500, disk().with_max_temp_directory_size(1 << 20), folder.path()).await, @"Resources exhausted: the temporary file of training cannot be written: The used disk space during the spilling process has exceeded the allowable limit of 1024.0 KB. Please try increasing the config: `datafusion.runtime.max_temp_directory_size`; make room on the disk or choose another with datafusion.runtime.temp_directory, raise datafusion.runtime.max_temp_directory_size, or raise the memory limit");
}
