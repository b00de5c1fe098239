//! The tree of a module's parts, with their types as text and the owners of what they borrow.

use super::numbers::Numbers;
use crate::Spec;

/// A part of a module, with its own parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// `fc1`, `layers[..]`; empty for the root.
    pub(crate) name: String,
    /// The path from the root: `decoder.layers[..]`.
    pub(crate) path: String,
    /// `Linear`, `[Block; 2]`, `parameter`.
    pub(crate) kind: String,
    /// The shape of a parameter or a buffer.
    pub(crate) shape: Option<&'static [usize]>,
    pub(crate) tie: Option<Tie>,
    pub(crate) parts: Vec<Node>,
    /// The number of elements of the owned parameters in one instance, and whether it may own more.
    pub(super) parameters: (usize, bool),
    /// The factors of the number of instances.
    pub(super) times: Vec<Times>,
}

/// The source of a tie.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tie {
    /// The path of the owner, followed by `.t()` if it is transposed; empty for an open tie of the root.
    pub(crate) source: String,
    /// Whether an enclosing module must fill it.
    pub(crate) open: bool,
}

/// The number of instances of a part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Times {
    Exactly(usize),
    /// The length of a `Vec`.
    Any,
    /// 0 or 1.
    Maybe,
}

impl Node {
    pub(crate) fn root(spec: &Spec) -> Self {
        let place = Place { whole: spec, path: Vec::new(), times: Vec::new() };
        place.node(String::new(), spec).unwrap_or_else(|| unreachable!("a root has no name to leave out"))
    }

    pub(crate) fn is_leaf(&self) -> bool {
        self.shape.is_some()
    }
}

/// The position of a part. Elements of a list have the index 0, since all are alike.
#[derive(Clone)]
struct Place<'s> {
    whole: &'s Spec,
    path: Vec<&'static str>,
    times: Vec<Times>,
}

impl Place<'_> {
    /// Returns the node of a part, or `None` if the part is absent.
    fn node(mut self, mut name: String, spec: &Spec) -> Option<Node> {
        let mut inner = spec;
        loop {
            inner = match inner {
                Spec::List { len, element } => {
                    name.push_str("[..]");
                    self.path.push("0");
                    self.times.push(len.map_or(Times::Any, Times::Exactly));
                    element
                }
                Spec::Optional(inner) => {
                    self.times.push(Times::Maybe);
                    inner
                }
                Spec::Frozen(inner) => inner,
                _ => break,
            };
        }
        if matches!(inner, Spec::Absent) && !name.is_empty() {
            return None;
        }
        let (tie, inner) = match inner {
            Spec::Tied(borrowed) => (Some(self.tie()), *borrowed),
            owned => (None, owned),
        };
        let exists = !self.times.contains(&Times::Exactly(0));
        let owned = if tie.is_none() && exists { inner } else { &Spec::Absent };
        let numbers = Numbers::of(owned);
        let more = numbers.besides.iter().any(|besides| besides.count.parameters > 0);
        let parts = owned.fields().iter().filter_map(|field| {
            let mut place = self.clone();
            place.path.push(field.name);
            place.node(field.name.to_owned(), field.spec)
        });
        Some(Node {
            parts: parts.collect(),
            path: display(self.whole, &self.path, self.path.len()),
            kind: kind(spec),
            shape: inner.shape(),
            parameters: (numbers.certain.parameters, more),
            times: self.times,
            name,
            tie,
        })
    }

    fn tie(&self) -> Tie {
        let mut path = self.path.clone();
        let transposed = self.whole.resolve(&mut path);
        let open = self.whole.descend(&path).is_none_or(|spec| matches!(spec, Spec::Tied(_)));
        if path == self.path {
            return Tie { source: String::new(), open };
        }
        let common = path.iter().zip(&self.path).take_while(|(a, b)| a == b).count();
        let source = display(self.whole, &path, common);
        Tie { source: if transposed { format!("{source}.t()") } else { source }, open }
    }
}

/// Formats a path as in ties, `blocks[1].weight`. Among the first `any` segments, an index is written `[..]`.
fn display(mut spec: &Spec, path: &[&str], any: usize) -> String {
    let mut text = String::new();
    for (at, step) in path.iter().enumerate() {
        while let Spec::Optional(inner) | Spec::Frozen(inner) | Spec::Tied(inner) = spec {
            spec = inner;
        }
        spec = match spec {
            Spec::List { element, .. } => {
                text.push_str(&if at < any { "[..]".to_owned() } else { format!("[{step}]") });
                element
            }
            _ => {
                text.push_str(if text.is_empty() { "" } else { "." });
                text.push_str(step);
                spec.unfolded()
                    .fields()
                    .iter()
                    .find(|field| field.name == *step)
                    .map_or(&Spec::Absent, |field| field.spec)
            }
        };
    }
    text
}

/// Returns the type, as far as the spec contains it.
fn kind(spec: &Spec) -> String {
    match spec {
        Spec::Parameter { .. } => "parameter".to_owned(),
        Spec::Buffer { .. } => "buffer".to_owned(),
        Spec::Module { fields, .. } if spec.is_tuple() => {
            let parts: Vec<_> = fields.iter().map(|field| kind(field.spec)).collect();
            format!("({})", parts.join(", "))
        }
        Spec::Module { name, .. } => (*name).to_owned(),
        Spec::List { len: Some(len), element } => format!("[{}; {len}]", kind(element)),
        Spec::List { len: None, element } => format!("Vec<{}>", kind(element)),
        Spec::Optional(inner) => format!("Option<{}>", kind(inner)),
        Spec::Frozen(inner) => format!("Frozen<{}>", kind(inner)),
        Spec::Tied(inner) => kind(inner),
        Spec::Recursive(recursive) => recursive.name.to_owned(),
        Spec::Absent => "nothing".to_owned(),
    }
}
