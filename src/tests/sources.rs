//! Sources that SQL alone cannot set up; `tests/sql/sources.slt` has the others.

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::object_store::memory::InMemory;
use datafusion::object_store::path::Path;
use datafusion::object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use super::*;

/// Whatever store the host has registered, under whatever address.
#[tokio::test]
async fn an_object_store_of_the_host() {
    let session = SessionContext::new();
    let store = Arc::new(InMemory::new());
    for (name, half) in [("one", 1..=100), ("two", 101..=200)] {
        let lines = half.map(|x| format!("{x},{}", 3 * x));
        let csv = std::iter::once("x,y".to_owned()).chain(lines).collect::<Vec<_>>().join("\n");
        store.put(&Path::from(format!("rows/{name}.csv")), PutPayload::from(csv)).await.unwrap();
    }
    let address = ObjectStoreUrl::parse("mem://bucket").unwrap();
    session.runtime_env().register_object_store(address.as_ref(), Arc::clone(&store) as Arc<dyn ObjectStore>);
    let ml = MlContext::new(session, ModelStore::in_memory()).await.unwrap();
    let table = "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'mem://bucket/rows/' OPTIONS ('format.has_header' 'true')";
    rows(&ml, table).await;
    let model = train(&ml, "CREATE MODEL m FROM t TARGET y SPLIT NONE").await;
    assert_eq!(model.evaluation.n_rows, 200);
    assert_close(number(&ml, "SELECT predict_m(1000)").await, 3000.0, 1e-9);

    // Another file in the folder is other data, although the session remembers the listing.
    store.put(&Path::from("rows/three.csv"), PutPayload::from("x,y\n201,603\n")).await.unwrap();
    rows(&ml, "REFRESH MODEL m").await;
    assert_eq!(ml.store().models()[0].evaluation.n_rows, 201);
}
