//! Summary of a module: names, types, shapes, parameters, ties, and the memory that the ties save.
//!
//! ```
//! use tiedw_core::{Module, layers::Linear};
//!
//! assert_eq!(Linear::<10, 5>::summary().bytes(), Some(220));
//! ```

mod numbers;
mod table;
mod tree;

use numbers::Numbers;
pub(crate) use table::shortened;
pub(crate) use tree::{Node, Tie};

use crate::Spec;

/// A table of a module's parameters and ties, returned by [`Module::summary`](crate::Module::summary).
///
/// `Display` prints one line per part: its name, its type, the shape and the number of the elements that it
/// owns, and the owner of what it borrows, resolved through all ties. The totals follow. Lines are at most 80
/// columns wide; long names are abbreviated in the middle.
///
/// The summary is made from the type alone, so the length of a `Vec` is unknown. Its elements are listed as
/// `name[..]`, and the totals contain the size of each element.
///
/// ```
/// use tiedw_core::{Module, layers::Linear};
///
/// let text = Linear::<10, 5>::summary().to_string();
/// assert_eq!(
///     text,
///     "\
/// Linear
/// name    type       shape    parameters  tied to
/// -----------------------------------------------
/// weight  parameter  [5, 10]          50
/// bias    parameter  [5]               5
/// -----------------------------------------------
/// parameters  55  220 bytes
/// ties save    0    0 bytes
/// "
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    root: Node,
    /// The totals of the whole module.
    numbers: Numbers,
    /// The size of one element.
    bytes: usize,
}

impl Summary {
    pub(crate) fn new(spec: &Spec, bytes: usize) -> Self {
        Summary { root: Node::root(spec), numbers: Numbers::of(spec), bytes }
    }

    /// Returns the size of the module's parameters and buffers, in bytes, or `None` if a `Vec` or an `Option`
    /// makes it known only at run time.
    pub fn bytes(&self) -> Option<usize> {
        self.numbers.known(|count| count.own()).map(|count| count * self.bytes)
    }

    /// Returns the memory that the ties save, in bytes: the size of the same module if each tied field owned
    /// its weights, minus [`bytes`](Summary::bytes). `None` if a `Vec` or an `Option` makes it known only at
    /// run time.
    ///
    /// ```
    /// # use tiedw_core::{Module, Tied, layers::Linear};
    /// assert_eq!(Linear::<10, 5>::summary().bytes_saved(), Some(0));
    /// assert_eq!(Linear::<10, 5, Tied>::summary().bytes_saved(), Some(200));
    /// ```
    pub fn bytes_saved(&self) -> Option<usize> {
        self.numbers.known(|count| count.tied).map(|count| count * self.bytes)
    }
}
