//! A model as an object: what it knows of itself, and what it makes of rows.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion_ml::{CurvePoint, Label, Model as CoreModel, Result, Scorer};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use pyo3_arrow::{PyArray, PySchema};

use crate::{border, tables};

/// One version of a model. It never changes, whatever becomes of the store.
#[pyclass(frozen, module = "datafusion_ml._internal")]
pub(crate) struct Model {
    scorer: Scorer,
}

impl Model {
    pub(crate) fn of(model: Arc<CoreModel>) -> Result<Self> {
        Ok(Self { scorer: Scorer::new(model)? })
    }

    pub(crate) fn model(&self) -> &Arc<CoreModel> {
        self.scorer.model()
    }

    /// The scores of a table's rows in their order, as `pyarrow.Array`s, at least one.
    ///
    /// However many rows a batch has, Ctrl-C waits for those of an ordinary one.
    fn each_batch<'py>(
        &self,
        rows: &Bound<'py, PyAny>,
        score: impl Fn(&Scorer, &RecordBatch) -> Result<ArrayRef> + Sync,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let py = rows.py();
        let (schema, batches) = tables::read(rows)?;
        let mut batches: Vec<_> = batches.iter().flat_map(tables::slices).collect();
        if batches.is_empty() {
            // No rows have predictions too: none, of the right type.
            batches.push(RecordBatch::new_empty(schema));
        }
        let pyarrow = py.import("pyarrow")?;
        let scored = batches.iter().map(|batch| {
            let scores = border::compute(py, || score(&self.scorer, batch))?;
            py.check_signals()?;
            pyarrow.call_method1("array", (PyArray::from_array_ref(scores),))
        });
        scored.collect()
    }
}

#[pymethods]
impl Model {
    /// Reads a model file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        border::compute(py, || Self::of(Arc::new(CoreModel::read(path)?)))
    }

    /// The model in the bytes of a model file.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, content: &[u8]) -> PyResult<Self> {
        border::compute(py, || Self::of(Arc::new(CoreModel::from_bytes(content)?)))
    }

    /// Writes a model file.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        border::compute(py, || self.model().write(path))
    }

    /// The bytes of its model file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = border::compute(py, || self.model().to_bytes())?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The name, as a statement would write it.
    #[getter]
    fn name(&self) -> String {
        self.model().name.to_string()
    }

    #[getter]
    fn version(&self) -> u32 {
        self.model().version
    }

    #[getter]
    fn description(&self) -> &str {
        &self.model().description
    }

    #[getter]
    fn function(&self) -> &str {
        &self.model().function
    }

    /// All functions that it publishes, the one that predicts first.
    #[getter]
    fn functions(&self) -> Vec<String> {
        self.scorer.functions()
    }

    #[getter]
    fn signature(&self) -> String {
        self.scorer.signature()
    }

    #[getter]
    fn problem_type(&self) -> &'static str {
        self.model().problem_type.name()
    }

    #[getter]
    fn target(&self) -> &str {
        &self.model().target.name
    }

    /// Two labels: the negative one first.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.model().target.labels.iter().map(|label| to_python(py, label)).collect()
    }

    /// Name and SQL type of each.
    #[getter]
    fn features(&self) -> Vec<(String, String)> {
        let features = self.model().features.iter();
        features.map(|feature| (feature.name.clone(), feature.column_type.sql_name())).collect()
    }

    /// Their names and types, as a `pyarrow.Schema`.
    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let features = self.model().features.iter();
        let fields = features.map(|feature| Field::new(&feature.name, feature.column_type.to_arrow(), true));
        PySchema::new(Arc::new(Schema::new(fields.collect::<Vec<_>>()))).into_pyarrow(py)
    }

    /// The threshold and how it was chosen.
    #[getter]
    fn threshold(&self) -> Option<(f64, &str)> {
        self.model().threshold.as_ref().map(|threshold| (threshold.value, threshold.chosen_by.as_str()))
    }

    #[getter]
    fn statement(&self) -> &str {
        &self.model().statement
    }

    #[getter]
    fn data_fingerprint(&self) -> &str {
        &self.model().data_fingerprint
    }

    /// Section, item, value and detail of each line.
    #[getter]
    fn report(&self) -> Vec<(&str, &str, &str, &str)> {
        let lines = self.model().report.lines().iter();
        lines.map(|line| (&*line.section, &*line.item, &*line.value, &*line.detail)).collect()
    }

    /// Which rows were measured, and how many.
    #[getter]
    fn sample(&self) -> (&'static str, u64) {
        let evaluation = &self.model().evaluation;
        (evaluation.sample.name(), evaluation.n_rows)
    }

    /// Name, value, 95 % interval and baseline of each metric.
    #[getter]
    #[allow(clippy::type_complexity, reason = "a row of a table")]
    fn metrics(&self) -> Vec<(&str, f64, Option<(f64, f64)>, Option<f64>)> {
        let metrics = self.model().evaluation.metrics.iter();
        metrics
            .map(|metric| {
                let interval = metric.interval.map(|interval| (interval.low, interval.high));
                (&*metric.name, metric.value, interval, metric.baseline)
            })
            .collect()
    }

    /// Threshold, true positives, false positives, true negatives and false negatives at each point, by descending threshold:
    /// of the out-of-fold predictions that thresholds are chosen by, or of the held-out rows.
    fn curve(&self, held_out: bool) -> Vec<(f64, f64, f64, f64, f64)> {
        let evaluation = &self.model().evaluation;
        let curve = if held_out { &evaluation.curve } else { &evaluation.out_of_fold };
        let counts = |p: &CurvePoint| (p.threshold, p.true_positives, p.false_positives, p.true_negatives, p.false_negatives);
        curve.iter().map(counts).collect()
    }

    /// What a false positive and a false negative cost.
    #[getter]
    fn costs(&self) -> (f64, f64) {
        self.model().evaluation.costs
    }

    /// The label or number that is predicted for each row.
    fn predict<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.each_batch(rows, Scorer::predict)
    }

    /// The label of each row at a threshold other than the model's own.
    fn predict_at<'py>(&self, threshold: f64, rows: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.each_batch(rows, |scorer, batch| scorer.predict_at(threshold, batch))
    }

    /// The probability of the positive one of two labels, for each row.
    fn probability<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.each_batch(rows, |scorer, batch| Ok(Arc::new(scorer.probability(batch)?)))
    }

    /// The probability of each label for each row: a struct with one field a label.
    fn probabilities<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.each_batch(rows, |scorer, batch| Ok(Arc::new(scorer.probabilities(batch)?)))
    }

    /// How far each feature moves the raw prediction of each row: the largest part first, the baseline last.
    fn explain<'py>(&self, rows: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.each_batch(rows, |scorer, batch| Ok(Arc::new(scorer.explain(batch)?)))
    }

    /// Between which numbers the target lies with this probability, for each row.
    fn interval<'py>(&self, level: f64, rows: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.each_batch(rows, |scorer, batch| Ok(Arc::new(scorer.interval(level, batch)?)))
    }
}

fn to_python<'py>(py: Python<'py>, label: &Label) -> PyResult<Bound<'py, PyAny>> {
    match label {
        Label::Boolean(value) => value.into_bound_py_any(py),
        Label::Integer(value) => value.into_bound_py_any(py),
        Label::Float(value) => value.into_bound_py_any(py),
        Label::Text(value) => value.into_bound_py_any(py),
        other => other.to_string().into_bound_py_any(py),
    }
}
