//! What must hold of every model, whoever made it.
//!
//! Scoring relies on all of it. Training cannot break it; a file from elsewhere can, with checksums that match.

use std::collections::HashSet;

use super::{
    CalendarPart, CalibrationBin, ColumnLayout, ColumnType, CurvePoint, Encoder, Estimate, Family, Goodness, Inference, Label,
    Link, Model, NumberEncoder, NumberSource, Predictor, ProblemType, Trial,
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
                ensure(self.family == Family::Binomial, || "a binary model needs the binomial family".into())?;
                let [negative, positive] = target.labels.as_slice() else {
                    return Err(format!("a binary model has two labels, not {}", target.labels.len()));
                };
                for label in [negative, positive] {
                    self.validate_label(label)?;
                }
                if let Some(positive_value) = &target.one_against_rest {
                    ensure(label_fits(positive_value, &target.column_type), || {
                        format!("label {positive_value} is not of the target's type {}", target.column_type.sql_name())
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
            ProblemType::Multiclass => {
                ensure(self.link == Link::Softmax, || "a multiclass model needs the softmax link".into())?;
                ensure(self.family == Family::Multinomial, || "a multiclass model needs the multinomial family".into())?;
                ensure(target.labels.len() >= 2, || format!("a multiclass model has {} labels", target.labels.len()))?;
                target.labels.iter().try_for_each(|label| self.validate_label(label))?;
                let ordered = target.labels.windows(2).all(|pair| pair[0] < pair[1] && !same_value(&pair[0], &pair[1]));
                ensure(ordered, || "its labels are not in order or not distinct".into())?;
                ensure(target.one_against_rest.is_none(), || "only a binary model tells one label from the rest".into())?;
                ensure(self.threshold.is_none(), || "a multiclass model has no threshold".into())
            }
            ProblemType::Regression => {
                ensure(target.one_against_rest.is_none(), || "only a binary model tells one label from the rest".into())?;
                let link = match self.family {
                    Family::Gaussian => Link::Identity,
                    Family::Poisson | Family::Gamma => Link::Log,
                    Family::Tweedie(power) if power > 1.0 && power < 2.0 => Link::Log,
                    _ => return Err(format!("the {} family is none of a regression model", self.family.name())),
                };
                ensure(self.link == link, || "a regression model needs the link of its family".into())?;
                ensure(target.column_type != ColumnType::Null, || "a regression target is not of type NULL".into())?;
                ensure(target.labels.is_empty(), || "a regression model has no labels".into())?;
                ensure(self.threshold.is_none(), || "a regression model has no threshold".into())
            }
        }
    }

    fn validate_label(&self, label: &Label) -> Result<(), String> {
        let column_type = self.target.label_type();
        ensure(label_fits(label, &column_type), || {
            format!("label {label} is not of the target's type {}", column_type.sql_name())
        })
    }

    fn validate_features(&self) -> Result<(), String> {
        let mut names = HashSet::with_capacity(self.features.len());
        for feature in &self.features {
            ensure(names.insert(feature.name.as_str()), || format!("there are two features named {:?}", feature.name))?;
            validate_encoder(&feature.encoder, &feature.column_type)
                .map_err(|reason| format!("feature {:?}: {reason}", feature.name))?;
        }
        self.transform.as_ref().map_or(Ok(()), |transform| transform.validate(&self.features))
    }

    fn validate_predictor(&self) -> Result<(), String> {
        let columns = ColumnLayout::new(&self.features).n_columns();
        let Predictor::Linear(outputs) = &self.predictor;
        let wanted = if self.problem_type == ProblemType::Multiclass { self.target.labels.len() } else { 1 };
        ensure(outputs.len() == wanted, || format!("{} outputs where {wanted} are needed", outputs.len()))?;
        for linear in outputs {
            ensure(linear.coefficients.len() == columns, || {
                format!("{} coefficients for {columns} columns", linear.coefficients.len())
            })?;
            ensure(linear.intercept.is_finite(), || format!("the intercept is {}", linear.intercept))?;
            if let Some(coefficient) = linear.coefficients.iter().find(|coefficient| !coefficient.is_finite()) {
                return Err(format!("a coefficient is {coefficient}"));
            }
        }
        ensure(self.column_means.len() == columns, || format!("{} column means for {columns} columns", self.column_means.len()))?;
        ensure(self.column_means.iter().all(|mean| mean.is_finite()), || "a column mean is not finite".into())?;
        let labels = self.target.labels.len().max(1);
        ensure(self.prior.len() == labels, || format!("{} priors where {labels} are needed", self.prior.len()))?;
        ensure(self.prior.iter().chain(&self.training_losses).all(|value| value.is_finite()), || {
            "a prior or a training loss is not finite".into()
        })?;
        self.validate_fit(columns, wanted)
    }

    /// What is known of the fit must fit the parameters.
    fn validate_fit(&self, columns: usize, outputs: usize) -> Result<(), String> {
        if let Some(Goodness { deviance, null_deviance, log_likelihood, .. }) = &self.goodness {
            ensure(is_count(*deviance) && is_count(*null_deviance) && log_likelihood.is_none_or(f64::is_finite), || {
                "a deviance or the likelihood is not finite".into()
            })?;
        }
        if let Some(Inference { degrees_of_freedom, dispersion, estimates, unscaled_covariance }) = &self.inference {
            ensure(is_count(*dispersion) && degrees_of_freedom.is_none_or(|n| n.is_finite() && n > 0.0), || {
                "a dispersion is negative, or degrees of freedom are not above 0".into()
            })?;
            let is_sound = |estimate: &Estimate| estimate.value.is_finite() && estimate.standard_error.is_none_or(is_count);
            ensure(estimates.len() == outputs && estimates.iter().all(|output| output.len() == columns + 1), || {
                "the estimates do not fit the coefficients".into()
            })?;
            ensure(estimates.iter().flatten().all(is_sound), || "an estimate is not finite".into())?;
            let size = (columns + 1) * (columns + 2) / 2;
            ensure(unscaled_covariance.is_empty() || unscaled_covariance.len() == size, || {
                "the covariance does not fit the coefficients".into()
            })?;
            ensure(unscaled_covariance.iter().all(|value| value.is_finite()), || "a covariance is not finite".into())?;
        }
        let is_sound = |t: &Trial| is_count(t.l1) && is_count(t.l2) && t.training_loss.is_finite() && t.eval_loss.is_finite();
        ensure(self.trials.iter().all(is_sound), || "a trial is not finite, or has a negative penalty".into())?;
        ensure(self.trials.iter().all(|trial| !trial.metric.is_infinite()), || "a figure of a trial is infinite".into())?;
        ensure(self.trials.is_empty() == self.trial_metric.is_empty(), || "trials without the name of their figure".into())
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
            ensure(curve.is_empty() || self.problem_type == ProblemType::Binary, || "only a binary model has curves".into())?;
        }
        let labels = if self.problem_type == ProblemType::Multiclass { self.target.labels.len() } else { 0 };
        let confusion = &evaluation.confusion;
        ensure(confusion.is_empty() || confusion.len() == labels, || "the confusion matrix does not fit the labels".into())?;
        ensure(confusion.iter().all(|row| row.len() == labels && row.iter().copied().all(is_count)), || {
            "the confusion matrix has a row of the wrong length, or a number that is no count".into()
        })?;
        let Predictor::Linear(outputs) = &self.predictor;
        let fits = |of_output: &Vec<f64>| of_output.len() == self.features.len();
        let attributions = &evaluation.attributions;
        ensure(attributions.len() == outputs.len() && attributions.iter().all(fits), || {
            "the attributions do not fit the features".into()
        })?;
        ensure(attributions.iter().flatten().all(|value| is_count(*value)), || {
            "an attribution is negative or not finite".into()
        })?;
        let bins = &evaluation.calibration;
        ensure(bins.is_empty() || self.problem_type != ProblemType::Regression, || {
            "a regression model has no calibration".into()
        })?;
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        let sound = |bin: &CalibrationBin| {
            is_share(bin.lower) && is_count(bin.weight) && is_share(bin.mean_probability) && is_share(bin.observed)
        };
        ensure(bins.iter().all(sound), || "the calibration has a bin that is no share of rows".into())?;
        let (false_positive, false_negative) = evaluation.costs;
        ensure(is_count(false_positive) && is_count(false_negative), || "a cost is negative or not finite".into())
    }
}

fn ensure(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

fn validate_encoder(encoder: &Encoder, column_type: &ColumnType) -> Result<(), String> {
    match encoder {
        Encoder::Ignored(_) => Ok(()),
        Encoder::Number(number) => {
            let fits = match number.source {
                NumberSource::Numeric => column_type.is_number(),
                NumberSource::Boolean => *column_type == ColumnType::Boolean,
                NumberSource::Text => column_type.is_text(),
                NumberSource::Seconds => matches!(column_type, ColumnType::Duration | ColumnType::Interval),
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
        Encoder::Calendar(calendar) => {
            let parts = CalendarPart::of(column_type);
            ensure(!calendar.parts.is_empty(), || "it has no parts".into())?;
            calendar.parts.iter().try_for_each(|(part, encoder)| {
                ensure(!encoder.is_composite(), || format!("its {} has parts of its own", part.name()))?;
                ensure(parts.contains(part), || format!("{} has no {}", column_type.sql_name(), part.name()))?;
                let leaf = if part.is_category() { ColumnType::Utf8 } else { ColumnType::Float64 };
                validate_encoder(encoder, &leaf)
            })
        }
        Encoder::List(elements) => {
            let ColumnType::List(item) = column_type else {
                return Err(format!("{} is not a list", column_type.sql_name()));
            };
            ensure(column_type.can_be_feature(), || format!("{} cannot be a feature", column_type.sql_name()))?;
            let item = if item.is_number() { item } else { &ColumnType::Float64 };
            ensure(elements.iter().all(|encoder| !encoder.is_composite()), || "an element has parts of its own".into())?;
            elements.iter().try_for_each(|encoder| validate_encoder(encoder, item))
        }
        Encoder::Struct(fields) => {
            let ColumnType::Struct(types) = column_type else {
                return Err(format!("{} is not a struct", column_type.sql_name()));
            };
            fields.iter().try_for_each(|(name, encoder)| {
                let field = types.iter().find(|(other, _)| other == name);
                let (_, column_type) = field.ok_or_else(|| format!("its type has no field {name:?}"))?;
                validate_encoder(encoder, column_type).map_err(|reason| format!("field {name:?}: {reason}"))
            })
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
