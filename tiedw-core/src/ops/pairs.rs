//! Functions of the elements of two tensors, of which axes are repeated as by `+`.

use super::broadcast::{self, OfOperands};
use crate::kernels::{MulAdd, OfPair, angle_slopes, sigmoid, softplus_tail};
use crate::{Element, Tensor};

/// Defines functions and their companions: the value for elements x and y and the multiply-add m, and its derivatives by x and by y.
macro_rules! functions {
    ($(
        $(#[$meta:meta])*
        $name:ident $vjp:ident $what:literal, |$x:ident, $y:ident, $m:ident| $value:expr, $by_x:expr, $by_y:expr;
    )+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                $(#[$meta])*
                /// Axes of size 1 and missing leading axes are repeated, as by `+`.
                ///
                /// # Panics
                /// If two sizes differ of which none is 1.
                #[track_caller]
                pub fn $name(&self, other: &Self) -> Self {
                    broadcast::zip_by::<value::$name, F, E>(self, other, $what)
                }

                #[doc = concat!("[`", stringify!($name), "`](Tensor::", stringify!($name), ") with its pullback.")]
                #[track_caller]
                pub fn $vjp(
                    &self,
                    other: &Self,
                ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>) + use<F, E>) {
                    (self.$name(other), pullback::<by_x::$name, by_y::$name, F, E>(self, other))
                }
            )+
        }

        functions!(@mod value $($name |$x, $y, $m| $value;)+);
        functions!(@mod by_x $($name |$x, $y, $m| $by_x;)+);
        functions!(@mod by_y $($name |$x, $y, $m| $by_y;)+);
    };
    (@mod $mod:ident $($name:ident |$x:ident, $y:ident, $m:ident| $result:expr;)+) => {
        mod $mod {
            #![allow(unused_variables, reason = "not every derivative depends on both")]
            #![allow(non_camel_case_types, reason = "they have the names of the operations")]
            use super::*;
            $(
                pub(super) enum $name {}
                impl OfPair for $name {
                    #[inline(always)]
                    fn of<E: Element>($x: E, $y: E, $m: MulAdd) -> E {
                        $result
                    }
                }
            )+
        }
    };
}

functions! {
    /// Computes the angle of each two elements: of the point with the ordinate `self` and the abscissa `other`, from -π to π.
    ///
    /// The derivatives at the origin are 0, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let angles = Tensor::<2, f64>::from([1.0, 0.0]).atan2(&Tensor::from([0.0, -1.0]));
    /// assert_eq!(angles.as_slice(), [std::f64::consts::FRAC_PI_2, std::f64::consts::PI]);
    /// ```
    ///
    atan2 atan2_vjp "atan2",
    |x, y, m| x.atan2_by(y, m),
    angle_slopes(x, y)[0],
    angle_slopes(x, y)[1];

    /// Computes √(x² + y²) of each two elements, without overflow of the squares.
    ///
    /// The derivatives at the origin are NaN, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::from([3.0, 3e38]).hypot(&Tensor::from([4.0, 0.0]));
    /// assert_eq!(y.as_slice(), [5.0, 3e38]);
    /// ```
    ///
    hypot hypot_vjp "hypot",
    |x, y, m| x.hypotenuse(y),
    x / x.hypotenuse(y),
    y / x.hypotenuse(y);

    /// Raises each element to the power of the element of the other tensor; NaN for negative elements and exponents that are no
    /// integers. [`powf`](Tensor::powf) is the same with a number.
    ///
    /// The derivatives at 0 are as those of [`powf`](Tensor::powf).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::from([2.0, 4.0, -2.0]).pow(&Tensor::from([3.0, 0.5, 2.0]));
    /// assert_eq!(y.as_slice(), [8.0, 2.0, 4.0]);
    /// ```
    ///
    pow pow_vjp "pow",
    |x, y, m| x.to_power(y, m),
    if y.vanishes() || x == E::ZERO && y == E::ZERO { E::ZERO } else { y * x.to_power(y - E::ONE, m) },
    if x == E::ZERO && y >= E::ZERO { E::ZERO } else { x.to_power(y, m) * x.ln_by(m) };

    /// Computes ln(exp(x) + exp(y)) of each two elements, without overflow.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::from([0.0, 1000.0]).logaddexp(&Tensor::from([0.0, 0.0]));
    /// assert_eq!(y.as_slice(), [std::f32::consts::LN_2, 1000.0]);
    /// ```
    ///
    logaddexp logaddexp_vjp "logaddexp",
    |x, y, m| log_of_sum(x, y, m),
    sigmoid(x - y, m),
    sigmoid(y - x, m);

    /// Computes x · ln(y) of each two elements, which is 0 where x is 0, unless y is NaN.
    ///
    /// The derivatives where x is 0 and y is negative are 0; where both are 0, that by y is NaN, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let y = Tensor::from([0.0, 2.0]).xlogy(&Tensor::from([0.0, 1.0]));
    /// assert_eq!(y.as_slice(), [0.0, 0.0]);
    /// ```
    ///
    xlogy xlogy_vjp "xlogy",
    |x, y, m| times_log(x, y, m),
    if x == E::ZERO && y <= E::ZERO { E::ZERO } else { y.ln_by(m) },
    x / y;

    /// Computes x of each positive element, and `other` · x of the others: [`leaky_relu`](Tensor::leaky_relu) with slopes that are
    /// learned, such as one for each feature. The derivative at 0 is the slope, as in PyTorch.
    ///
    /// He et al., "Delving Deep into Rectifiers", 2015.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[-2.0, -2.0], [3.0, 3.0]]);
    /// let y = x.prelu(&Tensor::from([0.5, 0.25]));
    /// assert_eq!(y, Tensor::from([[-1.0, -0.5], [3.0, 3.0]]));
    /// ```
    ///
    prelu prelu_vjp "prelu",
    |x, y, m| if x > E::ZERO { x } else { y * x },
    slope_of_prelu(x, y),
    if x >= E::ZERO { E::ZERO } else { x };
}

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Interpolates between each two elements: x + weight (y - x). Axes of size 1 and missing leading axes are repeated, as by `+`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let (x, y) = (Tensor::from([1.0, 2.0]), Tensor::from([3.0, 6.0]));
    /// assert_eq!(x.lerp(&y, 0.25).as_slice(), [1.5, 3.0]);
    /// ```
    ///
    /// # Panics
    /// If two sizes differ of which none is 1.
    #[track_caller]
    pub fn lerp(&self, other: &Self, weight: E) -> Self {
        broadcast::zip(self, other, "lerp", between(weight))
    }

    /// [`lerp`](Tensor::lerp) with its pullback.
    #[track_caller]
    pub fn lerp_vjp(
        &self,
        other: &Self,
        weight: E,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<Self>, Option<E>) + use<F, E>) {
        let (operands, x, y) = (OfOperands::new(self, other), self.clone(), other.clone());
        (self.lerp(other, weight), move |d: Self, [of_x, of_y, of_weight]: [bool; 3]| {
            let dweight = of_weight.then(|| (&d * (&y - &x)).sum());
            let dx = of_x.then(|| operands.sum(0, &d * (E::ONE - weight)));
            (dx, of_y.then(|| operands.sum(1, d * weight)), dweight)
        })
    }
}

/// Where both are the same infinity, there is no derivative.
#[inline(always)]
fn log_of_sum<E: Element>(x: E, y: E, mul_add: MulAdd) -> E {
    let (greater, apart) = (if x < y { y } else { x }, x - y);
    if x == y && apart.is_nan() {
        return apart.with_slope(greater, apart);
    }
    greater + softplus_tail(apart, mul_add)
}

#[inline(always)]
fn times_log<E: Element>(x: E, y: E, mul_add: MulAdd) -> E {
    let ln = y.ln_by(mul_add);
    if x != E::ZERO || y.is_nan() || y > E::ZERO && y.is_finite() {
        x * ln
    } else if y > E::ZERO {
        x.with_slope(E::ZERO, ln)
    } else {
        y.with_slope(E::ZERO, x / y)
    }
}

/// At 0, the slope has no derivative, as in PyTorch.
#[inline(always)]
fn slope_of_prelu<E: Element>(x: E, y: E) -> E {
    match x > E::ZERO {
        true => E::ONE,
        false if x == E::ZERO => E::ZERO.replaced_by(y),
        false => y,
    }
}

/// Exact at both ends.
fn between<E: Element>(weight: E) -> impl Fn(E, E) -> E + Sync {
    let (is_near, rest) = (weight < E::from_f64(0.5), E::ONE - weight);
    move |x, y| if is_near { x + weight * (y - x) } else { y - (y - x) * rest }
}

/// The pullback of a function of two elements with these derivatives.
fn pullback<X: OfPair, Y: OfPair, const F: usize, E: Element>(
    x: &Tensor<F, E>,
    y: &Tensor<F, E>,
) -> impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E, X, Y> {
    let (operands, x, y) = (OfOperands::new(x, y), x.clone(), y.clone());
    move |d: Tensor<F, E>, [left, right]: [bool; 2]| {
        let dx = left.then(|| {
            let slopes = broadcast::zip_by::<X, F, E>(&x, &y, "a pullback");
            operands.sum(0, slopes.zip_into(&d, "a pullback", product))
        });
        let dy = right.then(|| {
            let slopes = broadcast::zip_by::<Y, F, E>(&x, &y, "a pullback");
            operands.sum(1, slopes.zip_into(&d, "a pullback", product))
        });
        (dx, dy)
    }
}

/// An infinite cotangent does not become NaN where the derivative is 0.
fn product<E: Element>(slope: E, d: E) -> E {
    if slope.vanishes() { E::ZERO } else { slope * d }
}
