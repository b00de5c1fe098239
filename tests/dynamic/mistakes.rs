//! Mistakes that the compiler cannot see where sizes are known at run time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tiedw::prelude::*;

use super::rng;

/// A tie without its `.t()`.
#[derive(Module, Clone, Debug, PartialEq)]
struct Forgotten {
    encoder: Linear<DYN, DYN>,
    #[tie(weight = encoder.weight)]
    decoder: Linear<DYN, DYN, Tied>,
}

#[differentiable]
impl Forgotten {
    fn forward(&self, x: &Tensor<DYN>) -> Tensor<DYN> {
        self.decoder.forward(&self.encoder.forward(x))
    }
}

fn forgotten() -> Forgotten {
    Forgotten { encoder: Linear::new(3, 2, &mut rng()), decoder: Linear::new(2, 3, &mut rng()) }
}

#[test]
#[should_panic = "a linear layer of 3 features of a tensor of shape [1, 2]"]
fn a_forgotten_transpose_shows_at_the_call() {
    forgotten().forward(&Tensor::zeros([1, 3]));
}

#[test]
#[should_panic = "a bias of 3 numbers for 2 outputs"]
fn a_bias_that_the_weight_does_not_have() {
    forgotten().view().decoder.forward(&Tensor::zeros([1, 3]));
}

#[cfg(feature = "safetensors")]
#[test]
fn a_forgotten_transpose_shows_when_a_file_is_opened() {
    let error = Forgotten::open_bytes(&forgotten().to_bytes()).unwrap_err().to_string();
    assert!(error.contains("`decoder.bias` has shape [2] in the model, [3] in the file"), "{error}");
}

#[test]
#[should_panic = "`encoder.weight` has shape [2, 3] in the model and [2, 4] in its gradient"]
fn a_gradient_of_a_model_of_other_sizes() {
    let other = Forgotten { encoder: Linear::new(4, 2, &mut rng()), ..forgotten() };
    Sgd::new(0.1).step(&mut forgotten(), &other.zeros_like());
}

#[test]
#[should_panic = "Linear::new with 3 outputs: its type has 2"]
fn a_size_that_is_not_that_of_the_type() {
    Linear::<DYN, 2>::new(5, 3, &mut rng());
}

#[test]
#[should_panic = "the module has `` of shape [3, 2], the vector `` of [2, 3]"]
fn a_flat_vector_of_another_shape() {
    let flat = tiedw::parallel::FlatVector::of(&Matrix::<DYN, DYN>::zeros_of([2, 3]));
    flat.copy_to(&mut Matrix::<DYN, DYN>::zeros_of([3, 2]));
}

/// The only axis of a tensor stays: the message names the operation that was called, and the one that was meant.
#[test]
fn the_only_axis_is_not_removed() {
    let x = Tensor::<DYN>::from_vec([], vec![1.0, 2.0, 3.0]);
    let mask = x.gt(1.5);
    let message = |run: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(run)).expect_err("it panics");
        panic.downcast_ref::<String>().expect("a message with the shape").clone()
    };
    let all = "of a tensor of shape [3] along axis 0, which is its only one";
    let reductions: [(&str, &str, &dyn Fn()); 12] = [
        ("sum_axis", "sum", &|| drop(x.sum_axis(0))),
        ("sum_axis", "sum", &|| drop(x.sum_axis_vjp(0))),
        ("mean_axis", "mean", &|| drop(x.mean_axis(0))),
        ("mean_axis", "mean", &|| drop(x.mean_axis_vjp(0))),
        ("var_axis", "var", &|| drop(x.var_axis(0))),
        ("std_axis_with", "std_with", &|| drop(x.std_axis_with(0, 0))),
        ("max_axis", "max", &|| drop(x.max_axis(0))),
        ("min_axis", "min", &|| drop(x.min_axis_vjp(0))),
        ("prod_axis", "prod", &|| drop(x.prod_axis(0))),
        ("logsumexp_axis", "logsumexp", &|| drop(x.logsumexp_axis(0))),
        ("all_axis", "all", &|| drop(mask.all_axis(0))),
        ("any_axis", "any", &|| drop(mask.any_axis(0))),
    ];
    for (operation, instead, run) in reductions {
        assert_eq!(message(run), format!("{operation} {all}: `{instead}` takes all elements"));
    }
    let select = format!("select {all}: `narrow` and `gather` keep the axis");
    assert_eq!(message(&|| drop(x.select(0, 1))), select);
    assert_eq!(message(&|| drop(x.select_vjp(0, 1))), select);
    assert_eq!(message(&|| drop(mask.select(0, 1))), select);
}
