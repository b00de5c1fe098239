//! A file is replaced as a whole, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Writes a file beside `path`, makes sure that the disk has it, and gives it the name. A link at `path` stays, and what
/// it points at is replaced.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> io::Result<()> {
    let path = target(path)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let (temporary, file) = Temporary::create(folder)?;
    if let Ok(old) = fs::metadata(&path) {
        file.set_permissions(old.permissions())?;
    }
    let mut buffered = BufWriter::with_capacity(1 << 16, &file);
    write(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary.path, &path)?;
    // The file is whole by now. Not every system lets a folder be synced, which only brings the new name to the disk
    // earlier.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Where links lead, to a file that may not exist yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(link) => path = path.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// A file that goes when this does, unless it was renamed.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn create(folder: &Path) -> io::Result<(Self, File)> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        loop {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!(".{}-{next}.safetensors.tmp", process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Temporary { path }, file)),
                // Left by a process that had the same number, and was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
