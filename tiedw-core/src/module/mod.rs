//! Modules and ties: the ownership and borrowing of weights.
//!
//! ```
//! use tiedw_core::{Module, Tied, Vector};
//!
//! let (owner, borrower) = (Vector::<3>::zeros(), Tied::<Vector<3>>::new());
//! assert_eq!((owner.num_parameters(), borrower.num_parameters()), (3, 0));
//! let view = borrower.bind(owner.view());
//! assert!(std::ptr::eq(&view[0], &owner[0]));
//! ```

mod aliases;
mod array;
mod closed;
mod container;
mod fingerprint;
mod fixed;
mod from_shapes;
mod frozen;
mod init;
mod lift;
mod list;
mod of_view;
mod option;
mod owner;
mod path;
mod role;
mod shapes;
mod spec;
mod storage;
mod tied;
mod ties;
mod tuple;
mod view_of;
mod visit;

pub(crate) use aliases::aliases;
pub use closed::Closed;
pub(crate) use fixed::Setting;
pub use from_shapes::{FieldFromShapes, FromShapes, field_from_shapes};
pub use frozen::Frozen;
pub use init::Init;
pub use list::ListView;
pub use owner::Owner;
pub use path::Path;
pub use role::{Gradient, Role, Weight};
pub(crate) use shapes::Axis;
#[cfg(feature = "safetensors")]
pub(crate) use shapes::Memory;
pub use shapes::Shapes;
pub use spec::{Field, Recursive, Spec};
pub use storage::{Absent, BiasStorage, NoBias, Own, Storage, Stored};
pub use tied::Tied;
pub use ties::TiesOf;
pub(crate) use ties::ties;
pub use view_of::{ModuleOf, ViewOf};
pub use visit::{Kind, Visitor, VisitorMut};

// Named only by generated code.
#[doc(hidden)]
pub use fingerprint::Fingerprint;
#[doc(hidden)]
pub use fixed::{Differing, FillsFixed, Misfit, Resizable, ResizedFrom, TieName, differing};
#[doc(hidden)]
pub use list::{Indexed, IndexedList, IndexedOther};
#[doc(hidden)]
pub use of_view::OfView;
#[doc(hidden)]
pub use tied::TiedField;
#[doc(hidden)]
pub use ties::{Filled, FilledState, Finish, FinishHole, Hole, Holes, NoTies, Open, OpenState, State};
#[doc(hidden)]
pub use view_of::{Fills, Source, Wanted};
#[doc(hidden)]
pub use visit::HasElem;

use std::any::Any;

use crate::Element;
use crate::diagram::Diagram;
use crate::param::{Fill, Parameter, ParameterMut, StateMut};
use crate::summary::Summary;

/// A part of a network: its own weights, and typed holes for the weights that it borrows.
///
/// `#[derive(Module)]` implements this trait for a struct. A module without open holes is [`Closed`]: only
/// then can it be viewed, called and trained on its own.
///
/// ```
/// use tiedw_core::{Module, Vector, layers::Linear};
///
/// type Net = (Linear<2, 1>, Vector<3>);
/// assert_eq!(Net::NUM_PARAMETERS, 6);
///
/// let mut net: Net = (Linear { weight: [[1.0, 2.0]].into(), bias: [3.0].into() }, Vector::zeros());
/// let names: Vec<String> = net.named_parameters().map(|(name, _)| name).collect();
/// assert_eq!(names, ["0.weight", "0.bias", "1"]);
/// for mut parameter in net.parameters_mut() {
///     parameter.as_mut_slice().fill(7.0);
/// }
/// assert!(net.parameters().all(|parameter| parameter.as_slice().iter().all(|&number| number == 7.0)));
/// assert_eq!(net.view().0.weight[(0, 1)], 7.0);
/// assert_eq!(net.zeros_like().num_parameters(), net.num_parameters());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a module",
    label = "not a module",
    note = "a field is a module or a parameter (`Linear<..>`, `Matrix<..>`, a struct with `#[derive(Module)]`); \
            mark any other with `#[module(skip)]`"
)]
pub trait Module: Sized + 'static {
    /// The element type of the parameters.
    type Elem: Element;

    /// The borrowed weights: `()` if the module owns everything.
    type Ties<'a, Use: Role>: Clone;
    /// The module with its holes filled: a struct of borrows with the same fields.
    type View<'a, Use: Role>: Clone + ViewOf<'a, Use, Module: Module<Elem = Self::Elem>>;

    /// Fills the holes of the module, and returns its view.
    ///
    /// ```
    /// use tiedw_core::{Module, Tied, Vector};
    ///
    /// let (owner, borrower) = (Vector::<2>::zeros(), Tied::<Vector<2>>::new());
    /// let view = borrower.bind(owner.view());
    /// assert!(std::ptr::eq(view.as_slice(), owner.as_slice()));
    /// ```
    fn bind<'a>(&'a self, ties: Self::Ties<'a, Weight>) -> Self::View<'a, Weight>;
    /// Fills the holes of a gradient, and returns its view.
    ///
    /// ```
    /// use tiedw_core::{Module, Tied, Vector};
    ///
    /// let (mut of_owner, mut of_borrower) = (Vector::<2>::zeros(), Tied::<Vector<2>>::new());
    /// of_borrower.bind_mut(of_owner.view_mut()).add(1, 5.0);
    /// assert_eq!(of_owner.as_slice(), [0.0, 5.0]);
    /// ```
    fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, Gradient>) -> Self::View<'a, Gradient>;

    /// Converts the gradient view of a tie's source for a module of this type: what the type declares as
    /// frozen receives no cotangents.
    #[doc(hidden)]
    #[inline]
    fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
        view
    }

    /// The names, shapes and ties of the module, known at compile time.
    const SPEC: Spec;

    /// The number of elements of the parameters that the module owns. A tied parameter is counted once.
    ///
    /// If the module contains a `Vec` or an `Option`, the number is known only at run time. Using this
    /// constant is then a compile error; call [`num_parameters`](Module::num_parameters) instead.
    const NUM_PARAMETERS: usize = match Self::SPEC.num_parameters() {
        Some(count) => count,
        None => panic!(
            "the module holds a `Vec`, an `Option` or a `DYN` size: its parameters are counted at run time, \
             by `num_parameters()`"
        ),
    };

    /// Creates a module with the same structure and zero parameters, for a gradient or the state of an
    /// optimizer.
    ///
    /// [`parameters`](Module::parameters) of a gradient leaves out those of [`Frozen`] parts, so match
    /// parameters and gradients by name, with [`named_parameters`](Module::named_parameters), instead of zipping the two:
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use tiedw_core::{Frozen, Module, Vector};
    ///
    /// let pair = (Frozen::new(Vector::<1>::from([1.0])), Vector::<1>::from([2.0]));
    /// let gradient = pair.zeros_like();
    /// let gradients: HashMap<_, _> = gradient.named_parameters().collect();
    /// let trained = pair.named_parameters().filter(|(name, _)| gradients.contains_key(name));
    /// assert_eq!(trained.map(|(name, _)| name).collect::<Vec<_>>(), ["1"]);
    /// ```
    fn zeros_like(&self) -> Self {
        self.gradient_like(Fill::Values)
    }

    /// Sets a gradient to zero in place, as `zero_grad` in PyTorch.
    ///
    /// A parameter that receives no cotangent after this call does not take part in the gradient: optimizers
    /// skip it.
    ///
    /// ```
    /// use tiedw_core::{Module, Vector, optim::Sgd};
    ///
    /// let mut pair = (Vector::<1>::zeros(), Vector::<1>::zeros());
    /// let mut gradient = pair.zeros_like();
    /// let mut sgd = Sgd::new(1.0).momentum(0.5);
    /// gradient.view_mut().0.add(0, 4.0);
    /// sgd.step(&mut pair, &gradient);
    ///
    /// gradient.zero_grad();
    /// gradient.view_mut().1.add(0, 4.0);
    /// sgd.step(&mut pair, &gradient);
    /// assert_eq!((pair.0[0], pair.1[0]), (-4.0, -4.0));
    /// ```
    fn zero_grad(&mut self) {
        self.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, mut parameter| {
            parameter.as_mut_slice().fill(Self::Elem::ZERO);
            parameter.set_took_part(false);
        });
    }

    /// Creates a gradient with the given initial contents.
    #[doc(hidden)]
    fn gradient_like(&self, fill: Fill) -> Self;

    /// Asserts that each `Vec` has the same length in the gradient, and each `Option` is `Some` in both or in
    /// neither.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    fn assert_fits(&self, _gradient: &Self, _: &mut Path) {}

    /// Adds the length of each `Vec`, the presence of each `Option` and the sizes that are `DYN`.
    #[doc(hidden)]
    #[inline]
    fn measure(&self, _: &mut Fingerprint) {}

    /// Calls `f` for each part of type `P`, however deep, as `apply` in PyTorch: to change settings that are not parameters.
    ///
    /// ```
    /// use tiedw_core::layers::{LayerNorm, Linear};
    /// use tiedw_core::Module;
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # let rng = &mut StdRng::seed_from_u64(0);
    ///
    /// let block = || (LayerNorm::<4>::new(4), Linear::<4, 4>::new(4, 4, rng));
    /// let mut net: Vec<_> = std::iter::repeat_with(block).take(3).collect();
    /// net.for_each(|norm: &mut LayerNorm<4>| norm.eps = 1e-12);
    /// assert!(net.iter().all(|(norm, _)| norm.eps == 1e-12));
    /// ```
    fn for_each<P: 'static>(&mut self, mut f: impl FnMut(&mut P)) {
        self.for_each_part(&mut |part| {
            if let Some(part) = part.downcast_mut() {
                f(part);
            }
        });
    }

    /// Calls `visitor` for this module and all its parts.
    #[doc(hidden)]
    fn for_each_part(&mut self, visitor: &mut dyn FnMut(&mut dyn Any)) {
        visitor(self);
    }

    /// Fills in zeros for parameters of a gradient that received no cotangent.
    #[doc(hidden)]
    fn finish(&mut self);

    /// Calls `visitor` for each owned parameter or buffer, in field order, with its path from here.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::{Init, Module, Path, layers::BatchNorm, module::Kind};
    ///
    /// let norm = BatchNorm::<3>::init(&mut StdRng::seed_from_u64(0));
    /// let names = |kind| {
    ///     let mut names = Vec::new();
    ///     norm.visit(kind, &mut Path::default(), &mut |path, _| names.push(path.to_string()));
    ///     names
    /// };
    /// assert_eq!(names(Kind::Parameter), ["weight", "bias"]);
    /// assert_eq!(names(Kind::Buffer), ["running_mean", "running_var"]);
    /// ```
    fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, Self::Elem>);

    /// Calls `visitor` for each owned parameter or buffer mutably.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::{Init, Module, Path, layers::BatchNorm, module::Kind};
    ///
    /// let mut norm = BatchNorm::<1>::init(&mut StdRng::seed_from_u64(0));
    /// norm.visit_mut(Kind::Buffer, &mut Path::default(), &mut |_, mut buffer| buffer.as_mut_slice().fill(4.0));
    /// assert_eq!((norm.running_mean[0], norm.running_var[0], norm.weight[0]), (4.0, 4.0, 1.0));
    /// ```
    fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, Self::Elem>);

    /// Calls `rule` for each owned parameter with the same parameter of `gradient` and of each module in
    /// `state`: one pass, for an optimizer's step.
    ///
    /// Skips a parameter that did not take part in the gradient: one that received no cotangent from the
    /// methods that computed the gradient, and whose gradient is still zero. Such a parameter and its state
    /// are unchanged, as for a gradient of `None` in PyTorch. Explicit zeros, as from `zeros_like` alone, are
    /// a gradient like any other.
    ///
    /// ```
    /// use tiedw_core::{Module, Vector};
    ///
    /// let (mut weights, gradient) = (Vector::<2>::zeros(), Vector::from([1.0, -2.0]));
    /// weights.update(&gradient, [], &mut |weights: &mut [f32], gradient: &[f32], []| {
    ///     weights.iter_mut().zip(gradient).for_each(|(w, g)| *w -= 0.5 * g);
    /// });
    /// assert_eq!(weights.as_slice(), [-0.5, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If the lengths of a `Vec`, or the presence of an `Option`, differ between them.
    fn update<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [Self::Elem], &[Self::Elem], [StateMut<'_, Self::Elem>; S]),
    );

    /// Returns the view of the module, with its ties bound.
    #[inline]
    fn view(&self) -> Self::View<'_, Weight>
    where
        Self: Closed,
    {
        self.bind(Self::no_ties())
    }

    /// Returns the view of a gradient, with its ties bound, into which pullbacks accumulate.
    ///
    /// ```
    /// use tiedw_core::{Module, Vector};
    ///
    /// let mut gradient = Vector::<1>::zeros();
    /// gradient.view_mut().add(0, 2.0);
    /// assert_eq!(gradient[0], 2.0);
    /// ```
    #[inline]
    fn view_mut(&mut self) -> Self::View<'_, Gradient>
    where
        Self: Closed,
    {
        self.bind_mut(Self::no_ties())
    }

    /// Iterates over the owned parameters in field order, each once.
    fn parameters(&self) -> std::vec::IntoIter<Parameter<'_, Self::Elem>> {
        let mut parameters = Vec::new();
        self.visit(Kind::Parameter, &mut Path::default(), &mut |_, parameter| parameters.push(parameter));
        parameters.into_iter()
    }

    /// Iterates mutably over the owned parameters in field order, each once.
    fn parameters_mut(&mut self) -> std::vec::IntoIter<ParameterMut<'_, Self::Elem>> {
        let mut parameters = Vec::new();
        self.visit_mut(Kind::Parameter, &mut Path::default(), &mut |_, parameter| parameters.push(parameter));
        parameters.into_iter()
    }

    /// Iterates over the owned parameters with their names, as in PyTorch's `state_dict`: `layers.0.weight`.
    fn named_parameters(&self) -> std::vec::IntoIter<(String, Parameter<'_, Self::Elem>)> {
        let mut parameters = Vec::new();
        self.visit(Kind::Parameter, &mut Path::default(), &mut |path, parameter| {
            parameters.push((path.to_string(), parameter))
        });
        parameters.into_iter()
    }

    /// Iterates over the owned parameters with their names, mutably.
    ///
    /// ```
    /// use tiedw_core::{Module, Vector};
    ///
    /// let mut pair = (Vector::<2>::zeros(), Vector::<1>::zeros());
    /// for (name, mut parameter) in pair.named_parameters_mut() {
    ///     parameter.as_mut_slice().fill(if name == "1" { 9.0 } else { 1.0 });
    /// }
    /// assert_eq!((pair.0[1], pair.1[0]), (1.0, 9.0));
    /// ```
    fn named_parameters_mut(&mut self) -> std::vec::IntoIter<(String, ParameterMut<'_, Self::Elem>)> {
        let mut parameters = Vec::new();
        self.visit_mut(Kind::Parameter, &mut Path::default(), &mut |path, parameter| {
            parameters.push((path.to_string(), parameter))
        });
        parameters.into_iter()
    }

    /// Iterates over the owned buffers with their names, as in PyTorch's `named_buffers`:
    /// `norm.running_mean`.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::{Init, Module, layers::BatchNorm};
    ///
    /// let norm = BatchNorm::<3>::init(&mut StdRng::seed_from_u64(0));
    /// let names: Vec<String> = norm.named_buffers().map(|(name, _)| name).collect();
    /// assert_eq!(names, ["running_mean", "running_var"]);
    /// ```
    fn named_buffers(&self) -> std::vec::IntoIter<(String, Parameter<'_, Self::Elem>)> {
        let mut buffers = Vec::new();
        self.visit(Kind::Buffer, &mut Path::default(), &mut |path, buffer| {
            buffers.push((path.to_string(), buffer))
        });
        buffers.into_iter()
    }

    /// Returns a table of the module's parameters and ties, without an instance. Print it with `Display`.
    ///
    /// ```
    /// use tiedw_core::{Module, layers::Linear};
    ///
    /// println!("{}", Linear::<10, 5>::summary());
    /// assert_eq!(Linear::<10, 5>::summary().bytes(), Some(220));
    /// ```
    fn summary() -> Summary {
        Summary::new(&Self::SPEC, size_of::<Self::Elem>())
    }

    /// Returns a diagram of the module's parts and ties, without an instance. `Display` prints it as Mermaid,
    /// and [`to_svg`](Diagram::to_svg) renders it.
    ///
    /// ```
    /// use tiedw_core::{Module, layers::Linear};
    ///
    /// assert!(Linear::<10, 5>::diagram().to_string().starts_with("flowchart LR"));
    /// ```
    fn diagram() -> Diagram {
        Diagram::new(&Self::SPEC)
    }

    /// Returns the number of elements of the parameters that the module owns.
    fn num_parameters(&self) -> usize {
        self.parameters().map(|parameter| parameter.as_slice().len()).sum()
    }
}

/// Returns what the type of a module leaves open, as a hash.
#[inline]
pub(crate) fn fingerprint<M: Module>(module: &M) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    if const { M::SPEC.num_parameters().is_none() } {
        module.measure(&mut fingerprint);
    }
    fingerprint
}

/// Asserts that a gradient has the current structure of a module. A no-op if the type determines the
/// structure.
#[doc(hidden)]
#[inline]
#[track_caller]
pub fn assert_fits<M: Module>(module: &M, gradient: &M) {
    common_fingerprint(module, gradient);
}

/// Returns a field of each state.
#[doc(hidden)]
#[inline]
pub fn of_each<'s, M, F, const STATES: usize>(
    states: &'s mut [&mut M; STATES],
    field: impl Fn(&'s mut M) -> &'s mut F,
) -> [&'s mut F; STATES] {
    states.each_mut().map(|state| field(state))
}

/// [`assert_fits`], and the fingerprint of both.
#[inline]
#[track_caller]
pub(crate) fn common_fingerprint<M: Module>(module: &M, gradient: &M) -> Fingerprint {
    let now = fingerprint(module);
    if now != fingerprint(gradient) {
        module.assert_fits(gradient, &mut Path::default());
    }
    now
}

/// The end of the message about a gradient that does not match its module.
pub(crate) const MADE_ANEW: &str =
    "a gradient is made from the model as it is now, by `zeros_like()` or `.._and_grad`";
