//! Stars in calls of models' functions.

use insta::assert_snapshot;

use super::parse;
use crate::error::Error;
use crate::sql::expand_stars;

fn features(function: &str) -> Option<Vec<String>> {
    let features: &[&str] = match function {
        "predict" | "predict_at" | "ml.predict" => &["tenure", "Contract"],
        "constant" => &[],
        _ => return None,
    };
    Some(features.iter().map(|&feature| feature.into()).collect())
}

fn try_expanded(text: &str) -> Result<String, Error> {
    let mut statement = parse(text).unwrap().remove(0);
    expand_stars(&mut statement, &features).map_err(|error| error.in_text(text))?;
    Ok(statement.to_string())
}

fn expanded(text: &str) -> String {
    let printed = try_expanded(text).unwrap();
    // What was rewritten is SQL too.
    assert_eq!(parse(&printed).unwrap()[0].to_string(), printed);
    printed
}

fn fault(text: &str) -> String {
    try_expanded(text).unwrap_err().render()
}

#[test]
fn arguments_by_name() {
    assert_snapshot!(expanded("SELECT predict(*) FROM t"), @r#"SELECT predict("tenure" => "tenure", "Contract" => "Contract") FROM t"#);
    assert_snapshot!(expanded("SELECT PREDICT(c.*), \"predict\"(*), ml.predict(s.c.*), constant(*) FROM t"), @r#"SELECT PREDICT("tenure" => c."tenure", "Contract" => c."Contract"), "predict"("tenure" => "tenure", "Contract" => "Contract"), ml.predict("tenure" => s.c."tenure", "Contract" => s.c."Contract"), constant() FROM t"#);
    assert_snapshot!(expanded("SELECT predict_at(0.6, *), predict_at(t.cut + 1, t.*) FROM t"), @r#"SELECT predict_at(0.6, "tenure" => "tenure", "Contract" => "Contract"), predict_at(t.cut + 1, "tenure" => t."tenure", "Contract" => t."Contract") FROM t"#);
    assert_snapshot!(expanded("SELECT predict(*, tenure => 12), predict(\"Contract\" => 'x', *), predict(*, CONTRACT => 1) FROM t"), @r#"SELECT predict("Contract" => "Contract", tenure => 12), predict("Contract" => 'x', "tenure" => "tenure"), predict("tenure" => "tenure", CONTRACT => 1) FROM t"#);
}

#[test]
fn other_stars_stay() {
    let text = "SELECT count(*), sum(x) FILTER (WHERE true), \"PREDICT\"(*), other(t.*), * FROM t";
    assert_eq!(expanded(text), text);
}

#[test]
fn wherever_an_expression_may_stand() {
    let places = [
        "SELECT 1 FROM t WHERE predict(*) > 1 GROUP BY predict(*) HAVING max(predict(*)) > 1 ORDER BY predict(*)",
        "WITH c AS (SELECT predict(*) AS p FROM t) SELECT * FROM c JOIN u ON predict(c.*) = predict(u.*)",
        "SELECT (SELECT predict(*) FROM t), a IN (SELECT predict(*) FROM t), CASE WHEN predict(*) THEN 1 END FROM t",
        "SELECT * FROM (SELECT predict(*) FROM t UNION ALL SELECT predict(*) FROM u)",
        "SELECT sum(predict(*)) OVER (PARTITION BY predict(*) ORDER BY predict(*)) FROM t QUALIFY predict(*) > 1",
        "SELECT coalesce(predict(*), 0)::int, -predict(*), [predict(*)], predict(*)['x'] FROM t",
        "CREATE VIEW v AS SELECT predict(*) FROM t",
        "CREATE TABLE c AS SELECT predict(*) FROM t",
        "INSERT INTO c SELECT predict(*) FROM t",
        "UPDATE t SET a = predict(*)",
        "DELETE FROM t WHERE predict(*)",
        "COPY (SELECT predict(*) FROM t) TO 'x.csv'",
        "EXPLAIN ANALYZE SELECT predict(*) FROM t",
        "EXPLAIN COPY (SELECT predict(*) FROM t) TO 'x.csv'",
        "PREPARE p AS SELECT predict(*) FROM t",
        "CREATE MODEL m FROM (SELECT predict(*) FROM t) TARGET y",
        "EXPLAIN CREATE MODEL m FROM (SELECT predict(*) FROM t) TARGET y",
        "SELECT * FROM t, LATERAL (SELECT predict(t.*))",
        "SELECT DISTINCT ON (predict(*)) a FROM t LIMIT predict(*)",
        "SELECT * FROM UNNEST(predict(*))",
        "SELECT * FROM ml_predict('m', (SELECT predict(*) FROM t))",
        "SELECT t.* EXCEPT (a), predict(*) FROM t",
        "VALUES (predict(*))",
    ];
    for text in places {
        let printed = expanded(text);
        assert!(!printed.contains("predict(*)") && printed.contains("\"tenure\" =>"), "{printed}");
    }
}

#[test]
fn stars_that_cannot_be_expanded() {
    assert_snapshot!(fault("SELECT predict(* EXCLUDE (tenure)) FROM t"), @"
    error: a star with EXCEPT, EXCLUDE, REPLACE or RENAME in a call is not supported
     --> statement:1:8
      |
    1 | SELECT predict(* EXCLUDE (tenure)) FROM t
      |        ^^^^^^^
      |
      = help: the star takes the features by name and needs no EXCEPT; to give one yourself, name it: f(*, feature => value)
    ");
    assert_snapshot!(fault("SELECT a,\n  predict_at(*, 0.5) FROM t"), @"
    error: an argument by position after the star
     --> statement:2:3
      |
    2 |   predict_at(*, 0.5) FROM t
      |   ^^^^^^^^^^
      |
      = help: arguments by position, such as a threshold, stand before the star; those by name may follow it
    ");
    assert_snapshot!(fault("SELECT ml.predict(t.*, u.*) FROM t, u"), @"
    error: a call takes one star
     --> statement:1:8
      |
    1 | SELECT ml.predict(t.*, u.*) FROM t, u
      |        ^^^^^^^^^^
      |
      = help: join the tables in a query and give the star of that
    ");
}

#[test]
fn long_expressions_are_walked() {
    let sum = vec!["predict(*)"; 2000].join(" + ");
    assert!(!expanded(&format!("SELECT {sum} FROM t")).contains("(*)"));
}
