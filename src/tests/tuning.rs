//! `NUM_TRIALS` with `HPARAM_TUNING_OBJECTIVES`: trials are compared by the figure that is asked for.

use std::collections::BTreeMap;

use super::*;

/// Rows in time whose last 75 are held out; each fold of the others has 35.
const ROWS: &str = "SELECT value AS n, value % 7 AS a, value % 5 AS b, (value * value) % 7 AS c,
    CASE (value * 2) % 5 WHEN 0 THEN 'x' WHEN 3 THEN 'y' ELSE 'z' END AS e,
    10 + 0.5 * (value % 7) - (value % 5) + CASE (value * 2) % 5 WHEN 0 THEN 2 ELSE 0 END + (value * 71) % 97 / 16.0 - 2 AS score
    FROM generate_series(0, 249)";

/// What SQL makes of the figures, from the columns `y`, `p` and `label`.
const OF_NUMBERS: [(&str, &str); 6] = [
    ("r2_score", "1 - sum((y - p) * (y - p)) / sum((y - m) * (y - m))"),
    ("explained_variance", "1 - var_pop(y - p) / var_pop(y)"),
    ("mean_absolute_error", "avg(abs(y - p))"),
    ("median_absolute_error", "median(abs(y - p))"),
    ("mean_squared_error", "avg((y - p) * (y - p))"),
    ("mean_squared_log_error", "avg(power(ln(1 + y) - ln(1 + p), 2))"),
];
const OF_LABELS: [(&str, &str); 6] = [
    ("log_loss", "avg(-ln(CASE WHEN y THEN p ELSE 1 - p END))"),
    ("accuracy", "avg(CASE WHEN y = (p >= 0.5) THEN 1.0 ELSE 0.0 END)"),
    ("precision", "avg(CASE WHEN y THEN 1.0 ELSE 0.0 END) FILTER (WHERE p >= 0.5)"),
    ("recall", "avg(CASE WHEN p >= 0.5 THEN 1.0 ELSE 0.0 END) FILTER (WHERE y)"),
    ("f1_score", "2.0 * count(*) FILTER (WHERE y AND p >= 0.5) / (count(*) FILTER (WHERE y) + count(*) FILTER (WHERE p >= 0.5))"),
    ("roc_auc", ""),
];
const AREA: &str =
    "SELECT avg(CASE WHEN a.p > b.p THEN 1.0 WHEN a.p = b.p THEN 0.5 ELSE 0.0 END) FROM unseen a, unseen b WHERE a.y AND NOT b.y";

/// The figure of each penalty, from models that are trained one by one on the folds before and predict the next.
async fn by_hand(ml: &MlContext, model_type: &str, query: &str, penalty: f64) -> BTreeMap<&'static str, f64> {
    let mut parts = Vec::new();
    for fold in 1..5 {
        let statement = format!(
            "CREATE OR REPLACE MODEL fold_{fold} OPTIONS (model_type = '{model_type}', data_split_method = 'NO_SPLIT', l2_reg = {penalty:e}, labels = ['y'])
             AS SELECT a, b, c, e, y FROM ({query}) AS q WHERE n < {}",
            35 * fold
        );
        rows(ml, &statement).await;
        let p = if model_type == "linear_reg" {
            format!("predict_fold_{fold}(*)")
        } else {
            format!("predict_fold_{fold}_probability(*)")
        };
        let (from, to) = (35 * fold, 35 * (fold + 1));
        parts.push(format!("SELECT y, {p} AS p FROM (SELECT * FROM ({query}) AS q WHERE n >= {from} AND n < {to})"));
    }
    rows(ml, "DROP TABLE IF EXISTS unseen").await;
    rows(ml, &format!("CREATE TABLE unseen AS {}", parts.join(" UNION ALL "))).await;
    let figures = if model_type == "linear_reg" { OF_NUMBERS } else { OF_LABELS };
    let mut found = BTreeMap::new();
    for (name, formula) in figures {
        let query = match name {
            "roc_auc" => AREA.to_owned(),
            "r2_score" => format!("SELECT {formula} FROM (SELECT y, p, avg(y) OVER () AS m FROM unseen)"),
            _ => format!("SELECT {formula} FROM unseen"),
        };
        found.insert(name, number(ml, &query).await);
    }
    found
}

#[tokio::test]
async fn trials_are_compared_by_the_objective() {
    let ml = context().await;
    let penalties = [0.05, 5.0, 120.0];
    let mut chosen = Vec::new();
    for (model_type, target, figures) in [("linear_reg", "score", OF_NUMBERS), ("logistic_reg", "score > 10", OF_LABELS)] {
        let query = format!("SELECT n, a, b, c, e, {target} AS y FROM ({ROWS}) AS r");
        let mut expected = Vec::new();
        for penalty in penalties {
            expected.push((penalty, by_hand(&ml, model_type, &query, penalty).await));
        }
        for (name, _) in figures {
            let statement = format!(
                "CREATE OR REPLACE MODEL m OPTIONS (model_type = '{model_type}', labels = ['y'], data_split_method = 'SEQ', data_split_col = 'n',
                   data_split_eval_fraction = 0.3, num_trials = 3, l2_reg = HPARAM_CANDIDATES([0.05, 5, 120]),
                   hparam_tuning_objectives = ['{name}']) AS {query}"
            );
            let model = train(&ml, &statement).await;
            assert_eq!((model.trials.len(), model.trial_metric.as_str()), (3, name));
            for trial in &model.trials {
                let (_, by_hand) = expected.iter().find(|(penalty, _)| *penalty == trial.l2).unwrap();
                assert_close(trial.metric, by_hand[name], 1e-6);
            }
            let is_better = |a: f64, b: f64| if name.ends_with("error") || name == "log_loss" { a < b } else { a > b };
            let best = model.trials.iter().find(|trial| trial.is_optimal).unwrap();
            assert!(model.trials.iter().all(|trial| !is_better(trial.metric, best.metric)), "{name}: {:?}", model.trials);
            let loss_of_equals = model.trials.iter().filter(|trial| trial.metric == best.metric).map(|trial| trial.eval_loss);
            assert_close(loss_of_equals.fold(f64::INFINITY, f64::min), best.eval_loss, 0.0);
            chosen.push(best.l2);
            let query = format!("SELECT hparam_tuning_evaluation_metrics['{name}'] FROM ml_trial_info('m') WHERE is_optimal");
            assert_close(number(&ml, &query).await, best.metric, 0.0);
        }
    }
    // Else nothing would show that the objective is heeded.
    chosen.sort_by(f64::total_cmp);
    chosen.dedup();
    assert!(chosen.len() > 1, "{chosen:?}");
}

/// BigQuery's defaults; of several labels means over the labels.
#[tokio::test]
async fn objectives_that_are_not_given() {
    let ml = context().await;
    for (model_type, target, metric) in [
        ("linear_reg", "score", "r2_score"),
        ("logistic_reg", "score > 10", "roc_auc"),
        ("logistic_reg", "CASE WHEN score > 11 THEN 'high' WHEN score > 9 THEN 'middle' ELSE 'low' END", "roc_auc"),
    ] {
        let query = format!("SELECT a, b, c, e, {target} AS label FROM ({ROWS}) AS r");
        let options = format!("model_type = '{model_type}', num_trials = 3, l2_reg = HPARAM_RANGE(1, 100)");
        let model = train(&ml, &format!("CREATE OR REPLACE MODEL m OPTIONS ({options}) AS {query}")).await;
        assert_eq!(model.trial_metric, metric);
        let said = model.report.lines().iter().find(|line| line.item == "penalties tried").unwrap();
        assert!(said.detail.starts_with(&format!("by the highest {metric} of training rows")), "{}", said.detail);
        assert!(model.trials.iter().all(|trial| trial.metric > 0.0 && trial.metric < 1.0), "{:?}", model.trials);
    }
    let ours = "CREATE OR REPLACE MODEL m FROM (SELECT a, b, score > 10 AS y FROM rows) TARGET y HYPERPARAMETERS DEFAULT EXCEPT (L2 (1, 10))";
    let model = train(&ml, &ours.replace("rows", &format!("({ROWS}) AS r"))).await;
    assert_eq!(model.trial_metric, "log_loss");
    assert!(model.trials.iter().all(|trial| trial.metric == trial.eval_loss));
}

#[tokio::test]
async fn objectives_from_rust() {
    use crate::{PenaltyChoice, Split, TuningObjective};
    let ml = context().await;
    let data = || async { ml.session().sql(&format!("SELECT a, b, c, score > 10 AS y FROM ({ROWS}) AS r")).await.unwrap() };
    let builder = |name: &str, frame| ml.train(name, frame).target("y").split(Split::None);
    let model = builder("m", data().await).l2([1.0, 10.0]).tuning(TuningObjective::F1Score).await.unwrap();
    assert_eq!(model.trial_metric, "f1_score");
    let wrong = builder("wrong", data().await).l2(PenaltyChoice::Auto).tuning(TuningObjective::R2Score).await.unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "the tuning objective r2_score does not fit: a BINARY_CLASSIFICATION model has no such figure; it has roc_auc, precision, recall, accuracy, f1_score, log_loss"
    );
    let idle = builder("idle", data().await).l2(1.0).tuning(TuningObjective::RocAuc).await.unwrap_err();
    assert_eq!(
        idle.to_string(),
        "the tuning objective roc_auc has no effect: no penalty is to be found; list penalties to try, or leave it out"
    );
}
