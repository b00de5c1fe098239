//! 2-D convolution.

use rand::Rng;

use crate::init::draw::{bound_of, uniform};
use crate::layers::support::layer;
use crate::module::{BiasStorage, Gradient, Storage, Weight};
use crate::param::{Filter2d, Filter2dView, Vector};
use crate::size::check_sizes;
use crate::{Count, Element, Tensor};

layer! {
    /// A 2-D convolution from `I` to `O` channels, with kernel size `K` x `K`, stride `S` and zero padding `P` on
    /// all sides.
    ///
    /// Channels are the features, so they come last: `[batch, height, width, I]` becomes `[batch, (height + 2P -
    /// K) / S + 1, (width + 2P - K) / S + 1, O]`. `W` and `B` are the storage of the weight and of the bias. Both
    /// are initialized from U(-1/√n, 1/√n) with n = I K², as in PyTorch.
    ///
    /// ```
    /// use tiedw_core::layers::{Conv2d, Layer};
    /// use tiedw_core::{Count, Filter2d, Tensor, Vector};
    ///
    /// let weight = Filter2d::from_vec(vec![1.0; 4]);
    /// let sum = Conv2d::<1, 1, 2> { weight, bias: Vector::zeros(), stride: Count::default(), padding: Count::default() };
    /// let x = Tensor::from_vec([1, 2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(sum.forward(&x), Tensor::from_vec([1, 1, 2], vec![12.0, 16.0]));
    /// ```
    ///
    /// # Panics
    /// `forward` panics if the input has fewer than two leading axes, or is smaller with its padding than the
    /// kernel.
    pub struct Conv2d [const I, const O, const K, const S = 1, const P = 0] [W: Storage] [B] {
        parameters {
            /// `[O, K, K, I]`.
            weight: W => Filter2d<O, K, K, I, E> as Filter2dView<'a, O, K, K, I, E, Use>,
        }
        bias B {
            /// `[O]`.
            bias: Vector<O, E>,
        }
        settings {
            /// The stride, if the type does not say it; 1 if it is not set.
            stride: Count<S> = Count::default(),
            /// The padding, if the type does not say it; 0 if it is not set.
            padding: Count<P> = Count::default(),
        }
        sizes {
            weight: [O, I, K, K],
            bias: [O],
        }
    }
    check {
        assert!(K > 0 && S > 0, "the kernel size and the stride of a convolution are at least 1");
        assert!(I > 0 && O > 0, "a convolution has input and output channels");
    };

    /// A borrowed [`Conv2d`].
    ///
    /// ```
    /// use tiedw_core::layers::Conv2d;
    /// use tiedw_core::{Count, Filter2d, Module, Tensor, Vector};
    ///
    /// let weight = Filter2d::from_vec(vec![1.0; 4]);
    /// let sum = Conv2d::<1, 1, 2> { weight, bias: Vector::zeros(), stride: Count::default(), padding: Count::default() };
    /// let mut gradient = sum.zeros_like();
    /// let (_, pullback) = sum.view().forward_vjp(&Tensor::full([1, 2, 3], 1.0));
    /// let (dx,) = pullback(Tensor::full([1, 1, 2], 1.0), gradient.view_mut(), [true]);
    /// assert_eq!(dx.unwrap().as_slice(), [1.0, 2.0, 1.0, 1.0, 2.0, 1.0]);
    /// assert_eq!(gradient.bias.as_slice(), [2.0]);
    /// ```
    pub struct Conv2dView;

    /// The weights that a [`Conv2d`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Conv2d, Conv2dTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<Conv2d<2, 3, 5, 1, 0>>::init(rng), <Conv2d<2, 3, 5, 1, 0, Tied, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(Conv2dTies { weight: w.weight, bias: w.bias });
    /// assert!(std::ptr::eq(view.weight.as_slice(), w.weight.as_slice()));
    /// ```
    pub struct Conv2dTies { weight: W, bias: B }

    forward Tensor<I, E> => Tensor<O, E>, by run, back;

    init |rng| Self::new(I, O, K, rng), as "Conv2d::new(inputs, outputs, kernel, &mut rng)";
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, W, B, E>
    Conv2d<I, O, K, S, P, W, B, E>
where
    W: Storage,
    B: BiasStorage,
    E: Element,
{
    /// Creates a layer from `inputs` channels to `outputs`, with a kernel of size `kernel` x `kernel`, initialized as by
    /// `init`. Its stride and padding are those of the type; where that has `DYN`, they are 1 and 0, or set by
    /// [`stride`](Conv2d::stride) and [`padding`](Conv2d::padding).
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Conv2d, Layer};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let layer: Conv2d<DYN, 8, DYN, DYN, 1> = Conv2d::new(3, 8, 3, rng).stride(2); // The padding is in the type.
    /// assert_eq!(layer.weight.shape(), [8, 3, 3, 3]);
    /// assert_eq!(layer.forward(&Tensor::<DYN>::zeros([1, 6, 8, 3])).shape(), [1, 3, 4, 8]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size, or if the type has `DYN` for the kernel and it is larger than 255.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(inputs: usize, outputs: usize, kernel: usize, rng: &mut R) -> Self {
        check_sizes(
            "Conv2d",
            [("inputs", I, inputs), ("outputs", O, outputs), ("as the kernel size", K, kernel)],
        );
        let mut number = uniform(rng, bound_of(inputs.saturating_mul(kernel).saturating_mul(kernel)));
        Conv2d {
            weight: W::store(|| Filter2d::of_shape_fn([outputs, kernel, kernel, inputs], &mut number)),
            bias: B::store(|| (0..outputs).map(|_| number()).collect()),
            stride: Count::default(),
            padding: Count::default(),
        }
    }
}

convolve! {
    /// Applies the layer to each image.
    ///
    /// # Panics
    /// If `x` has fewer than two leading axes, if its height or width is 0, or if an image with its padding
    /// is smaller than the kernel.
    Conv2d, Conv2dView, 2
}
