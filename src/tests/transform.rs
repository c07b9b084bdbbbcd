//! `TRANSFORM`: what is learned, where from, and that scoring applies exactly that.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::{context, number, rows, train};
use crate::{ErrorKind, MlContext, Model, ModelStore, Scorer, Value};

const TABLE: &str = "CREATE TABLE t AS
    SELECT value AS id, CASE WHEN value % 11 > 0 THEN value * 37 % 101 END AS x, CASE value % 7 WHEN 0 THEN NULL WHEN 1 THEN 'b' WHEN 2 THEN 'c' ELSE 'a' END AS c,
           3.0 * (value * 37 % 101) + value % 5 AS y
    FROM generate_series(1, 300)";

const MODEL: &str = "CREATE OR REPLACE MODEL m
    TRANSFORM (ML.STANDARD_SCALER(x) OVER () AS scaled, ML.ONE_HOT_ENCODER(c, 'none', 10, 0) OVER () AS kind, ML.BUCKETIZE(x, [30, 60]) AS step, y)
    OPTIONS (model_type = 'linear_reg', input_label_cols = ['y'], l2_reg = 1) AS SELECT * FROM t";

async fn with_table() -> MlContext {
    let ml = context().await;
    rows(&ml, TABLE).await;
    ml
}

async fn one_batch(ml: &MlContext, query: &str) -> RecordBatch {
    let batches = rows(ml, query).await;
    concat_batches(&batches[0].schema(), &batches).unwrap()
}

/// What a model computes of rows, apart from the model.
fn features(model: &Model, batch: &RecordBatch) -> Vec<ArrayRef> {
    let transform = model.transform.as_ref().unwrap();
    let inputs: Vec<ArrayRef> =
        transform.inputs().iter().map(|input| Arc::clone(batch.column_by_name(&input.name).unwrap())).collect();
    transform.compile().unwrap().evaluate(&inputs, batch.num_rows()).unwrap()
}

/// Of the training rows, a model sees what `OVER ()` gives: to the bit, whatever the function and its settings.
#[tokio::test]
async fn scoring_applies_what_over_gives_on_the_training_rows() {
    let ml = with_table().await;
    for call in [
        "ML.STANDARD_SCALER(x)",
        "ML.MIN_MAX_SCALER(x)",
        "ML.MAX_ABS_SCALER(-x)",
        "ML.ROBUST_SCALER(x)",
        "ML.ROBUST_SCALER(x, [10, 90], FALSE, TRUE)",
        "ML.QUANTILE_BUCKETIZE(x, 5)",
        "ML.QUANTILE_BUCKETIZE(ln(x + 1), 3, 'bucket_ranges')",
        "ML.LABEL_ENCODER(c)",
        "ML.LABEL_ENCODER(concat(c, '!'), 2, 0)",
        "ML.IMPUTER(x, 'mean')",
        "ML.IMPUTER(x, 'median')",
        "ML.IMPUTER(x, 'most_frequent')",
        "ML.IMPUTER(c, 'most_frequent')",
    ] {
        let model = train(
            &ml,
            &format!(
                "CREATE OR REPLACE MODEL m TRANSFORM ({call} OVER () AS z, y)
                 OPTIONS (model_type = 'linear_reg', input_label_cols = ['y'], l2_reg = 1, data_split_method = 'no_split') AS SELECT * FROM t"
            ),
        )
        .await;
        let batch = one_batch(&ml, &format!("SELECT *, {call} OVER () AS z FROM t")).await;
        assert_eq!(&features(&model, &batch)[0], batch.column_by_name("z").unwrap(), "{call}");
    }
}

/// Held-out rows change nothing of what is learned; the training rows do.
#[tokio::test]
async fn nothing_is_learned_from_held_out_rows() {
    let ml = context().await;
    let learned = async |held_out: &str, trained: &str| {
        let create = format!(
            "CREATE OR REPLACE TABLE t AS SELECT value AS id, value > 250 AS test, CASE WHEN value = 260 THEN {held_out} WHEN value = 7 THEN {trained} ELSE value % 50 END AS x,
             CASE WHEN value = 270 THEN 'rare' ELSE 'a' || CAST(value % 3 AS VARCHAR) END AS c, value % 50 + value % 3 AS y FROM generate_series(1, 300)"
        );
        rows(&ml, &create).await;
        let model = train(
            &ml,
            "CREATE OR REPLACE MODEL m
             TRANSFORM (ML.STANDARD_SCALER(x) OVER () AS a, ML.MIN_MAX_SCALER(x) OVER () AS b, ML.QUANTILE_BUCKETIZE(x, 4) OVER () AS q, ML.LABEL_ENCODER(c, 100, 0) OVER () AS l, y)
             OPTIONS (model_type = 'linear_reg', input_label_cols = ['y'], data_split_method = 'custom', data_split_col = 'test') AS SELECT x, c, test, y FROM t",
        )
        .await;
        model.transform.clone().unwrap()
    };
    let transform = learned("10.0", "7.0").await;
    assert_eq!(transform, learned("1e9", "7.0").await);
    assert_ne!(transform, learned("10.0", "1e9").await);
    assert!(!format!("{transform:?}").contains("rare"), "a category of held-out rows only");
}

/// Every door gives the same: SQL, batches, rows, and a model that was written and read.
#[tokio::test]
async fn every_door_gives_the_same() {
    let ml = with_table().await;
    let model = train(&ml, MODEL).await;
    assert_eq!(model.arguments().iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["x", "c"]);
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("m.dfml");
    model.write(&path).unwrap();
    let read = Model::read(&path).unwrap();
    assert_eq!(&read, model.as_ref());

    let batch = one_batch(&ml, "SELECT x, c, predict_m(*) AS p, predict_m(x => 17, c => 'zzz') AS q FROM t").await;
    let expected = batch.column(2).as_primitive::<Float64Type>();
    let scorer = Scorer::new(read).unwrap();
    assert_eq!(scorer.signature(), "predict_m(x BIGINT, c VARCHAR)");
    let scored = scorer.predict(&batch).unwrap();
    assert_eq!(scored.as_primitive::<Float64Type>().values(), expected.values());
    let (x, c) = (batch.column(0).as_primitive::<datafusion::arrow::datatypes::Int64Type>(), batch.column(1).as_string::<i32>());
    for row in 0..batch.num_rows() {
        let x = if x.is_null(row) { Value::Null } else { Value::from(x.value(row)) };
        let c = if c.is_null(row) { Value::Null } else { Value::from(c.value(row)) };
        assert_eq!(scorer.score_row(&[x, c]).unwrap().to_bits(), expected.value(row).to_bits(), "row {row}");
    }
    for wrong in [[Value::from("one"), Value::Null], [Value::from(1.5), Value::Null], [Value::Null, Value::from(1)]] {
        let error = scorer.score_row(&wrong).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Call { .. }), "{error}");
    }
    assert!(scorer.score_row(&[Value::Null]).is_err());
}

/// The functions name the arguments that are missing or of another type, as those of any model.
#[tokio::test]
async fn calls_are_checked_against_the_inputs() {
    let ml = with_table().await;
    train(&ml, MODEL).await;
    for (call, said) in [
        ("predict_m(1)", "predict_m takes 2 arguments, not 1: c is missing; the signature is predict_m(x BIGINT, c VARCHAR)"),
        ("predict_m(1.5, 'a')", "argument 1 of predict_m, x, must be a whole number, not DOUBLE"),
        ("predict_m(1, 2)", "argument 2 of predict_m, c, must be text, not BIGINT"),
    ] {
        let error = ml.sql(&format!("SELECT {call}")).await.unwrap_err().to_string();
        assert!(error.contains(said), "{call}: {error}");
    }
    let error = ml.sql("SELECT * FROM ml_predict('m', (SELECT x FROM t))").await.unwrap_err().to_string();
    assert!(error.contains("model m needs the column c"), "{error}");
}

/// The same rows give the same model, however they come.
#[tokio::test]
async fn models_do_not_depend_on_partitions() {
    let mut models = Vec::new();
    for (partitions, batch_size) in [(1, 8192), (3, 17), (4, 100)] {
        let config = SessionConfig::new().with_target_partitions(partitions).with_batch_size(batch_size);
        let ml = MlContext::new(SessionContext::new_with_config(config), ModelStore::in_memory()).await.unwrap();
        rows(&ml, TABLE).await;
        models.push(train(&ml, MODEL).await);
    }
    assert_eq!(models[0], models[1]);
    assert_eq!(models[0], models[2]);
}

/// `REFRESH MODEL` learns anew where the data changed, and does nothing where it did not.
#[tokio::test]
async fn models_can_be_refreshed() {
    let ml = with_table().await;
    let before = train(&ml, MODEL).await;
    assert_eq!(train(&ml, "REFRESH MODEL m").await, before);
    rows(&ml, "CREATE OR REPLACE TABLE t AS SELECT id, x + 100 AS x, c, y FROM t").await;
    let after = train(&ml, "REFRESH MODEL m").await;
    assert_eq!(after.version, 2);
    assert_ne!(after.transform, before.transform);
    assert!((number(&ml, "SELECT avg(abs(predict_m(*) - y)) FROM t WHERE x IS NOT NULL").await) < 5.0);
    rows(&ml, "CREATE OR REPLACE TABLE t AS SELECT id, CAST(x AS DOUBLE) AS x, c, y FROM t").await;
    let error = ml.sql("REFRESH MODEL m").await.unwrap_err().to_string();
    assert!(error.contains("x is DOUBLE, not BIGINT"), "{error}");
}

/// A file may hold any text: what cannot be planned is refused, and nothing falls over.
#[tokio::test]
async fn transforms_of_strange_files_are_refused() {
    let ml = with_table().await;
    let model = train(&ml, MODEL).await;
    let changed = |expression: &str| {
        let mut model = model.as_ref().clone();
        model.transform.as_mut().unwrap().expressions[0] = expression.to_owned();
        crate::model::to_bytes(&model).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(changed("standard_scaler_1(x)"), Ok(()));
    let chain = "x".to_owned() + &" + x".repeat(900);
    assert_eq!(changed(&format!("CAST({chain} AS DOUBLE)")), Ok(()), "a chain that is long and not too long");
    for (expression, said) in [
        ("nofunction(x)", "cannot be planned"),
        ("gone + 1", "cannot be planned"),
        ("x +", "cannot be planned"),
        ("", "cannot be planned"),
        ("x; DROP TABLE t", "cannot be planned"),
        ("(SELECT 1.0)", "a query in TRANSFORM"),
        ("avg(x)", "the aggregate avg"),
        ("random()", "random"),
        ("x", "gives feature \"scaled\" as Int64"),
        (&" + x".repeat(50_000), "too long"),
        (&"(".repeat(10_000), "cannot be planned"),
        (&"-".repeat(900), "cannot be planned"),
        (&format!("{}x", "NOT ".repeat(5_000)), "too long"),
    ] {
        let error = changed(expression).unwrap_err();
        assert!(error.contains(said), "{}: {error}", &expression[..expression.len().min(40)]);
    }
    let mut fewer = model.as_ref().clone();
    fewer.transform.as_mut().unwrap().expressions.pop();
    assert!(crate::model::to_bytes(&fewer).unwrap_err().to_string().contains("2 expressions for 3 features"));
    let mut none = model.as_ref().clone();
    none.transform.as_mut().unwrap().inputs.clear();
    assert!(crate::model::to_bytes(&none).unwrap_err().to_string().contains("takes no column"));
}
