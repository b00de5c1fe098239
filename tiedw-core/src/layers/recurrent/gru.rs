//! Gated recurrent unit (GRU).

use rand::Rng;

use super::sequence::{Sequence, add_weight, affine, back, features, last_of, state_axes};
use crate::init::draw::{bound_of, uniform};
use crate::kernels::{MatRef, repeat_row};
use crate::layers::support::layer;
use crate::module::{Gradient, Storage};
use crate::param::{GateBias, GateBiasView, Gates, GatesView};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::{Element, Tensor};

layer! {
    /// A GRU layer: maps sequences `[batch, time, I]` to the hidden state after each step, `[batch, time, H]`.
    ///
    /// With the sigmoid σ and the gates r, z and n in PyTorch's order:
    /// r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz),
    /// n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1 - z) n + z h.
    ///
    /// `W`, `U` and `B` are the storage of the input weights, the hidden weights and the biases. All are
    /// initialized from U(-1/√H, 1/√H), as in PyTorch. Cho et al., "Learning Phrase Representations using RNN
    /// Encoder-Decoder", 2014.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Gru, Layer};
    /// use tiedw_core::{Init, Module, Tensor};
    ///
    /// let gru = Gru::<3, 5>::init(&mut StdRng::seed_from_u64(0));
    /// let x = Tensor::full([2, 4], 1.0);
    /// let states = gru.forward(&x);
    /// assert_eq!(states.shape(), [2, 4, 5]);
    ///
    /// // In two parts: the second continues from the state of the first.
    /// let (_, h) = gru.view().forward_from(&x.narrow(1, 0, 1), &Tensor::zeros([2]));
    /// let (last, _) = gru.view().forward_from(&x.narrow(1, 1, 3), &h);
    /// let whole = states.narrow(1, 1, 3);
    /// assert!(last.as_slice().iter().zip(whole.as_slice()).all(|(a, b)| (a - b).abs() < 1e-6));
    /// ```
    ///
    /// # Panics
    /// `forward` panics if the input has no time axis, or no time steps.
    pub struct Gru [const I, const H] [W: Storage, U: Storage, B: Storage] [] {
        parameters {
            /// `[3 H, I]`.
            weight_ih: W => Gates<3, H, I, E> as GatesView<'a, 3, H, I, E, Use>,
            /// `[3 H, H]`.
            weight_hh: U => Gates<3, H, H, E> as GatesView<'a, 3, H, H, E, Use>,
            /// `[3 H]`.
            bias_ih: B => GateBias<3, H, E> as GateBiasView<'a, 3, H, E, Use>,
            /// `[3 H]`.
            bias_hh: B => GateBias<3, H, E> as GateBiasView<'a, 3, H, E, Use>,
        }
        sizes {
            weight_ih: [H * 3, I],
            weight_hh: [H * 3, H],
            bias_ih: [H * 3],
            bias_hh: [H * 3],
        }
    }

    /// A borrowed [`Gru`].
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::Gru;
    /// use tiedw_core::{Init, Module, Tensor};
    ///
    /// let gru = Gru::<3, 5>::init(&mut StdRng::seed_from_u64(0));
    /// let mut gradient = gru.zeros_like();
    /// let (states, pullback) = gru.view().forward_vjp(&Tensor::full([2, 4], 1.0));
    /// let (dx,) = pullback(states, gradient.view_mut(), [true]);
    /// assert_eq!(dx.unwrap().shape(), [2, 4, 3]);
    /// assert_ne!(gradient, gru.zeros_like());
    /// ```
    pub struct GruView;

    /// The weights that a [`Gru`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Gru, GruTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<Gru<2, 3>>::init(rng), <Gru<2, 3, Tied, Tied, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(GruTies { weight_ih: w.weight_ih, weight_hh: w.weight_hh, bias_ih: w.bias_ih, bias_hh: w.bias_hh });
    /// assert!(std::ptr::eq(view.weight_hh.as_slice(), w.weight_hh.as_slice()));
    /// ```
    pub struct GruTies { weight_ih: W, weight_hh: U, bias_ih: B, bias_hh: C }

    forward Tensor<I, E> => Tensor<H, E>, by run, back;

    init |rng| Self::new(I, H, rng), as "Gru::new(inputs, hidden, &mut rng)";
}

impl<const I: usize, const H: usize, W: Storage, U: Storage, B: Storage, E: Element> Gru<I, H, W, U, B, E> {
    /// Creates a layer from `inputs` features to `hidden` ones, initialized as by `init`.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Gru, Layer};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let gru: Gru<DYN, DYN> = Gru::new(3, 5, &mut StdRng::seed_from_u64(0));
    /// assert_eq!(gru.weight_ih.shape(), [3 * 5, 3]);
    /// let states = gru.forward(&Tensor::<DYN>::zeros([2, 4, 3]));
    /// assert_eq!(states.shape(), [2, 4, 5]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(inputs: usize, hidden: usize, rng: &mut R) -> Self {
        check_sizes("Gru", [("inputs", I, inputs), ("hidden features", H, hidden)]);
        let mut number = uniform(rng, bound_of(hidden));
        let rows = 3 * hidden;
        Gru {
            weight_ih: W::store(|| Gates::of_shape_fn([rows, inputs], &mut number)),
            weight_hh: U::store(|| Gates::of_shape_fn([rows, hidden], &mut number)),
            bias_ih: B::store(|| GateBias::of_shape_fn([rows], &mut number)),
            bias_hh: B::store(|| GateBias::of_shape_fn([rows], &mut number)),
        }
    }
}

/// Values saved by a forward pass for its pullback, time-major.
pub(crate) struct Pass<E: Element> {
    x: PooledVec<E>,
    start: PooledVec<E>,
    /// r, z and n of each step.
    gates: PooledVec<E>,
    /// W_hh h + b_hh with the hidden state before each step.
    hidden: PooledVec<E>,
    states: PooledVec<E>,
}

impl<E: Element> Pass<E> {
    /// The last state of each sequence.
    pub(crate) fn last<const H: usize>(&self, y: &Tensor<H, E>) -> Tensor<H, E> {
        last_of(&self.states, y)
    }
}

impl<'v, const I: usize, const H: usize, E: Element> GruView<'v, I, H, E> {
    /// Returns the hidden state after each step, starting from zeros.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<H, E> {
        self.run(x).0
    }

    /// Returns the hidden state after each step and the last one, starting from `h` of shape `[batch, H]`.
    ///
    /// # Panics
    /// As for `forward`, and if `h` and `x` have different batch axes.
    #[track_caller]
    pub fn forward_from(&self, x: &Tensor<I, E>, h: &Tensor<H, E>) -> (Tensor<H, E>, Tensor<H, E>) {
        let (pass, y) = self.run_from(x, Some(h));
        let last = pass.last(&y);
        (y, last)
    }

    /// [`forward_from`](GruView::forward_from) with its pullback.
    #[track_caller]
    pub fn forward_from_vjp(
        &self,
        x: &Tensor<I, E>,
        h: &Tensor<H, E>,
    ) -> (
        (Tensor<H, E>, Tensor<H, E>),
        impl FnOnce(
            (Option<Tensor<H, E>>, Option<Tensor<H, E>>),
            GruView<'_, I, H, E, Gradient>,
            [bool; 2],
        ) -> (Option<Tensor<I, E>>, Option<Tensor<H, E>>)
        + use<'v, I, H, E>,
    ) {
        let layer = *self;
        let (pass, y) = self.run_from(x, Some(h));
        let last = pass.last(&y);
        let axes = y.axes();
        let pullback = move |(d, dlast): (Option<Tensor<H, E>>, Option<Tensor<H, E>>),
                             gradient: GruView<'_, I, H, E, Gradient>,
                             [x_wanted, h_wanted]: [bool; 2]| {
            let d = d.unwrap_or_else(|| Tensor::with_axes(axes, PooledVec::zeros(axes.count())));
            let (dx, dh) = layer.back_from(pass, &d, dlast, gradient, x_wanted);
            (dx, h_wanted.then_some(dh))
        };
        ((y, last), pullback)
    }

    #[track_caller]
    fn run(&self, x: &Tensor<I, E>) -> (Tensor<H, E>, Pass<E>) {
        let (pass, y) = self.run_from(x, None);
        (y, pass)
    }

    fn back(
        &self,
        pass: Pass<E>,
        d: Tensor<H, E>,
        gradient: GruView<'_, I, H, E, Gradient>,
        wanted: bool,
    ) -> Option<Tensor<I, E>> {
        self.back_from(pass, &d, None, gradient, wanted).0
    }

    /// The numbers of input and hidden features.
    #[inline]
    #[track_caller]
    fn features(&self) -> (usize, usize) {
        features(&self.weight_ih, &self.weight_hh, [&self.bias_ih, &self.bias_hh])
    }

    #[track_caller]
    pub(crate) fn run_from(&self, x: &Tensor<I, E>, start: Option<&Tensor<H, E>>) -> (Pass<E>, Tensor<H, E>) {
        let (inputs, units) = self.features();
        x.check_features(inputs, "a `Gru`");
        let sizes = Sequence::of::<H>(x.axes());
        let start = sizes.state(x.axes(), units, start);
        let x_first = sizes.time_first(x.as_slice(), inputs);
        let mut gates =
            affine(sizes.time * sizes.batch, &x_first, self.weight_ih.as_slice(), self.bias_ih.as_slice());
        let mut hidden = repeat_row(self.bias_hh.as_slice(), sizes.time * sizes.batch);
        let mut states = PooledVec::unset(sizes.time * sizes.batch * units);
        let weight = sizes.packed(MatRef::new(self.weight_hh.as_slice(), 3 * units, units).t());
        for step in 0..sizes.time {
            let (past, rest) = states.split_at_mut(sizes.step(step, units).start);
            let before = if step == 0 { &start } else { &past[sizes.step(step - 1, units)] };
            let hidden = &mut hidden[sizes.step(step, 3 * units)];
            weight.multiply(before, E::ONE, hidden);
            let after = &mut rest[..sizes.batch * units];
            E::gru_step(&mut gates[sizes.step(step, 3 * units)], hidden, before, after, units);
        }
        let y = Tensor::with_rows_of(x, units, sizes.batch_first(&states, units));
        (Pass { x: x_first, start, gates, hidden, states }, y)
    }

    pub(crate) fn back_from(
        &self,
        pass: Pass<E>,
        d: &Tensor<H, E>,
        dlast: Option<Tensor<H, E>>,
        gradient: GruView<'_, I, H, E, Gradient>,
        wanted: bool,
    ) -> (Option<Tensor<I, E>>, Tensor<H, E>) {
        let (inputs, units) = self.features();
        d.check_features(units, "a pullback of a `Gru`");
        let sizes = Sequence::of::<H>(d.axes());
        let Pass { x, start, mut gates, mut hidden, states } = pass;
        let d_first = sizes.time_first(d.as_slice(), units);
        let mut dstate = sizes.cotangent(d, dlast);
        let weight = sizes.packed(MatRef::new(self.weight_hh.as_slice(), 3 * units, units));
        for step in (0..sizes.time).rev() {
            for (dstate, &d) in dstate.iter_mut().zip(&d_first[sizes.step(step, units)]) {
                *dstate += d;
            }
            let before = if step == 0 { &start[..] } else { &states[sizes.step(step - 1, units)] };
            let hidden = &mut hidden[sizes.step(step, 3 * units)];
            E::gru_step_vjp(&mut gates[sizes.step(step, 3 * units)], hidden, before, &mut dstate, units);
            weight.multiply(hidden, E::ONE, &mut dstate);
        }
        let (first, later) = hidden.split_at(sizes.batch * 3 * units);
        let past = &states[..states.len() - sizes.batch * units];
        add_weight(gradient.weight_hh.accumulator(), first, &start, 3 * units);
        add_weight(gradient.weight_hh.accumulator(), later, past, 3 * units);
        gradient.bias_hh.accumulator().add_rows(&hidden);
        add_weight(gradient.weight_ih.accumulator(), &gates, &x, 3 * units);
        gradient.bias_ih.accumulator().add_rows(&gates);
        let dx = wanted.then(|| {
            let dx = back(&gates, self.weight_ih.as_slice(), 3 * units);
            Tensor::with_rows_of(d, inputs, sizes.batch_first(&dx, inputs))
        });
        (dx, Tensor::with_axes(state_axes(d.axes(), units), dstate))
    }
}
