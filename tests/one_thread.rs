//! A program with one thread starts no others. A test binary of its own, because the number of threads is global.

#![cfg(all(feature = "rayon", target_os = "linux"))]

use std::fs;
use std::process::Command;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::parallel::{Shards, num_threads, set_num_threads};
use tiedw::prelude::*;

#[derive(Module, Clone, Debug, PartialEq)]
struct Wide {
    fc1: Linear<300, 400>,
    #[tie(weight = fc1.weight.t())]
    fc2: Linear<400, 300, Tied>,
}

#[differentiable]
impl Wide {
    fn loss(&self, x: &Tensor<300>) -> f32 {
        mse_loss(&self.fc2.forward(&self.fc1.forward(x).gelu()), x)
    }
}

/// Runs a step that is large enough for parallel products, and one in shards.
fn steps() -> (Wide, Wide) {
    let net = Wide::init(&mut StdRng::seed_from_u64(0));
    let x = Tensor::from_vec([64], (0..64 * 300).map(|i| (i as f32).sin()).collect());
    let (_, gradient) = net.loss_and_grad(&x);
    let mut shards = Shards::new(&net, 4);
    let (_, sharded) = shards.value_and_grad(&net, x.rows(), |net, gradient, rows| {
        net.loss_and_accumulate(gradient, &x.narrow(0, rows.start, rows.len()))
    });
    (gradient, sharded.clone())
}

/// Counts the threads of the pool in this process, by their names.
fn pool() -> usize {
    let name = |task: std::io::Result<fs::DirEntry>| fs::read_to_string(task.unwrap().path().join("comm"));
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    tasks.filter_map(|task| name(task).ok()).filter(|name| name.starts_with("tiedw-")).count()
}

/// Set in the environment of the child process, which is this test binary.
const INNER: &str = "ONE_THREAD_INNER";

#[test]
fn one_thread_starts_no_pool() {
    if std::env::var_os(INNER).is_some() {
        steps();
        return println!("{} threads, {} in the pool", num_threads(), pool());
    }

    set_num_threads(1);
    let alone = steps();
    assert_eq!(pool(), 0, "one thread");

    let pool_of_two = std::thread::available_parallelism().unwrap().get().max(2) - 1;
    set_num_threads(2);
    assert_eq!(steps(), alone, "threads change no bit");
    assert_eq!(pool(), pool_of_two, "two threads");

    for (threads, pool) in [(1, 0), (2, pool_of_two)] {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.arg("--nocapture").env(INNER, "").env("TIEDW_NUM_THREADS", threads.to_string());
        let said = String::from_utf8(program.output().unwrap().stdout).unwrap();
        assert!(said.contains(&format!("{threads} threads, {pool} in the pool")), "{said}");
    }
}

/// Set in the environment of the child process of the next test.
const MISTYPED: &str = "MISTYPED_INNER";

#[test]
fn settings_that_are_none() {
    if std::env::var_os(MISTYPED).is_some() {
        steps();
        return;
    }
    let run = |name: &str, value: &str| {
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args(["--exact", "settings_that_are_none", "--nocapture"]).env(MISTYPED, "").env(name, value);
        let output = program.output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (name, value, allowed) in [
        ("TIEDW_NUM_THREADS", "abc", "a whole number from 1 on"),
        ("TIEDW_NUM_THREADS", "0", "a whole number from 1 on"),
        ("TIEDW_NUM_THREADS", "-1", "a whole number from 1 on"),
        ("TIEDW_VECTORS", "nonsense", "`portable`, `avx2`, `avx512` or `amx`"),
        ("TIEDW_VECTORS", "AVX2", "`portable`, `avx2`, `avx512` or `amx`"),
    ] {
        let (success, said) = run(name, value);
        let expected = format!("{name} is `{value}`, which it cannot be: set it to {allowed}, or unset it");
        assert!(!success && said.contains(&expected), "{said}");
    }
    for (name, value) in [
        ("TIEDW_NUM_THREADS", ""),
        ("TIEDW_NUM_THREADS", "2"),
        ("TIEDW_VECTORS", ""),
        ("TIEDW_VECTORS", "portable"),
        ("TIEDW_VECTORS", "amx"),
    ] {
        let (success, said) = run(name, value);
        assert!(success, "{said}");
    }
}
