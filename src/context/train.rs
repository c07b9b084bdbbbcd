//! Training from Rust: the options of `CREATE MODEL` as methods.

use std::fmt;
use std::sync::Arc;

use datafusion::prelude::DataFrame;
use futures::future::BoxFuture;

use super::{Event, IfExists, MlContext};
use crate::automl::{ClassWeights, Objective, PenaltyChoice, Split, ThresholdChoice, TrainSpec, TuningObjective};
use crate::error::{Error, Result};
use crate::model::{Family, Model, ModelName, ProblemType, Report};

impl MlContext {
    /// Trains a model on the rows of a `DataFrame`, tests it on rows that it never saw, saves it and publishes its functions.
    ///
    /// The name is read as statements read it: `"ml.churn"`, `"\"Churn 2026\""`. Nothing happens before the result is awaited.
    ///
    /// # Examples
    /// ```
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{MlContext, ModelStore, Split};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let session = SessionContext::new();
    /// let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
    /// let visits = session.sql("SELECT value % 24 AS hour, value % 24 > 17 AS bought FROM generate_series(1, 1000)").await?;
    ///
    /// let model = ml
    ///     .train("buyer", visits)
    ///     .target("bought")
    ///     .split(Split::random(0.8))
    ///     .threshold(0.5)
    ///     .on_progress(|phase, _| assert!(!phase.is_empty()))
    ///     .await?;
    /// assert_eq!(model.version, 1);
    /// assert!(model.evaluation.metric("roc_auc").is_some_and(|roc_auc| roc_auc.value > 0.99));
    ///
    /// // Plain `SessionContext::sql` sees its functions.
    /// session.sql("SELECT predict_buyer(20)").await?.collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn train(&self, name: impl Into<ModelName>, rows: DataFrame) -> TrainBuilder {
        TrainBuilder {
            context: self.clone(),
            spec: TrainSpec::new(name.into(), ""),
            rows,
            or_replace: false,
            if_not_exists: false,
            on_progress: None,
        }
    }
}

type OnProgress = Arc<dyn Fn(&str, Option<f64>) + Send + Sync>;

/// A model that is to be trained; made by [`MlContext::train`]. Awaiting it trains.
///
/// Every option of `CREATE MODEL` has its method here, with the same defaults, and what a statement refuses is refused with
/// the same error. Two options are needed: the rows and the [`target`](Self::target).
///
/// Dropping the future stops training: reading at once, computing at the end of the batch, the step of learning a column or the few
/// hundred rows that it is at. The store is then as it was, and no temporary file is left.
///
/// Memory is taken from the session's pool. Rows that it does not grant room for go to temporary files of the session's
/// `DiskManager`, and the model is the same; some 60 to 100 bytes a row have to stay in memory.
///
/// # Errors
/// * [`Statement`](crate::ErrorKind::Statement) for a missing target and options that do not fit together,
///   [`InvalidOption`](crate::ErrorKind::InvalidOption) for a value that an option cannot have,
///   [`ColumnNotFound`](crate::ErrorKind::ColumnNotFound) for a column that the rows do not have;
/// * [`ModelExists`](crate::ErrorKind::ModelExists) and [`FunctionExists`](crate::ErrorKind::FunctionExists) for names that are
///   taken;
/// * [`Data`](crate::ErrorKind::Data) for rows that nothing can be learned from;
/// * [`Store`](crate::ErrorKind::Store) if the model cannot be saved, [`DataFusion`](crate::ErrorKind::DataFusion) if the rows
///   cannot be read, or if the memory pool has too little room for what has to stay in memory.
///
/// # Examples
/// ```
/// use datafusion::prelude::SessionContext;
/// use datafusion_ml::{ErrorKind, MlContext, ModelStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let session = SessionContext::new();
/// let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
/// let rows = session.sql("SELECT value AS x, 3 * value AS y FROM generate_series(1, 50)").await?;
///
/// let error = ml.train("line", rows.clone()).target("z").await.unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::ColumnNotFound { role: "target", .. }));
///
/// // A dry run says what training would find, and trains nothing.
/// let report = ml.train("line", rows).target("y").dry_run().await?.ok_or("kept")?;
/// assert_eq!(report.value("model", "problem type"), Some("REGRESSION"));
/// assert!(ml.store().models().is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing is trained until it is awaited"]
pub struct TrainBuilder {
    context: MlContext,
    spec: TrainSpec,
    rows: DataFrame,
    or_replace: bool,
    if_not_exists: bool,
    on_progress: Option<OnProgress>,
}

impl TrainBuilder {
    /// `TARGET`: the column to learn. Its exact name, or the only one that agrees without case.
    pub fn target(mut self, column: impl Into<String>) -> Self {
        self.spec.target = column.into();
        self
    }

    /// `FUNCTION`: the name of the function that predicts, to which the others add `_at`, `_probability` and so on; by default
    /// `predict_` and the model's name.
    pub fn function(mut self, name: impl Into<String>) -> Self {
        self.spec.function = name.into();
        self
    }

    /// `PROBLEM_TYPE`, where it is not to be told from the target.
    pub fn problem_type(mut self, problem_type: ProblemType) -> Self {
        self.spec.problem = Some(problem_type);
        self
    }

    /// `OBJECTIVE`: what is to be best.
    pub fn objective(mut self, objective: Objective) -> Self {
        self.spec.objective = Some(objective);
        self
    }

    /// `SPLIT`: which rows are held out; by default 30 % of them at random.
    pub fn split(mut self, split: Split) -> Self {
        self.spec.split = split;
        self
    }

    /// `POSITIVE`: the label whose probability a binary model gives; of several labels, the one that is told from the rest. Any
    /// value that prints as the label does: `"Yes"`, `1`, `true`.
    #[allow(clippy::needless_pass_by_value, reason = "a number or a text is given as it is")]
    pub fn positive(mut self, label: impl ToString) -> Self {
        self.spec.positive = Some(label.to_string());
        self
    }

    /// `WEIGHT`: the column with the weight of each row, which is then no feature.
    pub fn weight(mut self, column: impl Into<String>) -> Self {
        self.spec.weight = Some(column.into());
        self
    }

    /// `CLASS_WEIGHTS`: what the rows of each label weigh, [`ClassWeights::Balanced`] or `[("yes", 5.0), ("no", 1.0)]`.
    pub fn class_weights(mut self, weights: impl Into<ClassWeights>) -> Self {
        self.spec.class_weights = weights.into();
        self
    }

    /// `THRESHOLD`: a number from 0 to 1, or what to choose it for.
    pub fn threshold(mut self, threshold: impl Into<ThresholdChoice>) -> Self {
        self.spec.threshold = Some(threshold.into());
        self
    }

    /// `FAMILY`: how a number is distributed around its mean; by default [`Family::Gaussian`]. Any of them makes a regression of the
    /// target, also of one that would be classes otherwise. Poisson, gamma and Tweedie predict numbers above 0, by a log link.
    ///
    /// # Examples
    /// ```
    /// use datafusion::prelude::SessionContext;
    /// use datafusion_ml::{Family, MlContext, ModelStore, Split};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let session = SessionContext::new();
    /// let ml = MlContext::new(session.clone(), ModelStore::in_memory()).await?;
    /// let hours = session.sql("SELECT value % 24 AS hour, value % 24 / 6 + value % 3 AS visits FROM generate_series(1, 500)").await?;
    ///
    /// let model = ml.train("visits", hours).target("visits").split(Split::None).family(Family::Poisson).await?;
    /// assert!(model.evaluation.metric("mean_poisson_deviance").is_some_and(|deviance| deviance.value < 1.0));
    /// assert!(model.goodness.is_some_and(|goodness| goodness.deviance < goodness.null_deviance));
    /// # Ok(())
    /// # }
    /// ```
    pub fn family(mut self, family: Family) -> Self {
        self.spec.family = Some(family);
        self
    }

    /// `FIT_INTERCEPT`: whether there is an intercept; by default there is.
    ///
    /// Without one the raw prediction is 0 where all features are 0 in the user's own units: a number is scaled but not centred, a
    /// null counts as 0 and has a column that marks it, and a constant column counts. Without a penalty the first category
    /// feature keeps all its values, further ones are measured from their most frequent value. R² is measured from 0.
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.spec.fit_intercept = fit_intercept;
        self
    }

    /// `L1`: factor of the penalty Σ|β|, which makes small coefficients 0; by default 0. Several, or [`PenaltyChoice::Auto`], are
    /// tried and the best is taken.
    pub fn l1(mut self, l1: impl Into<PenaltyChoice>) -> Self {
        self.spec.l1 = Some(l1.into());
        self
    }

    /// `L2`: factor of the penalty ½Σβ²; by default 0 for regression and 1 for classification. Several, or
    /// [`PenaltyChoice::Auto`], are tried and the best is taken.
    pub fn l2(mut self, l2: impl Into<PenaltyChoice>) -> Self {
        self.spec.l2 = Some(l2.into());
        self
    }

    /// What penalties that are to be found are compared by; by default the loss.
    pub fn tuning(mut self, objective: TuningObjective) -> Self {
        self.spec.tuning = Some(objective);
        self
    }

    /// `EARLY_STOP` with `MIN_REL_PROGRESS`: stop after the iteration that lowers the loss by no more than this share.
    pub fn early_stop(mut self, min_rel_progress: f64) -> Self {
        self.spec.min_rel_progress = Some(min_rel_progress);
        self
    }

    /// `MAX_ITERATIONS`: how many steps training takes at most; by default [`TrainSpec::DEFAULT_MAX_ITERATIONS`].
    pub fn max_iterations(mut self, max_iterations: u32) -> Self {
        self.spec.max_iterations = Some(max_iterations);
        self
    }

    /// `TOLERANCE`: how small the last step's promise must be, relative to the loss, for training to stop; by default
    /// [`TrainSpec::DEFAULT_TOLERANCE`].
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.spec.tolerance = Some(tolerance);
        self
    }

    /// `DESCRIPTION`: a text that is kept with the model.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.spec.description = description.into();
        self
    }

    /// `OR REPLACE`: makes the next version of a model that exists.
    pub fn or_replace(mut self) -> Self {
        self.or_replace = true;
        self
    }

    /// `IF NOT EXISTS`: keeps a model that exists, which is then the result, and does nothing else.
    pub fn if_not_exists(mut self) -> Self {
        self.if_not_exists = true;
        self
    }

    /// Tells a function what is being done and which share of it is done, in [0, 1] where that is known, instead of the observer
    /// of the [`MlContext`]. It is called from the threads that train and should return soon.
    pub fn on_progress(mut self, on_progress: impl Fn(&str, Option<f64>) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(on_progress));
        self
    }

    /// What is asked for so far.
    pub fn spec(&self) -> &TrainSpec {
        &self.spec
    }

    /// Reads the rows and says what training would find: problem type, split, features, warnings. Trains and saves nothing.
    /// Gives `None` where a model exists and is to be kept.
    ///
    /// # Errors
    /// Those of training, up to where it would begin to fit.
    pub async fn dry_run(self) -> Result<Option<Report>> {
        let (context, if_exists) = self.checked()?;
        context.dry_run(self.spec, self.rows, if_exists).await
    }

    async fn run(self) -> Result<Arc<Model>> {
        let (context, if_exists) = self.checked()?;
        let name = self.spec.name.clone();
        match context.create_model(self.spec, self.rows, if_exists).await? {
            Some(model) => Ok(model),
            None => context.store().get(&name),
        }
    }

    /// Checks what does not depend on the rows, also where a model that exists will be kept.
    fn checked(&self) -> Result<(MlContext, IfExists)> {
        self.spec.validate()?;
        let if_exists = match (self.or_replace, self.if_not_exists) {
            (true, true) => {
                return Err(
                    Error::statement("OR REPLACE and IF NOT EXISTS exclude each other").with_hint("leave out one of them")
                );
            }
            (true, false) => IfExists::Replace,
            (false, true) => IfExists::Keep,
            (false, false) => IfExists::Fail,
        };
        let mut context = self.context.clone();
        if let Some(on_progress) = self.on_progress.clone() {
            let observer = context.observer;
            context.observer = Arc::new(move |event| match event {
                Event::Progress { phase, done } => on_progress(&phase, done),
                other => observer(other),
            });
        }
        Ok((context, if_exists))
    }
}

impl IntoFuture for TrainBuilder {
    type Output = Result<Arc<Model>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for TrainBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrainBuilder").field("spec", &self.spec).finish_non_exhaustive()
    }
}
