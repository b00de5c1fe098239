//! Residual connections.

use rand::Rng;

use super::support::layer_module;
use super::{Forward, Layer};
use crate::module::{
    Differing, FromShapes, Init, Misfit, Module, Path, ResizedFrom, Role, Shapes, ViewOf, ties,
};
use crate::value::AddTo;
use crate::{Element, Lift, Tensor};

/// Adds a layer's input to its output: y = x + layer(x).
///
/// He et al., "Deep Residual Learning for Image Recognition", 2016.
///
/// ```
/// use tiedw_core::layers::{Layer, Relu, Residual};
/// use tiedw_core::Tensor;
///
/// let block = Residual { layer: Relu::<2>::new() };
/// assert_eq!(block.forward(&Tensor::from_vec([1], vec![-1.0, 2.0])).as_slice(), [-1.0, 4.0]);
/// ```
pub struct Residual<M: Module> {
    /// The layer.
    pub layer: M,
}

/// A borrowed [`Residual`].
///
/// ```
/// use tiedw_core::layers::{Forward, Relu, Residual};
/// use tiedw_core::{Module, Tensor};
///
/// let block = Residual { layer: Relu::<2>::new() };
/// let (_, pullback) = block.view().forward_vjp(&Tensor::from_vec([1], vec![-1.0, 2.0]));
/// let (dx,) = pullback(Tensor::full([1], 1.0), block.view(), [true]);
/// assert_eq!(dx.unwrap().as_slice(), [1.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ResidualView<V> {
    /// The layer.
    pub layer: V,
}

ties! {
    /// The weights that a [`Residual`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Linear, Residual, ResidualTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (Linear::<2, 2>::init(rng), <Residual<Tied<Linear<2, 2>>>>::init(rng));
    /// let view = borrower.bind(ResidualTies { layer: owner.view() });
    /// assert!(std::ptr::eq(view.layer.weight.storage(), owner.weight.as_slice()));
    /// ```
    pub struct ResidualTies { layer: M }
}

layer_module! {
    impl[M: Module] Residual<M> {
        layer: M,
    }
    borrowed |view: ResidualView<M::View<'a, Gradient>>| ResidualView { layer: M::borrowed(view.layer) };
    elem M::Elem;
    ties ResidualTies;
    view ResidualView = ResidualView<M::View<'a, Use>>;
}

#[diagnostic::do_not_recommend]
impl<M: ResizedFrom<S>, S: Module> ResizedFrom<Residual<S>> for Residual<M> {
    const DIFFERING: Differing = M::DIFFERING;

    #[inline]
    fn resized<'a, Use: Role>(
        view: ResidualView<S::View<'a, Use>>,
    ) -> Result<ResidualView<M::View<'a, Use>>, Misfit> {
        let layer = M::resized(view.layer).map_err(|misfit| misfit.within("layer"))?;
        Ok(ResidualView { layer })
    }
}

impl<'a, V: ViewOf<'a, Use>, Use: Role> ViewOf<'a, Use> for ResidualView<V> {
    type Module = Residual<V::Module>;

    #[inline]
    fn freeze(self) -> Self {
        ResidualView { layer: self.layer.freeze() }
    }
}

impl<V, const F: usize, E: Element> Forward for ResidualView<V>
where
    V: Forward<Input = Tensor<F, E>, Output = Tensor<F, E>>,
{
    type Input = Tensor<F, E>;
    type Output = Tensor<F, E>;
    type Gradient<'g> = ResidualView<V::Gradient<'g>>;

    fn forward(&self, x: &Tensor<F, E>) -> Tensor<F, E> {
        self.layer.forward(x) + x
    }

    fn forward_vjp(
        &self,
        x: &Tensor<F, E>,
    ) -> (
        Tensor<F, E>,
        impl FnOnce(Tensor<F, E>, Self::Gradient<'_>, [bool; 1]) -> (Option<Tensor<F, E>>,) + use<V, F, E>,
    ) {
        let (y, pullback) = self.layer.forward_vjp(x);
        (y + x, move |d: Tensor<F, E>, gradient: ResidualView<V::Gradient<'_>>, wanted: [bool; 1]| {
            let mut dx = wanted[0].then(|| d.clone());
            let (more,) = pullback(d, gradient.layer, wanted);
            AddTo::add(&mut dx, more);
            (dx,)
        })
    }
}

impl<M, const F: usize, E: Element> Layer for Residual<M>
where
    M: Layer<Input = Tensor<F, E>, Output = Tensor<F, E>>,
{
    type Input = Tensor<F, E>;
    type Output = Tensor<F, E>;
}

impl<M: Init> Init for Residual<M> {
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Residual { layer: M::init(rng) }
    }
    fn init_part<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Residual { layer: M::init_part(rng) }
    }
}

impl<M: Module + Lift<Dual: Module>> Lift for Residual<M> {
    type Dual = Residual<M::Dual>;

    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Residual<M::Dual> {
        Residual { layer: self.layer.lift(tangent.map(|tangent| &tangent.layer)) }
    }
    fn parts(dual: Residual<M::Dual>) -> (Self, Self) {
        let (value, tangent) = M::parts(dual.layer);
        (Residual { layer: value }, Residual { layer: tangent })
    }
}

impl<M: FromShapes> FromShapes for Residual<M> {
    fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
        Residual { layer: path.field("layer", |path| M::from_shapes(shapes, path)) }
    }
}

crate::init::start_by_init! { impl[M: Init] Residual<M> }
