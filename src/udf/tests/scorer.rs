//! The scorer's doors: what they give, and what they refuse.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use insta::assert_snapshot;

use super::fixture::{amount, churn, cost, model, session};
use crate::error::ErrorKind;
use crate::model::{
    CalendarEncoder, CalendarPart, ColumnType, Encoder, Feature, FeatureSummary, IgnoredReason, Label, NumberEncoder,
    NumberSource,
};
use crate::udf::scorer::Scorer;
use crate::udf::value::Value;

fn scorer_of_churn() -> Scorer {
    Scorer::new(churn()).unwrap()
}

async fn customers() -> RecordBatch {
    let batches = session().await.sql("SELECT * FROM customers ORDER BY id").await.unwrap().collect().await.unwrap();
    datafusion::arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap()
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    let fields: Vec<_> = columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, array)| array).collect()).unwrap()
}

fn numbers(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

/// Clones go to other threads.
#[test]
fn a_scorer_is_shared() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let scorer = scorer_of_churn();
    shared(&scorer);
    assert!(Arc::ptr_eq(scorer.model(), scorer.clone().model()));
    assert_snapshot!(format!("{scorer:?}"), @r#"Scorer { model: ModelName { parts: ["churn"] }, version: 3, .. }"#);
    assert_snapshot!(scorer.signature(), @r#"predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
}

#[tokio::test]
async fn batches_give_what_the_functions_give() {
    let customers = customers().await;
    let arguments = r#"id, tenure, "Contract", "Int'l Plan", "Churn?""#;
    let sql = format!(
        "SELECT predict_churn({arguments}), predict_churn_at(0.9, {arguments}), predict_churn_probability({arguments}),
            predict_churn_probabilities({arguments}), predict_churn_explain({arguments}) FROM customers ORDER BY id"
    );
    let expected = session().await.sql(&sql).await.unwrap().collect().await.unwrap();
    let expected = datafusion::arrow::compute::concat_batches(&expected[0].schema(), &expected).unwrap();
    let scorer = scorer_of_churn();
    let found: [ArrayRef; 5] = [
        scorer.predict(&customers).unwrap(),
        scorer.predict_at(0.9, &customers).unwrap(),
        Arc::new(scorer.probability(&customers).unwrap()),
        Arc::new(scorer.probabilities(&customers).unwrap()),
        Arc::new(scorer.explain(&customers).unwrap()),
    ];
    assert_eq!(expected.columns(), found);
    // The same rows as values.
    let column = |name: &str| customers.column_by_name(name).unwrap();
    let texts = |name: &str| {
        let texts = datafusion::arrow::compute::cast(column(name), &DataType::Utf8).unwrap();
        texts.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect::<Vec<_>>()
    };
    let (contract, charges) = (texts("Contract"), texts("Churn?"));
    let tenure: Vec<_> = column("tenure").as_primitive::<datafusion::arrow::datatypes::Int64Type>().iter().collect();
    let plan: Vec<_> = column("Int'l Plan").as_boolean().iter().collect();
    for row in 0..4 {
        let contract = contract[row].as_ref();
        let values = [Value::Null, tenure[row].into(), contract.into(), plan[row].into(), charges[row].as_ref().into()];
        let p = found[2].as_primitive::<Float64Type>().value(row);
        assert_eq!(scorer.score_row(&values).unwrap().to_bits(), p.to_bits());
        let label = if p >= 0.5 { "Yes" } else { "No" };
        assert_eq!(*scorer.label_row(&values).unwrap(), Label::Text(label.into()));
        let mut both = [0.0; 2];
        scorer.probabilities_row(&values, &mut both).unwrap();
        assert_eq!(both, [1.0 - p, p]);
    }
}

#[test]
fn columns_are_found_by_name() {
    let scorer = Scorer::new(cost()).unwrap();
    let (one, two) = (numbers(&[1.0]), numbers(&[2.0]));
    let at = |columns| scorer.predict(&columns).map(|array| array.as_primitive::<Float64Type>().value(0));
    let expected = at(batch([("a", Arc::clone(&one)), ("b", Arc::clone(&two))])).unwrap();
    assert_eq!(at(batch([("B", Arc::clone(&two)), ("extra", Arc::clone(&one)), ("A", Arc::clone(&one))])).unwrap(), expected);
    // An exact name wins.
    assert_eq!(at(batch([("A", Arc::clone(&two)), ("a", Arc::clone(&one)), ("b", Arc::clone(&two))])).unwrap(), expected);
    let error = |columns| {
        let error = at(columns).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Call { .. }), "{error:?}");
        error.to_string()
    };
    assert_snapshot!(error(batch([("x", Arc::clone(&one))])), @"columns a, b are missing from the batch; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(error(batch([("x", Arc::clone(&one)), ("b", Arc::clone(&one))])), @"column a is missing from the batch; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    assert_snapshot!(error(batch([("a", Arc::clone(&one)), ("b", Arc::clone(&one)), ("a", Arc::clone(&one))])), @"column a could be each of a, a in the batch; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    let several = [("a", Arc::clone(&one)), ("ß", Arc::clone(&one)), ("B", Arc::clone(&one))];
    assert!(at(batch(several)).is_ok());
    let text: ArrayRef = Arc::new(StringArray::from(vec!["1"]));
    assert_snapshot!(error(batch([("a", Arc::clone(&one)), ("b", text)])), @"column b must be a number, not VARCHAR; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    let flag: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    assert_snapshot!(error(batch([("a", flag), ("b", one)])), @"column a must be a number, not BOOLEAN; the signature is predict_cost(a DOUBLE, b DOUBLE)");
    let mut two_cases = cost();
    two_cases.features[0].name = "Key".into();
    let scorer = Scorer::new(two_cases).unwrap();
    let ambiguous = batch([("KEY", Arc::clone(&two)), ("key", Arc::clone(&two)), ("b", two)]);
    assert_snapshot!(scorer.predict(&ambiguous).unwrap_err(), @r#"column "Key" could be each of "KEY", key in the batch; the signature is predict_cost("Key" DOUBLE, b DOUBLE)"#);
}

#[test]
fn batches_without_rows_and_infinite_ones() {
    let scorer = Scorer::new(cost()).unwrap();
    assert_eq!(scorer.predict(&batch([("a", numbers(&[])), ("b", numbers(&[]))])).unwrap().len(), 0);
    let infinite = batch([("a", numbers(&[1.0, f64::INFINITY])), ("b", numbers(&[1.0, 1.0]))]);
    let error = scorer.predict(&infinite).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Data { .. }));
    assert_snapshot!(error, @"feature a is infinite in 1 row; model cost takes finite numbers and nulls");
    assert_eq!(error.to_string(), scorer.score_row(&[f64::INFINITY.into(), 1.into()]).unwrap_err().to_string());
    let large = batch([("a", numbers(&[1.0])), ("b", numbers(&[1.5e308]))]);
    let error = scorer.predict(&large).unwrap_err().to_string();
    assert_snapshot!(error, @"the prediction of model cost is too large for a DOUBLE in 1 row");
    assert_eq!(error, scorer.score_row(&[1.into(), 1.5e308.into()]).unwrap_err().to_string());
}

#[test]
fn rows_that_do_not_fit() {
    let scorer = scorer_of_churn();
    let error = |row: &[Value<'_>]| {
        let error = scorer.score_row(row).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Call { .. }), "{error:?}");
        error.to_string()
    };
    assert_snapshot!(error(&[]), @r#"predict_churn takes 5 arguments, not 0: id, tenure, "Contract", "Int'l Plan", "Churn?" are missing; the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    assert_snapshot!(error(&[Value::Null; 6]), @r#"predict_churn takes 5 arguments, not 6; the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
    let mut fit = [Value::List(&[1.0]), 2.into(), "a".into(), true.into(), "4".into()];
    assert!(scorer.score_row(&fit).is_ok(), "what training left out may be anything");
    assert_eq!(scorer.score_row(&fit).unwrap(), {
        fit[4] = 4.into();
        scorer.score_row(&fit).unwrap()
    });
    for (place, wrong) in [
        (1, Value::Text("2")),
        (1, Value::Boolean(true)),
        (1, Value::Date(3)),
        (2, Value::Number(2.0)),
        (3, Value::Number(1.0)),
        (3, Value::Text("true")),
        (4, Value::Boolean(true)),
        (4, Value::Seconds(1.0)),
        (4, Value::Struct(&[Value::Null])),
    ] {
        let mut row = fit;
        row[place] = wrong;
        let (names, wanted) =
            (["tenure", "\"Contract\"", "\"Int'l Plan\"", "\"Churn?\""], ["a number", "text", "a BOOLEAN", "text or a number"]);
        let expected =
            format!("argument {} of predict_churn, {}, must be {}, not ", place + 1, names[place - 1], wanted[place - 1]);
        assert!(error(&row).starts_with(&expected), "{}", error(&row));
    }
    assert_snapshot!(error(&[Value::Null, 1.into(), "a".into(), Value::Null, Value::List(&[1.0, 2.0])]), @r#"argument 5 of predict_churn, "Churn?", must be text or a number, not a list of 2; the signature is predict_churn(id BIGINT, tenure BIGINT, "Contract" VARCHAR, "Int'l Plan" BOOLEAN, "Churn?" VARCHAR)"#);
}

fn composite() -> Scorer {
    let number_encoder =
        || Encoder::Number(NumberEncoder { source: NumberSource::Numeric, mean: 0.0, std_dev: 1.0, missing_indicator: false });
    let feature = |name: &str, column_type, encoder| Feature {
        name: name.into(),
        column_type,
        encoder,
        summary: FeatureSummary::default(),
    };
    let list = || Encoder::List(vec![number_encoder(), Encoder::Ignored(IgnoredReason::Constant), number_encoder()]);
    let list_type = || ColumnType::List(Box::new(ColumnType::Float64));
    let calendar = |parts: &[CalendarPart]| {
        let parts = parts.iter().map(|part| (*part, number_encoder())).collect();
        Encoder::Calendar(CalendarEncoder { zone: None, parts })
    };
    let features = vec![
        feature("pixels", list_type(), list()),
        feature("s", ColumnType::Struct(vec![("inner".into(), list_type())]), Encoder::Struct(vec![("inner".into(), list())])),
        feature("day", ColumnType::Date, calendar(&[CalendarPart::Epoch, CalendarPart::DayOfMonth])),
        feature("time", ColumnType::Time, calendar(&[CalendarPart::TimeOfDay])),
    ];
    Scorer::new(model("composite", features, vec![1.0, 10.0, 100.0, 1_000.0, 0.001, 2.0, 24.0], amount())).unwrap()
}

#[test]
fn lists_structs_and_times() {
    let scorer = composite();
    let inner = [Value::List(&[3.0, f64::INFINITY, 4.0])];
    let row = [Value::List(&[1.0, 9.0, 2.0]), Value::Struct(&inner), Value::Date(31), Value::Time(3_600_000_000)];
    // 1970-02-01, 01:00; the intercept is -0.25.
    assert_eq!(scorer.score_row(&row).unwrap(), -0.25 + 1.0 + 20.0 + 300.0 + 4_000.0 + 0.031 + 2.0 + 24.0);
    let with = |place: usize, value| {
        let mut row = row;
        row[place] = value;
        scorer.score_row(&row)
    };
    assert_eq!(with(0, Value::Null).unwrap(), -0.25 + 300.0 + 4_000.0 + 0.031 + 2.0 + 24.0);
    assert_eq!(with(1, Value::Null).unwrap(), -0.25 + 21.0 + 0.031 + 2.0 + 24.0);
    assert_eq!(with(1, Value::Struct(&[Value::Null])).unwrap(), with(1, Value::Null).unwrap());
    // A timestamp is read where a date is wanted, as in SQL.
    assert_eq!(with(2, Value::Timestamp(31 * 86_400_000_000)).unwrap(), with(2, Value::Date(31)).unwrap());
    let error = |place, value| with(place, value).unwrap_err().to_string();
    let signature = scorer.signature();
    assert_snapshot!(signature, @r#"predict_composite(pixels DOUBLE[], s STRUCT<"inner" DOUBLE[]>, day DATE, time TIME)"#);
    assert_snapshot!(error(0, Value::List(&[1.0, 2.0])), @"the lists of pixels must all have 3 elements; 1 of 1 rows have another length, such as 2; cut or fill them to one length, for example with array_resize");
    assert_snapshot!(error(1, Value::Struct(&[Value::List(&[])])), @"the lists of s.inner must all have 3 elements; 1 of 1 rows have another length, such as 0; cut or fill them to one length, for example with array_resize");
    assert_snapshot!(error(0, 1.into()).replace(&signature, "…"), @"argument 1 of predict_composite, pixels, must be a list of 3 numbers, not a number; the signature is …");
    assert_snapshot!(error(1, Value::Struct(&[Value::Null; 2])).replace(&signature, "…"), @"argument 2 of predict_composite, s, must be a struct with inner (a list of 3 numbers), not a struct of 2; the signature is …");
    assert_snapshot!(error(2, Value::Time(1)).replace(&signature, "…"), @"argument 3 of predict_composite, day, must be a DATE or TIMESTAMP, not a TIME; the signature is …");
    assert_snapshot!(error(2, "2026-01-01".into()).replace(&signature, "…"), @"argument 3 of predict_composite, day, must be a DATE or TIMESTAMP, not text; the signature is …");
    assert_snapshot!(error(3, Value::Date(1)).replace(&signature, "…"), @"argument 4 of predict_composite, time, must be a TIME, not a DATE; the signature is …");
    assert_snapshot!(error(0, Value::List(&[1.0, 2.0, f64::INFINITY])), @"feature pixels[3] is infinite in 1 row; model composite takes finite numbers and nulls");
    for edge in [Value::Date(i32::MIN), Value::Date(i32::MAX), Value::Timestamp(i64::MIN), Value::Timestamp(i64::MAX)] {
        let _ = with(2, edge);
    }
}

#[test]
fn doors_that_a_model_does_not_have() {
    let (two, none) = (scorer_of_churn(), Scorer::new(cost()).unwrap());
    let empty = batch([("x", numbers(&[]))]);
    let kind = |error: crate::Error| {
        assert!(matches!(error.kind(), ErrorKind::Call { .. }), "{error:?}");
        error.to_string()
    };
    assert_snapshot!(kind(none.probability(&empty).unwrap_err()), @"model cost predicts a number, so it has no positive label");
    assert_snapshot!(kind(none.probabilities(&empty).unwrap_err()), @"model cost predicts a number, so it has no label");
    assert_snapshot!(kind(none.predict_at(0.5, &empty).unwrap_err()), @"model cost predicts a number, so it has no threshold");
    assert_snapshot!(kind(none.label_row(&[]).unwrap_err()), @"model cost predicts a number, so it has no label");
    assert_snapshot!(kind(none.probabilities_row(&[], &mut []).unwrap_err()), @"model cost predicts a number, so it has no label");
    assert_snapshot!(kind(two.predict_at(1.5, &empty).unwrap_err()), @"the threshold must be between 0 and 1, not 1.5");
    assert_snapshot!(kind(two.predict_at(f64::NAN, &empty).unwrap_err()), @"the threshold must be between 0 and 1, not NaN");
    assert_snapshot!(kind(two.probabilities_row(&[], &mut [0.0; 3]).unwrap_err()), @"model churn has 2 labels, so 3 probabilities do not fit");
}

#[test]
fn values_come_from_what_programs_have() {
    let owned = String::from("b");
    let numbers = [1.0, 2.0];
    let values: [Value<'_>; 11] = [
        1.5.into(),
        1.5_f32.into(),
        (-3_i32).into(),
        7_u32.into(),
        (-3_i64).into(),
        7_u64.into(),
        true.into(),
        "a".into(),
        (&owned).into(),
        numbers.as_slice().into(),
        std::time::Duration::from_millis(2_500).into(),
    ];
    let expected = [
        Value::Number(1.5),
        Value::Number(1.5),
        Value::Number(-3.0),
        Value::Number(7.0),
        Value::Number(-3.0),
        Value::Number(7.0),
        Value::Boolean(true),
        Value::Text("a"),
        Value::Text("b"),
        Value::List(&[1.0, 2.0]),
        Value::Seconds(2.5),
    ];
    assert_eq!(values, expected);
    assert_eq!(Value::from(None::<&str>), Value::Null);
    assert_eq!(Value::from(Some(3_i64)), Value::Number(3.0));
}
