//! From the training query's rows to encoded rows in canonical order: everything before fitting.

use std::sync::Arc;

use super::cancel::Cancel;
use super::features::{PreparedFeature, TrainingRows};
use super::fold::Rows;
use super::in_memory::InMemory;
use super::parallel;
use super::spec::{ClassWeights, TrainSpec};
use super::split::{self, Segments};
use super::statistics::Moments;
use super::table::{Column, Roles, Table};
use super::target::LearnedTarget;
use super::values::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ColumnLayout, ColumnType, EncodedBatch, Feature, Label, ProblemType, Target};

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
    /// Is told the phase and how much of it is done.
    pub progress: &'a (dyn Fn(&str, Option<f64>) + Sync),
}

/// Encoded rows and all that was found on the way to them.
pub(crate) struct Prepared {
    pub problem_type: ProblemType,
    pub target: Target,
    pub positive_reason: &'static str,
    pub problem_reason: String,
    pub segments: Segments,
    pub features: Vec<Feature>,
    /// Per feature, what was found.
    pub findings: Vec<PreparedFeature>,
    pub layout: Arc<ColumnLayout>,
    pub source: InMemory,
    /// Row weights in canonical order, without class weights: what evaluation weighs by.
    pub weight: Option<Vec<f64>>,
    /// Of the target among the training rows, weighted.
    pub target_moments: Moments,
    /// Per label (negative, positive) the weight of its class in training.
    pub class_weights: Option<[f64; 2]>,
    /// Rows of the training query, and those left out because their target is null.
    pub n_rows: usize,
    pub n_null_target: usize,
}

impl Prepared {
    /// Splits the rows, learns the encoders and encodes; `None` if the rows are those that `unless` knows.
    pub(crate) fn new(request: Request<'_>) -> Result<Option<Self>> {
        let Request { spec, table, roles, unless, threads, cancel, progress } = request;
        progress("splitting rows", None);
        let learned = LearnedTarget::new(spec, &table.columns[roles.target])?;
        let weight = roles.weight.map(|column| read_weights(&table.columns[column], &learned.y)).transpose()?;
        cancel.check()?;
        let classes = learned.problem_type == ProblemType::Binary;
        let segments = split::split(spec, &table, &roles, &learned.y, classes, threads)?;
        if unless == Some(segments.fingerprint.as_str()) {
            return Ok(None);
        }
        cancel.check()?;

        let gather = |values: &[f64]| -> Vec<f64> { segments.order.iter().map(|row| values[*row as usize]).collect() };
        let y = gather(&learned.y);
        let weight = weight.map(|weight| gather(&weight));
        let n_train = segments.n_train();
        let train_weight = weight.as_ref().map(|weight| &weight[..n_train]);
        if train_weight.is_some_and(|weight| weight.iter().all(|w| *w == 0.0)) {
            return Err(Error::data("all training rows have weight 0"));
        }
        let target_moments = Moments::new(&y[..n_train], train_weight);

        if classes && !(0.0 < target_moments.mean && target_moments.mean < 1.0) {
            return Err(Error::data("all training rows of one label have weight 0, so there is nothing to tell apart"));
        }
        check_options(spec, learned.problem_type)?;

        progress("learning features", None);
        let (n_rows, n_null_target) = (table.n_rows, table.n_rows - segments.order.len());
        let rows = TrainingRows { order: &segments.order, n_train, y: &y, weight: weight.as_deref(), classes };
        let mut columns: Vec<Option<Column>> = table.columns.into_iter().map(Some).collect();
        let columns: Vec<Column> = roles.features.iter().filter_map(|feature| columns[*feature].take()).collect();
        let mut findings = parallel::map(threads, columns, |column| {
            cancel.check()?;
            let column_type =
                ColumnType::from_arrow(&column.data_type).ok_or_else(|| Error::internal("an unchecked feature type"))?;
            let values = Values::read(&column_type, &column.arrays)?;
            PreparedFeature::new(column.name, column_type, values, rows)
        })?;

        let features: Vec<Feature> = findings
            .iter()
            .map(|f| Feature { name: f.name.clone(), column_type: f.column_type.clone(), encoder: f.encoder.clone() })
            .collect();
        let layout = Arc::new(ColumnLayout::new(&features));
        if layout.n_columns() == 0 {
            return Err(nothing_to_learn(&features));
        }
        let dense = findings.iter_mut().flat_map(|f| std::mem::take(&mut f.dense)).collect();
        let codes = findings.iter_mut().filter_map(|f| f.codes.take()).collect();
        let class_weights = class_weights(spec, &learned.target, &target_moments)?;
        let fit_weight = match class_weights {
            None => weight.clone(),
            Some([negative, positive]) => Some(
                y.iter()
                    .enumerate()
                    .map(|(i, y)| weight.as_ref().map_or(1.0, |weight| weight[i]) * if *y > 0.0 { positive } else { negative })
                    .collect(),
            ),
        };
        let x = EncodedBatch::new(y.len(), dense, codes);
        let source = InMemory { rows: Rows { x, y, weight: fit_weight }, segments: segments.ranges.clone(), threads, cancel };
        Ok(Some(Self {
            problem_type: learned.problem_type,
            target: learned.target,
            positive_reason: learned.positive_reason,
            problem_reason: learned.problem_reason,
            segments,
            features,
            findings,
            layout,
            source,
            weight,
            target_moments,
            class_weights,
            n_rows,
            n_null_target,
        }))
    }
}

/// Options that mean nothing for a problem are errors: nothing that is asked for is passed over.
fn check_options(spec: &TrainSpec, problem_type: ProblemType) -> Result<()> {
    if problem_type != ProblemType::Regression {
        return Ok(());
    }
    let given = [
        ("THRESHOLD", spec.threshold.is_some()),
        ("POSITIVE", spec.positive.is_some()),
        ("CLASS_WEIGHTS", spec.class_weights != ClassWeights::None),
        ("MAX_ITERATIONS", spec.max_iterations.is_some()),
        ("TOLERANCE", spec.tolerance.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name @ ("MAX_ITERATIONS" | "TOLERANCE"), _)) => Err(Error::data(format!(
            "{name} does not fit: the target {} is a number, and least squares is solved in one step",
            spec.target
        ))),
        Some((name, _)) => {
            Err(Error::data(format!("{name} does not fit: the target {} is a number and has no labels", spec.target))
                .with_hint("leave it out, or set PROBLEM_TYPE BINARY_CLASSIFICATION if the target has two values"))
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
    let Values::Numbers(weights) = Values::read(&column_type, &column.arrays)? else {
        return Err(Error::internal("numbers were read as text"));
    };
    let bad = |w: &f64| w.is_nan() || w.is_infinite() || *w < 0.0;
    match weights.iter().zip(y).filter(|(w, y)| !y.is_nan() && bad(w)).count() {
        0 => Ok(weights),
        n => Err(Error::data(format!("the weight column {} is null, negative or infinite in {n} rows", column.name))
            .with_hint("weights are finite numbers from 0; fill them in or leave the rows out")),
    }
}

fn class_weights(spec: &TrainSpec, target: &Target, moments: &Moments) -> Result<Option<[f64; 2]>> {
    match &spec.class_weights {
        ClassWeights::None => Ok(None),
        // The mean of a 0/1 target is the share of positives.
        ClassWeights::Balanced => Ok(Some([0.5 / (1.0 - moments.mean), 0.5 / moments.mean])),
        ClassWeights::Listed(listed) => {
            let mut weights = [1.0; 2];
            for (label, weight) in listed {
                let place = target.labels.iter().position(|known| known.to_string() == *label);
                let place = place.ok_or_else(|| ErrorKind::InvalidOption {
                    name: "CLASS_WEIGHTS".into(),
                    value: format!("'{label}'"),
                    expected: format!(
                        "the target's labels, {}",
                        target.labels.iter().map(Label::to_string).collect::<Vec<_>>().join(" and ")
                    ),
                })?;
                if *weight <= 0.0 {
                    let error = ErrorKind::InvalidOption {
                        name: format!("the class weight of '{label}'"),
                        value: weight.to_string(),
                        expected: "a number above 0; leave the rows out to train without them".into(),
                    };
                    return Err(error.into());
                }
                weights[place] = *weight;
            }
            Ok(Some(weights))
        }
    }
}
