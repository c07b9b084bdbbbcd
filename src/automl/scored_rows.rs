//! Rows that a model has scored and whose target is known: what a trained model is measured on.

use std::cmp::Ordering;

use super::evaluate::{Measured, measure};
use super::known_target::Unseen;
use super::target::check_finite;
use crate::error::{Error, Result};
use crate::model::{Model, ProblemType};

/// Labels shown in messages.
const SHOWN: usize = 5;

/// Raw predictions with what was true.
#[derive(Debug, Clone, Default)]
pub(crate) struct ScoredRows {
    /// Raw predictions. Shape: `(n_outputs, n_rows)`.
    pub raw: Vec<Vec<f64>>,
    /// Numbers, or places of labels; those of labels that training never saw follow the known ones.
    pub y: Vec<f64>,
    /// Row weights; empty where rows are not weighted.
    pub weight: Vec<f64>,
    /// Labels that training never saw.
    pub unseen: Unseen,
}

impl ScoredRows {
    /// Adds rows, but those whose target is null.
    pub(crate) fn push(&mut self, raw: &[&[f64]], y: &[f64], weight: Option<&[f64]>) {
        let known =
            |values: &[f64]| -> Vec<f64> { values.iter().zip(y).filter(|(_, y)| !y.is_nan()).map(|(value, _)| *value).collect() };
        self.raw.resize(raw.len(), Vec::new());
        self.raw.iter_mut().zip(raw).for_each(|(all, more)| all.extend(known(more)));
        self.weight.extend(weight.map(known).unwrap_or_default());
        self.y.extend(known(y));
    }

    /// Adds the rows of another part of the data.
    pub(crate) fn append(&mut self, other: Self, model: &Model) -> Result<()> {
        let n_labels = model.target.labels.len();
        let unseen = other.unseen.0.into_iter();
        let places = unseen.map(|label| self.unseen.place(label, &model.target.name)).collect::<Result<Vec<_>>>()?;
        let place = |y: f64| match other_place(y, n_labels).filter(|_| n_labels > 0) {
            Some(unseen) => places.get(unseen).map_or(f64::NAN, |place| (n_labels + place) as f64),
            None => y,
        };
        // A part without rows has no outputs either.
        self.raw.resize(self.raw.len().max(other.raw.len()), Vec::new());
        self.raw.iter_mut().zip(other.raw).for_each(|(all, more)| all.extend(more));
        self.y.extend(other.y.into_iter().map(place));
        self.weight.extend(other.weight);
        Ok(())
    }

    /// Measures the rows, whatever their order, and gives the labels that training never saw in their order.
    ///
    /// # Errors
    /// [`Data`](crate::ErrorKind::Data) where a weight is no weight or a number infinite; where a row of two labels has
    /// neither.
    pub(crate) fn measure(mut self, model: &Model, weight: Option<&str>) -> Result<(Measured, Vec<String>)> {
        if let Some(name) = weight {
            let bad = self.weight.iter().filter(|w| w.is_nan() || w.is_infinite() || **w < 0.0).count();
            if bad > 0 {
                return Err(Error::data(format!("the weight column {name} is null, negative or infinite in {bad} rows"))
                    .with_hint("weights are finite numbers from 0; fill them in or leave the rows out"));
            }
        }
        match model.problem_type {
            ProblemType::Regression => check_finite("target", &model.target.name, &self.y)?,
            ProblemType::Binary if !self.unseen.0.is_empty() => return Err(self.neither_label(model)),
            _ => {}
        }
        let unseen = self.sort_unseen(model.target.labels.len());
        let order = self.order();
        let sorted = |values: &[f64]| -> Vec<f64> { order.iter().map(|row| values[*row]).collect() };
        let raw: Vec<Vec<f64>> = match self.raw.len() {
            // No batch has come.
            0 => vec![Vec::new(); model.target.labels.len().max(1)],
            _ => self.raw.iter().map(|raw| sorted(raw)).collect(),
        };
        let weights = weight.map(|_| sorted(&self.weight));
        let measured =
            measure((model.problem_type, model.family, model.link), &raw, &sorted(&self.y), weights.as_deref(), &model.prior);
        Ok((measured, unseen))
    }

    /// The rows in an order of their own, so that sums do not depend on how they came.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.y.len()).collect();
        let (first, others) = self.raw.split_first().map_or((&self.y, &[][..]), |(first, others)| (first, others));
        let weight = (!self.weight.is_empty()).then_some(&self.weight);
        order.sort_unstable_by(|a, b| {
            first[*a].total_cmp(&first[*b]).then_with(|| {
                let columns = [&self.y].into_iter().chain(others).chain(weight);
                columns.map(|values| values[*a].total_cmp(&values[*b])).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            })
        });
        order
    }

    /// Brings the labels that training never saw into their own order: numbers by value, texts by their bytes.
    fn sort_unseen(&mut self, n_labels: usize) -> Vec<String> {
        let mut labels: Vec<(usize, String)> = std::mem::take(&mut self.unseen.0).into_iter().enumerate().collect();
        let number = |label: &str| label.parse::<f64>().unwrap_or(f64::INFINITY);
        labels.sort_by(|(_, a), (_, b)| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
        let mut places = vec![0; labels.len()];
        labels.iter().enumerate().for_each(|(place, (met, _))| places[*met] = place);
        for y in &mut self.y {
            if let Some(place) = other_place(*y, n_labels).and_then(|met| places.get(met)) {
                *y = (n_labels + place) as f64;
            }
        }
        labels.into_iter().map(|(_, label)| label).collect()
    }

    /// Precision, recall and all that is built on them need every row to have one of two labels.
    fn neither_label(mut self, model: &Model) -> Error {
        let n_labels = model.target.labels.len();
        let unseen = self.sort_unseen(n_labels);
        let rows = self.y.iter().filter(|y| other_place(**y, n_labels).is_some()).count();
        let mut shown: Vec<&str> = unseen.iter().take(SHOWN).map(String::as_str).collect();
        if unseen.len() > SHOWN {
            shown.push("…");
        }
        let known: Vec<String> = model.target.labels.iter().map(ToString::to_string).collect();
        Error::data(format!(
            "the target {} is neither {} in {rows} of {} rows, but {}",
            model.target.name,
            known.join(" nor "),
            self.y.len(),
            shown.join(", ")
        ))
        .with_hint("leave these rows out of the data with WHERE")
    }
}

/// Which of the labels that training never saw a row has.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places are small whole numbers")]
fn other_place(y: f64, n_labels: usize) -> Option<usize> {
    (y >= n_labels as f64).then(|| y as usize - n_labels)
}
