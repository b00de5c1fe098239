//! Operations, losses and layers, alone or beside PyTorch: the forward pass, and it with its pullback.
//!
//! ```text
//! cargo bench --bench operations -- [THREADS] [FILTER] [--peer PYTHON]
//! ```
//!
//! `FILTER` is a part of the names of operations. With `--peer`, `peer.py` runs the same operations in PyTorch under that
//! interpreter, interleaved in short rounds. Times are minima over the rounds in microseconds, since other programs may share the
//! machine; beside the ratio of the minima is that of the medians. The cotangent of a result is shared with the caller, so
//! that no pullback may overwrite it, as in PyTorch.

mod cases;
mod elementwise;
mod layers;
mod losses;
mod modules;
mod operands;
mod peer;
mod reductions;
mod shapes;
mod table;
#[path = "../common/timing.rs"]
mod timing;

use std::process::ExitCode;
use std::time::Duration;

use cases::{Case, Cases, Pass};
use operands::Operands;
use peer::Peer;
use table::{Row, Table};
use timing::{Plan, Work};

const PLAN: Plan = Plan { warm: Duration::from_millis(25), sample: Duration::from_millis(6), samples: 1 };
const ROUNDS: usize = 9;
const USAGE: &str = "usage: cargo bench --bench operations -- [THREADS] [FILTER] [--peer PYTHON]";

fn main() -> ExitCode {
    let Some((threads, filter, python)) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    tiedw::parallel::set_num_threads(threads);
    let mut peer = match python.map(|python| Peer::start(&python, threads)).transpose() {
        Ok(peer) => peer,
        Err(error) => {
            eprintln!("the peer did not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut table = Table::new(threads, peer.is_some());
    for case in all_cases() {
        if case.name.contains(&filter) {
            table.print(row(case, peer.as_mut()));
        }
    }
    table.finish();
    ExitCode::SUCCESS
}

/// The number of threads, a part of the names, and the interpreter of the peer.
fn arguments() -> Option<(usize, String, Option<String>)> {
    let (mut threads, mut filter, mut python) = (1, String::new(), None);
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.parse() {
            Ok(number) => threads = number,
            Err(_) if argument == "--peer" => python = Some(arguments.next()?),
            Err(_) if argument.starts_with('-') => return None,
            Err(_) => filter = argument,
        }
    }
    (threads > 0).then_some((threads, filter, python))
}

fn all_cases() -> Vec<Case> {
    let operands: &'static Operands = Box::leak(Box::new(Operands::new()));
    let mut cases = Cases::default();
    elementwise::add(&mut cases, operands);
    reductions::add(&mut cases, operands);
    shapes::add(&mut cases, operands);
    losses::add(&mut cases, operands);
    layers::add(&mut cases, operands);
    modules::add(&mut cases, operands);
    cases.all
}

fn row(case: Case, mut peer: Option<&mut Peer>) -> Row {
    let mut time = |pass: Pass, mut work: Box<dyn Work>| {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut warm = PLAN.warm([&mut *work]);
        for _ in 0..ROUNDS {
            rest();
            ours.extend(warm.measure().concat());
            if let Some(peer) = &mut peer {
                rest();
                theirs.extend(peer.seconds(case.name, pass));
            }
        }
        (ours, theirs)
    };
    let forward = time(Pass::Forward, case.forward);
    Row { name: case.name, forward, both: case.both.map(|both| time(Pass::Both, both)) }
}

/// Until threads that wait for more work sleep: those of OpenMP spin for up to ten milliseconds.
fn rest() {
    std::thread::sleep(Duration::from_millis(20));
}
