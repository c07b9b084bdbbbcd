//! Table functions over data: the same figures as training measured, whatever the form of the data.

use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use insta::assert_snapshot;

use super::*;

/// The cells of a query's result, numbers with all their digits.
async fn cells(ml: &MlContext, sql: &str) -> Vec<Vec<String>> {
    let batches = rows(ml, sql).await;
    let Some(first) = batches.first() else { return Vec::new() };
    let all = concat_batches(&first.schema(), &batches).unwrap();
    let names = all.schema().fields().iter().map(|field| field.name().clone()).collect();
    let cell = |row: usize, column: &ArrayRef| array_value_to_string(column, row).unwrap();
    let of_row = |row: usize| all.columns().iter().map(|column| cell(row, column)).collect();
    std::iter::once(names).chain((0..all.num_rows()).map(of_row)).collect()
}

/// Two queries give the same, numbers up to rounding.
async fn assert_same(ml: &MlContext, a: &str, b: &str) {
    let (left, right) = (cells(ml, a).await, cells(ml, b).await);
    assert!(left.len() > 1, "{a} gives no rows");
    assert_eq!(left.len(), right.len(), "{a}\n{b}");
    for (x, y) in left.iter().flatten().zip(right.iter().flatten()) {
        match (x.parse::<f64>(), y.parse::<f64>()) {
            (Ok(x), Ok(y)) => assert!((x - y).abs() <= 1e-12 * x.abs().max(1.0), "{x} is not {y}\n{a}\n{b}"),
            _ => assert_eq!(x, y, "{a}\n{b}"),
        }
    }
}

/// A file, the statement that trains a model `m` on the view `v` with its own held-out rows, and the functions that show it.
const MODELS: [(&str, &str, &[&str]); 5] = [
    (
        "heart_failure",
        r#"CREATE MODEL m FROM (SELECT age, ejection_fraction, serum_creatinine, "time", "DEATH_EVENT", is_test FROM v) TARGET "DEATH_EVENT" SPLIT (COLUMN is_test)"#,
        &BINARY,
    ),
    (
        "iris",
        "CREATE MODEL m FROM (SELECT sepal_length, petal_width, species, is_test FROM v) TARGET species SPLIT (COLUMN is_test)",
        &MULTICLASS,
    ),
    (
        "iris",
        "CREATE MODEL m FROM (SELECT sepal_length, petal_width, species, is_test FROM v) TARGET species SPLIT (COLUMN is_test) SETTINGS (POSITIVE 'versicolor')",
        &BINARY,
    ),
    (
        "abalone",
        "CREATE MODEL m FROM (SELECT sex, length, height, whole_weight, rings, is_test FROM v) TARGET rings PROBLEM_TYPE REGRESSION SPLIT (COLUMN is_test)",
        &REGRESSION,
    ),
    (
        "breast_cancer",
        "CREATE MODEL m FROM (SELECT \"mean radius\", \"mean texture\", \"mean smoothness\", diagnosis, is_test FROM v) TARGET diagnosis SPLIT (COLUMN is_test)",
        &BINARY,
    ),
];
const BINARY: [&str; 8] = [
    "ml_evaluate('m')",
    "ml_evaluate('m', threshold => 0.3)",
    "ml_evaluate('m', by_label => true)",
    "ml_confusion_matrix('m')",
    "ml_roc_curve('m')",
    "ml_threshold_curve('m', held_out => true)",
    "ml_calibration('m')",
    "ml_global_explain('m')",
];
const MULTICLASS: [&str; 5] = [
    "ml_evaluate('m')",
    "ml_evaluate('m', by_label => true)",
    "ml_confusion_matrix('m')",
    "ml_calibration('m')",
    "ml_global_explain('m')",
];
const REGRESSION: [&str; 2] = ["ml_evaluate('m')", "ml_global_explain('m')"];

/// A table `t` as the view `v`, with every third row of some order marked.
async fn marked(file: &str, partitions: usize, batch_size: usize) -> MlContext {
    let ml = context_over(file, partitions, batch_size).await;
    let columns = rows(&ml, "SELECT * FROM t LIMIT 1").await[0].schema();
    let all: Vec<String> = columns.fields().iter().map(|field| format!("{:?}", field.name())).collect();
    let all = all.join(", ");
    rows(&ml, &format!("CREATE TABLE numbered AS SELECT *, row_number() OVER (ORDER BY {all}) AS n FROM t")).await;
    rows(&ml, "CREATE VIEW v AS SELECT *, n % 3 = 0 AS is_test FROM numbered").await;
    ml
}

#[tokio::test]
async fn the_held_out_rows_as_data_give_what_training_measured() {
    for (file, statement, functions) in MODELS {
        let ml = marked(file, 3, 100).await;
        train(&ml, statement).await;
        for function in functions {
            let over_data = function.replace(", held_out => true", "").replace("('m'", "('m', (SELECT * FROM v WHERE is_test)");
            assert_same(&ml, &format!("SELECT * FROM {function}"), &format!("SELECT * FROM {over_data}")).await;
        }
    }
}

#[tokio::test]
async fn weights_weigh_as_in_training() {
    let ml = marked("heart_failure", 2, 64).await;
    rows(&ml, "CREATE VIEW w AS SELECT *, age / 10.0 AS w FROM v").await;
    let columns = r#"ejection_fraction, serum_creatinine, "time", "DEATH_EVENT", is_test, w"#;
    let statement = format!(
        r#"CREATE MODEL m FROM (SELECT {columns} FROM w) TARGET "DEATH_EVENT" SPLIT (COLUMN is_test) SETTINGS (WEIGHT w)"#
    );
    train(&ml, &statement).await;
    for function in BINARY.iter().filter(|function| !function.contains("global_explain")) {
        let data = "('m', (SELECT * FROM w WHERE is_test), weight => w";
        let over_data = function.replace(", held_out => true", "").replace("('m'", data);
        assert_same(&ml, &format!("SELECT * FROM {function}"), &format!("SELECT * FROM {over_data}")).await;
    }
    // A weight of two is a row twice.
    assert_same(
        &ml,
        "SELECT * FROM ml_evaluate('m', (SELECT *, 2 AS twice FROM w WHERE is_test), weight => twice)",
        "SELECT * FROM ml_evaluate('m', (SELECT * FROM w WHERE is_test UNION ALL SELECT * FROM w WHERE is_test))",
    )
    .await;
}

/// Bit for bit, not only up to rounding.
#[tokio::test]
async fn figures_do_not_depend_on_partitions_batches_and_order() {
    for (file, statement, functions) in MODELS {
        let mut found = Vec::new();
        for (partitions, batch_size, order) in [(1, 8192, "n"), (4, 7, "n DESC"), (3, 50, "n % 10, n")] {
            let ml = marked(file, partitions, batch_size).await;
            train(&ml, statement).await;
            let mut all = Vec::new();
            // Means of attributions are sums as DataFusion adds them up.
            for function in functions.iter().filter(|function| !function.contains("global_explain")) {
                let data = format!("('m', (SELECT * FROM v ORDER BY {order} LIMIT 5000)");
                let over_data = function.replace(", held_out => true", "").replace("('m'", &data);
                all.push(cells(&ml, &format!("SELECT * FROM {over_data}")).await);
            }
            found.push(all);
        }
        assert!(found.iter().all(|all| *all == found[0]), "{statement}");
    }
}

/// The target may have another width, kind of text or precision than it had in training.
#[tokio::test]
async fn targets_of_other_widths() {
    let ml = context().await;
    let numbers = "SELECT value AS x, value % 3 AS three, value % 7 > 2 AS yes, value * 1.5 AS amount,
        CASE WHEN value % 7 > 2 THEN 0.1 ELSE 0.7 END AS half FROM generate_series(1, 90)";
    rows(&ml, &format!("CREATE TABLE n AS {numbers}")).await;
    rows(&ml, "CREATE TABLE r AS SELECT x, 'class ' || three AS text, yes, three, amount, half, three + 1.0 AS float FROM n")
        .await;
    let casts: [(&str, &str, &[&str]); 6] = [
        (
            "three",
            "PROBLEM_TYPE MULTICLASS_CLASSIFICATION",
            &["TINYINT", "INT UNSIGNED", "BIGINT", "REAL", "DOUBLE", "DECIMAL(10, 2)"],
        ),
        ("text", "", &["VARCHAR", "'Utf8View'", "'LargeUtf8'", "'Dictionary(Int8, Utf8)'"]),
        ("yes", "", &["BOOLEAN"]),
        ("half", "", &["REAL", "DOUBLE", "DECIMAL(5, 3)"]),
        ("amount", "", &["REAL", "DOUBLE", "DECIMAL(10, 3)"]),
        ("float", "SETTINGS (POSITIVE '2')", &["TINYINT", "DOUBLE"]),
    ];
    for (target, settings, types) in casts {
        for (trained, found) in types.iter().flat_map(|trained| types.iter().map(move |found| (trained, found))) {
            let of = |data_type: &str| match data_type.strip_prefix('\'') {
                Some(_) => format!("SELECT x, arrow_cast({target}, {data_type}) AS y FROM r"),
                None => format!("SELECT x, CAST({target} AS {data_type}) AS y FROM r"),
            };
            rows(&ml, &format!("CREATE OR REPLACE MODEL m FROM ({}) TARGET y SPLIT (NONE) {settings}", of(trained))).await;
            let functions: &[&str] = if target == "amount" { &["ml_evaluate"] } else { &["ml_evaluate", "ml_confusion_matrix"] };
            for function in functions {
                let over_data = format!("SELECT * FROM {function}('m', ({}))", of(found));
                assert_same(&ml, &format!("SELECT * FROM {function}('m')"), &over_data).await;
            }
        }
    }
}

/// Plain `SessionContext::sql` plans them as well, with tables by name.
#[tokio::test]
async fn hosts_need_no_entry_point_of_ours() {
    let ml = marked("iris", 2, 100).await;
    train(&ml, MODELS[1].1).await;
    let count = async |sql: &str| {
        let batches = ml.session().sql(sql).await.unwrap().collect().await.unwrap();
        let column = cast(batches[0].column(0), &DataType::Int64).unwrap();
        column.as_primitive::<datafusion::arrow::datatypes::Int64Type>().value(0)
    };
    for data in ["v", "numbered", "public.numbered", "'datafusion.public.numbered'", "\"v\"", "(SELECT * FROM v)"] {
        assert_eq!(count(&format!("SELECT count(*) FROM ml_predict('m', {data})")).await, 150, "{data}");
    }
    assert_eq!(count("WITH c AS (SELECT * FROM v WHERE n <= 10) SELECT count(*) FROM ml_predict('m', c)").await, 10);
    let error = ml.session().sql("SELECT * FROM ml_predict('m', nothing)").await.unwrap_err();
    assert_snapshot!(crate::Error::from(error).to_string());
}

#[tokio::test]
async fn plans_are_ordinary() {
    let ml = marked("iris", 2, 100).await;
    train(&ml, MODELS[1].1).await;
    let plan = async |sql: &str| {
        let plan = ml.session().state().optimize(ml.sql(sql).await.unwrap().logical_plan()).unwrap();
        plan.display_indent().to_string()
    };
    assert_snapshot!(plan("SELECT predicted_species, n FROM ml_predict('m', v) WHERE n < 3").await);
    assert_snapshot!(plan("SELECT probability FROM ml_explain_predict('m', v, top_k_features => 1)").await);
    assert_snapshot!(plan("SELECT accuracy FROM ml_evaluate('m', v)").await);
}

/// Data is read when the query runs, not before.
#[tokio::test]
async fn nothing_runs_while_a_query_is_planned() {
    let ml = marked("iris", 1, 100).await;
    train(&ml, MODELS[1].1).await;
    for function in ["ml_evaluate", "ml_predict", "ml_global_explain"] {
        let sql = format!("SELECT * FROM {function}('m', (SELECT * FROM v WHERE ml_assert(n < 100, 'it runs')))");
        let frame = ml.sql(&sql).await.unwrap();
        let error = frame.collect().await.unwrap_err();
        assert!(error.to_string().contains("it runs"), "{error}");
    }
}

/// The rows that figures are computed from are paid for from the session's memory pool.
#[tokio::test]
async fn figures_take_memory_from_the_pool() {
    let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(4 << 20))).build_arc().unwrap();
    let session = SessionContext::new_with_config_rt(SessionConfig::new().with_target_partitions(2), runtime);
    let ml = MlContext::new(session, ModelStore::in_memory()).await.unwrap();
    rows(&ml, "CREATE MODEL m FROM (SELECT value AS x, value * 2.5 AS y FROM generate_series(1, 100)) TARGET y").await;
    let over = |n: u32| {
        format!("SELECT r2_score FROM ml_evaluate('m', (SELECT value AS x, value * 2.5 AS y FROM generate_series(1, {n})))")
    };
    assert_close(number(&ml, &over(10_000)).await, 1.0, 1e-12);
    let error = ml.sql(&over(10_000_000)).await.unwrap().collect().await.unwrap_err();
    assert!(error.to_string().contains("Resources exhausted"), "{error}");
}

#[tokio::test]
async fn calls_that_do_not_fit() {
    let ml = context().await;
    let table = "CREATE TABLE t AS SELECT value AS x, CASE WHEN value % 2 = 0 THEN 'red' ELSE 'blue' END AS colour,
        value % 3 = 0 AS y, value * 1.5 AS amount, 'class ' || (value % 3) AS kind FROM generate_series(1, 100)";
    rows(&ml, table).await;
    rows(&ml, "CREATE MODEL b FROM (SELECT x, colour, y FROM t) TARGET y").await;
    rows(&ml, "CREATE MODEL k FROM (SELECT x, colour, kind FROM t) TARGET kind").await;
    rows(&ml, "CREATE MODEL r FROM (SELECT x, colour, amount FROM t) TARGET amount").await;
    for (name, call) in [
        ("no_arguments", "ml_predict()"),
        ("no_data", "ml_predict('b')"),
        ("no_such_table", "ml_predict('b', customers)"),
        ("data_is_a_number", "ml_predict('b', 7)"),
        ("data_is_a_call", "ml_predict('b', generate_series(1, 3))"),
        ("data_is_wrong", "ml_predict('b', (SELECT z FROM t))"),
        ("too_many", "ml_predict('b', t, t)"),
        ("twice", "ml_predict('b', t, threshold => 0.5, THRESHOLD => 0.6)"),
        ("position_after_name", "ml_predict(model => 'b', t)"),
        ("star", "ml_predict('b', *)"),
        ("named_by_nothing", "ml_weights('b', STRUCT(true, 0.5))"),
        ("misspelt_argument", "ml_predict('b', t, treshold => 0.5)"),
        ("argument_of_another", "ml_predict('b', t, by_label => true)"),
        ("threshold_is_text", "ml_predict('b', t, threshold => 'x')"),
        ("threshold_outside", "ml_predict('b', t, threshold => -0.5)"),
        ("threshold_of_a_number", "ml_predict('r', t, threshold => 0.5)"),
        ("missing_feature", "ml_predict('b', (SELECT x, amount, colour AS color FROM t))"),
        ("missing_features", "ml_predict('b', (SELECT amount FROM t))"),
        (
            "unclear_feature",
            "ml_predict('b', (SELECT x AS \"X\", x AS \"x \", amount AS \"Colour\", colour AS \"COLOUR\" FROM t))",
        ),
        ("feature_of_another_type", "ml_predict('b', (SELECT x, x AS colour FROM t))"),
        ("two_columns_of_a_name", "ml_predict('b', (SELECT a.x, b.x, a.colour FROM t a JOIN t b ON a.x = b.x))"),
        ("name_is_taken", "ml_predict('b', (SELECT *, 1 AS predicted_y FROM t))"),
        ("top_none", "ml_explain_predict('b', t, top_k_features => 0)"),
        ("no_target", "ml_evaluate('b', (SELECT x, colour, y AS z FROM t))"),
        ("target_of_another_type", "ml_evaluate('b', (SELECT x, colour, 'yes' AS y FROM t))"),
        ("target_is_a_list", "ml_evaluate('r', (SELECT x, colour, make_array(1) AS amount FROM t))"),
        ("infinite_target", "ml_evaluate('r', (SELECT x, colour, 1 / (x - 5.0) AS amount FROM t))"),
        ("infinite_feature", "ml_evaluate('r', (SELECT 1 / (x - 5.0) AS x, colour, amount FROM t))"),
        ("weight_without_data", "ml_evaluate('b', weight => x)"),
        ("no_such_weight", "ml_evaluate('b', t, weight => w)"),
        ("weight_is_text", "ml_evaluate('b', t, weight => colour)"),
        ("weight_is_a_number", "ml_evaluate('b', t, weight => 2)"),
        ("negative_weight", "ml_evaluate('b', (SELECT *, 5 - x AS w FROM t), weight => w)"),
        ("null_weight", "ml_evaluate('b', (SELECT *, CASE WHEN x > 7 THEN 1 END AS w FROM t), weight => w)"),
        ("held_out_with_data", "ml_threshold_curve('b', t, held_out => true)"),
        ("by_label_of_a_number", "ml_evaluate('r', t, by_label => true)"),
        ("roc_of_several_labels", "ml_roc_curve('k', t)"),
        ("calibration_of_a_number", "ml_calibration('r')"),
        ("data_of_weights", "ml_weights('b', t)"),
        ("arguments_of_models", "ml_models('b')"),
        ("misspelt_function", "ml_evalute('b')"),
        ("misspelt_in_bigquery", "ML.EVALUTE('b')"),
        ("unknown_in_bigquery", "ML.FORECAST('b')"),
        ("ordinality", "ml_predict('b', t) WITH ORDINALITY"),
    ] {
        assert_snapshot!(name, failure(&ml, &format!("SELECT * FROM {call}")).await);
    }
}
