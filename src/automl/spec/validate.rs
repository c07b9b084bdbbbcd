//! What cannot be asked for, whoever asks: statements and programs both pass through here.

use std::fmt::Display;

use super::{ClassWeights, PenaltyChoice, Split, ThresholdChoice, TrainSpec, TuningObjective};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Family, ProblemType, quote_identifier};

/// What is wrong with a spec, and in which option, so that a statement can point at it.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The option's key in lower case, as in a statement.
    pub option: &'static str,
    /// The place in the option's list, where it is one.
    pub item: Option<usize>,
    pub error: Error,
}

impl TrainSpec {
    /// Checks everything that can be checked before the rows are there: each value, and whether the options fit together.
    ///
    /// Training checks it first of all; a program that takes options from its users may want to know earlier.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) for a value that an option cannot have,
    /// [`Statement`](ErrorKind::Statement) for options that do not fit together or are missing.
    ///
    /// # Examples
    /// ```
    /// use datafusion_ml::{ErrorKind, ModelName, TrainSpec};
    ///
    /// let mut spec = TrainSpec::new(ModelName::from("churn"), "churned");
    /// spec.validate()?;
    /// spec.l2 = Some((-1.0).into());
    /// let error = spec.validate().unwrap_err();
    /// assert_eq!(error.to_string(), "L2 cannot be -1; expected a number of at least 0");
    /// assert!(matches!(error.kind(), ErrorKind::InvalidOption { name, .. } if name == "L2"));
    /// # Ok::<(), datafusion_ml::Error>(())
    /// ```
    pub fn validate(&self) -> Result<()> {
        self.check().map_err(|fault| fault.error)
    }

    /// The same, with the option at fault.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        if self.target.is_empty() {
            let error = Error::statement("the model has no target column").with_hint("say which column to learn");
            return Err(fault("target", error));
        }
        if self.function.is_empty() {
            return Err(invalid("function", "''", "the name of a function"));
        }
        self.check_objective()?;
        self.check_split()?;
        self.check_class_weights()?;
        self.check_threshold()?;
        self.check_hyperparameters()?;
        self.check_fit()?;
        self.check_roles()
    }

    /// The type of problem that is asked for, or that the objective or the family implies because they fit no other.
    fn asked_problem(&self) -> Option<ProblemType> {
        let implied = || match self.objective?.fits() {
            [only] => Some(*only),
            _ => None,
        };
        self.problem.or_else(implied).or(self.family.map(|_| ProblemType::Regression))
    }

    fn check_objective(&self) -> Result<(), Fault> {
        match self.objective.zip(self.problem) {
            Some((objective, problem)) if !objective.fits().contains(&problem) => {
                Err(fault("objective", contradiction(objective.name(), problem)))
            }
            _ => Ok(()),
        }
    }

    fn check_split(&self) -> Result<(), Fault> {
        let ratio = match &self.split {
            Split::Random { ratio, .. } | Split::Key { ratio, .. } | Split::OrderBy { ratio, .. } => *ratio,
            Split::Column { .. } | Split::Custom { .. } | Split::Auto { .. } | Split::None => return Ok(()),
        };
        if matches!(&self.split, Split::Key { columns, .. } if columns.is_empty()) {
            let error = Error::statement("the split has no key column").with_hint("name at least one, or split at random");
            return Err(fault("split", error));
        }
        if ratio > 0.0 && ratio < 1.0 {
            return Ok(());
        }
        let mut wrong = invalid("ratio", ratio, "the share of rows to train on, greater than 0 and less than 1");
        if ratio == 1.0 {
            wrong.error = wrong.error.with_hint("SPLIT NONE trains on all rows");
        }
        Err(wrong)
    }

    fn check_class_weights(&self) -> Result<(), Fault> {
        const OPTION: &str = "class_weights";
        let ClassWeights::Listed(listed) = &self.class_weights else { return Ok(()) };
        if listed.is_empty() {
            return Err(invalid(OPTION, "()", "labels and their weights"));
        }
        for (i, (label, weight)) in listed.iter().enumerate() {
            if !(weight.is_finite() && *weight > 0.0) {
                let wrong = invalid(OPTION, weight, "weights above 0; leave rows out to train without them");
                return Err(Fault { item: Some(i), ..wrong });
            }
            if listed[..i].iter().any(|(other, _)| other == label) {
                let error = Error::statement(format!("the label '{label}' has two weights"));
                return Err(Fault { option: OPTION, item: Some(i), error });
            }
        }
        Ok(())
    }

    fn check_threshold(&self) -> Result<(), Fault> {
        match self.threshold {
            Some(ThresholdChoice::Fixed(value)) if !(0.0..=1.0).contains(&value) => {
                Err(invalid("threshold", value, "a number from 0 to 1"))
            }
            Some(ThresholdChoice::Cost { false_positive, false_negative }) => {
                for (option, cost) in [("false_positive_cost", false_positive), ("false_negative_cost", false_negative)] {
                    at_least_0(option, cost)?;
                }
                if false_positive == 0.0 && false_negative == 0.0 {
                    return Err(fault("threshold", Error::statement("with both costs 0 every threshold costs the same")));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn check_hyperparameters(&self) -> Result<(), Fault> {
        for (option, penalty) in [("l1", &self.l1), ("l2", &self.l2)] {
            match penalty {
                Some(PenaltyChoice::Fixed(factor)) => at_least_0(option, *factor)?,
                Some(PenaltyChoice::Listed(factors)) if factors.is_empty() => {
                    return Err(invalid(option, "()", "a number of at least 0, a list of such numbers, or 'auto'"));
                }
                Some(PenaltyChoice::Listed(factors)) => {
                    for (i, factor) in factors.iter().enumerate() {
                        at_least_0(option, *factor).map_err(|fault| Fault { item: Some(i), ..fault })?;
                        if factors[..i].contains(factor) {
                            let error = Error::statement(format!("{} lists {factor} twice", option.to_ascii_uppercase()));
                            return Err(Fault { option, item: Some(i), error });
                        }
                    }
                }
                Some(PenaltyChoice::Auto) | None => {}
            }
        }
        if let Some(tuning) = self.tuning.filter(|_| !self.finds_penalties()) {
            let what = format!("the tuning objective {} has no effect: no penalty is to be found", tuning.name());
            return Err(fault("tuning", Error::statement(what).with_hint("list penalties to try, or leave it out")));
        }
        if let Some(Family::Tweedie(power)) = self.family
            && !(power > 1.0 && power < 2.0)
        {
            return Err(invalid("tweedie_power", power, "a number greater than 1 and less than 2"));
        }
        if let Some(progress) = self.min_rel_progress
            && !(progress > 0.0 && progress < 1.0)
        {
            return Err(invalid("min_rel_progress", progress, "a number greater than 0 and less than 1"));
        }
        if self.max_iterations == Some(0) {
            return Err(invalid("max_iterations", 0, "a whole number of at least 1"));
        }
        match self.tolerance {
            Some(tolerance) if !(tolerance.is_finite() && tolerance > 0.0) => {
                Err(invalid("tolerance", tolerance, "a number greater than 0"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a penalty is not given but looked for.
    pub(crate) fn finds_penalties(&self) -> bool {
        [&self.l1, &self.l2].into_iter().flatten().any(|choice| choice.fixed().is_none())
    }

    /// Settings about labels and thresholds need labels.
    fn check_fit(&self) -> Result<(), Fault> {
        let Some(problem) = self.asked_problem() else { return Ok(()) };
        let (binary, regression) = (problem == ProblemType::Binary, problem == ProblemType::Regression);
        let objective_fits = self.objective.is_none_or(|objective| objective.fits().contains(&problem));
        let unfit = [
            ("positive", self.positive.is_some() && !binary),
            ("threshold", self.threshold.is_some() && !binary),
            ("class_weights", self.class_weights != ClassWeights::None && regression),
            ("family", self.family.is_some() && !(regression && objective_fits)),
            ("tuning", self.tuning.is_some_and(|tuning| !tuning.fits().contains(&problem))),
        ];
        let Some((option, _)) = unfit.into_iter().find(|(_, unfit)| *unfit) else { return Ok(()) };
        let name = option.to_ascii_uppercase();
        if option == "family" {
            let what = "FAMILY does not fit: labels are binomial or multinomial";
            let hint = "FAMILY is for regression: leave it out, or change PROBLEM_TYPE or OBJECTIVE";
            return Err(fault(option, Error::statement(what).with_hint(hint)));
        }
        if let Some(tuning) = self.tuning.filter(|_| option == "tuning") {
            return Err(fault(option, no_such_figure(tuning, problem)));
        }
        let has_not = if regression { "regression has no labels" } else { "a model of several labels has no threshold" };
        let needs = if option == "class_weights" { "classification" } else { "binary classification" };
        let hint = format!("{name} is for {needs}: leave it out, or change PROBLEM_TYPE or OBJECTIVE");
        Err(fault(option, Error::statement(format!("{name} does not fit: {has_not}")).with_hint(hint)))
    }

    /// No column can be two things.
    fn check_roles(&self) -> Result<(), Fault> {
        let roles = self.reserved_columns();
        for (i, (role, column)) in roles.iter().enumerate() {
            if let Some((earlier, _)) = roles[..i].iter().find(|(_, other)| other == column) {
                return Err(fault(if *role == "weight" { "weight" } else { "split" }, two_roles(earlier, role, column)));
            }
        }
        Ok(())
    }
}

/// The error of a column that is to be two things.
pub(crate) fn two_roles(earlier: &str, role: &str, column: &str) -> Error {
    let column = quote_identifier(column);
    Error::statement(if earlier == role {
        format!("column {column} is twice among the {role} columns")
    } else {
        format!("column {column} cannot be both the {earlier} and the {role} column")
    })
}

/// The error of a figure that models of a problem do not have.
pub(crate) fn no_such_figure(tuning: TuningObjective, problem: ProblemType) -> Error {
    let fitting = TuningObjective::ALL.into_iter().filter(|other| other.fits().contains(&problem));
    let fitting = fitting.map(TuningObjective::name).collect::<Vec<_>>().join(", ");
    let what = format!("the tuning objective {} does not fit: a {} model has no such figure", tuning.name(), problem.name());
    Error::statement(what).with_hint(format!("it has {fitting}"))
}

/// The error of an objective, as written, that a problem does not have.
pub(crate) fn contradiction(objective: &str, problem: ProblemType) -> Error {
    let name = problem.name();
    let fitting = match problem {
        ProblemType::Regression => "MSE",
        ProblemType::Binary => "Accuracy, F1 and AUC",
        ProblemType::Multiclass => "Accuracy and F1_Macro",
    };
    let message = format!("OBJECTIVE '{objective}' does not fit PROBLEM_TYPE {name}");
    Error::statement(message).with_hint(format!("{name} goes with {fitting}"))
}

fn fault(option: &'static str, error: Error) -> Fault {
    Fault { option, item: None, error }
}

fn invalid(option: &'static str, value: impl Display, expected: &str) -> Fault {
    let (name, value) = (option.to_ascii_uppercase(), value.to_string());
    fault(option, ErrorKind::InvalidOption { name, value, expected: expected.into() }.into())
}

fn at_least_0(option: &'static str, value: f64) -> Result<(), Fault> {
    if value.is_finite() && value >= 0.0 { Ok(()) } else { Err(invalid(option, value, "a number of at least 0")) }
}
