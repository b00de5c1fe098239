//! Macros that generate the parts of a derived module that depend only on the names and types of its fields.
//! The compiler expands them many times faster than a procedural macro would.
//!
//! Generic parameters and bounds end with a comma, or are empty.

/// Implements the traits of a view, except those that define what it borrows.
#[doc(hidden)]
#[macro_export]
macro_rules! __views {
    (
        [$($params:tt)*] [$($arguments:tt)*] [$($bounds:tt)*]
        $view:ident { $($field:ident)* } { $($module:ty,)* }
    ) => {
        #[automatically_derived]
        impl<'a, $($params)* __Use: $crate::__private::Role> ::core::clone::Clone for $view<'a, $($arguments)* __Use>
        where
            $($bounds)*
        {
            #[inline]
            fn clone(&self) -> Self {
                $view { $($field: ::core::clone::Clone::clone(&self.$field),)* }
            }
        }

        impl<'a, $($params)* __Use: $crate::__private::Role> $crate::__private::Receiver for $view<'a, $($arguments)* __Use>
        where
            $($bounds)*
        {
        }

        #[automatically_derived]
        impl<'a, $($params)* __Use: $crate::__private::Role> ::core::marker::Copy for $view<'a, $($arguments)* __Use>
        where
            $($bounds)*
            $(<$module as $crate::__private::Module>::View<'a, __Use>: ::core::marker::Copy,)*
        {
        }
    };
}

/// Implements the traits of the settings of a view, to which the view dereferences.
#[doc(hidden)]
#[macro_export]
macro_rules! __settings {
    (
        [$($params:tt)*] [$($arguments:tt)*] [$($bounds:tt)*]
        $module:ident $view:ident $settings:ident $field:ident
    ) => {
        #[automatically_derived]
        impl<'a, $($params)*> ::core::clone::Clone for $settings<'a, $($arguments)*>
        where
            $($bounds)*
        {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl<'a, $($params)*> ::core::marker::Copy for $settings<'a, $($arguments)*>
        where
            $($bounds)*
        {
        }

        #[doc(hidden)]
        #[automatically_derived]
        impl<'a, $($params)*> ::core::ops::Deref for $view<'a, $($arguments)* $crate::__private::Weight>
        where
            $($bounds)*
        {
            type Target = $module<$($arguments)*>;

            #[inline]
            fn deref(&self) -> &Self::Target {
                self.$field.__module.expect("a view of weights is one of a module")
            }
        }

        #[doc(hidden)]
        #[automatically_derived]
        impl<'a, $($params)*> ::core::ops::Deref for $view<'a, $($arguments)* $crate::__private::Gradient>
        where
            $($bounds)*
        {
            type Target = $settings<'a, $($arguments)*>;

            #[inline]
            fn deref(&self) -> &Self::Target {
                &self.$field
            }
        }
    };
}

/// Implements the trait by which a module with sizes is tied to one with others. `view` keeps the fields that have no sizes.
#[doc(hidden)]
#[macro_export]
macro_rules! __resizes {
    (
        [$($params:tt)*] [$($bounds:tt)*]
        $module:ty, $source:ty, [$($size:ident)*] [$($of_source:ident)*]
        $view:ident { $($name:literal $field:ident: $part:ty as $part_of_source:ty,)* } { $($kept:ident)* }
    ) => {
        #[automatically_derived]
        impl<$($params)*> $crate::__private::ResizedFrom<$source> for $module
        where
            $($bounds)*
        {
            const DIFFERING: $crate::__private::Differing =
                $crate::__private::differing(&[$($size),*], &[$($of_source),*]);

            #[inline]
            fn resized<'a, __Use: $crate::__private::Role>(
                view: <$source as $crate::__private::Module>::View<'a, __Use>,
            ) -> ::core::result::Result<Self::View<'a, __Use>, $crate::__private::Misfit> {
                ::core::result::Result::Ok($view {
                    $($field: match <$part as $crate::__private::ResizedFrom<$part_of_source>>::resized::<__Use>(view.$field) {
                        ::core::result::Result::Ok(view) => view,
                        ::core::result::Result::Err(misfit) => return ::core::result::Result::Err(misfit.within($name)),
                    },)*
                    $($kept: view.$kept,)*
                })
            }
        }
    };
}

/// Defines the functions that visit the fields of a module. They are outside of the impl, since the element
/// type is a generic parameter within it.
#[doc(hidden)]
#[macro_export]
macro_rules! __visits {
    (
        [$($params:tt)*] [$($bounds:tt)*]
        $module:ty, $elem:ty { $($name:literal $field:ident: $part:ty,)* }
    ) => {
        fn __visit<'a, $($params)*>(
            module: &'a $module,
            kind: $crate::__private::Kind,
            path: &mut $crate::__private::Path,
            visitor: $crate::__private::Visitor<'_, 'a, $elem>,
        )
        where
            $($bounds)*
        {
            $(
                path.enter($name);
                <$part as $crate::__private::HasElem<$elem>>::visit_elem(&module.$field, kind, path, visitor);
                path.leave();
            )*
        }
        fn __visit_mut<'a, $($params)*>(
            module: &'a mut $module,
            kind: $crate::__private::Kind,
            path: &mut $crate::__private::Path,
            visitor: $crate::__private::VisitorMut<'_, 'a, $elem>,
        )
        where
            $($bounds)*
        {
            $(
                path.enter($name);
                <$part as $crate::__private::HasElem<$elem>>::visit_elem_mut(&mut module.$field, kind, path, visitor);
                path.leave();
            )*
        }
        #[inline]
        fn __finish<$($params)*>(gradient: &mut $module)
        where
            $($bounds)*
        {
            $(<$part as $crate::__private::HasElem<$elem>>::finish_elem(&mut gradient.$field);)*
        }
        #[inline]
        fn __update<$($params)* __Rule, const __STATES: ::core::primitive::usize>(
            module: &mut $module,
            gradient: &$module,
            mut state: [&mut $module; __STATES],
            rule: &mut __Rule,
        )
        where
            __Rule: ::core::ops::FnMut(&mut [$elem], &[$elem], [$crate::__private::StateMut<'_, $elem>; __STATES]),
            $($bounds)*
        {
            $(<$part as $crate::__private::HasElem<$elem>>::update_elem(
                &mut module.$field,
                &gradient.$field,
                $crate::__private::of_each(&mut state, |state| &mut state.$field),
                rule,
            );)*
        }
    };
}

/// Defines the methods of `Module` that visit the fields, some by those functions.
#[doc(hidden)]
#[macro_export]
macro_rules! __walks {
    ($($name:literal $field:ident: $part:ty,)*) => {
        fn visit<'a>(
            &'a self,
            kind: $crate::__private::Kind,
            path: &mut $crate::__private::Path,
            visitor: $crate::__private::Visitor<'_, 'a, Self::Elem>,
        ) {
            __visit(self, kind, path, visitor)
        }
        fn visit_mut<'a>(
            &'a mut self,
            kind: $crate::__private::Kind,
            path: &mut $crate::__private::Path,
            visitor: $crate::__private::VisitorMut<'_, 'a, Self::Elem>,
        ) {
            __visit_mut(self, kind, path, visitor)
        }
        #[inline]
        fn measure(&self, fingerprint: &mut $crate::__private::Fingerprint) {
            $(<$part as $crate::__private::Module>::measure(&self.$field, fingerprint);)*
        }
        fn for_each_part(&mut self, visitor: &mut dyn ::core::ops::FnMut(&mut dyn ::core::any::Any)) {
            visitor(self);
            $(<$part as $crate::__private::Module>::for_each_part(&mut self.$field, visitor);)*
        }
        #[inline]
        fn assert_fits(&self, gradient: &Self, path: &mut $crate::__private::Path) {
            $(
                path.enter($name);
                <$part as $crate::__private::Module>::assert_fits(&self.$field, &gradient.$field, path);
                path.leave();
            )*
        }
        #[inline]
        fn finish(&mut self) {
            __finish(self)
        }
        #[inline]
        fn update<const __STATES: ::core::primitive::usize>(
            &mut self,
            gradient: &Self,
            state: [&mut Self; __STATES],
            rule: &mut impl ::core::ops::FnMut(
                &mut [Self::Elem],
                &[Self::Elem],
                [$crate::__private::StateMut<'_, Self::Elem>; __STATES],
            ),
        ) {
            __update(self, gradient, state, rule)
        }
    };
}
