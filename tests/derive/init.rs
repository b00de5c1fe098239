//! How fields start.

use tiedw::init::{self, Initializer};

use super::*;

/// An initializer of the user's: 0, 1, 2 and so on.
struct Counting;

impl Initializer for Counting {
    fn fill(&self, _: &[usize], values: &mut [f64], _: &mut dyn rand::Rng) {
        (0..).zip(values).for_each(|(i, value)| *value = f64::from(i));
    }
}

#[derive(Module)]
struct Started<const N: usize> {
    #[module(init = ones)]
    scale: Vector<N>,
    #[module(init = constant(-2.5))]
    shift: Vector<N>,
    #[module(init = Counting)]
    counted: Matrix<2, N>,
    #[module(init = kaiming_normal().fan_out())]
    weight: Matrix<400, 100>,
    #[module(init = trunc_normal(1.0, 0.5, 0.5, 1.5))]
    #[tie(bias = shift)]
    layer: Linear<30, N, Own, Tied>,
    #[module(init = zeros())]
    frozen: Frozen<Linear<2, 2>>,
    #[tie(weight)]
    tied: Tied<Matrix<400, 100>>,
    #[module(skip, init = 0.5 * N as f64)]
    rate: f64,
    plain: Linear<3, 3>,
    #[module(init = ones)]
    array: [Vector<2>; 3],
    #[module(init = ones)]
    frozen_array: Frozen<[(Matrix<1, 1>, Vector<1>); 2]>,
    #[module(init = |rng| (0..4).map(|_| Linear::init(rng)).collect())]
    list: Vec<Linear<2, 2>>,
    #[module(init = |_| None)]
    absent: Option<Linear<2, 2>>,
    #[module(init = |_| Some(Vector::from([0.25])))]
    present: Option<Vector<1>>,
}

#[test]
fn fields_start_as_their_attribute_says() {
    let net = Started::<3>::init(&mut rng());
    assert_eq!(net.scale.as_slice(), [1.0; 3]);
    assert_eq!(net.shift.as_slice(), [-2.5; 3]);
    assert_eq!(net.counted.as_slice(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert!(net.layer.weight.as_slice().iter().all(|w| (0.5..=1.5).contains(w)));
    assert!(net.frozen.parameters().all(|p| p.as_slice().iter().all(|&w| w == 0.0)));
    assert_eq!(net.rate, 1.5);
    assert!(net.array.iter().all(|vector| vector.as_slice() == [1.0; 2]));
    assert_eq!(net.frozen_array[1].0.as_slice(), [1.0]);
    assert_eq!((net.list.len(), net.absent.is_none()), (4, true));
    assert_ne!(net.list[0].weight, net.list[1].weight);
    assert_eq!(net.present.as_ref().map(|vector| vector[0]), Some(0.25));
    assert!(net.plain.weight.as_slice().iter().all(|w| *w != 0.0));

    // The fan-out of 400 and the gain of ReLU.
    let (mean, std) = moments(net.weight.as_slice());
    assert!(mean.abs() < 0.002, "{mean}");
    assert!((std - (2.0_f64 / 400.0).sqrt()).abs() < 0.002, "{std}");
}

fn moments(values: &[f32]) -> (f64, f64) {
    let mean =
        |f: &dyn Fn(f64) -> f64| values.iter().map(|&v| f(f64::from(v))).sum::<f64>() / values.len() as f64;
    let average = mean(&|v| v);
    (average, mean(&|v| (v - average) * (v - average)).sqrt())
}

/// Mean 0, and the standard deviations of PyTorch's formulas.
#[test]
fn distributions_have_their_moments() {
    #[track_caller]
    fn assert_std(initializer: impl Initializer, expected: f64) {
        let mut weight = Matrix::<200, 300>::zeros();
        initializer.apply(&mut weight, &mut rng());
        let (mean, std) = moments(weight.as_slice());
        assert!(mean.abs() < 0.02 * expected, "{mean}");
        assert!((std / expected - 1.0).abs() < 0.02, "{std} instead of {expected}");
    }
    assert_std(init::uniform(-3.0, 3.0), 3.0_f64.sqrt());
    assert_std(init::normal(0.0, 0.02), 0.02);
    // The standard normal distribution between -1 and 1.
    assert_std(init::trunc_normal(0.0, 1.0, -1.0, 1.0), 0.5395);
    assert_std(init::xavier_uniform(), (2.0_f64 / 500.0).sqrt());
    assert_std(init::xavier_normal().gain(5.0 / 3.0), 5.0 / 3.0 * (2.0_f64 / 500.0).sqrt());
    assert_std(init::kaiming_uniform(), (2.0_f64 / 300.0).sqrt());
    assert_std(init::kaiming_normal(), (2.0_f64 / 300.0).sqrt());
    assert_std(init::kaiming_normal().fan_out(), (2.0_f64 / 200.0).sqrt());
    assert_std(init::orthogonal(), (1.0_f64 / 300.0).sqrt());
}

/// The fans of a kernel count its places.
#[test]
fn kernels_of_convolutions() {
    let mut conv = Conv2d::<16, 64, 3>::init(&mut rng());
    let bias = conv.bias.clone();
    init::kaiming_normal().apply(&mut conv, &mut rng());
    let (_, std) = moments(conv.weight.as_slice());
    assert!((std / (2.0_f64 / (16.0 * 9.0)).sqrt() - 1.0).abs() < 0.03, "{std}");
    assert!(conv.bias == bias, "a bias has no fans");
}

#[test]
fn orthogonal_rows_and_columns() {
    fn assert_orthonormal<const R: usize, const C: usize>() {
        let mut weight = Matrix::<R, C, f64>::zeros();
        init::orthogonal().gain(2.0).apply(&mut weight, &mut rng());
        let at = |vector: usize, i: usize| if R <= C { weight[(vector, i)] } else { weight[(i, vector)] };
        for a in 0..R.min(C) {
            for b in 0..R.min(C) {
                let product: f64 = (0..R.max(C)).map(|i| at(a, i) * at(b, i)).sum();
                let expected = if a == b { 4.0 } else { 0.0 };
                assert!((product - expected).abs() < 1e-12, "{product} at {a}, {b}");
            }
        }
    }
    assert_orthonormal::<5, 9>();
    assert_orthonormal::<9, 5>();
    assert_orthonormal::<40, 40>();
    assert_orthonormal::<1, 1>();
}

/// Modules with a parameter that has too few axes for the initializer, and no other values.
#[test]
fn a_vector_has_no_fans() {
    #[derive(Module)]
    struct Net<M: Module> {
        #[module(init = xavier_uniform)]
        scale: M,
        #[module(init = ones)]
        other: Vector<2, M::Elem>,
    }

    #[track_caller]
    fn check<M: Module + init::Start>(mut module: M) {
        let message = |result: std::thread::Result<()>| {
            let payload = result.expect_err("a panic");
            payload.downcast_ref::<String>().expect("a formatted message").clone()
        };
        let expected = "a parameter of shape [4] cannot be filled by this initializer, which depends on inputs and \
                        outputs and so needs 2 axes; write `normal(..)`, `uniform(..)` or `constant(..)`";
        let apply = || init::xavier_uniform().apply(&mut module, &mut rng());
        let applied = std::panic::catch_unwind(std::panic::AssertUnwindSafe(apply));
        assert_eq!(message(applied), expected);
        let start = || drop(init::start::<M, _>("scale", &init::xavier_uniform(), &mut rng()));
        assert_eq!(message(std::panic::catch_unwind(start)), format!("`scale`: {expected}"));
    }
    check(Vector::<4>::zeros());
    check(Frozen::new(Vector::<4>::zeros()));
    check([Vector::<4>::zeros(), Vector::zeros()]);
    check(Frozen::new([Vector::<4>::zeros()]));
    check((Vector::<4>::zeros(), Matrix::<2, 2>::zeros()));
    check((Matrix::<2, 2>::zeros(), [Frozen::new(Vector::<4>::zeros())]));

    let start = || drop(Net::<[Vector<4>; 2]>::init(&mut rng()));
    let payload = std::panic::catch_unwind(start).expect_err("a panic");
    assert!(
        payload.downcast_ref::<String>().is_some_and(|message| message.starts_with("`scale`: a parameter"))
    );
    let net = Net::<(Linear<3, 4>, Matrix<2, 2>)>::init(&mut rng());
    assert!(net.scale.0.bias.as_slice().iter().any(|&bias| bias != 0.0));
    assert_eq!(net.other.as_slice(), [1.0; 2]);
}

#[test]
#[should_panic(expected = "a uniform distribution from 1 to 0: expected finite bounds, the lower one first")]
fn an_empty_interval() {
    init::uniform(1.0, 0.0);
}
