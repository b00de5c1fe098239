//! Standardisation: columns with mean 0 and deviation 1.

use tiedw::prelude::*;

use crate::table::Table;

/// The number of deviations at which an outlier is cut off.
const FAR: f64 = 100.0;

/// The scale of each column, in double precision: a column of times varies by little.
pub(crate) struct Standard {
    scales: Vec<Scale>,
}

struct Scale {
    /// The largest value, by which all are divided first: squares are finite then.
    unit: f64,
    mean: f64,
    deviation: f64,
}

impl Standard {
    /// Measures the given rows: those for training, so that nothing is known of the others.
    pub(crate) fn of(table: &Table, rows: &[usize]) -> Self {
        let scale = |column| Scale::of(rows.iter().map(|&row| table.row(row)[column]).collect());
        Standard { scales: (0..table.columns.len()).map(scale).collect() }
    }

    /// Returns the given rows, standardised.
    pub(crate) fn apply(&self, table: &Table, rows: &[usize]) -> Tensor<DYN> {
        let standardised = |(&x, scale): (&f64, &Scale)| scale.apply(x) as f32;
        let values = rows.iter().flat_map(|&row| table.row(row).iter().zip(&self.scales).map(standardised));
        Tensor::from_vec([rows.len()], values.collect())
    }
}

impl Scale {
    fn of(mut values: Vec<f64>) -> Self {
        let largest = values.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
        let unit = if largest > 0.0 { largest } else { 1.0 };
        values.iter_mut().for_each(|x| *x /= unit);
        let mean = mean_of(values.iter().copied());
        // A column of one value has no deviation, up to rounding.
        let varies = values.iter().any(|&x| x != values[0]);
        let deviation = if varies { mean_of(values.iter().map(|x| (x - mean).powi(2))).sqrt() } else { 1.0 };
        Scale { unit, mean, deviation }
    }

    fn apply(&self, x: f64) -> f64 {
        ((x / self.unit - self.mean) / self.deviation).clamp(-FAR, FAR)
    }
}

fn mean_of(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_for_training_have_mean_0_and_deviation_1() {
        // The first column varies by little, the second not at all.
        let text = "time,same,kind\n1e12,7,x\n1000000000002,7,y\n1000000000004,7,x\n";
        let table = Table::read(text.as_bytes(), None).unwrap();
        let standard = Standard::of(&table, &[0, 1]);
        let x = standard.apply(&table, &[0, 1, 2]);
        assert_eq!(x.shape(), [3, 2]);
        assert_eq!(x.as_slice(), [-1.0, 0.0, 1.0, 0.0, 3.0, 0.0]);
    }
}
