use tiedw::parallel::mpi::{AllReduce, Ranks, Traffic};
use tiedw::prelude::*;

use crate::net::{Net, TRAINED, accumulate, assert_close, batch, net, values};

/// Also with fewer rows than ranks, and with row counts that are not divisible by the number of ranks.
pub(crate) fn is_that_of_the_batch(ranks: &Ranks) {
    let net = net(0);
    let mut all_reduce = AllReduce::new(&net);
    for rows in [1, 2, 3, 7, 8, 23] {
        let batch = batch(rows);
        let (loss, gradient) = all_reduce
            .value_and_grad(ranks, &net, rows, |net, gradient, rows| accumulate(net, gradient, &batch, rows));
        let (expected_loss, expected) = net.loss_and_grad(&batch.0, &batch.1);
        assert!((loss - expected_loss).abs() < 1e-6, "{rows} rows: {loss}, not {expected_loss}");
        assert_close(gradient, &expected, 1e-6);
        assert!(ranks.all_equal(gradient), "{rows} rows");
    }
}

/// Also if a rank counts nothing: with few rows, one rank has only an ignored id.
pub(crate) fn is_that_of_what_counts(ranks: &Ranks) {
    let net = net(0);
    let loss = CrossEntropy::new().ignore_index(1);
    let mut all_reduce = AllReduce::new(&net);
    for rows in [2, 3, 7, 23] {
        let (ids, next) = batch(rows);
        let (found, gradient) = all_reduce.weighted_value_and_grad(
            ranks,
            &net,
            rows,
            |rows| loss.count(&next.narrow(0, rows.start, rows.len())) as f64,
            |net, gradient, rows| {
                let of = |ids: &Ids| ids.narrow(0, rows.start, rows.len());
                net.counted_loss_and_accumulate(gradient, &of(&ids), &of(&next))
            },
        );
        let (expected_loss, expected) = net.counted_loss_and_grad(&ids, &next);
        assert!((found - expected_loss).abs() < 1e-6, "{rows} rows: {found}, not {expected_loss}");
        assert_close(gradient, &expected, 1e-6);
        assert!(ranks.all_equal(gradient), "{rows} rows");
    }
    let (found, gradient) = all_reduce.weighted_value_and_grad(ranks, &net, 3, |_| 0.0, |_, _, _| 0.0);
    assert!(found.is_nan() && values(gradient).iter().all(|&number| number == 0.0));
}

pub(crate) fn is_one_message(ranks: &Ranks) {
    let (net, batch) = (net(0), batch(11));
    let mut all_reduce = AllReduce::new(&net);
    let before = ranks.traffic();
    all_reduce.value_and_grad(ranks, &net, 11, |net, gradient, rows| accumulate(net, gradient, &batch, rows));
    let step = ranks.traffic() - before;
    let parameters = net.zeros_like().parameters().len() as u64;
    assert_eq!((step.messages, step.bytes), (1, 4 * (TRAINED as u64 + parameters + 6 + 1)));
    let expected = Traffic::of_step(&net.zeros_like());
    assert_eq!((step.messages, step.bytes), (expected.messages, expected.bytes));
}

pub(crate) fn no_rank_keeps_its_old_copy(ranks: &Ranks) {
    const ROWS: usize = 13;
    let (start, batch) = (net(0), batch(ROWS));
    let (mut here, mut alone) = (start.clone(), start.clone());
    let (mut sgd, mut its_sgd) = (Sgd::new(0.1).momentum(0.9), Sgd::new(0.1).momentum(0.9));
    let mut all_reduce = AllReduce::new(&start);
    for _ in 0..5 {
        let (_, gradient) = all_reduce.value_and_grad(ranks, &here, ROWS, |net, gradient, rows| {
            accumulate(net, gradient, &batch, rows)
        });
        sgd.step(&mut here, gradient);
        let (_, gradient) = alone.loss_and_grad(&batch.0, &batch.1);
        its_sgd.step(&mut alone, &gradient);
    }
    assert!(ranks.all_equal(&here), "the copies of all ranks are one model");
    assert_close(&here, &alone, 1e-5);
    assert!(std::ptr::eq(&here.view().embed.weight[(10, 3)], &here.view().head.weight[(10, 3)]));
    let moved = |net: &Net| values(net).iter().zip(values(&start)).filter(|(a, b)| **a != *b).count();
    assert_eq!(moved(&here), TRAINED, "all but what is frozen");
}

#[derive(Module, Clone)]
struct TwoScales {
    first: Vector<1>,
    second: Vector<1>,
}

#[differentiable]
impl TwoScales {
    fn loss(&self, x: &Tensor<1>, uses_second: bool) -> f32 {
        let mut y = x * &self.first;
        if uses_second {
            y *= &self.second;
        }
        y.sum()
    }
}

pub(crate) fn leaves_what_took_part_on_none(ranks: &Ranks) {
    let start = TwoScales { first: Vector::from([1.0]), second: Vector::from([1.0]) };
    let mut all_reduce = AllReduce::new(&start);
    let last = ranks.rank() == ranks.size() - 1;
    for uses_second in [true, false, true] {
        let (_, gradient) = all_reduce.sum_and_grad(ranks, &start, ranks.size(), |net, gradient, rows| {
            // The gradient of the second takes part although it is zero, if one rank uses it.
            let x = Tensor::full([rows.len()], 0.0);
            net.loss_and_accumulate(gradient, &x, uses_second && last)
        });
        let mut net = start.clone();
        AdamW::new(0.1).weight_decay(0.5).step(&mut net, gradient);
        assert_eq!((net.first[0], net.second[0]), (0.95, if uses_second { 0.95 } else { 1.0 }));
    }
}
