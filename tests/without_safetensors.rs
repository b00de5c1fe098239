//! The compile error for a program that uses checkpoints while tiedw has only its default features.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const PROGRAM: &str = r#"
use tiedw::prelude::*;

pub fn of_a_model(net: &mut Linear<2, 2>) {
    net.save("net.safetensors").unwrap();
    net.load("net.safetensors").unwrap();
    net.load_bytes(&[]).unwrap();
    let _: Vec<u8> = net.to_bytes();
    let _ = Linear::<2, 2>::open("net.safetensors").unwrap();
    let _ = Linear::<2, 2>::open_bytes(&[]).unwrap();
}

pub fn of_an_optimizer(adam: &mut Adam<Linear<2, 2>>, net: &Linear<2, 2>) {
    adam.save("adam.safetensors").unwrap();
    adam.load("adam.safetensors", net).unwrap();
    adam.load_bytes(&[], net).unwrap();
    let _: Vec<u8> = adam.to_bytes();
}
"#;

#[test]
fn the_compiler_names_the_feature() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without_safetensors");
    let manifest = format!(
        "[package]\nname = \"program\"\nedition = \"2024\"\n[workspace]\n[dependencies]\ntiedw = {{ path = {root:?} }}\n\
         [profile.dev]\ndebug = false\nincremental = false\n"
    );
    fs::create_dir_all(package.join("src")).unwrap();
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::write(package.join("src/lib.rs"), PROGRAM).unwrap();
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();

    let mut check = Command::new(env!("CARGO"));
    // The macros are compiled once for this and for the generated programs.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs/target");
    check.args(["check", "--quiet", "--offline", "--target-dir"]).arg(target).current_dir(&package);
    let said = String::from_utf8(check.output().unwrap().stderr).unwrap();
    let count = |words| said.matches(words).count();
    assert_eq!(count("need the feature `safetensors` of tiedw"), 10, "{said}");
    assert_eq!(count("write `tiedw = { version = \"..\", features = [\"safetensors\"] }`"), 10, "{said}");
    assert_eq!(count("\nerror[") + usize::from(said.starts_with("error[")), 10, "{said}");
}
