//! Diagrams of modules: the parts as a tree, the ties as dashed arrows.
//!
//! ```
//! use tiedw_core::{Module, layers::Linear};
//!
//! let diagram = Linear::<10, 5>::diagram();
//! assert!(diagram.to_string().starts_with("flowchart LR") && diagram.to_svg().starts_with("<svg"));
//! ```

mod mermaid;
mod svg;

use crate::Spec;
use crate::summary::Node;

/// A diagram of a module's parts and ties, returned by [`Module::diagram`](crate::Module::diagram).
///
/// `Display` writes a Mermaid flowchart, which GitHub renders in a README between `` ```mermaid `` and `` ``` ``:
/// a box for each module with its parameters, and a dashed arrow from each borrower to the owner.
/// [`to_svg`](Diagram::to_svg) renders an image, with one line per part.
///
/// ```
/// use tiedw_core::{Module, layers::Linear};
///
/// assert_eq!(
///     Linear::<10, 5>::diagram().to_string(),
///     "\
/// flowchart LR
///     n0[\"Linear<br/>weight [5, 10]<br/>bias [5]\"]
/// "
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Diagram {
    root: Node,
}

impl Diagram {
    pub(crate) fn new(spec: &Spec) -> Self {
        Diagram { root: Node::root(spec) }
    }

    /// Renders the diagram as SVG.
    ///
    /// ```
    /// use tiedw_core::{Module, layers::Linear};
    ///
    /// let path = std::env::temp_dir().join(format!("linear-{}.svg", std::process::id()));
    /// std::fs::write(&path, Linear::<10, 5>::diagram().to_svg())?;
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn to_svg(&self) -> String {
        svg::draw(&self.root)
    }
}

/// Returns `name: type`, or just the type for the root.
fn title(node: &Node) -> String {
    if node.name.is_empty() { node.kind.clone() } else { format!("{}: {}", node.name, node.kind) }
}

/// Returns the owner's path with `[..]` for each index, since all elements of a list share one box, and
/// without `.t()`.
fn place(source: &str) -> String {
    let source = source.strip_suffix(".t()").unwrap_or(source);
    let steps = source.split('[').enumerate().map(|(at, step)| match step.split_once(']') {
        Some((_, rest)) if at > 0 => format!("[..]{rest}"),
        _ => step.to_owned(),
    });
    steps.collect()
}
