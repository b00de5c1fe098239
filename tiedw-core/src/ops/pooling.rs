use crate::kernels::Pooling;
use crate::pooled_vec::PooledVec;
use crate::size::are_fixed;
use crate::value::NoGradient;
use crate::{Axes, DYN, Element, Tensor};

/// The cotangents of a pooling: those of its numbers are empty.
type OfPooling<T> = (Option<T>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>);

impl<const C: usize, E: Element> Tensor<C, E> {
    /// Computes 2-D max pooling of `[batch, height, width, C]`, with window size `K` x `K`, stride `S` and
    /// padding `P`, which is never the maximum.
    ///
    /// The cotangent goes to the maximum, or to the first of equal maxima. NaN is larger than any other
    /// value.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([1, 2, 4], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0]);
    /// assert_eq!(x.max_pool2d::<2, 2, 0>(), Tensor::from_vec([1, 1, 2], vec![6.0, 7.0]));
    /// ```
    ///
    /// # Panics
    /// If there are fewer than two leading axes, if height or width is 0, or if an image with its padding is smaller
    /// than a window.
    #[track_caller]
    pub fn max_pool2d<const K: usize, const S: usize, const P: usize>(&self) -> Self {
        const { check_fixed_window(K, S, P) };
        self.max_pool2d_with(K, S, P)
    }

    /// [`max_pool2d`](Tensor::max_pool2d) with a window size, a stride and a padding that are known at run time.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([1, 2, 4], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0]);
    /// assert_eq!(x.max_pool2d_with(2, 2, 0), x.max_pool2d::<2, 2, 0>());
    /// ```
    ///
    /// # Panics
    /// As `max_pool2d`, and if the window or the stride is 0, or the padding more than half the window.
    #[track_caller]
    pub fn max_pool2d_with(&self, kernel: usize, stride: usize, padding: usize) -> Self {
        let (sizes, axes) = sizes([kernel, stride, padding], self.axes(), "max_pool2d");
        Tensor::with_axes(axes, E::max_pool(sizes, self.as_slice()).0)
    }

    /// [`max_pool2d`](Tensor::max_pool2d) with its pullback.
    #[track_caller]
    pub fn max_pool2d_vjp<const K: usize, const S: usize, const P: usize>(
        &self,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<C, K, S, P, E>) {
        const { check_fixed_window(K, S, P) };
        let (y, pullback) = self.max_pool2d_with_vjp(K, S, P);
        (y, |d: Self, [wanted]: [bool; 1]| {
            let (dx, ..) = pullback(d, [wanted, false, false, false]);
            (dx,)
        })
    }

    /// [`max_pool2d_with`](Tensor::max_pool2d_with) with its pullback.
    #[track_caller]
    pub fn max_pool2d_with_vjp(
        &self,
        kernel: usize,
        stride: usize,
        padding: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 4]) -> OfPooling<Self> + use<C, E>) {
        let (sizes, axes) = sizes([kernel, stride, padding], self.axes(), "max_pool2d");
        let (y, places) = E::max_pool(sizes, self.as_slice());
        let of_x = self.axes();
        (Tensor::with_axes(axes, y), move |d: Self, [wanted, ..]: [bool; 4]| {
            check_cotangent(axes, &d);
            let dx = wanted.then(|| {
                let mut dx = PooledVec::zeros(of_x.count());
                for (&place, &d) in places.iter().zip(d.as_slice()) {
                    dx[place as usize] += d;
                }
                Tensor::with_axes(of_x, dx)
            });
            (dx, None, None, None)
        })
    }

    /// Computes 2-D average pooling of `[batch, height, width, C]`, with window size `K` x `K`, stride `S`
    /// and zero padding `P`, which is included in the mean.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([1, 2, 4], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0]);
    /// assert_eq!(x.avg_pool2d::<2, 2, 0>(), Tensor::from_vec([1, 1, 2], vec![3.5, 3.5]));
    /// ```
    ///
    /// # Panics
    /// If there are fewer than two leading axes, if height or width is 0, or if an image with its padding is smaller
    /// than a window.
    #[track_caller]
    pub fn avg_pool2d<const K: usize, const S: usize, const P: usize>(&self) -> Self {
        const { check_fixed_window(K, S, P) };
        self.avg_pool2d_with(K, S, P)
    }

    /// [`avg_pool2d`](Tensor::avg_pool2d) with a window size, a stride and a padding that are known at run time.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([1, 2, 4], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0]);
    /// assert_eq!(x.avg_pool2d_with(2, 2, 0), x.avg_pool2d::<2, 2, 0>());
    /// ```
    ///
    /// # Panics
    /// As `avg_pool2d`, and if the window or the stride is 0, or the padding more than half the window.
    #[track_caller]
    pub fn avg_pool2d_with(&self, kernel: usize, stride: usize, padding: usize) -> Self {
        let (sizes, axes) = sizes([kernel, stride, padding], self.axes(), "avg_pool2d");
        Tensor::with_axes(axes, E::avg_pool(sizes, self.as_slice()))
    }

    /// [`avg_pool2d`](Tensor::avg_pool2d) with its pullback.
    #[track_caller]
    pub fn avg_pool2d_vjp<const K: usize, const S: usize, const P: usize>(
        &self,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<C, K, S, P, E>) {
        const { check_fixed_window(K, S, P) };
        let (y, pullback) = self.avg_pool2d_with_vjp(K, S, P);
        (y, |d: Self, [wanted]: [bool; 1]| {
            let (dx, ..) = pullback(d, [wanted, false, false, false]);
            (dx,)
        })
    }

    /// [`avg_pool2d_with`](Tensor::avg_pool2d_with) with its pullback.
    #[track_caller]
    pub fn avg_pool2d_with_vjp(
        &self,
        kernel: usize,
        stride: usize,
        padding: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 4]) -> OfPooling<Self> + use<C, E>) {
        let (sizes, axes) = sizes([kernel, stride, padding], self.axes(), "avg_pool2d");
        let of_x = self.axes();
        let y = Tensor::with_axes(axes, E::avg_pool(sizes, self.as_slice()));
        (y, move |d: Self, [wanted, ..]: [bool; 4]| {
            check_cotangent(axes, &d);
            let dx = wanted.then(|| Tensor::with_axes(of_x, E::avg_pool_vjp(sizes, d.as_slice())));
            (dx, None, None, None)
        })
    }

    /// Computes the mean of each channel over height and width: `[batch, height, width, C]` becomes `[batch,
    /// C]`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([2, 1, 2], vec![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.global_avg_pool2d(), Tensor::from_vec([2], vec![1.5, 3.5]));
    /// ```
    ///
    /// # Panics
    /// If there are fewer than two leading axes.
    #[track_caller]
    pub fn global_avg_pool2d(&self) -> Self {
        let axes = as_line(self.axes());
        self.clone().with_other_axes(axes).mean_axis(axes.leading().len() - 1)
    }

    /// [`global_avg_pool2d`](Tensor::global_avg_pool2d) with its pullback.
    #[track_caller]
    pub fn global_avg_pool2d_vjp(
        &self,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<C, E>) {
        let (of_x, axes) = (self.axes(), as_line(self.axes()));
        let line = self.clone().with_other_axes(axes);
        let (y, pullback) = line.mean_axis_vjp(axes.leading().len() - 1);
        (y, move |d: Self, [wanted]: [bool; 1]| {
            let (dx, _) = pullback(d, [wanted, false]);
            (dx.map(|dx| dx.with_other_axes(of_x)),)
        })
    }
}

/// Merges the height and width axes.
#[track_caller]
fn as_line(axes: Axes) -> Axes {
    let [.., height, width] = *axes.leading() else {
        panic!("global_avg_pool2d of a tensor of shape {axes:?}: [.., height, width, channels] is wanted");
    };
    let last = axes.leading().len() - 1;
    axes.without(last).with_size(last - 1, height * width)
}

/// Checks the window size, the stride and the padding of a pooling, as far as they are known.
#[track_caller]
pub(crate) const fn check_window(kernel: usize, stride: usize, padding: usize) {
    assert!(kernel > 0 && stride > 0, "a window has places, and windows are apart");
    assert!(
        kernel == DYN || padding == DYN || 2 * padding <= kernel,
        "the padding is at most half the window"
    );
}

/// Checks the numbers of a pooling whose type has all of them.
#[track_caller]
const fn check_fixed_window(kernel: usize, stride: usize, padding: usize) {
    assert!(
        are_fixed([kernel, stride, padding]),
        "a size that is `DYN`: `_with` takes the window size, the stride and the padding"
    );
    check_window(kernel, stride, padding);
}

/// The largest window and stride, whose squares no sum overflows.
const MOST: usize = u32::MAX as usize;

/// Checks the shape of the cotangent of a pooling.
#[track_caller]
fn check_cotangent<const C: usize, E: Element>(axes: Axes, d: &Tensor<C, E>) {
    let found = d.axes();
    assert!(found == axes, "a pullback of a pooling of shape {axes:?} with a cotangent of shape {found:?}");
}

#[track_caller]
fn sizes([kernel, stride, padding]: [usize; 3], axes: Axes, operation: &str) -> (Pooling, Axes) {
    assert!(
        kernel > 0 && stride > 0 && padding <= kernel / 2 && kernel <= MOST && stride <= MOST,
        "{operation} with a window of {kernel}x{kernel}, a stride of {stride} and a padding of {padding}: windows have places and \
         are apart, the padding is at most half the window, and no number exceeds {MOST}"
    );
    let leading = axes.leading();
    let [batch @ .., height, width] = leading else {
        panic!("{operation} of a tensor of shape {axes:?}: [.., height, width, channels] is wanted");
    };
    let sizes = Pooling {
        batch: batch.iter().product(),
        input: (*height, *width),
        channels: axes.last(),
        kernel,
        stride,
        padding,
    };
    assert!(
        *height > 0 && *width > 0,
        "{operation} of a tensor of shape {axes:?}, whose planes have no positions: only the batch may be empty"
    );
    let (rows, columns) = sizes.output();
    assert!(
        rows > 0 && columns > 0,
        "{operation} with a window of {kernel}x{kernel} of a tensor of shape {axes:?}: height and width, with {padding} of \
         padding on each side, must be at least {kernel}"
    );
    (sizes, axes.with_size(leading.len() - 2, rows).with_size(leading.len() - 1, columns))
}
