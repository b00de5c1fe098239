use crate::axes::{Leading, MOST_AXES};
use crate::kernels::{Swapped, strided, swapped};
use crate::value::NoGradient;
use crate::{Axes, DYN, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Reorders the axes: axis `order[i]` becomes axis `i`. A fixed number of features stays last.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// let x = Tensor::<64>::zeros([2, 3, 4]);
    /// assert_eq!(x.permute([2, 0, 1, 3]).shape(), [4, 2, 3, 64]);
    /// assert_eq!(x.dynamic().permute([0, 3, 1, 2]).shape(), [2, 64, 3, 4]);
    /// ```
    ///
    /// # Panics
    /// If each axis is not in the order once, or the features would not stay last.
    #[track_caller]
    pub fn permute<L: Leading>(&self, order: L) -> Self {
        self.permuted(order.as_whole(), "permute")
    }

    /// [`permute`](Tensor::permute) with its pullback.
    #[track_caller]
    pub fn permute_vjp<L: Leading>(
        &self,
        order: L,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, L, E>) {
        let order = order.as_whole();
        (self.permuted(order, "permute"), move |d: Self, [wanted, _]: [bool; 2]| {
            (wanted.then(|| d.permuted(inverse(order), "a pullback")), None)
        })
    }

    /// Moves an axis to another place. A fixed number of features stays last.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let images = Tensor::<3>::zeros([8, 32, 24]).dynamic();
    /// assert_eq!(images.movedim(3, 1).shape(), [8, 3, 32, 24]);
    /// ```
    ///
    /// # Panics
    /// If there are no such axes, or the features would not stay last.
    #[track_caller]
    pub fn movedim(&self, source: usize, destination: usize) -> Self {
        self.permuted(self.moving(source, destination), "movedim")
    }

    /// [`movedim`](Tensor::movedim) with its pullback.
    #[track_caller]
    pub fn movedim_vjp(
        &self,
        source: usize,
        destination: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        (self.movedim(source, destination), move |d: Self, [wanted, ..]: [bool; 3]| {
            (wanted.then(|| d.movedim(destination, source)), None, None)
        })
    }

    /// The order of axes of which one is moved.
    #[track_caller]
    fn moving(&self, source: usize, destination: usize) -> Axes {
        let rank = self.shape().len();
        for axis in [source, destination] {
            assert!(
                axis < rank,
                "axis {axis} of movedim is not one of the {rank} axes of shape {:?}",
                self.shape()
            );
        }
        let mut order: Vec<usize> = (0..rank).filter(|&axis| axis != source).collect();
        order.insert(destination, source);
        (&order[..]).as_whole()
    }

    #[track_caller]
    fn permuted(&self, order: Axes, operation: &str) -> Self {
        let (axes, order) = (self.axes(), order.as_slice());
        let rank = axes.as_slice().len();
        assert!(
            order.len() == rank && (0..rank).all(|axis| order.contains(&axis)),
            "{operation} in the order {order:?} of a tensor of shape {axes:?}: each of its axes, from 0 to {}, is there once",
            rank - 1
        );
        assert!(
            F == DYN || order[rank - 1] == rank - 1,
            "{operation} in the order {order:?} of a tensor of shape {axes:?}: its features stay last, if not of `dynamic()`"
        );
        let mut to = axes;
        for (place, &axis) in order.iter().enumerate() {
            to = to.with_size(place, axes.as_slice()[axis]);
        }
        let groups = Groups::new(axes.as_slice(), order);
        if groups.are_in_order() {
            return self.clone().with_other_axes(to);
        }
        let data = match groups.swap() {
            Some(sizes) => swapped(self.as_slice(), sizes),
            None => {
                strided(self.as_slice(), groups.order.iter().map(|&at| (groups.sizes[at], groups.stride(at))))
            }
        };
        Tensor::with_axes(to, data)
    }
}

fn inverse(order: Axes) -> Axes {
    let mut inverse = order;
    for (place, &axis) in order.as_slice().iter().enumerate() {
        inverse = inverse.with_size(axis, place);
    }
    inverse
}

/// Axes that stay next to each other as one, without those of size 1.
struct Groups {
    sizes: Vec<usize>,
    /// The groups in their new order.
    order: Vec<usize>,
}

impl Groups {
    fn new(sizes: &[usize], order: &[usize]) -> Self {
        let order = order.iter().copied().filter(|&axis| sizes[axis] != 1);
        // The axes of each group, in the new order.
        let mut groups: Vec<Vec<usize>> = Vec::with_capacity(MOST_AXES);
        for axis in order {
            let follows = |last: usize| last < axis && sizes[last + 1..axis].iter().all(|&size| size == 1);
            match groups.last_mut() {
                Some(group) if group.last().is_some_and(|&last| follows(last)) => group.push(axis),
                _ => groups.push(vec![axis]),
            }
        }
        let mut before: Vec<usize> = (0..groups.len()).collect();
        before.sort_by_key(|&at| groups[at][0]);
        let size = |group: &Vec<usize>| group.iter().map(|&axis| sizes[axis]).product();
        let mut order = vec![0; groups.len()];
        before.iter().enumerate().for_each(|(place, &at)| order[at] = place);
        Groups { sizes: before.iter().map(|&at| size(&groups[at])).collect(), order }
    }

    fn are_in_order(&self) -> bool {
        self.order.is_sorted()
    }

    fn stride(&self, at: usize) -> usize {
        self.sizes[at + 1..].iter().product()
    }

    /// The sizes of a swap of two groups, if it is one.
    fn swap(&self) -> Option<Swapped> {
        let mut moved = (0..self.order.len()).filter(|&at| self.order[at] != at);
        let (a, b) = (moved.next()?, moved.next()?);
        (moved.next().is_none()).then(|| Swapped {
            rows: self.sizes[a],
            between: self.sizes[a + 1..b].iter().product(),
            columns: self.sizes[b],
            inner: self.stride(b),
        })
    }
}
