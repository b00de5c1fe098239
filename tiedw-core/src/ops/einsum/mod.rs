//! Sums of products along named axes.

mod contract;
mod equation;
mod view;

use std::borrow::Borrow;

use crate::axes::Leading;
use crate::kernels::{add_strided, strided};
use crate::pooled_vec::PooledVec;
use crate::value::{ListCotangent, NoGradient};
use crate::{Axes, DYN, Element, Tensor};
use contract::evaluate;
use equation::Equation;
use view::{View, set_strides};

/// A pullback to a list of tensors. Boxed, since it must not borrow from a list of references.
type ListPullback<E> =
    Box<dyn FnOnce(Tensor<DYN, E>, [bool; 2]) -> (Option<NoGradient>, Option<ListCotangent<Tensor<DYN, E>>>)>;

impl<E: Element> Tensor<DYN, E> {
    /// Multiplies tensors whose axes are named by letters, and sums over the names that the result does not have, as
    /// `torch.einsum`.
    ///
    /// The equation has the names of the axes of each tensor, separated by commas, and those of the result after `->`. Without
    /// `->`, they are the letters that are written once, in alphabetical order. `...` stands for any number of axes, aligned at the
    /// last one. A letter that is twice in a term takes the diagonal. An axis of size 1 is repeated. A result without axes has the
    /// shape `[1]`.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]).dynamic();
    /// let y = Tensor::from([[1.0, 10.0], [0.0, 100.0]]).dynamic();
    /// assert_eq!(Tensor::einsum("ij,jk->ik", &[&x, &y]), x.matmul(&y));
    /// assert_eq!(Tensor::einsum("ij,kj->ki", &[&x, &y]).as_slice(), [21.0, 43.0, 200.0, 400.0]);
    /// assert_eq!(Tensor::einsum("ii", &[&x]).as_slice(), [5.0]);
    /// ```
    ///
    /// # Cost
    /// Tensors are multiplied two at a time, those first whose product takes the fewest multiplications. A sum over an axis of both
    /// is a matrix product for each place along the axes that both share with the result. Nothing is copied for `bij,bjk->bik`,
    /// `bqhd,bkhd->bhqk` and others in which the rows, the columns and the summed axes of each matrix are next to each other;
    /// otherwise, the operand or the result is copied once. Without a sum over axes of both, it is an elementwise product.
    ///
    /// The gradient of each operand is the same for the gradient of the result and the other operands: for two operands two
    /// products more. Of three and more, partial products are computed again, and not kept.
    ///
    /// # Panics
    /// If the equation is not of this form, or names other numbers of axes than the tensors have; if sizes with one name differ,
    /// and none is 1; or if the result has too many axes.
    #[track_caller]
    pub fn einsum<T: Borrow<Self>>(equation: &str, operands: &[T]) -> Self {
        let operands: Vec<&Self> = operands.iter().map(Borrow::borrow).collect();
        let equation = read(equation, &operands);
        value(&equation, &operands)
    }

    /// [`einsum`](Tensor::einsum) with its pullback.
    #[track_caller]
    pub fn einsum_vjp<T: Borrow<Self>>(equation: &str, operands: &[T]) -> (Self, ListPullback<E>) {
        let operands: Vec<&Self> = operands.iter().map(Borrow::borrow).collect();
        let equation = read(equation, &operands);
        let y = value(&equation, &operands);
        let operands: Vec<Self> = operands.into_iter().cloned().collect();
        let pullback = move |d: Self, [_, wanted]: [bool; 2]| {
            let parts = (0..operands.len()).map(|which| Some(cotangent(&equation, &operands, which, &d)));
            (None, wanted.then(|| parts.collect()))
        };
        (y, Box::new(pullback))
    }
}

#[track_caller]
fn read<E: Element>(equation: &str, operands: &[&Tensor<DYN, E>]) -> Equation {
    let shapes: Vec<&[usize]> = operands.iter().map(|x| x.shape()).collect();
    match Equation::new(equation, &shapes) {
        Ok(equation) => equation,
        Err(wrong) => panic!("einsum of `{equation}` of tensors of shapes {shapes:?}: {wrong}"),
    }
}

#[track_caller]
fn value<E: Element>(equation: &Equation, operands: &[&Tensor<DYN, E>]) -> Tensor<DYN, E> {
    let sizes: Vec<usize> = equation.result.iter().map(|&label| equation.size(label)).collect();
    let axes = if sizes.is_empty() { Axes::new(&[], 1) } else { (&sizes[..]).as_whole() };
    let views = operands.iter().enumerate().map(|(at, x)| view(equation, at, x)).collect();
    Tensor::with_axes(axes, evaluate(views, &equation.result).into_data())
}

fn view<'a, E: Element>(equation: &Equation, at: usize, x: &'a Tensor<DYN, E>) -> View<'a, E> {
    View::new(x.as_slice(), &equation.operands[at], x.shape(), |label| equation.size(label))
}

/// The cotangent of one operand: the sum of products of that of the result and of the other operands.
fn cotangent<E: Element>(
    equation: &Equation,
    operands: &[Tensor<DYN, E>],
    which: usize,
    d: &Tensor<DYN, E>,
) -> Tensor<DYN, E> {
    let x = &operands[which];
    let others = operands.iter().enumerate().filter(|&(at, _)| at != which);
    let of_d = View::new(d.as_slice(), &equation.result, d.shape(), |label| equation.size(label));
    let mut factors = vec![of_d];
    factors.extend(others.map(|(at, other)| view(equation, at, other)));

    // An axis that neither the result nor another operand has was summed alone: the cotangent is repeated along it.
    let of_x = view(equation, which, x);
    let labels: Vec<_> = of_x.axes().iter().map(|axis| axis.label).collect();
    let found: Vec<_> =
        labels.iter().copied().filter(|&label| factors.iter().any(|factor| factor.has(label))).collect();
    let product = evaluate(factors, &found);
    let mut strides = product.along(&found);
    set_strides(&mut strides);
    let repeated = of_x.axes().iter().map(|axis| {
        let stride = strides.iter().find(|other| other.label == axis.label).map_or(0, |axis| axis.stride);
        (axis.size, stride)
    });
    let dx = if found == labels { product.into_data() } else { strided(product.data(), repeated) };
    if dx.len() == x.as_slice().len() {
        return Tensor::with_axes(x.axes(), dx);
    }
    // The diagonal.
    let mut whole = PooledVec::zeros(x.as_slice().len());
    add_strided(&mut whole, of_x.axes().iter().map(|axis| (axis.size, axis.stride)), &dx);
    Tensor::with_axes(x.axes(), whole)
}
