//! The elementwise part of a step of a recurrent layer, and its pullback.

use super::sigmoid::sigmoid;
use super::simd::vectorized;
use crate::Element;

vectorized! {
    /// The elementwise part of a GRU step, for each row: h' = n + z (h - n), with r = σ(i_r + h_r), z = σ(i_z + h_z)
    /// and n = tanh(i_n + r h_n).
    ///
    /// * `gates`: i, as rows [r, z, n]; overwritten by r, z and n;
    /// * `hidden`: the projections h_r, h_z and h_n of `before`, as rows [r, z, n];
    /// * `before`, `after`: the states h and h'.
    pub(crate) fn gru_step[E: Element](
        gates: &mut [E],
        hidden: &[E],
        before: &[E],
        after: &mut [E],
        width: usize;
        mul_add
    ) {
        let states = before.chunks_exact(width).zip(after.chunks_exact_mut(width));
        let rows = gates.chunks_exact_mut(3 * width).zip(hidden.chunks_exact(3 * width));
        for ((gates, hidden), (before, after)) in rows.zip(states) {
            let (rz, n) = gates.split_at_mut(2 * width);
            let (hidden_rz, hidden_n) = hidden.split_at(2 * width);
            // Expensive functions in separate loops over few arrays: others are not vectorized.
            for (gate, &hidden) in rz.iter_mut().zip(hidden_rz) {
                *gate = sigmoid(*gate + hidden, mul_add);
            }
            let (r, z) = rz.split_at(width);
            for ((n, &r), &hidden) in n.iter_mut().zip(r).zip(hidden_n) {
                *n += r * hidden;
            }
            for n in &mut *n {
                *n = n.tanh_by(mul_add);
            }
            for (((after, &before), &n), &z) in after.iter_mut().zip(before).zip(&*n).zip(z) {
                *after = n + z * (before - n);
            }
        }
    }
}

vectorized! {
    /// The pullback of [`gru_step`]. `d` is the cotangent of `after`, and is overwritten by that of `before`, without
    /// the part that flows through `hidden`. `gates` and `hidden` are overwritten by the cotangents of what they held
    /// before the step.
    pub(crate) fn gru_step_vjp[E: Element](
        gates: &mut [E],
        hidden: &mut [E],
        before: &[E],
        d: &mut [E],
        width: usize,
    ) {
        let states = before.chunks_exact(width).zip(d.chunks_exact_mut(width));
        let rows = gates.chunks_exact_mut(3 * width).zip(hidden.chunks_exact_mut(3 * width));
        for ((gates, hidden), (before, d)) in rows.zip(states) {
            let (r, zn) = gates.split_at_mut(width);
            let (z, n) = zn.split_at_mut(width);
            let (hidden_r, hidden_zn) = hidden.split_at_mut(width);
            let (hidden_z, hidden_n) = hidden_zn.split_at_mut(width);
            // Separate loops over few arrays: others are not vectorized.
            for ((((dz, &d), &before), &n), &z) in hidden_z.iter_mut().zip(&*d).zip(before).zip(&*n).zip(&*z) {
                *dz = d * (before - n) * z * (E::ONE - z);
            }
            for ((n, &d), &z) in n.iter_mut().zip(&*d).zip(&*z) {
                *n = d * (E::ONE - z) * (E::ONE - *n * *n);
            }
            for ((hidden, r), &dn) in hidden_n.iter_mut().zip(&mut *r).zip(&*n) {
                let dr = dn * *hidden * *r * (E::ONE - *r);
                *hidden = dn * *r;
                *r = dr;
            }
            for (d, &z) in d.iter_mut().zip(&*z) {
                *d *= z;
            }
            hidden_r.copy_from_slice(r);
            z.copy_from_slice(hidden_z);
        }
    }
}

vectorized! {
    /// The elementwise part of an LSTM step: c' = f c + i g and h' = o tanh(c'). `gates` holds rows [i, f, g, o] before
    /// their activations, the sigmoid and for g the hyperbolic tangent, and is overwritten by the gates.
    pub(crate) fn lstm_step[E: Element](
        gates: &mut [E],
        cell_before: &[E],
        cell: &mut [E],
        after: &mut [E],
        width: usize;
        mul_add
    ) {
        let cells = cell_before.chunks_exact(width).zip(cell.chunks_exact_mut(width));
        let rows = gates.chunks_exact_mut(4 * width).zip(after.chunks_exact_mut(width));
        for ((gates, after), (cell_before, cell)) in rows.zip(cells) {
            // Expensive functions in separate loops over few arrays.
            let (input_forget, candidate_output) = gates.split_at_mut(2 * width);
            let (g, o) = candidate_output.split_at_mut(width);
            for gate in &mut *input_forget {
                *gate = sigmoid(*gate, mul_add);
            }
            for gate in &mut *g {
                *gate = gate.tanh_by(mul_add);
            }
            for gate in &mut *o {
                *gate = sigmoid(*gate, mul_add);
            }
            let (i, f) = input_forget.split_at(width);
            let gates = i.iter().zip(f).zip(&*g);
            for ((cell, &before), ((&i, &f), &g)) in cell.iter_mut().zip(cell_before).zip(gates) {
                *cell = f * before + i * g;
            }
            for ((after, &cell), &o) in after.iter_mut().zip(&*cell).zip(&*o) {
                *after = o * cell.tanh_by(mul_add);
            }
        }
    }
}

vectorized! {
    /// The pullback of [`lstm_step`]. `gates` is overwritten by the cotangent of what it held before the step; `dcell`
    /// is the cotangent of `cell`, and is overwritten by that of `cell_before`.
    pub(crate) fn lstm_step_vjp[E: Element](
        gates: &mut [E],
        cell_before: &[E],
        cell: &[E],
        d: &[E],
        dcell: &mut [E],
        width: usize;
        mul_add
    ) {
        let cells = cell_before.chunks_exact(width).zip(cell.chunks_exact(width));
        let ds = d.chunks_exact(width).zip(dcell.chunks_exact_mut(width));
        for ((gates, (d, dcell)), (cell_before, cell)) in gates.chunks_exact_mut(4 * width).zip(ds).zip(cells) {
            let (input_forget, candidate_output) = gates.split_at_mut(2 * width);
            let (i, f) = input_forget.split_at_mut(width);
            let (g, o) = candidate_output.split_at_mut(width);
            // Separate loops over few arrays: others are not vectorized.
            for (((o, dcell), &d), &cell) in o.iter_mut().zip(dcell.iter_mut()).zip(d).zip(cell) {
                let squashed = cell.tanh_by(mul_add);
                *dcell += d * *o * (E::ONE - squashed * squashed);
                *o = d * squashed * *o * (E::ONE - *o);
            }
            for ((i, g), &dc) in i.iter_mut().zip(g).zip(&*dcell) {
                let di = dc * *g * *i * (E::ONE - *i);
                *g = dc * *i * (E::ONE - *g * *g);
                *i = di;
            }
            for ((f, dcell), &before) in f.iter_mut().zip(dcell).zip(cell_before) {
                let df = *dcell * before * *f * (E::ONE - *f);
                *dcell *= *f;
                *f = df;
            }
        }
    }
}
