//! Batches and splits of examples.

use std::collections::HashSet;

use tiedw::data::{Batches, random_split};
use tiedw::prelude::*;

fn sorted(indices: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut indices: Vec<usize> = indices.into_iter().collect();
    indices.sort_unstable();
    indices
}

#[test]
fn an_epoch_has_each_example_once() {
    for size in [1, 3, 10, 11, 100] {
        let batches = Batches::new(0..10, size);
        assert_eq!(batches.epoch(0).len(), batches.len());
        assert!(batches.epoch(0).rev().skip(1).all(|batch| batch.len() == size));
        assert_eq!(sorted(batches.epoch(3).flatten()), (0..10).collect::<Vec<_>>());
    }
}

#[test]
fn the_last_batch_is_dropped_where_it_is_smaller() {
    let batches = Batches::new(0..10, 4).drop_last(true);
    assert!(batches.epoch(0).all(|batch| batch.len() == 4));
    assert_eq!((batches.len(), batches.epoch(0).len()), (2, 2));
    assert_eq!(Batches::new(0..8, 4).drop_last(true).len(), 2);
    assert!(Batches::new(0..3, 4).drop_last(true).is_empty());
    assert!(Batches::new([], 4).is_empty());
    // Over several epochs, each example occurs.
    let seen: HashSet<usize> = (0..20).flat_map(|epoch| batches.epoch(epoch)).flatten().collect();
    assert_eq!(seen.len(), 10);
}

#[test]
fn orders_follow_from_the_seed_and_the_epoch() {
    let order = |seed, epoch| Batches::new(0..100, 7).seed(seed).epoch(epoch).flatten().collect::<Vec<_>>();
    let orders: HashSet<Vec<usize>> =
        (0..5).flat_map(|seed| (0..5).map(move |epoch| (seed, epoch))).map(|(s, e)| order(s, e)).collect();
    assert_eq!(orders.len(), 25);
    assert_eq!(order(3, 4), order(3, 4));
    // The order is the same on every machine, and in each release.
    assert_eq!(Batches::new(0..6, 6).epoch(0).next(), Some(vec![3, 2, 1, 4, 0, 5]));
    assert_eq!(random_split(6, 0.5, 0), (vec![3, 0, 5], vec![4, 2, 1]));
}

#[test]
fn every_place_is_as_likely_for_every_example() {
    let batches = Batches::new(0..4, 4);
    let mut counts = [[0_i32; 4]; 4];
    for batch in (0..4000).flat_map(|epoch| batches.epoch(epoch)) {
        for (place, example) in batch.into_iter().enumerate() {
            counts[place][example] += 1;
        }
    }
    // Five standard deviations.
    assert!(counts.iter().flatten().all(|count| (count - 1000).abs() < 140), "{counts:?}");
}

#[test]
fn a_split_leaves_nothing_out() {
    for (count, fraction, kept_back) in
        [(10, 0.25, 3), (10, 0.0, 0), (10, 1.0, 10), (0, 0.5, 0), (1000, 0.1, 100)]
    {
        let (train, validation) = random_split(count, fraction, 1);
        assert_eq!(validation.len(), kept_back);
        assert_eq!(sorted(train.into_iter().chain(validation)), (0..count).collect::<Vec<_>>());
    }
    assert_ne!(random_split(100, 0.5, 0), random_split(100, 0.5, 1));
}

#[test]
fn batches_of_a_part_stay_in_it() {
    let (train, validation) = random_split(20, 0.5, 0);
    let batches = Batches::new(train.clone(), 3);
    assert_eq!(sorted(batches.epoch(0).flatten()), sorted(train));
    assert!(batches.epoch(1).flatten().all(|index| !validation.contains(&index)));
}

#[test]
fn indices_become_rows() {
    let x = Tensor::from([[[0.0_f32], [1.0]], [[2.0], [3.0]], [[4.0], [5.0]]]);
    let ids = Ids::from_vec([3, 2], vec![0, 1, 2, 3, 4, 5]);
    for batch in Batches::new(0..3, 2).epoch(0) {
        let (x, ids) = (x.index_select(0, &batch), ids.index_select(0, &batch));
        assert_eq!((x.shape(), ids.shape()), (&[batch.len(), 2, 1][..], &[batch.len(), 2][..]));
        for (at, index) in batch.iter().enumerate() {
            assert_eq!(x.get(&[at, 1, 0]), (2 * index + 1) as f32);
            assert_eq!(ids.as_slice()[2 * at + 1] as usize, 2 * index + 1);
        }
    }
}

#[test]
#[should_panic(expected = "a batch has at least one example")]
fn a_batch_of_none_panics() {
    Batches::new(0..3, 0);
}

#[test]
#[should_panic(expected = "a split keeps a fraction from 0 to 1 back, not 1.5")]
fn more_than_all_panics() {
    random_split(10, 1.5, 0);
}

#[test]
#[should_panic(expected = "place 3 of axis 0 of a tensor of shape [3, 2, 1]")]
fn an_id_that_is_not_there_panics() {
    Ids::from_vec([3, 2], vec![0; 6]).index_select(0, &[3]);
}
