//! Paths at which a file cannot be created, and the state of the file system if saving fails halfway.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use tiedw::prelude::*;

use crate::nets::{SharedWeightNet, init, numbered};
use crate::tools::folder;

fn net() -> SharedWeightNet {
    numbered(init())
}

/// Returns the sorted names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[track_caller]
fn io_error(result: Result<(), CheckpointError>, path: &Path) -> std::io::Error {
    match result {
        Err(CheckpointError::Io { path: named, error }) => {
            assert_eq!(named, path);
            error
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn saving_replaces_and_leaves_nothing_else() {
    let folder = folder("replaces");
    let path = folder.join("net.safetensors");
    init::<SharedWeightNet>().save(&path).unwrap();
    net().save(&path).unwrap();
    assert_eq!(names(&folder), ["net.safetensors"]);
    assert_eq!(fs::read(&path).unwrap(), net().to_bytes());
    let mut loaded: SharedWeightNet = init();
    loaded.load(&path).unwrap();
    assert_eq!(loaded, net());
}

#[test]
fn no_such_file_and_no_such_folder() {
    let path = folder("nothing").join("no").join("net.safetensors");
    assert_eq!(io_error(net().load(&path), &path).kind(), ErrorKind::NotFound);
    assert_eq!(io_error(net().save(&path), &path).kind(), ErrorKind::NotFound);
}

#[test]
fn a_folder_in_the_place_of_a_file() {
    let folder = folder("folder");
    io_error(net().save(&folder), &folder);
    io_error(net().load(&folder), &folder);
    assert_eq!(names(&folder), [""; 0]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_stay() {
    let folder = folder("links");
    let (file, link, chain) = (folder.join("file"), folder.join("link"), folder.join("chain"));
    std::os::unix::fs::symlink("file", &link).unwrap();
    std::os::unix::fs::symlink(&link, &chain).unwrap();
    // The first save creates the target of the symbolic link, the second replaces it.
    for expected in [init(), net()] {
        expected.save(&chain).unwrap();
        let mut loaded: SharedWeightNet = init();
        loaded.load(&chain).unwrap();
        assert_eq!(loaded, expected);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink() && fs::metadata(&file).unwrap().is_file());
        assert_eq!(names(&folder), ["chain", "file", "link"]);
    }
    let circle = folder.join("circle");
    std::os::unix::fs::symlink("circle", &circle).unwrap();
    io_error(net().save(&circle), &circle);
    io_error(net().load(&circle), &circle);
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let path = folder("permissions").join("net.safetensors");
    net().save(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    net().save(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

/// A folder in which nobody can create a file, not even root.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder() {
    let path = Path::new("/sys/net.safetensors");
    let kind = io_error(net().save(path), path).kind();
    assert!(matches!(kind, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem), "{kind}");
}

/// The name of the test that saves more than its process may write.
#[cfg(unix)]
const FULL: &str = "bad_places::saves_more_than_fits";

#[cfg(unix)]
#[test]
#[ignore = "runs in a process of its own, that may write little"]
fn saves_more_than_fits() {
    let path = std::env::var_os("TIEDW_SAVE_TO").expect("the test that starts this sets it");
    let error = init::<Linear<300, 300>>().save(&path).unwrap_err();
    println!("refused: {error}");
}

/// Saves a large model to `path` in a process that may write 64 blocks of 512 bytes, and returns its output.
#[cfg(unix)]
fn save_with_limit(path: &Path, trap: &str) -> std::process::Output {
    let program = std::env::current_exe().unwrap();
    let script = format!("{trap}ulimit -f 64; exec \"$0\" --ignored --exact --nocapture {FULL}");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).arg(program).env("TIEDW_SAVE_TO", path).output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_full_disk() {
    let folder = folder("full");
    let path = folder.join("net.safetensors");
    net().save(&path).unwrap();
    let output = save_with_limit(&path, "trap '' XFSZ; ");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("refused: "), "{said}");
    assert_eq!(names(&folder), ["net.safetensors"], "the part that was written is gone");
    assert_eq!(fs::read(&path).unwrap(), net().to_bytes(), "the old file is whole");
}

#[cfg(unix)]
#[test]
fn a_process_that_is_killed_half_way() {
    let folder = folder("killed");
    let path = folder.join("net.safetensors");
    net().save(&path).unwrap();
    let output = save_with_limit(&path, "");
    assert!(!output.status.success(), "the limit did not kill it");
    assert_eq!(names(&folder).len(), 2, "it had begun");
    assert_eq!(fs::read(&path).unwrap(), net().to_bytes(), "the old file is whole");
    // The next save removes its leftover file, but neither that of another target nor one that is being written.
    let other = folder.join(".other.safetensors.1-0.safetensors.tmp");
    let written = folder.join(".net.safetensors.1-0.safetensors.tmp");
    fs::write(&other, "of another target").unwrap();
    let writer = fs::File::create(&written).unwrap();
    writer.lock().unwrap();
    init::<SharedWeightNet>().save(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), init::<SharedWeightNet>().to_bytes());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(names(&folder), [name(&written), name(&other), "net.safetensors".to_owned()]);
    drop(writer);
    net().save(&path).unwrap();
    assert_eq!(names(&folder), [name(&other), "net.safetensors".to_owned()]);
}

/// Threads can stand in for processes, because locks belong to open files.
#[test]
fn many_saves_of_one_file_at_once() {
    let folder = folder("at_once");
    let path = folder.join("net.safetensors");
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| (0..50).for_each(|_| net().save(&path).unwrap()));
        }
    });
    assert_eq!(names(&folder), ["net.safetensors"]);
    assert_eq!(fs::read(&path).unwrap(), net().to_bytes());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_stays() {
    use std::os::unix::fs::FileTypeExt;
    let folder = folder("no_file");
    let pipe = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let error = io_error(net().save(&pipe), &pipe);
    assert!(error.to_string().contains("not a regular file"), "{error}");
    let kind = |path: &Path| fs::metadata(path).unwrap().file_type();
    assert!(kind(&pipe).is_fifo());
    let link = folder.join("link");
    std::os::unix::fs::symlink("pipe", &link).unwrap();
    io_error(net().save(&link), &link);
    assert!(kind(&pipe).is_fifo());
    assert_eq!(names(&folder), ["link", "pipe"]);
}
