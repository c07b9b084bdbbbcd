//! The store, in a folder and in memory.

use super::*;

#[test]
fn versions_are_saved_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = ModelStore::open(folder.path().join("a/b")).unwrap();
    let name = ModelName::new(["m"]);
    assert_eq!(store.save(small("m")).unwrap().version, 1);
    assert_eq!(store.save(small("m")).unwrap().version, 2);
    store.save(churn()).unwrap();
    for store in [&store, &ModelStore::open(folder.path().join("a/b")).unwrap()] {
        assert_eq!(store.current(&name).unwrap().version, 2);
        assert_eq!(store.versions(&name).len(), 2);
        assert_eq!(store.next_version(&name), 3);
        assert_eq!(store.models().iter().map(|model| model.name.to_string()).collect::<Vec<_>>(), ["m", "ml.\"Churn\""]);
        assert!(store.damaged().is_empty());
        assert!(store.created(&name, 1).is_some());
    }
}
