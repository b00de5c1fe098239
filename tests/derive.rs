//! The derived names, counts, ties and gradients, for all forms of structs.

#![deny(warnings)]

#[path = "derive/elements_in_types.rs"]
mod elements_in_types;
#[path = "derive/generics.rs"]
mod generics;
#[path = "derive/init.rs"]
mod init;
/// Public, so that the visibility lints apply to it.
#[path = "derive/nested_generics.rs"]
pub mod nested_generics;
#[path = "derive/open_ties.rs"]
mod open_ties;
#[path = "derive/options.rs"]
mod options;
#[path = "derive/recursive.rs"]
mod recursive;
#[path = "derive/shadowed.rs"]
mod shadowed;
#[path = "derive/sources.rs"]
mod sources;
/// Public, so that the visibility lints apply to it.
#[path = "derive/visibility.rs"]
pub mod visibility;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

fn rng() -> StdRng {
    StdRng::seed_from_u64(0)
}

fn names<M: Module>(module: &M) -> Vec<String> {
    module.named_parameters().map(|(name, _)| name).collect()
}

/// Returns the elements of the parameter `name`.
fn owner<'m, M: Module>(module: &'m M, name: &str) -> &'m [M::Elem] {
    let mut parameters = module.named_parameters();
    let (_, parameter) = parameters.find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}"));
    parameter.as_slice()
}

/// Whether the two are the same memory, and not only equal.
fn same<T>(a: &[T], b: &[T]) -> bool {
    std::ptr::eq(a, b)
}

#[test]
fn layers_of_private_types_are_called_from_outside() {
    let layers = visibility::Layers::init(&mut rng());
    let x = Tensor::from_vec([1], vec![1.0, 2.0, 3.0, 4.0]);
    let (y, pullback) = layers.forward_vjp(&x);
    assert_eq!(layers.view().forward(&x).as_slice(), y.as_slice());
    let mut grads = layers.zeros_like();
    let (dx,) = pullback(y, &mut grads, [true]);
    assert_eq!(dx.unwrap().shape(), [1, 4]);
    assert_eq!(names(&grads), names(&layers));
    let heads = visibility::Heads::init(&mut rng());
    let (a, b) = heads.forward(&x);
    assert_eq!(a.as_slice(), b.as_slice());
}

/// Asserts that `name` resolves to the owner whose memory is `values`.
#[track_caller]
fn assert_owner<M: Module>(module: &M, name: &str, values: &[M::Elem], transposed: bool) {
    let found = M::SPEC.owner(name).unwrap_or_else(|| panic!("`{name}` stands for nothing"));
    assert!(same(owner(module, &found.name), values), "`{name}` stands for `{}`", found.name);
    assert_eq!(found.transposed, transposed, "{name}");
}
