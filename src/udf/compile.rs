//! A model in the form that scores fast.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::ColumnarValue;

use super::category::CategoryTerm;
use super::kernel;
use super::number::{NumberColumn, NumberTerm};
use crate::error::{Error, Result};
use crate::model::{ColumnLayout, DesignColumn, Encoder, Model, Predictor, quote_identifier};

/// The values of one feature in one batch.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Argument<'a> {
    /// One value per row.
    Rows(&'a ArrayRef),
    /// One value for all rows.
    One(&'a ScalarValue),
}

impl<'a> From<&'a ColumnarValue> for Argument<'a> {
    fn from(value: &'a ColumnarValue) -> Self {
        match value {
            ColumnarValue::Array(array) => Self::Rows(array),
            ColumnarValue::Scalar(scalar) => Self::One(scalar),
        }
    }
}

/// A model whose encoders and parameters are folded into one term per feature:
/// `raw = intercept + Σ (x_j - mean_j) · (beta_j / std_dev_j) + Σ coefficient of the category`.
///
/// Gives what [`ColumnLayout::encode`] followed by [`Predictor::raw_predictions`] gives, up to rounding.
#[derive(Debug)]
pub(crate) struct CompiledModel {
    model: Arc<Model>,
    fingerprint: blake3::Hash,
    intercept: f64,
    numbers: Vec<NumberTerm>,
    categories: Vec<CategoryTerm>,
}

impl CompiledModel {
    /// Compiles a model.
    ///
    /// # Errors
    /// [`Internal`](crate::ErrorKind::Internal) if the parameters do not fit the features or are not finite.
    pub(crate) fn new(model: Arc<Model>) -> Result<Self> {
        let unfit = |what: &str| Error::internal(format!("model {} cannot be run: {what}", model.name));
        let Predictor::Linear(linear) = &model.predictor;
        let layout = ColumnLayout::new(&model.features);
        let coefficients = &linear.coefficients;
        if coefficients.len() != layout.n_columns() {
            return Err(unfit("the number of coefficients is wrong"));
        }
        let mut numbers: Vec<NumberTerm> = Vec::new();
        for (column, coefficient) in layout.columns().zip(coefficients) {
            match (column, numbers.last_mut()) {
                (DesignColumn::Number { feature }, _) => {
                    if let Encoder::Number(encoder) = &model.features[feature].encoder {
                        let (source, mean, scale) = (encoder.source, encoder.mean, coefficient / encoder.std_dev);
                        numbers.push(NumberTerm { feature, source, mean, scale, missing: 0.0 });
                    }
                }
                (DesignColumn::Missing { feature }, Some(term)) if term.feature == feature => term.missing = *coefficient,
                (DesignColumn::Missing { .. }, _) => return Err(unfit("a missing indicator has no number")),
                (DesignColumn::Category { .. }, _) => {}
            }
        }
        let mut categories = Vec::new();
        for (feature, n_codes, start) in layout.categories() {
            if let Encoder::Category(encoder) = &model.features[*feature].encoder {
                let term = CategoryTerm::new(*feature, encoder, &coefficients[*start..start + n_codes]);
                categories.push(term.ok_or_else(|| unfit("a category has the wrong number of coefficients"))?);
            }
        }
        let finite = numbers.iter().all(|term| term.mean.is_finite() && term.scale.is_finite());
        if !(finite && linear.intercept.is_finite() && kernel::all_finite(coefficients)) {
            return Err(unfit("its parameters are not finite"));
        }
        let (fingerprint, intercept) = (fingerprint(&model)?, linear.intercept);
        Ok(Self { model, fingerprint, intercept, numbers, categories })
    }

    /// The model itself.
    pub(crate) fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Tells models apart by their content.
    pub(crate) fn fingerprint(&self) -> &blake3::Hash {
        &self.fingerprint
    }

    /// Raw predictions of the argument arrays of one batch, one array per feature in the features' order, all of `n_rows`
    /// rows. Shape: `(n_rows,)`. The types are those that a call may have; they are checked when a query is planned.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) where a feature is infinite or a sum overflows: the message names the feature and
    /// counts the rows.
    #[cfg_attr(not(test), allow(dead_code, reason = "how a program scores arrays without SQL; the functions have scalars, too"))]
    pub(crate) fn raw_predictions(&self, arrays: &[ArrayRef], n_rows: usize) -> Result<Vec<f64>> {
        let arguments: Vec<_> = arrays.iter().map(Argument::Rows).collect();
        self.raw_predictions_of(&arguments, n_rows)
    }

    /// The same for arguments some of which may be one value for all rows.
    pub(crate) fn raw_predictions_of(&self, arguments: &[Argument<'_>], n_rows: usize) -> Result<Vec<f64>> {
        let fits = |argument: &Argument| match argument {
            Argument::Rows(array) => array.len() == n_rows,
            Argument::One(_) => true,
        };
        if arguments.len() != self.model.features.len() || !arguments.iter().all(fits) {
            return Err(Error::internal("the arguments do not fit the features"));
        }
        let mut raw = vec![self.intercept; n_rows];
        let numbers = self
            .numbers
            .iter()
            .map(|term| Ok((term, NumberColumn::new(term.source, arguments[term.feature])?)))
            .collect::<Result<Vec<_>>>()?;
        kernel::add_numbers(&mut raw, &numbers);
        for term in &self.categories {
            term.add_to(&mut raw, arguments[term.feature])?;
        }
        // Every term is finite where its value is, and an infinite one makes the sum infinite or NaN whatever is added.
        if kernel::all_finite(&raw) { Ok(raw) } else { Err(self.why_not_finite(&numbers, &raw)) }
    }

    /// Names the first feature that is infinite in some row.
    fn why_not_finite(&self, numbers: &[(&NumberTerm, NumberColumn<'_>)], raw: &[f64]) -> Error {
        let mut values = vec![0.0; raw.len()];
        for (term, column) in numbers {
            let infinite = column.block(0, &mut values).iter().filter(|value| value.is_infinite()).count();
            if infinite > 0 {
                return Error::data(format!(
                    "feature {} is infinite in {}; model {} takes finite numbers and nulls",
                    quote_identifier(&self.model.features[term.feature].name),
                    rows(infinite),
                    self.model.name,
                ));
            }
        }
        let overflowed = raw.iter().filter(|raw| !raw.is_finite()).count();
        Error::data(format!("the prediction of model {} is too large for a DOUBLE in {}", self.model.name, rows(overflowed)))
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
