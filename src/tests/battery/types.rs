//! Types of columns: the same values are the same features.

use super::*;
use crate::Encoder;

/// Whether training takes a column as it takes another: the same parameters to the bit.
async fn is_the_same(trial: &Trial, query: &str, expected: &str) {
    let expected = trial.train(expected).await;
    let found = trial.train(query).await;
    assert!(found.predictor == expected.predictor, "another model: {query}");
    assert_eq!(found.data_fingerprint, expected.data_fingerprint, "another fingerprint: {query}");
}

#[tokio::test]
async fn numbers_of_every_type_are_the_same() {
    every(async |trial| {
        let types = [
            "TINYINT",
            "SMALLINT",
            "INT",
            "BIGINT",
            "TINYINT UNSIGNED",
            "SMALLINT UNSIGNED",
            "INT UNSIGNED",
            "BIGINT UNSIGNED",
            "REAL",
            "DOUBLE",
            "DECIMAL(5, 0)",
            "DECIMAL(30, 4)",
        ];
        for number in types {
            is_the_same(&trial, &format!("SELECT a, CAST(b AS {number}) AS b, colour, flag, y FROM t"), FEATURES).await;
        }
        is_the_same(&trial, "SELECT CAST(a AS DECIMAL(6, 1)) AS a, b, colour, flag, y FROM t", FEATURES).await;
    })
    .await;
}

#[tokio::test]
async fn texts_of_every_layout_are_the_same() {
    every(async |trial| {
        for layout in ["Utf8", "LargeUtf8", "Utf8View", "Dictionary(Int32, Utf8)", "Dictionary(UInt8, LargeUtf8)"] {
            let colour = format!("arrow_cast(colour, '{layout}')");
            is_the_same(&trial, &format!("SELECT a, b, {colour} AS colour, flag, y FROM t"), FEATURES).await;
            let expected = trial.predictions("t").await;
            let found = trial.predictions(&format!("(SELECT * EXCEPT (colour), {colour} AS colour FROM t)")).await;
            assert!(found == expected, "other predictions of {layout}");
        }
    })
    .await;
}

#[tokio::test]
async fn numbers_kept_as_text_are_numbers() {
    every(async |trial| {
        trial.train_on_all(FEATURES).await;
        let expected = trial.predictions("t").await;
        trial.train_on_all("SELECT a, CAST(b AS VARCHAR) AS b, colour, flag, y FROM t").await;
        assert_same(&trial.predictions("(SELECT * EXCEPT (b), CAST(b AS VARCHAR) AS b FROM t)").await, &expected, 1e-9);
        assert_same(&trial.predictions("t").await, &expected, 1e-9);
    })
    .await;
}

#[tokio::test]
async fn a_boolean_is_zero_or_one() {
    every(async |trial| {
        trial.train_on_all(FEATURES).await;
        let expected = trial.predictions("t").await;
        trial.train_on_all("SELECT a, b, colour, CAST(flag AS INT) AS flag, y FROM t").await;
        assert_same(&trial.predictions("(SELECT * EXCEPT (flag), CAST(flag AS INT) AS flag FROM t)").await, &expected, 1e-9);
    })
    .await;
}

/// Times are features in every unit, and the unit makes no difference.
#[tokio::test]
async fn times_are_features() {
    every(async |trial| {
        let families: [&[&str]; 5] = [
            &["arrow_cast(CAST(19700 + n AS INT), 'Date32')", "arrow_cast((19700 + n) * 86400000, 'Date64')"],
            &[
                "arrow_cast(1704067200 + n * 50000, 'Timestamp(Second, None)')",
                "arrow_cast((1704067200 + n * 50000) * 1000000000, 'Timestamp(Nanosecond, None)')",
                "arrow_cast(1704067200 + n * 50000, 'Timestamp(Second, Some(\"UTC\"))')",
            ],
            &["arrow_cast((1704067200 + n * 50000) * 1000, 'Timestamp(Millisecond, Some(\"Europe/Berlin\"))')"],
            &["arrow_cast(CAST(n * 350 AS INT), 'Time32(Second)')", "arrow_cast(n * 350000000000, 'Time64(Nanosecond)')"],
            &["arrow_cast(n * 3600, 'Duration(Second)')", "CAST(n || ' hours' AS INTERVAL)"],
        ];
        for family in families {
            let mut expected: Option<Vec<Vec<f64>>> = None;
            for time in family {
                let model = trial.train_on_all(&format!("SELECT {time} AS at, a, b, y FROM t")).await;
                assert!(!matches!(model.features[0].encoder, Encoder::Ignored(_)), "{time} is ignored");
                let found = trial.predictions(&format!("(SELECT *, {time} AS at FROM t)")).await;
                let expected = expected.get_or_insert_with(|| found.clone());
                assert_same(&found, expected, 1e-8);
                trial.predictions("(SELECT *, NULL AS at FROM t)").await;
            }
        }
    })
    .await;
}

/// A list of numbers is as many columns, in every layout.
#[tokio::test]
async fn a_list_is_its_elements() {
    every(async |trial| {
        trial.train_on_all("SELECT a, b, y FROM t").await;
        let expected = trial.predictions("t").await;
        let pair = "make_array(a, CAST(b AS DOUBLE))";
        for layout in ["List(Float64)", "LargeList(Float64)", "FixedSizeList(2, Float64)"] {
            let list = format!("arrow_cast({pair}, '{layout}')");
            trial.train_on_all(&format!("SELECT {list} AS pair, y FROM t")).await;
            assert_same(&trial.predictions(&format!("(SELECT n, {list} AS pair FROM t)")).await, &expected, 1e-9);
            assert_same(&trial.predictions(&format!("(SELECT n, {pair} AS pair FROM t)")).await, &expected, 1e-9);
            trial.predictions("(SELECT n, NULL AS pair FROM t)").await;
        }
        let error = trial.failure("SELECT predict_m(make_array(a)) FROM t").await;
        assert!(error.contains("pair"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_struct_is_its_fields() {
    every(async |trial| {
        trial.train_on_all(FEATURES).await;
        let expected = trial.predictions("t").await;
        let thing = "named_struct('b', b, 'look', named_struct('colour', colour, 'flag', flag))";
        trial.train_on_all(&format!("SELECT a, {thing} AS thing, y FROM t")).await;
        assert_same(&trial.predictions(&format!("(SELECT n, a, {thing} AS thing FROM t)")).await, &expected, 1e-9);
        let other = "named_struct('look', named_struct('flag', flag, 'colour', colour), 'more', n, 'b', b)";
        assert_same(&trial.predictions(&format!("(SELECT n, a, {other} AS thing FROM t)")).await, &expected, 1e-9);
        trial.predictions("(SELECT n, a, NULL AS thing FROM t)").await;
    })
    .await;
}
