//! The parts of a module, each with its type in words and the owner of what it borrows.

use super::numbers::Numbers;
use crate::Spec;

/// A part of a module, with its parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// `fc1`, `layers[..]`; empty for the whole.
    pub(crate) name: String,
    /// From the whole: `decoder.layers[..]`.
    pub(crate) path: String,
    /// `Linear`, `[Block; 2]`, `parameter`.
    pub(crate) kind: String,
    /// Of a parameter or a buffer.
    pub(crate) shape: Option<&'static [usize]>,
    pub(crate) tie: Option<Tie>,
    pub(crate) parts: Vec<Node>,
    /// How many parameters one of them owns, and whether it may own more.
    pub(super) parameters: (usize, bool),
    /// How many of them there are.
    pub(super) times: Vec<Times>,
}

/// What a part borrows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tie {
    /// The path of the owner, `.t()` behind it where it is transposed; empty for an open tie of the whole.
    pub(crate) source: String,
    /// Whether somebody around the whole has to fill it.
    pub(crate) open: bool,
}

/// How many of a part there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Times {
    Exactly(usize),
    /// As many as a `Vec` has.
    Any,
    /// One or none.
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

/// Where a part stands. An element of a list has index 0: what holds for the first holds for each.
#[derive(Clone)]
struct Place<'s> {
    whole: &'s Spec,
    path: Vec<&'static str>,
    times: Vec<Times>,
}

impl Place<'_> {
    /// The part of this name; none for what is left out.
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

/// A path as ties are written, `blocks[1].weight`. The first `any` steps stand for each element of a list.
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
                spec.fields()
                    .iter()
                    .find(|field| field.name == *step)
                    .map_or(&Spec::Absent, |field| field.spec)
            }
        };
    }
    text
}

/// The type, as far as the registration knows it.
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
        Spec::Absent => "nothing".to_owned(),
    }
}
