//! From the tree to what training is asked for.

mod bigquery;
mod faults;
mod foreign;

use insta::{assert_debug_snapshot, assert_snapshot};

use super::parse;
use crate::automl::{ClassWeights, Objective, Split, ThresholdChoice, TrainSpec};
use crate::error::Error;
use crate::model::ProblemType;
use crate::sql::ast::{AlterAction, CreateModel, Statement};
use crate::sql::options::{Alteration, alteration, train_spec};

fn create(text: &str) -> Box<CreateModel> {
    match parse(text).unwrap_or_else(|error| panic!("{}", error.render())).remove(0) {
        Statement::CreateModel(create) => create,
        other => panic!("{other}"),
    }
}

/// What `CREATE MODEL m FROM t TARGET y` asks for with these clauses.
fn spec(clauses: &str) -> TrainSpec {
    spec_and_notices(clauses).0
}

fn spec_and_notices(clauses: &str) -> (TrainSpec, Vec<String>) {
    let text = format!("CREATE MODEL m FROM t TARGET y {clauses}");
    train_spec(&create(&text)).unwrap_or_else(|error| panic!("{}", error.in_text(&text).render()))
}

fn alter(options: &str) -> Result<Alteration, Error> {
    let text = format!("ALTER MODEL m SET ({options})");
    let Statement::AlterModel(alter) = parse(&text).unwrap().remove(0) else { panic!("{text}") };
    let AlterAction::Set(options) = alter.action else { panic!("{text}") };
    alteration(&options).map_err(|error| error.in_text(&text))
}

#[test]
fn defaults() {
    assert_debug_snapshot!(spec(""), @r#"
        TrainSpec {
            name: ModelName {
                parts: [
                    "m",
                ],
            },
            target: "y",
            function: "predict_m",
            problem: None,
            objective: None,
            split: Random {
                ratio: 0.7,
                seed: 42,
            },
            ordered_labels: false,
            text_is_category: false,
            positive: None,
            weight: None,
            class_weights: None,
            threshold: None,
            family: None,
            fit_intercept: true,
            l1: None,
            l2: None,
            tuning: None,
            max_iterations: None,
            tolerance: None,
            min_rel_progress: None,
            transform: None,
            description: "",
            statement: "CREATE MODEL m FROM t TARGET y",
        }
        "#);
}

#[test]
fn names_of_functions() {
    let function = |text| train_spec(&create(text)).unwrap().0.function;
    assert_eq!(function("CREATE MODEL churn FROM t TARGET y"), "predict_churn");
    assert_eq!(function("CREATE MODEL ml.Churn FROM t TARGET y"), "predict_churn");
    assert_eq!(function("CREATE MODEL \"Churn 2026/b\" FROM t TARGET y"), "predict_churn_2026_b");
    assert_eq!(function("CREATE MODEL \"2x\" FROM t TARGET y"), "predict_2x");
    assert_eq!(function("CREATE MODEL m FROM t TARGET y FUNCTION Ml.\"F g\""), "ml.F g");
}

#[test]
fn every_clause() {
    let spec = spec(
        "PROBLEM_TYPE binary_classification OBJECTIVE 'auc' SPLIT (KEY (a, b), RATIO 0.8, SEED 7)
         HYPERPARAMETERS DEFAULT EXCEPT (l2 '0.5', max_iterations 20, TOLERANCE 1e-6)
         SETTINGS (POSITIVE 1, WEIGHT \"W w\", CLASS_WEIGHTS (1 2.5, 0 '1'), THRESHOLD 'cost', FALSE_POSITIVE_COST 1,
                   FALSE_NEGATIVE_COST '2.5', DESCRIPTION 'it''s')",
    );
    assert_debug_snapshot!(spec, @r#"
        TrainSpec {
            name: ModelName {
                parts: [
                    "m",
                ],
            },
            target: "y",
            function: "predict_m",
            problem: Some(
                Binary,
            ),
            objective: Some(
                Auc,
            ),
            split: Key {
                ratio: 0.8,
                seed: 7,
                columns: [
                    "a",
                    "b",
                ],
            },
            ordered_labels: false,
            text_is_category: false,
            positive: Some(
                "1",
            ),
            weight: Some(
                "W w",
            ),
            class_weights: Listed(
                [
                    (
                        "1",
                        2.5,
                    ),
                    (
                        "0",
                        1.0,
                    ),
                ],
            ),
            threshold: Some(
                Cost {
                    false_positive: 1.0,
                    false_negative: 2.5,
                },
            ),
            family: None,
            fit_intercept: true,
            l1: None,
            l2: Some(
                Fixed(
                    0.5,
                ),
            ),
            tuning: None,
            max_iterations: Some(
                20,
            ),
            tolerance: Some(
                1e-6,
            ),
            min_rel_progress: None,
            transform: None,
            description: "it's",
            statement: "CREATE MODEL m FROM t TARGET y PROBLEM_TYPE BINARY_CLASSIFICATION OBJECTIVE 'auc' HYPERPARAMETERS DEFAULT EXCEPT (L2 '0.5', MAX_ITERATIONS 20, TOLERANCE 1e-6) SPLIT (KEY (a, b), RATIO 0.8, SEED 7) SETTINGS (POSITIVE 1, WEIGHT \"W w\", CLASS_WEIGHTS (1 2.5, 0 '1'), THRESHOLD 'cost', FALSE_POSITIVE_COST 1, FALSE_NEGATIVE_COST '2.5', DESCRIPTION 'it''s')",
        }
        "#);
}

#[test]
fn values_in_all_their_forms() {
    assert_eq!(spec("SETTINGS (THRESHOLD 0)").threshold, Some(ThresholdChoice::Fixed(0.0)));
    assert_eq!(spec("SETTINGS (THRESHOLD '0.25')").threshold, Some(ThresholdChoice::Fixed(0.25)));
    assert_eq!(spec("SETTINGS (THRESHOLD F1)").threshold, Some(ThresholdChoice::F1));
    assert_eq!(spec("SETTINGS (threshold 'Accuracy')").threshold, Some(ThresholdChoice::Accuracy));
    assert_eq!(spec("SETTINGS (THRESHOLD = balanced)").threshold, Some(ThresholdChoice::Balanced));
    assert_eq!(spec("SETTINGS (POSITIVE yes)").positive.as_deref(), Some("yes"));
    assert_eq!(spec("SETTINGS (POSITIVE -1)").positive.as_deref(), Some("-1"));
    assert_eq!(spec("SETTINGS (WEIGHT 'w')").weight.as_deref(), Some("w"));
    assert_eq!(spec("SETTINGS (CLASS_WEIGHTS balanced)").class_weights, ClassWeights::Balanced);
    assert_eq!(spec("SPLIT NONE").split, Split::None);
    assert_eq!(spec("SPLIT (COLUMN c)").split, Split::Column { column: "c".into() });
    assert_eq!(spec("SPLIT (ORDER BY \"Ts\")").split, Split::OrderBy { ratio: 0.7, column: "Ts".into() });
    assert_eq!(spec("SPLIT (SEED 0)").split, Split::Random { ratio: 0.7, seed: 0 });
    assert_eq!(spec("HYPERPARAMETERS DEFAULT EXCEPT (l2 0)").l2, Some(0.0.into()));
}

#[test]
fn problems_and_objectives() {
    let both = |clauses: &str| (spec(clauses).problem, spec(clauses).objective);
    assert_eq!(both("OBJECTIVE 'MSE'"), (None, Some(Objective::Mse)));
    assert_eq!(both("OBJECTIVE 'accuracy'"), (None, Some(Objective::Accuracy)));
    assert_eq!(both("OBJECTIVE 'F1Macro'"), (Some(ProblemType::Multiclass), Some(Objective::F1)));
    assert_eq!(both("OBJECTIVE 'f1_macro'"), (Some(ProblemType::Multiclass), Some(Objective::F1)));
    assert_eq!(both("PROBLEM_TYPE (REGRESSION)"), (Some(ProblemType::Regression), None));
    assert_eq!(both("PROBLEM_TYPE multiclass_classification"), (Some(ProblemType::Multiclass), None));
}

#[test]
fn one_notice_for_what_has_no_meaning() {
    assert!(spec_and_notices("MODEL_TYPE linear_learner").1.is_empty());
    assert_snapshot!(spec_and_notices("IAM_ROLE default").1.join("\n"), @"IAM_ROLE has no meaning here and is ignored");
    let clauses = "IAM_ROLE 'arn' AUTO OFF PREPROCESSORS 'none' SETTINGS (S3_BUCKET 'b', POSITIVE 'x', TAGS 'k=v', max_cells 1)";
    assert_snapshot!(spec_and_notices(clauses).1.join("\n"), @"IAM_ROLE, AUTO, PREPROCESSORS, S3_BUCKET, TAGS, MAX_CELLS have no meaning here and are ignored");
}

#[test]
fn alterations() {
    assert_eq!(alter("threshold = 0.35").unwrap(), Alteration { threshold: Some(0.35), description: None });
    assert_eq!(alter("DESCRIPTION ''").unwrap(), Alteration { threshold: None, description: Some(String::new()) });
    assert_snapshot!(alter("threshold = 1.5").unwrap_err().render(), @"
    error: THRESHOLD cannot be 1.5; expected a number from 0 to 1
     --> statement:1:32
      |
    1 | ALTER MODEL m SET (threshold = 1.5)
      |                                ^^^
    ");
    assert_snapshot!(alter("threshold = 'f1'").unwrap_err().render(), @"
    error: THRESHOLD cannot be 'f1'; expected a number from 0 to 1
     --> statement:1:32
      |
    1 | ALTER MODEL m SET (threshold = 'f1')
      |                                ^^^^
    ");
    assert_snapshot!(alter("treshold = 0.5").unwrap_err().render(), @"
    error: unknown option of ALTER MODEL TRESHOLD; did you mean THRESHOLD?
     --> statement:1:20
      |
    1 | ALTER MODEL m SET (treshold = 0.5)
      |                    ^^^^^^^^
    ");
    assert_snapshot!(alter("positive = 'x'").unwrap_err().render(), @"
    error: unknown option of ALTER MODEL POSITIVE; valid are THRESHOLD, DESCRIPTION
     --> statement:1:20
      |
    1 | ALTER MODEL m SET (positive = 'x')
      |                    ^^^^^^^^
      |
      = help: POSITIVE belongs into SETTINGS (...) of CREATE MODEL
    ");
    assert_snapshot!(alter("").unwrap_err().render(), @"ALTER MODEL ... SET changes nothing; for example ALTER MODEL churn SET (threshold = 0.35)");
}
