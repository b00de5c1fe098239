//! Optional modules.

use super::container::ties_of_content;
use super::{
    Differing, Fingerprint, FromShapes, Gradient, Kind, MADE_ANEW, Misfit, Module, Path, ResizedFrom, Role,
    Shapes, Spec, ViewOf, Visitor, VisitorMut, Weight,
};
use crate::param::{Fill, Parameter, StateMut};

#[diagnostic::do_not_recommend]
impl<M: Module> Module for Option<M> {
    type Elem = M::Elem;
    type Ties<'a, Use: Role> = M::Ties<'a, Use>;
    type View<'a, Use: Role> = Option<M::View<'a, Use>>;
    const SPEC: Spec = Spec::Optional(&M::SPEC);

    #[inline]
    fn bind<'a>(&'a self, ties: Self::Ties<'a, Weight>) -> Self::View<'a, Weight> {
        self.as_ref().map(|module| module.bind(ties))
    }
    #[inline]
    fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, Gradient>) -> Self::View<'a, Gradient> {
        self.as_mut().map(|module| module.bind_mut(ties))
    }
    #[inline]
    fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
        view.map(M::borrowed)
    }
    fn gradient_like(&self, fill: Fill) -> Self {
        self.as_ref().map(|module| module.gradient_like(fill))
    }
    #[inline]
    fn measure(&self, fingerprint: &mut Fingerprint) {
        fingerprint.add(self.is_some().into());
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
    #[inline]
    fn assert_fits(&self, gradient: &Self, path: &mut Path) {
        match (self, gradient) {
            (Some(module), Some(gradient)) => module.assert_fits(gradient, path),
            (None, None) => {}
            _ => other_presence(path, self.is_some()),
        }
    }
    fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, M::Elem>) {
        match self {
            Some(module) => module.visit(kind, path, visitor),
            None if kind == Kind::Absent => visitor(path, Parameter::nothing()),
            None => {}
        }
    }
    fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, M::Elem>) {
        if let Some(module) = self {
            module.visit_mut(kind, path, visitor);
        }
    }
    fn update<const S: usize>(
        &mut self,
        gradient: &Self,
        state: [&mut Self; S],
        rule: &mut impl FnMut(&mut [M::Elem], &[M::Elem], [StateMut<'_, M::Elem>; S]),
    ) {
        let absent = "one of two modules to update together lacks an `Option` that the other has";
        match (self, gradient) {
            (Some(module), Some(gradient)) => {
                module.update(gradient, state.map(|state| state.as_mut().expect(absent)), rule);
            }
            (None, None) => {}
            _ => panic!("{absent}"),
        }
    }
}

impl<M: FromShapes> FromShapes for Option<M> {
    fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
        shapes.is_some(path, &M::SPEC).then(|| M::from_shapes(shapes, path))
    }
}

impl<'a, V: ViewOf<'a, Use>, Use: Role> ViewOf<'a, Use> for Option<V> {
    type Module = Option<V::Module>;

    #[inline]
    fn freeze(self) -> Self {
        self.map(V::freeze)
    }
}

#[diagnostic::do_not_recommend]
impl<M: ResizedFrom<S>, S: Module> ResizedFrom<Option<S>> for Option<M> {
    const DIFFERING: Differing = M::DIFFERING;

    #[inline]
    fn resized<'a, Use: Role>(view: Option<S::View<'a, Use>>) -> Result<Option<M::View<'a, Use>>, Misfit> {
        view.map(M::resized).transpose()
    }
}

#[cold]
fn other_presence(path: &Path, is_expected: bool) -> ! {
    let (path, [one, other]) = (path.to_string(), ["the model", "its gradient"]);
    let name = if path.is_empty() { "the module".to_owned() } else { format!("`{path}`") };
    let (one, other) = if is_expected { (one, other) } else { (other, one) };
    panic!("{name} is there in {one} and not in {other}: {MADE_ANEW}")
}

ties_of_content! { [] Option<M> }
