//! Elements at indices along an axis, and their sums there.

use crate::kernels::{Along, last_place};
use crate::pooled_vec::PooledVec;
use crate::size::allows;
use crate::value::NoGradient;
use crate::{Axes, Element, Ids, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Selects features of each row by their indices, of shape `[.., K]`.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// let y = x.gather_features::<2>(&Ids::from_vec([2, 2], vec![2, 0, 1, 1]));
    /// assert_eq!(y, Tensor::from([[3.0, 1.0], [5.0, 5.0]]));
    /// ```
    ///
    /// # Panics
    /// If the indices have other axes, or one is not below the number of features.
    #[track_caller]
    pub fn gather_features<const K: usize>(&self, indices: &Ids) -> Tensor<K, E> {
        Places::new::<K>(self.axes(), self.shape().len() - 1, indices, "gather_features").gathered(self)
    }

    /// [`gather_features`](Tensor::gather_features) with its pullback.
    #[track_caller]
    pub fn gather_features_vjp<const K: usize>(
        &self,
        indices: &Ids,
    ) -> (
        Tensor<K, E>,
        impl FnOnce(Tensor<K, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, K, E>,
    ) {
        let places = Places::new::<K>(self.axes(), self.shape().len() - 1, indices, "gather_features");
        (places.gathered(self), move |d, [wanted, _]: [bool; 2]| (wanted.then(|| places.sums(&d)), None))
    }

    /// Selects elements along a leading axis by their indices, as `torch.gather`: `y[i, j] = x[indices[i, j], j]` along axis 0. The
    /// other axes of the indices, the last included, are those of the tensor. The last axis of a tensor with
    /// [`DYN`](crate::DYN) features is one of the axes.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    /// let y = x.gather_axis(0, &Ids::from_vec([1, 2], vec![1, 0]));
    /// assert_eq!(y, Tensor::from([[3.0, 2.0]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, the indices have other axes, or one is not below the size of the axis.
    #[track_caller]
    pub fn gather_axis(&self, axis: usize, indices: &Ids) -> Self {
        self.along(axis, "gather_axis");
        Places::new::<F>(self.axes(), axis, indices, "gather_axis").gathered(self)
    }

    /// [`gather_axis`](Tensor::gather_axis) with its pullback.
    #[track_caller]
    pub fn gather_axis_vjp(
        &self,
        axis: usize,
        indices: &Ids,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<F, E>,
    ) {
        self.along(axis, "gather_axis");
        let places = Places::new::<F>(self.axes(), axis, indices, "gather_axis");
        (places.gathered(self), move |d: Self, [wanted, ..]: [bool; 3]| {
            let dx = wanted.then(|| places.sums(&d));
            (dx, None, None)
        })
    }

    /// Adds each element of `source` to the feature of its row with its index; both have the shape `[.., K]`. Where indices are
    /// equal, all are added.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let counts = Tensor::<3>::zeros([1]).scatter_add_features(&Ids::from_vec([1, 2], vec![2, 2]), &Tensor::from([[1.0, 0.5]]));
    /// assert_eq!(counts, Tensor::from([[0.0, 0.0, 1.5]]));
    /// ```
    ///
    /// # Panics
    /// If the indices or `source` have other axes, or an index is not below the number of features.
    #[track_caller]
    pub fn scatter_add_features<const K: usize>(&self, indices: &Ids, source: &Tensor<K, E>) -> Self {
        let places = Places::new::<K>(self.axes(), self.shape().len() - 1, indices, "scatter_add_features");
        places.check_source(source, "scatter_add_features");
        places.added(self.clone(), source)
    }

    /// [`scatter_add_features`](Tensor::scatter_add_features) with its pullback.
    #[track_caller]
    pub fn scatter_add_features_vjp<const K: usize>(
        &self,
        indices: &Ids,
        source: &Tensor<K, E>,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<Tensor<K, E>>) + use<F, K, E>,
    ) {
        let places = Places::new::<K>(self.axes(), self.shape().len() - 1, indices, "scatter_add_features");
        places.check_source(source, "scatter_add_features");
        (places.added(self.clone(), source), move |d: Self, [left, _, right]: [bool; 3]| {
            let dsource = right.then(|| places.gathered(&d));
            (left.then_some(d), None, dsource)
        })
    }

    /// Adds each element of `source` where its index is along a leading axis, as `torch.scatter_add`:
    /// `y[indices[i, j], j] += source[i, j]` along axis 0. Shapes as in [`gather_axis`](Tensor::gather_axis).
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let x = Tensor::<2>::zeros([3]);
    /// let y = x.scatter_add_axis(0, &Ids::from_vec([2, 2], vec![2, 0, 2, 1]), &Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    /// assert_eq!(y, Tensor::from([[0.0, 2.0], [0.0, 4.0], [4.0, 0.0]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, the indices or `source` have other axes, or an index is not below the size of the axis.
    #[track_caller]
    pub fn scatter_add_axis(&self, axis: usize, indices: &Ids, source: &Self) -> Self {
        self.along(axis, "scatter_add_axis");
        let places = Places::new::<F>(self.axes(), axis, indices, "scatter_add_axis");
        places.check_source(source, "scatter_add_axis");
        places.added(self.clone(), source)
    }

    /// [`scatter_add_axis`](Tensor::scatter_add_axis) with its pullback.
    #[track_caller]
    pub fn scatter_add_axis_vjp(
        &self,
        axis: usize,
        indices: &Ids,
        source: &Self,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 4]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>, Option<Self>)
        + use<F, E>,
    ) {
        self.along(axis, "scatter_add_axis");
        let places = Places::new::<F>(self.axes(), axis, indices, "scatter_add_axis");
        places.check_source(source, "scatter_add_axis");
        (places.added(self.clone(), source), move |d: Self, [left, _, _, right]: [bool; 4]| {
            let dsource = right.then(|| places.gathered(&d));
            (left.then_some(d), None, None, dsource)
        })
    }
}

/// Indices along an axis.
struct Places {
    indices: Ids,
    /// Of the tensor.
    of_x: Axes,
    /// Of the indices.
    axes: Axes,
    along: Along,
}

impl Places {
    #[track_caller]
    fn new<const K: usize>(of_x: Axes, axis: usize, indices: &Ids, operation: &str) -> Self {
        let shape = indices.shape();
        let (outer, size, inner) = of_x.around_any(axis, operation);
        let fits = shape.len() == of_x.as_slice().len()
            && shape.iter().zip(of_x.as_slice()).enumerate().all(|(at, (a, b))| at == axis || a == b);
        assert!(fits, "{operation} of a tensor of shape {of_x:?} at indices of shape {shape:?}");
        let axes = of_x.with_size(axis, shape[axis]);
        assert!(allows(K, axes.last()), "{operation} of {K} features at indices of shape {shape:?}");
        // By the maximum, which is vectorized.
        if let Some(index) = last_place(indices.as_slice()) {
            assert!(
                (index as usize) < size,
                "{operation} of index {index} along axis {axis} of a tensor of shape {of_x:?}"
            );
        }
        Places { indices: indices.clone(), of_x, axes, along: Along { outer, size, inner } }
    }

    #[track_caller]
    fn check_source<const K: usize, E: Element>(&self, source: &Tensor<K, E>, operation: &str) {
        assert!(
            source.axes() == self.axes,
            "{operation} of a source of shape {:?} at indices of shape {:?}",
            source.axes(),
            self.axes
        );
    }

    fn gathered<const F: usize, const K: usize, E: Element>(&self, x: &Tensor<F, E>) -> Tensor<K, E> {
        Tensor::with_axes(self.axes, E::gathered(x.as_slice(), self.along, self.indices.as_slice()))
    }

    fn added<const F: usize, const K: usize, E: Element>(
        &self,
        mut x: Tensor<F, E>,
        source: &Tensor<K, E>,
    ) -> Tensor<F, E> {
        let (places, source) = (self.indices.as_slice(), source.as_slice());
        E::add_at(x.as_mut_slice(), self.along, places, source);
        x
    }

    /// The pullback of [`gathered`](Self::gathered).
    fn sums<const F: usize, const K: usize, E: Element>(&self, d: &Tensor<K, E>) -> Tensor<F, E> {
        self.added(Tensor::with_axes(self.of_x, PooledVec::zeros(self.of_x.count())), d)
    }
}
