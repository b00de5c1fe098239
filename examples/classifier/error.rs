//! What can be wrong with a table.

use std::fmt;

/// A table from which nothing can be learned. Lines count from 1, with the header.
#[derive(Debug, PartialEq)]
pub(crate) enum Error {
    /// An error of the reader of CSV.
    Unreadable(String),
    NoText {
        line: usize,
    },
    Empty,
    NoRows,
    Unnamed {
        place: usize,
    },
    Duplicate {
        column: String,
    },
    NoSuchLabel {
        label: String,
        columns: Vec<String>,
    },
    NoFeatures {
        label: String,
    },
    Ragged {
        line: usize,
        cells: usize,
        columns: usize,
    },
    Missing {
        line: usize,
        column: String,
    },
    NotFinite {
        line: usize,
        column: String,
        cell: String,
    },
    OneClass {
        label: String,
        class: String,
    },
    /// No class has a row for training and another one for validation.
    NoPairs {
        label: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unreadable(problem) => write!(f, "{problem}"),
            Error::NoText { line } => write!(f, "line {line}: this is not UTF-8"),
            Error::Empty => write!(f, "the file is empty: it needs a header and rows"),
            Error::NoRows => write!(f, "there are no rows after the header"),
            Error::Unnamed { place } => write!(f, "column {place} of the header has no name"),
            Error::Duplicate { column } => write!(f, "two columns of the header have the name `{column}`"),
            Error::NoSuchLabel { label, columns } => {
                write!(f, "no column has the name `{label}`; there are {}", columns.join(", "))
            }
            Error::NoFeatures { label } => write!(f, "there is no column but the label, `{label}`"),
            Error::Ragged { line, cells, columns } => {
                write!(f, "line {line}: {cells} cells, but the header has {columns} columns")
            }
            Error::Missing { line, column } => write!(f, "line {line}, column `{column}`: no value"),
            Error::NotFinite { line, column, cell } => {
                write!(f, "line {line}, column `{column}`: `{}` is not a finite number", cell.escape_debug())
            }
            Error::OneClass { label, class } => {
                write!(f, "all rows have the class `{class}` in the column `{label}`: nothing to tell apart")
            }
            Error::NoPairs { label } => {
                write!(f, "no class in the column `{label}` has two rows, one to learn from and one to check")
            }
        }
    }
}

impl std::error::Error for Error {}
