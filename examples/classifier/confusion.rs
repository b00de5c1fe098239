//! The confusion matrix: how often each class was taken for each.

use std::fmt;

/// The largest number of classes of a matrix that can be read.
const SHOWN: usize = 40;

pub(crate) struct Confusion<'n> {
    pub(crate) classes: &'n [String],
    /// A row for each class, with a count for each class that it was taken for.
    pub(crate) counts: Vec<Vec<usize>>,
}

impl<'n> Confusion<'n> {
    /// Counts; of too many classes to be read, returns none.
    pub(crate) fn new(classes: &'n [String], labels: &[usize], taken_for: &[usize]) -> Option<Self> {
        if classes.len() > SHOWN {
            return None;
        }
        let mut counts = vec![vec![0; classes.len()]; classes.len()];
        for (&label, &taken_for) in labels.iter().zip(taken_for) {
            counts[label][taken_for] += 1;
        }
        Some(Confusion { classes, counts })
    }
}

/// A table of the counts, with the names of the classes.
impl fmt::Display for Confusion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A name with a line break would break the table.
        let names: Vec<String> =
            self.classes.iter().map(|name| name.replace(char::is_control, " ")).collect();
        let width = |name: &String| name.chars().count().max(5);
        let first = names.iter().map(width).max().unwrap_or(0);
        write!(f, "{:first$}", "")?;
        for name in &names {
            write!(f, "  {name:>0$}", width(name))?;
        }
        for (name, counts) in names.iter().zip(&self.counts) {
            write!(f, "\n{name:first$}")?;
            for (name, count) in names.iter().zip(counts) {
                write!(f, "  {count:>0$}", width(name))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_classes_and_columns_what_they_were_taken_for() {
        let classes = ["x".into(), "longer".into()];
        let confusion = Confusion::new(&classes, &[0, 0, 1, 1], &[0, 1, 1, 1]).unwrap();
        assert_eq!(confusion.counts, [[1, 1], [0, 2]]);
        let expected = ["            x  longer", "x           1       1", "longer      0       2"];
        assert_eq!(confusion.to_string(), expected.join("\n"));

        let many: Vec<String> = (0..1000).map(|class| class.to_string()).collect();
        assert!(Confusion::new(&many, &[999], &[1]).is_none());
    }
}
