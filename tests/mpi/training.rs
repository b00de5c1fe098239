use std::fs;
use std::path::PathBuf;

use tiedw::parallel::mpi::{AllReduce, Ranks};
use tiedw::prelude::*;

use crate::net::{Net, accumulate, batch, net};

/// Creates an empty folder on rank 0; the other ranks do not read it.
fn folder(ranks: &Ranks, check: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("mpi-{check}-{}", ranks.size()));
    if ranks.is_first() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
    }
    folder
}

fn train(ranks: &Ranks, net: &mut Net, adam: &mut Adam<Net>, steps: usize) {
    let mut all_reduce = AllReduce::new(net);
    for rows in 13..13 + steps {
        let batch = batch(rows);
        let (_, gradient) = all_reduce
            .value_and_grad(ranks, net, rows, |net, gradient, rows| accumulate(net, gradient, &batch, rows));
        adam.step(net, gradient);
    }
}

pub(crate) fn goes_on_bit_for_bit(ranks: &Ranks) {
    let path = folder(ranks, "resume").join("run.safetensors");
    let (mut undisturbed, mut adam) = (net(0), Adam::new(0.01));
    train(ranks, &mut undisturbed, &mut adam, 3);
    ranks.save_training(&path, 3, &undisturbed, &adam).unwrap();
    train(ranks, &mut undisturbed, &mut adam, 4);

    let (mut resumed, mut its_adam) = (net(7 + ranks.rank()), Adam::new(0.01));
    assert_eq!(ranks.load_training(&path, &mut resumed, &mut its_adam).unwrap(), 3);
    train(ranks, &mut resumed, &mut its_adam, 4);
    assert_eq!(resumed.to_bytes(), undisturbed.to_bytes());
    assert_eq!(its_adam.to_bytes(), adam.to_bytes());
    assert!(ranks.all_equal(&resumed));
}

/// A run that is saved before its first step has no moments.
pub(crate) fn forgets_what_was_kept(ranks: &Ranks) {
    let path = folder(ranks, "forget").join("run.safetensors");
    ranks.save_training(&path, 0, &net(0), &Adam::new(0.01)).unwrap();
    let (mut resumed, mut adam) = (net(0), Adam::new(0.01));
    train(ranks, &mut resumed, &mut adam, 2);
    assert_eq!(ranks.load_training(&path, &mut resumed, &mut adam).unwrap(), 0);
    assert_eq!(resumed, net(0));
    assert_eq!(adam.to_bytes(), Adam::<Net>::new(0.01).to_bytes());
}

pub(crate) fn fails_on_all_ranks(ranks: &Ranks) {
    let path = folder(ranks, "fail").join("no/such/folder");
    let (mut here, mut adam) = (net(ranks.rank()), Adam::new(0.01));
    let saved = ranks.save_training(&path, 1, &here, &adam).unwrap_err();
    let loaded = ranks.load_training(&path, &mut here, &mut adam).unwrap_err();
    assert_eq!(here, net(ranks.rank()), "a failed load changes nothing");
    for (error, does) in [(saved, "write"), (loaded, "read")] {
        let error = error.to_string();
        assert!(error.contains("no/such/folder"), "{error}");
        assert_eq!(error.contains(&format!("rank 0 could not {does} it")), !ranks.is_first(), "{error}");
    }
}
