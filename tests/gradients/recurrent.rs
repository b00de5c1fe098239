use tiedw::layers::{Gru, Lstm};
use tiedw::prelude::*;

use crate::check::{check, check_layer, random, randomized, rng};

type Gru64<const I: usize, const H: usize> = Gru<I, H, Own, Own, Own, f64>;
type Lstm64<const I: usize, const H: usize> = Lstm<I, H, Own, Own, Own, f64>;

#[test]
fn gru() {
    let mut rng = rng();
    check_layer!(randomized(Gru64::<3, 2>::init(&mut rng), &mut rng), random(&[2, 4], &mut rng));
    check_layer!(randomized(Gru64::<1, 1>::init(&mut rng), &mut rng), random(&[1, 1], &mut rng));
    check_layer!(randomized(Gru64::<2, 17>::init(&mut rng), &mut rng), random(&[3], &mut rng));
    check(
        &randomized(Gru64::<3, 2>::init(&mut rng), &mut rng),
        &(random::<3>(&[3, 4], &mut rng), random::<2>(&[3], &mut rng)),
        |layer, (x, h)| layer.view().forward_from(x, h),
        |layer, (x, h), gradient, (d, dlast)| {
            let (y, pullback) = layer.view().forward_from_vjp(x, h);
            (y, pullback((Some(d), Some(dlast)), gradient.view_mut(), [true, true]))
        },
    );
}

#[test]
fn lstm() {
    let mut rng = rng();
    check_layer!(randomized(Lstm64::<3, 2>::init(&mut rng), &mut rng), random(&[2, 4], &mut rng));
    check_layer!(randomized(Lstm64::<1, 1>::init(&mut rng), &mut rng), random(&[1, 1], &mut rng));
    check_layer!(randomized(Lstm64::<2, 17>::init(&mut rng), &mut rng), random(&[3], &mut rng));
    check(
        &randomized(Lstm64::<3, 2>::init(&mut rng), &mut rng),
        &(random::<3>(&[3, 4], &mut rng), random::<2>(&[3], &mut rng), random::<2>(&[3], &mut rng)),
        |layer, (x, h, c)| layer.view().forward_from(x, h, c),
        |layer, (x, h, c), gradient, (d, dlast, dcell)| {
            let (y, pullback) = layer.view().forward_from_vjp(x, h, c);
            (y, pullback((Some(d), Some(dlast), Some(dcell)), gradient.view_mut(), [true, true, true]))
        },
    );
}

/// An encoder whose last state starts a decoder that shares its weights of the state.
#[derive(Module, Clone)]
struct Seq2Seq {
    encoder: Gru64<2, 3>,
    #[tie(weight_hh = encoder.weight_hh)]
    decoder: Gru<1, 3, Own, Tied, Own, f64>,
}

#[differentiable]
impl Seq2Seq {
    fn forward(&self, x: &Tensor<2, f64>, y: &Tensor<1, f64>) -> Tensor<3, f64> {
        let (_, last) = self.encoder.forward_from(x, &Tensor::zeros([2]));
        let (states, end) = self.decoder.forward_from(y, &last);
        states.mean_axis(1) * end
    }
}

#[test]
fn tied_weights_of_the_state() {
    let mut rng = rng();
    let net = randomized(Seq2Seq::init(&mut rng), &mut rng);
    assert_eq!(Seq2Seq::NUM_PARAMETERS, 9 * (2 + 3 + 2) + 9 * (1 + 2));
    check(
        &net,
        &(random::<2>(&[2, 3], &mut rng), random::<1>(&[2, 2], &mut rng)),
        |net, (x, y)| net.forward(x, y),
        |net, (x, y), gradient, d| {
            let (z, pullback) = net.forward_vjp(x, y);
            (z, pullback(d, gradient, [true, true]))
        },
    );
}

#[test]
#[should_panic(expected = "a state of shape [3, 2] for sequences of shape [2, 4, 1]")]
fn states_have_the_batch_of_the_sequences() {
    Gru::<1, 2>::init(&mut rng()).view().forward_from(&Tensor::zeros([2, 4]), &Tensor::zeros([3]));
}
