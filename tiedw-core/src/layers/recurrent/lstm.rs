//! Long short-term memory (LSTM).

use rand::Rng;

use super::sequence::{Sequence, add_weight, affine, back, features, last_of, state_axes};
use crate::init::draw::{bound_of, uniform};
use crate::kernels::MatRef;
use crate::layers::support::layer;
use crate::module::{Gradient, Storage};
use crate::param::{GateBias, GateBiasView, Gates, GatesView};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::{Element, Tensor};

layer! {
    /// An LSTM layer: maps sequences `[batch, time, I]` to the hidden state after each step, `[batch, time, H]`.
    ///
    /// With the sigmoid σ and the gates i, f, g and o in PyTorch's order, each computed as W_i x + b_i + W_h h +
    /// b_h with its own weights: c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c').
    ///
    /// `W`, `U` and `B` are the storage of the input weights, the hidden weights and the biases. All are
    /// initialized from U(-1/√H, 1/√H), as in PyTorch. Hochreiter and Schmidhuber, "Long Short-Term Memory",
    /// 1997, with the forget gate of Gers et al., 2000.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Lstm, Layer};
    /// use tiedw_core::{Init, Module, Tensor};
    ///
    /// let lstm = Lstm::<4, 5>::init(&mut StdRng::seed_from_u64(0));
    /// let x = Tensor::full([2, 4], 1.0);
    /// let states = lstm.forward(&x);
    /// assert_eq!(states.shape(), [2, 4, 5]);
    ///
    /// // In two parts: the second continues from the state of the first.
    /// let zeros = Tensor::zeros([2]);
    /// let (_, h, c) = lstm.view().forward_from(&x.narrow(1, 0, 1), &zeros, &zeros);
    /// let (last, _, _) = lstm.view().forward_from(&x.narrow(1, 1, 3), &h, &c);
    /// let whole = states.narrow(1, 1, 3);
    /// assert!(last.as_slice().iter().zip(whole.as_slice()).all(|(a, b)| (a - b).abs() < 1e-6));
    /// ```
    ///
    /// # Panics
    /// `forward` panics if the input has no time axis, or no time steps.
    pub struct Lstm [const I, const H] [W: Storage, U: Storage, B: Storage] [] {
        parameters {
            /// `[4 H, I]`.
            weight_ih: W => Gates<4, H, I, E> as GatesView<'a, 4, H, I, E, Use>,
            /// `[4 H, H]`.
            weight_hh: U => Gates<4, H, H, E> as GatesView<'a, 4, H, H, E, Use>,
            /// `[4 H]`.
            bias_ih: B => GateBias<4, H, E> as GateBiasView<'a, 4, H, E, Use>,
            /// `[4 H]`.
            bias_hh: B => GateBias<4, H, E> as GateBiasView<'a, 4, H, E, Use>,
        }
        sizes {
            weight_ih: [H * 4, I],
            weight_hh: [H * 4, H],
            bias_ih: [H * 4],
            bias_hh: [H * 4],
        }
    }

    /// A borrowed [`Lstm`].
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::Lstm;
    /// use tiedw_core::{Init, Module, Tensor};
    ///
    /// let lstm = Lstm::<3, 5>::init(&mut StdRng::seed_from_u64(0));
    /// let mut gradient = lstm.zeros_like();
    /// let (states, pullback) = lstm.view().forward_vjp(&Tensor::full([2, 4], 1.0));
    /// let (dx,) = pullback(states, gradient.view_mut(), [true]);
    /// assert_eq!(dx.unwrap().shape(), [2, 4, 3]);
    /// assert_ne!(gradient, lstm.zeros_like());
    /// ```
    pub struct LstmView;

    /// The weights that an [`Lstm`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Lstm, LstmTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<Lstm<2, 3>>::init(rng), <Lstm<2, 3, Tied, Tied, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(LstmTies { weight_ih: w.weight_ih, weight_hh: w.weight_hh, bias_ih: w.bias_ih, bias_hh: w.bias_hh });
    /// assert!(std::ptr::eq(view.weight_hh.as_slice(), w.weight_hh.as_slice()));
    /// ```
    pub struct LstmTies { weight_ih: W, weight_hh: U, bias_ih: B, bias_hh: C }

    forward Tensor<I, E> => Tensor<H, E>, by run, back;

    init |rng| Self::new(I, H, rng), as "Lstm::new(inputs, hidden, &mut rng)";
}

impl<const I: usize, const H: usize, W: Storage, U: Storage, B: Storage, E: Element> Lstm<I, H, W, U, B, E> {
    /// Creates a layer from `inputs` features to `hidden` ones, initialized as by `init`.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Layer, Lstm};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let lstm: Lstm<DYN, DYN> = Lstm::new(3, 5, &mut StdRng::seed_from_u64(0));
    /// assert_eq!(lstm.weight_ih.shape(), [4 * 5, 3]);
    /// let states = lstm.forward(&Tensor::<DYN>::zeros([2, 4, 3]));
    /// assert_eq!(states.shape(), [2, 4, 5]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(inputs: usize, hidden: usize, rng: &mut R) -> Self {
        check_sizes("Lstm", [("inputs", I, inputs), ("hidden features", H, hidden)]);
        let mut number = uniform(rng, bound_of(hidden));
        let rows = 4 * hidden;
        Lstm {
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
    cell_start: PooledVec<E>,
    /// i, f, g and o of each step.
    gates: PooledVec<E>,
    cells: PooledVec<E>,
    states: PooledVec<E>,
}

impl<E: Element> Pass<E> {
    /// The last hidden state and the last cell state of each sequence.
    pub(crate) fn last<const H: usize>(&self, y: &Tensor<H, E>) -> (Tensor<H, E>, Tensor<H, E>) {
        (last_of(&self.states, y), last_of(&self.cells, y))
    }
}

impl<'v, const I: usize, const H: usize, E: Element> LstmView<'v, I, H, E> {
    /// Returns the hidden state after each step, starting from zeros.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<H, E> {
        self.run(x).0
    }

    /// Returns the hidden state after each step, the last hidden state and the last cell state, starting from
    /// `h` and `c` of shape `[batch, H]`.
    ///
    /// # Panics
    /// As for `forward`, and if `h` or `c` has different batch axes from `x`.
    #[track_caller]
    pub fn forward_from(
        &self,
        x: &Tensor<I, E>,
        h: &Tensor<H, E>,
        c: &Tensor<H, E>,
    ) -> (Tensor<H, E>, Tensor<H, E>, Tensor<H, E>) {
        let (pass, y) = self.run_from(x, Some((h, c)));
        let (last, last_cell) = pass.last(&y);
        (y, last, last_cell)
    }

    /// [`forward_from`](LstmView::forward_from) with its pullback.
    #[track_caller]
    pub fn forward_from_vjp(
        &self,
        x: &Tensor<I, E>,
        h: &Tensor<H, E>,
        c: &Tensor<H, E>,
    ) -> (
        (Tensor<H, E>, Tensor<H, E>, Tensor<H, E>),
        impl FnOnce(
            (Option<Tensor<H, E>>, Option<Tensor<H, E>>, Option<Tensor<H, E>>),
            LstmView<'_, I, H, E, Gradient>,
            [bool; 3],
        ) -> (Option<Tensor<I, E>>, Option<Tensor<H, E>>, Option<Tensor<H, E>>)
        + use<'v, I, H, E>,
    ) {
        let layer = *self;
        let (pass, y) = self.run_from(x, Some((h, c)));
        let (last, last_cell) = pass.last(&y);
        let axes = y.axes();
        let pullback =
            move |(d, dlast, dcell): (Option<Tensor<H, E>>, Option<Tensor<H, E>>, Option<Tensor<H, E>>),
                  gradient: LstmView<'_, I, H, E, Gradient>,
                  [x_wanted, h_wanted, c_wanted]: [bool; 3]| {
                let d = d.unwrap_or_else(|| Tensor::with_axes(axes, PooledVec::zeros(axes.count())));
                let (dx, dh, dc) = layer.back_from(pass, &d, dlast, dcell, gradient, x_wanted);
                (dx, h_wanted.then_some(dh), c_wanted.then_some(dc))
            };
        ((y, last, last_cell), pullback)
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
        gradient: LstmView<'_, I, H, E, Gradient>,
        wanted: bool,
    ) -> Option<Tensor<I, E>> {
        self.back_from(pass, &d, None, None, gradient, wanted).0
    }

    /// The numbers of input and hidden features.
    #[inline]
    #[track_caller]
    fn features(&self) -> (usize, usize) {
        features(&self.weight_ih, &self.weight_hh, [&self.bias_ih, &self.bias_hh])
    }

    #[track_caller]
    pub(crate) fn run_from(
        &self,
        x: &Tensor<I, E>,
        start: Option<(&Tensor<H, E>, &Tensor<H, E>)>,
    ) -> (Pass<E>, Tensor<H, E>) {
        let (inputs, units) = self.features();
        x.check_features(inputs, "an `Lstm`");
        let sizes = Sequence::of::<H>(x.axes());
        let cell_start = sizes.state(x.axes(), units, start.map(|(_, c)| c));
        let start = sizes.state(x.axes(), units, start.map(|(h, _)| h));
        let x_first = sizes.time_first(x.as_slice(), inputs);
        let biases = self.bias_ih.as_slice().iter().zip(self.bias_hh.as_slice());
        let bias: PooledVec<E> = biases.map(|(&a, &b)| a + b).collect();
        let mut gates = affine(sizes.time * sizes.batch, &x_first, self.weight_ih.as_slice(), &bias);
        let mut states = PooledVec::unset(sizes.time * sizes.batch * units);
        let mut cells = PooledVec::unset(states.len());
        let weight = sizes.packed(MatRef::new(self.weight_hh.as_slice(), 4 * units, units).t());
        for step in 0..sizes.time {
            let at = sizes.step(step, units);
            let (past, rest) = states.split_at_mut(at.start);
            let (past_cells, rest_cells) = cells.split_at_mut(at.start);
            let (before, cell_before) = match step {
                0 => (&start[..], &cell_start[..]),
                _ => (&past[sizes.step(step - 1, units)], &past_cells[sizes.step(step - 1, units)]),
            };
            let gates = &mut gates[sizes.step(step, 4 * units)];
            weight.multiply(before, E::ONE, gates);
            E::lstm_step(gates, cell_before, &mut rest_cells[..at.len()], &mut rest[..at.len()], units);
        }
        let y = Tensor::with_rows_of(x, units, sizes.batch_first(&states, units));
        (Pass { x: x_first, start, cell_start, gates, cells, states }, y)
    }

    pub(crate) fn back_from(
        &self,
        pass: Pass<E>,
        d: &Tensor<H, E>,
        dlast: Option<Tensor<H, E>>,
        dcell: Option<Tensor<H, E>>,
        gradient: LstmView<'_, I, H, E, Gradient>,
        wanted: bool,
    ) -> (Option<Tensor<I, E>>, Tensor<H, E>, Tensor<H, E>) {
        let (inputs, units) = self.features();
        d.check_features(units, "a pullback of an `Lstm`");
        let sizes = Sequence::of::<H>(d.axes());
        let Pass { x, start, cell_start, mut gates, cells, states } = pass;
        let mut d_first = sizes.time_first(d.as_slice(), units);
        let mut dstate = sizes.cotangent(d, dlast);
        let mut dcell = sizes.cotangent(d, dcell);
        let weight = sizes.packed(MatRef::new(self.weight_hh.as_slice(), 4 * units, units));
        for step in (0..sizes.time).rev() {
            let d = &mut d_first[sizes.step(step, units)];
            for (d, &dstate) in d.iter_mut().zip(&dstate) {
                *d += dstate;
            }
            let cell_before = if step == 0 { &cell_start[..] } else { &cells[sizes.step(step - 1, units)] };
            let gates = &mut gates[sizes.step(step, 4 * units)];
            E::lstm_step_vjp(gates, cell_before, &cells[sizes.step(step, units)], d, &mut dcell, units);
            weight.multiply(gates, E::ZERO, &mut dstate);
        }
        let (first, later) = gates.split_at(sizes.batch * 4 * units);
        let past = &states[..states.len() - sizes.batch * units];
        add_weight(gradient.weight_hh.accumulator(), first, &start, 4 * units);
        add_weight(gradient.weight_hh.accumulator(), later, past, 4 * units);
        add_weight(gradient.weight_ih.accumulator(), &gates, &x, 4 * units);
        gradient.bias_ih.accumulator().add_rows(&gates);
        gradient.bias_hh.accumulator().add_rows(&gates);
        let dx = wanted.then(|| {
            let dx = back(&gates, self.weight_ih.as_slice(), 4 * units);
            Tensor::with_rows_of(d, inputs, sizes.batch_first(&dx, inputs))
        });
        let axes = state_axes(d.axes(), units);
        (dx, Tensor::with_axes(axes, dstate), Tensor::with_axes(axes, dcell))
    }
}
