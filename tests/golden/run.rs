//! Runs one case: the output, the gradients, and three optimizer steps.

use tiedw::prelude::*;

use crate::golden::Golden;

/// Parses a case of a file that is compiled in.
macro_rules! golden {
    ($file:literal, $case:expr) => {
        crate::golden::Golden::parse($file, include_str!(concat!($file, ".json"))).at($case)
    };
}
pub(crate) use golden;

/// The cotangents of the inputs, by name.
pub(crate) type Inputs = Vec<(&'static str, Vec<usize>, Vec<f32>)>;

/// Names a cotangent.
pub(crate) fn input<const F: usize>(
    name: &'static str,
    d: Option<Tensor<F>>,
) -> (&'static str, Vec<usize>, Vec<f32>) {
    let d = d.expect(name);
    (name, d.shape().to_vec(), d.into_vec())
}

/// Checks a module; `run` applies it, and its pullback to the given cotangent and gradient.
pub(crate) fn check<M, const O: usize>(
    case: &Golden,
    module: M,
    run: impl Fn(&M, &mut M, Tensor<O>) -> (Tensor<O>, Inputs),
) where
    M: Module<Elem = f32> + Clone,
{
    let mut module = case.at("weights").load(module);
    let dy = case.tensor("dy");
    let mut gradient = module.zeros_like();
    let (y, inputs) = run(&module, &mut gradient, dy.clone());
    case.at("y").check_sums(y.as_slice(), y.shape());
    case.at("gradients").check_module_sums(&gradient);
    for (name, shape, d) in inputs {
        case.at("input_gradients").at(name).check_sums(&d, &shape);
    }
    if module.num_parameters() == 0 {
        return;
    }
    let mut sgd = Sgd::new(0.01);
    for _ in 0..3 {
        let mut gradient = module.zeros_like();
        run(&module, &mut gradient, dy.clone());
        sgd.step(&mut module, &gradient);
    }
    case.at("trained").check_module_sums(&module);
}

/// Checks a layer with one input.
macro_rules! check_layer {
    ($case:expr, $layer:expr) => {{
        let case = $case;
        let x = case.tensor("x");
        crate::run::check(&case, $layer, |layer, gradient, dy| {
            let (y, pullback) = layer.forward_vjp(&x);
            let (dx,) = pullback(dy, gradient, [true]);
            (y, vec![crate::run::input("x", dx)])
        });
    }};
}
pub(crate) use check_layer;

/// For initial weights that are overwritten.
pub(crate) fn rng() -> rand::rngs::StdRng {
    rand::SeedableRng::seed_from_u64(0)
}

/// A module without parameters, for plain operations.
pub(crate) fn nothing() -> tiedw::layers::Dropout {
    tiedw::layers::Dropout { p: 0.0 }
}
