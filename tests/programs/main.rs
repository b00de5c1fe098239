//! Random programs in the language of differentiable bodies, each against central differences.
//!
//! The programs are written by [`generate`] from a seed, compiled as one crate, and run. `TIEDW_SEED` chooses
//! others, and `TIEDW_PROGRAMS` and `TIEDW_ATTACKS` how many.

mod adversary;
mod generate;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const PROGRAMS: u64 = 200;
const ATTACKS: u64 = 300;

#[test]
fn random_programs_agree_with_differences() {
    let (seed, programs) = (number("TIEDW_SEED", 0), number("TIEDW_PROGRAMS", PROGRAMS));
    let package = package("programs");
    fs::write(package.join("src/main.rs"), generate::programs(seed, programs)).unwrap();

    let output = cargo(&package, "run");
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{said}\n{errors}", package.join("src/main.rs").display());
    assert_eq!(said.trim(), format!("{programs} programs agree"));
}

/// Each program either fails to compile, or has the gradient that differences have.
#[test]
fn no_program_loses_a_gradient() {
    let (seed, programs) = (number("TIEDW_SEED", 0), number("TIEDW_ATTACKS", ATTACKS));
    let package = package("attacks");
    let source = package.join("src");
    fs::write(source.join("net.rs"), adversary::NET).unwrap();
    let mut attacks = BTreeSet::new();
    for program in 0..programs {
        let (code, is_attack) = adversary::program(seed, program);
        fs::write(source.join(format!("p{program}.rs")), code).unwrap();
        if is_attack {
            attacks.insert(program);
        }
    }

    let mut compile: BTreeSet<u64> = (0..programs).collect();
    loop {
        fs::write(source.join("main.rs"), main(&compile)).unwrap();
        let output = cargo(&package, "build");
        if output.status.success() {
            break;
        }
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let refused: Vec<u64> = errors.lines().filter_map(program_of_error).collect();
        assert!(refused.iter().any(|program| compile.contains(program)), "{errors}");
        assert!(
            refused.iter().all(|program| attacks.contains(program)),
            "a valid program is refused: {errors}"
        );
        refused.iter().for_each(|program| _ = compile.remove(program));
    }
    let output = cargo(&package, "run");
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{said}\n{errors}", source.display());
    println!("{} of {programs} programs compile, and agree", compile.len());
    let accepted = attacks.intersection(&compile).count();
    println!("{accepted} of {} attacks do", attacks.len());
    assert!(programs < 100 || (0 < accepted && accepted < attacks.len()), "{accepted} attacks compile");
}

/// The program that a line of the compiler's, `src/p7.rs:1:2: error: ..`, is about.
fn program_of_error(line: &str) -> Option<u64> {
    let (program, rest) = line.strip_prefix("src/p")?.split_once(".rs:")?;
    rest.contains(" error").then(|| program.parse().ok()).flatten()
}

fn main(programs: &BTreeSet<u64>) -> String {
    let modules: String = programs.iter().map(|program| format!("mod p{program};\n")).collect();
    let calls: String = programs.iter().map(|program| format!("    p{program}::check(&net);\n")).collect();
    format!(
        "#![allow(warnings)]
mod check;
mod net;
{modules}
fn main() {{
    use net::*;
    use rand::{{SeedableRng, rngs::StdRng}};
    let mut rng = StdRng::seed_from_u64(1);
    let mut square = || Square::init(&mut rng);
    let (fc, blocks, opt) = (square(), vec![square(), square()], Some(square()));
    let net = Net {{ fc, tied: Tied::new(), scale: [0.9, -0.4, 0.6].into(), blocks, opt, rate: 0.7, sizes: vec![1, 2], flags: vec![true, true] }};
{calls}}}
"
    )
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |value| value.parse().unwrap())
}

/// An empty package that has the crate and what checks a gradient.
fn package(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(package.join("src")).unwrap();
    fs::write(package.join("Cargo.toml"), manifest(name, root)).unwrap();
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    fs::copy(root.join("tests/programs/check.rs"), package.join("src/check.rs")).unwrap();
    package
}

/// Runs cargo there. Both packages have one target folder, so that the crate is compiled once.
fn cargo(package: &Path, command: &str) -> Output {
    Command::new(env!("CARGO"))
        .args([command, "--quiet", "--offline", "--message-format=short"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs/target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap()
}

fn manifest(name: &str, root: &Path) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ntiedw = {{ path = {root:?} }}\nrand = \"0.10.4\"\n\n\
         [profile.dev]\ndebug = false\n\n[workspace]\n"
    )
}
