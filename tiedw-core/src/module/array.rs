//! Arrays of modules: stacks of layers with a compile-time depth.

use rand::Rng;

use super::container::ties_of_content;
use super::{
    Differing, Fingerprint, FromShapes, Gradient, Init, Kind, Misfit, Module, Path, ResizedFrom, Role,
    Shapes, Spec, ViewOf, Visitor, VisitorMut, Weight, of_each,
};
use crate::param::{Fill, StateMut};

#[diagnostic::do_not_recommend]
impl<M: Module, const N: usize> Module for [M; N] {
    type Elem = M::Elem;
    type Ties<'a, Use: Role> = M::Ties<'a, Use>;
    type View<'a, Use: Role> = [M::View<'a, Use>; N];
    const SPEC: Spec = Spec::List { len: Some(N), element: &M::SPEC };

    #[inline]
    fn bind<'a>(&'a self, ties: Self::Ties<'a, Weight>) -> Self::View<'a, Weight> {
        self.each_ref().map(|module| module.bind(ties.clone()))
    }
    #[inline]
    fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, Gradient>) -> Self::View<'a, Gradient> {
        self.each_mut().map(|module| module.bind_mut(ties.clone()))
    }
    #[inline]
    fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
        view.map(M::borrowed)
    }
    fn gradient_like(&self, fill: Fill) -> Self {
        self.each_ref().map(|module| module.gradient_like(fill))
    }
    #[inline]
    fn assert_fits(&self, gradient: &Self, path: &mut Path) {
        for (index, (module, gradient)) in self.iter().zip(gradient).enumerate() {
            path.index(index, |path| module.assert_fits(gradient, path));
        }
    }
    #[inline]
    fn measure(&self, fingerprint: &mut Fingerprint) {
        self.iter().for_each(|module| module.measure(fingerprint));
    }
    fn for_each_part(&mut self, visitor: &mut dyn FnMut(&mut dyn std::any::Any)) {
        visitor(self);
        self.iter_mut().for_each(|module| module.for_each_part(visitor));
    }
    #[inline]
    fn finish(&mut self) {
        self.iter_mut().for_each(M::finish);
    }
    fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, M::Elem>) {
        for (index, module) in self.iter().enumerate() {
            path.index(index, |path| module.visit(kind, path, visitor));
        }
    }
    fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, M::Elem>) {
        for (index, module) in self.iter_mut().enumerate() {
            path.index(index, |path| module.visit_mut(kind, path, visitor));
        }
    }
    fn update<const S: usize>(
        &mut self,
        gradient: &Self,
        mut state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [M::Elem], &[M::Elem], [StateMut<'_, M::Elem>; S]),
    ) {
        for (index, (module, gradient)) in self.iter_mut().zip(gradient).enumerate() {
            module.update(gradient, of_each(&mut state, |state| &mut state[index]), rule);
        }
    }
}

impl<M: Init, const N: usize> Init for [M; N] {
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        std::array::from_fn(|_| M::init(rng))
    }
    fn init_part<R: Rng + ?Sized>(rng: &mut R) -> Self {
        std::array::from_fn(|_| M::init_part(rng))
    }
}

impl<M: FromShapes, const N: usize> FromShapes for [M; N] {
    fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
        std::array::from_fn(|index| path.index(index, |path| M::from_shapes(shapes, path)))
    }
}

impl<'a, V: ViewOf<'a, Use>, Use: Role, const N: usize> ViewOf<'a, Use> for [V; N] {
    type Module = [V::Module; N];

    #[inline]
    fn freeze(self) -> Self {
        self.map(V::freeze)
    }
}

#[diagnostic::do_not_recommend]
impl<M: ResizedFrom<S>, S: Module, const N: usize> ResizedFrom<[S; N]> for [M; N] {
    const DIFFERING: Differing = M::DIFFERING;

    fn resized<'a, Use: Role>(view: [S::View<'a, Use>; N]) -> Result<[M::View<'a, Use>; N], Misfit> {
        let (mut index, mut misfit) = (0, None);
        let views = view.map(|view| {
            let resized = M::resized(view);
            index += 1;
            resized.map_err(|found| misfit = misfit.take().or(Some(found.at(index - 1)))).ok()
        });
        match misfit {
            Some(misfit) => Err(misfit),
            None => Ok(views.map(|view| view.expect("it fits"))),
        }
    }
}

ties_of_content! { [, const N: usize] [M; N] }
