//! `Vec`s of modules: stacks of layers whose depth is known at run time.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use super::container::ties_of_content;
use super::{
    Differing, Fingerprint, FromShapes, Gradient, Kind, MADE_ANEW, Misfit, Module, Path, ResizedFrom, Role,
    Shapes, Spec, ViewOf, Visitor, VisitorMut, Weight,
};
use crate::param::{Fill, StateMut};

/// The view of a `Vec` of modules, which dereferences to a slice of their views.
///
/// ```
/// use tiedw_core::{Module, Vector};
///
/// let layers: Vec<Vector<1>> = vec![[1.0].into(), [2.0].into()];
/// let view = layers.view();
/// assert_eq!(view.len(), 2);
/// assert_eq!(view.iter().map(|layer| layer[0]).sum::<f32>(), 3.0);
/// ```
pub struct ListView<V>(Rc<[V]>);

impl<V> Clone for ListView<V> {
    fn clone(&self) -> Self {
        ListView(Rc::clone(&self.0))
    }
}

impl<V: fmt::Debug> fmt::Debug for ListView<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<V> Deref for ListView<V> {
    type Target = [V];

    fn deref(&self) -> &[V] {
        &self.0
    }
}

impl<'s, V> IntoIterator for &'s ListView<V> {
    type Item = &'s V;
    type IntoIter = std::slice::Iter<'s, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<V: Clone> ListView<V> {
    /// Applies `f` to each view, in place if the list is not shared.
    fn map(mut self, f: impl Fn(V) -> V) -> Self {
        match Rc::get_mut(&mut self.0) {
            Some(views) => views.iter_mut().for_each(|view| *view = f(view.clone())),
            None => self.0 = self.0.iter().cloned().map(f).collect(),
        }
        self
    }
}

#[diagnostic::do_not_recommend]
impl<M: Module> Module for Vec<M> {
    type Elem = M::Elem;
    type Ties<'a, Use: Role> = M::Ties<'a, Use>;
    type View<'a, Use: Role> = ListView<M::View<'a, Use>>;
    const SPEC: Spec = Spec::List { len: None, element: &M::SPEC };

    fn bind<'a>(&'a self, ties: Self::Ties<'a, Weight>) -> Self::View<'a, Weight> {
        ListView(self.iter().map(|module| module.bind(ties.clone())).collect())
    }
    fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, Gradient>) -> Self::View<'a, Gradient> {
        ListView(self.iter_mut().map(|module| module.bind_mut(ties.clone())).collect())
    }
    #[inline]
    fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
        view.map(M::borrowed)
    }
    fn gradient_like(&self, fill: Fill) -> Self {
        self.iter().map(|module| module.gradient_like(fill)).collect()
    }
    #[inline]
    fn assert_fits(&self, gradient: &Self, path: &mut Path) {
        if self.len() != gradient.len() {
            other_length(path, self.len(), gradient.len());
        }
        for (index, (module, gradient)) in self.iter().zip(gradient).enumerate() {
            path.index(index, |path| module.assert_fits(gradient, path));
        }
    }
    #[inline]
    fn measure(&self, fingerprint: &mut Fingerprint) {
        fingerprint.add(self.len());
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
        let lengths = || state.iter().map(|state| state.len()).chain([gradient.len()]);
        assert!(
            lengths().all(|length| length == self.len()),
            "one `Vec` holds {} modules in the module to update, and {:?} in its states and its gradient",
            self.len(),
            lengths().collect::<Vec<_>>()
        );
        for (index, (module, gradient)) in self.iter_mut().zip(gradient).enumerate() {
            module.update(gradient, state.each_mut().map(|state| &mut state[index]), rule);
        }
    }
}

impl<M: FromShapes> FromShapes for Vec<M> {
    fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
        let len = shapes.list_len(path, &M::SPEC);
        (0..len).map(|index| path.index(index, |path| M::from_shapes(shapes, path))).collect()
    }
}

impl<'a, V: ViewOf<'a, Use>, Use: Role> ViewOf<'a, Use> for ListView<V> {
    type Module = Vec<V::Module>;

    #[inline]
    fn freeze(self) -> Self {
        self.map(V::freeze)
    }
}

#[diagnostic::do_not_recommend]
impl<M: ResizedFrom<S>, S: Module> ResizedFrom<Vec<S>> for Vec<M> {
    const DIFFERING: Differing = M::DIFFERING;

    fn resized<'a, Use: Role>(
        view: ListView<S::View<'a, Use>>,
    ) -> Result<ListView<M::View<'a, Use>>, Misfit> {
        let views = view.iter().cloned().enumerate();
        let views = views.map(|(index, view)| M::resized(view).map_err(|misfit| misfit.at(index)));
        views.collect::<Result<_, _>>().map(ListView)
    }
}

#[cold]
fn other_length(path: &Path, expected: usize, found: usize) -> ! {
    let (path, modules) = (path.to_string(), if expected == 1 { "module" } else { "modules" });
    let name = if path.is_empty() { "the list".to_owned() } else { format!("`{path}`") };
    panic!("{name} holds {expected} {modules} in the model and {found} in its gradient: {MADE_ANEW}")
}

/// The list in an indexed tie source, wrapped for autoref specialization.
///
/// `(&Indexed(&list)).assert_has(..)` resolves to [`IndexedList`] if the list is a `Vec`, and otherwise to
/// [`IndexedOther`], which needs one more reference.
#[derive(Debug)]
pub struct Indexed<'l, L: ?Sized>(pub &'l L);

/// A `Vec` of modules, whose length is checked at run time.
pub trait IndexedList {
    /// Asserts that there is an element at `index`. The panic message is `tie`, followed by the length.
    fn assert_has(&self, index: usize, tie: &str);
}

impl<V> IndexedList for Indexed<'_, ListView<V>> {
    #[inline]
    fn assert_has(&self, index: usize, tie: &str) {
        let length = self.0.len();
        assert!(index < length, "{tie}{length}");
    }
}

/// An array, whose length is checked at compile time, or anything else.
pub trait IndexedOther {
    /// Does nothing.
    #[inline]
    fn assert_has(&self, _: usize, _: &str) {}
}

impl<L: ?Sized> IndexedOther for &Indexed<'_, L> {}

ties_of_content! { [] Vec<M> }
