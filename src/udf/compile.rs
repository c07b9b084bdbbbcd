//! A model in the form that scores fast.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;

use super::category::{CategoryTerm, Codes};
use super::explain::Baselines;
use super::interval::Intervals;
use super::kernel;
use super::label::Labels;
use super::number::{NumberColumn, NumberTerm};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    ColumnLayout, CompiledTransform, DesignColumn, Encoder, Leaf, LinearPredictor, Model, Predictor, ProblemType, Transform,
    leaves, quote_identifier,
};

/// The values of one feature in one batch.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Argument<'a> {
    /// One value per row.
    Rows(&'a ArrayRef),
    /// One value for all rows.
    One(&'a ScalarValue),
}

impl Argument<'_> {
    fn to_array(self, n_rows: usize) -> Result<ArrayRef> {
        match self {
            Self::Rows(array) => Ok(ArrayRef::clone(array)),
            Self::One(scalar) => Ok(scalar.to_array_of_size(n_rows)?),
        }
    }
}

impl<'a> From<&'a ColumnarValue> for Argument<'a> {
    fn from(value: &'a ColumnarValue) -> Self {
        match value {
            ColumnarValue::Array(array) => Self::Rows(array),
            ColumnarValue::Scalar(scalar) => Self::One(scalar),
        }
    }
}

/// A model whose encoders and parameters are folded into one term per leaf:
/// `raw = intercept + Σ (x_j - mean_j) · (beta_j / std_dev_j) + Σ coefficient of the category`, for each output.
///
/// Gives what [`ColumnLayout::encode`] followed by [`Predictor::raw_predictions`] gives, up to rounding.
#[derive(Debug)]
pub(crate) struct CompiledModel {
    model: Arc<Model>,
    fingerprint: blake3::Hash,
    /// Per leaf, the feature that it belongs to.
    leaf_features: Vec<usize>,
    /// Whether some feature has leaves other than itself.
    has_composites: bool,
    outputs: Vec<CompiledOutput>,
    categories: Vec<CategoryTerm>,
    baselines: Baselines,
    /// None where the prediction is a number.
    labels: Option<Labels>,
    /// Of models that publish them.
    intervals: Option<Intervals>,
    /// Computes the features from the arguments.
    transform: Option<CompiledTransform>,
}

/// The number terms of one output, in the order of the leaves.
#[derive(Debug)]
pub(super) struct CompiledOutput {
    pub(super) intercept: f64,
    pub(super) numbers: Vec<NumberTerm>,
}

/// The leaves of one batch as the terms read them.
pub(super) struct Columns<'a> {
    /// One for each number term.
    pub(super) numbers: Vec<NumberColumn<'a>>,
    /// One for each category term.
    pub(super) codes: Vec<Codes>,
}

impl CompiledModel {
    /// Compiles a model.
    ///
    /// # Errors
    /// [`InvalidModel`](ErrorKind::InvalidModel) if the parameters do not fit the features or are not finite, or the labels do
    /// not fit the target.
    pub(crate) fn new(model: Arc<Model>) -> Result<Self> {
        let unfit =
            |what: &str| -> Error { ErrorKind::InvalidModel { name: model.name.to_string(), reason: what.into() }.into() };
        let Predictor::Linear(linear) = &model.predictor;
        let layout = ColumnLayout::new(&model.features);
        let leaves = leaves(&model.features);
        let labels = model.target.labels.len();
        let labels_fit = match model.problem_type {
            ProblemType::Binary => labels == 2 && linear.len() == 1,
            ProblemType::Multiclass => labels == linear.len(),
            ProblemType::Regression => labels == 0 && linear.len() == 1,
        };
        if !labels_fit {
            return Err(unfit("its labels do not fit its outputs"));
        }
        if model.column_means.len() != layout.n_columns() {
            return Err(unfit("its column means do not fit its features"));
        }
        let size = layout.n_columns() + 1;
        if model.interval_basis().is_some_and(|inference| inference.unscaled_covariance.len() != size * (size + 1) / 2) {
            return Err(unfit("its covariance does not fit its features"));
        }
        let outputs: Option<Vec<_>> = linear.iter().map(|linear| CompiledOutput::new(linear, &layout, &leaves)).collect();
        let outputs =
            outputs.filter(|outputs| !outputs.is_empty()).ok_or_else(|| unfit("its parameters do not fit its features"))?;
        let mut categories = Vec::new();
        for (leaf, n_codes, start) in layout.categories() {
            let coefficients = linear.iter().map(|linear| linear.coefficients[*start..start + n_codes].to_vec()).collect();
            if let Encoder::Category(encoder) = leaves[*leaf].encoder {
                let term = CategoryTerm::new(*leaf, encoder, coefficients);
                categories.push(term.ok_or_else(|| unfit("a category has the wrong number of coefficients"))?);
            }
        }
        let finite = |output: &CompiledOutput| {
            output.intercept.is_finite() && output.numbers.iter().all(|term| term.mean.is_finite() && term.scale.is_finite())
        };
        if !(outputs.iter().all(finite) && linear.iter().all(|linear| kernel::all_finite(&linear.coefficients))) {
            return Err(unfit("its parameters are not finite"));
        }
        let leaf_features: Vec<usize> = leaves.iter().map(|leaf| leaf.feature).collect();
        let number_leaves: Vec<usize> =
            outputs.first().map_or_else(Vec::new, |o| o.numbers.iter().map(|term| term.leaf).collect());
        let category_leaves: Vec<usize> = categories.iter().map(|term| term.leaf).collect();
        let baselines = Baselines::new(&model, &number_leaves, &category_leaves, &leaf_features);
        let has_composites = model.features.iter().any(|feature| feature.encoder.is_composite());
        let labels = Labels::new(&model.target).map_err(|_| unfit("its labels do not fit the type of its target"))?;
        let intervals = Intervals::new(&model, &layout, &leaves);
        let transform = model.transform.as_ref().map(Transform::compile).transpose();
        let transform = transform.map_err(|error| unfit(&format!("its TRANSFORM cannot be planned: {error}")))?;
        let fingerprint = fingerprint(&model)?;
        Ok(Self {
            model,
            fingerprint,
            leaf_features,
            has_composites,
            outputs,
            categories,
            baselines,
            labels,
            intervals,
            transform,
        })
    }

    /// The model itself.
    pub(crate) fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Tells models apart by their content.
    pub(crate) fn fingerprint(&self) -> &blake3::Hash {
        &self.fingerprint
    }

    pub(super) fn outputs(&self) -> &[CompiledOutput] {
        &self.outputs
    }

    pub(super) fn categories(&self) -> &[CategoryTerm] {
        &self.categories
    }

    pub(super) fn labels(&self) -> Option<&Labels> {
        self.labels.as_ref()
    }

    pub(super) fn interval_places(&self) -> Option<&Intervals> {
        self.intervals.as_ref()
    }

    pub(super) fn baselines(&self) -> &Baselines {
        &self.baselines
    }

    /// Raw predictions of the argument arrays of one batch, one array per feature in the features' order, all of `n_rows`
    /// rows. Shape: `(n_outputs, n_rows)`. The types are those that a call may have; they are checked when a query is planned.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) where a feature is infinite or a sum overflows: the message names the feature and
    /// counts the rows.
    #[cfg(test)]
    pub(crate) fn raw_predictions(&self, arrays: &[ArrayRef], n_rows: usize) -> Result<Vec<Vec<f64>>> {
        let arguments: Vec<_> = arrays.iter().map(Argument::Rows).collect();
        self.raw_predictions_of(&arguments, n_rows)
    }

    /// The same for arguments some of which may be one value for all rows.
    pub(crate) fn raw_predictions_of(&self, arguments: &[Argument<'_>], n_rows: usize) -> Result<Vec<Vec<f64>>> {
        self.with_columns(arguments, n_rows, |columns| {
            let mut raws = Vec::with_capacity(self.outputs.len());
            for (output, compiled) in self.outputs.iter().enumerate() {
                let mut raw = vec![compiled.intercept; n_rows];
                kernel::add_numbers(&mut raw, &compiled.numbers, &columns.numbers);
                for (term, codes) in self.categories.iter().zip(&columns.codes) {
                    term.add_to(&mut raw, output, codes);
                }
                // Every term is finite where its value is, and an infinite one makes the sum infinite or NaN whatever is added.
                if !kernel::all_finite(&raw) {
                    return Err(self.why_not_finite(columns, &raw));
                }
                raws.push(raw);
            }
            Ok(raws)
        })
    }

    /// Brings the arguments of a batch into the form in which the terms read them.
    pub(super) fn with_columns<R>(
        &self,
        arguments: &[Argument<'_>],
        n_rows: usize,
        then: impl FnOnce(&Columns<'_>) -> Result<R>,
    ) -> Result<R> {
        let fits = |argument: &Argument| match argument {
            Argument::Rows(array) => array.len() == n_rows,
            Argument::One(_) => true,
        };
        let n_arguments = self.transform.as_ref().map_or(self.model.features.len(), CompiledTransform::n_inputs);
        if arguments.len() != n_arguments || !arguments.iter().all(fits) {
            return Err(Error::internal("the arguments do not fit the features"));
        }
        let Some(transform) = &self.transform else { return self.with_features(arguments, then) };
        let inputs = arguments.iter().map(|argument| argument.to_array(n_rows)).collect::<Result<Vec<_>>>()?;
        let features = transform.evaluate(&inputs, n_rows)?;
        let features: Vec<Argument<'_>> = features.iter().map(Argument::Rows).collect();
        self.with_features(&features, then)
    }

    fn with_features<R>(&self, features: &[Argument<'_>], then: impl FnOnce(&Columns<'_>) -> Result<R>) -> Result<R> {
        if !self.has_composites {
            return then(&self.columns(features)?);
        }
        let leaves = self.expand(features)?;
        let leaves: Vec<_> = leaves.iter().map(ExpandedLeaf::argument).collect();
        then(&self.columns(&leaves)?)
    }

    fn columns<'a>(&self, leaves: &[Argument<'a>]) -> Result<Columns<'a>> {
        let numbers = self.outputs.first().map_or(&[][..], |output| &output.numbers);
        Ok(Columns {
            numbers: numbers.iter().map(|term| NumberColumn::new(term.source, leaves[term.leaf])).collect::<Result<_>>()?,
            codes: self.categories.iter().map(|term| term.codes(leaves[term.leaf])).collect::<Result<_>>()?,
        })
    }

    /// One argument per leaf.
    fn expand<'a>(&self, arguments: &[Argument<'a>]) -> Result<Vec<ExpandedLeaf<'a>>> {
        let mut leaves = Vec::with_capacity(self.leaf_features.len());
        for (feature, argument) in self.model.features.iter().zip(arguments) {
            if !feature.encoder.is_composite() {
                leaves.push(ExpandedLeaf::Same(*argument));
                continue;
            }
            let mut arrays = Vec::new();
            match argument {
                Argument::Rows(array) => {
                    feature.encoder.expand(&feature.name, array, &mut arrays)?;
                    leaves.extend(arrays.into_iter().map(ExpandedLeaf::Rows));
                }
                Argument::One(scalar) => {
                    feature.encoder.expand(&feature.name, &scalar.to_array_of_size(1)?, &mut arrays)?;
                    for array in arrays {
                        leaves.push(ExpandedLeaf::One(ScalarValue::try_from_array(&array, 0)?));
                    }
                }
            }
        }
        Ok(leaves)
    }

    /// Names the first leaf that is infinite in some row.
    fn why_not_finite(&self, columns: &Columns<'_>, raw: &[f64]) -> Error {
        let mut values = vec![0.0; raw.len()];
        let numbers = self.outputs.first().map_or(&[][..], |output| &output.numbers);
        for (term, column) in numbers.iter().zip(&columns.numbers) {
            let infinite = column.block(0, &mut values).iter().filter(|value| value.is_infinite()).count();
            if infinite > 0 {
                return self.infinite(term.leaf, infinite);
            }
        }
        self.too_large(raw.iter().filter(|raw| !raw.is_finite()).count())
    }

    /// The error of a leaf that is infinite in so many rows.
    pub(super) fn infinite(&self, leaf: usize, n_rows: usize) -> Error {
        let leaves = leaves(&self.model.features);
        let leaf = &leaves[leaf];
        let name =
            if leaf.name == self.model.features[leaf.feature].name { quote_identifier(&leaf.name) } else { leaf.name.clone() };
        let (rows, model) = (rows(n_rows), &self.model.name);
        Error::data(format!("feature {name} is infinite in {rows}; model {model} takes finite numbers and nulls"))
    }

    /// The error of sums that overflow in so many rows.
    pub(super) fn too_large(&self, n_rows: usize) -> Error {
        Error::data(format!("the prediction of model {} is too large for a DOUBLE in {}", self.model.name, rows(n_rows)))
    }
}

impl CompiledOutput {
    /// The intercept and number terms of one output; `None` if they do not fit the layout.
    fn new(linear: &LinearPredictor, layout: &ColumnLayout, leaves: &[Leaf<'_>]) -> Option<Self> {
        if linear.coefficients.len() != layout.n_columns() {
            return None;
        }
        let mut numbers: Vec<NumberTerm> = Vec::new();
        for (column, coefficient) in layout.columns().zip(&linear.coefficients) {
            match (column, numbers.last_mut()) {
                (DesignColumn::Number { leaf }, _) => {
                    if let Encoder::Number(encoder) = leaves[leaf].encoder {
                        let (source, mean, scale) = (encoder.source, encoder.mean, coefficient / encoder.std_dev);
                        numbers.push(NumberTerm { leaf, source, mean, scale, missing: 0.0 });
                    }
                }
                (DesignColumn::Missing { leaf }, Some(term)) if term.leaf == leaf => term.missing = *coefficient,
                (DesignColumn::Missing { .. }, _) => return None,
                (DesignColumn::Category { .. }, _) => {}
            }
        }
        Some(Self { intercept: linear.intercept, numbers })
    }
}

/// One leaf of a batch.
enum ExpandedLeaf<'a> {
    /// The feature has no other leaf than itself.
    Same(Argument<'a>),
    Rows(ArrayRef),
    One(ScalarValue),
}

impl ExpandedLeaf<'_> {
    fn argument(&self) -> Argument<'_> {
        match self {
            Self::Same(argument) => *argument,
            Self::Rows(array) => Argument::Rows(array),
            Self::One(scalar) => Argument::One(scalar),
        }
    }
}

/// `1 row`, `2 rows`.
pub(super) fn rows(count: usize) -> String {
    format!("{count} row{}", if count == 1 { "" } else { "s" })
}

/// BLAKE3 over the whole model.
fn fingerprint(model: &Model) -> Result<blake3::Hash> {
    let bytes = serde_json::to_vec(model).map_err(|e| Error::internal(format!("model {} has no bytes: {e}", model.name)))?;
    Ok(blake3::hash(&bytes))
}
