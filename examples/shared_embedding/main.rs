//! An encoder-decoder with one embedding for encoder, decoder and head, which learns to sort digits.
//!
//! ```sh
//! cargo run --release --example shared_embedding
//! cargo run --release --example shared_embedding -- --data FILE   # tests on the numbers of a file, one per line
//! ```

mod model;
mod pictures;
mod task;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use rand::{SeedableRng, rngs::StdRng};
use tiedw::optim::{Cosine, Schedule, clip_grad_norm};
use tiedw::prelude::*;

use model::Seq2Seq;
use task::{LENGTH, Questions};

const BATCH: usize = 64;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// A file with numbers of ten digits, one per line, to test the trained model on.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The number of training steps.
    #[arg(long, default_value_t = 1500)]
    steps: usize,
    /// The seed of the random number generator.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The output folder of the pictures.
    #[arg(long, default_value = "target/shared_embedding")]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    let file = arguments.data.as_deref().map(Questions::read).transpose()?;
    let (net, losses) = train(arguments.steps, &mut rng);
    pictures::draw(&arguments.out, &losses, &net.shared).map_err(|error| error.to_string())?;
    println!("pictures of the loss and of the embedding are in {}", arguments.out.display());
    let questions = file.unwrap_or_else(|| Questions::draw(500, &mut rng));
    let share = exact_match(&net, &questions);
    println!("{:.1} % of {} new answers are right in every digit", 100.0 * share, questions.count());
    let loss = losses.last().copied().unwrap_or(f32::NAN);
    println!("result: exact_match={share:.3} loss={loss:.4}");
    Ok(())
}

fn train(steps: usize, rng: &mut StdRng) -> (Seq2Seq, Vec<f32>) {
    let mut net = Seq2Seq::init(rng);
    println!("{} parameters; the embedding, in three places, counts once", net.num_parameters());
    println!("ties: {:?}", Seq2Seq::SPEC.ties());
    let mut adam = Adam::new(1e-3);
    let schedule = Cosine::new(1e-3, steps.saturating_sub(100).max(1) as u64).last(5e-5).warm_up(100);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}");
    let bar = ProgressBar::new(steps as u64).with_style(style.expect("the template is well formed"));
    let mut losses = Vec::with_capacity(steps);
    for step in 0..steps {
        let Questions { question, before, answer } = Questions::draw(BATCH, rng);
        let (loss, mut gradient) = net.loss_and_grad(&question, &before, &answer);
        clip_grad_norm(&mut gradient, 1.0);
        adam.set_lr(schedule.lr(step as u64));
        adam.step(&mut net, &gradient);
        losses.push(loss);
        bar.inc(1);
        if step % 50 == 49 {
            bar.set_message(format!("loss {loss:.4}"));
        }
    }
    bar.finish();
    (net, losses)
}

/// Returns the fraction of questions answered without a mistake, with greedy autoregressive decoding.
fn exact_match(net: &Seq2Seq, questions: &Questions) -> f64 {
    let (Questions { question, answer, .. }, count) = (questions, questions.count());
    let mut before = Questions::blank(count);
    let mut written = vec![0; count * LENGTH];
    for place in 0..LENGTH {
        let next = net.forward(question, &Ids::from_vec([count, LENGTH], before.clone())).argmax();
        for row in (place..count * LENGTH).step_by(LENGTH) {
            written[row] = next.as_slice()[row];
            if place + 1 < LENGTH {
                before[row + 1] = written[row];
            }
        }
    }
    let pairs = written.chunks(LENGTH).zip(answer.as_slice().chunks(LENGTH));
    pairs.filter(|(written, answer)| written == answer).count() as f64 / count as f64
}
