//! Pullbacks of methods that a body calls on fields of its module.

use super::NoGradient;
use super::setting::NoPullback;
use crate::param::Collect;

/// The pullback accumulates into the gradient of the field, a part of the module.
#[derive(Debug)]
pub struct OfPart;

/// The pullback returns the cotangent of the field, a setting, first. It is dropped, so that the field must not be a part: the
/// view of a gradient is not `Sync`, as it refers to cells.
#[derive(Debug)]
pub struct OfSetting;

/// The pullback returns the cotangent of the field, a parameter, first.
#[derive(Debug)]
pub struct OfParameter;

/// A pullback of a method that is called on a field with the gradient `G`. Its type shows of what `Kind` the field is, which
/// the macros cannot know.
#[diagnostic::on_unimplemented(
    message = "the companion of this method has a pullback that does not fit a part of the module",
    label = "has another pullback",
    note = "a pullback of a part takes the cotangent, the view of the part's gradient, to which it adds, and a flag for each \
            argument, and returns the cotangents of the arguments"
)]
pub trait PullbackOfField<C, G, W, Kind> {
    /// The cotangents of the arguments.
    type Arguments;

    /// Calls the pullback.
    fn pull(self, cotangent: C, gradient: G, wanted: W) -> Self::Arguments;
}

#[diagnostic::do_not_recommend]
impl<P: FnOnce(C, G, W) -> R, C, G, W, R> PullbackOfField<C, G, W, OfPart> for P {
    type Arguments = R;

    #[inline(always)]
    fn pull(self, cotangent: C, gradient: G, wanted: W) -> R {
        self(cotangent, gradient, wanted)
    }
}

/// A pullback of a method that is called on data with a value, as that of a struct of values.
#[diagnostic::on_unimplemented(
    message = "this is a method of a module that is no field of this one, so no gradient flows through it",
    label = "is called on an argument, or on a field with `#[module(skip)]`",
    note = "a module is a field: write `teacher: Teacher`, `Frozen<Teacher>` for one whose weights have no gradient, or \
            `#[tie(teacher)] fixed: Frozen<Tied<Teacher>>` for both; if no gradient should flow through this call, pass \
            `stop_gradient(..)` of the values"
)]
pub trait PullbackOfData<C, W> {
    /// The cotangents of the receiver and the arguments.
    type Arguments;

    /// Calls the pullback.
    fn pull(self, cotangent: C, wanted: W) -> Self::Arguments;
}

#[diagnostic::do_not_recommend]
impl<P: FnOnce(C, W) -> R, C, W, R> PullbackOfData<C, W> for P {
    type Arguments = R;

    #[inline(always)]
    fn pull(self, cotangent: C, wanted: W) -> R {
        self(cotangent, wanted)
    }
}

/// Nothing is pulled back: the method was called as written, on a setting and other data.
#[derive(Debug)]
pub struct OfData;

#[diagnostic::do_not_recommend]
impl<C, G, W: NoCotangents> PullbackOfField<C, G, W, OfData> for NoPullback {
    type Arguments = W::Arguments;

    #[inline(always)]
    fn pull(self, _: C, _: G, _: W) -> W::Arguments {
        W::NONE
    }
}

/// Flags of arguments that have no cotangents.
pub trait NoCotangents {
    /// The cotangents.
    type Arguments;
    /// None for each.
    const NONE: Self::Arguments;
}

macro_rules! no_cotangents {
    ($($count:literal [$($none:ident)*])*) => {$(
        impl NoCotangents for [bool; $count] {
            type Arguments = ($($none<NoGradient>,)*);
            const NONE: Self::Arguments = ($($none::None,)*);
        }
    )*};
}
no_cotangents! {
    0 []
    1 [Option]
    2 [Option Option]
    3 [Option Option Option]
    4 [Option Option Option Option]
    5 [Option Option Option Option Option]
    6 [Option Option Option Option Option Option]
    7 [Option Option Option Option Option Option Option]
    8 [Option Option Option Option Option Option Option Option]
}

macro_rules! of_values {
    ($($count:literal + 1 = $more:literal [$($argument:ident $flag:ident)*])*) => {$(
        #[diagnostic::do_not_recommend]
        impl<P, C, G: Sync, Setting, $($argument),*> PullbackOfField<C, G, [bool; $count], OfSetting> for P
        where
            P: FnOnce(C, [bool; $more]) -> (Setting, $($argument,)*),
        {
            type Arguments = ($($argument,)*);

            #[allow(non_snake_case, clippy::unused_unit, reason = "a name for each type, and for none")]
            #[inline(always)]
            fn pull(self, cotangent: C, _: G, [$($flag),*]: [bool; $count]) -> Self::Arguments {
                let (_, $($argument,)*) = self(cotangent, [false, $($flag),*]);
                ($($argument,)*)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<P, C, G: Collect<Own>, Own, $($argument),*> PullbackOfField<C, G, [bool; $count], OfParameter> for P
        where
            P: FnOnce(C, [bool; $more]) -> (Option<Own>, $($argument,)*),
        {
            type Arguments = ($($argument,)*);

            #[allow(non_snake_case, clippy::unused_unit, reason = "a name for each type, and for none")]
            #[inline(always)]
            fn pull(self, cotangent: C, gradient: G, [$($flag),*]: [bool; $count]) -> Self::Arguments {
                let (own, $($argument,)*) = self(cotangent, [true, $($flag),*]);
                if let Some(own) = own {
                    gradient.collect(own);
                }
                ($($argument,)*)
            }
        }
    )*};
}
of_values! {
    0 + 1 = 1 []
    1 + 1 = 2 [A a]
    2 + 1 = 3 [A a B b]
    3 + 1 = 4 [A a B b D d]
    4 + 1 = 5 [A a B b D d E e]
}
