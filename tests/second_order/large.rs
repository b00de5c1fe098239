//! Products that are computed from their parts, and sizes at which kernels take other ways.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;
use tiedw::{Dual, Lift};

fn random<const F: usize, E: Element>(leading: &[usize], seed: u64) -> Tensor<F, E> {
    let mut rng = StdRng::seed_from_u64(seed);
    let count = leading.iter().product::<usize>() * F;
    Tensor::from_vec(leading, (0..count).map(|_| E::from_f64(rng.random_range(-1.0..1.0))).collect())
}

fn check_products<const K: usize, const N: usize, E: Real>(m: usize) {
    let (x, dx) = (random::<K, E>(&[m], 1), random::<K, E>(&[m], 2));
    let (w, dw) = (random::<N, E>(&[K], 3), random::<N, E>(&[K], 4));
    let (t, dt) = (random::<K, E>(&[N], 5), random::<K, E>(&[N], 6));
    let bound = E::EPSILON.to_f64() * 40.0 * (K as f64).sqrt();
    let close = |found: &Tensor<N, E>, expected: Tensor<N, E>| {
        let worst = (found - expected).abs().as_slice().iter().map(|x| x.to_f64()).fold(0.0, f64::max);
        assert!(worst <= bound, "{m}x{K}x{N}: {worst}");
    };
    let (value, tangent) = <Tensor<N, E>>::parts(x.lift(Some(&dx)).matmul(&w.lift(Some(&dw))));
    close(&value, x.matmul(&w));
    close(&tangent, dx.matmul(&w) + x.matmul(&dw));
    let (value, tangent) = <Tensor<N, E>>::parts(x.lift(Some(&dx)).matmul_t::<N>(&t.lift(Some(&dt))));
    close(&value, x.matmul_t(&t));
    close(&tangent, dx.matmul_t(&t) + x.matmul_t(&dt));
    // Of which only one has tangents, or none.
    let (value, tangent) = <Tensor<N, E>>::parts(x.lift(None).matmul(&w.lift(Some(&dw))));
    close(&value, x.matmul(&w));
    close(&tangent, x.matmul(&dw));
    let (_, tangent) = <Tensor<N, E>>::parts(x.lift(Some(&dx)).matmul(&w.lift(None)));
    close(&tangent, dx.matmul(&w));
    let (_, tangent) = <Tensor<N, E>>::parts(x.lift(None).matmul(&w.lift(None)));
    assert!(tangent == tangent.map(|_| E::ZERO));
}

#[test]
fn products() {
    fn of<E: Real>() {
        check_products::<1, 1, E>(1);
        check_products::<3, 2, E>(5);
        check_products::<0, 2, E>(3);
        check_products::<5, 7, E>(0);
        check_products::<61, 47, E>(53);
        check_products::<64, 96, E>(40);
        check_products::<300, 1, E>(2);
        check_products::<9001, 3, E>(2);
    }
    of::<f32>();
    of::<f64>();
}

/// The Hessian of the mean squared error of a linear layer is known.
#[test]
fn linear() {
    fn check<const I: usize, const O: usize>(rows: usize) {
        let (x, target) = (random::<I, f64>(&[rows], 1), random::<O, f64>(&[rows], 2));
        let weights = random::<I, f64>(&[O], 3);
        let direction = random::<I, f64>(&[O], 4);
        let bias = |seed| Vector::from_vec(random::<O, f64>(&[], seed).into_vec());
        type Layer<const I: usize, const O: usize> = WithElem<Linear<I, O>, f64>;
        let layer: Layer<I, O> = Linear { weight: Matrix::from_vec(weights.into_vec()), bias: bias(5) };
        let of_layer: Layer<I, O> =
            Linear { weight: Matrix::from_vec(direction.clone().into_vec()), bias: bias(6) };
        let dual = layer.lift(Some(&of_layer));
        let (y, pullback) = dual.forward_vjp(&x.lift(None));
        let (_, of_loss) = mse_loss_vjp(&y, &target.lift(None));
        let mut gradient = dual.zeros_like();
        let (dx,) = pullback(of_loss(Dual::ONE, [true, false]).0.unwrap(), &mut gradient, [true]);
        let (_, product) = Layer::<I, O>::parts(gradient);
        // d/dW of 2 / n (x Wᵀ + b - t)ᵀ x, along the direction.
        let dy = (x.matmul_t::<O>(&direction) + &of_layer.view().bias) * (2.0 / (rows * O) as f64);
        for o in 0..O {
            let of_bias: f64 = (0..rows).map(|row| dy.get(&[row, o])).sum();
            assert!((product.bias[o] - of_bias).abs() < 1e-12);
            for i in 0..I {
                let expected: f64 = (0..rows).map(|row| dy.get(&[row, o]) * x.get(&[row, i])).sum();
                assert!((product.weight[(o, i)] - expected).abs() < 1e-12, "{o} {i}");
            }
        }
        let (_, tangent) = Tensor::parts(dx.unwrap());
        assert!(tangent.as_slice().iter().all(|x| x.is_finite()));
    }
    check::<3, 2>(1);
    check::<5, 7>(9);
    check::<61, 47>(53);
}

/// As many elements as several tasks have, on threads.
#[test]
fn many_elements() {
    let (x, dx) = (random::<1000, f64>(&[137], 1), random::<1000, f64>(&[137], 2));
    let lifted = x.lift(Some(&dx));
    let (value, tangent) = Tensor::parts(lifted.tanh());
    assert!((value - x.tanh()).abs().max() < 1e-15);
    assert!((tangent - dx.clone() * (1.0 - x.tanh() * x.tanh())).abs().max() < 1e-14);
    let (sum, of_sum): (f64, f64) = Lift::parts(lifted.sum());
    assert!((sum - x.sum()).abs() < 1e-9 && (of_sum - dx.sum()).abs() < 1e-9);
    let (_, tangent) = Tensor::parts(lifted.cumsum_axis(0));
    assert!((tangent - dx.cumsum_axis(0)).abs().max() < 1e-10);
    let (_, tangent) = Tensor::parts(lifted.softmax());
    let y = x.softmax();
    let dots = (&y * &dx).sum_features();
    for (at, &t) in tangent.as_slice().iter().enumerate() {
        let expected = y.as_slice()[at] * (dx.as_slice()[at] - dots.as_slice()[at / 1000]);
        assert!((t - expected).abs() < 1e-15, "{at}");
    }
}
