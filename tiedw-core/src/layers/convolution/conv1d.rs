//! 1-D convolution.

use rand::Rng;

use crate::init::draw::{bound_of, uniform};
use crate::layers::support::layer;
use crate::module::{BiasStorage, Gradient, Storage, Weight};
use crate::param::{Filter1d, Filter1dView, Vector};
use crate::size::check_sizes;
use crate::{Count, Element, Tensor};

layer! {
    /// A 1-D convolution from `I` to `O` channels, with kernel size `K`, stride `S` and zero padding `P` at both
    /// ends.
    ///
    /// Channels are the features, so they come last: `[batch, time, I]` becomes `[batch, (time + 2P - K) / S + 1,
    /// O]`. `W` and `B` are the storage of the weight and of the bias. Both are initialized from U(-1/√n, 1/√n)
    /// with n = I K, as in PyTorch.
    ///
    /// ```
    /// use tiedw_core::layers::{Conv1d, Layer};
    /// use tiedw_core::{Count, Filter1d, Tensor, Vector};
    ///
    /// let weight = Filter1d::from_vec(vec![1.0; 2]);
    /// let sum = Conv1d::<1, 1, 2> { weight, bias: Vector::zeros(), stride: Count::default(), padding: Count::default() };
    /// let x = Tensor::from_vec([1, 3], vec![1.0, 2.0, 3.0]);
    /// assert_eq!(sum.forward(&x), Tensor::from_vec([1, 2], vec![3.0, 5.0]));
    /// ```
    ///
    /// # Panics
    /// `forward` panics if the input has no leading axis, or is shorter with its padding than the kernel.
    pub struct Conv1d [const I, const O, const K, const S = 1, const P = 0] [W: Storage] [B] {
        parameters {
            /// `[O, K, I]`.
            weight: W => Filter1d<O, K, I, E> as Filter1dView<'a, O, K, I, E, Use>,
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
            weight: [O, I, K],
            bias: [O],
        }
    }
    check {
        assert!(K > 0 && S > 0, "the kernel size and the stride of a convolution are at least 1");
        assert!(I > 0 && O > 0, "a convolution has input and output channels");
    };

    /// A borrowed [`Conv1d`].
    ///
    /// ```
    /// use tiedw_core::layers::Conv1d;
    /// use tiedw_core::{Count, Filter1d, Module, Tensor, Vector};
    ///
    /// let weight = Filter1d::from_vec(vec![1.0; 2]);
    /// let sum = Conv1d::<1, 1, 2> { weight, bias: Vector::zeros(), stride: Count::default(), padding: Count::default() };
    /// let mut gradient = sum.zeros_like();
    /// let x = Tensor::from_vec([1, 3], vec![1.0, 2.0, 3.0]);
    /// let (y, pullback) = sum.view().forward_vjp(&x);
    /// let (dx,) = pullback(Tensor::full([1, 2], 1.0), gradient.view_mut(), [true]);
    /// assert_eq!(dx.unwrap().as_slice(), [1.0, 2.0, 1.0]);
    /// assert_eq!(gradient.weight.as_slice(), y.as_slice());
    /// ```
    pub struct Conv1dView;

    /// The weights that a [`Conv1d`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Conv1d, Conv1dTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<Conv1d<2, 3, 5, 1, 0>>::init(rng), <Conv1d<2, 3, 5, 1, 0, Tied, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(Conv1dTies { weight: w.weight, bias: w.bias });
    /// assert!(std::ptr::eq(view.weight.as_slice(), w.weight.as_slice()));
    /// ```
    pub struct Conv1dTies { weight: W, bias: B }

    forward Tensor<I, E> => Tensor<O, E>, by run, back;

    init |rng| Self::new(I, O, K, rng), as "Conv1d::new(inputs, outputs, kernel, &mut rng)";
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, W, B, E>
    Conv1d<I, O, K, S, P, W, B, E>
where
    W: Storage,
    B: BiasStorage,
    E: Element,
{
    /// Creates a layer from `inputs` channels to `outputs`, initialized as by `init`. Its stride and padding are those
    /// of the type; where that has `DYN`, they are 1 and 0, or set by [`stride`](Conv1d::stride) and [`padding`](Conv1d::padding).
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Conv1d, Layer};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let layer: Conv1d<DYN, 8, DYN, 1, DYN> = Conv1d::new(2, 8, 3, rng).padding(1); // The stride is in the type.
    /// assert_eq!(layer.weight.shape(), [8, 3, 2]);
    /// assert_eq!(layer.forward(&Tensor::<DYN>::zeros([1, 5, 2])).shape(), [1, 5, 8]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size, or if the type has `DYN` for the kernel and it is larger than 255.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(inputs: usize, outputs: usize, kernel: usize, rng: &mut R) -> Self {
        check_sizes(
            "Conv1d",
            [("inputs", I, inputs), ("outputs", O, outputs), ("as the kernel size", K, kernel)],
        );
        let mut number = uniform(rng, bound_of(inputs.saturating_mul(kernel)));
        Conv1d {
            weight: W::store(|| Filter1d::of_shape_fn([outputs, kernel, inputs], &mut number)),
            bias: B::store(|| (0..outputs).map(|_| number()).collect()),
            stride: Count::default(),
            padding: Count::default(),
        }
    }
}

convolve! {
    /// Applies the layer to each sequence.
    ///
    /// # Panics
    /// If `x` has no leading axis, if its time axis is empty, or if a sequence with its padding is shorter
    /// than the kernel.
    Conv1d, Conv1dView, 1
}
