//! From the training query's rows to encoded rows in canonical order: everything before fitting.

use std::sync::Arc;

use super::cancel::Cancel;
use super::class_weights::class_weights;
use super::column_store::{ColumnStore, Stored, StoredColumns};
use super::composite;
use super::evaluate::row_bytes;
use super::exact::MAX_RAW;
use super::features::{LEARNING_BYTES, PreparedFeature, TrainingRows};
use super::fold::Rows;
use super::in_memory::{InMemory, SOLVER_STATES};
use super::linear;
use super::memory::Memory;
use super::normal_equations::NormalEquations;
use super::out_of_fold::OUT_OF_FOLD_BYTES;
use super::parallel;
use super::spec::{ClassWeights, TrainSpec};
use super::split::{self, N_FOLDS, Segments};
use super::statistics::Moments;
use super::table::{Column, Roles, Table};
use super::target::LearnedTarget;
use super::target_range;
use super::transform;
use super::values::{ReadBuffers, Values};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, ColumnType, DesignColumn, EncodedBatch, Family, Feature, ProblemType, Target, Transform};

/// Above so many unknowns no solver keeps all products of columns.
const MANY_UNKNOWNS: usize = 3000;

/// What training is asked to do, and how.
pub(crate) struct Request<'a> {
    pub spec: &'a TrainSpec,
    pub table: Table,
    pub roles: Roles,
    /// Go no further if this is the fingerprint of the data.
    pub unless: Option<&'a str>,
    /// Threads to use, at least 1.
    pub threads: usize,
    pub cancel: Cancel,
    /// The session's memory and temporary files.
    pub memory: Memory,
    /// Is told the phase and how much of it is done.
    pub progress: &'a (dyn Fn(&str, Option<f64>) + Sync),
}

/// Encoded rows and all that was found on the way to them.
pub(crate) struct Prepared {
    pub problem_type: ProblemType,
    pub family: Family,
    pub target: Target,
    pub positive_reason: &'static str,
    pub problem_reason: String,
    pub segments: Segments,
    pub features: Vec<Feature>,
    /// How they were computed, where the statement says how.
    pub transform: Option<Transform>,
    /// Per feature, what was found.
    pub findings: Vec<PreparedFeature>,
    pub layout: Arc<ColumnLayout>,
    pub source: InMemory,
    /// Row weights in canonical order, without class weights: what evaluation weighs by.
    pub weight: Option<Vec<f64>>,
    /// Of the target among the training rows, weighted; of the places of labels, where it has labels.
    pub target_moments: Moments,
    /// The share of each label among the training rows, weighted; of a number its mean.
    pub prior: Vec<f64>,
    /// Training rows of each label, not weighted; empty for regression.
    pub label_rows: Vec<usize>,
    /// Per label the weight of its class in training.
    pub class_weights: Option<Vec<f64>>,
    /// Mean of each column of the design matrix over the training rows, weighted.
    pub column_means: Vec<f64>,
    /// Rows of the training query, and those left out because their target is null.
    pub n_rows: usize,
    pub n_null_target: usize,
    pub memory: Memory,
}

impl Prepared {
    /// Splits the rows, learns the encoders and encodes; `None` if the rows are those that `unless` knows.
    pub(crate) fn new(request: Request<'_>) -> Result<Option<Self>> {
        let Request { spec, mut table, mut roles, unless, threads, cancel, memory, progress } = request;
        progress("splitting rows", None);
        let n_rows = table.n_rows;
        // Target and weights twice each: as they are read, and in canonical order.
        let per_row = (1 + usize::from(roles.weight.is_some())) * size_of::<f64>();
        let held = memory.hold("reading the target", n_rows, 2 * n_rows * per_row)?;
        let mut learned =
            LearnedTarget::new(spec, &table.columns[roles.target], n_rows).map_err(|error| error.about("target"))?;
        let weight = roles.weight.map(|column| read_weights(&table.columns[column], &learned.y)).transpose();
        let weight = weight.map_err(|error| error.about("weight"))?;
        cancel.check()?;
        let classes = learned.problem_type != ProblemType::Regression;
        let means = (threads, &cancel, &memory);
        let (segments, order) =
            split::split(spec, &mut table, &roles, &learned.y, classes, means).map_err(|error| error.about("split"))?;
        if unless == Some(segments.fingerprint.as_str()) {
            return Ok(None);
        }
        cancel.check()?;

        let gather = |values: Vec<f64>| -> Vec<f64> { order.iter().map(|row| values[*row as usize]).collect() };
        let y = gather(std::mem::take(&mut learned.y));
        let weight = weight.map(gather);
        held.shrink(n_rows * per_row);
        let n_train = segments.n_train();
        let train_weight = weight.as_ref().map(|weight| &weight[..n_train]);
        let target_moments = Moments::new(&y[..n_train], train_weight);

        let (prior, label_rows) = priors(&learned.target, &y[..n_train], train_weight, &target_moments);
        check_weights(train_weight, classes.then_some(prior.as_slice())).map_err(|error| error.about("weight"))?;
        check_options(spec, learned.problem_type)?;
        let family = family(spec, learned.problem_type);
        target_range::check(family, &learned.target.name, &y, &target_moments).map_err(|error| error.about("target"))?;

        let transform = transform::apply(spec, &mut table, &mut roles, &order[..n_train], (&cancel, &memory))?;
        progress("learning features", None);
        let n_null_target = n_rows - order.len();
        let of_order = memory.hold("learning features", n_rows, size_of_val(order.as_slice()))?;
        // What comes next must find room when the columns have been kept.
        let room = memory.hold("", n_rows, later_bytes(&segments, &learned.target)).ok();
        let learners = memory.hold_for_threads("learning a feature", n_rows, n_rows * LEARNING_BYTES, threads)?;
        let store = ColumnStore::new(&memory, room.is_some());
        let buffers = ReadBuffers::default();
        let rows = TrainingRows {
            n_rows,
            order: &order,
            n_train,
            y: &y,
            weight: weight.as_deref(),
            problem_type: learned.problem_type,
            has_intercept: spec.fit_intercept,
            text_is_category: spec.text_is_category,
            keep_raw: linear::is_least_squares(spec, family) && y.len() * roles.features.len() <= MAX_RAW,
            buffers: &buffers,
            store: &store,
            memory: &memory,
            cancel: &cancel,
        };
        let columns = table.columns.into_iter().enumerate();
        let columns: Vec<Column> =
            columns.filter(|(i, _)| roles.features.binary_search(i).is_ok()).map(|(_, column)| column).collect();
        let mut findings = parallel::map(learners.threads, columns, |column| {
            cancel.check()?;
            composite::prepare(column, rows)
        })?;

        let features: Vec<Feature> = findings.iter().map(PreparedFeature::feature).collect();
        let layout = Arc::new(ColumnLayout::new(&features).with_intercept(spec.fit_intercept));
        if layout.n_columns() == 0 {
            return Err(nothing_to_learn(&features));
        }
        let dense = findings.iter_mut().flat_map(|f| std::mem::take(&mut f.dense)).collect();
        let codes = findings.iter_mut().flat_map(|f| std::mem::take(&mut f.codes)).collect();
        let columns = StoredColumns { dense, codes, raw: raw_numbers(&layout, y.len(), &mut findings) };
        drop((order, of_order, buffers, learners));
        let columns = store.finish(y.len(), columns, state_bytes(&layout, &learned.target, threads))?;
        drop(room);
        let class_weights = class_weights(spec, &learned.target, &prior)?;
        let fit_weight = fit_weight(class_weights.as_deref(), weight.as_deref(), &y);
        memory.grow(&held, "weights", n_rows, fit_weight.as_ref().map_or(0, |weight| size_of_val(weight.as_slice())))?;
        let rows = Rows { x: EncodedBatch::default(), y, weight: fit_weight, raw: Vec::new() };
        let mut source = InMemory::of_columns(columns, rows, segments.ranges.clone(), (threads, cancel), &memory)?;
        source.also_holds(held);
        let column_means = column_means(&layout, &source, n_train, weight.as_ref().map(|weight| &weight[..n_train]))?;
        Ok(Some(Self {
            problem_type: learned.problem_type,
            family,
            target: learned.target,
            positive_reason: learned.positive_reason,
            problem_reason: learned.problem_reason,
            segments,
            features,
            transform,
            findings,
            layout,
            source,
            weight,
            target_moments,
            prior,
            label_rows,
            class_weights,
            column_means,
            n_rows,
            n_null_target,
            memory,
        }))
    }
}

/// Whether the weights leave something to learn from; of labels, at least two of some share.
fn check_weights(weight: Option<&[f64]>, shares: Option<&[f64]>) -> Result<()> {
    if weight.is_some_and(|weight| weight.iter().all(|w| *w == 0.0)) {
        return Err(Error::data("all training rows have weight 0"));
    }
    if shares.is_some_and(|shares| shares.iter().filter(|share| **share > 0.0).count() < 2) {
        return Err(Error::data("all training rows but those of one label have weight 0, so there is nothing to tell apart"));
    }
    Ok(())
}

/// The family of a problem's target.
fn family(spec: &TrainSpec, problem_type: ProblemType) -> Family {
    match problem_type {
        ProblemType::Binary => Family::Binomial,
        ProblemType::Multiclass => Family::Multinomial,
        ProblemType::Regression => spec.family.unwrap_or_default(),
    }
}

/// What rows weigh in the fit: their own weight times that of their class.
fn fit_weight(class_weights: Option<&[f64]>, weight: Option<&[f64]>, y: &[f64]) -> Option<Vec<f64>> {
    let Some(of_labels) = class_weights else { return weight.map(<[f64]>::to_vec) };
    let weight_of = |i: usize| weight.map_or(1.0, |weight| weight[i]);
    Some(y.iter().enumerate().map(|(i, y)| weight_of(i) * of_labels[place(*y)]).collect())
}

/// The place of a row's label.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places are small whole numbers")]
fn place(y: f64) -> usize {
    y as usize
}

/// The share of each label by weight and its number of rows, or the mean of a number.
fn priors(target: &Target, y: &[f64], weight: Option<&[f64]>, moments: &Moments) -> (Vec<f64>, Vec<usize>) {
    if target.labels.is_empty() {
        return (vec![moments.mean], Vec::new());
    }
    let mut shares = vec![0.0; target.labels.len()];
    let mut rows = vec![0; target.labels.len()];
    for (i, y) in y.iter().enumerate() {
        shares[place(*y)] += weight.map_or(1.0, |weight| weight[i]);
        rows[place(*y)] += 1;
    }
    let total: f64 = shares.iter().sum();
    (shares.into_iter().map(|share| share / total).collect(), rows)
}

/// The features' numbers in the user's own units: all of them or none.
fn raw_numbers(layout: &ColumnLayout, n_rows: usize, findings: &mut [PreparedFeature]) -> Vec<Stored<f64>> {
    let raw: Vec<Stored<f64>> = findings.iter_mut().flat_map(|f| std::mem::take(&mut f.raw)).collect();
    let n_numbers = layout.columns().filter(|column| matches!(column, DesignColumn::Number { .. })).count();
    if raw.len() == n_numbers && n_rows * n_numbers <= MAX_RAW { raw } else { Vec::new() }
}

/// What is going to be taken of the rows that are predicted out of their fold, and of those that are evaluated.
fn later_bytes(segments: &Segments, target: &Target) -> usize {
    let n_evaluated = if segments.n_held_out() > 0 { segments.n_held_out() } else { segments.n_rows() };
    let of_fold = if target.labels.len() == 2 { segments.n_train() * OUT_OF_FOLD_BYTES } else { 0 };
    of_fold.max(n_evaluated * row_bytes(target.labels.len().max(1)))
}

/// What a fit by normal equations is going to take: of each fold, of two groups of rows in each thread, and for its solution.
fn state_bytes(layout: &ColumnLayout, target: &Target, threads: usize) -> usize {
    // Labels but one, and the pairs of them.
    let free = target.labels.len().saturating_sub(1).max(1);
    let n_equations = free * (free + 1) / 2 * (N_FOLDS + 2 * threads + SOLVER_STATES);
    // More unknowns are left to a limited memory.
    if free * layout.n_columns() > MANY_UNKNOWNS { 0 } else { NormalEquations::bytes(layout.n_columns()) * n_equations }
}

/// Means of the design columns over the training rows. A number is centred unless there is no intercept, and its nulls stand at
/// its mean.
fn column_means(layout: &ColumnLayout, source: &InMemory, n_train: usize, weight: Option<&[f64]>) -> Result<Vec<f64>> {
    let weight_of = |row: usize| weight.map_or(1.0, |weight| weight[row]);
    let total: f64 = (0..n_train).map(weight_of).sum();
    let mut means = vec![0.0; layout.n_dense()];
    for (place, column) in layout.columns().take(layout.n_dense()).enumerate() {
        source.cancel.check()?;
        let is_centred = matches!(column, DesignColumn::Number { .. }) && layout.has_intercept();
        if !is_centred {
            let columns = source.dense(place..place + 1, n_train)?;
            let values = columns.first().map_or(&[][..], |column| &column[..n_train]);
            means[place] = values.iter().enumerate().map(|(row, x)| weight_of(row) * x).sum::<f64>() / total;
        }
    }
    for (category, (_, n_codes, _)) in layout.categories().iter().enumerate() {
        source.cancel.check()?;
        let mut sums = vec![0.0; *n_codes];
        let codes = source.codes(category, n_train)?;
        codes[..n_train].iter().enumerate().for_each(|(row, code)| sums[*code as usize] += weight_of(row));
        means.extend(sums.into_iter().map(|sum| sum / total));
    }
    Ok(means)
}

/// Options that mean nothing for a problem are errors: nothing that is asked for is passed over.
fn check_options(spec: &TrainSpec, problem_type: ProblemType) -> Result<()> {
    if problem_type == ProblemType::Multiclass && spec.threshold.is_some() {
        return Err(Error::data(format!(
            "THRESHOLD does not fit: the target {} has several labels, and each row gets the likeliest",
            spec.target
        ))
        .with_hint("leave it out, or tell one label from the rest with SETTINGS (POSITIVE 'label')")
        .about("threshold"));
    }
    if problem_type != ProblemType::Regression {
        return Ok(());
    }
    let given = [
        ("THRESHOLD", "threshold", spec.threshold.is_some()),
        ("POSITIVE", "positive", spec.positive.is_some()),
        ("CLASS_WEIGHTS", "class_weights", spec.class_weights != ClassWeights::None),
    ];
    match given.into_iter().find(|(.., given)| *given) {
        Some((name, option, _)) => {
            Err(Error::data(format!("{name} does not fit: the target {} is a number and has no labels", spec.target))
                .with_hint("leave it out, or set PROBLEM_TYPE BINARY_CLASSIFICATION if the target has two values")
                .about(option))
        }
        None => Ok(()),
    }
}

fn nothing_to_learn(features: &[Feature]) -> Error {
    let reasons: Vec<String> = features
        .iter()
        .filter_map(|feature| match &feature.encoder {
            crate::model::Encoder::Ignored(reason) => Some(format!("{}: {}", feature.name, reason.describe())),
            _ => None,
        })
        .collect();
    Error::data(format!("none of the features can be learned from ({})", reasons.join("; ")))
}

/// Reads row weights; rows without a target do not count.
fn read_weights(column: &Column, y: &[f64]) -> Result<Vec<f64>> {
    let column_type = ColumnType::from_arrow(&column.data_type).filter(ColumnType::is_number);
    let Some(column_type) = column_type else {
        return Err(Error::data(format!("the weight column {} has type {}; weights are numbers", column.name, column.data_type)));
    };
    let Values::Numbers(weights) = Values::read(&column_type, column.arrays.iter())? else {
        return Err(Error::internal("numbers were read as text"));
    };
    let bad = |w: &f64| w.is_nan() || w.is_infinite() || *w < 0.0;
    match weights.iter().zip(y).filter(|(w, y)| !y.is_nan() && bad(w)).count() {
        0 => Ok(weights),
        n => Err(Error::data(format!("the weight column {} is null, negative or infinite in {n} rows", column.name))
            .with_hint("weights are finite numbers from 0; fill them in or leave the rows out")),
    }
}
