//! What must hold of every model, whoever made it.
//!
//! Scoring relies on all of it. Training cannot break it; a file from elsewhere can, with checksums that match.

use std::collections::HashSet;

use super::{
    ColumnLayout, ColumnType, CurvePoint, Encoder, Feature, Label, Link, Model, NumberEncoder, NumberSource, Predictor,
    ProblemType,
};

/// Points of one curve that a model may carry.
pub(crate) const MAX_CURVE_POINTS: usize = 10_000;

impl Model {
    /// Checks everything that scoring relies on.
    ///
    /// # Errors
    /// What is wrong, in words that stand after `not a valid model:`.
    pub(crate) fn validate(&self) -> Result<(), String> {
        ensure(!self.name.parts().is_empty() && self.name.parts().iter().all(|part| !part.is_empty()), || {
            "part of its name is empty".into()
        })?;
        ensure(self.version > 0, || "its version is 0; versions count from 1".into())?;
        ensure(!self.function.is_empty(), || "its function has no name".into())?;
        self.validate_target()?;
        self.validate_features()?;
        self.validate_predictor()?;
        self.validate_evaluation()
    }

    fn validate_target(&self) -> Result<(), String> {
        let target = &self.target;
        match self.problem_type {
            ProblemType::Binary => {
                ensure(self.link == Link::Logit, || "a binary model needs the logit link".into())?;
                let [negative, positive] = target.labels.as_slice() else {
                    return Err(format!("a binary model has two labels, not {}", target.labels.len()));
                };
                for label in [negative, positive] {
                    ensure(label_fits(label, &target.column_type), || {
                        format!("label {label} is not of the target's type {}", target.column_type.sql_name())
                    })?;
                }
                ensure(!same_value(negative, positive), || format!("both labels are {negative}"))?;
                match &self.threshold {
                    Some(threshold) => ensure((0.0..=1.0).contains(&threshold.value), || {
                        format!("threshold {} is not in [0, 1]", threshold.value)
                    }),
                    None => Err("a binary model needs a threshold".into()),
                }
            }
            ProblemType::Regression => {
                ensure(self.link == Link::Identity, || "a regression model needs the identity link".into())?;
                ensure(target.column_type != ColumnType::Null, || "a regression target is not of type NULL".into())?;
                ensure(target.labels.is_empty(), || "a regression model has no labels".into())?;
                ensure(self.threshold.is_none(), || "a regression model has no threshold".into())
            }
        }
    }

    fn validate_features(&self) -> Result<(), String> {
        let mut names = HashSet::with_capacity(self.features.len());
        for feature in &self.features {
            ensure(names.insert(feature.name.as_str()), || format!("there are two features named {:?}", feature.name))?;
            validate_encoder(feature).map_err(|reason| format!("feature {:?}: {reason}", feature.name))?;
        }
        Ok(())
    }

    fn validate_predictor(&self) -> Result<(), String> {
        match &self.predictor {
            Predictor::Linear(linear) => {
                let columns = ColumnLayout::new(&self.features).n_columns();
                ensure(linear.coefficients.len() == columns, || {
                    format!("{} coefficients for {columns} columns", linear.coefficients.len())
                })?;
                ensure(linear.intercept.is_finite(), || format!("the intercept is {}", linear.intercept))?;
                match linear.coefficients.iter().find(|coefficient| !coefficient.is_finite()) {
                    Some(coefficient) => Err(format!("a coefficient is {coefficient}")),
                    None => Ok(()),
                }
            }
        }
    }

    /// Metrics may be NaN where they are not defined; what is computed with must be finite.
    fn validate_evaluation(&self) -> Result<(), String> {
        let evaluation = &self.evaluation;
        for (name, curve) in [("held-out", &evaluation.curve), ("out-of-fold", &evaluation.out_of_fold)] {
            ensure(curve.len() <= MAX_CURVE_POINTS, || {
                format!("the {name} curve has {} points; {MAX_CURVE_POINTS} are allowed", curve.len())
            })?;
            ensure(curve.iter().all(is_sound), || {
                format!("the {name} curve has a point that is not finite, or a negative count")
            })?;
            ensure(curve.is_empty() || self.problem_type == ProblemType::Binary, || "a regression model has no curve".into())?;
        }
        let (false_positive, false_negative) = evaluation.costs;
        ensure(is_count(false_positive) && is_count(false_negative), || "a cost is negative or not finite".into())
    }
}

fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

fn validate_encoder(feature: &Feature) -> Result<(), String> {
    let column_type = &feature.column_type;
    match &feature.encoder {
        Encoder::Ignored(_) => Ok(()),
        Encoder::Number(number) => {
            let fits = match number.source {
                NumberSource::Numeric => column_type.is_number(),
                NumberSource::Boolean => *column_type == ColumnType::Boolean,
                NumberSource::Text => column_type.is_text(),
            };
            ensure(fits, || format!("{} cannot be read as {:?}", column_type.sql_name(), number.source))?;
            validate_number(number)
        }
        Encoder::Category(category) => {
            ensure(column_type.is_text(), || format!("{} cannot be read as a category", column_type.sql_name()))?;
            // Codes are u32, and two more than the values have one.
            ensure(u32::try_from(category.n_codes()).is_ok(), || "it has too many categories".into())?;
            ensure(category.is_indexed(), || "a category appears twice".into())
        }
    }
}

fn validate_number(number: &NumberEncoder) -> Result<(), String> {
    ensure(number.mean.is_finite(), || format!("its mean is {}", number.mean))?;
    ensure(number.std_dev.is_finite() && number.std_dev > 0.0, || format!("its standard deviation is {}", number.std_dev))
}

/// Whether a target of this type can have this value.
fn label_fits(label: &Label, column_type: &ColumnType) -> bool {
    match label {
        Label::Boolean(_) => *column_type == ColumnType::Boolean,
        Label::Integer(value) => integer_range(column_type).is_some_and(|range| range.contains(value)),
        Label::Float(value) => value.is_finite() && column_type.is_number() && !column_type.is_integer(),
        Label::Text(_) => column_type.is_text(),
    }
}

fn integer_range(column_type: &ColumnType) -> Option<std::ops::RangeInclusive<i128>> {
    Some(match column_type {
        ColumnType::Int8 => i8::MIN.into()..=i8::MAX.into(),
        ColumnType::Int16 => i16::MIN.into()..=i16::MAX.into(),
        ColumnType::Int32 => i32::MIN.into()..=i32::MAX.into(),
        ColumnType::Int64 => i64::MIN.into()..=i64::MAX.into(),
        ColumnType::UInt8 => 0..=u8::MAX.into(),
        ColumnType::UInt16 => 0..=u16::MAX.into(),
        ColumnType::UInt32 => 0..=u32::MAX.into(),
        ColumnType::UInt64 => 0..=u64::MAX.into(),
        _ => return None,
    })
}

/// Equal to SQL: the order of labels tells 0.0 from -0.0, a comparison does not.
#[allow(clippy::float_cmp, reason = "equality is what is asked")]
fn same_value(a: &Label, b: &Label) -> bool {
    match (a, b) {
        (Label::Float(a), Label::Float(b)) => a == b,
        _ => a == b,
    }
}

fn is_sound(point: &CurvePoint) -> bool {
    point.threshold.is_finite()
        && [point.true_positives, point.false_positives, point.true_negatives, point.false_negatives].into_iter().all(is_count)
}

/// Counts are weighted, hence not whole.
fn is_count(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}
