//! How parameters start, with the names and defaults of PyTorch's `nn.init`.
//!
//! `#[module(init = normal(0.0, 0.02))]` on a field uses one of these, and [`apply`](Initializer::apply) uses it on a
//! module that exists. `#[module(init = |rng| ..)]` makes a field by a closure, for instance a `Vec` of modules.
//!
//! ```
//! use rand::{SeedableRng, rngs::StdRng};
//! use tiedw_core::Matrix;
//! use tiedw_core::init::{Initializer, orthogonal};
//!
//! let mut weight = Matrix::<2, 2>::zeros();
//! orthogonal().apply(&mut weight, &mut StdRng::seed_from_u64(0));
//! let [a, b, c, d] = weight.as_slice()[..] else { unreachable!() };
//! assert!((a * c + b * d).abs() < 1e-6 && (a * a + b * b - 1.0).abs() < 1e-6);
//! ```

pub(crate) mod draw;
mod fans;
mod orthogonal;
mod start;
mod tensors;

pub use fans::{Fans, kaiming_normal, kaiming_uniform, xavier_normal, xavier_uniform};
pub use orthogonal::{Orthogonal, orthogonal};
use rand::{Rng, RngExt};
pub use start::Start;
pub(crate) use start::start_by_init;
#[doc(hidden)]
pub use start::{StartOfField, start, start_by};

use crate::module::{Kind, Path, Spec};
use crate::{Element, Module};

/// Fills the elements of a parameter.
///
/// Implement it for a distribution of your own:
///
/// ```
/// use rand::{Rng, SeedableRng, rngs::StdRng};
/// use tiedw_core::{Matrix, init::Initializer};
///
/// /// Ones on the diagonal, zeros elsewhere.
/// struct Eye;
///
/// impl Initializer for Eye {
///     fn fill(&self, shape: &[usize], values: &mut [f64], _: &mut dyn Rng) {
///         for (i, value) in values.iter_mut().enumerate() {
///             *value = if i / shape[1] == i % shape[1] { 1.0 } else { 0.0 };
///         }
///     }
///
///     fn least_axes(&self) -> usize {
///         2
///     }
/// }
///
/// let mut weight = Matrix::<2, 3>::zeros();
/// Eye.apply(&mut weight, &mut StdRng::seed_from_u64(0));
/// assert_eq!(weight.as_slice(), [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an initializer",
    label = "not an initializer",
    note = "write a function of `tiedw::init`, such as `zeros`, `constant(0.5)` or `normal(0.0, 0.02)`, or a value \
            whose type implements `Initializer`"
)]
pub trait Initializer {
    /// Writes the elements of a parameter of shape `[n]`, `[out, in]` or `[out, height, width, in]`, row-major.
    fn fill(&self, shape: &[usize], values: &mut [f64], rng: &mut dyn Rng);

    /// The number of axes that a parameter must have at least: 2 if the distribution depends on its inputs and outputs.
    fn least_axes(&self) -> usize {
        1
    }

    /// Fills each parameter that a module owns, in field order. In a layer or another struct, parameters with too few
    /// axes, such as the bias of a layer whose weight is to be orthogonal, are left as they are.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::init::{Initializer, constant, xavier_uniform};
    /// use tiedw_core::{Init, layers::Linear};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let mut layer = Linear::<3, 5>::init(rng);
    /// constant(7.0).apply(&mut layer, rng);
    /// xavier_uniform().apply(&mut layer, rng);
    /// assert!(layer.weight.as_slice().iter().all(|w| w.abs() <= (6.0_f32 / 8.0).sqrt()));
    /// assert_eq!(layer.bias.as_slice(), [7.0; 5]);
    /// ```
    ///
    /// # Panics
    /// If `module` is itself a parameter with too few axes, or an array, tuple, `Vec`, `Option` or `Frozen` with one: it
    /// has no values from a layer that could be left.
    fn apply<M: Module, R: Rng + ?Sized>(&self, module: &mut M, mut rng: &mut R)
    where
        Self: Sized,
    {
        let least = self.least_axes();
        if let Some(shape) = too_few_axes(&M::SPEC, least) {
            panic!("{}", about_axes("", shape, least));
        }
        let mut values = Vec::new();
        module.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, mut parameter| {
            let shape = parameter.shape();
            if shape.len() < least {
                return;
            }
            let elements = parameter.as_mut_slice();
            values.clear();
            values.resize(elements.len(), 0.0);
            self.fill(&shape, &mut values, &mut rng);
            elements.iter_mut().zip(&values).for_each(|(to, &from)| *to = Element::from_f64(from));
        });
    }
}

/// Returns the shape of a parameter with fewer axes than `least` that is in no layer or other struct.
fn too_few_axes(spec: &Spec, least: usize) -> Option<&'static [usize]> {
    match spec {
        Spec::Parameter { shape } => (shape.len() < least).then_some(*shape),
        Spec::List { element: inner, .. } | Spec::Optional(inner) | Spec::Frozen(inner) => {
            too_few_axes(inner, least)
        }
        Spec::Module { name: "tuple", fields, .. } => {
            fields.iter().find_map(|field| too_few_axes(field.spec, least))
        }
        Spec::Module { .. } | Spec::Buffer { .. } | Spec::Tied(_) | Spec::Recursive(_) | Spec::Absent => None,
    }
}

/// The message about such a parameter; `place` ends with a space.
fn about_axes(place: &str, shape: &[usize], least: usize) -> String {
    format!(
        "{place}a parameter of shape {shape:?} cannot be filled by this initializer, which depends on inputs and outputs \
         and so needs {least} axes; write `normal(..)`, `uniform(..)` or `constant(..)`"
    )
}

/// Each element the same. Made by [`constant`], [`zeros`] and [`ones`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant(f64);

/// Each element `value`.
pub fn constant(value: f64) -> Constant {
    Constant(value)
}

/// Each element 0.
pub fn zeros() -> Constant {
    Constant(0.0)
}

/// Each element 1.
pub fn ones() -> Constant {
    Constant(1.0)
}

impl Initializer for Constant {
    fn fill(&self, _: &[usize], values: &mut [f64], _: &mut dyn Rng) {
        values.fill(self.0);
    }
}

/// Elements from U(low, high). Made by [`uniform`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

/// Elements from the uniform distribution between `low` and `high`.
///
/// # Panics
/// If `low` is greater than `high`, or one of them is not finite.
#[track_caller]
pub fn uniform(low: f64, high: f64) -> Uniform {
    assert!(
        low <= high && (high - low).is_finite(),
        "a uniform distribution from {low} to {high}: expected finite bounds, the lower one first"
    );
    Uniform { low, high }
}

impl Initializer for Uniform {
    fn fill(&self, _: &[usize], values: &mut [f64], rng: &mut dyn Rng) {
        values.fill_with(|| self.low + (self.high - self.low) * rng.random::<f64>());
    }
}

/// Elements from a normal distribution, possibly truncated. Made by [`normal`] and [`trunc_normal`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
    std: f64,
    within: (f64, f64),
}

/// Elements from the normal distribution with this mean and standard deviation.
///
/// # Panics
/// If `std` is negative, or one of them is not finite.
#[track_caller]
pub fn normal(mean: f64, std: f64) -> Normal {
    assert!(
        std >= 0.0 && std.is_finite() && mean.is_finite(),
        "a normal distribution with mean {mean} and standard deviation {std}: expected finite values, and a standard \
         deviation of at least 0"
    );
    Normal { mean, std, within: (f64::NEG_INFINITY, f64::INFINITY) }
}

/// Elements from the normal distribution, drawn again while they are not between `low` and `high`.
///
/// # Panics
/// If the arguments are not those of a [`normal`] distribution, or the interval is empty or more than 5 standard deviations
/// from the mean, which would take too long to draw.
#[track_caller]
pub fn trunc_normal(mean: f64, std: f64, low: f64, high: f64) -> Normal {
    let normal = normal(mean, std);
    let is_near = low <= mean + 5.0 * std && high >= mean - 5.0 * std && high - low >= 1e-3 * std;
    assert!(
        low <= high && is_near,
        "a normal distribution with mean {mean} and standard deviation {std}, truncated to {low} to {high}: expected the \
         lower bound first, and an interval at least 1e-3 standard deviations wide and within 5 of the mean"
    );
    Normal { within: (low, high), ..normal }
}

impl Initializer for Normal {
    fn fill(&self, _: &[usize], values: &mut [f64], rng: &mut dyn Rng) {
        let mut normal = draw::normal::<f64, _>(rng);
        let (low, high) = self.within;
        values.fill_with(|| {
            loop {
                let value = self.mean + self.std * normal();
                if low <= value && value <= high {
                    break value;
                }
            }
        });
    }
}
