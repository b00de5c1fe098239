use std::borrow::Borrow;

use crate::axes::Axes;
use crate::kernels::joined;
use crate::value::{ListCotangent, NoGradient};
use crate::{DYN, Element, Tensor};

/// A pullback to a list of tensors and to an axis. Boxed, since it must not borrow from a list of references.
type ListPullback<const F: usize, E> =
    Box<dyn FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<ListCotangent<Tensor<F, E>>>, Option<NoGradient>)>;

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Joins tensors of one shape along a new leading axis.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let outputs = vec![Tensor::<2>::full([3], 1.0), Tensor::full([3], 2.0)];
    /// let y = Tensor::stack(&outputs, 1);
    /// assert_eq!(y.shape(), [3, 2, 2]);
    /// assert_eq!(y.get(&[0, 1, 0]), 2.0);
    /// ```
    ///
    /// # Panics
    /// If there are no tensors, their shapes differ, or `axis` is greater than the number of their leading axes.
    #[track_caller]
    pub fn stack<T: Borrow<Self>>(tensors: &[T], axis: usize) -> Self {
        let first = first("stack", tensors).axes();
        // Behind the last axis, the list would be the features, which only a tensor of `DYN` features can take.
        let rank = first.leading().len() + usize::from(F == DYN);
        assert!(
            axis <= rank,
            "stack of tensors of shape {first:?} along axis {axis}: it must be at most {rank}"
        );
        for tensor in tensors {
            let axes = tensor.borrow().axes();
            assert!(axes == first, "stack of tensors of shapes {first:?} and {axes:?}");
        }
        let mut sizes = first.as_slice().to_vec();
        sizes.insert(axis, tensors.len());
        let axes = match sizes.split_last() {
            Some((last, leading)) => Axes::new(leading, *last),
            None => first,
        };
        let outer: usize = sizes[..axis].iter().product();
        let inner = first.count().checked_div(outer).unwrap_or(0);
        let parts: Vec<_> = tensors.iter().map(|tensor| (tensor.borrow().as_slice(), inner)).collect();
        Tensor::with_axes(axes, joined(&parts))
    }

    /// [`stack`](Tensor::stack) with its pullback.
    #[track_caller]
    pub fn stack_vjp<T: Borrow<Self>>(tensors: &[T], axis: usize) -> (Self, ListPullback<F, E>) {
        let (y, count) = (Self::stack(tensors, axis), tensors.len());
        let part =
            |d: &Self, axis, position| d.divided(axis, position, 1).with_other_axes(d.axes().without(axis));
        let pullback = move |d: Self, _: [bool; 2]| {
            let parts: ListCotangent<Self> =
                (0..count).map(|position| Some(part(&d, axis, position))).collect();
            (Some(parts), None)
        };
        (y, Box::new(pullback))
    }

    /// Joins tensors along a leading axis that they have. [`cat`](Tensor::cat) joins features.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let parts = [Tensor::<2>::full([1], 1.0), Tensor::full([2], 2.0)];
    /// let y = Tensor::concat(&parts, 0);
    /// assert_eq!(y.as_slice(), [1.0, 1.0, 2.0, 2.0, 2.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// If there are no tensors, their other axes differ, or there is no such leading axis.
    #[track_caller]
    pub fn concat<T: Borrow<Self>>(tensors: &[T], axis: usize) -> Self {
        let first = first("concat", tensors).axes();
        Self::around(first, axis, "concat");
        let mut size = 0;
        for tensor in tensors {
            let axes = tensor.borrow().axes();
            let fits = axes.leading().len() == first.leading().len()
                && axes.with_size(axis, first.as_slice()[axis]) == first;
            assert!(fits, "concat of tensors of shapes {first:?} and {axes:?} along axis {axis}");
            size += axes.as_slice()[axis];
        }
        let axes = first.with_size(axis, size);
        let mut parts = Vec::with_capacity(tensors.len());
        for tensor in tensors {
            let (_, size, inner) = Self::around(tensor.borrow().axes(), axis, "concat");
            parts.push((tensor.borrow().as_slice(), size * inner));
        }
        Tensor::with_axes(axes, joined(&parts))
    }

    /// [`concat`](Tensor::concat) with its pullback.
    #[track_caller]
    pub fn concat_vjp<T: Borrow<Self>>(tensors: &[T], axis: usize) -> (Self, ListPullback<F, E>) {
        let y = Self::concat(tensors, axis);
        let sizes: Vec<usize> =
            tensors.iter().map(|tensor| Self::around(tensor.borrow().axes(), axis, "concat").1).collect();
        let pullback = move |d: Self, _: [bool; 2]| {
            let mut start = 0;
            let parts = sizes.into_iter().map(|size| {
                let part = d.divided(axis, start, size);
                start += size;
                Some(part)
            });
            (Some(parts.collect()), None)
        };
        (y, Box::new(pullback))
    }
}

#[track_caller]
fn first<'t, T: Borrow<Tensor<F, E>>, const F: usize, E: Element>(
    operation: &str,
    tensors: &'t [T],
) -> &'t Tensor<F, E> {
    let Some(first) = tensors.first() else { panic!("{operation} of no tensors, whose shape is not known") };
    first.borrow()
}
