//! Checks of MPI ranks: `mpirun -n 4` runs each check on four ranks, and without it there is one.
//!
//! With an argument, a rank fails on purpose, and the whole job has to end.

mod broadcast;
mod failure;
mod gradient;
mod net;
mod training;

use tiedw::parallel::mpi::Ranks;

/// A name, and a check that all ranks run together.
type Check = (&'static str, fn(&Ranks));

const CHECKS: [Check; 11] = [
    ("the gradient is that of the batch", gradient::is_that_of_the_batch),
    ("a mean over what counts is that of the batch", gradient::is_that_of_what_counts),
    ("a step is one message with each parameter once", gradient::is_one_message),
    ("what took part on no rank stays", gradient::leaves_what_took_part_on_none),
    ("no rank keeps its old copy", gradient::no_rank_keeps_its_old_copy),
    ("all ranks begin with the model of rank 0", broadcast::the_model_of_rank_0),
    ("all ranks get the buffers of rank 0", broadcast::the_buffers_of_rank_0),
    ("a different bit is found", broadcast::a_different_bit_is_found),
    ("a run goes on bit for bit", training::goes_on_bit_for_bit),
    ("what the optimizer kept is forgotten", training::forgets_what_was_kept),
    ("a file that fails fails on all ranks", training::fails_on_all_ranks),
];

fn main() {
    let failing = std::env::args().nth(1);
    let ranks = Ranks::init();
    match failing.as_deref() {
        Some("panic") => failure::a_panic(&ranks),
        Some("lengths") => failure::different_lengths(&ranks),
        Some("shapes") => failure::different_shapes(&ranks),
        Some("names") => failure::different_names(&ranks),
        Some("broadcast_names") => failure::different_names_in_a_broadcast(&ranks),
        // No argument, or the arguments of a test runner.
        _ => {
            for (name, check) in CHECKS {
                check(&ranks);
                if ranks.is_first() {
                    println!("{name}: ok on {} ranks", ranks.size());
                }
            }
        }
    }
}
