//! The files of the crate that is compiled, among those of its package.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The files of the crate that a file is in, as far as they are in one folder of the package, such as `src`.
pub(crate) fn of_crate(file: &Path) -> Vec<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let name = env::var("CARGO_CRATE_NAME").unwrap_or_default();
    of(file, package.as_deref(), &name, env::var_os("CARGO_BIN_NAME").is_some())
}

fn of(file: &Path, package: Option<&Path>, name: &str, is_binary: bool) -> Vec<PathBuf> {
    let in_package = |package: &Path| {
        let first = file.strip_prefix(package).ok()?.components().next()?;
        Some(package.join(first)).filter(|folder| folder.is_dir())
    };
    let Some(folder) = package.and_then(in_package) else {
        return file.parent().map(files_in).unwrap_or_default();
    };
    let files = files_in(&folder);
    let targets: Vec<Option<Target>> = files.iter().map(|file| Target::of(file, &folder)).collect();
    let is_named =
        |target: &Target| matches!(target, Target::Named(found) if found.replace('-', "_") == name);
    let is_src = folder.file_name() == Some(OsStr::new("src"));
    let named = targets.iter().flatten().find(|target| is_named(target)).filter(|_| is_binary || !is_src);
    let own = match named {
        Some(named) => named.clone(),
        None if is_src => {
            if is_binary {
                Target::Main
            } else {
                Target::Library
            }
        }
        None => return files,
    };
    let root = files.iter().zip(&targets).find(|(_, target)| target.as_ref() == Some(&own));
    let root = root.and_then(|(root, _)| std::fs::read_to_string(root).ok()).unwrap_or_default();
    let is_in_bin = |file: &Path| file.starts_with(folder.join("bin"));
    let is_own = |(file, target): &(&PathBuf, &Option<Target>)| match target {
        Some(Target::Named(other)) => {
            Some(&own) == target.as_ref() || root.contains(&format!("mod {other};"))
        }
        Some(target) => *target == own,
        None => !is_src || is_in_bin(file) == matches!(own, Target::Named(_)),
    };
    let own: Vec<PathBuf> = files.iter().zip(&targets).filter(is_own).map(|(file, _)| file.clone()).collect();
    // A package may name its crates otherwise.
    if own.iter().any(|own| own == file) { own } else { files }
}

/// The Rust files in a folder and those in it.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.extension() {
                Some(extension) if extension == "rs" => files.push(path),
                _ if entry.file_type().is_ok_and(|kind| kind.is_dir()) => folders.push(path),
                _ => {}
            }
        }
    }
    files
}

/// A crate of a package, whose root or module a file certainly is.
#[derive(Clone, Debug, PartialEq)]
enum Target {
    Library,
    Main,
    /// Another binary, an example, a test or a benchmark.
    Named(String),
}

impl Target {
    /// That of a file of `src`, `examples`, `tests` or `benches`; `None` for modules that several crates may have.
    fn of(file: &Path, folder: &Path) -> Option<Self> {
        let is_src = folder.file_name() == Some(OsStr::new("src"));
        let bin = folder.join("bin");
        let folder = match is_src {
            true if file == folder.join("lib.rs") => return Some(Target::Library),
            true if file == folder.join("main.rs") => return Some(Target::Main),
            true => &bin,
            false => folder,
        };
        let mut components = file.strip_prefix(folder).ok()?.components();
        let first = Path::new(components.next()?.as_os_str());
        let is_root = components.next().is_none() || folder.join(first).join("main.rs").is_file();
        is_root.then(|| Target::Named(first.with_extension("").to_string_lossy().into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const FILES: [&str; 13] = [
        "src/lib.rs",
        "src/main.rs",
        "src/cells.rs",
        "src/bin/train.rs",
        "src/bin/show-it.rs",
        "src/bin/serve/main.rs",
        "src/bin/serve/routes.rs",
        "tests/whole.rs",
        "tests/parts.rs",
        "tests/common/mod.rs",
        "tests/deep/main.rs",
        "tests/deep/inner.rs",
        "tests/shared.rs",
    ];

    #[test]
    fn each_crate_has_its_own_files() {
        let package = env::temp_dir().join(format!("crate-files-{}", std::process::id()));
        for file in FILES {
            let path = package.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let source = if file == "tests/parts.rs" { "mod common;\nmod shared;\n" } else { "" };
            fs::write(path, source).unwrap();
        }
        let found = |file: &str, name: &str, is_binary| {
            let files = of(&package.join(file), Some(&package), name, is_binary);
            let names =
                files.iter().map(|file| file.strip_prefix(&package).unwrap().to_string_lossy().into_owned());
            let mut names: Vec<_> = names.collect();
            names.sort();
            names
        };
        assert_eq!(found("src/lib.rs", "net", false), ["src/cells.rs", "src/lib.rs"]);
        assert_eq!(found("src/main.rs", "net", true), ["src/cells.rs", "src/main.rs"]);
        assert_eq!(found("src/bin/train.rs", "train", true), ["src/bin/train.rs"]);
        assert_eq!(found("src/bin/show-it.rs", "show_it", true), ["src/bin/show-it.rs"]);
        let serve = ["src/bin/serve/main.rs", "src/bin/serve/routes.rs"];
        assert_eq!(found("src/bin/serve/routes.rs", "serve", true), serve);
        assert_eq!(found("tests/whole.rs", "whole", false), ["tests/common/mod.rs", "tests/whole.rs"]);
        let parts = ["tests/common/mod.rs", "tests/parts.rs", "tests/shared.rs"];
        assert_eq!(found("tests/shared.rs", "parts", false), parts);
        let deep = ["tests/common/mod.rs", "tests/deep/inner.rs", "tests/deep/main.rs"];
        assert_eq!(found("tests/deep/inner.rs", "deep", false), deep);
        assert_eq!(found("tests/whole.rs", "renamed", false).len(), 6);
        assert_eq!(found("src/bin/train.rs", "renamed", true).len(), 7);
        fs::remove_dir_all(package).unwrap();
    }
}
