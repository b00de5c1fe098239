use tiedw::layers::{Gru, Lstm};
use tiedw::prelude::*;

use crate::check::{check, check_both, check_layer, random, randomized, rng};

type Gru64<const I: usize, const H: usize> = WithElem<Gru<I, H>, f64>;
type Lstm64<const I: usize, const H: usize> = WithElem<Lstm<I, H>, f64>;

#[test]
fn gru() {
    let mut rng = rng();
    check_layer!(randomized(Gru64::<3, 2>::init(&mut rng), &mut rng), random(&[2, 4], &mut rng));
    check_layer!(randomized(Gru64::<1, 1>::init(&mut rng), &mut rng), random(&[1, 1], &mut rng));
    check_layer!(randomized(Gru64::<2, 17>::init(&mut rng), &mut rng), random(&[3], &mut rng));
    check_both!(
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
    check_both!(
        &randomized(Lstm64::<3, 2>::init(&mut rng), &mut rng),
        &(random::<3>(&[3, 4], &mut rng), random::<2>(&[3], &mut rng), random::<2>(&[3], &mut rng)),
        |layer, (x, h, c)| layer.view().forward_from(x, h, c),
        |layer, (x, h, c), gradient, (d, dlast, dcell)| {
            let (y, pullback) = layer.view().forward_from_vjp(x, h, c);
            (y, pullback((Some(d), Some(dlast), Some(dcell)), gradient.view_mut(), [true, true, true]))
        },
    );
}

/// An encoder whose last state initializes a decoder with the same recurrent weights.
#[derive(Module, Clone)]
struct Seq2Seq {
    encoder: Gru64<2, 3>,
    #[tie(weight_hh = encoder.weight_hh)]
    decoder: WithElem<Gru<1, 3, Own, Tied, Own>, f64>,
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

/// Compares a layer in `f32`, whose recurrent weight may be packed once for all steps, with the same layer in `f64`.
macro_rules! check_narrow {
    ($layer:ident) => {
        let mut rng = rng();
        let narrow = $layer::<24, 128>::init(&mut rng);
        let mut wide = <WithElem<$layer<24, 128>, f64>>::init(&mut rng);
        for (mut to, from) in wide.parameters_mut().zip(narrow.parameters()) {
            to.as_mut_slice().iter_mut().zip(from.as_slice()).for_each(|(to, &from)| *to = f64::from(from));
        }
        let x: Tensor<24, f64> = random(&[33, 5], &mut rng);
        let x_narrow = Tensor::<24>::from_vec([33, 5], x.as_slice().iter().map(|&x| x as f32).collect());
        let (mut gradient, mut gradient_narrow) = (wide.zeros_like(), narrow.zeros_like());
        let (y, pullback) = wide.view().forward_vjp(&x);
        let (dx,) = pullback(y.clone(), gradient.view_mut(), [true]);
        let (y_narrow, pullback) = narrow.view().forward_vjp(&x_narrow);
        let (dx_narrow,) = pullback(y_narrow.clone(), gradient_narrow.view_mut(), [true]);
        assert_near(y_narrow.as_slice(), y.as_slice());
        assert_near(dx_narrow.unwrap().as_slice(), dx.unwrap().as_slice());
        for (narrow, wide) in gradient_narrow.parameters().zip(gradient.parameters()) {
            assert_near(narrow.as_slice(), wide.as_slice());
        }
    };
}

#[track_caller]
fn assert_near(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    let most = expected.iter().fold(0.0_f64, |most, number| most.max(number.abs()));
    for (at, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert!((f64::from(found) - expected).abs() < 1e-5 * most, "{at}: {found}, not {expected}");
    }
}

#[test]
fn many_rows_of_f32() {
    check_narrow!(Gru);
    check_narrow!(Lstm);
}
