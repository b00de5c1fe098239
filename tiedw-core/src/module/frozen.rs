use std::ops::{Deref, DerefMut};

use rand::Rng;

use super::container::ties_of_content;
use super::{
    Differing, Fingerprint, FromShapes, Gradient, Init, Kind, Misfit, Module, Path, ResizedFrom, Role,
    Shapes, Spec, ViewOf, Visitor, VisitorMut, Weight,
};
use crate::param::{Fill, StateMut};

/// A module whose weights are frozen: they are used and saved, but not updated by optimizers.
///
/// Cotangents are propagated through it to its inputs, but not accumulated for its weights: a gradient of a
/// module with a frozen part contains no parameters of that part. A tie to a frozen module, or to a weight of
/// it, is frozen, too.
///
/// If a frozen module borrows a weight, the weight is frozen only in this use. `head: Frozen<Linear<2, 3,
/// Tied, NoBias>>`, tied to the weight of a trained embedding, reads the current weight and adds nothing to
/// its gradient. `Frozen<Tied<M>>` and `Tied<Frozen<M>>` do the same for a whole module.
///
/// ```
/// use tiedw_core::{Frozen, Module, Vector, optim::Sgd};
///
/// let mut scale = Frozen::new(Vector::<2>::from_vec(vec![1.0, 2.0]));
/// let mut gradient = scale.zeros_like();
/// gradient.view_mut().add(0, 10.0);
/// Sgd::new(0.1).step(&mut scale, &gradient);
/// assert_eq!(scale.as_slice(), [1.0, 2.0]);
/// assert_eq!(scale.parameters().len(), 1);
/// assert_eq!(gradient.parameters().len(), 0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Frozen<M> {
    pub(super) module: M,
    /// Whether this holds weights; otherwise a gradient, which is not requested.
    pub(super) weights: bool,
}

impl<M> Frozen<M> {
    /// Freezes a module.
    pub const fn new(module: M) -> Self {
        Frozen { module, weights: true }
    }

    /// Returns the module, which can then be trained.
    ///
    /// ```
    /// # use tiedw_core::{Frozen, Vector};
    /// let frozen = Frozen::new(Vector::<1>::from([3.0]));
    /// assert_eq!(frozen.into_inner()[0], 3.0);
    /// ```
    ///
    /// A gradient can be unwrapped, too; cotangents are accumulated in it from then on.
    pub fn into_inner(self) -> M {
        self.module
    }
}

impl<M> Deref for Frozen<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.module
    }
}

impl<M> DerefMut for Frozen<M> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.module
    }
}

#[diagnostic::do_not_recommend]
impl<M: Module> Module for Frozen<M> {
    type Elem = M::Elem;
    type Ties<'a, Use: Role> = M::Ties<'a, Use>;
    type View<'a, Use: Role> = M::View<'a, Use>;
    const SPEC: Spec = Spec::Frozen(&M::SPEC);

    #[inline]
    fn bind<'a>(&'a self, ties: M::Ties<'a, Weight>) -> M::View<'a, Weight> {
        self.module.bind(ties)
    }
    #[inline]
    fn bind_mut<'a>(&'a mut self, ties: M::Ties<'a, Gradient>) -> M::View<'a, Gradient> {
        self.module.bind_mut(ties).freeze()
    }
    #[inline]
    fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
        view.freeze()
    }
    fn gradient_like(&self, _: Fill) -> Self {
        // No cotangent will overwrite unspecified elements.
        Frozen { module: self.module.gradient_like(Fill::Values), weights: false }
    }
    #[inline]
    fn assert_fits(&self, gradient: &Self, path: &mut Path) {
        self.module.assert_fits(&gradient.module, path);
    }
    #[inline]
    fn measure(&self, fingerprint: &mut Fingerprint) {
        self.module.measure(fingerprint);
    }
    fn for_each_part(&mut self, visitor: &mut dyn FnMut(&mut dyn std::any::Any)) {
        visitor(self);
        self.module.for_each_part(visitor);
    }
    #[inline]
    fn finish(&mut self) {}
    fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, M::Elem>) {
        if self.weights {
            self.module.visit(kind, path, visitor);
        }
    }
    fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, M::Elem>) {
        if self.weights {
            self.module.visit_mut(kind, path, visitor);
        }
    }
    fn update<const S: usize>(
        &mut self,
        _: &Self,
        _: [&mut Self; S],
        _: &mut impl FnMut(&mut [M::Elem], &[M::Elem], [StateMut<'_, M::Elem>; S]),
    ) {
    }
}

impl<M: Init> Init for Frozen<M> {
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Frozen::new(M::init(rng))
    }
    fn init_part<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Frozen::new(M::init_part(rng))
    }
}

impl<M: FromShapes> FromShapes for Frozen<M> {
    fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
        Frozen::new(M::from_shapes(shapes, path))
    }
}

#[diagnostic::do_not_recommend]
impl<M: ResizedFrom<S>, S: Module> ResizedFrom<Frozen<S>> for Frozen<M> {
    const DIFFERING: Differing = M::DIFFERING;

    #[inline]
    fn resized<'a, Use: Role>(view: S::View<'a, Use>) -> Result<M::View<'a, Use>, Misfit> {
        M::resized(view)
    }
}

ties_of_content! { [] Frozen<M> }
