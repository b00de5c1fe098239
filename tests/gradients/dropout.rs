use rand::{SeedableRng, rngs::StdRng};
use tiedw::layers::{Dropout, Evaluation, Randomness};
use tiedw::prelude::*;

use crate::check::{check, random, rng};

#[derive(Module, Clone)]
struct Net {
    first: WithElem<Linear<5, 7>, f64>,
    dropout: Dropout<f64>,
    second: WithElem<Linear<7, 5>, f64>,
}

#[differentiable]
impl Net {
    fn forward(&self, x: &Tensor<5, f64>, rng: &mut impl Randomness) -> Tensor<5, f64> {
        let hidden = self.dropout.forward(&self.first.forward(x).tanh(), rng);
        self.dropout.forward(&self.second.forward(&hidden), rng)
    }
}

#[test]
fn dropout_in_a_body() {
    let net = Net::init(&mut rng());
    check(
        &net,
        &(random(&[3], &mut rng()),),
        |net, (x,)| net.forward(x, &mut StdRng::seed_from_u64(3)),
        |net, (x,), gradient, d| {
            let (y, pullback) = net.forward_vjp(x, &mut StdRng::seed_from_u64(3));
            let (dx, _) = pullback(d, gradient, [true, false]);
            (y, (dx,))
        },
    );
    let x = random(&[3], &mut rng());
    let view = net.view();
    let plain = view.second.forward(&view.first.forward(&x).tanh());
    assert_eq!(net.forward(&x, &mut Evaluation), plain);
}

#[test]
fn zeros_come_with_their_probability() {
    let mut rng = rng();
    let x = Tensor::<1000>::full([200], 1.0);
    for p in [0.0, 0.1, 0.5, 0.9, 1.0] {
        let layer = Dropout { p };
        let y = layer.view().forward(&x, &mut rng);
        let zeros = y.as_slice().iter().filter(|&&y| y == 0.0).count() as f32 / 200_000.0;
        assert!((zeros - p).abs() < 0.005, "{zeros} zeros for {p}");
        let kept = 1.0 / (1.0 - p);
        assert!(y.as_slice().iter().all(|&y| y == 0.0 || (y - kept).abs() < 1e-6 * kept));
        if p > 0.0 && p < 1.0 {
            assert_ne!(layer.view().forward(&x, &mut rng), y, "each call draws anew");
        }
    }
    // Neighbours are independent, both in a row and in a column.
    let y = Dropout { p: 0.5 }.view().forward(&x, &mut rng);
    for distance in [1, 2, 7, 16, 1000] {
        let both = y.as_slice().windows(distance + 1).filter(|w| w[0] == 0.0 && w[distance] == 0.0).count();
        assert!((both as f32 / 200_000.0 - 0.25).abs() < 0.006, "{both} pairs at {distance}");
    }
}

#[test]
#[should_panic(expected = "not between 0 and 1")]
fn the_probability_is_one() {
    Dropout { p: 1.5 }.view().forward(&Tensor::<1>::zeros([1]), &mut rng());
}
