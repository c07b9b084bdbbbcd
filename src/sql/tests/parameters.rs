//! Values in place of parameters.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::prelude::SessionContext;
use insta::assert_snapshot;

use super::parse;
use crate::error::Error;
use crate::sql::parameters::bind;

fn try_bound(text: &str, values: impl Into<ParamValues>) -> Result<String, Error> {
    let mut statement = parse(text).unwrap().remove(0);
    bind(&mut statement, Some(&values.into()), &SessionContext::new()).map_err(|error| error.in_text(text))?;
    Ok(statement.to_string())
}

fn bound(text: &str, values: impl Into<ParamValues>) -> String {
    let printed = try_bound(text, values).unwrap_or_else(|error| panic!("{}", error.render()));
    // What is stored can be read again, and has no parameters left.
    let mut again = parse(&printed).unwrap().remove(0);
    bind(&mut again, None, &SessionContext::new()).unwrap();
    assert_eq!(again.to_string(), printed);
    printed
}

fn fault(text: &str, values: impl Into<ParamValues>) -> String {
    try_bound(text, values).unwrap_err().render()
}

/// How a value is written.
fn literal(value: ScalarValue) -> String {
    let text = bound("CREATE MODEL m FROM (SELECT $1 AS x) TARGET x", vec![value]);
    text.trim_start_matches("CREATE MODEL m FROM (SELECT ").trim_end_matches(" AS x) TARGET x").to_owned()
}

#[test]
fn values_are_written_as_what_they_are() {
    assert_eq!(literal(5_i64.into()), "5");
    assert_eq!(literal((-5_i64).into()), "(-5)");
    assert_eq!(literal(i64::MIN.into()), "(-9223372036854775808)");
    assert_eq!(literal(5_i32.into()), "CAST(5 AS INTEGER)");
    assert_eq!(literal((-5_i8).into()), "CAST(-5 AS TINYINT)");
    assert_eq!(literal(u64::MAX.into()), "18446744073709551615");
    assert_eq!(literal(7_u16.into()), "CAST(7 AS SMALLINT UNSIGNED)");
    assert_eq!(literal(2.5_f64.into()), "2.5");
    assert_eq!(literal(3.0_f64.into()), "3.0");
    assert_eq!(literal(1e-7_f64.into()), "0.0000001");
    assert_eq!(literal(f64::INFINITY.into()), "CAST('inf' AS DOUBLE)");
    assert_eq!(literal(f64::NAN.into()), "CAST('NaN' AS DOUBLE)");
    assert_eq!(literal(0.1_f32.into()), "CAST(0.1 AS FLOAT)");
    assert_eq!(literal(true.into()), "true");
    assert_eq!(literal("it's $1; -- no \"comment\"".into()), "'it''s $1; -- no \"comment\"'");
    assert_eq!(literal(ScalarValue::Utf8View(Some("v".into()))), "'v'");
    assert_eq!(literal(ScalarValue::Dictionary(Box::new(DataType::Int32), Box::new("d".into()))), "'d'");
    assert_eq!(literal(ScalarValue::Null), "NULL");
    assert_eq!(literal(ScalarValue::Int32(None)), "CAST(NULL AS INTEGER)");
    assert_eq!(literal(ScalarValue::Utf8(None)), "CAST(NULL AS VARCHAR)");
    // More digits than a double holds.
    assert_eq!(
        literal(ScalarValue::Decimal128(Some(12_345_678_901_234_567_890_123), 30, 3)),
        "CAST('12345678901234567890.123' AS DECIMAL(30,3))"
    );
    assert_eq!(literal(ScalarValue::Date32(Some(20_000))), "CAST('2024-10-04' AS DATE)");
    assert_eq!(
        literal(ScalarValue::TimestampNanosecond(Some(1_700_000_000_123_456_789), None)),
        "CAST('2023-11-14 22:13:20.123456789' AS TIMESTAMP)"
    );
    assert_snapshot!(literal(ScalarValue::TimestampMicrosecond(Some(1_700_000_000_123_456), None)), @"arrow_cast('2023-11-14T22:13:20.123456', 'Timestamp(µs)')");
    assert_snapshot!(literal(ScalarValue::TimestampSecond(Some(1_700_000_000), Some("Europe/Berlin".into()))), @r#"arrow_cast('2023-11-14T23:13:20+01:00', 'Timestamp(s, "Europe/Berlin")')"#);
    assert_snapshot!(literal(ScalarValue::new_interval_mdn(1, 2, 3_000_000_000)), @"(INTERVAL '1 MONS 2 DAYS 3.000000000 SECS')");
    assert_snapshot!(literal(ScalarValue::Time64Microsecond(Some(3_600_000_001))), @"arrow_cast('01:00:00.000001', 'Time64(µs)')");
    let list = ScalarValue::List(ScalarValue::new_list_nullable(&[1_i64.into(), 2_i64.into()], &DataType::Int64));
    assert_eq!(literal(list), "[1, 2]");
}

#[test]
fn parameters_stand_wherever_an_expression_stands() {
    let text = "CREATE MODEL m FROM (
        WITH c AS (SELECT a - $1 AS a, -$1 AS b FROM t WHERE x IN ($1, $2) AND y LIKE $3)
        SELECT *, CASE WHEN a BETWEEN $2 AND 9 THEN $3 END AS k FROM c ORDER BY a LIMIT $2
    ) TARGET k SPLIT (SEED 7)";
    let values = vec![ScalarValue::from(-1_i64), ScalarValue::from(3_i64), ScalarValue::from("a%")];
    assert_snapshot!(bound(text, values), @"CREATE MODEL m FROM (WITH c AS (SELECT a - (-1) AS a, -(-1) AS b FROM t WHERE x IN ((-1), 3) AND y LIKE 'a%') SELECT *, CASE WHEN a BETWEEN 3 AND 9 THEN 'a%' END AS k FROM c ORDER BY a LIMIT 3) TARGET k SPLIT (SEED 7)");
    let text = "EXPLAIN CREATE OR REPLACE MODEL m FROM (SELECT * FROM t WHERE day >= $from AND day < $to) TARGET y";
    let values = vec![("to", ScalarValue::Date32(Some(31))), ("from", ScalarValue::Date32(Some(0)))];
    assert_snapshot!(bound(text, values), @"EXPLAIN CREATE OR REPLACE MODEL m FROM (SELECT * FROM t WHERE day >= CAST('1970-01-01' AS DATE) AND day < CAST('1970-02-01' AS DATE)) TARGET y");
    // Only checked here: DataFusion puts them into the plan.
    let text = "SELECT $1 FROM t WHERE a = $01 AND b = $2";
    assert_eq!(try_bound(text, vec![ScalarValue::from(1_i64), ScalarValue::from(2_i64)]).unwrap(), text);
}

#[test]
fn parameters_and_values_that_do_not_fit() {
    let create = "CREATE MODEL m FROM (SELECT a, b FROM t WHERE a > $1 AND b < $high) TARGET b";
    assert_snapshot!(fault(create, Vec::<ScalarValue>::new()), @"
    error: the parameter $1 has no value
     --> statement:1:51
      |
    1 | CREATE MODEL m FROM (SELECT a, b FROM t WHERE a > $1 AND b < $high) TARGET b
      |                                                   ^^
      |
      = help: MlContext::sql_with_params takes a statement with values
    ");
    assert_snapshot!(fault(create, vec![ScalarValue::from(1_i64)]), @"
    error: the parameter $high has no value
     --> statement:1:62
      |
    1 | CREATE MODEL m FROM (SELECT a, b FROM t WHERE a > $1 AND b < $high) TARGET b
      |                                                              ^^^^^
      |
      = help: values are given for $1
    ");
    assert_snapshot!(fault(create, vec![("1", ScalarValue::from(1_i64)), ("low", ScalarValue::from(1_i64))]), @"
    error: the parameter $high has no value
     --> statement:1:62
      |
    1 | CREATE MODEL m FROM (SELECT a, b FROM t WHERE a > $1 AND b < $high) TARGET b
      |                                                              ^^^^^
      |
      = help: values are given for $1, $low
    ");
    let one = "CREATE MODEL m FROM (SELECT a, b FROM t WHERE a > $1) TARGET b";
    assert_snapshot!(fault(one, vec![ScalarValue::from(1_i64), ScalarValue::from(2_i64)]), @"a value is given for $2, which is no parameter of the statement; leave the value out, or use it in the statement");
    assert_snapshot!(fault("CREATE MODEL m FROM (SELECT a FROM t WHERE a = $0) TARGET a", vec![ScalarValue::from(1_i64)]), @"
    error: the parameter $0 has no value
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM (SELECT a FROM t WHERE a = $0) TARGET a
      |                                                ^^
      |
      = help: values are given for $1
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM (SELECT a FROM t WHERE a = ?) TARGET a", vec![ScalarValue::from(1_i64)]), @"
    error: the parameter ? has neither number nor name
     --> statement:1:48
      |
    1 | CREATE MODEL m FROM (SELECT a FROM t WHERE a = ?) TARGET a
      |                                                ^
      |
      = help: write $1, $2, ... or $name
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM (SELECT DATE $1 AS a) TARGET a", vec![ScalarValue::from("2026-01-01")]), @"
    error: the parameter $1 stands where no expression can
     --> statement:1:34
      |
    1 | CREATE MODEL m FROM (SELECT DATE $1 AS a) TARGET a
      |                                  ^^
    ");
    assert_snapshot!(fault("CREATE MODEL m FROM t TARGET a", vec![ScalarValue::from(1_i64)]), @"a value is given for $1, which is no parameter of the statement; leave the value out, or use it in the statement");
    assert_snapshot!(fault("SHOW MODELS", vec![ScalarValue::from(1_i64)]), @"a value is given for $1, which is no parameter of the statement; leave the value out, or use it in the statement");
    assert_snapshot!(fault("SELECT a FROM t WHERE a = $2", vec![ScalarValue::from(1_i64)]), @"
    error: the parameter $2 has no value
     --> statement:1:27
      |
    1 | SELECT a FROM t WHERE a = $2
      |                           ^^
      |
      = help: values are given for $1
    ");
    assert_snapshot!(fault("EXPLAIN SELECT $a", vec![("a", ScalarValue::from(1_i64)), ("b", ScalarValue::from(1_i64))]), @"a value is given for $b, which is no parameter of the statement; leave the value out, or use it in the statement");
    assert_snapshot!(fault("COPY (SELECT ?) TO 'x.csv'", vec![ScalarValue::from(1_i64)]), @"
    error: the parameter ? has neither number nor name
     --> statement:1:14
      |
    1 | COPY (SELECT ?) TO 'x.csv'
      |              ^
      |
      = help: write $1, $2, ... or $name
    ");
    assert_snapshot!(fault("PREPARE p AS SELECT $1", vec![ScalarValue::from(1_i64)]), @"a value is given for $1, which is no parameter of the statement; what PREPARE leaves open gets its values from EXECUTE");
    let structure = ScalarValue::Struct(Arc::new(datafusion::arrow::array::StructArray::new_empty_fields(1, None)));
    assert_snapshot!(fault(one, vec![structure]), @"
    error: the value of $1 is of type Struct() and cannot be written into a statement
     --> statement:1:51
      |
    1 | CREATE MODEL m FROM (SELECT a, b FROM t WHERE a > $1) TARGET b
      |                                                   ^^
      |
      = help: give a number, a text, a truth value, a date, a time, or a list of these
    ");
}

#[test]
fn parameters_stand_nowhere_else() {
    assert_snapshot!(parse("CREATE MODEL m FROM t TARGET $1").unwrap_err().render(), @"
    error: expected the target column after TARGET, found $1
     --> statement:1:30
      |
    1 | CREATE MODEL m FROM t TARGET $1
      |                              ^^
      |
      = help: a parameter stands in place of a value in the training query only
    ");
    assert_snapshot!(parse("CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD $1)").unwrap_err().render(), @"
    error: expected a value of THRESHOLD, found $1
     --> statement:1:52
      |
    1 | CREATE MODEL m FROM t TARGET y SETTINGS (THRESHOLD $1)
      |                                                    ^^
      |
      = help: a parameter stands in place of a value in the training query only
    ");
    assert_snapshot!(parse("DROP MODEL $1").unwrap_err().render(), @"
    error: expected the name of a model, found $1
     --> statement:1:12
      |
    1 | DROP MODEL $1
      |            ^^
      |
      = help: a parameter stands in place of a value in the training query only
    ");
}
