//! Random programs in the language of differentiable bodies, each against central differences.
//!
//! The programs are written by [`generate`] from a seed, compiled as one crate, and run. `TIEDW_SEED` chooses
//! others, and `TIEDW_PROGRAMS` how many.

mod generate;

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const PROGRAMS: u64 = 200;

#[test]
fn random_programs_agree_with_differences() {
    let number = |name: &str, default| env::var(name).map_or(default, |value| value.parse().unwrap());
    let (seed, programs) = (number("TIEDW_SEED", 0), number("TIEDW_PROGRAMS", PROGRAMS));

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    fs::create_dir_all(package.join("src")).unwrap();
    fs::write(package.join("Cargo.toml"), manifest(root)).unwrap();
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::copy(root.join("tests/programs/check.rs"), package.join("src/check.rs")).unwrap();
    fs::write(package.join("src/main.rs"), generate::programs(seed, programs)).unwrap();

    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{said}\n{errors}", package.join("src/main.rs").display());
    assert_eq!(said.trim(), format!("{programs} programs agree"));
}

fn manifest(root: &Path) -> String {
    format!(
        "[package]\nname = \"programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ntiedw = {{ path = {root:?} }}\nrand = \"0.10.4\"\n\n\
         [profile.dev]\ndebug = false\n\n[workspace]\n"
    )
}
