//! BigQuery's words in calls of table functions.

use super::parse;

fn printed(text: &str) -> String {
    parse(text).unwrap()[0].to_string()
}

#[test]
fn model_and_table_say_no_more_than_their_places() {
    for (text, expected) in [
        ("SELECT * FROM ML.EVALUATE(MODEL churn)", "SELECT * FROM ML.EVALUATE(churn)"),
        ("SELECT * FROM ml.predict(model shop.churn, table shop.t)", "SELECT * FROM ml.predict(shop.churn, shop.t)"),
        ("SELECT * FROM ML.EVALUATE(MODEL 'm', TABLE 'a.csv')", "SELECT * FROM ML.EVALUATE('m', 'a.csv')"),
        ("SELECT * FROM ML.PREDICT(MODEL `a.b`, (SELECT 1 AS x))", "SELECT * FROM ML.PREDICT(`a.b`, (SELECT 1 AS x))"),
        (
            "SELECT * FROM ml_predict(MODEL m, (SELECT * FROM ML.PREDICT(MODEL n, TABLE t)), STRUCT(0.6 AS threshold))",
            "SELECT * FROM ml_predict(m, (SELECT * FROM ML.PREDICT(n, t)), STRUCT(0.6 AS threshold))",
        ),
    ] {
        assert_eq!(printed(text), expected);
    }
}

/// `model` and `table` are ordinary words everywhere else.
#[test]
fn other_calls_keep_their_words() {
    for text in [
        "SELECT * FROM ml_evaluate(model, t)",
        "SELECT * FROM ml_evaluate(model => 'm')",
        "SELECT model AS x FROM t",
        "SELECT * FROM ml_evaluate('m', (SELECT model AS x FROM t))",
    ] {
        assert_eq!(printed(text), text);
    }
    assert!(parse("SELECT * FROM other(MODEL m)").is_err());
    assert!(parse("SELECT * FROM ML.EVALUATE(MODEL)").is_ok_and(|statements| statements.len() == 1));
}
