//! Runs all other tests of this binary again, with each ISA that is narrower than the one in use.

use std::process::Command;

use tiedw::kernels::Vectors;

/// Runs the tests in a child process, and returns their output.
fn all_tests_with(vectors: &str) -> String {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program)
        .args(["--skip", "narrower_vectors"])
        .env("TIEDW_VECTORS", vectors)
        .output()
        .expect("this program runs again");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "with {vectors} vectors:\n{text}");
    text
}

#[test]
fn narrower_vectors() {
    let names = [("portable", Vectors::Portable), ("avx2", Vectors::Avx2), ("avx512", Vectors::Avx512)];
    for (vectors, _) in names.into_iter().filter(|(_, vectors)| *vectors < Vectors::in_use()) {
        let text = all_tests_with(vectors);
        assert!(text.contains("vectors::are_those_asked_for ... ok"), "{text}");
    }
}

/// Asserts that the requested kernels are in use.
#[test]
fn are_those_asked_for() {
    let expected = match std::env::var("TIEDW_VECTORS").as_deref() {
        Ok("portable") => Vectors::Portable,
        Ok("avx2") => Vectors::of_machine().min(Vectors::Avx2),
        Ok("avx512") => Vectors::of_machine().min(Vectors::Avx512),
        _ => Vectors::of_machine(),
    };
    assert_eq!(Vectors::in_use(), expected);
}
