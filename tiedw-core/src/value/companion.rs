//! What a differentiable body calls: a function or a method with a companion, which returns a value with its pullback.
//!
//! Where there is no companion, generated code calls a stub, which returns a [`NoCompanion`]. It has none of these traits, so
//! that rustc reports one error, at the call.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::sync::Mutex;

use super::NoGradient;
use crate::tensor::{AttentionMask, Ids, Mask};
use crate::{Count, Dual, Element, Tensor};

/// The result of a function's companion.
#[diagnostic::on_unimplemented(
    message = "this function has no companion, so a value that is passed to it would lose its gradient",
    label = "has no companion",
    note = "write `#[differentiable]` above it; if it is in another module, also import its companion, whose name ends in \
            `_vjp`, or call it by its path",
    note = "if no gradient should flow through it, pass `stop_gradient(..)` of the values"
)]
pub trait FunctionWithCompanion<V, P> {
    /// Returns the value and its pullback.
    fn of(self) -> (V, P);
}

/// The result of a method's companion.
#[diagnostic::on_unimplemented(
    message = "this method has no companion, so the value that it is called on would lose its gradient",
    label = "has no companion",
    note = "write `#[differentiable]` above the impl block of a module, and `#[differentiable(value)]` above that of a type with \
            `#[derive(Value)]`; in place of a method of another type, call a function that has `#[differentiable]`",
    note = "if no gradient should flow through it, call it on `stop_gradient(..)` of the value"
)]
pub trait MethodWithCompanion<V, P> {
    /// Returns the value and its pullback.
    fn of(self) -> (V, P);
}

/// The result of the companion of `clone`, which parts of the module other than parameters lack.
#[diagnostic::on_unimplemented(
    message = "a part of the module is not cloned in a body: its gradient would have no place",
    label = "write a reference in place of the clone, as in `let layer = &self.layer;`"
)]
pub trait CloneWithCompanion<V, P> {
    /// Returns the value and its pullback.
    fn of(self) -> (V, P);
}

#[diagnostic::do_not_recommend]
impl<V, P> CloneWithCompanion<V, P> for (V, P) {
    #[inline(always)]
    fn of(self) -> (V, P) {
        self
    }
}

/// The result of the companion of a method that is called on data.
#[diagnostic::on_unimplemented(
    message = "this method has no companion, so a value that is passed to it would lose its gradient",
    label = "has no companion",
    note = "write `#[differentiable]` above the impl block of a module, and `#[differentiable(value)]` above that of a type with \
            `#[derive(Value)]`; in place of a method of another type, call a function that has `#[differentiable]`",
    note = "if no gradient should flow through it, pass `stop_gradient(..)` of the value; an argument of the function that carries \
            no gradient is marked `#[constant]`"
)]
pub trait MethodOfDataWithCompanion<V, P> {
    /// Returns the value and its pullback.
    fn of(self) -> (V, P);
}

#[diagnostic::do_not_recommend]
impl<V, P> MethodOfDataWithCompanion<V, P> for (V, P) {
    #[inline(always)]
    fn of(self) -> (V, P) {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<V, P> FunctionWithCompanion<V, P> for (V, P) {
    #[inline(always)]
    fn of(self) -> (V, P) {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<V, P> MethodWithCompanion<V, P> for (V, P) {
    #[inline(always)]
    fn of(self) -> (V, P) {
        self
    }
}

/// The result of a stub, with the types of its arguments: if one is unknown because of another error, rustc does not report
/// this one.
#[derive(Debug)]
pub struct NoCompanion<A>(PhantomData<A>);

/// A type that method calls do not look behind, since it is no reference and no `Box`. Only it has the stubs: those of a
/// `Box` would hide the methods of what is inside.
#[diagnostic::on_unimplemented(
    message = "this method of `{Self}` has no companion, so the value that it is called on would lose its gradient",
    label = "has no companion"
)]
// A parameter is none, since its methods are those of a tensor.
pub trait Receiver {}

/// The type of a method that takes a closure, and has no companion. No type has it: the words are for rustc.
#[diagnostic::on_unimplemented(
    message = "this method has no companion, so the value that it is called on would lose its gradient",
    label = "has no companion",
    note = "a method that takes a closure is called in the impl block that it stands in; in another, write a loop, or what the \
            closure does in a method of its own"
)]
pub trait TakesClosures {}

macro_rules! receivers {
    ($([$($generics:tt)*] $ty:ty)*) => {
        $(impl<$($generics)*> Receiver for $ty {})*
    };
}
receivers! {
    [] f32
    [] f64
    [E: Element] Dual<E>
    [] Ids
    [] AttentionMask
    [const F: usize] Mask<F>
    [const N: usize] Count<N>
    [] NoGradient
    [const F: usize, E: Element] Tensor<F, E>
    [T] [T]
    [T] Option<T>
    [T, E] Result<T, E>
    [A] (A,)
    [A, B] (A, B)
    [A, B, C] (A, B, C)
    [A, B, C, D] (A, B, C, D)
    [T: ?Sized] Cell<T>
    [T: ?Sized] RefCell<T>
    [T: ?Sized] Mutex<T>
    [K, V, S] HashMap<K, V, S>
    [K, V] BTreeMap<K, V>
    [K, S] HashSet<K, S>
    [K] BTreeSet<K>
    [T] BinaryHeap<T>
    [T] LinkedList<T>
    [T] VecDeque<T>
}

/// What is passed in place of a function that has no companion.
#[derive(Clone, Copy, Debug)]
pub struct WithoutCompanion;

/// What is passed for a function: its companion, or [`WithoutCompanion`].
#[derive(Debug)]
pub struct Passed<G>(pub G);

/// A companion that is passed for a function.
#[derive(Debug)]
pub struct Found<G>(G);

impl Passed<WithoutCompanion> {
    /// Hides the method of [`PassedPlace`].
    #[must_use]
    pub fn found(self) -> WithoutCompanion {
        self.0
    }
}

/// The method that decides what is passed.
pub trait PassedPlace {
    /// The type of the companion.
    type Companion;
    /// Returns the companion.
    fn found(self) -> Found<Self::Companion>;
}

impl<G> PassedPlace for Passed<G> {
    type Companion = G;
    #[inline(always)]
    fn found(self) -> Found<G> {
        Found(self.0)
    }
}

/// A function that is passed has a companion.
#[diagnostic::on_unimplemented(
    message = "this function has no companion, so a value that is passed to it would lose its gradient",
    label = "has no companion",
    note = "write `#[differentiable]` above it; if it is in another module, also import its companion, whose name ends in \
            `_vjp`, or write its path"
)]
pub trait PassedWithCompanion<G> {
    /// Returns the companion.
    fn of(self) -> G;
}

#[diagnostic::do_not_recommend]
impl<G> PassedWithCompanion<G> for Found<G> {
    #[inline(always)]
    fn of(self) -> G {
        self.0
    }
}

/// A method of a module that generated code found no companion of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no method of this name under `#[differentiable]`",
    label = "no such method has a companion",
    note = "if there is one, write `#[differentiable]` above its impl block",
    note = "a method that returns a part of the module has no companion: name the part where it is used, as in `self.blocks[i]`",
    note = "if a trait has the method, import the companion of the trait, too, as `CellView` for `Cell`"
)]
pub trait DifferentiableMethod {}

/// A method that `_and_grad` is asked for, and whose block lacks the attribute.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no gradient of this method, since its impl block lacks an attribute",
    label = "is made by `#[differentiable]`",
    note = "write `#[differentiable]` above the impl block of the method"
)]
pub trait MarkedMethod {}

/// Nothing: a function that takes modules has code in bodies alone.
#[diagnostic::on_unimplemented(
    message = "a function that takes a module is called in differentiable bodies alone",
    label = "called by other code",
    note = "write a method under `#[differentiable]` that calls it, and call that"
)]
pub trait CalledInBodies {}

/// A method that `_and_grad` is asked for, and which returns no number.
#[diagnostic::on_unimplemented(
    message = "this method of `{Self}` returns no number, and a gradient is that of a number",
    label = "is made for methods that return a loss",
    note = "return a number, as `(..).sum()` and `mse_loss(..)` do, or a tuple whose first part is one",
    note = "`m_vjp` pulls back the cotangents of any other value"
)]
pub trait MethodOfNumber {}

/// A field that is called like a method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has a field of this name, and no method under `#[differentiable]`",
    label = "call a method of the field, as in `self.layer.forward(x)`",
    note = "if there is a method of this name, too, write `#[differentiable]` above its impl block"
)]
pub trait CalledField {}

/// A method in forward mode that generated code did not find.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no such method in forward mode that a body can call",
    label = "not in forward mode here",
    note = "`m` has `m_jvp` within bodies if its impl block is generic over the element type, as `impl<E: Element> Net<E>`, it returns \
            values of `E`, takes no function, changes no argument and does not call itself",
    note = "`m_hvp` is called outside of bodies"
)]
pub trait InForwardMode {}

/// A method of all modules, called in a body.
#[diagnostic::on_unimplemented(
    message = "this method of `{Self}` is called outside of bodies",
    label = "a body names each parameter, as in `&self.fc.weight`",
    note = "what the method returns can be passed to the body as an argument that is marked `#[constant]`"
)]
pub trait OutsideOfBodies {}

// Without any impl, rustc would suggest to write one.
#[diagnostic::do_not_recommend]
impl OutsideOfBodies for WithoutCompanion {}
#[diagnostic::do_not_recommend]
impl CalledInBodies for WithoutCompanion {}
#[diagnostic::do_not_recommend]
impl MarkedMethod for WithoutCompanion {}
#[diagnostic::do_not_recommend]
impl MethodOfNumber for WithoutCompanion {}
#[diagnostic::do_not_recommend]
impl CalledField for WithoutCompanion {}
#[diagnostic::do_not_recommend]
impl DifferentiableMethod for WithoutCompanion {}
#[diagnostic::do_not_recommend]
impl InForwardMode for WithoutCompanion {}
