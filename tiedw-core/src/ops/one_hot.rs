use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{DYN, Element, Ids, Tensor};

impl Ids {
    /// Returns a row of `C` elements for each id: 1 at the id, and 0 elsewhere. The ids of shape `[..]` become `[.., C]`.
    ///
    /// ```
    /// # use tiedw_core::{Ids, Tensor};
    /// let rows: Tensor<3> = Ids::from_vec([2], vec![2, 0]).one_hot();
    /// assert_eq!(rows, Tensor::from([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]));
    /// ```
    ///
    /// [`one_hot_with`](Ids::one_hot_with) takes a number of classes that is known at run time.
    ///
    /// # Panics
    /// If an id is not below `C`.
    #[track_caller]
    pub fn one_hot<const C: usize, E: Element>(&self) -> Tensor<C, E> {
        const { assert!(C != DYN, "a number of classes that is known at run time: `one_hot_with(classes)`") };
        rows(self, C)
    }

    /// The same for differentiable bodies: ids have no gradient.
    #[doc(hidden)]
    #[track_caller]
    pub fn one_hot_vjp<const C: usize, E: Element>(
        &self,
    ) -> (Tensor<C, E>, fn(Tensor<C, E>, [bool; 1]) -> (Option<NoGradient>,)) {
        (self.one_hot(), |_, _| (None,))
    }

    /// [`one_hot`](Ids::one_hot) for a number of classes that is known at run time.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Ids, Tensor};
    /// let rows: Tensor<DYN> = Ids::from_vec([2], vec![2, 0]).one_hot_with(3);
    /// assert_eq!(rows.as_slice(), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    /// ```
    ///
    /// # Panics
    /// If an id is not below `classes`.
    #[track_caller]
    pub fn one_hot_with<E: Element>(&self, classes: usize) -> Tensor<DYN, E> {
        rows(self, classes)
    }

    /// The same for differentiable bodies: ids have no gradient.
    #[doc(hidden)]
    #[track_caller]
    pub fn one_hot_with_vjp<E: Element>(
        &self,
        classes: usize,
    ) -> (Tensor<DYN, E>, fn(Tensor<DYN, E>, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>)) {
        (self.one_hot_with(classes), |_, _| (None, None))
    }
}

#[track_caller]
fn rows<const C: usize, E: Element>(ids: &Ids, classes: usize) -> Tensor<C, E> {
    let axes = ids.axes_with(classes);
    let mut y = PooledVec::zeros(axes.count());
    for (row, &id) in ids.as_slice().iter().enumerate() {
        assert!((id as usize) < classes, "one_hot of id {id}, which is not below {classes}");
        y[row * classes + id as usize] = E::ONE;
    }
    Tensor::with_axes(axes, y)
}
