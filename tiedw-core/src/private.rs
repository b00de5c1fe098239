//! What generated code names, and users should not.

pub use crate::Element;
pub use crate::kernels::Stack;
pub use crate::layers::{Apply, Feeds, Forward, Layer};
pub use crate::module::Field;
pub use crate::module::{
    Closed, Filled, Fills, Finish, FinishHole, Full, Gradient, HasNumbers, Hole, Holes, Init, Module, NoTies,
    Open, Path, Role, Spec, State, TiedField, TiesOf, Unfilled, ViewOf, Weight,
};
pub use crate::ops::{AddVjp, DivVjp, MulVjp, NegVjp, SubVjp};
pub use crate::param::{Collect, Parameter, ParameterMut, collect};
pub use crate::value::{
    AnyPart, AnyWhole, Body, Checked, Discrete, Either, NoGradient, ParameterPart, Part, Segment, Slot,
    Together, Value, ValueWhole, ViewPart, Weightless, Whole, add, slot, together, without_gradient,
};
pub use core::clone::Clone;
pub use core::option::Option::{None, Some};
pub use rand::Rng;
