//! Data-parallel training of a GPT with a tied head: each process trains on its own rows of the batch.
//!
//! ```sh
//! cargo build --release -p distributed --features mpi
//! mpirun -n 4 target/release/distributed
//! mpirun -n 4 target/release/distributed --resume --steps 100   # resumes from the last checkpoint
//! ```

mod model;
mod text;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use rand::{SeedableRng, rngs::StdRng};
use tiedw::Init;
use tiedw::optim::AdamW;
use tiedw::parallel::mpi::{AllReduce, Ranks, Traffic};

use model::{Gpt, LanguageModel, Untied};
use text::{BATCH, VOCABULARY};

/// The vocabulary size of GPT-2, for which only the traffic is computed.
const LARGE: usize = 50_257;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The number of training steps.
    #[arg(long, default_value_t = 50)]
    steps: u64,
    /// The seed of the random number generator.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The checkpoint file.
    #[arg(long, default_value = "target/distributed/run.safetensors")]
    checkpoint: PathBuf,
    /// The number of steps between two checkpoints.
    #[arg(long, default_value_t = 10)]
    every: u64,
    /// Resume from the checkpoint file.
    #[arg(long)]
    resume: bool,
    /// Give the head its own weight.
    #[arg(long)]
    untied: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ranks = Ranks::init();
    let run = if arguments.untied { train::<Untied<VOCABULARY>> } else { train::<Gpt<VOCABULARY>> };
    // Either all ranks succeed, or all fail.
    match run(&ranks, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            say(&ranks, || eprintln!("{problem}"));
            ExitCode::FAILURE
        }
    }
}

fn train<M: LanguageModel>(ranks: &Ranks, arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let (path, text) = (&arguments.checkpoint, text::read());
    // Each rank starts with a different model, until rank 0 broadcasts its own.
    let mut net = M::new(&mut StdRng::seed_from_u64(arguments.seed + ranks.rank() as u64));
    let mut adam = AdamW::new(1e-3);
    let first = if arguments.resume {
        ranks.load_training(path, &mut net, &mut adam)?
    } else {
        ranks.broadcast(&mut net);
        0
    };
    if first >= arguments.steps {
        return Err(format!("{} has {first} steps: ask for more by --steps", path.display()).into());
    }
    if let (true, Some(folder)) = (ranks.is_first(), path.parent()) {
        // If this fails, so does writing the file, which all ranks are told of.
        let _ = std::fs::create_dir_all(folder);
    }
    say(ranks, || {
        println!("{} ranks, {} parameters, steps from {first}", ranks.size(), net.num_parameters())
    });

    let (mut all_reduce, mut loss) = (AllReduce::new(&net), f32::NAN);
    let (mut sent, mut time) = (Traffic::default(), Duration::ZERO);
    for step in first..arguments.steps {
        let (before, start) = (ranks.traffic(), Instant::now());
        let (value, gradient) = all_reduce.value_and_grad(ranks, &net, BATCH, |net, gradient, rows| {
            let (ids, next) = text::batch(&text, arguments.seed, step, rows);
            net.accumulate(gradient, &ids, &next)
        });
        sent = sent + (ranks.traffic() - before);
        adam.step(&mut net, gradient);
        time += start.elapsed();
        loss = value;
        say(ranks, || println!("step {}: loss {loss:.6}", step + 1));
        if (step + 1) % arguments.every == 0 || step + 1 == arguments.steps {
            ranks.save_training(path, step + 1, &net, &adam)?;
        }
    }
    if !ranks.all_equal(&net) {
        return Err("the weights of the ranks differ".into());
    }
    say(ranks, || {
        println!("all ranks have the same weights, bit for bit");
        report(sent, time, arguments.steps - first);
        println!("result: loss={loss:.7} bytes={}", sent.bytes);
    });
    Ok(())
}

/// Prints the amount of gradient data that rank 0 passed to MPI.
fn report(sent: Traffic, time: Duration, steps: u64) {
    let of_step = |time: Duration| time.as_secs_f64() * 1e3 / steps as f64;
    println!("a step takes {:.2} ms, of which {:.2} ms in MPI", of_step(time), of_step(sent.time));
    println!("each rank gives MPI {} bytes a step, messages: {}", sent.bytes / steps, sent.messages / steps);
    let tied = Traffic::of_step(&Gpt::<LARGE>::init(&mut StdRng::seed_from_u64(0))).bytes;
    let untied = Traffic::of_step(&Untied::<LARGE>::init(&mut StdRng::seed_from_u64(0))).bytes;
    println!("with a vocabulary of {LARGE} it would give {tied} tied, {untied} untied");
}

/// Runs `what` on rank 0 only.
fn say(ranks: &Ranks, what: impl FnOnce()) {
    if ranks.is_first() {
        what();
    }
}
