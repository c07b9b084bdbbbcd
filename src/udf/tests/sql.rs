//! Functions inside queries of a plain session.

use std::sync::Arc;

use insta::assert_snapshot;

use super::fixture::{churn, model, number, run, session, yes_no};
use crate::model::{NumberSource, ProblemType};
use crate::udf::{function_names, functions};

const CALL: &str = r#"id, tenure, "Contract", "Int'l Plan", "Churn?""#;

#[tokio::test]
async fn select() {
    let session = session().await;
    let sql = format!(
        "SELECT id, predict_churn({CALL}) AS label, round(predict_churn_probability({CALL}), 6) AS p FROM customers ORDER BY p DESC"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +----+-------+----------+
        | id | label | p        |
        +----+-------+----------+
        | 1  | Yes   | 0.953691 |
        | 3  | Yes   | 0.645656 |
        | 4  | No    | 0.437823 |
        | 2  | No    | 0.006693 |
        +----+-------+----------+
        ");
}

#[tokio::test]
async fn regression() {
    let session = session().await;
    assert_snapshot!(run(&session, "SELECT predict_cost(3, 2.5), predict_cost(x, x) FROM customers").await, @r"
        +-------------------------------------+---------------------------------------+
        | predict_cost(Int64(3),Float64(2.5)) | predict_cost(customers.x,customers.x) |
        +-------------------------------------+---------------------------------------+
        | 2.25                                | -3.25                                 |
        | 2.25                                | 0.25                                  |
        | 2.25                                | -0.25                                 |
        | 2.25                                | 7.25                                  |
        +-------------------------------------+---------------------------------------+
        ");
}

#[tokio::test]
async fn filter_group_order_join_cte_view_union() {
    let session = session().await;
    let sql = format!(
        "SELECT id FROM customers WHERE predict_churn({CALL}) = 'Yes' AND predict_churn_probability({CALL}) > 0.6 ORDER BY id"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +----+
        | id |
        +----+
        | 1  |
        | 3  |
        +----+
        ");
    let sql = format!(
        "SELECT predict_churn({CALL}) AS label, count(*) AS n FROM customers GROUP BY predict_churn({CALL}) ORDER BY label"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +-------+---+
        | label | n |
        +-------+---+
        | No    | 2 |
        | Yes   | 2 |
        +-------+---+
        ");
    let sql = format!("SELECT id FROM customers ORDER BY predict_churn_probability({CALL}) DESC LIMIT 2");
    assert_snapshot!(run(&session, &sql).await, @r"
        +----+
        | id |
        +----+
        | 1  |
        | 3  |
        +----+
        ");
    let sql = "SELECT c.id, l.name FROM customers c JOIN (VALUES ('Yes', 'leaves'), ('No', 'stays')) AS l(label, name)
        ON predict_churn(c.id, c.tenure, c.\"Contract\", c.\"Int'l Plan\", c.\"Churn?\") = l.label ORDER BY c.id";
    assert_snapshot!(run(&session, sql).await, @r"
        +----+--------+
        | id | name   |
        +----+--------+
        | 1  | leaves |
        | 2  | stays  |
        | 3  | leaves |
        | 4  | stays  |
        +----+--------+
        ");
    let sql = format!(
        "WITH scored AS (SELECT id, predict_churn({CALL}) AS label FROM customers) SELECT max(id) AS m FROM scored WHERE label = 'No'"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +---+
        | m |
        +---+
        | 4 |
        +---+
        ");
    run(&session, &format!("CREATE VIEW scored AS SELECT id, predict_churn_at(0.9, {CALL}) AS label FROM customers")).await;
    assert_snapshot!(run(&session, "SELECT count(*) AS n FROM scored WHERE label = 'Yes'").await, @r"
        +---+
        | n |
        +---+
        | 1 |
        +---+
        ");
    let sql = format!("SELECT predict_churn({CALL}) AS l FROM customers UNION SELECT 'Maybe' UNION SELECT 'Yes' ORDER BY l");
    assert_snapshot!(run(&session, &sql).await, @r"
        +-------+
        | l     |
        +-------+
        | Maybe |
        | No    |
        | Yes   |
        +-------+
        ");
    let sql = format!(
        "SELECT avg(CASE WHEN predict_churn({CALL}) = 'Yes' THEN 1.0 ELSE 0.0 END) OVER () AS share FROM customers LIMIT 1"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +-------+
        | share |
        +-------+
        | 0.5   |
        +-------+
        ");
}

#[tokio::test]
async fn places_that_compare_schemas() {
    let session = session().await;
    run(&session, &format!("CREATE TABLE scored AS SELECT id, predict_churn({CALL}) AS l, predict_churn_at(x, {CALL}) AS m FROM customers WHERE x <= 1")).await;
    run(
        &session,
        &format!(
            "INSERT INTO scored SELECT id, predict_churn({CALL}), predict_churn_at(NULL, {CALL}) FROM customers WHERE x > 1"
        ),
    )
    .await;
    assert_snapshot!(run(&session, "SELECT * FROM scored ORDER BY id").await, @r"
        +----+-----+----+
        | id | l   | m  |
        +----+-----+----+
        | 1  | Yes | No |
        | 2  | No  |    |
        | 4  | No  |    |
        +----+-----+----+
        ");
    let sql = format!("SELECT id FROM customers WHERE predict_churn({CALL}) IN (SELECT l FROM scored) ORDER BY id");
    assert_snapshot!(run(&session, &sql).await, @r"
        +----+
        | id |
        +----+
        | 1  |
        | 2  |
        | 3  |
        | 4  |
        +----+
        ");
    let sql = format!(
        "SELECT predict_churn({CALL}) AS l, min(predict_churn_probability({CALL})) > 0.5 AS p FROM customers GROUP BY ROLLUP(predict_churn({CALL})) ORDER BY l"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +-----+-------+
        | l   | p     |
        +-----+-------+
        | No  | false |
        | Yes | true  |
        |     | false |
        +-----+-------+
        ");
    let sql = format!(
        "SELECT coalesce(predict_churn_at(NULL, {CALL}), predict_churn({CALL})) AS l, row_number() OVER (PARTITION BY predict_churn({CALL}) ORDER BY id) AS n FROM customers ORDER BY l, n"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +-----+---+
        | l   | n |
        +-----+---+
        | No  | 1 |
        | No  | 2 |
        | Yes | 1 |
        | Yes | 2 |
        +-----+---+
        ");
    let sql = "SELECT avg(predict_cost(x, 1)) AS m FROM customers UNION ALL SELECT predict_cost(1, 1) UNION ALL SELECT NULL";
    assert_snapshot!(run(&session, sql).await, @r"
        +-------+
        | m     |
        +-------+
        | -2.75 |
        | -3.25 |
        |       |
        +-------+
        ");
    let sql = "SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM customers d WHERE d.id = c.id AND predict_cost(d.x, 2) > 0) AND predict_cost(id, 1) IS NOT NULL ORDER BY id";
    assert_snapshot!(run(&session, sql).await, @r"
        +----+
        | id |
        +----+
        | 2  |
        | 4  |
        +----+
        ");
}

#[tokio::test]
async fn a_join_that_finds_nothing_gives_missing_features() {
    let session = session().await;
    let sql = "SELECT o.k, predict_cost(c.x, 2) AS cost, s.cost AS inside FROM (VALUES (1), (9)) AS o(k)
        LEFT JOIN customers c ON c.id = o.k LEFT JOIN (SELECT id, predict_cost(x, 2) AS cost FROM customers) s ON s.id = o.k
        ORDER BY o.k";
    assert_snapshot!(run(&session, sql).await, @r"
        +---+-------+--------+
        | k | cost  | inside |
        +---+-------+--------+
        | 1 | -0.25 | -0.25  |
        | 9 | -0.25 |        |
        +---+-------+--------+
        ");
}

#[tokio::test]
async fn thresholds() {
    let session = session().await;
    let sql = format!(
        "SELECT t, predict_churn_at(t, {CALL}) AS label FROM customers, (VALUES (0.0), (0.7), (1.0), (NULL)) AS v(t)
         WHERE id = 1 ORDER BY t"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +-----+-------+
        | t   | label |
        +-----+-------+
        | 0.0 | Yes   |
        | 0.7 | Yes   |
        | 1.0 | No    |
        |     |       |
        +-----+-------+
        ");
    // A row whose probability is the threshold itself is positive.
    let sql = format!("SELECT DISTINCT predict_churn_at(predict_churn_probability({CALL}), {CALL}) AS label FROM customers");
    assert_snapshot!(run(&session, &sql).await, @r"
        +-------+
        | label |
        +-------+
        | Yes   |
        +-------+
        ");
    let sql = format!(
        "SELECT id, predict_churn_at(0, {CALL}) AS low, predict_churn_at(NULL, {CALL}) AS none FROM customers ORDER BY id"
    );
    assert_snapshot!(run(&session, &sql).await, @r"
        +----+-----+------+
        | id | low | none |
        +----+-----+------+
        | 1  | Yes |      |
        | 2  | Yes |      |
        | 3  | Yes |      |
        | 4  | Yes |      |
        +----+-----+------+
        ");
}

#[tokio::test]
async fn named_arguments() {
    let session = session().await;
    for call in [
        r#"predict_churn_probability("Churn?" => "Churn?", TENURE => tenure, ID => id, "Contract" => "Contract", "Int'l Plan" => "Int'l Plan")"#,
        r#"predict_churn_probability(id, tenure, "Int'l Plan" => "Int'l Plan", "Churn?" => "Churn?", contract => "Contract")"#,
        r#"predict_churn_probability("Int'l Plan" := "Int'l Plan", "Churn?" := "Churn?", contract := "Contract", id := id, Tenure := tenure)"#,
    ] {
        let sql = format!("SELECT count(*) AS n FROM customers WHERE {call} = predict_churn_probability({CALL})");
        assert!(run(&session, &sql).await.contains("| 4 |"), "{call}");
    }
    let sql = r#"SELECT predict_churn_at("Contract" => 'Two year', threshold => 0.1, tenure => 1, id => 0, "Int'l Plan" => false, "Churn?" => '')"#;
    assert_snapshot!(run(&session, sql).await, @r#"
        +-------------------------------------------------------------------------------------------+
        | predict_churn_at(Float64(0.1),Int64(0),Int64(1),Utf8("Two year"),Boolean(false),Utf8("")) |
        +-------------------------------------------------------------------------------------------+
        | Yes                                                                                       |
        +-------------------------------------------------------------------------------------------+
        "#);
}

#[tokio::test]
async fn a_feature_may_be_called_threshold() {
    let session = session().await;
    let features = vec![number("Threshold", NumberSource::Numeric, 0.0, 1.0, false)];
    for function in functions(Arc::new(model("named", features, vec![1.0], yes_no()))).unwrap() {
        session.register_udf(function.as_ref().clone());
    }
    let sql = r#"SELECT predict_named_at("Threshold" => 9, decision_threshold => 0.9) AS a, predict_named_at(0.9, -9) AS b"#;
    assert_snapshot!(run(&session, sql).await, @r"
        +-----+----+
        | a   | b  |
        +-----+----+
        | Yes | No |
        +-----+----+
        ");
}

#[tokio::test]
async fn prepared_statements() {
    let session = session().await;
    run(&session, "PREPARE typed(DOUBLE, DOUBLE) AS SELECT predict_cost($1, $2) AS cost").await;
    assert_snapshot!(run(&session, "EXECUTE typed(3, 2.5)").await, @r"
        +------+
        | cost |
        +------+
        | 2.25 |
        +------+
        ");
    run(&session, "PREPARE untyped AS SELECT predict_cost($1, $2) AS cost, predict_churn_at($3, $1, $2, $4, $5, $6) AS label")
        .await;
    assert_snapshot!(run(&session, "EXECUTE untyped(3, 2.5, 0.01, 'Two year', true, '12')").await, @r"
        +------+-------+
        | cost | label |
        +------+-------+
        | 2.25 | Yes   |
        +------+-------+
        ");
    assert_snapshot!(run(&session, "EXECUTE untyped(3, 2.5, 0.01, 'Two year', 'x', '12')").await, @r#"Error during planning: argument 5 of predict_churn_at, "Int'l Plan", must be a BOOLEAN, not VARCHAR; the signature is predict_churn_at(threshold DOUBLE, id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    let frame = session.sql("SELECT predict_cost($a, x) AS cost FROM customers WHERE id = 1").await.unwrap();
    let frame = frame.with_param_values(vec![("a", datafusion::common::ScalarValue::from(7_i32))]).unwrap();
    assert_snapshot!(datafusion::arrow::util::pretty::pretty_format_batches(&frame.collect().await.unwrap()).unwrap(), @r"
        +-------+
        | cost  |
        +-------+
        | -0.25 |
        +-------+
        ");
}

#[tokio::test]
async fn constants_are_computed_while_planning() {
    let session = session().await;
    let sql = "EXPLAIN FORMAT INDENT SELECT predict_cost(3, 2.5) AS cost FROM customers WHERE predict_cost(1, 1) > 100";
    assert_snapshot!(run(&session, sql).await, @r"
        +---------------+-----------------------+
        | plan_type     | plan                  |
        +---------------+-----------------------+
        | logical_plan  | EmptyRelation: rows=0 |
        | physical_plan | EmptyExec             |
        |               |                       |
        +---------------+-----------------------+
        ");
    let sql = "EXPLAIN FORMAT INDENT SELECT predict_cost(3, 2.5) AS cost, predict_cost(x, 1) + predict_cost(x, 1) AS twice FROM customers";
    assert_snapshot!(run(&session, sql).await, @r#"
        +---------------+------------------------------------------------------------------------------------------------------------------------------------------------+
        | plan_type     | plan                                                                                                                                           |
        +---------------+------------------------------------------------------------------------------------------------------------------------------------------------+
        | logical_plan  | Projection: Float64(2.25) FieldMetadata { inner: {"ml.model": "cost", "ml.version": "3"} } AS cost, __common_expr_1 + __common_expr_1 AS twice |
        |               |   Projection: predict_cost(customers.x, Int64(1)) AS __common_expr_1                                                                           |
        |               |     TableScan: customers projection=[x]                                                                                                        |
        | physical_plan | ProjectionExec: expr=[2.25 as cost, __common_expr_1@0 + __common_expr_1@0 as twice]                                                            |
        |               |   ProjectionExec: expr=[predict_cost(x@0, 1) as __common_expr_1]                                                                               |
        |               |     DataSourceExec: partitions=1, partition_sizes=[1]                                                                                          |
        |               |                                                                                                                                                |
        +---------------+------------------------------------------------------------------------------------------------------------------------------------------------+
        "#);
}

#[tokio::test]
async fn results_say_which_model_they_come_from() {
    let session = session().await;
    let frame = session
        .sql(&format!("SELECT predict_churn({CALL}) AS l, predict_churn_at(x, {CALL}) AS m FROM customers"))
        .await
        .unwrap();
    let [l, m] = frame.schema().fields().iter().as_slice() else { panic!("two columns") };
    assert_eq!((l.metadata()["ml.model"].as_str(), l.metadata()["ml.version"].as_str()), ("churn", "3"));
    assert!(!l.is_nullable() && m.is_nullable());
    let sql = "SELECT routine_name, syntax_example, description FROM information_schema.routines WHERE routine_name LIKE 'predict_c%' GROUP BY ALL ORDER BY 1";
    assert_snapshot!(run(&session, sql).await, @r#"
        +-----------------------------+--------------------------------------------------------------------------------------------------------------------------+-----------------------------------------------------------------------------------+
        | routine_name                | syntax_example                                                                                                           | description                                                                       |
        +-----------------------------+--------------------------------------------------------------------------------------------------------------------------+-----------------------------------------------------------------------------------+
        | predict_churn               | predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)                      | Predicts the label of Churn; model churn, version 3.                              |
        | predict_churn_at            | predict_churn_at(threshold DOUBLE, id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR) | Predicts the label of Churn at a threshold in [0, 1]; model churn, version 3.     |
        | predict_churn_explain       | predict_churn_explain(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)              | Says how much each feature moves the prediction of Churn; model churn, version 3. |
        | predict_churn_probabilities | predict_churn_probabilities(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)        | Predicts the probability of each label of Churn; model churn, version 3.          |
        | predict_churn_probability   | predict_churn_probability(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)          | Predicts the probability of the positive label of Churn; model churn, version 3.  |
        | predict_cost                | predict_cost(a DOUBLE, b DOUBLE)                                                                                         | Predicts amount; model cost, version 3.                                           |
        | predict_cost_explain        | predict_cost_explain(a DOUBLE, b DOUBLE)                                                                                 | Says how much each feature moves the prediction of amount; model cost, version 3. |
        +-----------------------------+--------------------------------------------------------------------------------------------------------------------------+-----------------------------------------------------------------------------------+
        "#);
}

#[tokio::test]
async fn types_that_fit() {
    let session = session().await;
    for value in ["3", "3::smallint", "3.0::float", "3::bigint unsigned", "3.0::decimal(5,1)", "arrow_cast(3, 'Float16')"] {
        let sql = format!("SELECT count(*) AS n FROM customers WHERE predict_cost({value}, id) = predict_cost(3.0::double, id)");
        assert!(run(&session, &sql).await.contains("| 4 |"), "{value}");
        let sql = format!(
            "SELECT count(*) AS n FROM customers WHERE predict_cost(x, {value} + id - id) = predict_cost(x, 3.0::double)"
        );
        assert!(run(&session, &sql).await.contains("| 4 |"), "{value}");
    }
    for to in [
        "Utf8",
        "LargeUtf8",
        "Utf8View",
        "Dictionary(Int8, Utf8)",
        "Dictionary(UInt32, LargeUtf8)",
        "Dictionary(Int64, Utf8View)",
    ] {
        let sql = format!(
            "SELECT count(*) AS n FROM customers WHERE predict_churn_probability({CALL})
             = predict_churn_probability(id, tenure, arrow_cast(\"Contract\", '{to}'), \"Int'l Plan\", arrow_cast(\"Churn?\", '{to}'))"
        );
        assert!(run(&session, &sql).await.contains("| 4 |"), "{to}");
    }
    assert_snapshot!(run(&session, "SELECT predict_churn([1, 2], 3, NULL, NULL, 4.5) AS anything_ignored").await, @r"
        +------------------+
        | anything_ignored |
        +------------------+
        | Yes              |
        +------------------+
        ");
}

#[test]
fn functions_are_equal_by_content() {
    let of = |model| functions(Arc::new(model)).unwrap();
    let mut other = churn();
    other.version = 4;
    assert_eq!(of(churn()), of(churn()));
    assert_ne!(of(churn()), of(other));
    let names: Vec<_> = of(churn()).iter().map(|function| function.name().to_owned()).collect();
    assert_eq!(names, function_names("predict_churn", ProblemType::Binary));
}

#[tokio::test]
async fn assertions() {
    let session = session().await;
    assert_snapshot!(run(&session, "SELECT id, ml_assert(id > 0, 'id') AS ok FROM customers ORDER BY id LIMIT 1").await, @r"
        +----+------+
        | id | ok   |
        +----+------+
        | 1  | true |
        +----+------+
        ");
    assert_snapshot!(run(&session, "SELECT ml_assert(id <> 3 AND id < 4, 'customer ' || id) FROM customers").await, @"Execution error: ml_assert failed in 2 rows: customer 3");
    assert_snapshot!(run(&session, "SELECT ml_assert(1 + 1 = 3, 'arithmetic')").await, @"Execution error: ml_assert failed in 1 row: arithmetic");
    let sql = "SELECT ml_assert(false, arrow_cast('a view', 'Utf8View'))";
    assert_snapshot!(run(&session, sql).await, @"Execution error: ml_assert failed in 1 row: a view");
    assert_snapshot!(run(&session, "SELECT ml_assert(1, 'number')").await, @r"
        Error during planning: Failed to coerce arguments to satisfy a call to 'ml_assert' function: coercion from Int64, Utf8 to the signature Exact(Boolean, Utf8) failed. No function matches the given name and argument types 'ml_assert(Int64, Utf8)'. You might need to add explicit type casts.
        	Candidate functions:
        	ml_assert(condition: Boolean, message: Utf8)
        ");
    assert_snapshot!(run(&session, "SELECT ml_assert(message => NULL, condition => NULL)").await, @"Execution error: ml_assert failed in 1 row: the condition does not hold");
    assert_snapshot!(run(&session, "SELECT count(*) FROM customers WHERE ml_assert(x > 0, 'x is missing')").await, @"Execution error: ml_assert failed in 1 row: x is missing");
}
