//! Scoring without SQL: batches of Arrow, and single rows without it.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, ListArray, RecordBatch, StructArray};

use super::compile::{Argument, CompiledModel};
use super::published_names;
use super::row::{Row, RowPlaces};
use super::signature::CallSignature;
use super::value::Value;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Feature, Label, Model, ProblemType};

/// A model that scores rows where they are, without a session and without SQL.
///
/// There are two doors. A [`RecordBatch`] is scored by [`predict`](Self::predict), [`probability`](Self::probability),
/// [`probabilities`](Self::probabilities) and [`explain`](Self::explain): its columns are found by name, exactly or else as the
/// only one that agrees without case, and others are ignored. One row of [`Value`]s is scored by
/// [`score_row`](Self::score_row), [`label_row`](Self::label_row) and [`probabilities_row`](Self::probabilities_row), in less
/// than a microsecond and, but for dates and times, without allocating. Both give the bits that the model's SQL functions give.
///
/// A scorer never changes: it keeps its version of the model whatever becomes of the store. Clones share everything; threads
/// may share one.
///
/// # Examples
/// ```
/// use datafusion::prelude::SessionContext;
/// use datafusion_ml::{Label, MlContext, ModelStore, Value};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let session = SessionContext::new();
/// let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
/// let visits = "SELECT value % 24 AS hour, CASE value % 3 WHEN 0 THEN 'app' ELSE 'web' END AS door, value % 24 > 17 AS bought
///               FROM generate_series(1, 1000)";
/// ml.train("buyer", session.sql(visits).await?).target("bought").await?;
///
/// let scorer = ml.scorer("buyer")?;
/// assert_eq!(scorer.signature(), "predict_buyer(hour BIGINT, door VARCHAR)");
/// let mut row = [Value::Null, Value::from("web")];
/// for hour in 0..24 {
///     row[0] = Value::from(hour);
///     assert_eq!(*scorer.label_row(&row)?, Label::Boolean(hour > 17));
/// }
/// assert!(scorer.score_row(&[Value::from(23), Value::Null])? > 0.9);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Scorer {
    model: Arc<CompiledModel>,
    places: Arc<RowPlaces>,
    call: Arc<CallSignature>,
}

impl Scorer {
    /// A scorer of a model, from wherever it comes: a store, or a file.
    ///
    /// # Errors
    /// [`InvalidModel`](ErrorKind::InvalidModel) if the model's parts do not fit together; those of a model that was trained or
    /// read do.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{Model, Scorer};
    ///
    /// let scorer = Scorer::new(Model::read("models/golden/v1.dfml")?)?;
    /// assert_eq!(scorer.features().len(), 8);
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn new(model: impl Into<Arc<Model>>) -> Result<Self> {
        let model = CompiledModel::new(model.into())?;
        let call = CallSignature::new(&model.model().function, model.model(), None);
        Ok(Self { places: Arc::new(RowPlaces::new(&model)), call: Arc::new(call), model: Arc::new(model) })
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        self.model.model()
    }

    /// What the model learned from. A row is made of one value for each, in this order, unless the model has a `TRANSFORM`: then
    /// of one for each of [`Model::arguments`].
    pub fn features(&self) -> &[Feature] {
        &self.model().features
    }

    /// The function that it does the work of, with its arguments: `predict_churn(tenure BIGINT, "Contract" VARCHAR)`.
    pub fn signature(&self) -> String {
        self.call.text()
    }

    /// The names of the functions that the model publishes, the one that predicts first.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{Model, Scorer};
    ///
    /// let scorer = Scorer::new(Model::read("models/golden/v1.dfml")?)?;
    /// assert_eq!(scorer.functions()[..2], ["predict_churn", "predict_churn_at"]);
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn functions(&self) -> Vec<String> {
        published_names(self.model())
    }

    /// The predicted numbers as `Float64`, or the predicted labels in the target's own type. Shape: `(n_rows,)`.
    ///
    /// # Errors
    /// [`Call`](ErrorKind::Call) for missing columns and columns of types that the features do not take, [`Data`](ErrorKind::Data) for
    /// infinite numbers.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    ///
    /// use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{ErrorKind, MlContext, ModelStore, Scorer};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let session = SessionContext::new();
    /// let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
    /// let rows = session.sql("SELECT value AS x, CASE WHEN value > 50 THEN 'high' ELSE 'low' END AS y FROM generate_series(1, 100)");
    /// let model = ml.train("levels", rows.await?).target("y").await?;
    ///
    /// // The columns may stand in any order, and beside others.
    /// let note: ArrayRef = Arc::new(StringArray::from(vec!["first", "second"]));
    /// let x: ArrayRef = Arc::new(Int64Array::from(vec![10, 90]));
    /// let batch = RecordBatch::try_from_iter([("note", Arc::clone(&note)), ("X", x)])?;
    /// let scorer = Scorer::new(model)?;
    /// let labels: ArrayRef = Arc::new(StringArray::from(vec!["low", "high"]));
    /// assert_eq!(&scorer.predict(&batch)?, &labels);
    ///
    /// let error = scorer.predict(&RecordBatch::try_from_iter([("note", note)])?).unwrap_err();
    /// assert!(matches!(error.kind(), ErrorKind::Call { .. }));
    /// assert_eq!(error.to_string(), "column x is missing from the batch; the signature is predict_levels(x BIGINT)");
    /// # Ok(())
    /// # }
    /// ```
    pub fn predict(&self, batch: &RecordBatch) -> Result<ArrayRef> {
        self.model.predictions(&arguments(&self.columns(batch)?), batch.num_rows(), self.model.threshold())
    }

    /// The labels at another threshold than the model's own, in [0, 1]; two labels only. Shape: `(n_rows,)`.
    ///
    /// # Errors
    /// Those of [`predict`](Self::predict), and [`Call`](ErrorKind::Call) for a model that does not tell two labels apart and a
    /// threshold outside [0, 1].
    pub fn predict_at(&self, threshold: f64, batch: &RecordBatch) -> Result<ArrayRef> {
        self.require(self.problem_type() == ProblemType::Binary, "threshold")?;
        if !(0.0..=1.0).contains(&threshold) {
            return Err(call(format!("the threshold must be between 0 and 1, not {threshold}")));
        }
        let thresholds = Float64Array::from(vec![threshold; batch.num_rows()]);
        self.model.predictions_at(&arguments(&self.columns(batch)?), &thresholds)
    }

    /// Where each number will be with this probability, in (0, 1): a struct of `low` and `high`. Of least squares without a penalty
    /// only. Shape: `(n_rows,)`.
    ///
    /// # Errors
    /// Those of [`predict`](Self::predict), and [`Call`](ErrorKind::Call) for a model that does not keep how sure it is and a level
    /// outside (0, 1).
    ///
    /// # Examples
    /// ```
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{MlContext, ModelStore};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let session = SessionContext::new();
    /// let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
    /// let rows = session.sql("SELECT value AS x, 2 * value + value % 3 AS y FROM generate_series(1, 60)").await?;
    /// ml.train("line", rows.clone()).target("y").await?;
    ///
    /// let batches = rows.collect().await?;
    /// let intervals = ml.scorer("line")?.interval(0.9, &batches[0])?;
    /// assert_eq!(intervals.column_names(), ["low", "high"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn interval(&self, level: f64, batch: &RecordBatch) -> Result<StructArray> {
        if self.model().interval_basis().is_none() {
            return Err(call(format!("model {} does not keep how sure it is, so it has no intervals", self.model().name))
                .with_hint("least squares without a penalty does"));
        }
        if !(level > 0.0 && level < 1.0) {
            return Err(call(format!("the level must be above 0 and below 1, not {level}")));
        }
        let levels = Float64Array::from(vec![level; batch.num_rows()]);
        let intervals = self.model.intervals(&arguments(&self.columns(batch)?), &levels)?;
        Ok(intervals.as_struct().clone())
    }

    /// The probability of the positive label; two labels only. Shape: `(n_rows,)`.
    ///
    /// # Errors
    /// Those of [`predict`](Self::predict), and [`Call`](ErrorKind::Call) for a model that does not tell two labels apart.
    pub fn probability(&self, batch: &RecordBatch) -> Result<Float64Array> {
        self.require(self.problem_type() == ProblemType::Binary, "positive label")?;
        Ok(self.model.numbers(&arguments(&self.columns(batch)?), batch.num_rows())?.into())
    }

    /// The probability of each label: one field of `Float64` per label, in the order of
    /// [`Target::labels`](crate::Target::labels). Shape: `(n_rows,)`.
    ///
    /// # Errors
    /// Those of [`predict`](Self::predict), and [`Call`](ErrorKind::Call) for a model that predicts a number.
    pub fn probabilities(&self, batch: &RecordBatch) -> Result<StructArray> {
        self.require(self.problem_type() != ProblemType::Regression, "label")?;
        self.model.probabilities(&arguments(&self.columns(batch)?), batch.num_rows())
    }

    /// How much each feature moves the raw prediction (log-odds, the number itself, or of a family with a log
    /// link its logarithm): a list of (feature, attribution), the
    /// largest first, and at its end the baseline, so that the attributions of a row add up to its raw prediction. Of several
    /// labels, that of the predicted one. Shape: `(n_rows,)`.
    ///
    /// # Errors
    /// Those of [`predict`](Self::predict).
    pub fn explain(&self, batch: &RecordBatch) -> Result<ListArray> {
        self.model.explanations(&arguments(&self.columns(batch)?), batch.num_rows())
    }

    /// The predicted number of one row, or the probability of the positive one of two labels.
    ///
    /// The row has one value for each of the [`features`](Self::features), in their order; those that training left out may be
    /// anything. Nothing is allocated, unless a feature is a date or a time.
    ///
    /// # Errors
    /// [`Call`](ErrorKind::Call) for values that do not fit the features and for a model of more than two labels,
    /// [`Data`](ErrorKind::Data) for infinite numbers and lists of another length than in training.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{Model, Scorer, Value};
    ///
    /// let scorer = Scorer::new(Model::read("models/golden/v1.dfml")?)?;
    /// let address = [Value::from("Kiel")];
    /// let customer = [
    ///     Value::from("7590-VHVEG"),          // customerID: an identifier, which training left out
    ///     Value::from(34),                    // tenure
    ///     Value::from("1889.5"),              // TotalCharges: a number kept as text
    ///     Value::from(true),                  // Partner
    ///     Value::from("One year"),            // Contract
    ///     Value::Timestamp(1_735_689_600_000_000), // day: microseconds in UTC
    ///     Value::List(&[0.5, 0.0]),           // pixels
    ///     Value::Struct(&address),            // address
    /// ];
    /// let probability = scorer.score_row(&customer)?;
    /// assert!((0.0..=1.0).contains(&probability));
    ///
    /// let error = scorer.score_row(&customer[..3]).unwrap_err();
    /// assert!(error.to_string().starts_with("predict_churn takes 8 arguments, not 3: "));
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn score_row(&self, row: &[Value<'_>]) -> Result<f64> {
        if self.problem_type() == ProblemType::Multiclass {
            let labels = self.model().target.labels.len();
            return Err(call(format!("model {} tells {labels} labels apart, so a row has no single score", self.model().name))
                .with_hint("use label_row or probabilities_row"));
        }
        let mut raw = [0.0];
        self.row(row).raw_predictions(&mut raw)?;
        let [raw] = raw;
        Ok(self.model().link.inverse(raw))
    }

    /// The predicted label of one row: of two labels the one at the model's own threshold, of several the likeliest. The row is as
    /// in [`score_row`](Self::score_row); of more than two labels, the probabilities of one row are allocated.
    ///
    /// # Errors
    /// Those of [`score_row`](Self::score_row), and [`Call`](ErrorKind::Call) for a model that predicts a number.
    pub fn label_row(&self, row: &[Value<'_>]) -> Result<&Label> {
        self.require(self.problem_type() != ProblemType::Regression, "label")?;
        let labels = &self.model().target.labels;
        let place = if self.problem_type() == ProblemType::Multiclass {
            let mut raw = vec![0.0; labels.len()];
            self.row(row).raw_predictions(&mut raw)?;
            raw.iter().enumerate().fold(0, |best, (label, value)| if *value > raw[best] { label } else { best })
        } else {
            usize::from(self.score_row(row)? >= self.model.threshold())
        };
        labels.get(place).ok_or_else(|| Error::internal("a label is missing"))
    }

    /// Writes the probability of each label of one row, in the order of [`Target::labels`](crate::Target::labels). The row is as
    /// in [`score_row`](Self::score_row). Shape of `probabilities`: `(n_labels,)`.
    ///
    /// # Errors
    /// Those of [`score_row`](Self::score_row) for any number of labels, and [`Call`](ErrorKind::Call) for a model that predicts a
    /// number and for a slice of another length.
    pub fn probabilities_row(&self, row: &[Value<'_>], probabilities: &mut [f64]) -> Result<()> {
        self.require(self.problem_type() != ProblemType::Regression, "label")?;
        let labels = self.model().target.labels.len();
        if probabilities.len() != labels {
            let found = probabilities.len();
            return Err(call(format!("model {} has {labels} labels, so {found} probabilities do not fit", self.model().name)));
        }
        match probabilities {
            [negative, positive] if self.problem_type() == ProblemType::Binary => {
                *positive = self.score_row(row)?;
                *negative = 1.0 - *positive;
            }
            _ => {
                self.row(row).raw_predictions(probabilities)?;
                self.model().link.inverse_row(probabilities);
            }
        }
        Ok(())
    }

    fn problem_type(&self) -> ProblemType {
        self.model().problem_type
    }

    fn row<'a>(&'a self, values: &'a [Value<'a>]) -> Row<'a> {
        Row { model: &self.model, places: &self.places, call: &self.call, values }
    }

    /// The columns of a batch that are the arguments, in their order.
    fn columns<'a>(&self, batch: &'a RecordBatch) -> Result<Vec<&'a ArrayRef>> {
        Ok(self.call.find_columns(batch.schema_ref())?.into_iter().map(|column| batch.column(column)).collect())
    }

    fn require(&self, has: bool, what: &str) -> Result<()> {
        if has {
            return Ok(());
        }
        let model = self.model();
        let predicts = match model.problem_type {
            ProblemType::Regression => "predicts a number".to_owned(),
            _ => format!("tells {} labels apart", model.target.labels.len()),
        };
        Err(call(format!("model {} {predicts}, so it has no {what}", model.name)))
    }
}

fn arguments<'a>(columns: &[&'a ArrayRef]) -> Vec<Argument<'a>> {
    columns.iter().map(|column| Argument::Rows(column)).collect()
}

fn call(message: String) -> Error {
    ErrorKind::Call { message }.into()
}

impl fmt::Debug for Scorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = self.model();
        f.debug_struct("Scorer").field("model", &model.name).field("version", &model.version).finish_non_exhaustive()
    }
}
