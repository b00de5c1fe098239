//! Sorting, and the largest or smallest elements.

use crate::kernels::{Along, orders};
use crate::pooled_vec::PooledVec;
use crate::size::are_fixed;
use crate::value::NoGradient;
use crate::{Axes, DYN, Element, Ids, Tensor};

/// The cotangent of values and their indices.
type OfBoth<const F: usize, E> = (Option<Tensor<F, E>>, Option<NoGradient>);

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Sorts the features of each row, in ascending or descending order, and returns them with their indices before. Equal
    /// elements keep their order. NaN is larger than all numbers, as in PyTorch.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let (sorted, indices) = Tensor::from([[3.0, 1.0, 2.0], [5.0, 6.0, 5.0]]).sort(false);
    /// assert_eq!(sorted, Tensor::from([[1.0, 2.0, 3.0], [5.0, 5.0, 6.0]]));
    /// assert_eq!(indices, Ids::from_vec([2, 3], vec![1, 2, 0, 0, 2, 1]));
    /// ```
    ///
    /// # Panics
    /// If there are more than `u32::MAX` features.
    #[track_caller]
    pub fn sort(&self, descending: bool) -> (Self, Ids) {
        let order = Order::new(self, self.features_to_sort(), self.features(), descending, "sort");
        order.both(self)
    }

    /// [`sort`](Tensor::sort) with its pullback.
    #[track_caller]
    pub fn sort_vjp(
        &self,
        descending: bool,
    ) -> ((Self, Ids), impl FnOnce(OfBoth<F, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>)
    {
        let order = Order::new(self, self.features_to_sort(), self.features(), descending, "sort");
        (order.both(self), move |d, [wanted, _]: [bool; 2]| (order.pull_back(d, wanted), None))
    }

    /// Sorts along a leading axis: [`sort`](Tensor::sort) of each column.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let (sorted, indices) = Tensor::from([[3.0, 1.0], [2.0, 4.0]]).sort_axis(0, false);
    /// assert_eq!(sorted, Tensor::from([[2.0, 1.0], [3.0, 4.0]]));
    /// assert_eq!(indices, Ids::from_vec([2, 2], vec![1, 0, 0, 1]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or it has more than `u32::MAX` elements.
    #[track_caller]
    pub fn sort_axis(&self, axis: usize, descending: bool) -> (Self, Ids) {
        let along = self.along(axis, "sort_axis");
        Order::new(self, (axis, along), along.size, descending, "sort_axis").both(self)
    }

    /// [`sort_axis`](Tensor::sort_axis) with its pullback.
    #[track_caller]
    pub fn sort_axis_vjp(
        &self,
        axis: usize,
        descending: bool,
    ) -> (
        (Self, Ids),
        impl FnOnce(OfBoth<F, E>, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let along = self.along(axis, "sort_axis");
        let order = Order::new(self, (axis, along), along.size, descending, "sort_axis");
        (order.both(self), move |d, [wanted, ..]: [bool; 3]| (order.pull_back(d, wanted), None, None))
    }

    /// Returns the indices that would sort the features of each row, as [`sort`](Tensor::sort) does.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// assert_eq!(Tensor::from([3.0, 1.0, 2.0]).argsort(true), Ids::from_vec([3], vec![0, 2, 1]));
    /// ```
    ///
    /// # Panics
    /// If there are more than `u32::MAX` features.
    #[track_caller]
    pub fn argsort(&self, descending: bool) -> Ids {
        Order::new(self, self.features_to_sort(), self.features(), descending, "argsort").ids()
    }

    /// [`argsort`](Tensor::argsort) for differentiable bodies: an index has no gradient.
    #[doc(hidden)]
    #[track_caller]
    pub fn argsort_vjp(
        &self,
        descending: bool,
    ) -> (Ids, impl FnOnce(NoGradient, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        (self.argsort(descending), |_, _| (None, None))
    }

    /// Returns the indices that would sort along a leading axis, as [`sort_axis`](Tensor::sort_axis) does.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let x = Tensor::from([[3.0, 1.0], [2.0, 4.0]]);
    /// assert_eq!(x.argsort_axis(0, false), Ids::from_vec([2, 2], vec![1, 0, 0, 1]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or it has more than `u32::MAX` elements.
    #[track_caller]
    pub fn argsort_axis(&self, axis: usize, descending: bool) -> Ids {
        let along = self.along(axis, "argsort_axis");
        Order::new(self, (axis, along), along.size, descending, "argsort_axis").ids()
    }

    /// [`argsort_axis`](Tensor::argsort_axis) for differentiable bodies: an index has no gradient.
    #[doc(hidden)]
    #[track_caller]
    pub fn argsort_axis_vjp(
        &self,
        axis: usize,
        descending: bool,
    ) -> (
        Ids,
        impl FnOnce(NoGradient, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        (self.argsort_axis(axis, descending), |_, _| (None, None, None))
    }

    /// Returns the `K` largest features of each row, the largest first, with their indices: the first `K` of
    /// [`sort`](Tensor::sort) in descending order. `K <= F` is checked at compile time.
    ///
    /// For a number that is known at run time: [`topk_axis`](Tensor::topk_axis) of a tensor with [`DYN`] features. For the
    /// smallest: of `-&x`.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let (best, indices) = Tensor::from([[3.0, 1.0, 2.0], [5.0, 6.0, 7.0]]).topk::<2>();
    /// assert_eq!(best, Tensor::from([[3.0, 2.0], [7.0, 6.0]]));
    /// assert_eq!(indices, Ids::from_vec([2, 2], vec![0, 2, 2, 1]));
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::Tensor;
    /// let _ = Tensor::<3>::zeros([2]).topk::<4>();
    /// ```
    ///
    /// # Panics
    /// If there are fewer than `K` features, or more than `u32::MAX`.
    #[track_caller]
    pub fn topk<const K: usize>(&self) -> (Tensor<K, E>, Ids) {
        let () = Top::<K, F>::FITS;
        Order::new(self, self.features_to_sort(), K, true, "topk").both(self)
    }

    /// [`topk`](Tensor::topk) with its pullback.
    #[track_caller]
    pub fn topk_vjp<const K: usize>(
        &self,
    ) -> ((Tensor<K, E>, Ids), impl FnOnce(OfBoth<K, E>, [bool; 1]) -> (Option<Self>,) + use<K, F, E>) {
        let () = Top::<K, F>::FITS;
        let order = Order::new(self, self.features_to_sort(), K, true, "topk");
        (order.both(self), move |d, [wanted]: [bool; 1]| (order.pull_back(d, wanted),))
    }

    /// Returns the `k` largest elements along a leading axis, the largest first, with their indices. The last axis of a tensor
    /// with [`DYN`] features is one of those axes.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Ids, Tensor};
    /// let x = Tensor::from([[3.0, 1.0, 2.0], [5.0, 6.0, 7.0]]).dynamic();
    /// let (best, indices) = x.topk_axis(1, 2);
    /// assert_eq!(best.as_slice(), [3.0, 2.0, 7.0, 6.0]);
    /// assert_eq!(indices, Ids::from_vec([2, 2], vec![0, 2, 2, 1]));
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or it has fewer than `k` elements, or more than `u32::MAX`.
    #[track_caller]
    pub fn topk_axis(&self, axis: usize, k: usize) -> (Self, Ids) {
        Order::new(self, (axis, self.along(axis, "topk_axis")), k, true, "topk_axis").both(self)
    }

    /// [`topk_axis`](Tensor::topk_axis) with its pullback.
    #[track_caller]
    pub fn topk_axis_vjp(
        &self,
        axis: usize,
        k: usize,
    ) -> (
        (Self, Ids),
        impl FnOnce(OfBoth<F, E>, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        let order = Order::new(self, (axis, self.along(axis, "topk_axis")), k, true, "topk_axis");
        (order.both(self), move |d, [wanted, ..]: [bool; 3]| (order.pull_back(d, wanted), None, None))
    }
}

/// `K` of `F` features.
struct Top<const K: usize, const F: usize>;

impl<const K: usize, const F: usize> Top<K, F> {
    const FITS: () = {
        assert!(K != DYN, "a number of features that is known at run time: `topk_axis` of `dynamic()`");
        assert!(!are_fixed([K, F]) || K <= F, "`topk::<K>` of F features has K <= F");
    };
}

/// The first elements of an order along an axis.
struct Order {
    along: Along,
    of_x: Axes,
    /// The axes of what is taken.
    axes: Axes,
    /// The indices along the axis of what is taken, in order.
    places: PooledVec<u32>,
}

impl Order {
    #[track_caller]
    fn new<const F: usize, E: Element>(
        x: &Tensor<F, E>,
        (axis, along): (usize, Along),
        count: usize,
        descending: bool,
        operation: &str,
    ) -> Self {
        let (of_x, size) = (x.axes(), along.size);
        assert!(
            count <= size,
            "{operation} of {count} elements along an axis of {size} of a tensor of shape {of_x:?}"
        );
        assert!(
            u32::try_from(size).is_ok(),
            "{operation} of a tensor of shape {of_x:?} along an axis of more than {} elements",
            u32::MAX
        );
        let places = orders(x.as_slice(), along, count, descending);
        Order { along, of_x, axes: of_x.with_size(axis, count), places }
    }

    fn ids(&self) -> Ids {
        Ids::of_axes(self.axes.as_slice(), self.places.clone())
    }

    /// The elements with their indices.
    fn both<const F: usize, const K: usize, E: Element>(&self, x: &Tensor<F, E>) -> (Tensor<K, E>, Ids) {
        let taken = E::gathered(x.as_slice(), self.along, &self.places);
        (Tensor::with_axes(self.axes, taken), self.ids())
    }

    fn pull_back<const F: usize, const K: usize, E: Element>(
        &self,
        (d, _): OfBoth<K, E>,
        wanted: bool,
    ) -> Option<Tensor<F, E>> {
        let d = d.filter(|_| wanted)?;
        let mut dx = PooledVec::zeros(self.of_x.count());
        E::set_at(&mut dx, self.along, &self.places, d.as_slice());
        Some(Tensor::with_axes(self.of_x, dx))
    }
}

impl<const F: usize, E: Element> Tensor<F, E> {
    fn features_to_sort(&self) -> (usize, Along) {
        (self.shape().len() - 1, self.along_features().0)
    }
}
