//! Atomic replacement of a file.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The suffix of temporary files.
const END: &str = ".safetensors.tmp";

/// Writes a temporary file beside `path`, syncs it and renames it. If `path` is a symbolic link, its target
/// is replaced. If it exists and is not a regular file, returns an error before anything changes.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> io::Result<()> {
    let path = target(path)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let old = fs::metadata(&path).ok();
    if old.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        let problem = "not a regular file but a device, a pipe or a socket, which saving would replace";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let prefix = prefix(name);
    clean(folder, &prefix);
    let (temporary, file) = Temporary::create(folder, &prefix)?;
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    let mut buffered = BufWriter::with_capacity(1 << 16, &file);
    write(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    file.sync_all()?;
    // The file stays open, and thus locked, until it is renamed.
    fs::rename(&temporary.path, &path)?;
    drop(file);
    // The file is complete. Syncing the folder, which not every system supports, only makes the rename
    // durable earlier.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Follows symbolic links, to a file that need not exist.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // The limit on Linux.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Returns the prefix of the temporary files of a target: its name, truncated if too long.
fn prefix(name: &OsStr) -> String {
    let mut name = name.to_string_lossy().into_owned();
    name.truncate(name.floor_char_boundary(180));
    format!(".{name}.")
}

/// Removes temporary files that killed processes have left for the same target. A running process holds a
/// lock on its own. Errors are ignored, since they do not prevent saving.
fn clean(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(|name| is_temporary(name, prefix))
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Returns whether a name is `prefix`, a process id, `-`, a counter, and the suffix.
fn is_temporary(name: &str, prefix: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.strip_prefix(prefix)
        .and_then(|rest| rest.strip_suffix(END)?.split_once('-'))
        .is_some_and(|(process, count)| number(process) && number(count))
}

/// A temporary file, removed on drop unless it was renamed.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    /// Creates and locks a new file.
    fn create(folder: &Path, prefix: &str) -> io::Result<(Self, File)> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        loop {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{prefix}{}-{next}{END}", process::id()));
            let file = match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => file,
                // From another process with the same id, now or earlier, e.g. in another container.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            };
            // Another process may have removed the new file as a leftover, before it was locked.
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => continue,
                // If files cannot be locked, no process removes any.
                Ok(()) | Err(TryLockError::Error(_)) if path.exists() => {
                    return Ok((Temporary { path }, file));
                }
                Ok(()) | Err(TryLockError::Error(_)) => {}
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::{is_temporary, prefix};

    #[test]
    fn what_belongs_to_a_target() {
        let own = prefix(OsStr::new("net"));
        assert!(is_temporary(".net.12-3.safetensors.tmp", &own));
        for other in [
            "net",
            ".net.safetensors.tmp",
            ".net.12-.safetensors.tmp",
            ".net.safetensors.12-3.safetensors.tmp",
            ".nets.12-3.safetensors.tmp",
            ".net.12-3.tmp",
            ".net.a-3.safetensors.tmp",
        ] {
            assert!(!is_temporary(other, &own), "{other}");
        }
        assert!(prefix(OsStr::new(&"ä".repeat(200))).len() < 185);
    }
}
