//! Scripts of BigQuery's and Redshift's form, run: what they mean, beyond how they read.

use std::sync::Mutex;

use super::*;
use crate::Event;

/// Trains a model in BigQuery's form on a query and gives it.
async fn trained(ml: &MlContext, options: &str, query: &str) -> Arc<Model> {
    rows(ml, &format!("CREATE OR REPLACE MODEL m OPTIONS ({options}) AS {query}")).await;
    ml.store().get(&ModelName::from("m")).unwrap()
}

fn held_out(model: &Model) -> (&str, &str) {
    (model.report.value("rows", "training").unwrap(), model.report.value("rows", "held out").unwrap_or("0"))
}

#[tokio::test]
async fn auto_split_goes_by_the_number_of_rows() {
    let ml = context().await;
    for (n, expected) in [(499, ("499", "0")), (500, ("400", "100")), (50_000, ("40000", "10000")), (50_003, ("40003", "10000"))]
    {
        let query = format!("SELECT value % 7 AS x, 0.5 * value AS label FROM generate_series(1, {n})");
        assert_eq!(held_out(&*trained(&ml, "model_type = 'linear_reg'", &query).await), expected, "{n} rows");
    }
    let query = "SELECT value % 7 AS x, value % 3 = 0 AS label FROM generate_series(1, 60000)";
    assert_eq!(held_out(&*trained(&ml, "model_type = 'logistic_reg'", query).await), ("50000", "10000"));
}

/// `TRUE` and `NULL` are evaluation, `FALSE` is training.
#[tokio::test]
async fn a_custom_split_holds_nulls_out() {
    let ml = context().await;
    let query = "SELECT value AS x, 2.0 * value + value % 3 AS label, CASE value % 4 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END AS e
                 FROM generate_series(1, 100)";
    let options = "model_type = 'linear_reg', data_split_method = 'CUSTOM', data_split_col = 'e'";
    let model = trained(&ml, options, query).await;
    assert_eq!(held_out(&model), ("50", "50"));
    assert!(model.features.iter().all(|feature| feature.name == "x"));
}

#[tokio::test]
async fn the_higher_label_is_positive_at_one_half() {
    let ml = context().await;
    let of = async |label: &str| {
        let query = format!("SELECT value % 10 AS x, {label} AS label FROM generate_series(1, 400)");
        trained(&ml, "model_type = 'logistic_reg'", &query).await
    };
    let noisy = "(value % 10) + (value * 7) % 11 > 12";
    for (yes, no, highest) in
        [("'churned'", "'retained'", "retained"), ("1", "7", "7"), ("0.5", "-3.5", "0.5"), ("'no'", "'yes'", "yes")]
    {
        let model = of(&format!("CASE WHEN {noisy} THEN {yes} ELSE {no} END")).await;
        assert_eq!(model.report.value("model", "positive label"), Some(highest));
        assert_eq!(model.threshold.as_ref().map(|threshold| threshold.value), Some(0.5));
    }
    // Integers are labels, however many there are.
    let model = of("value % 30").await;
    assert_eq!(model.report.value("model", "problem type"), Some("MULTICLASS_CLASSIFICATION"));
}

/// The statement is kept in BigQuery's form and run again in it, whatever the session reads.
#[tokio::test]
async fn a_refresh_reads_the_form_again() {
    let ml = context().await;
    rows(&ml, "CREATE TABLE t AS SELECT value AS x, 3.0 * value + value % 5 AS y, 'it''s' AS k FROM generate_series(1, 90)")
        .await;
    rows(
        &ml,
        "CREATE MODEL `shop.Line` OPTIONS (model_type = \"linear_reg\", labels = ['y']) AS SELECT x, y FROM t WHERE k = 'it\\'s'",
    )
    .await;
    let name = ModelName::from("shop.line");
    let statement = ml.store().get(&name).unwrap().statement.clone();
    assert_eq!(
        statement,
        "CREATE MODEL shop.line OPTIONS (MODEL_TYPE = 'linear_reg', LABELS = ['y']) AS SELECT x, y FROM t WHERE k = 'it\\'s'"
    );
    rows(&ml, "INSERT INTO t VALUES (1000, 1.0, 'it''s')").await;
    rows(&ml, "ALTER MODEL shop.line RENAME TO \"Other Line\"").await;
    rows(&ml, "REFRESH MODEL \"Other Line\"").await;
    let again = ml.store().get(&ModelName::new(["Other Line"])).unwrap();
    assert_eq!((again.version, again.function.as_str()), (2, "predict_line"));
    rows(&ml, "INSERT INTO t VALUES (1001, 2.0, 'it''s')").await;
    rows(&ml, "REFRESH MODEL \"Other Line\"").await;
    assert_eq!(ml.store().get(&ModelName::new(["Other Line"])).unwrap().version, 3);
}

#[tokio::test]
async fn names_with_dashes_and_backticks_are_one() {
    let ml = context().await;
    let query = "SELECT value AS x, 3.0 * value AS label FROM generate_series(1, 90)";
    rows(&ml, &format!("CREATE MODEL `my-proj.ds.m` OPTIONS (model_type = 'linear_reg') AS {query}")).await;
    for written in ["`my-proj.ds.m`", "my-proj.ds.m", "`my-proj`.ds.m", "`My-Proj.ds`.m"] {
        rows(&ml, &format!("SHOW MODEL {written}")).await;
    }
    for written in ["`my-proj.ds.m`", "my-proj.ds.m"] {
        assert_eq!(rows(&ml, &format!("SELECT r2_score FROM ML.EVALUATE(MODEL {written})")).await[0].num_rows(), 1);
    }
    rows(&ml, "DROP MODEL IF EXISTS my-proj.ds.m").await;
    assert!(ml.store().models().is_empty());
}

#[tokio::test]
async fn a_label_that_is_missing_is_pointed_at() {
    let ml = context().await;
    let fault = async |options: &str| {
        let text = format!("CREATE MODEL m OPTIONS (model_type = 'linear_reg'{options}) AS SELECT 1 AS x, 2 AS y");
        ml.sql(&text).await.unwrap_err()
    };
    let unnamed = fault("").await;
    assert_eq!(
        (unnamed.location(), unnamed.hint()),
        (Some((1, 14)), Some("name the column to learn: INPUT_LABEL_COLS = ['column']"))
    );
    assert_eq!(fault(", labels = ['z']").await.location(), Some((1, 61)));
}

/// Rights and what belongs to the cloud are named in notices, and change nothing.
#[tokio::test]
async fn what_has_no_meaning_is_named() {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&told);
    let observer = move |event| {
        if let Event::Notice(notice) = event {
            heard.lock().unwrap().push(notice);
        }
    };
    let ml = MlContext::with_observer(SessionContext::new(), ModelStore::in_memory(), observer).await.unwrap();
    let query = "SELECT value AS x, 3.0 * value AS label FROM generate_series(1, 90)";
    trained(&ml, "model_type = 'linear_reg', model_registry = 'vertex_ai'", query).await;
    rows(&ml, "GRANT EXECUTE ON MODEL m TO PUBLIC").await;
    rows(&ml, "ALTER MODEL m SET OPTIONS (labels = [('a', 'b')], description = \"a line\")").await;
    assert_eq!(
        *told.lock().unwrap(),
        [
            "without effect here: MODEL_REGISTRY (models stay on this machine)",
            "GRANT has no effect: models have no owners here; who may use which function is for the host to decide",
            "without effect here: LABELS (models stay on this machine)",
        ]
    );
    assert_eq!(ml.store().get(&ModelName::from("m")).unwrap().description, "a line");
    let unknown = ml.sql("REVOKE ALL ON MODEL n FROM PUBLIC").await.unwrap_err();
    assert_eq!(unknown.location(), Some((1, 21)));
}

#[tokio::test]
async fn a_forgotten_class_weight_is_named() {
    let ml = context().await;
    let fault = async |weights: &str| {
        let query = "SELECT value AS x, CASE value % 3 WHEN 0 THEN 'no' WHEN 1 THEN 'yes' ELSE 'maybe' END AS label FROM generate_series(1, 90)";
        failure(&ml, &format!("CREATE MODEL m OPTIONS (model_type = 'logistic_reg', class_weights = [{weights}])\nAS {query}"))
            .await
    };
    insta::assert_snapshot!(fault("('yes', 2)").await);
    insta::assert_snapshot!(fault("('yes', 2), ('no', 1), ('mabye', 1)").await);
    // In our own form the others weigh 1.
    let query = "SELECT value AS x, value % 3 = 0 AS y FROM generate_series(1, 90)";
    rows(&ml, &format!("CREATE MODEL ours FROM ({query}) TARGET y SETTINGS (CLASS_WEIGHTS ('true' 2.0))")).await;
    insta::assert_snapshot!(
        failure(&ml, &format!("CREATE MODEL typo FROM ({query}) TARGET y\nSETTINGS (CLASS_WEIGHTS ('true' 2.0, 'flase' 1))"))
            .await
    );
}

/// Text marks rows as BigQuery's tuning has it, and a mark that says nothing is pointed at.
#[tokio::test]
async fn marks_of_text_split() {
    let ml = context().await;
    let query = |last: &str| {
        format!(
            "SELECT value AS x, 2.0 * value + value % 3 AS label, CASE value % 5 WHEN 0 THEN 'EVAL' WHEN 1 THEN '{last}' ELSE 'TRAIN' END AS part
             FROM generate_series(1, 100)"
        )
    };
    let options = "model_type = 'linear_reg', data_split_method = 'CUSTOM',\ndata_split_col = 'part'";
    let model = trained(&ml, &format!("{options}, num_trials = 2, l2_reg = HPARAM_RANGE(0, 1)"), &query("TEST")).await;
    assert_eq!(held_out(&model), ("60", "40"));
    let text = format!("CREATE OR REPLACE MODEL m OPTIONS ({options}) AS {}", query("TSET"));
    let wrong = ml.sql(&text).await.unwrap_err();
    assert_eq!(wrong.location(), Some((2, 18)), "{wrong}");
}

#[tokio::test]
async fn columns_of_the_data_are_left_out() {
    let ml = context().await;
    let query = "SELECT value AS x, value % 3 = 0 AS label FROM generate_series(1, 60)";
    trained(&ml, "model_type = 'logistic_reg'", query).await;
    let names = async |call: &str| {
        let frame = ml.sql(&format!("SELECT * FROM {call}")).await.unwrap_or_else(|error| panic!("{}", error.render()));
        frame.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>().join(" ")
    };
    let only = "predicted_label predicted_label_probs";
    assert_eq!(names(&format!("ML.PREDICT(MODEL m, ({query}), STRUCT(FALSE AS keep_original_columns))")).await, only);
    assert_eq!(names(&format!("ML.PREDICT(MODEL m, ({query}), STRUCT(0.5, FALSE))")).await, only);
    assert_eq!(names(&format!("ml_predict('m', ({query}), keep_original_columns => false, threshold => 0.3)")).await, only);
    let all = format!("{only} x label");
    assert_eq!(names(&format!("ML.PREDICT(MODEL m, ({query}), STRUCT(TRUE AS keep_original_columns))")).await, all);
    assert_eq!(names(&format!("ML.PREDICT(MODEL m, ({query}))")).await, all);
    // A column of the data that has the result's name is no matter where it is left out.
    let again = "ML.PREDICT(MODEL m, (SELECT 1 AS x, 2 AS predicted_label), STRUCT(FALSE AS keep_original_columns))";
    assert_eq!(names(again).await, only);
    let wrong = ml.sql("SELECT * FROM ml_predict('m', (SELECT 1 AS x), keep_original_colums => false)").await.unwrap_err();
    let usage = "ml_predict('model', data [, threshold => 0.5] [, keep_original_columns => true] [, trial_id => 1])";
    assert!(
        wrong.to_string().starts_with(&format!("ml_predict has no argument keep_original_colums; call it as {usage}")),
        "{wrong}"
    );
    assert_eq!(wrong.hint(), Some("did you mean keep_original_columns?"));
}

/// The loss after each iteration: the last is the model's, however training ended, and whatever found it.
#[tokio::test]
async fn losses_end_at_the_model() {
    let ml = context().await;
    let labels = "SELECT value % 10 AS x, value % 3 AS z, CASE WHEN (value % 10) + (value * 7) % 11 > 12 THEN 'yes' ELSE 'no' END AS label FROM generate_series(1, 300)";
    let three = labels.replace("ELSE 'no'", "WHEN value % 4 = 0 THEN 'maybe' ELSE 'no'");
    let number_of = "SELECT value % 10 AS x, 3.0 * (value % 10) + value % 7 AS label FROM generate_series(1, 300)";
    for (options, query) in [
        ("model_type = 'logistic_reg', early_stop = TRUE", labels),
        ("model_type = 'logistic_reg', max_iterations = 1", labels),
        ("model_type = 'logistic_reg', l2_reg = 1", labels),
        ("model_type = 'logistic_reg', l1_reg = 1", labels),
        ("model_type = 'logistic_reg'", three.as_str()),
        ("model_type = 'logistic_reg', early_stop = TRUE", three.as_str()),
        ("model_type = 'linear_reg'", number_of),
    ] {
        let model = trained(&ml, &format!("{options}, data_split_method = 'NO_SPLIT'"), query).await;
        let losses = &model.training_losses;
        assert!(losses.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-12)), "{options}: {losses:?}");
        let metric = if options.contains("linear") { "mean_squared_error" } else { "log_loss" };
        let measured = number(&ml, &format!("SELECT {metric} FROM ML.EVALUATE(MODEL m, ({query}))")).await;
        assert_close(*losses.last().unwrap(), measured, 1e-12);
        let goodness = model.goodness.as_ref().unwrap();
        let of_rows = if options.contains("linear") { 300.0 } else { 600.0 };
        assert_close(goodness.deviance / of_rows, measured, 1e-12);
    }
    let one = trained(&ml, "model_type = 'logistic_reg', max_iterations = 1, data_split_method = 'NO_SPLIT'", labels).await;
    assert_eq!(one.training_losses.len(), 1);
}

/// Per label how much each feature moves its own raw prediction: of training and of data the same, the mean over labels without it.
#[tokio::test]
async fn attributions_of_each_label() {
    let ml = context().await;
    let query = "SELECT value % 10 AS x, value % 7 AS z, CASE WHEN value % 10 + (value * 7) % 4 > 8 THEN 'high' WHEN value % 7 > 3 THEN 'odd' ELSE 'low' END AS label
                 FROM generate_series(1, 300)";
    let model = trained(&ml, "model_type = 'logistic_reg', l2_reg = 1, data_split_method = 'NO_SPLIT'", query).await;
    assert_eq!(model.evaluation.attributions.len(), 3);
    let each = "STRUCT(TRUE AS class_level_explain)";
    for data in [String::new(), format!(", ({query})")] {
        let of_classes = format!("ML.GLOBAL_EXPLAIN(MODEL m{data}, {each})");
        assert_eq!(number(&ml, &format!("SELECT count(*) FROM {of_classes}")).await, 6.0);
        for (label, attributions) in ["high", "low", "odd"].iter().zip(&model.evaluation.attributions) {
            for (feature, attribution) in ["x", "z"].iter().zip(attributions) {
                let found =
                    format!("SELECT attribution FROM {of_classes} WHERE class_name = '{label}' AND feature = '{feature}'");
                assert_close(number(&ml, &found).await, *attribution, 1e-9);
            }
        }
        for (place, feature) in ["x", "z"].iter().enumerate() {
            let mean = model.evaluation.attributions.iter().map(|of_label| of_label[place]).sum::<f64>() / 3.0;
            let found = format!("SELECT attribution FROM ML.GLOBAL_EXPLAIN(MODEL m{data}) WHERE feature = '{feature}'");
            assert_close(number(&ml, &found).await, mean, 1e-9);
        }
    }
    let json = rows(&ml, "SELECT explain_model('m') LIKE '%label0%label1%label2%' AS has").await;
    assert!(json[0].column(0).as_boolean().value(0));
    // A coefficient of a number moves by its distance from the mean.
    let linear = "SELECT value % 10 AS x, 3.0 * (value % 10) AS label FROM generate_series(1, 300)";
    trained(&ml, "model_type = 'linear_reg'", linear).await;
    let wrong = ml.sql(&format!("SELECT * FROM ML.GLOBAL_EXPLAIN(MODEL m, {each})")).await.unwrap_err();
    assert!(wrong.to_string().starts_with("class_level_explain is for labels"), "{wrong}");
}

/// Redshift's keys for the models of its scripts, and for no others.
#[tokio::test]
async fn show_model_has_redshifts_keys() {
    let ml = context().await;
    rows(
        &ml,
        "CREATE TABLE t AS SELECT value AS x, value % 3 AS z, value * 7 % 10 + value % 5 > 6 AS y FROM generate_series(1, 200)",
    )
    .await;
    rows(&ml, "CREATE MODEL shop.churn FROM t TARGET y FUNCTION fn IAM_ROLE default OBJECTIVE 'AUC' SETTINGS (S3_BUCKET 'b')")
        .await;
    rows(&ml, "CREATE MODEL ours FROM t TARGET y").await;
    let value = async |model: &str, key: &str| {
        let frame = ml.sql(&format!("SHOW MODEL {model}")).await.unwrap();
        let found: Vec<String> = frame
            .collect()
            .await
            .unwrap()
            .iter()
            .flat_map(|batch| {
                let column = |place: usize| batch.column(place).as_string::<i32>().clone();
                let (sections, items, values) = (column(0), column(1), column(2));
                let is_it = |row: &usize| sections.value(*row) == "Redshift ML" && items.value(*row) == key;
                (0..batch.num_rows()).filter(is_it).map(|row| values.value(row).to_owned()).collect::<Vec<_>>()
            })
            .collect();
        found.join("; ")
    };
    for (key, expected) in [
        ("Model Name", "churn"),
        ("Schema Name", "shop"),
        ("Model State", "READY"),
        ("Table", "t"),
        ("Target Column", "y"),
        ("Model Type", "linear_learner"),
        ("Problem Type", "BinaryClassification"),
        ("Objective", "AUC"),
        ("Function Name", "fn"),
        ("Function Parameters", "x z"),
        ("Function Parameter Types", "BIGINT BIGINT"),
    ] {
        assert_eq!(value("shop.churn", key).await, expected, "{key}");
    }
    let area = number(&ml, "SELECT roc_auc FROM ml_evaluate('shop.churn')").await;
    assert_eq!(value("shop.churn", "validation:AUC").await, area.to_string());
    assert_eq!(value("ours", "Model State").await, "");
}
