//! Tensors that are made in a body, and casts.

use rand::{Rng, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::check::{check_net, random, randomized, rng};

#[test]
fn shapes() {
    assert_eq!(Tensor::<2>::ones([3, 1]).shape(), [3, 1, 2]);
    assert_eq!(Tensor::<DYN>::ones([3]), Tensor::<3>::ones([]).dynamic());
    assert_eq!(Tensor::<2>::eye([2, 3]), Tensor::from([[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]; 2]));
    assert_eq!(Tensor::<DYN>::eye([1, 3]), Tensor::from([[1.0, 0.0, 0.0]]).dynamic());
    for shape in [[0, 3], [3, 0], [0, 0]] {
        assert_eq!(Tensor::<DYN>::eye(shape).shape(), shape);
        assert_eq!(Tensor::<DYN>::from_fn(shape, |_| 1.0).shape(), shape);
        assert_eq!(Tensor::<DYN>::randn(shape, &mut rng()).shape(), shape);
    }
    let by_hand = Tensor::<2>::from_vec([2, 1], vec![0.0, 1.0, 100.0, 101.0]);
    assert_eq!(Tensor::from_fn([2, 1], |at| (100 * at[0] + 10 * at[1] + at[2]) as f32), by_hand);
    assert_eq!(Tensor::<DYN>::from_fn([2, 1, 2], |at| (100 * at[0] + at[2]) as f32), by_hand.dynamic());
}

#[test]
fn ranges() {
    assert_eq!(Tensor::<DYN>::arange(0.0, 0.0, 1.0).shape(), [0]);
    assert_eq!(Tensor::arange(2.0, 2.5, 1.0), Tensor::from([2.0]));
    assert_eq!(Tensor::linspace(3.0, 4.0, 1), Tensor::from([3.0]));
    assert_eq!(Tensor::<DYN>::linspace(3.0, 4.0, 0).shape(), [0]);
    let third = Tensor::<DYN>::linspace(0.1, 0.7, 7);
    assert_eq!((third.get(&[0]), third.get(&[6])), (0.1, 0.7));
}

#[test]
#[should_panic = "arange of 3 elements as a tensor of 2 features"]
fn range_of_another_size() {
    Tensor::<2>::arange(0.0, 3.0, 1.0);
}

#[test]
#[should_panic = "arange from 0 to 3 leads away from its end by steps of -1"]
fn range_in_the_other_direction() {
    Tensor::<DYN>::arange(0.0, 3.0, -1.0);
}

#[test]
#[should_panic = "arange from 0 to 3 by steps of 0 is not finite"]
fn range_without_steps() {
    Tensor::<DYN>::arange(0.0, 3.0, 0.0);
}

#[test]
#[should_panic = "linspace of 4 elements as a tensor of 3 features"]
fn linspace_of_another_size() {
    Tensor::<3>::linspace(0.0, 1.0, 4);
}

#[test]
#[should_panic = "an identity matrix of shape [3] has rows and features: two axes, not one"]
fn identity_with_one_axis() {
    Tensor::<3>::eye([]);
}

#[test]
#[should_panic = "bernoulli with probability 1.5, which is not between 0 and 1"]
fn impossible_probability() {
    Tensor::<3>::bernoulli([], 1.5, &mut rng());
}

#[test]
fn distributions() {
    let rng = &mut rng();
    let uniform = Tensor::<8>::rand([5000], rng);
    assert!(uniform.as_slice().iter().all(|&x| (0.0..1.0).contains(&x)));
    assert!((uniform.mean() - 0.5).abs() < 0.01 && (uniform.var() - 1.0 / 12.0).abs() < 0.01);
    let normal = Tensor::<8, f64>::randn([5000], rng);
    assert!(normal.mean().abs() < 0.02 && (normal.var() - 1.0).abs() < 0.03);
    let flags = Tensor::<8>::bernoulli([5000], 0.3, rng);
    assert!((flags.mean() - 0.3).abs() < 0.01);
    assert_eq!(Tensor::<8>::bernoulli([9], 0.0, rng).sum(), 0.0);
    assert_eq!(Tensor::<8>::bernoulli([9], 1.0, rng).sum(), 72.0);
}

/// The largest `f64` below 1 would be rounded to 1 in `f32`.
#[test]
fn uniform_elements_are_less_than_1() {
    struct Largest;
    impl rand::rand_core::TryRng for Largest {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(u32::MAX)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(u64::MAX)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(u8::MAX);
            Ok(())
        }
    }
    assert!(Tensor::<1>::rand([], &mut Largest).get(&[0]) < 1.0);
    assert!(Tensor::<1, f64>::rand([], &mut Largest).get(&[0]) < 1.0);
}

#[test]
fn casts() {
    let x = Tensor::<3, f64>::from([0.1, 1e300, f64::NAN]);
    let (y, pullback) = x.cast_vjp::<f32>();
    assert_eq!((y.get(&[0]), y.get(&[1])), (0.1, f32::INFINITY));
    assert!(y.get(&[2]).is_nan());
    let (dx,) = pullback(Tensor::from([0.1, 2.0, 3.0]), [true]);
    assert_eq!(dx.unwrap().as_slice(), [f64::from(0.1_f32), 2.0, 3.0]);
    assert!(x.cast_vjp::<f32>().1(y, [false]).0.is_none());
    assert_eq!(x.cast::<f64>().as_slice().as_ptr(), x.as_slice().as_ptr());
    let many = random::<7>(&[20_000], &mut rng());
    assert!(many.cast::<f32>().as_slice().iter().zip(many.as_slice()).all(|(&y, &x)| y == x as f32));
    assert_eq!(Tensor::<0>::ones([3]).cast::<f64>().shape(), [3, 0]);
}

#[derive(Module, Clone)]
struct Noisy {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Noisy {
    fn noisy<R: Rng>(&self, x: &Tensor<3, f64>, rng: &mut R) -> Tensor<3, f64> {
        let h = self.fc.forward(x);
        let noise = Tensor::randn([h.rows()], rng);
        let kept = Tensor::<3, f64>::bernoulli([h.rows()], 0.5, rng);
        &h * kept + noise * Tensor::rand([h.rows()], rng)
    }

    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let mut rng = StdRng::seed_from_u64(3);
        let h = self.noisy(x, &mut rng) * Tensor::linspace(1.0, 2.0, 3) + Tensor::ones([x.rows()]);
        let (rotated, ramp) = (h.matmul(&Tensor::<3, f64>::eye([3])), Tensor::arange(0.0, 3.0, 1.0));
        rotated * ramp + Tensor::from_fn([x.rows()], |at| at[1] as f64)
    }

    fn through_f32(&self, x: &Tensor<3, f64>) -> f64 {
        self.fc.forward(x).cast::<f32>().tanh().cast::<f64>().sum()
    }

    fn in_f64(&self, x: &Tensor<3, f64>) -> f64 {
        self.fc.forward(x).tanh().sum()
    }
}

#[differentiable]
fn with_noise(x: &Tensor<DYN>, rng: &mut StdRng) -> f32 {
    let shape = x.shape();
    let noise = Tensor::<DYN>::randn(shape, rng) * Tensor::full(shape, 0.1);
    (x * noise).sum()
}

#[test]
fn in_bodies() {
    let mut rng = rng();
    let net = randomized(Noisy { fc: WithElem::<Linear<3, 3>, f64>::init(&mut rng) }, &mut rng);
    let x = random::<3>(&[5], &mut rng);
    check_net!(net.clone(), x.clone());
    let ((one, cast), (other, gradient)) = (net.through_f32_and_grad(&x), net.in_f64_and_grad(&x));
    assert!((one - other).abs() < 1e-5);
    for (cast, exact) in cast.parameters().zip(gradient.parameters()) {
        assert!(
            cast.as_slice().iter().zip(exact.as_slice()).all(|(cast, exact)| (cast - exact).abs() < 1e-5)
        );
    }
    let (sum, _) = with_noise_vjp(&Tensor::ones([2, 3]), &mut StdRng::seed_from_u64(5));
    assert_eq!(sum, with_noise(&Tensor::ones([2, 3]), &mut StdRng::seed_from_u64(5)));
}
