//! The same rows and statement give the same model, byte for byte.

use super::*;
use crate::model::to_bytes;

const BINARY: &str = "CREATE MODEL m FROM (SELECT * FROM t ORDER BY random()) TARGET credit_risk";
const REGRESSION: &str = "CREATE MODEL m FROM (SELECT * FROM t ORDER BY random()) TARGET rings";

async fn bytes(file: &str, partitions: usize, batch_size: usize, statement: &str) -> Vec<u8> {
    let ml = context_over(file, partitions, batch_size).await;
    to_bytes(train(&ml, statement).await.as_ref()).unwrap()
}

async fn one_file(file: &str, statement: &str) {
    let reference = bytes(file, 1, 8192, statement).await;
    for (partitions, batch_size) in [(1, 512), (2, 1), (3, 100), (8, 512), (8, 8192)] {
        let other = bytes(file, partitions, batch_size, statement).await;
        assert!(reference == other, "{partitions} partitions of batches of {batch_size} rows give another file");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_classifier_does_not_depend_on_the_order_of_rows() {
    one_file("german_credit", BINARY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regression_does_not_depend_on_the_order_of_rows() {
    one_file("abalone", REGRESSION).await;
}

#[tokio::test]
async fn another_seed_or_another_row_gives_another_file() {
    let statement = |tail: &str| format!("CREATE MODEL m FROM t TARGET rings {tail}");
    let reference = bytes("abalone", 1, 8192, &statement("")).await;
    assert_ne!(reference, bytes("abalone", 1, 8192, &statement("SPLIT (SEED 7)")).await);
    let fewer = "CREATE MODEL m FROM (SELECT * FROM t LIMIT 4000) TARGET rings";
    let ml = context_over("abalone", 1, 8192).await;
    let fingerprint = train(&ml, fewer).await.data_fingerprint.clone();
    let ml = context_over("abalone", 1, 8192).await;
    assert_ne!(fingerprint, train(&ml, &statement("")).await.data_fingerprint);
}
