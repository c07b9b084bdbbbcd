//! A model whose file is damaged: what is said, and the ways back.

use std::fs;

use insta::assert_snapshot;

use super::*;

/// A folder with two versions of a model `m`, of which the newer one is damaged.
async fn with_damage() -> (tempfile::TempDir, MlContext) {
    let folder = tempfile::tempdir().unwrap();
    let ml = MlContext::new(SessionContext::new(), ModelStore::open(folder.path()).unwrap()).await.unwrap();
    for factor in [2, 3] {
        let create = format!(
            "CREATE OR REPLACE MODEL m FROM (SELECT value AS x, {factor} * value AS y FROM generate_series(1, 50)) TARGET y"
        );
        rows(&ml, &create).await;
    }
    let path = ml.store().path(&ModelName::new(["m"]), 2).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 40;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let ml = MlContext::new(SessionContext::new(), ModelStore::open(folder.path()).unwrap()).await.unwrap();
    (folder, ml)
}

/// A message without the folder, which is another one every time.
async fn said(folder: &tempfile::TempDir, ml: &MlContext, sql: &str) -> String {
    failure(ml, sql).await.replace(folder.path().to_str().unwrap(), "models")
}

#[tokio::test]
async fn a_missing_function_names_the_damaged_file() {
    let (folder, ml) = with_damage().await;
    assert_snapshot!(said(&folder, &ml, "SELECT predict_m(1)").await, @"
    error: model file models/m@2.dfml: its payload checksum does not match; it was changed after it was written, so its function predict_m is missing
     --> statement:1:8
      |
    1 | SELECT predict_m(1)
      |        ^^^^^^^^^
      |
      = help: restore the file from a backup, or run DROP MODEL m VERSION 2 to go back to the version before
    ");
    assert_snapshot!(said(&folder, &ml, "EXPLAIN SELECT * FROM ml_models() WHERE predict_m(version) > 1").await, @"
    error: model file models/m@2.dfml: its payload checksum does not match; it was changed after it was written, so its function predict_m is missing
     --> statement:1:41
      |
    1 | EXPLAIN SELECT * FROM ml_models() WHERE predict_m(version) > 1
      |                                         ^^^^^^^^^
      |
      = help: restore the file from a backup, or run DROP MODEL m VERSION 2 to go back to the version before
    ");
    let stacked = "CREATE MODEL n FROM (SELECT predict_m(value) AS p, value AS y FROM generate_series(1, 9)) TARGET y";
    assert!(said(&folder, &ml, stacked).await.contains("so its function predict_m is missing"));
    // Another function that is missing has another reason.
    assert!(failure(&ml, "SELECT predict_n(1)").await.contains("Invalid function 'predict_n'"));
}

#[tokio::test]
async fn every_statement_names_the_damaged_file() {
    let (folder, ml) = with_damage().await;
    for statement in [
        "REFRESH MODEL m".to_owned(),
        "ALTER MODEL m SET (description = 'x')".into(),
        "ALTER MODEL m RENAME TO n".into(),
        "ALTER MODEL m SET VERSION 2".into(),
        "SHOW MODEL m".into(),
        format!("EXPORT MODEL m TO '{}'", folder.path().join("m.dfml").display()),
    ] {
        let message = said(&folder, &ml, &statement).await;
        assert!(message.contains("model file models/m@2.dfml: its payload checksum does not match"), "{statement}: {message}");
    }
    assert!(failure(&ml, "IMPORT MODEL m FROM 'models/golden/v1.dfml'").await.contains("model m already exists"));
}

/// The version before is a copy away, and so is its file.
#[tokio::test]
async fn the_version_before_comes_back() {
    let (folder, ml) = with_damage().await;
    let path = folder.path().join("sent");
    rows(&ml, &format!("EXPORT MODEL m VERSION 1 TO '{}'", path.display())).await;
    assert_eq!(number(&ml, "SELECT count(*) FROM ml_model_versions('m') WHERE NOT current").await, 1.0);
    rows(&ml, "ALTER MODEL m SET VERSION 1").await;
    assert_close(number(&ml, "SELECT predict_m(10)").await, 20.0, 1e-9);
    assert_eq!(ml.store().models()[0].version, 3);
    assert_eq!(ml.store().damaged().len(), 1, "the damaged file is still there");

    let other = context().await;
    rows(&other, &format!("IMPORT MODEL m FROM '{}'", path.display())).await;
    assert_close(number(&other, "SELECT predict_m(10)").await, 20.0, 1e-9);
}

/// What a damaged file contains never becomes a model.
#[tokio::test]
async fn damaged_files_are_not_imported() {
    let (folder, ml) = with_damage().await;
    let path = folder.path().join("m@2.dfml");
    let message = said(&folder, &ml, &format!("IMPORT MODEL n FROM '{}'", path.display())).await;
    assert!(message.contains("model file models/m@2.dfml: its payload checksum does not match"), "{message}");
    assert!(ml.store().models().is_empty());
}
