//! Model files of every format version there has been, which every later version of this program must read.

use std::path::{Path, PathBuf};

use super::*;

fn golden(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/golden").join(file)
}

#[test]
fn format_version_1_is_read() {
    let model = Model::read(golden("v1.dfml")).unwrap();
    let expected = churn();
    assert_eq!(model.name, expected.name);
    assert_eq!(model.version, 1);
    assert_eq!(model.function, "predict_churn");
    assert_eq!(model.target, expected.target);
    assert_eq!(model.features, expected.features);
    assert_eq!(model.predictor, expected.predictor);
    assert_eq!(model.threshold, expected.threshold);
    assert_eq!(model.report, expected.report);
    assert_eq!(model.evaluation.curve, expected.evaluation.curve);
    assert_eq!(model.evaluation.metrics[0], expected.evaluation.metrics[0]);
    assert!(model.evaluation.metrics[1].value.is_nan());
    // Catches every difference that the lines above do not name.
    assert_eq!(model.fingerprint().unwrap(), expected.fingerprint().unwrap());
}

/// Makes the golden file of a new format version. A golden file that was released never changes.
#[test]
#[ignore = "writes into the source tree; run by hand once for each format version"]
fn write_golden_file() {
    if !golden("v1.dfml").exists() {
        churn().write(golden("v1.dfml")).unwrap();
    }
}
