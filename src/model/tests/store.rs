//! The store, in a folder and in memory.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

use super::super::artifact::to_bytes;
use super::*;
use crate::ErrorKind;

fn name(name: &str) -> ModelName {
    ModelName::new([name])
}

fn numbers(versions: &[Arc<Model>]) -> Vec<u32> {
    versions.iter().map(|model| model.version).collect()
}

/// A file as the store would have written it, without the store.
fn put(folder: &Path, file: &str, model: &str, version: u32) {
    let model = Model { version, ..small(model) };
    fs::write(folder.join(file), to_bytes(&model).unwrap()).unwrap();
}

#[test]
fn a_folder_and_memory_do_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for store in [ModelStore::open(folder.path().join("a/b")).unwrap(), ModelStore::in_memory()] {
        let m = name("m");
        assert_eq!(store.next_version(&m), 1);
        assert_eq!(store.save(Model { version: 77, ..small("m") }).unwrap().version, 1, "the store counts");
        let second = store.save(small("m")).unwrap();
        store.save(churn()).unwrap();
        assert_eq!(store.models().iter().map(|model| model.name.to_string()).collect::<Vec<_>>(), ["m", "ml.\"Churn\""]);

        let created = store.created(&m, 2).unwrap();
        let change = |model: &mut Model| {
            // Where it is kept is not for the change to say.
            *model = Model { description: "changed".into(), name: name("other"), version: 9, ..model.clone() };
            Ok(())
        };
        let changed = store.update(&m, change).unwrap();
        assert_eq!((changed.name.clone(), changed.version), (m.clone(), 2));
        assert_eq!(store.current(&m).unwrap().description, "changed");
        assert_eq!(store.get_version(&m, 1).unwrap().description, "", "only the current version");
        let refused = store.update(&m, |model| {
            model.description = "half done".into();
            Err(crate::Error::data("no"))
        });
        assert_eq!(
            (refused.unwrap_err().to_string().as_str(), store.current(&m).unwrap().description.as_str()),
            ("no", "changed")
        );
        assert_eq!(store.created(&m, 2), Some(created), "a change does not make it new");
        assert_eq!(second.description, "", "whoever holds the old one keeps it");

        store.rename(&m, &name("n")).unwrap();
        assert_eq!(store.current(&m), None);
        assert_eq!(numbers(&store.versions(&name("n"))), [1, 2]);
        assert_eq!(store.created(&name("n"), 2), Some(created));
        assert!(matches!(store.rename(&name("n"), &churn().name).unwrap_err().kind(), ErrorKind::ModelExists { .. }));
        assert!(matches!(store.rename(&m, &name("k")).unwrap_err().kind(), ErrorKind::ModelNotFound { .. }));

        store.remove(&name("n"), Some(2)).unwrap();
        assert_eq!(store.current(&name("n")).unwrap().version, 1);
        assert_eq!(
            store.remove(&name("n"), Some(2)).unwrap_err().to_string(),
            "model n version 2 does not exist; its newest version is 1"
        );
        for missing in [store.update(&m, |_| Ok(())).unwrap_err(), store.get_version(&name("n"), 9).unwrap_err()] {
            assert!(matches!(missing.kind(), ErrorKind::ModelNotFound { .. }), "{missing}");
        }
        store.remove(&name("n"), None).unwrap();
        assert_eq!(store.models().len(), 1);
        assert!(matches!(store.get(&name("n")).unwrap_err().kind(), ErrorKind::ModelNotFound { .. }));
        assert!(store.save(small(&"x".repeat(300))).is_err());
    }
    assert_eq!(fs::read_dir(folder.path().join("a/b")).unwrap().count(), 1);
}

#[test]
fn opening_again_finds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let store = ModelStore::open(folder.path()).unwrap();
    store.save(small("m")).unwrap();
    store.save(small("m")).unwrap();
    store.save(churn()).unwrap();
    let again = ModelStore::open(folder.path()).unwrap();
    assert_eq!(numbers(&again.versions(&name("m"))), [1, 2]);
    assert_eq!(again.created(&name("m"), 1), store.created(&name("m"), 1));
    assert_eq!(again.current(&churn().name).unwrap().fingerprint().unwrap(), churn().fingerprint().unwrap());
    assert!(folder.path().join("ml.%43hurn@1.dfml").is_file());
}

#[cfg(unix)]
#[test]
fn model_files_are_their_owners() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = ModelStore::open(folder.path()).unwrap();
    store.save(small("m")).unwrap();
    let mode = fs::metadata(store.path(&name("m"), 1).unwrap()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("models");
    File::create(&path).unwrap();
    let error = ModelStore::open(&path).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Store { .. }));
    assert!(error.to_string().contains("a model store is a folder; choose another path"), "{error}");
    assert!(ModelStore::open(path.join("below")).is_err());
}

#[test]
fn a_damaged_newest_version_is_not_replaced_by_an_older_one() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "m@1.dfml", "m", 1);
    put(folder.path(), "m@2.dfml", "m", 2);
    let path = folder.path().join("m@2.dfml");
    let mut bytes = fs::read(&path).unwrap();
    bytes[50] ^= 1;
    fs::write(&path, &bytes).unwrap();

    let store = ModelStore::open(folder.path()).unwrap();
    let m = name("m");
    assert_eq!(store.current(&m), None);
    assert!(store.models().is_empty());
    assert_eq!(numbers(&store.versions(&m)), [1]);
    let error = store.damage_of(&m).unwrap().to_string();
    assert!(error.contains("m@2.dfml: its header checksum does not match"), "{error}");
    assert_eq!(store.damaged()[0].function.as_deref(), Some("f"), "as the header says");
    assert!(error.contains("DROP MODEL m VERSION 2"), "{error}");
    assert_eq!(store.get(&m).unwrap_err().to_string(), error);
    assert_eq!(store.damaged().len(), 1);
    assert!(store.rename(&m, &name("n")).is_err(), "a damaged version cannot be renamed");

    assert_eq!(store.save(small("m")).unwrap().version, 3, "its number stays taken");
    assert_eq!(store.current(&m).unwrap().version, 3);
    assert_eq!(fs::read(&path).unwrap(), bytes, "the damaged file is left alone");
    store.remove(&m, Some(3)).unwrap();
    store.remove(&m, Some(2)).unwrap();
    assert_eq!(store.current(&m).unwrap().version, 1, "back to the version before, on request");
    assert!(store.damaged().is_empty());
}

#[cfg(unix)]
#[test]
fn what_is_no_model_file_is_listed_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |file: &str| folder.path().join(file);
    put(folder.path(), "good@1.dfml", "good", 1);
    put(folder.path(), "copy of good.dfml", "good", 1);
    put(folder.path(), "moved@1.dfml", "good", 1);
    put(folder.path(), "good@7.dfml.bak", "good", 7);
    put(folder.path(), "._good@8.dfml", "good", 8);
    File::create(at("empty@1.dfml")).unwrap();
    fs::create_dir(at("folder@1.dfml")).unwrap();
    std::os::unix::fs::symlink(at("good@1.dfml"), at("link@1.dfml")).unwrap();
    std::os::unix::fs::symlink("/nowhere", at("dangling@1.dfml")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at("pipe@1.dfml")).status().unwrap().success());
    let sparse = File::create(at("huge@1.dfml")).unwrap();
    sparse.set_len(1 << 40).unwrap();

    let store = ModelStore::open(folder.path()).unwrap();
    let damaged: Vec<(String, String)> = store
        .damaged()
        .iter()
        .map(|damaged| (damaged.path.file_name().unwrap().to_string_lossy().into_owned(), damaged.reason.clone()))
        .collect();
    let expected = [
        ("dangling@1.dfml", "symbolic link"),
        ("empty@1.dfml", "it is empty"),
        ("folder@1.dfml", "a folder"),
        ("huge@1.dfml", "1099511627776 bytes"),
        ("link@1.dfml", "symbolic link"),
        ("moved@1.dfml", "it holds version 1 of model good"),
        ("pipe@1.dfml", "a pipe"),
        ("copy of good.dfml", "not one that the store gives"),
    ];
    assert_eq!(damaged.len(), expected.len(), "{damaged:?}");
    for ((file, reason), (expected_file, expected_reason)) in damaged.iter().zip(expected) {
        assert_eq!(file, expected_file);
        assert!(reason.contains(expected_reason), "{file}: {reason}");
    }
    assert_eq!(store.models().len(), 1);
    assert_eq!(store.save(small("link")).unwrap().version, 2, "nothing is written through a link");
    assert!(at("link@1.dfml").is_symlink());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 12, "everything is still there, and one more");
}

#[test]
fn files_under_way_are_removed_when_nobody_writes_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |file: &str| folder.path().join(file);
    for file in [".dfml-tmp-orphan", ".dfml-tmp-writing", ".hidden", "notes.txt"] {
        File::create(at(file)).unwrap();
    }
    let writing = File::options().write(true).open(at(".dfml-tmp-writing")).unwrap();
    writing.lock().unwrap();
    assert!(ModelStore::open(folder.path()).unwrap().damaged().is_empty());
    assert!(!at(".dfml-tmp-orphan").exists());
    assert!(at(".dfml-tmp-writing").exists() && at(".hidden").exists() && at("notes.txt").exists());
}

#[test]
fn an_interrupted_renaming_is_finished() {
    let note = serde_json::to_vec(&(name("old"), name("new"))).unwrap();
    // Which versions have an old file, and which a new one, when the process dies.
    let crashes: [(&[u32], &[u32]); 5] =
        [(&[1, 2, 3], &[]), (&[1, 2, 3], &[1]), (&[1, 2, 3], &[1, 2, 3]), (&[2, 3], &[1, 2, 3]), (&[], &[1, 2, 3])];
    for (old, new) in crashes {
        let folder = tempfile::tempdir().unwrap();
        for (prefix, versions) in [("old", old), ("new", new)] {
            for version in versions {
                put(folder.path(), &format!("{prefix}@{version}.dfml"), prefix, *version);
            }
        }
        fs::write(folder.path().join(".dfml-rename"), &note).unwrap();
        for _ in 0..2 {
            let store = ModelStore::open(folder.path()).unwrap();
            assert_eq!(numbers(&store.versions(&name("new"))), [1, 2, 3], "{old:?} {new:?}");
            assert_eq!(store.models().len(), 1);
            assert!(store.damaged().is_empty());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "old files and note are gone");
    }
}

#[test]
fn a_renaming_under_way_is_left_to_who_does_it() {
    let folder = tempfile::tempdir().unwrap();
    for version in [1, 2] {
        put(folder.path(), &format!("old@{version}.dfml"), "old", version);
    }
    put(folder.path(), "new@1.dfml", "new", 1);
    fs::write(folder.path().join(".dfml-rename"), serde_json::to_vec(&(name("old"), name("new"))).unwrap()).unwrap();
    let note = File::open(folder.path().join(".dfml-rename")).unwrap();
    note.lock().unwrap();
    let store = ModelStore::open(folder.path()).unwrap();
    assert_eq!(store.models().len(), 1);
    assert_eq!(numbers(&store.versions(&name("new"))), [1, 2]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "no file was touched");
}

#[test]
fn opening_while_another_process_renames_finds_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let store = ModelStore::open(folder.path()).unwrap();
    for _ in 0..3 {
        store.save(small("a")).unwrap();
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..20 {
                let (from, to) = if round % 2 == 0 { ("a", "b") } else { ("b", "a") };
                store.rename(&name(from), &name(to)).unwrap();
            }
        });
        for _ in 0..20 {
            let other = ModelStore::open(folder.path()).unwrap();
            assert!(other.damaged().is_empty(), "{:?}", other.damaged());
            assert_eq!(other.models().len(), 1, "the model is never nowhere and never twice");
        }
    });
    let store = ModelStore::open(folder.path()).unwrap();
    assert_eq!(numbers(&store.versions(&name("a"))), [1, 2, 3]);
}

#[test]
fn a_note_that_says_nothing_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "old@1.dfml", "old", 1);
    fs::write(folder.path().join(".dfml-rename"), "{").unwrap();
    let store = ModelStore::open(folder.path()).unwrap();
    assert_eq!(store.models().len(), 1);
    assert_eq!(store.damaged().len(), 1);
    let error = store.rename(&name("old"), &name("new")).unwrap_err().to_string();
    assert!(error.contains("another renaming is under way"), "{error}");
    assert_eq!(store.models()[0].name, name("old"));
}

#[test]
fn sixteen_threads_lose_no_version() {
    let folder = tempfile::tempdir().unwrap();
    // Two stores stand for two processes: they share nothing but the folder.
    let stores = [ModelStore::open(folder.path()).unwrap(), ModelStore::open(folder.path()).unwrap()];
    let saved: Vec<u32> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|thread| {
                let store = &stores[thread % 2];
                scope.spawn(move || -> Vec<u32> {
                    let model = |round| Model { description: format!("{thread}/{round}"), ..small("m") };
                    (0..5).map(|round| store.save(model(round)).unwrap().version).collect()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(saved.iter().collect::<BTreeSet<_>>().len(), 80, "no number twice");
    let store = ModelStore::open(folder.path()).unwrap();
    assert_eq!(numbers(&store.versions(&name("m"))), (1..=80).collect::<Vec<_>>());
    let descriptions: BTreeSet<_> = store.versions(&name("m")).iter().map(|model| model.description.clone()).collect();
    assert_eq!(descriptions.len(), 80, "no save lost");
}

/// Each of many changes at the same time builds on the one before.
#[test]
fn sixteen_threads_lose_no_change() {
    let folder = tempfile::tempdir().unwrap();
    for store in [ModelStore::open(folder.path()).unwrap(), ModelStore::in_memory()] {
        store.save(small("m")).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let append = |model: &mut Model| {
                            model.description.push('x');
                            Ok(())
                        };
                        store.update(&name("m"), append).unwrap();
                    }
                });
            }
        });
        assert_eq!(store.current(&name("m")).unwrap().description, "x".repeat(80));
    }
    assert_eq!(ModelStore::open(folder.path()).unwrap().current(&name("m")).unwrap().description, "x".repeat(80));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to_still_opens() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "m@1.dfml", "m", 1);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let store = ModelStore::open(folder.path()).unwrap();
    assert_eq!(store.models().len(), 1);
    // Permissions do not bind a superuser.
    if let Err(error) = store.save(small("m")) {
        assert!(matches!(error.kind(), ErrorKind::Store { .. }));
        assert!(error.to_string().contains("check who may write to the folder"), "{error}");
        assert_eq!(store.current(&name("m")).unwrap().version, 1);
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_last_number_is_not_followed_by_the_first() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "m@4294967295.dfml", "m", u32::MAX);
    let store = ModelStore::open(folder.path()).unwrap();
    assert_eq!(store.next_version(&name("m")), u32::MAX);
    let error = store.save(small("m")).unwrap_err().to_string();
    assert!(error.contains("DROP MODEL m VERSION 4294967295"), "{error}");
}

#[test]
fn models_travel_as_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sent.dfml");
    churn().write(&path).unwrap();
    assert!(churn().write(&path).unwrap_err().to_string().contains("remove the file first"));
    assert_eq!(Model::read(&path).unwrap().fingerprint().unwrap(), churn().fingerprint().unwrap());
    let missing = Model::read(folder.path().join("missing")).unwrap_err();
    assert!(matches!(missing.kind(), ErrorKind::Artifact { .. }), "{missing}");
    assert!(churn().write(folder.path().join("no/such/folder.dfml")).unwrap_err().to_string().contains("folder does not exist"));
}
