//! A split into training and validation that has the same share of each class.

use tiedw::data::random_split;

/// The share of a class that is kept back for validation.
const KEPT_BACK: f64 = 0.2;

/// The rows of a table, by their places.
#[derive(Debug, PartialEq)]
pub(crate) struct Split {
    pub(crate) train: Vec<usize>,
    pub(crate) validation: Vec<usize>,
}

impl Split {
    /// Splits the rows of each class. A class with several rows has some on both sides; a single row is for training.
    pub(crate) fn stratified(labels: &[usize], classes: usize, seed: u64) -> Self {
        let mut split = Split { train: Vec::new(), validation: Vec::new() };
        let mut rows_of = vec![Vec::new(); classes];
        labels.iter().enumerate().for_each(|(row, &class)| rows_of[class].push(row));
        for (rows, class) in rows_of.iter().zip(0..) {
            let kept_back = (rows.len() as f64 * KEPT_BACK).round().max(1.0).min(rows.len() as f64 - 1.0);
            let share = kept_back / rows.len() as f64;
            // Each class in an order of its own.
            let (train, validation) = random_split(rows.len(), share, seed.wrapping_add(class));
            split.train.extend(train.into_iter().map(|at| rows[at]));
            split.validation.extend(validation.into_iter().map(|at| rows[at]));
        }
        split
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of three classes, of 50, 7 and 1 rows.
    fn labels() -> Vec<usize> {
        (0..58).map(|row| if row == 20 { 2 } else { usize::from(row % 8 == 0 && row < 56) }).collect()
    }

    #[test]
    fn each_row_is_on_one_side() {
        let split = Split::stratified(&labels(), 3, 4);
        let mut rows = [split.train, split.validation].concat();
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..58));
    }

    #[test]
    fn each_class_has_its_share_on_both_sides() {
        let labels = labels();
        let split = Split::stratified(&labels, 3, 4);
        let count = |rows: &[usize], class| rows.iter().filter(|&&row| labels[row] == class).count();
        assert_eq!([0, 1, 2].map(|class| count(&split.train, class)), [40, 6, 1]);
        assert_eq!([0, 1, 2].map(|class| count(&split.validation, class)), [10, 1, 0]);
    }

    #[test]
    fn the_seed_says_which_rows() {
        let split = |seed| Split::stratified(&labels(), 3, seed);
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
    }
}
