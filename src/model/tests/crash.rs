//! A process that dies, and a disk that is full, in the middle of everything.
//!
//! The tests start their own program again as a child: the ignored tests here are what the child does.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::artifact::Random;
use super::*;

/// Tells a child which folder to work in; without it the child has nothing to do.
const FOLDER: &str = "DATAFUSION_ML_TEST_FOLDER";

fn child(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([&format!("model::tests::crash::{test}"), "--exact", "--ignored", "--nocapture"]);
    command
}

fn store_of_child() -> Option<ModelStore> {
    Some(ModelStore::open(std::env::var_os(FOLDER)?).unwrap())
}

#[test]
#[ignore = "what the child of a_killed_process_leaves_old_or_new does"]
fn save_until_killed() {
    let Some(store) = store_of_child() else { return };
    // Ends by itself if the parent is gone.
    for round in 0..100_000_u32 {
        let saved = store.save(churn()).unwrap();
        eprintln!("saved {}", saved.version);
        let describe = |model: &mut Model| {
            model.description = format!("round {round}");
            Ok(())
        };
        store.update(&saved.name, describe).unwrap();
        if saved.version > 3 {
            store.remove(&saved.name, Some(saved.version - 3)).unwrap();
        }
    }
}

#[test]
fn a_killed_process_leaves_old_or_new() {
    let folder = tempfile::tempdir().unwrap();
    let name = churn().name;
    let mut random = Random(1);
    let mut acknowledged = 0;
    for kill in 0..30 {
        let mut process =
            child("save_until_killed").env(FOLDER, folder.path()).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut told = process.stderr.take().unwrap();
        // The first byte says that it is at work.
        let mut text = vec![0];
        told.read_exact(&mut text).unwrap();
        std::thread::sleep(Duration::from_micros(random.next() % 20_000));
        process.kill().unwrap();
        process.wait().unwrap();
        told.read_to_end(&mut text).unwrap();
        acknowledged = last_saved(&text).unwrap_or(acknowledged);

        let store = ModelStore::open(folder.path()).unwrap();
        assert!(store.damaged().is_empty(), "kill {kill}: {:?}", store.damaged());
        let current = store.current(&name).unwrap();
        assert!(current.version >= acknowledged, "kill {kill}: {} was saved, {} is there", acknowledged, current.version);
        let mut expected = churn();
        expected.version = current.version;
        expected.description.clone_from(&current.description);
        assert_eq!(current.fingerprint().unwrap(), expected.fingerprint().unwrap());
    }
    assert!(acknowledged > 30, "only {acknowledged} versions were saved");
    let left = listing(folder.path());
    assert!(left.iter().all(|name| Path::new(name).extension().is_some()), "left over: {left:?}");
}

/// The last version that the child said was saved; a line that the kill cut off does not count.
fn last_saved(text: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(text);
    let (complete, _) = text.rsplit_once('\n')?;
    complete.lines().rev().find_map(|line| line.strip_prefix("saved ")?.parse().ok())
}

#[test]
#[ignore = "what the child of a_killed_renaming_loses_nothing does"]
fn rename_until_killed() {
    let Some(store) = store_of_child() else { return };
    eprintln!("at work");
    for _ in 0..100_000 {
        let name = store.models()[0].name.clone();
        let other = if name.base() == "a" { "b" } else { "a" };
        store.rename(&name, &ModelName::new([other])).unwrap();
    }
}

#[test]
fn a_killed_renaming_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = ModelStore::open(folder.path()).unwrap();
    for _ in 0..5 {
        store.save(small("a")).unwrap();
    }
    let mut random = Random(2);
    for kill in 0..30 {
        let mut process =
            child("rename_until_killed").env(FOLDER, folder.path()).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        process.stderr.take().unwrap().read_exact(&mut [0]).unwrap();
        std::thread::sleep(Duration::from_micros(random.next() % 10_000));
        process.kill().unwrap();
        process.wait().unwrap();

        let store = ModelStore::open(folder.path()).unwrap();
        assert!(store.damaged().is_empty(), "kill {kill}: {:?}", store.damaged());
        let models = store.models();
        assert_eq!(models.len(), 1, "kill {kill}: half renamed");
        let versions: Vec<u32> = store.versions(&models[0].name).iter().map(|model| model.version).collect();
        assert_eq!(versions, [1, 2, 3, 4, 5], "kill {kill}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5, "nothing but the five versions is left");
}

#[test]
#[ignore = "what the child of a_full_disk_leaves_the_old_model does"]
fn write_to_a_full_disk() {
    let Some(store) = store_of_child() else { return };
    let current = store.current(&churn().name).unwrap();
    let describe = |model: &mut Model| {
        model.description = "changed".into();
        Ok(())
    };
    let errors = [
        store.save(churn()).err(),
        store.update(&current.name, describe).err(),
        store.rename(&current.name, &ModelName::new(["other"])).err(),
    ];
    for error in errors {
        let error = error.expect("nothing of this fits");
        assert!(matches!(error.kind(), crate::ErrorKind::Store { .. }), "{error:?}");
        assert!(error.to_string().contains("make room and try again; no model was changed"), "{error}");
    }
    assert_eq!(store.current(&current.name).unwrap().description, current.description, "memory shows what the disk has");
    assert_eq!(store.models().len(), 1);
}

/// A limit on the size of files makes a write fail midway, just like a disk without room.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_model() {
    let folder = tempfile::tempdir().unwrap();
    let saved = ModelStore::open(folder.path()).unwrap().save(churn()).unwrap();
    let before = listing(folder.path());
    for blocks in [0, 1, 2] {
        let status = Command::new("sh")
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(child("write_to_a_full_disk").get_args())
            .env(FOLDER, folder.path())
            .output()
            .unwrap();
        assert!(status.status.success(), "{blocks} blocks: {}", String::from_utf8_lossy(&status.stderr));
        let store = ModelStore::open(folder.path()).unwrap();
        assert!(store.damaged().is_empty());
        assert_eq!(store.current(&saved.name).unwrap().fingerprint().unwrap(), saved.fingerprint().unwrap());
        assert_eq!(listing(folder.path()), before, "nothing is left lying around");
    }
}

fn listing(folder: &Path) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}
