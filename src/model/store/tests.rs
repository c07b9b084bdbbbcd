//! What only the store itself can see.

use super::*;

#[test]
fn a_thread_that_panics_does_not_take_the_store_with_it() {
    let store = ModelStore::in_memory();
    std::thread::scope(|scope| {
        let panicking = scope.spawn(|| {
            let _change = store.changing();
            let _index = store.write();
            panic!("on purpose");
        });
        assert!(panicking.join().is_err());
    });
    assert!(store.change.is_poisoned() && store.index.is_poisoned());
    let name = ModelName::new(["m"]);
    assert_eq!(store.next_version(&name), 1);
    assert!(store.remove(&name, None).is_err(), "there is no such model, and that is all");
}
