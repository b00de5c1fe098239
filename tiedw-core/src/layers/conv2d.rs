//! 2-D convolution.

use rand::Rng;

use super::{Layer, forward_by_methods, layer_module};
use crate::init::draw::{bound_of, uniform};
use crate::kernels::Convolution;
use crate::module::{BiasStorage, Gradient, Init, Own, Role, Storage, ViewOf, Weight, ties};
use crate::param::{Kernel, KernelView, Vector};
use crate::{Axes, Element, Tensor};

/// A 2-D convolution from `I` to `O` channels, with kernel size `K` x `K`, stride `S` and zero padding `P` on
/// all sides.
///
/// Channels are the features, so they come last: `[batch, height, width, I]` becomes `[batch, (height + 2P -
/// K) / S + 1, (width + 2P - K) / S + 1, O]`. `W` and `B` are the storage of the weight and of the bias. Both
/// are initialized from U(-1/√n, 1/√n) with n = I K², as in PyTorch.
///
/// ```
/// use tiedw_core::layers::{Conv2d, Layer};
/// use tiedw_core::{Kernel, Tensor, Vector};
///
/// let sum = Conv2d::<1, 1, 2> { weight: Kernel::from_vec(vec![1.0; 4]), bias: Vector::zeros() };
/// let x = Tensor::from_vec([1, 2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert_eq!(sum.forward(&x), Tensor::from_vec([1, 1, 2], vec![12.0, 16.0]));
/// ```
///
/// # Panics
/// `forward` panics if the input has fewer than two leading axes, or is smaller with its padding than the
/// kernel.
pub struct Conv2d<
    const I: usize,
    const O: usize,
    const K: usize,
    const S: usize = 1,
    const P: usize = 0,
    W: Storage = Own,
    B: BiasStorage = Own,
    E: Element = f32,
> {
    /// `[O, K, K, I]`.
    pub weight: W::Of<Kernel<O, K, K, I, E>>,
    /// `[O]`.
    pub bias: B::Of<Vector<O, E>>,
}

/// A borrowed [`Conv2d`].
///
/// ```
/// use tiedw_core::layers::Conv2d;
/// use tiedw_core::{Kernel, Module, Tensor, Vector};
///
/// let sum = Conv2d::<1, 1, 2> { weight: Kernel::from_vec(vec![1.0; 4]), bias: Vector::zeros() };
/// let mut gradient = sum.zeros_like();
/// let (_, pullback) = sum.view().forward_vjp(&Tensor::full([1, 2, 3], 1.0));
/// let (dx,) = pullback(Tensor::full([1, 1, 2], 1.0), gradient.view_mut(), [true]);
/// assert_eq!(dx.unwrap().as_slice(), [1.0, 2.0, 1.0, 1.0, 2.0, 1.0]);
/// assert_eq!(gradient.bias.as_slice(), [2.0]);
/// ```
pub struct Conv2dView<
    'a,
    const I: usize,
    const O: usize,
    const K: usize,
    const S: usize = 1,
    const P: usize = 0,
    E: Element = f32,
    Use: Role = Weight,
    B: BiasStorage = Own,
> {
    /// `[O, K, K, I]`.
    pub weight: KernelView<'a, O, K, K, I, E, Use>,
    /// `[O]`.
    pub bias: B::View<'a, Vector<O, E>, Use>,
}

ties! {
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
}

layer_module! {
    impl[
        const I: usize, const O: usize, const K: usize, const S: usize, const P: usize,
        W: Storage, B: BiasStorage, E: Element
    ] Conv2d<I, O, K, S, P, W, B, E> {
        weight: W::Of<Kernel<O, K, K, I, E>>,
        bias: B::Of<Vector<O, E>>,
    }
    elem E;
    ties Conv2dTies;
    view Conv2dView = Conv2dView<'a, I, O, K, S, P, E, Use, B::Canonical>;
}

impl<'a, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, Use, B>
    ViewOf<'a, Use> for Conv2dView<'a, I, O, K, S, P, E, Use, B>
where
    E: Element,
    Use: Role,
    B: BiasStorage<Canonical = B>,
{
    type Module = Conv2d<I, O, K, S, P, Own, B, E>;

    #[inline]
    fn freeze(self) -> Self {
        Conv2dView { weight: self.weight.freeze(), bias: B::freeze(self.bias) }
    }
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, Use, B> Clone
    for Conv2dView<'_, I, O, K, S, P, E, Use, B>
where
    E: Element,
    Use: Role,
    B: BiasStorage,
{
    fn clone(&self) -> Self {
        Conv2dView { weight: self.weight, bias: self.bias.clone() }
    }
}

impl<'a, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, Use, B> Copy
    for Conv2dView<'a, I, O, K, S, P, E, Use, B>
where
    E: Element,
    Use: Role,
    B: BiasStorage,
    B::View<'a, Vector<O, E>, Use>: Copy,
{
}

impl<'v, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, B>
    Conv2dView<'v, I, O, K, S, P, E, Weight, B>
where
    E: Element,
    B: BiasStorage,
{
    /// Applies the layer to each image.
    ///
    /// # Panics
    /// If `x` has fewer than two leading axes, if its height or width is 0, or if an image with its padding
    /// is smaller than the kernel.
    pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
        let (sizes, axes) = sizes::<I, O, K, S, P>(x.axes());
        let y = sizes.forward(x.as_slice(), self.weight.as_slice(), &B::row(&self.bias));
        Tensor::with_axes(axes, y)
    }

    /// [`forward`](Conv2dView::forward) with its pullback.
    pub fn forward_vjp(
        &self,
        x: &Tensor<I, E>,
    ) -> (
        Tensor<O, E>,
        impl FnOnce(
            Tensor<O, E>,
            Conv2dView<'_, I, O, K, S, P, E, Gradient, B>,
            [bool; 1],
        ) -> (Option<Tensor<I, E>>,)
        + use<'v, I, O, K, S, P, E, B>,
    ) {
        let y = self.forward(x);
        let (weight, x) = (self.weight, x.clone());
        let pullback = move |d: Tensor<O, E>,
                             gradient: Conv2dView<'_, I, O, K, S, P, E, Gradient, B>,
                             [wanted]: [bool; 1]| {
            let (sizes, _) = sizes::<I, O, K, S, P>(x.axes());
            let dweight = gradient.weight.accumulator();
            B::add_rows(&gradient.bias, &sizes.vjp_of_weight(x.as_slice(), d.as_slice(), dweight));
            let dx = wanted.then(|| sizes.vjp_of_input(weight.as_slice(), d.as_slice()));
            (dx.map(|dx| Tensor::with_axes_of(&x, dx)),)
        };
        (y, pullback)
    }
}

/// Returns the sizes of the convolution of a tensor with these axes, and the axes of the result.
fn sizes<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize>(
    axes: Axes,
) -> (Convolution, Axes) {
    const { assert!(K > 0 && S > 0, "a kernel has places, and they are apart") };
    const { assert!(I > 0 && O > 0, "a convolution has channels on both sides") };
    let leading = axes.leading();
    let [batch @ .., height, width] = leading else {
        panic!("a convolution of a tensor of shape {axes:?}: [.., height, width, channels] is wanted");
    };
    let sizes = Convolution {
        batch: batch.iter().product(),
        input: (*height, *width),
        channels: I,
        outputs: O,
        kernel: (K, K),
        stride: (S, S),
        padding: (P, P),
    };
    assert!(
        *height > 0 && *width > 0,
        "a convolution of a tensor of shape {axes:?}, whose planes have no places: only the batch may be empty"
    );
    let (rows, columns) = sizes.output();
    assert!(rows > 0 && columns > 0, "a convolution of a kernel of {K}x{K} with a tensor of shape {axes:?}");
    let axes = axes.with_size(leading.len() - 2, rows).with_size(leading.len() - 1, columns);
    (sizes, axes.with_last(O))
}

forward_by_methods! {
    impl['v, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E: Element, B: BiasStorage]
        Conv2dView<'v, I, O, K, S, P, E, Weight, B>;
    input Tensor<I, E>;
    output Tensor<O, E>;
    gradient['g] Conv2dView<'g, I, O, K, S, P, E, Gradient, B>;
    use['v, I, O, K, S, P, E, B];
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, W, B, E> Layer
    for Conv2d<I, O, K, S, P, W, B, E>
where
    W: Storage,
    B: BiasStorage,
    E: Element,
{
    type Input = Tensor<I, E>;
    type Output = Tensor<O, E>;
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, W, B, E> Init
    for Conv2d<I, O, K, S, P, W, B, E>
where
    W: Storage,
    B: BiasStorage,
    E: Element,
{
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut number = uniform(rng, bound_of(I * K * K));
        Conv2d {
            weight: W::store(|| Kernel::from_fn(&mut number)),
            bias: B::store(|| Vector::from_fn(|_| number())),
        }
    }
}
