//! What containers of modules have in common.

/// Gives a container the ties of the module that it contains: each module in it borrows the same weights.
macro_rules! ties_of_content {
    ([$($generics:tt)*] $container:ty) => {
        #[diagnostic::do_not_recommend]
        impl<M: crate::Module + crate::Closed $($generics)*> crate::Closed for $container {
            fn no_ties<'a, Use: crate::module::Role>() -> <Self as crate::Module>::Ties<'a, Use> {
                M::no_ties()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M: crate::module::TiedField $($generics)*> crate::module::TiedField for $container {
            type Source = M::Source;

            #[inline]
            fn ties<'a, Use: crate::module::Role>(
                source: <M::Source as crate::Module>::View<'a, Use>,
            ) -> M::Ties<'a, Use> {
                M::ties(source)
            }
        }
    };
}
pub(super) use ties_of_content;

/// The methods of [`Module`](crate::Module) for a module without parameters.
macro_rules! owns_nothing {
    ($elem:ty) => {
        fn gradient_like(&self, _: crate::param::Fill) -> Self {
            *self
        }
        #[inline]
        fn finish(&mut self) {}
        fn visit<'a>(&'a self, _: Kind, _: &mut Path, _: Visitor<'_, 'a, $elem>) {}
        fn visit_mut<'a>(&'a mut self, _: Kind, _: &mut Path, _: VisitorMut<'_, 'a, $elem>) {}
        fn update<const S: usize>(
            &mut self,
            _: &Self,
            _: [&mut Self; S],
            _: &mut impl FnMut(&mut [$elem], &[$elem], [crate::param::StateMut<'_, $elem>; S]),
        ) {
        }
    };
}
pub(super) use owns_nothing;
