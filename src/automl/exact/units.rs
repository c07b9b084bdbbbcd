//! The numbers that exact sums are made of: the user's own, each column shifted and scaled so that neither costs a digit.
//!
//! A number x becomes `u = x / 2^e - s` with `2^e` near the column's standard deviation, which is exact, and a shift s near its
//! mean, whose difference is kept as a double-double. Standardised numbers, which rounding has touched, serve where the user's
//! own are not kept.

use std::borrow::Cow;

use super::super::fold::Block;
use super::super::statistics::Moments;
use super::double_double::{DoubleDouble, PowerOfTwo};
use super::products::Column;
use crate::model::{ColumnLayout, ColumnType, DesignColumn, Encoder, Feature, leaves};

/// A column whose mean is more standard deviations than this away from 0 is shifted: below, the sums have digits enough.
const FAR: f64 = 4.0;

/// How one column is read, and what its coefficient means.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// `u = inverse · x - shift`.
    inverse: PowerOfTwo,
    shift: f64,
    /// u where the standardised number is 0: at the mean, where nulls stand.
    pub centre: DoubleDouble,
    /// u where the user's number is 0.
    pub origin: DoubleDouble,
    /// Standard deviations of the encoder: x, and u.
    pub std_dev: f64,
    pub spread: f64,
    /// Mean square of the rounding of x, in units of u.
    pub rounding: f64,
}

impl Unit {
    /// A column that is what it is.
    fn plain() -> Self {
        Self {
            inverse: PowerOfTwo::new(0),
            shift: 0.0,
            centre: DoubleDouble::ZERO,
            origin: DoubleDouble::ZERO,
            std_dev: 1.0,
            spread: 1.0,
            rounding: 0.0,
        }
    }

    /// A column of the user's numbers, which have the given relative rounding.
    fn of_raw(mean: f64, std_dev: f64, epsilon: f64, may_shift: bool) -> Self {
        let inverse = PowerOfTwo::of(std_dev).inverse();
        let (scaled_mean, spread) = (inverse.times(mean), inverse.times(std_dev));
        // Of few digits, so that differences from it are often exact.
        let shift = if may_shift && scaled_mean.abs() > FAR * spread { (scaled_mean * 16.0).round() / 16.0 } else { 0.0 };
        Self {
            inverse,
            shift,
            centre: DoubleDouble::sum(scaled_mean, -shift),
            origin: (-shift).into(),
            std_dev,
            spread,
            rounding: epsilon * epsilon / 12.0 * (scaled_mean * scaled_mean + spread * spread),
        }
    }

    /// A column of standardised numbers.
    fn of_standardised(mean: f64, std_dev: f64, epsilon: f64) -> Self {
        let origin = -(DoubleDouble::from(mean) / std_dev.into());
        let rounding = epsilon * epsilon * (origin.high * origin.high + 1.0) + f64::EPSILON * f64::EPSILON;
        Self { origin, std_dev, rounding: rounding / 12.0, ..Self::plain() }
    }

    /// The numbers of a block; NaN, which is null, stands at the mean.
    fn read<'a>(&self, values: &'a [f64]) -> Numbers<'a> {
        let read = |x: &f64| {
            if x.is_nan() { self.centre } else { DoubleDouble::sum(self.inverse.times(*x), -self.shift) }
        };
        let (high, low): (Vec<f64>, Vec<f64>) = values.iter().map(read).map(|u| (u.high, u.low)).unzip();
        let is_double = low.iter().all(|low| *low == 0.0);
        Numbers { high: Cow::Owned(high), low: (!is_double).then_some(low) }
    }

    /// Of what u is the multiple.
    pub(super) fn scale(&self) -> PowerOfTwo {
        self.inverse.inverse()
    }
}

/// A column of a block, ready for products.
#[derive(Debug)]
pub(super) struct Numbers<'a> {
    high: Cow<'a, [f64]>,
    low: Option<Vec<f64>>,
}

impl Numbers<'_> {
    pub(super) fn column(&self) -> Column<'_> {
        Column { high: &self.high, low: self.low.as_deref() }
    }
}

/// How all columns are read.
#[derive(Debug, Clone)]
pub(super) struct Units {
    /// By dense column; categories are plain.
    pub dense: Vec<Unit>,
    pub target: Unit,
    /// Whether a dense column is one of the user's numbers.
    is_raw: Vec<bool>,
    /// By which weights are scaled, so that the largest is near 1.
    pub weight: PowerOfTwo,
}

impl Units {
    /// The units of a layout's columns. With `raw` the numbers of the rows are the user's own.
    pub(super) fn new((features, layout): (&[Feature], &ColumnLayout), target: &Moments, largest_weight: f64, raw: bool) -> Self {
        let leaves = leaves(features);
        let shift = layout.has_intercept();
        let unit = |column: DesignColumn| match (&column, leaves.get(column.leaf()).map(|leaf| leaf.encoder)) {
            (DesignColumn::Number { .. }, Some(Encoder::Number(number))) => {
                let epsilon = features.get(layout.feature(&column)).map_or(f64::EPSILON, |feature| epsilon(&feature.column_type));
                if raw {
                    Unit::of_raw(number.mean, number.std_dev, epsilon, shift)
                } else {
                    Unit::of_standardised(number.mean, number.std_dev, epsilon)
                }
            }
            _ => Unit::plain(),
        };
        let is_number = |column: DesignColumn| matches!(column, DesignColumn::Number { .. });
        let spread = if target.std_dev > 0.0 { target.std_dev } else { target.mean.abs() };
        let spread = if spread > 0.0 { spread } else { 1.0 };
        Self {
            dense: layout.columns().take(layout.n_dense()).map(unit).collect(),
            target: Unit::of_raw(target.mean, spread, f64::EPSILON, shift),
            is_raw: layout.columns().take(layout.n_dense()).map(|column| raw && is_number(column)).collect(),
            weight: PowerOfTwo::of(largest_weight).inverse(),
        }
    }

    /// The target of a block, then its dense columns.
    pub(super) fn read<'a>(&self, block: &Block<'a>) -> Vec<Numbers<'a>> {
        let mut raw = block.raw().into_iter();
        let dense = block.dense().into_iter().zip(&self.dense).zip(&self.is_raw).map(|((dense, unit), is_raw)| {
            let own = if *is_raw { raw.next() } else { None };
            own.map_or(Numbers { high: Cow::Borrowed(dense), low: None }, |raw| unit.read(raw))
        });
        std::iter::once(self.target.read(block.y())).chain(dense).collect()
    }

    /// The weights of a block, scaled.
    pub(super) fn read_weights(&self, block: &Block<'_>) -> Option<Vec<f64>> {
        block.weight().map(|weight| weight.iter().map(|w| self.weight.times(*w)).collect())
    }
}

/// The distance between 1 and the next number of a type: what its values were rounded to.
fn epsilon(column_type: &ColumnType) -> f64 {
    match column_type {
        ColumnType::Float16 => 2.0_f64.powi(-10),
        ColumnType::Float32 => f64::from(f32::EPSILON),
        ColumnType::List(item) => epsilon(item),
        ColumnType::Struct(fields) => fields.iter().map(|(_, field)| epsilon(field)).fold(f64::EPSILON, f64::max),
        _ => f64::EPSILON,
    }
}
