use tiedw::layers::{BatchNorm, BatchStatistics};
use tiedw::prelude::*;

use crate::check::{check_both, check_layer, random, randomized, rng};

fn norm<const C: usize>() -> WithElem<BatchNorm<C>, f64> {
    let mut rng = rng();
    let mut norm = randomized(BatchNorm::init(&mut rng), &mut rng);
    norm.running_mean.as_mut_slice().fill(0.3);
    norm.running_var.as_mut_slice().fill(2.5);
    norm
}

#[test]
fn by_running_statistics() {
    check_layer!(norm::<3>(), random(&[2, 3, 2], &mut rng()));
    check_layer!(norm::<1>(), random(&[1], &mut rng()));
}

fn by_batch_of<const C: usize>(shape: &[usize]) {
    check_both!(
        &norm::<C>(),
        &(random::<C>(shape, &mut rng()),),
        |norm, (x,)| norm.view().by_batch(x, &mut BatchStatistics::default()),
        |norm, (x,), gradient, d| {
            let (y, pullback) = norm.view().by_batch_vjp(x, &mut BatchStatistics::default());
            let (dx, _) = pullback(d, gradient.view_mut(), [true, false]);
            (y, (dx,))
        },
    );
}

#[test]
fn by_batch() {
    by_batch_of::<3>(&[2, 3, 2]);
    by_batch_of::<1>(&[3]);
    by_batch_of::<37>(&[5]);
    by_batch_of::<2>(&[70]);
}

/// A frozen norm uses its running statistics, so it can be part of a sequential module.
#[derive(Module, Clone)]
#[module(sequential)]
struct Evaluated {
    fc: WithElem<Linear<2, 3>, f64>,
    norm: Frozen<WithElem<BatchNorm<3>, f64>>,
}

#[test]
fn frozen_in_a_sequence() {
    let mut rng = rng();
    let net = Evaluated { norm: Frozen::new(norm()), ..Init::init(&mut rng) };
    let x = random(&[5], &mut rng);
    assert_eq!(net.forward(&x), net.norm.forward(&net.fc.forward(&x)));
}

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<2, 3>, f64>,
    norm: WithElem<BatchNorm<3>, f64>,
    #[tie(norm)]
    again: Tied<WithElem<BatchNorm<3>, f64>>,
}

#[differentiable]
impl Net {
    fn train(&self, x: &Tensor<2, f64>, statistics: &mut BatchStatistics<3, f64>) -> Tensor<3, f64> {
        let h = self.norm.by_batch(&self.fc.forward(x), statistics).tanh();
        self.again.by_batch(&h, statistics)
    }
}

/// Both batches of a tied layer are recorded in the owner, in the order of the calls.
#[test]
fn recorded_statistics() {
    let mut rng = rng();
    let mut net = Net { norm: norm(), ..Net::init(&mut rng) };
    let x = random(&[5], &mut rng);
    let mut statistics = BatchStatistics::default();
    let (_, pullback) = net.train_vjp(&x, &mut statistics);
    let mut gradient = net.zeros_like();
    pullback(Tensor::full([5], 1.0), &mut gradient, [false, false]);

    let h = net.fc.forward(&x);
    let moments = |h: &Tensor<3, f64>| {
        let mean = h.mean_rows();
        let squares = (h - &mean.expand([5])).powi(2).sum_rows();
        (mean, squares / 4.0)
    };
    let before = net.clone();
    let first = net.view().norm.by_batch(&h, &mut BatchStatistics::default()).tanh();
    net.norm.record(&mut statistics);
    for channel in 0..3 {
        let (mut mean, mut variance) = (0.3, 2.5);
        for (batch_mean, batch_variance) in [moments(&h), moments(&first)] {
            mean = 0.9 * mean + 0.1 * batch_mean.as_slice()[channel];
            variance = 0.9 * variance + 0.1 * batch_variance.as_slice()[channel];
        }
        assert!((net.norm.running_mean[channel] - mean).abs() < 1e-12);
        assert!((net.norm.running_var[channel] - variance).abs() < 1e-12);
    }
    assert_eq!(net.view().again.running_mean.as_slice(), net.norm.running_mean.as_slice());
    let recorded = net.norm.clone();
    net.norm.record(&mut statistics);
    assert_eq!(net.norm, recorded, "a batch is recorded once");
    assert_eq!(before.norm.weight, net.norm.weight);
    assert_eq!(net.num_parameters(), 9 + 6, "running statistics are no parameters");
}

#[test]
#[should_panic(expected = "of shape [1, 1, 3]: expected more than 1 value per channel")]
fn one_row_has_no_variance() {
    norm::<3>().view().by_batch(&Tensor::zeros([1, 1]), &mut BatchStatistics::default());
}
