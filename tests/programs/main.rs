//! Random differentiable programs, each checked by central differences, and random models of all kinds of sizes.
//!
//! The programs are generated from a seed, compiled and run. `TIEDW_SEED` sets the seed, `TIEDW_PROGRAMS`, `TIEDW_ATTACKS`
//! and `TIEDW_MODELS` the number of programs.

mod adversary;
mod generate;
mod package;
mod sizes;

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::{env, fs};

use package::Package;

/// Written once: all tests compile it.
static PACKAGE: LazyLock<Package> = LazyLock::new(Package::new);

const PROGRAMS: u64 = 50;
const ATTACKS: u64 = 300;
const MODELS: u64 = 24;
/// The number of crates over which the programs of a test are distributed, to compile them in parallel.
const CRATES: u64 = 2;

#[test]
fn random_programs_agree_with_differences() {
    let (seed, programs) = (number("TIEDW_SEED", 0), number("TIEDW_PROGRAMS", PROGRAMS));
    let package = &*PACKAGE;
    let binaries = names("straight");
    for (part, binary) in (0..).zip(&binaries) {
        let programs = (0..programs).filter(|program| program % CRATES == part);
        package.write(&format!("src/bin/{binary}.rs"), &generate::programs(seed, programs));
    }
    if let Err(errors) = package.build(&binaries) {
        panic!("{errors}");
    }
    let agree = package.run(&binaries).iter().map(|said| said.lines().count() as u64).sum::<u64>();
    assert_eq!(agree, programs, "the programs that ran");
}

/// Models train to the same bits whichever of their sizes are `DYN`.
#[test]
fn random_models_agree_with_their_twins_of_fixed_sizes() {
    let (seed, models) = (number("TIEDW_SEED", 0), number("TIEDW_MODELS", MODELS));
    println!("TIEDW_SEED={seed} TIEDW_MODELS={models}");
    let package = &*PACKAGE;
    let binaries = names("sizes");
    let mut sources = String::new();
    for (part, binary) in (0..).zip(&binaries) {
        let models = (0..models).filter(|model| model % CRATES == part);
        let source = sizes::models(seed, models);
        package.write(&format!("src/bin/{binary}.rs"), &source);
        sources += &source;
    }
    if (seed, models) == (0, MODELS) {
        let fields = || sources.lines().filter(|line| line.starts_with("        "));
        let missing: Vec<_> =
            sizes::KINDS.iter().filter(|&&kind| !fields().any(|line| line.contains(kind))).collect();
        assert!(missing.is_empty(), "no model has {missing:?}");
    }
    if let Err(errors) = package.build(&binaries) {
        panic!("{errors}");
    }
    let agree = package.run(&binaries).iter().map(|said| said.lines().count() as u64).sum::<u64>();
    assert_eq!(agree, models, "the models that ran");
}

/// Each program either fails to compile, or has the gradient given by differences.
#[test]
fn no_program_loses_a_gradient() {
    let (seed, programs) = (number("TIEDW_SEED", 0), number("TIEDW_ATTACKS", ATTACKS));
    let package = &*PACKAGE;
    package.write("src/attacks/net.rs", adversary::NET);
    let mut attacks = BTreeSet::new();
    for program in 0..programs {
        let (code, is_attack) = adversary::program(seed, program);
        package.write(&format!("src/attacks/p{program}.rs"), &code);
        if is_attack {
            attacks.insert(program);
        }
    }

    let binaries = names("attacks");
    let mut refused = known_refused(package, programs);
    // Most attacks are refused, first by the macro and then by the type checker: valid programs are compiled after these.
    let mut rounds_of_attacks: u32 = if refused.is_empty() { 2 } else { 0 };
    loop {
        for (part, binary) in (0..).zip(&binaries) {
            let accepted = (0..programs).filter(|program| {
                let is_tried = rounds_of_attacks == 0 || attacks.contains(program);
                program % CRATES == part && is_tried && !refused.contains(program)
            });
            package.write(&format!("src/bin/{binary}.rs"), &adversary::main(accepted));
        }
        let built = package.build(&binaries);
        let is_whole = rounds_of_attacks == 0;
        rounds_of_attacks = rounds_of_attacks.saturating_sub(1);
        let errors = match built {
            Err(errors) => errors,
            Ok(()) if is_whole => break,
            Ok(()) => continue,
        };
        let more: BTreeSet<u64> = errors.lines().filter_map(program_of_error).collect();
        assert!(!more.is_subset(&refused), "{errors}");
        assert!(more.is_subset(&attacks), "a valid program is refused: {errors}");
        refused.extend(more);
    }
    let list: Vec<String> = refused.iter().map(u64::to_string).collect();
    fs::write(package.path(REFUSED), list.join("\n")).unwrap();
    package.run(&binaries);

    println!("{} of {programs} programs compile, and agree", programs - refused.len() as u64);
    let accepted = attacks.difference(&refused).count();
    println!("{accepted} of {} attacks do", attacks.len());
    assert!(programs < 100 || (0 < accepted && accepted < attacks.len()), "{accepted} attacks compile");
}

/// The file that lists the programs that failed to compile in the last run.
const REFUSED: &str = "refused";

/// Returns the programs that failed to compile, if neither they nor the crate have changed since.
fn known_refused(package: &Package, programs: u64) -> BTreeSet<u64> {
    let compiled = package.library_compiled();
    let sources = (0..programs).map(|program| format!("src/attacks/p{program}.rs"));
    let written = sources.chain(["src/attacks/net.rs".into()]).map(|file| package.modified(&file).unwrap());
    let newest = written.chain([compiled]).max();
    if package.modified(REFUSED) <= newest {
        return BTreeSet::new();
    }
    let list = fs::read_to_string(package.path(REFUSED)).unwrap();
    list.lines().map(|line| line.parse().unwrap()).filter(|program| *program < programs).collect()
}

/// Parses the program number in an error line such as `src/bin/../attacks/p7.rs:1:2: error: ..`.
fn program_of_error(line: &str) -> Option<u64> {
    let (_, place) = line.split_once("attacks/p")?;
    let (program, rest) = place.split_once(".rs:")?;
    rest.contains(" error").then(|| program.parse().ok()).flatten()
}

fn names(name: &str) -> Vec<String> {
    (0..CRATES).map(|part| format!("{name}{part}")).collect()
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |value| value.parse().unwrap())
}
