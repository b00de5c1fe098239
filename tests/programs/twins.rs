//! The comparison of a model with others of the same sizes, of which some are not in the type.

use tiedw::prelude::*;

/// What a run computed: the name, the shape and the bits of each tensor, in the order of time.
pub type Run = Vec<(String, Vec<usize>, Vec<u32>)>;

/// Compares the run of each type with that of the type that has all sizes.
pub fn agree(model: &str, fixed: fn() -> Run, twins: &[(&str, fn() -> Run)]) {
    let expected = fixed();
    for (sizes, run) in twins {
        let found = run();
        assert_eq!(found.len(), expected.len(), "{model} of sizes {sizes}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{model} of sizes {sizes}, and its twin of numbers");
        }
    }
}

/// Trains a model for a few steps. `step` adds to the gradient, and returns the loss and the cotangent of the input.
pub fn trained<M, O>(
    net: &mut M,
    mut optimizer: O,
    step: impl Fn(&M, &mut M) -> (f32, Option<Vec<f32>>),
) -> Run
where
    M: Module<Elem = f32> + Clone,
    O: Optimizer<M>,
{
    let mut run = Run::new();
    let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<u32>>();
    for at in 0..3 {
        let mut gradient = net.zeros_like();
        let (loss, dx) = step(net, &mut gradient);
        assert!(loss.is_finite(), "a loss of {loss}");
        run.push((format!("loss {at}"), Vec::new(), bits(&[loss])));
        run.extend(dx.map(|dx| (format!("dx {at}"), Vec::new(), bits(&dx))));
        optimizer.step(net, &gradient);
        for (what, module) in [("gradient", &gradient), ("parameter", &*net)] {
            for (name, values) in module.named_parameters() {
                run.push((
                    format!("{what} {at} of {name}"),
                    values.shape().to_vec(),
                    bits(values.as_slice()),
                ));
            }
        }
    }
    run
}

/// Moderate numbers.
pub fn numbers<const F: usize>(features: usize, leading: &[usize]) -> Tensor<F> {
    let count = features * leading.iter().product::<usize>();
    let values = (0..count).map(|at| (at as f32 * 0.7).sin() * 1.5).collect();
    Tensor::from_shape_vec(&[leading, &[features]].concat()[..], values)
}

/// Ids below `count`.
pub fn ids(count: usize, leading: &[usize]) -> Ids {
    let places = leading.iter().product::<usize>();
    Ids::from_vec(leading, (0..places).map(|at| (at * 7 % count) as u32).collect())
}
