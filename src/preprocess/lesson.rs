//! How something is learned from the training rows.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{Result, plan_err};

use super::analytic::Analytic;
use super::learned::Learned;
use super::ordinals::Ordinals;
use super::statistics::Sorted;
use super::vectors::Components;

/// What is to be learned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Lesson {
    /// What one of BigQuery's functions learns.
    Analytic(Analytic),
    /// The categories in their order, of texts or numbers.
    Ordinals,
    /// `(x − mean) / s`, where `s² = Σ (x − mean)² / n`, as scikit-learn's `StandardScaler` has it.
    Standard,
    /// `(x − min) / (max − min)`, as scikit-learn's `MinMaxScaler` has it: what lies outside of the training rows is not cut off.
    Range,
    /// Nothing: vectors are scaled to length 1. The names of their numbers.
    Directions(Vec<String>),
    /// Principal components of vectors. The names of their numbers.
    Components(Vec<String>),
}

impl Lesson {
    /// Something of the kind that will be learned from values of a type.
    ///
    /// # Errors
    /// A plan error where nothing can be learned from the type.
    pub(crate) fn unlearned(&self, learns_from: &DataType) -> Result<Learned> {
        Ok(match self {
            Self::Analytic(analytic) => analytic.unlearned(learns_from)?,
            Self::Ordinals if *learns_from == DataType::Utf8 => Learned::Ordinals(Ordinals::Texts(Vec::new())),
            Self::Ordinals => Learned::Ordinals(Ordinals::Numbers(Vec::new())),
            Self::Standard | Self::Range => Learned::Scale { shift: 0.0, scale: 1.0, clip: false },
            Self::Directions(names) => Learned::Directions(names.clone()),
            Self::Components(names) => Learned::Components(Components::unlearned(names.clone())),
        })
    }

    /// Learns from the values of the training rows, which are of the type that was asked for.
    ///
    /// Where nothing can be learned, because all is null or constant, a scaler moves and does not scale.
    pub(crate) fn learn(&self, values: &ArrayRef) -> Result<Learned> {
        let sorted = |name| Sorted::new(name, values.as_primitive::<Float64Type>());
        let scale = |shift: Option<f64>, scale: Option<f64>| Learned::Scale {
            shift: shift.unwrap_or(0.0),
            scale: scale.filter(|scale| *scale > 0.0 && scale.is_finite()).unwrap_or(1.0),
            clip: false,
        };
        Ok(match self {
            Self::Analytic(analytic) => analytic.learn(values)?,
            Self::Ordinals => Learned::Ordinals(match values.data_type() {
                DataType::Utf8 => Ordinals::of_texts(values.as_string::<i32>()),
                DataType::Float64 => Ordinals::of_numbers(values.as_primitive::<Float64Type>()),
                other => return plan_err!("categories of {other} have no order"),
            }),
            Self::Standard => {
                let numbers = sorted("StandardScaler")?;
                scale(numbers.mean(), numbers.deviation_of_all())
            }
            Self::Range => {
                let numbers = sorted("MinMax")?;
                scale(numbers.min(), numbers.max().zip(numbers.min()).map(|(max, min)| max - min))
            }
            Self::Directions(names) => Learned::Directions(names.clone()),
            Self::Components(names) => Learned::Components(Components::learn(names.clone(), values)?),
        })
    }
}
