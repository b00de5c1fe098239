//! Resolution of the names of tied weights.

use std::collections::HashSet;

use super::{Owner, Spec};

/// Returns the names of tied weights, each with its owner, which is one of `own`.
pub(crate) fn aliases<'n>(spec: &'n Spec, own: impl Iterator<Item = &'n str>) -> Vec<(String, Owner)> {
    let mut aliases = Aliases { spec, own: own.collect(), found: Vec::new() };
    aliases.collect(spec, &mut Vec::new());
    aliases.found
}

struct Aliases<'n> {
    spec: &'n Spec,
    own: HashSet<&'n str>,
    found: Vec<(String, Owner)>,
}

impl Aliases<'_> {
    /// Collects the names at and below `path`, which has the spec `spec`.
    fn collect(&mut self, spec: &Spec, path: &mut Vec<String>) {
        match spec {
            Spec::Parameter { .. } | Spec::Buffer { .. } => {
                let name = path.join(".");
                if let Some(owner) = self.spec.owner(&name)
                    && owner.name != name
                    && self.own.contains(&*owner.name)
                {
                    self.found.push((name, owner));
                }
            }
            Spec::Module { fields, .. } => {
                fields.iter().for_each(|field| self.within(field.spec, path, field.name.to_owned()));
            }
            Spec::List { len, element } => {
                let len = len.unwrap_or_else(|| self.len(path));
                (0..len).for_each(|index| self.within(element, path, index.to_string()));
            }
            Spec::Optional(inner) | Spec::Frozen(inner) | Spec::Tied(inner) => self.collect(inner, path),
            Spec::Recursive(_) => self.collect(spec.unfolded(), path),
            Spec::Absent => {}
        }
    }

    fn within(&mut self, spec: &Spec, path: &mut Vec<String>, name: String) {
        path.push(name);
        self.collect(spec, path);
        path.pop();
    }

    /// Returns the length of the `Vec` at `path`, inferred from the owned names within it. It is 0 if its
    /// elements own nothing.
    fn len(&self, path: &[String]) -> usize {
        let mut path: Vec<&str> = path.iter().map(String::as_str).collect();
        self.spec.resolve(&mut path);
        let prefix = path.join(".");
        let index = |name: &str| {
            let rest =
                if prefix.is_empty() { name } else { name.strip_prefix(&*prefix)?.strip_prefix('.')? };
            rest.split('.').next()?.parse::<usize>().ok()
        };
        self.own.iter().filter_map(|name| index(name)).max().map_or(0, |last| last + 1)
    }
}
