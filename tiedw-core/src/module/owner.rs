//! Resolution of names to the parameters that own them, through all ties.

use super::{Field, Spec};

/// The parameter or buffer that a name resolves to.
///
/// ```
/// use tiedw_core::Spec;
/// use tiedw_core::module::{Field, Owner};
///
/// const WEIGHT: Spec = Spec::Parameter { shape: &[2, 3] };
/// const NET: Spec = Spec::Module {
///     name: "Net",
///     fields: &[
///         Field { name: "encoder", spec: &WEIGHT },
///         Field { name: "decoder", spec: &Spec::Tied(&Spec::Parameter { shape: &[3, 2] }) },
///     ],
///     ties: &[("decoder", "encoder.t()")],
/// };
/// assert_eq!(NET.owner("decoder"), Some(Owner { name: "encoder".to_owned(), transposed: true }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The name of the owner.
    pub name: String,
    /// Whether the resolved name refers to the transpose of the owner.
    pub transposed: bool,
}

impl Spec {
    /// Resolves a name to the parameter or buffer that owns it: itself if it is owned, and otherwise the
    /// source of its tie, through chains of ties and the ties of enclosing modules. Returns `None` if the
    /// module has no such name.
    ///
    /// Every element index of a `Vec` is assumed to exist.
    ///
    /// ```
    /// use tiedw_core::{Module, layers::Linear};
    ///
    /// let spec = Linear::<10, 5>::SPEC;
    /// assert_eq!(spec.owner("weight").unwrap().name, "weight");
    /// assert_eq!(spec.owner("heights"), None);
    /// ```
    pub fn owner(&self, name: &str) -> Option<Owner> {
        let mut path = segments(name);
        let transposed = self.resolve(&mut path);
        let owned = self.descend(&path).is_some_and(|spec| spec.shape().is_some());
        owned.then(|| Owner { name: path.join("."), transposed })
    }

    /// Replaces a path by that of its owner, and returns whether it refers to the transpose.
    pub(crate) fn resolve(&self, path: &mut Vec<&str>) -> bool {
        let mut transposed = false;
        // Terminates, since cyclic ties are compile errors.
        while let Some((source, is_transpose)) = self.borrowed(path) {
            *path = source;
            transposed ^= is_transpose;
        }
        transposed
    }

    /// Follows the outermost tie along `path`: returns the path of its source, and whether it is transposed.
    fn borrowed<'n>(&self, path: &[&'n str]) -> Option<(Vec<&'n str>, bool)> {
        let (mut spec, mut at) = (self, 0);
        loop {
            for (hole, source) in spec.ties().iter().filter(|(_, source)| !source.is_empty()) {
                if let Some(rest) = spec.beyond(hole, &path[at..]) {
                    let mut borrowed = path[..at].to_vec();
                    let transposed = push_source(&mut borrowed, source);
                    borrowed.extend(rest);
                    return Some((borrowed, transposed));
                }
            }
            spec = spec.part(path, &mut at)?;
        }
    }

    /// Returns the rest of `path` after the hole, if it leads through the hole. A hole in a list is one hole
    /// for all elements, and so is a list of holes.
    fn beyond<'n>(&self, hole: &str, path: &[&'n str]) -> Option<Vec<&'n str>> {
        let (mut spec, mut at) = (self, 0);
        for name in hole.split('.') {
            while !matches!(spec, Spec::Module { .. }) {
                spec = spec.part(path, &mut at)?;
            }
            if path.get(at) != Some(&name) {
                return None;
            }
            spec = spec.part(path, &mut at)?;
        }
        let mut rest = Vec::new();
        while at < path.len()
            && (spec.is_tuple() || matches!(spec, Spec::List { .. } | Spec::Optional(_) | Spec::Frozen(_)))
        {
            if spec.is_tuple() {
                rest.push(path[at]);
            }
            spec = spec.part(path, &mut at)?;
        }
        rest.extend(&path[at..]);
        Some(rest)
    }

    /// Returns the spec at `path`, which leads through no tie.
    pub(crate) fn descend(&self, path: &[&str]) -> Option<&Spec> {
        let (mut spec, mut at) = (self, 0);
        while at < path.len() || matches!(spec, Spec::Optional(_) | Spec::Frozen(_)) {
            spec = spec.part(path, &mut at)?;
        }
        Some(spec)
    }

    /// Returns whether the name is that of a `Vec`.
    #[cfg(feature = "safetensors")]
    pub(crate) fn is_list(&self, name: &str) -> bool {
        matches!(self.descend(&segments(name)), Some(Spec::List { len: None, .. }))
    }

    /// Returns the part that `path[at]` names, and advances `at` past the name.
    fn part(&self, path: &[&str], at: &mut usize) -> Option<&'static Spec> {
        let named = |field: &&Field| path.get(*at) == Some(&field.name);
        let part = match self {
            Spec::Optional(inner) | Spec::Frozen(inner) => return Some(inner.unfolded()),
            Spec::Module { fields, .. } => fields.iter().find(named)?.spec,
            Spec::List { len, element } => {
                let index = path.get(*at).and_then(|index| parse_index(index))?;
                len.is_none_or(|len| index < len).then_some(*element)?
            }
            Spec::Recursive(recursive) => return (recursive.spec)().part(path, at),
            Spec::Parameter { .. } | Spec::Buffer { .. } | Spec::Tied(_) | Spec::Absent => return None,
        };
        *at += 1;
        Some(part.unfolded())
    }

    pub(crate) fn is_tuple(&self) -> bool {
        matches!(self, Spec::Module { fields: [Field { name: "0", .. }, ..], .. })
    }
}

/// Returns the parts of a name: none of the empty name.
pub(super) fn segments(name: &str) -> Vec<&str> {
    if name.is_empty() { Vec::new() } else { name.split('.').collect() }
}

/// Parses an index as written in paths: without a sign or leading zeros.
fn parse_index(index: &str) -> Option<usize> {
    let digits = index.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (index == "0" || !index.starts_with('0'))).then(|| index.parse().ok())?
}

/// Appends the names of a tie's source, such as `blocks[0].weight.t()`, to a path, and returns whether it is
/// transposed.
fn push_source(path: &mut Vec<&str>, source: &'static str) -> bool {
    let mut transposed = false;
    for step in source.split('.') {
        if step == "t()" {
            transposed = !transposed;
        } else {
            path.extend(step.split('[').map(|name| name.trim_end_matches(']')));
        }
    }
    transposed
}

#[cfg(test)]
mod tests {
    use crate::layers::Linear;
    use crate::module::Tied;
    use crate::{Frozen, Module, Spec, Vector};

    #[test]
    fn names_lead_through_what_is_frozen() {
        let spec = Frozen::<(Linear<2, 2>, Vector<2>)>::SPEC;
        let name = |name: &str| spec.owner(name).map(|owner| owner.name);
        assert_eq!(name("0.weight").as_deref(), Some("0.weight"));
        assert_eq!(name("1").as_deref(), Some("1"));
        assert_eq!(name("2"), None);
        assert_eq!(Frozen::<Vector<2>>::SPEC.shape(), Some(&[2][..]));
        assert_eq!(spec.num_parameters(), Some(8));
    }

    #[test]
    fn a_frozen_tuple_of_holes_is_one_hole_each() {
        const HOLES: Spec = Frozen::<(Tied<Linear<2, 2>>, Tied<Vector<2>>)>::SPEC;
        const OWNERS: Spec = <(Linear<2, 2>, Vector<2>)>::SPEC;
        const FIELDS: [crate::module::Field; 2] = [
            crate::module::Field { name: "owners", spec: &OWNERS },
            crate::module::Field { name: "holes", spec: &HOLES },
        ];
        let spec = Spec::Module { name: "Net", fields: &FIELDS, ties: &[("holes", "owners")] };
        assert_eq!(spec.owner("holes.0.bias").map(|owner| owner.name).as_deref(), Some("owners.0.bias"));
        assert_eq!(spec.owner("holes.1").map(|owner| owner.name).as_deref(), Some("owners.1"));
    }
}
