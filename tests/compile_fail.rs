//! Programs with one mistake each, which must not compile, and the compiler's messages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The compiler that the `.stderr` files are pinned to. Others have different messages.
const COMPILER: &str = "rustc 1.95.0 ";
const CASES: &str = "tests/ui/*/*.rs";

#[test]
fn cases() {
    if is_pinned_compiler() {
        trybuild::TestCases::new().compile_fail(CASES);
        return;
    }
    // trybuild reads its mode from the environment of its process.
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "cases_in_any_words", "--ignored", "--nocapture"])
        .env("TRYBUILD", "overwrite")
        .status()
        .unwrap();
    assert!(status.success(), "a program with a mistake compiles");
}

/// Compiles copies of the cases, and writes whatever messages the compiler has next to them.
#[test]
#[ignore = "`cases` runs it, on a compiler whose words are not written down"]
fn cases_in_any_words() {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    for case in files("rs") {
        let copy = copies.join(case.strip_prefix("tests/ui").unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&case, copy).unwrap();
    }
    // What several cases include.
    let shared = copies.join("bodies/shared");
    fs::create_dir_all(&shared).unwrap();
    for file in fs::read_dir("tests/ui/bodies/shared").unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), shared.join(file.file_name())).unwrap();
    }
    trybuild::TestCases::new().compile_fail(copies.join("*/*.rs"));
}

/// One mistake causes one error. A case with several mistakes marks each with `//~`.
#[test]
fn one_error_a_mistake() {
    for file in files("stderr") {
        let case = fs::read_to_string(file.with_extension("rs"))
            .unwrap_or_else(|_| panic!("{} belongs to no case", file.display()));
        let mistakes = case.matches("//~").count().max(1);
        let said = fs::read_to_string(&file).unwrap();
        let errors = said.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(errors, mistakes, "errors in {}", file.display());
    }
}

/// No message mentions names that only occur in generated code.
#[test]
fn no_hidden_names() {
    for file in files("stderr") {
        let said = fs::read_to_string(&file).unwrap();
        let words = said.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words.filter(|word| word.contains(char::is_alphabetic)) {
            let hidden = word.starts_with("__") || word == "PhantomData";
            assert!(!hidden, "{} mentions `{word}`", file.display());
        }
    }
}

fn is_pinned_compiler() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8_lossy(&version.stdout).starts_with(COMPILER)
}

fn files(extension: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir("tests/ui").unwrap().map(|folder| folder.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()));
    files.filter(|file| file.extension().is_some_and(|found| found == extension)).collect()
}
