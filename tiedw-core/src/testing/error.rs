use std::error::Error;
use std::fmt;

/// What a gradient is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// A parameter of the module, by its name.
    Parameter(String),
    /// An input, by its place in the tuple.
    Input(usize),
}

/// Why a pullback does not agree with its function. Elements are counted row-major.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GradcheckError {
    /// The pullback comes with a value of another number of elements than the function's.
    WrongCount {
        /// The number of elements of the function's value.
        expected: usize,
        /// That of the value with the pullback.
        found: usize,
    },
    /// The pullback comes with another value than the function's.
    WrongValue {
        /// The element.
        index: usize,
        /// What it is in the function's value.
        by_function: f64,
        /// What it is in the value with the pullback.
        by_pullback: f64,
    },
    /// An input has no cotangent, or one of another number of elements.
    WrongCotangent {
        /// The place of the input in the tuple.
        input: usize,
        /// Its number of elements.
        expected: usize,
        /// That of the cotangent; 0 if there is none.
        found: usize,
    },
    /// A gradient does not agree with differences.
    WrongGradient {
        /// What it is of.
        of: Checked,
        /// The element.
        index: usize,
        /// The gradient that the pullback returns.
        by_pullback: f64,
        /// The difference of the function's values.
        by_differences: f64,
    },
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A parameter that is a module itself.
            Checked::Parameter(name) if name.is_empty() => write!(f, "the parameter"),
            Checked::Parameter(name) => write!(f, "`{name}`"),
            Checked::Input(place) => write!(f, "input {place}"),
        }
    }
}

impl fmt::Display for GradcheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GradcheckError::WrongCount { expected, found } => {
                write!(
                    f,
                    "the pullback comes with a value of {found} elements, and the function returns {expected}"
                )
            }
            GradcheckError::WrongValue { index, by_function, by_pullback } => write!(
                f,
                "element {index} of the value is {by_pullback} with the pullback, {by_function} by the function"
            ),
            GradcheckError::WrongCotangent { input, found: 0, .. } => write!(
                f,
                "input {input} has no cotangent; request it, or let the closures capture what has none"
            ),
            GradcheckError::WrongCotangent { input, expected, found } => {
                write!(f, "input {input} has {expected} elements, and a cotangent of {found}")
            }
            GradcheckError::WrongGradient { of, index, by_pullback, by_differences } => write!(
                f,
                "the gradient of element {index} of {of} is {by_pullback} by the pullback, {by_differences} by differences"
            ),
        }
    }
}

impl Error for GradcheckError {}
