//! What the check of gradients finds.

use tiedw::layers::RmsNorm;
use tiedw::prelude::*;
use tiedw::testing::{Checked, GradcheckError, gradcheck, gradcheck_loss, gradcheck_module};

use crate::check::{random, randomized, rng};

type Pair = (Tensor<2, f64>, Tensor<2, f64>);

fn inputs() -> Pair {
    (Tensor::from([[0.5, -1.0]]), Tensor::from([[2.0, 0.25]]))
}

fn product((x, y): &Pair) -> Tensor<2, f64> {
    x * y
}

#[test]
fn mistakes_of_companions() {
    type Answer = (Option<Tensor<2, f64>>, Option<Tensor<2, f64>>);
    let check = |value: fn(&Pair) -> Tensor<2, f64>, pullback: fn(&Pair, Tensor<2, f64>) -> Answer| {
        gradcheck(&inputs(), product, |pair, d| (value(pair), pullback(pair, d)))
    };
    assert_eq!(check(product, |(x, y), d| (Some(&d * y), Some(d * x))), Ok(()));

    let swapped = check(product, |(x, y), d| (Some(&d * x), Some(d * y))).unwrap_err();
    let GradcheckError::WrongGradient { of, index, by_pullback, by_differences } = &swapped else {
        panic!("{swapped}")
    };
    assert_eq!((of, index), (&Checked::Input(0), &0));
    assert!((by_pullback * 4.0 - by_differences).abs() < 1e-9);
    assert!(swapped.to_string().starts_with("the gradient of element 0 of input 0 is 0."), "{swapped}");

    let second = check(product, |(x, y), d| (Some(&d * y), Some(d * x * 1.0001))).unwrap_err();
    assert!(matches!(second, GradcheckError::WrongGradient { of: Checked::Input(1), index: 0, .. }));
    let nan = check(product, |(x, y), d| (Some(&d * y * f64::NAN), Some(d * x))).unwrap_err();
    assert!(matches!(nan, GradcheckError::WrongGradient { of: Checked::Input(0), index: 0, .. }));

    let missing = check(product, |(_, y), d| (Some(&d * y), None)).unwrap_err();
    assert_eq!(missing, GradcheckError::WrongCotangent { input: 1, expected: 2, found: 0 });
    let extra = gradcheck(&inputs(), product, |(x, y), d| (x * y, (Some(&d * y), Some(&d * x), Some(d))));
    assert_eq!(extra, Err(GradcheckError::WrongCotangent { input: 2, expected: 0, found: 2 }));
    let message = "input 1 has no cotangent; request it, or let the closures capture what has none";
    assert_eq!(missing.to_string(), message);

    let value = check(|(x, y)| x * y + Tensor::from([0.0, 1.0]), |_, _| (None, None)).unwrap_err();
    assert_eq!(value.to_string(), "element 1 of the value is 0.75 with the pullback, -0.25 by the function");
}

#[test]
fn mistakes_of_modules() {
    let mut rng = rng();
    let mut fc = randomized(WithElem::<Linear<3, 2>, f64>::init(&mut rng), &mut rng);
    let (before, x) = (fc.clone(), random::<3>(&[4], &mut rng));
    let loss = |fc: &WithElem<Linear<3, 2>, f64>| fc.forward(&x).tanh().sum();
    let loss_and_grad = |fc: &WithElem<Linear<3, 2>, f64>| {
        let (y, pullback) = fc.forward_vjp(&x);
        let (z, of_tanh) = y.tanh_vjp();
        let mut gradient = fc.zeros_like();
        pullback(of_tanh(Tensor::ones([4]), [true]).0.unwrap(), &mut gradient, [false]);
        (z.sum(), gradient)
    };
    gradcheck_loss(&mut fc, loss, loss_and_grad).unwrap();
    let wrong = gradcheck_loss(&mut fc, loss, |fc| {
        let (loss, mut gradient) = loss_and_grad(fc);
        gradient.bias[1] += 0.001;
        (loss, gradient)
    });
    assert!(wrong.unwrap_err().to_string().starts_with("the gradient of element 1 of `bias` is "));
    assert!(fc == before, "the module is as before");
}

/// Parameters without a gradient are not checked, and ids have no elements.
#[test]
fn frozen_parameters_and_ids() {
    #[derive(Module, Clone)]
    struct Net {
        words: Frozen<WithElem<Embedding<5, 3>, f64>>,
        norm: RmsNorm<3, Own, f64>,
    }

    #[differentiable]
    impl Net {
        fn rows(&self, ids: &Ids, scale: f64) -> (Tensor<3, f64>, f64) {
            let y = self.norm.forward(&self.words.forward(ids));
            let sum = (&y * &y * scale).sum();
            (y, sum)
        }
    }

    let rng = &mut rng();
    let mut net = Net::init(rng);
    let inputs = (Ids::from_vec([2], vec![4, 1]), 0.7);
    gradcheck_module(
        &mut net,
        &inputs,
        |net, (ids, scale)| net.rows(ids, *scale),
        |net, (ids, scale), gradient, (dy, dsum)| {
            let (value, pullback) = net.rows_vjp(ids, *scale);
            (value, pullback((Some(dy), Some(dsum)), gradient, [true, true]))
        },
    )
    .unwrap();
}
