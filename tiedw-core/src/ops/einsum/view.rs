//! Operands of sums of products: elements with a stride along each named axis.

use super::equation::Label;
use crate::Element;
use crate::kernels::{strided, sum};
use crate::pooled_vec::PooledVec;

/// An axis of a view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) label: Label,
    pub(super) size: usize,
    pub(super) stride: usize,
}

/// An operand, or what was computed of some. No two axes have the same label.
pub(super) struct View<'a, E: Element> {
    data: Data<'a, E>,
    axes: Vec<Axis>,
}

enum Data<'a, E: Element> {
    Lent(&'a [E]),
    Own(PooledVec<E>),
}

impl<'a, E: Element> View<'a, E> {
    /// The elements of an operand. An axis that is named twice is one along the diagonal, and an axis of size 1 that others have with
    /// another size is none.
    pub(super) fn new(
        data: &'a [E],
        labels: &[Label],
        shape: &[usize],
        size: impl Fn(Label) -> usize,
    ) -> Self {
        let mut axes: Vec<Axis> = Vec::new();
        let mut stride = 1;
        for (&label, &own) in labels.iter().zip(shape).rev() {
            match axes.iter_mut().find(|axis| axis.label == label) {
                Some(axis) => axis.stride += stride,
                None if own == size(label) => axes.push(Axis { label, size: own, stride }),
                None => {}
            }
            stride *= own;
        }
        axes.reverse();
        View { data: Data::Lent(data), axes }
    }

    /// Elements that were computed, row-major.
    pub(super) fn own(data: PooledVec<E>, axes: Vec<Axis>) -> Self {
        View { data: Data::Own(data), axes }
    }

    pub(super) fn data(&self) -> &[E] {
        match &self.data {
            Data::Lent(data) => data,
            Data::Own(data) => data,
        }
    }

    pub(super) fn axes(&self) -> &[Axis] {
        &self.axes
    }

    pub(super) fn has(&self, label: Label) -> bool {
        self.axes.iter().any(|axis| axis.label == label)
    }

    /// The axes with these labels, in their order.
    pub(super) fn along(&self, labels: &[Label]) -> Vec<Axis> {
        labels
            .iter()
            .filter_map(|label| self.axes.iter().find(|axis| axis.label == *label).copied())
            .collect()
    }

    /// The elements, row-major along axes with these labels, which are all of the view's.
    pub(super) fn row_major(self, labels: &[Label]) -> View<'a, E> {
        let mut axes = self.along(labels);
        if is_row_major(&axes, self.data().len()) {
            return View { data: self.data, axes };
        }
        let data = strided(self.data(), axes.iter().map(|axis| (axis.size, axis.stride)));
        set_strides(&mut axes);
        View::own(data, axes)
    }

    pub(super) fn into_data(self) -> PooledVec<E> {
        match self.data {
            Data::Lent(data) => PooledVec::copy(data),
            Data::Own(data) => data,
        }
    }

    /// Sums over the axes that are not kept.
    pub(super) fn summed(self, is_kept: impl Fn(Label) -> bool) -> View<'a, E> {
        let labels = self.axes.iter().map(|axis| axis.label);
        let (kept, others): (Vec<_>, Vec<_>) = labels.partition(|&label| is_kept(label));
        if others.is_empty() {
            return self;
        }
        let view = self.row_major(&[&kept[..], &others].concat());
        let mut axes = view.along(&kept);
        let (count, width) = (count(&axes), count(&view.along(&others)));
        let mut sums = PooledVec::zeros(count);
        if width > 0 {
            sums.iter_mut().zip(view.data().chunks_exact(width)).for_each(|(total, row)| *total = sum(row));
        }
        set_strides(&mut axes);
        View::own(sums, axes)
    }
}

pub(super) fn count(axes: &[Axis]) -> usize {
    axes.iter().map(|axis| axis.size).product()
}

/// Gives axes the strides of row-major elements.
pub(super) fn set_strides(axes: &mut [Axis]) {
    let mut stride = 1;
    for axis in axes.iter_mut().rev() {
        axis.stride = stride;
        stride *= axis.size;
    }
}

fn is_row_major(axes: &[Axis], elements: usize) -> bool {
    count(axes) == elements && as_one(axes).is_some_and(|(size, stride)| size == 1 || stride == 1)
}

/// The size and the stride of these axes as one, if they are.
pub(super) fn as_one(axes: &[Axis]) -> Option<(usize, usize)> {
    let mut one: Option<(usize, usize)> = None;
    for axis in axes.iter().rev().filter(|axis| axis.size != 1) {
        one = Some(match one {
            None => (axis.size, axis.stride),
            Some((size, stride)) if axis.stride == size * stride => (axis.size * size, stride),
            Some(_) => return None,
        });
    }
    Some(one.unwrap_or((1, 1)))
}
