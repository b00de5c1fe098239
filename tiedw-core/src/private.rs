//! Items for generated code only.

pub use crate::Element;
pub use crate::dual::{Kept, LiftsToItself, Unlifted};
pub use crate::init::{self, Start, StartOfField, start, start_by};
pub use crate::kernels::Stack;
pub use crate::layers::{Apply, DataStandIn, Feeds, Forward, KeepRandom, Layer, StandIn, StandInView};
pub use crate::module::{
    Closed, Differing, Filled, FilledState, Fills, FillsFixed, Fingerprint, Finish, FinishHole, FromShapes,
    Gradient, HasElem, Hole, Holes, Init, Kind, Misfit, Module, ModuleOf, NoTies, OfView, Open, OpenState,
    Own, Path, Recursive, ResizedFrom, Role, Shapes, Spec, State, TieName, TiedField, TiesOf, ViewOf,
    Visitor, VisitorMut, Weight,
};
pub use crate::module::{
    Field, FieldFromShapes, Indexed, IndexedList, IndexedOther, assert_fits, differing, field_from_shapes,
    of_each,
};
pub use crate::ops::{
    AddVjp, DivVjp, MulVjp, NegVjp, Operands, OperatorWithCompanion, SubVjp, WithoutOperator, assigns_result,
};
pub use crate::param::{
    Collect, ConstantPlace, Fill, IndexedGradient, Parameter, ParameterMut, ParameterPlace, Place, StateMut,
};
pub use crate::value::{
    AddTo, After, AnyField, AnyPart, AnyWhole, ArrayLike, ArraySize, AsRefOfInside, BehindReference, Body,
    CalledField, CalledInBodies, CarriesGradient, Change, Checked, Choose, CloneWithCompanion, Converts,
    Cotangents, DifferentiableMethod, Discrete, During, Either, ElementPlaces, ElementVjp, Elements, ErrorOf,
    Factor, FieldPlace, FieldReceiver, Flag, FloatVjp, FunctionWithCompanion, Held, HeldAny, HeldValue,
    HiddenOperation, HoldsNone, HoldsParts, InField, InForwardMode, Inside, IntegerVjp, Itself, KeepBorrowed,
    KeepLent, KeepList, KeepOf, KeepOther, KeepOwned, KeepReference, KeptCopy, LentList, ListCotangent,
    ListReads, MarkedMethod, MethodOfDataWithCompanion, MethodOfNumber, MethodWithCompanion, Named,
    NoCompanion, NoGradient, NoParameter, NoPullback, OfAnything, OptionChanges, OptionPlace, OrderChanges,
    OutsideOfBodies, Paired, ParameterPart, Part, PartReceiver, Passed, PassedPlace, PassedWithCompanion,
    Present, PullbackOfData, PullbackOfField, Question, RealVjp, Receiver, ReferredTo, Returned, RevealCopy,
    RevealReference, SameDiscrete, SameOther, Segment, Setting, SettingReceiver, ShowAny, ShowDiscrete,
    ShowValue, Shown, Slot, Summand, TakenApart, TakesClosures, Trace, TryConverts, TupleCotangent, Uncloned,
    Unread, Value, ValueOrPair, ValueWhole, VecChanges, ViewPart, ViewTakenApart, Weightless, Whole,
    WithoutCompanion, Written, any_tensor, array_of_list, as_f32, as_f32_vjp, as_f64, as_f64_vjp, at_field,
    back_of_field_to_both, back_of_field_to_first, back_of_field_to_only, back_of_field_to_second,
    back_to_both, back_to_first, back_to_only, back_to_second, cloned_items, empty_product, found, from_list,
    give_back, index_within, into_list, iteration, list_item, list_sum, no_cotangent, numbered,
    numbered_from_end, of_data, option_cloned, order_by, order_by_key, parts_of, present, pulled_back,
    question, replace_value, returned_residual, same_in_checkpoint, same_in_function, same_value,
    size_of_array, size_of_result, split, stop_gradient, stopped, take_value, tuple_cotangent, unread,
    value_or_pair, with, without, without_gradient,
};
pub use crate::value::{joined_cotangents, split_cotangents};
pub use crate::{
    __resizes as resizes, __settings as settings, __views as views, __visits as visits, __walks as walks,
};
pub use core::clone::Clone;
pub use core::option::Option::{self, None, Some};
pub use rand::Rng;

/// The items that generated code uses most, with names that do not clash with users' code. It imports all of
/// them.
pub mod short {
    pub use super::{
        AddTo as __AddTo, Choose as _, Clone as __Clone, Closed as __Closed, ConstantPlace as _,
        ElementVjp as _, Elements as __Elements, FloatVjp as _, Gradient as __Gradient, Init as __Init,
        IntegerVjp as _, Module as __Module, None as __None, OptionPlace as _, ParameterPlace as _,
        PassedPlace as _, Place as __Place, RealVjp as _, ReferredTo as _, Role as __Role, Some as __Some,
        Start as __Start, Value as __Value, Weight as __Weight,
    };
}
