use super::features::Features;
use crate::kernels::{joined, narrowed};
use crate::size::allows;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Concatenates the features of each row with those of the same row of `other`.
    ///
    /// `H = F + G` is checked at compile time.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2], vec![1.0, 2.0]);
    /// let y = Tensor::<2>::from_vec([2], vec![3.0, 4.0, 5.0, 6.0]);
    /// let z: Tensor<3> = x.cat(&y);
    /// assert_eq!(z.as_slice(), [1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::Tensor;
    /// let z: Tensor<4> = Tensor::<1>::zeros([2]).cat(&Tensor::<2>::zeros([2]));
    /// ```
    ///
    /// # Panics
    /// If the leading axes differ.
    #[track_caller]
    pub fn cat<const G: usize, const H: usize>(&self, other: &Tensor<G, E>) -> Tensor<H, E> {
        let () = Features::<F, G, H>::OF_CAT;
        let (left, right) = (self.axes(), other.axes());
        assert!(left.leading() == right.leading(), "cat of tensors of shapes {left:?} and {right:?}");
        let features = self.features() + other.features();
        assert!(
            allows(H, features),
            "cat of tensors of shapes {left:?} and {right:?} gives {features} features, not {H}"
        );
        let z = joined(&[(self.as_slice(), self.features()), (other.as_slice(), other.features())]);
        Tensor::with_rows_of(self, features, z)
    }

    /// [`cat`](Tensor::cat) with its pullback.
    #[track_caller]
    pub fn cat_vjp<const G: usize, const H: usize>(
        &self,
        other: &Tensor<G, E>,
    ) -> (
        Tensor<H, E>,
        impl FnOnce(Tensor<H, E>, [bool; 2]) -> (Option<Self>, Option<Tensor<G, E>>) + use<F, G, H, E>,
    ) {
        let () = Features::<F, G, H>::OF_CAT;
        let (f, g) = (self.features(), other.features());
        (self.cat(other), move |d: Tensor<H, E>, [left, right]: [bool; 2]| {
            let dx = left.then(|| columns::<H, F, E>(&d, 0, f));
            let dy = right.then(|| columns::<H, G, E>(&d, f, g));
            (dx, dy)
        })
    }

    /// Concatenates two tensors along a leading axis.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 1], vec![1.0, 2.0]);
    /// let y = Tensor::<1>::from_vec([2, 2], vec![3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.cat_axis(&y, 1).as_slice(), [1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
    /// ```
    ///
    /// # Panics
    /// If the other axes differ, or there is no such leading axis.
    #[track_caller]
    pub fn cat_axis(&self, other: &Self, axis: usize) -> Self {
        let (left, right) = (self.axes(), other.axes());
        let (_, size, inner) = Self::around(left, axis, "cat_axis");
        assert!(
            left.leading().len() == right.leading().len() && right.with_size(axis, size) == left,
            "cat_axis of tensors of shapes {left:?} and {right:?} along axis {axis}"
        );
        let (_, other_size, _) = Self::around(right, axis, "cat_axis");
        let z = joined(&[(self.as_slice(), size * inner), (other.as_slice(), other_size * inner)]);
        Tensor::with_axes(left.with_size(axis, size + other_size), z)
    }

    /// [`cat_axis`](Tensor::cat_axis) with its pullback.
    #[track_caller]
    pub fn cat_axis_vjp(
        &self,
        other: &Self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<Self>, Option<NoGradient>) + use<F, E>)
    {
        let z = self.cat_axis(other, axis);
        let [size, other_size] = [self, other].map(|x| Self::around(x.axes(), axis, "cat_axis").1);
        (z, move |d: Self, [left, right, _]: [bool; 3]| {
            let dx = left.then(|| d.divided(axis, 0, size));
            let dy = right.then(|| d.divided(axis, size, other_size));
            (dx, dy, None)
        })
    }
}

/// Returns `N` features of each row, starting at `start`.
pub(super) fn columns<const F: usize, const N: usize, E: Element>(
    x: &Tensor<F, E>,
    start: usize,
    count: usize,
) -> Tensor<N, E> {
    let y = narrowed(x.as_slice(), x.features(), start, start + count);
    Tensor::with_rows_of(x, count, y)
}
