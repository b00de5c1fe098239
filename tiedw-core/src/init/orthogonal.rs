use rand::Rng;

use super::{Initializer, draw};

/// Orthogonal rows or columns. Made by [`orthogonal`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orthogonal {
    gain: f64,
}

/// A weight `[out, in]` drawn uniformly from those with orthonormal rows if there are at most as many rows as columns, and with
/// orthonormal columns otherwise. Kernels of convolutions count as `[out, rest]`. Saxe and others, "Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks", 2013.
pub fn orthogonal() -> Orthogonal {
    Orthogonal { gain: 1.0 }
}

impl Orthogonal {
    /// Sets the factor of all elements.
    pub fn gain(mut self, gain: f64) -> Self {
        self.gain = gain;
        self
    }
}

impl Initializer for Orthogonal {
    fn fill(&self, shape: &[usize], values: &mut [f64], rng: &mut dyn Rng) {
        let rows = shape[0];
        let columns = values.len().checked_div(rows).unwrap_or(0);
        let (vectors, length) = (rows.min(columns), rows.max(columns));
        let mut normal = draw::normal::<f64, _>(rng);
        let mut basis: Vec<Vec<f64>> = Vec::with_capacity(vectors);
        while basis.len() < vectors {
            let mut vector: Vec<f64> = (0..length).map(|_| normal()).collect();
            // Twice is enough: what rounding leaves the first time is gone the second.
            for _ in 0..2 {
                for other in &basis {
                    let along: f64 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
                    vector.iter_mut().zip(other).for_each(|(a, b)| *a -= along * b);
                }
            }
            let norm = vector.iter().map(|a| a * a).sum::<f64>().sqrt();
            if norm > 1e-6 {
                vector.iter_mut().for_each(|a| *a /= norm);
                basis.push(vector);
            }
        }
        for (i, vector) in basis.iter().enumerate() {
            for (j, &element) in vector.iter().enumerate() {
                let at = if rows <= columns { i * columns + j } else { j * columns + i };
                values[at] = self.gain * element;
            }
        }
    }

    fn least_axes(&self) -> usize {
        2
    }
}
