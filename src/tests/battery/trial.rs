//! A check's hands: one type of model, in a session of its own, with rows to learn from.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::FutureExt;

use super::{MODEL_TYPES, ModelType, Task};
use crate::model::to_bytes;
use crate::tests::{failure, number, rows, train};
use crate::{MlContext, Model, ModelStore};

/// The training query of most checks.
pub(super) const FEATURES: &str = "SELECT a, b, colour, flag, y FROM t";
/// Rows of the table `t`.
const N_ROWS: usize = 240;

/// Runs a check for every type of model.
pub(super) async fn every(check: impl AsyncFn(Trial)) {
    for_those(|_| true, check).await;
}

/// Runs a check for the types of model that predict labels.
pub(super) async fn every_classifier(check: impl AsyncFn(Trial)) {
    for_those(|task| task != Task::Number, check).await;
}

/// Runs a check for the types of model of some tasks, and says all failures at once.
pub(super) async fn for_those<F: AsyncFn(Trial)>(of_tasks: impl Fn(Task) -> bool, check: F) {
    // The path of the check's closure; its last name is the test's.
    let path = std::any::type_name::<F>().replace("::{{closure}}", "");
    let name = path.rsplit("::").next().unwrap_or(&path);
    let mut failures = Vec::new();
    for of in MODEL_TYPES.into_iter().filter(|of| of_tasks(of.task)) {
        let trial = Trial::new(of).await;
        let ended = AssertUnwindSafe(check(trial)).catch_unwind().await;
        let known = of.fails.iter().find(|(known, _)| *known == name).map(|(_, reason)| reason);
        match (ended, known) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Ok(()), Some(reason)) => failures.push(format!("{name} holds for {}, and not: {reason}", of.name)),
            (Err(panic), None) => {
                let message = panic.downcast_ref::<String>().map(String::as_str);
                let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
                failures.push(format!("{name} does not hold for {}: {message}", of.name));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

impl ModelType {
    fn statement(self, query: &str, clauses: &str, settings: &[&str]) -> String {
        let mut text = format!("CREATE OR REPLACE MODEL m FROM ({query}) TARGET y {clauses}");
        let settings: Vec<&str> = self.settings.iter().chain(settings).copied().collect();
        if !settings.is_empty() {
            text += &format!(" SETTINGS ({})", settings.join(", "));
        }
        let hyperparameters = [self.family, self.hyperparameters].concat();
        if !hyperparameters.is_empty() {
            text += &format!(" HYPERPARAMETERS DEFAULT EXCEPT ({})", hyperparameters.join(", "));
        }
        text
    }

    /// Whether its raw prediction is the logarithm of the number.
    pub(super) fn has_log_link(self) -> bool {
        !self.family.is_empty()
    }
}

impl Task {
    /// The target as SQL over a score, which lies around 0.
    fn target(self) -> &'static str {
        match self {
            Self::Number => "10.0 * score + 100.0",
            Self::TwoLabels => "CASE WHEN score > 0 THEN 'yes' ELSE 'no' END",
            Self::OneOfSeveral | Self::SeveralLabels => {
                "CASE WHEN score > 0.8 THEN 'high' WHEN score > -0.8 THEN 'middle' ELSE 'low' END"
            }
        }
    }

    /// The labels, in their order.
    pub(super) fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Number => &[],
            Self::TwoLabels => &["no", "yes"],
            Self::OneOfSeveral | Self::SeveralLabels => &["high", "low", "middle"],
        }
    }
}

/// One type of model in a session with the table `t`: `n` from 1 to 240, features `a`, `b`, `colour`, `flag`, the target `y`, which
/// depends on all of them and on chance, and `is_test`.
pub(super) struct Trial {
    pub ml: MlContext,
    pub of: ModelType,
}

impl Trial {
    pub(super) async fn new(of: ModelType) -> Self {
        Self::over(of, 2, 8192).await
    }

    /// In a session of some partitions and batch size.
    pub(super) async fn over(of: ModelType, partitions: usize, batch_size: usize) -> Self {
        let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(batch_size);
        Self::in_store(of, config, ModelStore::in_memory()).await
    }

    pub(super) async fn in_store(of: ModelType, config: SessionConfig, store: ModelStore) -> Self {
        let ml = MlContext::new(SessionContext::new_with_config(config), store).await.unwrap();
        let trial = Self { ml, of };
        trial.run(&format!("CREATE TABLE t AS {}", trial.rows(1, N_ROWS))).await;
        trial
    }

    /// The same session, and the same type of model without its penalty.
    pub(super) fn unpenalised(&self) -> Self {
        self.with_hyperparameters(&["L2 '0'"])
    }

    /// The same session, and the same type of model with other hyperparameters.
    pub(super) fn with_hyperparameters(&self, hyperparameters: &'static [&'static str]) -> Self {
        Self { ml: self.ml.clone(), of: ModelType { hyperparameters, ..self.of } }
    }

    /// The query of rows `first` to `last`, of which [`N_ROWS`] are the table `t`.
    pub(super) fn rows(&self, first: usize, last: usize) -> String {
        let target = self.of.task.target();
        format!(
            "SELECT n, a, b, colour, flag, n % 10 IN (1, 4, 7) AS is_test, {target} AS y FROM (
                SELECT *, 0.4 * a - 0.06 * b + CASE colour WHEN 'red' THEN 1.5 WHEN 'blue' THEN 0.5 ELSE 0 END
                    + CASE WHEN flag THEN -0.7 ELSE 0.4 END + (n * 71) % 97 / 30.0 - 1.5 AS score
                FROM (SELECT value AS n, (value * 37) % 101 / 10.0 AS a, (value * 53) % 89 AS b, (value * 13) % 3 = 0 AS flag,
                    CASE (value * 7) % 4 WHEN 0 THEN 'red' WHEN 1 THEN 'green' WHEN 2 THEN 'blue' ELSE 'grey' END AS colour
                    FROM generate_series({first}, {last})))"
        )
    }

    /// Runs a statement whose rows are of no interest.
    pub(super) async fn run(&self, sql: &str) {
        rows(&self.ml, sql).await;
    }

    pub(super) async fn failure(&self, sql: &str) -> String {
        failure(&self.ml, sql).await
    }

    pub(super) async fn number(&self, sql: &str) -> f64 {
        number(&self.ml, sql).await
    }

    /// The statement that trains the model `m`.
    pub(super) fn statement(&self, query: &str, clauses: &str, settings: &[&str]) -> String {
        self.of.statement(query, clauses, settings)
    }

    /// Trains the model `m`.
    pub(super) async fn train(&self, query: &str) -> Arc<Model> {
        self.train_with(query, "", &[]).await
    }

    /// Trains it on all rows.
    pub(super) async fn train_on_all(&self, query: &str) -> Arc<Model> {
        self.train_with(query, "SPLIT NONE", &[]).await
    }

    pub(super) async fn train_with(&self, query: &str, clauses: &str, settings: &[&str]) -> Arc<Model> {
        train(&self.ml, &self.statement(query, clauses, settings)).await
    }

    /// A query's columns as numbers, null as NaN, and the fields of structs like columns.
    pub(super) async fn columns(&self, sql: &str) -> Vec<Vec<f64>> {
        let fields = |column: &ArrayRef| match column.as_struct_opt() {
            Some(fields) => fields.columns().to_vec(),
            None => vec![ArrayRef::clone(column)],
        };
        let as_numbers = |column: ArrayRef| {
            let column = cast(&column, &DataType::Float64).unwrap();
            column.as_primitive::<Float64Type>().iter().map(|value| value.unwrap_or(f64::NAN)).collect()
        };
        self.batch(sql).await.columns().iter().flat_map(fields).map(as_numbers).collect()
    }

    /// A query's first column as texts, null as `NULL`.
    pub(super) async fn texts(&self, sql: &str) -> Vec<String> {
        let column = cast(self.batch(sql).await.column(0), &DataType::Utf8).unwrap();
        column.as_string::<i32>().iter().map(|text| text.unwrap_or("NULL").to_owned()).collect()
    }

    async fn batch(&self, sql: &str) -> RecordBatch {
        let batches = rows(&self.ml, sql).await;
        let schema = batches.first().unwrap_or_else(|| panic!("{sql} gave no rows")).schema();
        concat_batches(&schema, &batches).unwrap()
    }

    /// What the model predicts, as SQL.
    pub(super) fn output(&self) -> &'static str {
        match self.of.task {
            Task::Number => "predict_m(*)",
            Task::TwoLabels | Task::OneOfSeveral => "predict_m_probability(*)",
            Task::SeveralLabels => "predict_m_probabilities(*)",
        }
    }

    /// What the model predicts for the rows of a table or query, in the order of `n`: the number, the probability of the positive
    /// label, or those of all labels. Shape: `(n_outputs, n_rows)`.
    pub(super) async fn predictions(&self, of: &str) -> Vec<Vec<f64>> {
        let predictions = self.columns(&format!("SELECT {} FROM {of} ORDER BY n", self.output())).await;
        assert_finite(&predictions);
        predictions
    }
}

/// The bytes of a model's file but for its version.
pub(super) fn file(model: &Model) -> Vec<u8> {
    to_bytes(&Model { version: 1, ..model.clone() }).unwrap()
}

/// Fails where a prediction is null, NaN or infinite.
#[track_caller]
pub(super) fn assert_finite(predictions: &[Vec<f64>]) {
    for predictions in predictions {
        let wrong = predictions.iter().enumerate().find(|(_, value)| !value.is_finite());
        assert!(wrong.is_none(), "prediction {wrong:?} is not finite");
    }
}

/// Fails where two predictions differ by more than a tolerance, which is relative above 1.
#[track_caller]
pub(super) fn assert_same(found: &[Vec<f64>], expected: &[Vec<f64>], tolerance: f64) {
    let (found, expected) = (found.concat(), expected.concat());
    assert_eq!(found.len(), expected.len(), "numbers of predictions");
    let far = |(_, (found, expected)): &(usize, (&f64, &f64))| {
        let distance = (*found - *expected).abs();
        distance.is_nan() || distance > tolerance * expected.abs().max(1.0)
    };
    let wrong = found.iter().zip(&expected).enumerate().find(far);
    assert!(wrong.is_none(), "(place, (found, expected)) = {wrong:?} differ by more than {tolerance}");
}
