//! A module at a glance: names, types, shapes, parameters, ties, and what the ties save.
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

/// The registration of a module as a table: what [`Module::summary`](crate::Module::summary) returns.
///
/// Its `Display` has a line for each part: its name, its type, the shape and the count of what it owns, and what it
/// borrows, from the owner at the end of all ties. Below stand the totals. No line is longer than 80 columns: long
/// names lose their middle.
///
/// It is made from the registration alone. The length of a `Vec` is therefore unknown: its elements stand under
/// `name[..]`, and the totals say what each of them adds.
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
    /// Of the whole module.
    numbers: Numbers,
    /// What one number needs.
    bytes: usize,
}

impl Summary {
    pub(crate) fn new(spec: &Spec, bytes: usize) -> Self {
        Summary { root: Node::root(spec), numbers: Numbers::of(spec), bytes }
    }

    /// What the parameters and buffers of the module need; `None` where a `Vec` or an `Option` leaves that to run
    /// time.
    pub fn bytes(&self) -> Option<usize> {
        self.numbers.known(|count| count.own()).map(|count| count * self.bytes)
    }

    /// What the same module would need if each tied field owned what it borrows, less what it needs; `None` where a
    /// `Vec` or an `Option` leaves that to run time.
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
