use super::{Module, Path, Shapes};

/// A module that can be created from the names and shapes of its parameters, as when a file is
/// [opened](crate::state::LoadOptions::open).
///
/// The names say the length of each `Vec` and the presence of each `Option`, the shapes each size that is
/// [`DYN`](crate::DYN). Settings that are not parameters, such as `eps`, have the defaults of their layers, and a skipped
/// field has its `Default` or its `#[module(init = ..)]`. `#[derive(Module)]` implements it.
///
/// ```
/// use tiedw_core::layers::LayerNorm;
/// use tiedw_core::module::{FromShapes, Shapes};
/// use tiedw_core::{DYN, Path};
///
/// type Norms = (LayerNorm<3>, Option<LayerNorm<DYN>>);
/// let mut shapes = Shapes::of::<Norms>();
/// for (name, size) in [("0.weight", 3), ("0.bias", 3), ("1.weight", 5), ("1.bias", 5)] {
///     shapes.insert(name, vec![size]);
/// }
/// let (first, second) = Norms::from_shapes(&mut shapes, &mut Path::default());
/// assert_eq!((first.eps, second.unwrap().bias.shape().to_vec()), (1e-5, vec![5]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be opened from a file",
    label = "a field of it does not come from names and shapes",
    note = "load into a model that exists with `load`; a field that is skipped needs `Default`, or `#[module(skip, init = ..)]` with a value \
            that does not use `rng`"
)]
pub trait FromShapes: Module {
    /// Creates the module at `path`. The elements of its parameters are unspecified.
    fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self;
}

/// Creates a field of a module at `path`.
#[doc(hidden)]
pub fn field_from_shapes<M: FromShapes>(name: &'static str, shapes: &mut Shapes, path: &mut Path) -> M {
    path.field(name, |path| M::from_shapes(shapes, path))
}

/// [`field_from_shapes`] as a bound that does not say that the field is a module: in a struct with another field of a type that
/// such a bound is on, it would hide what the elements of that type are.
#[doc(hidden)]
pub trait FieldFromShapes: Sized {
    /// Creates a field of a module at `path`.
    fn field_from_shapes(name: &'static str, shapes: &mut Shapes, path: &mut Path) -> Self;
}

impl<M: FromShapes> FieldFromShapes for M {
    fn field_from_shapes(name: &'static str, shapes: &mut Shapes, path: &mut Path) -> M {
        field_from_shapes(name, shapes, path)
    }
}
