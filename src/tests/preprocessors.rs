//! `PREPROCESSORS`: what each transformer gives, and what it learns from.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Float64Type};

use super::{context, rows, train};
use crate::preprocess::{Learned, Ordinals};
use crate::{MlContext, Model};

const TABLE: &str = "CREATE TABLE t AS
    SELECT value AS id, CASE WHEN value % 11 > 0 THEN value * 37 % 101 END AS x, 0.5 * (value % 17) AS z, value % 5 - 2 AS code,
           CASE value % 7 WHEN 0 THEN NULL WHEN 1 THEN 'b' WHEN 2 THEN 'c' ELSE 'a' END AS c, value % 2 = 0 AS flag,
           3.0 * (value * 37 % 101) + value % 5 AS y
    FROM generate_series(1, 300)";

async fn with_table() -> MlContext {
    let ml = context().await;
    rows(&ml, TABLE).await;
    ml
}

async fn model(ml: &MlContext, columns: &str, preprocessors: &str) -> Arc<Model> {
    let create = format!(
        "CREATE OR REPLACE MODEL m FROM (SELECT {columns}, y FROM t) TARGET y SPLIT NONE PREPROCESSORS '{preprocessors}'
         HYPERPARAMETERS DEFAULT EXCEPT (l2 '1')"
    );
    train(ml, &create).await
}

/// What a model computes of the table, apart from the model.
async fn features(ml: &MlContext, model: &Model) -> Vec<ArrayRef> {
    let batches = rows(ml, "SELECT * FROM t").await;
    let batch: RecordBatch = concat_batches(&batches[0].schema(), &batches).unwrap();
    let transform = model.transform.as_ref().unwrap();
    let inputs: Vec<ArrayRef> =
        transform.inputs().iter().map(|input| Arc::clone(batch.column_by_name(&input.name).unwrap())).collect();
    transform.compile().unwrap().evaluate(&inputs, batch.num_rows()).unwrap()
}

/// Numbers, NaN for null.
fn numbers(array: &ArrayRef) -> Vec<f64> {
    let array = cast(array, &DataType::Float64).unwrap();
    array.as_primitive::<Float64Type>().iter().map(|x| x.unwrap_or(f64::NAN)).collect()
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        let same = (found - expected).abs() <= 1e-12 * expected.abs().max(1.0) || found.is_nan() && expected.is_nan();
        assert!(same, "{what}, row {row}: {found} instead of {expected}");
    }
}

/// Each transformer beside the same written out as SQL.
#[tokio::test]
async fn transformers_give_what_they_say() {
    let ml = with_table().await;
    for (transformers, column, expected) in [
        (r#""NumericPassthrough""#, "x", "x"),
        (r#""NumericPassthrough""#, "flag", "CAST(flag AS INT)"),
        (r#""Imputer""#, "x", "coalesce(x, avg(x) OVER ())"),
        (r#""StandardScaler""#, "x", "(x - avg(x) OVER ()) / stddev_pop(x) OVER ()"),
        (r#""MinMax""#, "x", "(x - min(x) OVER ()) / CAST(max(x) OVER () - min(x) OVER () AS DOUBLE)"),
        (
            r#""Imputer", "StandardScaler""#,
            "x",
            "(coalesce(x, m) - avg(coalesce(x, m)) OVER ()) / stddev_pop(coalesce(x, m)) OVER ()",
        ),
        (r#""OrdinalEncoder""#, "c", "CASE c WHEN 'a' THEN 0 WHEN 'b' THEN 1 WHEN 'c' THEN 2 END"),
        (r#""Imputer", "OrdinalEncoder""#, "c", "CASE c WHEN 'b' THEN 1 WHEN 'c' THEN 2 ELSE 0 END"),
        (r#""OrdinalEncoder""#, "code", "code + 2"),
        (r#""OrdinalEncoder", "MinMax""#, "code", "(code + 2) / 4.0"),
    ] {
        let sets = format!(r#"[{{"ColumnSet": ["{column}"], "Transformers": [{transformers}]}}]"#);
        let model = model(&ml, column, &sets).await;
        let batches = rows(&ml, &format!("SELECT {expected} AS e FROM (SELECT *, avg(x) OVER () AS m FROM t)")).await;
        let mut expected: Vec<f64> = batches.iter().flat_map(|batch| numbers(batch.column(0))).collect();
        let mut found = numbers(&features(&ml, &model).await[0]);
        // Window functions may bring rows into another order.
        found.sort_by(f64::total_cmp);
        expected.sort_by(f64::total_cmp);
        assert_close(&found, &expected, &format!("{transformers} of {column}"));
    }
}

/// An indicator is a column of its own; a vector is one feature with a field for each column.
#[tokio::test]
async fn some_transformers_give_several_columns() {
    let ml = with_table().await;
    let sets = r#"[{"ColumnSet": ["x"], "Transformers": ["ImputerWithIndicator"]}, {"ColumnSet": ["z", "code"], "Transformers": ["Normalizer"]}]"#;
    let model = model(&ml, "x, z, code, c", sets).await;
    assert_eq!(
        model.features.iter().map(|feature| feature.name.as_str()).collect::<Vec<_>>(),
        ["x", "x_missing", "normalizer", "c"]
    );
    let found = features(&ml, &model).await;
    let table = rows(&ml, "SELECT x, z, code FROM t").await;
    let of_table = |column: usize| table.iter().flat_map(|batch| numbers(batch.column(column))).collect::<Vec<_>>();
    let (x, z, code) = (of_table(0), of_table(1), of_table(2));
    let marks: Vec<f64> = x.iter().map(|x| f64::from(u8::from(x.is_nan()))).collect();
    assert_close(&numbers(&found[1]), &marks, "x_missing");
    let length = |row: usize| z[row].hypot(code[row]);
    let unit: Vec<f64> = (0..300).map(|row| if length(row) > 0.0 { z[row] / length(row) } else { 0.0 }).collect();
    assert_close(&numbers(found[2].as_struct().column(0)), &unit, "normalizer.z");
}

/// Components are not correlated, vary less and less, and keep all distances.
#[tokio::test]
async fn principal_components_turn_the_space() {
    let ml = with_table().await;
    let sets = r#"[{"ColumnSet": ["id", "z", "code"], "Transformers": ["PCA"]}]"#;
    let model = model(&ml, "id, z, code", sets).await;
    assert_eq!(model.features.iter().map(|feature| feature.name.as_str()).collect::<Vec<_>>(), ["pca"]);
    let found = features(&ml, &model).await;
    let components: Vec<Vec<f64>> = found[0].as_struct().columns().iter().map(numbers).collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / 300.0;
    let variances: Vec<f64> = components.iter().map(|component| product(component, component)).collect();
    assert!(variances.is_sorted_by(|a, b| a > b), "{variances:?}");
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
        assert!(product(&components[i], &components[j]).abs() < 1e-9 * variances[0], "{i} and {j}");
    }
    let table = rows(&ml, "SELECT id, z, code FROM t").await;
    let columns: Vec<Vec<f64>> =
        (0..3).map(|column| table.iter().flat_map(|batch| numbers(batch.column(column))).collect()).collect();
    let distance = |columns: &[Vec<f64>]| columns.iter().map(|column| (column[3] - column[200]).powi(2)).sum::<f64>();
    assert!((distance(&components) - distance(&columns)).abs() < 1e-8 * distance(&columns));
    // A null in one column leaves nothing of the row.
    let sets = r#"[{"ColumnSet": ["x", "z"], "Transformers": ["PCA"]}]"#;
    let model = self::model(&ml, "x, z", sets).await;
    let found = features(&ml, &model).await;
    assert_eq!(found[0].as_struct().column(1).null_count(), 27);
}

/// A component in which the rows do not differ is 0, and not rounding that a model could learn.
#[tokio::test]
async fn components_of_dependent_columns_are_zero() {
    let ml = with_table().await;
    let sets = r#"[{"ColumnSet": ["z", "w", "v"], "Transformers": ["PCA"]}]"#;
    let model = {
        let create =
            format!("CREATE MODEL m FROM (SELECT z, 3 * z AS w, 1.0 AS v, y FROM t) TARGET y SPLIT NONE PREPROCESSORS '{sets}'");
        train(&ml, &create).await
    };
    let found = model.report.lines().iter().find(|row| row.item == "pca").unwrap();
    assert!(
        found.detail.contains("component_2 left out (the same value in every training row); component_3 left out"),
        "{found:?}"
    );
}

/// What training did not see has a place behind all others; nothing comes from held-out rows.
#[tokio::test]
async fn ordinals_of_what_was_never_seen() {
    let ml = with_table().await;
    let create = r#"CREATE MODEL m FROM (SELECT c, code, y, coalesce(c = 'c', FALSE) AS test FROM t) TARGET y
        SPLIT (COLUMN test) PREPROCESSORS '[{"ColumnSet": ["c", "code"], "Transformers": ["OrdinalEncoder"]}]' HYPERPARAMETERS DEFAULT EXCEPT (l2 '1')"#;
    let model = train(&ml, create).await;
    let found = features(&ml, &model).await;
    let table = rows(&ml, "SELECT CASE c WHEN 'a' THEN 0 WHEN 'b' THEN 1 WHEN 'c' THEN 2 END FROM t").await;
    let expected: Vec<f64> = table.iter().flat_map(|batch| numbers(batch.column(0))).collect();
    assert_close(&numbers(&found[0]), &expected, "ordinals");
    let Learned::Ordinals(seen) = &model.transform.as_ref().unwrap().steps[0].learned else { panic!("no ordinals") };
    assert_eq!(seen, &Ordinals::Texts(vec!["a".into(), "b".into()]), "c stands in held-out rows only");
}
