//! Pooling layers, and flattening.

use super::support::function_layer;
use crate::ops::check_window;
use crate::{Count, Element};

/// Implements the constructor of a pooling layer, its settings, and the numbers that its view has.
macro_rules! pool {
    ($layer:ident, $view:ident) => {
        impl<const C: usize, const K: usize, const S: usize, const P: usize, E: Element> $layer<C, K, S, P, E> {
            /// Creates a layer with windows of size `kernel` x `kernel`. Its stride and padding are those of the type; where
            /// that has `DYN`, they are the window size and 0, or set by `stride` and `padding`.
            ///
            /// ```
            #[doc = concat!("use tiedw_core::layers::{Layer, ", stringify!($layer), "};")]
            /// use tiedw_core::{DYN, Tensor};
            ///
            #[doc = concat!("let pool: ", stringify!($layer), "<3, DYN, DYN, DYN> = ", stringify!($layer), "::new(3).stride(2).padding(1);")]
            /// assert_eq!(pool.forward(&Tensor::zeros([5, 8, 6])).shape(), [5, 4, 3, 3]);
            /// ```
            ///
            /// # Panics
            /// If the type says another size.
            #[track_caller]
            pub fn new(kernel: usize) -> Self {
                $layer { kernel: Count::named("a window", kernel), ..Self::OF_TYPE }
            }

            /// Sets the stride.
            ///
            /// # Panics
            /// If the type says another stride.
            #[must_use]
            #[track_caller]
            pub fn stride(mut self, stride: usize) -> Self {
                self.stride = Count::named("a stride", stride);
                self
            }

            /// Sets the padding on each side.
            ///
            /// # Panics
            /// If the type says another padding.
            #[must_use]
            #[track_caller]
            pub fn padding(mut self, padding: usize) -> Self {
                self.padding = Count::named("a padding", padding);
                self
            }
        }

        impl<const C: usize, const K: usize, const S: usize, const P: usize, E: Element> $view<C, K, S, P, E> {
            #[track_caller]
            fn kernel(&self) -> usize {
                const { check_window(K, S, P) };
                self.kernel.said("a pooling whose window is not set", "pool.kernel")
            }

            #[track_caller]
            fn stride(&self) -> usize {
                match self.stride.get() {
                    Some(stride) => stride,
                    None => self.kernel(),
                }
            }

            fn padding(&self) -> usize {
                self.padding.get().unwrap_or(0)
            }
        }
    };
}

function_layer! {
    /// 2-D max pooling over `C` channels with window size `K` x `K`, stride `S` and padding `P`, which is
    /// never the maximum: [`max_pool2d`](crate::Tensor::max_pool2d) as a layer.
    ///
    /// The default stride is the window size, as in PyTorch.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    /// use tiedw_core::layers::{Layer, MaxPool2d};
    ///
    /// let pool = MaxPool2d::<3, 2>::new(2);
    /// assert_eq!(pool.forward(&Tensor::zeros([5, 8, 6])).shape(), [5, 4, 3, 3]);
    /// ```
    MaxPool2d,
    ///
    /// ```
    /// use tiedw_core::{Module, Tensor, layers::MaxPool2d};
    ///
    /// let pool = MaxPool2d::<1, 2>::new(2);
    /// let (_, pullback) = pool.view().forward_vjp(&Tensor::from_vec([2, 2], vec![1.0, 4.0, 3.0, 2.0]));
    /// let (dx,) = pullback(Tensor::full([1, 1], 8.0), pool.view(), [true]);
    /// assert_eq!(dx.unwrap().as_slice(), [0.0, 8.0, 0.0, 0.0]);
    /// ```
    MaxPool2dView [C, K, S = K, P = 0] {
        /// The window size, if the type does not say it.
        kernel: K,
        /// The stride, if the type does not say it; the window size if it is not set.
        stride: S,
        /// The padding, if the type does not say it; 0 if it is not set.
        padding: P,
    };
    Tensor<C, E> => Tensor<C, E>;
    max_pool2d_with, max_pool2d_with_vjp(kernel, stride, padding)
}

pool! { MaxPool2d, MaxPool2dView }

function_layer! {
    /// 2-D average pooling over `C` channels with window size `K` x `K`, stride `S` and zero padding `P`:
    /// [`avg_pool2d`](crate::Tensor::avg_pool2d) as a layer.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    /// use tiedw_core::layers::{AvgPool2d, Layer};
    ///
    /// let pool = AvgPool2d::<3, 2>::new(2);
    /// assert_eq!(pool.forward(&Tensor::zeros([5, 8, 6])).shape(), [5, 4, 3, 3]);
    /// ```
    AvgPool2d,
    ///
    /// ```
    /// use tiedw_core::{Module, Tensor, layers::AvgPool2d};
    ///
    /// let pool = AvgPool2d::<1, 2>::new(2);
    /// let (_, pullback) = pool.view().forward_vjp(&Tensor::from_vec([2, 2], vec![1.0, 4.0, 3.0, 2.0]));
    /// let (dx,) = pullback(Tensor::full([1, 1], 8.0), pool.view(), [true]);
    /// assert_eq!(dx.unwrap().as_slice(), [2.0; 4]);
    /// ```
    AvgPool2dView [C, K, S = K, P = 0] {
        /// The window size, if the type does not say it.
        kernel: K,
        /// The stride, if the type does not say it; the window size if it is not set.
        stride: S,
        /// The padding, if the type does not say it; 0 if it is not set.
        padding: P,
    };
    Tensor<C, E> => Tensor<C, E>;
    avg_pool2d_with, avg_pool2d_with_vjp(kernel, stride, padding)
}

pool! { AvgPool2d, AvgPool2dView }

function_layer! {
    /// The mean of each of `C` channels over height and width:
    /// [`global_avg_pool2d`](crate::Tensor::global_avg_pool2d) as a layer.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    /// use tiedw_core::layers::{GlobalAvgPool2d, Layer};
    ///
    /// let pool = GlobalAvgPool2d::<3>::new();
    /// assert_eq!(pool.forward(&Tensor::zeros([5, 8, 6])).shape(), [5, 3]);
    /// ```
    GlobalAvgPool2d,
    ///
    /// ```
    /// use tiedw_core::{Module, Tensor, layers::GlobalAvgPool2d};
    ///
    /// let pool = GlobalAvgPool2d::<1>::new();
    /// let (_, pullback) = pool.view().forward_vjp(&Tensor::zeros([1, 2, 4]));
    /// let (dx,) = pullback(Tensor::full([1], 8.0), pool.view(), [true]);
    /// assert_eq!(dx, Some(Tensor::full([1, 2, 4], 1.0)));
    /// ```
    GlobalAvgPool2dView [C];
    Tensor<C, E> => Tensor<C, E>;
    global_avg_pool2d, global_avg_pool2d_vjp
}

function_layer! {
    /// Flattens the last axes into `N` features: [`flatten`](crate::Tensor::flatten) as a layer.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    /// use tiedw_core::layers::{Flatten, Layer};
    ///
    /// let flatten = Flatten::<2, 24>::new();
    /// assert_eq!(flatten.forward(&Tensor::zeros([5, 3, 4])).shape(), [5, 24]);
    /// ```
    Flatten,
    ///
    /// ```
    /// use tiedw_core::{Module, Tensor, layers::Flatten};
    ///
    /// let flatten = Flatten::<2, 6>::new();
    /// let (y, pullback) = flatten.view().forward_vjp(&Tensor::zeros([5, 3]));
    /// assert_eq!(pullback(y, flatten.view(), [true]).0.unwrap().shape(), [5, 3, 2]);
    /// ```
    FlattenView [F, N];
    Tensor<F, E> => Tensor<N, E>;
    flatten, flatten_vjp::<N>
}
