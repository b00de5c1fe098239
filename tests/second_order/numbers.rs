//! Dual numbers alone, and what is lifted.

use tiedw::prelude::*;
use tiedw::{Dual, Filter2d, Gates, Lift, NoGradient};

use crate::assert_same;

/// The parts of a value of the type of another.
fn parts_of<T: Lift>(_: &T, dual: T::Dual) -> (T, T) {
    T::parts(dual)
}

#[test]
fn order_and_equality() {
    let (x, y) = (Dual::new(1.0, 2.0), Dual::new(1.0, 3.0));
    assert_eq!([x == y, x <= y, x >= y, x < y, x > y], [true, true, true, false, false]);
    assert!(Dual::new(0.0, 1.0) == Dual::ZERO && Dual::new(0.0, 1.0) != Dual::ONE);
    assert!(Dual::new(f64::NAN, 0.0).is_nan() && !Dual::new(0.0, f64::NAN).is_nan());
    assert_eq!(Dual::new(1.5, -2.0).to_string(), "1.5+-2ε");
    assert_eq!(format!("{:.2}", Dual::new(1.5, 2.0)), "1.50+2.00ε");
}

#[test]
fn arithmetic() {
    let (x, y) = (Dual::new(3.0, 1.0), Dual::new(2.0, 5.0));
    assert_same(x + y, Dual::new(5.0, 6.0));
    assert_same(x - y, Dual::new(1.0, -4.0));
    assert_same(x * y, Dual::new(6.0, 17.0));
    assert_same(x / y, Dual::new(1.5, (2.0 - 15.0) / 4.0));
    assert_same(-x, Dual::new(-3.0, -1.0));
    let (left, right) = (&x, &y);
    assert_same([left * right, x * right, left * y], [x * y; 3]);
    let mut z = x;
    z += y;
    z *= x;
    z -= y;
    z /= Dual::constant(13.0);
    assert_same(z, Dual::new(1.0, (5.0 + 18.0 - 5.0) / 13.0));
    assert_same([x, y].into_iter().sum::<Dual<f64>>(), x + y);
    assert_same([x, y].into_iter().product::<Dual<f64>>(), x * y);
}

/// Constants stay constants, also where a derivative is infinite.
#[test]
fn constants() {
    let zero = Dual::<f64>::ZERO;
    assert_same(zero.sqrt(), zero);
    assert_same(zero.ln(), Dual::constant(f64::NEG_INFINITY));
    assert_same(Dual::constant(800.0_f64).exp(), Dual::constant(f64::INFINITY));
    assert_same(Dual::new(0.0_f64, 1.0).sqrt(), Dual::new(0.0, f64::INFINITY));
    let x = Tensor::<2, f64>::from([0.0, 1.0]).lift(None);
    assert_same(x.powf(Dual::constant(0.5)), Tensor::from([0.0, 1.0]).lift(None));
    assert_eq!(x.asin().as_slice()[1].tangent, 0.0);
}

/// A power's exponent may have a tangent, also if its value is one of those that are computed in another way.
#[test]
fn exponents() {
    let x = Tensor::<2, f64>::from([2.0, 3.0]);
    for exponent in [0.0, 0.5, 1.0, 2.0, 3.0, -1.3] {
        let y = x.lift(None).powf(Dual::new(exponent, 1.0));
        for (y, x) in y.as_slice().iter().zip(x.as_slice()) {
            assert!((y.tangent - x.powf(exponent) * x.ln()).abs() < 1e-12, "{exponent}: {y}");
        }
    }
}

#[test]
fn numbers_and_tensors() {
    let (a, x) = (Dual::new(2.0, 1.0), Tensor::from([Dual::new(3.0, 10.0), Dual::new(5.0, 0.0)]));
    assert_same((a * &x).as_slice(), [Dual::new(6.0, 23.0), Dual::new(10.0, 5.0)]);
    assert_same(a + x.clone(), &x + a);
    assert_same(a - &x, -(&x - a));
    let w = Vector::<2, Dual<f64>>::from_vec(x.as_slice().to_vec());
    assert_same(a * &w.view(), a * &x);
    assert_same((a / &w.view()).as_slice()[1], a / Dual::constant(5.0));
}

#[test]
fn lifts_of_containers() {
    let (x, y) = (Tensor::<2, f64>::from([1.0, 2.0]), Tensor::from([5.0, 6.0]));
    let (list, of_list) = (vec![x.clone(), y.clone()], vec![y.clone(), x.clone()]);
    let (value, tangent) = Vec::parts(list.lift(Some(&of_list)));
    assert_eq!((value, tangent), (list, of_list));
    let pair = ([1.0, 2.0], Some(Box::new(3.0)), true, NoGradient, "text".to_owned());
    let of_pair = ([0.1, 0.2], None, false, NoGradient, String::new());
    let (value, tangent) = parts_of(&pair, pair.lift(Some(&of_pair)));
    assert_eq!(value, pair);
    assert_eq!((tangent.0, tangent.1), ([0.1, 0.2], Some(Box::new(0.0))));
    let failed: Result<f64, String> = Err("reason".to_owned());
    assert_eq!(Result::parts(failed.lift(None)), (failed.clone(), failed));
    assert_same([1.0, 2.0].as_slice().lift(None), [Dual::constant(1.0), Dual::constant(2.0)]);
}

#[test]
fn lifts_of_modules() {
    type Net = (
        Frozen<Vector<2, f64>>,
        Tied<Vector<2, f64>>,
        Vec<Matrix<DYN, 2, f64>>,
        Option<Filter2d<1, 1, 1, 1, f64>>,
    );
    let net: Net =
        (Frozen::new([1.0, 2.0].into()), Tied::new(), vec![Matrix::from_vec(vec![1.0, 2.0, 3.0, 4.0])], None);
    let direction: Net =
        (Frozen::new([7.0, 7.0].into()), Tied::new(), vec![Matrix::from_vec(vec![9.0; 4])], None);
    let dual = net.lift(Some(&direction));
    assert_eq!(dual.2[0].shape(), [2, 2]);
    let (value, tangent) = Net::parts(dual);
    assert!(value == net && tangent.2 == direction.2);
    assert_eq!(tangent.0.as_slice(), [0.0, 0.0]);
    let gates = Gates::<3, 1, DYN, f64>::from_shape_vec([3, 2], vec![1.0; 6]);
    assert_eq!(Gates::parts(gates.lift(None)).1.shape(), [3, 2]);
}

/// A parameter that took no part in a gradient of dual numbers takes no part in that of numbers.
#[test]
fn gradients_know_what_took_part() {
    let pair = (Vector::<1, f64>::from([1.0]), Vector::<1, f64>::from([1.0]));
    let mut gradient = pair.lift(None).zeros_like();
    gradient.zero_grad();
    gradient.view_mut().1.add(0, Dual::new(2.0, 3.0));
    let (gradient, tangent) = parts_of(&pair, gradient);
    assert_eq!((gradient.1[0], tangent.1[0]), (2.0, 3.0));
    let mut net = pair.clone();
    let mut sgd = Sgd::new(1.0).momentum(0.5).weight_decay(0.1);
    sgd.step(&mut net, &gradient);
    assert_eq!(net.0, pair.0);
    assert!(net.1 != pair.1);
}

#[test]
#[should_panic = "a tangent of shape [2] for a value of shape [1, 2]"]
fn tangent_of_another_shape() {
    Tensor::<2, f64>::zeros([1]).lift(Some(&Tensor::zeros([])));
}

#[test]
#[should_panic = "a tangent of shape [3] for a value of shape [2]"]
fn tangent_of_another_length() {
    vec![1.0, 2.0].lift(Some(&vec![0.0; 3]));
}

#[test]
fn mistakes_are_reported_where_they_are_made() {
    let place = std::panic::catch_unwind(|| {
        let (x, dx) =
            (vec![(Matrix::<DYN, 1, f64>::zeros_of([2, 1]), 1.0)], vec![(Matrix::zeros_of([3, 1]), 1.0)]);
        x.lift(Some(&dx))
    });
    let message = *place.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(message, "a tangent of shape [3, 1] for a value of shape [2, 1]");
}

/// Memory of dual numbers is reused, and may be dropped by another thread.
#[test]
fn memory() {
    let place = || Tensor::<500, Dual<f64>>::zeros([3]).as_slice().as_ptr().addr();
    assert_eq!(place(), place());
    let x = Tensor::<500, Dual<Dual<f64>>>::ones([3]);
    let sum = std::thread::spawn(move || x.sum()).join().unwrap();
    assert_same(sum, Dual::constant(Dual::constant(1500.0)));
    type Large = Dual<Dual<Dual<Dual<f64>>>>;
    assert_eq!(size_of::<Large>(), 128);
    assert_same(Tensor::<300, Large>::ones([2]).sum(), Large::from_f64(600.0));
}
