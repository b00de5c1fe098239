//! What generated code names, and users should not.

pub use crate::Element;
pub use crate::kernels::Stack;
pub use crate::layers::{Apply, Feeds, Forward, Layer};
pub use crate::module::Field;
pub use crate::module::{
    Closed, Filled, Fills, Finish, FinishHole, Full, Gradient, HasNumbers, Hole, Holes, Init, Module, NoTies,
    Numbers, Open, Path, Role, Spec, State, TiedField, TiesOf, Unfilled, ViewOf, Visitor, VisitorMut, Weight,
};
pub use crate::ops::{AddVjp, DivVjp, MulVjp, NegVjp, SubVjp};
pub use crate::param::{Collect, Fill, Parameter, ParameterMut, collect};
pub use crate::value::{
    AnyPart, AnyWhole, Body, Checked, Discrete, Either, NoGradient, ParameterPart, Part, Segment, Slot,
    Together, Value, ValueWhole, ViewPart, Weightless, Whole, add, slot, together, without_gradient,
};
pub use crate::{__views as views, __visits as visits, __walks as walks};
pub use core::clone::Clone;
pub use core::option::Option::{None, Some};
pub use rand::Rng;

/// What generated code names most, by names that no user's code has: it imports them all, and writes no path.
pub mod short {
    pub use super::{
        Clone as __Clone, Closed as __Closed, Gradient as __Gradient, Init as __Init, Module as __Module,
        None as __None, Role as __Role, Some as __Some, Value as __Value, Weight as __Weight, add as __add,
        collect as __collect, slot as __slot,
    };
}
