//! The supported subset of Rust in differentiable bodies, with gradients checked by central differences.

#![allow(
    unused,
    for_loops_over_fallibles,
    clippy::style,
    clippy::complexity,
    clippy::perf,
    reason = "bodies as they may be written"
)]

mod alternatives;
mod arrays;
mod attributes;
mod borrowed;
mod borrowing_values;
mod branches;
mod by_name;
mod calls;
mod captures;
mod chains;
mod changing_checkpoints;
mod checkpoints;
mod chosen;
mod circles;
mod closures;
mod closures_apart;
mod closures_over_parts;
mod closures_to_functions;
mod closures_to_functions_elsewhere;
mod closures_with_variables;
mod conditions_of_arguments;
mod conditions_that_change;
mod constant_fields;
mod containers;
mod conversions;
mod data_in_patterns;
mod declared_types;
mod deferred;
mod dynamic;
mod elements_alone;
mod elements_in_closures;
mod elements_of_parameters;
mod extended_by_references;
mod extremes;
mod filtered_parts;
mod flags;
mod found_parts;
mod fragments;
mod functions;
mod functions_of_modules;
mod generators;
mod generic;
mod generic_trees;
mod gradients;
mod in_other_files;
mod inferred;
mod items;
mod iterators;
mod kept_parts;
mod lazy;
mod leaving;
mod lent;
mod lent_lists;
mod lent_places;
mod list_methods;
mod lists_in_place;
mod lists_of_parameters;
mod lists_of_parts;
mod lists_that_read_themselves;
mod long;
mod loops;
mod masks_in_place;
mod modules_in_patterns;
mod natural;
mod numbers;
mod numbers_of_elements;
mod operators;
mod operators_by_path;
mod options;
mod options_of_parts;
mod order;
mod ordinary;
mod outputs;
mod own_names;
mod parameters;
mod parameters_as_tensors;
mod parameters_by_value;
mod parts;
mod parts_in_lists;
mod parts_in_tuples;
mod parts_of_arrays;
mod passed;
mod passed_on;
mod patterns;
mod patterns_of_parts;
mod predicates;
mod printed;
mod recursive;
mod reordered;
mod same_names;
mod searched_parts;
mod seen;
mod self_paths;
mod settings;
mod settings_in_place;
mod sizes;
mod slices_in_place;
mod slices_of_lists;
mod structs;
mod sums;
mod supertraits;
mod temporaries_of_branches;
mod traits;
mod traits_named_like_the_library;
mod traits_of_elements;
mod traits_of_values;
mod tuples_of_elements;
mod value_methods;
mod values;
mod weightless;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;
use tiedw::testing::{gradcheck, gradcheck_loss};

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// Draws values away from zero, where `relu` is not differentiable.
fn uniform<const F: usize>(rows: usize, seed: u64) -> Tensor<F, f64> {
    let mut rng = rng(seed);
    let mut number = || {
        let x: f64 = rng.random_range(0.1..1.0);
        if rng.random() { x } else { -x }
    };
    Tensor::from_vec([rows], (0..rows * F).map(|_| number()).collect())
}

/// Compares a gradient with central differences, for each element of each parameter.
#[track_caller]
fn check<M: Module<Elem = f64> + Clone>(net: &M, loss_and_grad: impl Fn(&M) -> (f64, M)) {
    let (_, gradient) = loss_and_grad(net);
    let has_gradient = gradient.parameters().any(|part| part.as_slice().iter().any(|&slope| slope != 0.0));
    assert!(has_gradient, "no gradient at all");
    if let Err(error) = gradcheck_loss(&mut net.clone(), |net| loss_and_grad(net).0, &loss_and_grad) {
        panic!("{error}");
    }
}

/// Compares a method with its companion, and the gradient with central differences of the method.
#[track_caller]
fn agree<M: Module<Elem = f64> + Clone>(
    net: &M,
    loss: impl Fn(&M) -> f64,
    loss_and_grad: impl Fn(&M) -> (f64, M),
) {
    assert_eq!(loss_and_grad(net).0, loss(net));
    check(net, |net| (loss(net), loss_and_grad(net).1));
}

/// Checks methods with the same arguments.
macro_rules! agree_all {
    ($net:expr, $arguments:tt, $($method:ident $and_grad:ident),* $(,)?) => {$(
        crate::agree_all!(@ $net, $arguments, $method $and_grad);
    )*};
    (@ $net:expr, ($($argument:expr),*), $method:ident $and_grad:ident) => {
        crate::agree($net, |net| net.$method($($argument),*), |net| net.$and_grad($($argument),*));
    };
}
pub(crate) use agree_all;

/// Compares the cotangents of the only input of methods that return a number with central differences.
macro_rules! agree_in_input {
    ($net:expr, $x:expr, $($method:ident $vjp:ident),* $(,)?) => {$(
        let (_, pullback) = $net.$vjp($x);
        let (dx,) = pullback(1.0, &mut $net.zeros_like(), [true]);
        crate::check_input($x, |x| $net.$method(x), dx);
    )*};
}
pub(crate) use agree_in_input;

/// Compares the derivatives of functions of one number with central differences.
macro_rules! number_agrees {
    ($($function:ident $vjp:ident),* $(,)?) => {$(
        let (value, pullback) = $vjp(0.7);
        let (slope,) = pullback(1.0, [true]);
        assert_eq!(value, $function(0.7));
        let difference = ($function(0.7 + 1e-5) - $function(0.7 - 1e-5)) / 2e-5;
        assert!(
            (slope.unwrap() - difference).abs() < 1e-7 * (1.0 + difference.abs()),
            "{}: {slope:?}, and differences say {difference}",
            stringify!($function),
        );
    )*};
}
pub(crate) use number_agrees;

/// Compares the cotangent of an input with central differences.
#[track_caller]
fn check_input<const F: usize>(
    x: &Tensor<F, f64>,
    loss: impl Fn(&Tensor<F, f64>) -> f64,
    dx: Option<Tensor<F, f64>>,
) {
    if let Err(error) = gradcheck(&(x.clone(),), |(x,)| loss(x), |(x,), _| (loss(x), (dx.clone(),))) {
        panic!("{error}");
    }
}
