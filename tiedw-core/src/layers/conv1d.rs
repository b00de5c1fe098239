//! 1-D convolution.

use rand::Rng;

use super::{Layer, forward_by_methods, layer_module};
use crate::init::draw::{bound_of, uniform};
use crate::kernels::Convolution;
use crate::module::{BiasStorage, Gradient, Init, Own, Role, Storage, ViewOf, Weight, ties};
use crate::param::{Kernel1d, Kernel1dView, Vector};
use crate::{Axes, Element, Tensor};

/// A 1-D convolution from `I` to `O` channels, with kernel size `K`, stride `S` and zero padding `P` at both
/// ends.
///
/// Channels are the features, so they come last: `[batch, time, I]` becomes `[batch, (time + 2P - K) / S + 1,
/// O]`. `W` and `B` are the storage of the weight and of the bias. Both are initialized from U(-1/√n, 1/√n)
/// with n = I K, as in PyTorch.
///
/// ```
/// use tiedw_core::layers::{Conv1d, Layer};
/// use tiedw_core::{Kernel1d, Tensor, Vector};
///
/// let sum = Conv1d::<1, 1, 2> { weight: Kernel1d::from_vec(vec![1.0; 2]), bias: Vector::zeros() };
/// let x = Tensor::from_vec([1, 3], vec![1.0, 2.0, 3.0]);
/// assert_eq!(sum.forward(&x), Tensor::from_vec([1, 2], vec![3.0, 5.0]));
/// ```
///
/// # Panics
/// `forward` panics if the input has no leading axis, or is shorter with its padding than the kernel.
pub struct Conv1d<
    const I: usize,
    const O: usize,
    const K: usize,
    const S: usize = 1,
    const P: usize = 0,
    W: Storage = Own,
    B: BiasStorage = Own,
    E: Element = f32,
> {
    /// `[O, K, I]`.
    pub weight: W::Of<Kernel1d<O, K, I, E>>,
    /// `[O]`.
    pub bias: B::Of<Vector<O, E>>,
}

/// A borrowed [`Conv1d`].
///
/// ```
/// use tiedw_core::layers::Conv1d;
/// use tiedw_core::{Kernel1d, Module, Tensor, Vector};
///
/// let sum = Conv1d::<1, 1, 2> { weight: Kernel1d::from_vec(vec![1.0; 2]), bias: Vector::zeros() };
/// let mut gradient = sum.zeros_like();
/// let x = Tensor::from_vec([1, 3], vec![1.0, 2.0, 3.0]);
/// let (y, pullback) = sum.view().forward_vjp(&x);
/// let (dx,) = pullback(Tensor::full([1, 2], 1.0), gradient.view_mut(), [true]);
/// assert_eq!(dx.unwrap().as_slice(), [1.0, 2.0, 1.0]);
/// assert_eq!(gradient.weight.as_slice(), y.as_slice());
/// ```
pub struct Conv1dView<
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
    /// `[O, K, I]`.
    pub weight: Kernel1dView<'a, O, K, I, E, Use>,
    /// `[O]`.
    pub bias: B::View<'a, Vector<O, E>, Use>,
}

ties! {
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
}

layer_module! {
    impl[
        const I: usize, const O: usize, const K: usize, const S: usize, const P: usize,
        W: Storage, B: BiasStorage, E: Element
    ] Conv1d<I, O, K, S, P, W, B, E> {
        weight: W::Of<Kernel1d<O, K, I, E>>,
        bias: B::Of<Vector<O, E>>,
    }
    elem E;
    ties Conv1dTies;
    view Conv1dView = Conv1dView<'a, I, O, K, S, P, E, Use, B::Canonical>;
}

impl<'a, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, Use, B>
    ViewOf<'a, Use> for Conv1dView<'a, I, O, K, S, P, E, Use, B>
where
    E: Element,
    Use: Role,
    B: BiasStorage<Canonical = B>,
{
    type Module = Conv1d<I, O, K, S, P, Own, B, E>;

    #[inline]
    fn freeze(self) -> Self {
        Conv1dView { weight: self.weight.freeze(), bias: B::freeze(self.bias) }
    }
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, Use, B> Clone
    for Conv1dView<'_, I, O, K, S, P, E, Use, B>
where
    E: Element,
    Use: Role,
    B: BiasStorage,
{
    fn clone(&self) -> Self {
        Conv1dView { weight: self.weight, bias: self.bias.clone() }
    }
}

impl<'a, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, Use, B> Copy
    for Conv1dView<'a, I, O, K, S, P, E, Use, B>
where
    E: Element,
    Use: Role,
    B: BiasStorage,
    B::View<'a, Vector<O, E>, Use>: Copy,
{
}

impl<'v, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E, B>
    Conv1dView<'v, I, O, K, S, P, E, Weight, B>
where
    E: Element,
    B: BiasStorage,
{
    /// Applies the layer to each sequence.
    ///
    /// # Panics
    /// If `x` has no leading axis, if its time axis is empty, or if a sequence with its padding is shorter
    /// than the kernel.
    pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
        let (sizes, axes) = sizes::<I, O, K, S, P>(x.axes());
        let y = sizes.forward(x.as_slice(), self.weight.as_slice(), &B::row(&self.bias));
        Tensor::with_axes(axes, y)
    }

    /// [`forward`](Conv1dView::forward) with its pullback.
    pub fn forward_vjp(
        &self,
        x: &Tensor<I, E>,
    ) -> (
        Tensor<O, E>,
        impl FnOnce(
            Tensor<O, E>,
            Conv1dView<'_, I, O, K, S, P, E, Gradient, B>,
            [bool; 1],
        ) -> (Option<Tensor<I, E>>,)
        + use<'v, I, O, K, S, P, E, B>,
    ) {
        let y = self.forward(x);
        let (weight, x) = (self.weight, x.clone());
        let pullback = move |d: Tensor<O, E>,
                             gradient: Conv1dView<'_, I, O, K, S, P, E, Gradient, B>,
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
    let [batch @ .., time] = leading else {
        panic!("a convolution of a tensor of shape {axes:?}: [.., time, channels] is wanted");
    };
    let sizes = Convolution {
        batch: batch.iter().product(),
        input: (1, *time),
        channels: I,
        outputs: O,
        kernel: (1, K),
        stride: (1, S),
        padding: (0, P),
    };
    assert!(
        *time > 0,
        "a convolution of a tensor of shape {axes:?}, whose lines have no places: only the batch may be empty"
    );
    let (_, places) = sizes.output();
    assert!(places > 0, "a convolution of a kernel of {K} with a tensor of shape {axes:?}");
    (sizes, axes.with_size(leading.len() - 1, places).with_last(O))
}

forward_by_methods! {
    impl['v, const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E: Element, B: BiasStorage]
        Conv1dView<'v, I, O, K, S, P, E, Weight, B>;
    input Tensor<I, E>;
    output Tensor<O, E>;
    gradient['g] Conv1dView<'g, I, O, K, S, P, E, Gradient, B>;
    use['v, I, O, K, S, P, E, B];
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, W, B, E> Layer
    for Conv1d<I, O, K, S, P, W, B, E>
where
    W: Storage,
    B: BiasStorage,
    E: Element,
{
    type Input = Tensor<I, E>;
    type Output = Tensor<O, E>;
}

impl<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, W, B, E> Init
    for Conv1d<I, O, K, S, P, W, B, E>
where
    W: Storage,
    B: BiasStorage,
    E: Element,
{
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut number = uniform(rng, bound_of(I * K));
        Conv1d {
            weight: W::store(|| Kernel1d::from_fn(&mut number)),
            bias: B::store(|| Vector::from_fn(|_| number())),
        }
    }
}
