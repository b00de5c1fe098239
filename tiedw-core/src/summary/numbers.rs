//! How many numbers a module owns, and how many its ties spare.

use crate::Spec;

/// Counts of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Count {
    /// Frozen ones too.
    pub(super) parameters: usize,
    pub(super) frozen: usize,
    pub(super) buffers: usize,
    /// Parameters and buffers that a tied field would own.
    pub(super) tied: usize,
}

/// What a module holds for certain, and what it may hold besides.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) certain: Count,
    pub(super) besides: Vec<Besides>,
}

/// What each element of a `Vec` adds, or an `Option` that is there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Besides {
    /// `each of blocks[..]`, `if head is there`.
    pub(super) when: String,
    pub(super) count: Count,
}

impl Count {
    /// What is in memory.
    pub(super) fn own(&self) -> usize {
        self.parameters + self.buffers
    }
}

impl Numbers {
    pub(super) fn of(spec: &Spec) -> Self {
        let mut numbers = Numbers::default();
        numbers.besides =
            Walk { at: String::new(), frozen: false, tied: false }.add(spec, &mut numbers.certain, 1);
        numbers.besides.retain(|besides| besides.count != Count::default());
        numbers
    }

    /// A count that no `Vec` and no `Option` changes.
    pub(super) fn known(&self, count: impl Fn(&Count) -> usize) -> Option<usize> {
        self.besides.iter().all(|besides| count(&besides.count) == 0).then(|| count(&self.certain))
    }
}

/// Where a walk through a registration is.
#[derive(Clone)]
struct Walk {
    at: String,
    frozen: bool,
    tied: bool,
}

impl Walk {
    /// Adds what `spec` holds, so many times, and returns what it may hold besides.
    fn add(&self, spec: &Spec, count: &mut Count, times: usize) -> Vec<Besides> {
        match spec {
            Spec::Parameter { shape } | Spec::Buffer { shape } => {
                let numbers = times * shape.iter().product::<usize>();
                if self.tied {
                    count.tied += numbers;
                } else if matches!(spec, Spec::Buffer { .. }) {
                    count.buffers += numbers;
                } else {
                    count.parameters += numbers;
                    count.frozen += if self.frozen { numbers } else { 0 };
                }
                Vec::new()
            }
            Spec::Module { fields, .. } => {
                let dot = if self.at.is_empty() { "" } else { "." };
                let within = |name: &str| Walk { at: format!("{}{dot}{name}", self.at), ..*self };
                fields.iter().flat_map(|field| within(field.name).add(field.spec, count, times)).collect()
            }
            Spec::List { len, element } => {
                let element_at = Walk { at: format!("{}[..]", self.at), ..*self };
                match len {
                    Some(len) => element_at.add(element, count, times * len),
                    None => element_at.besides(element, format!("each of {}", element_at.at)),
                }
            }
            Spec::Optional(inner) => self.besides(inner, format!("if {} is there", self.at)),
            Spec::Frozen(inner) => Walk { frozen: true, ..self.clone() }.add(inner, count, times),
            Spec::Tied(inner) => Walk { tied: true, ..self.clone() }.add(inner, count, times),
            Spec::Absent => Vec::new(),
        }
    }

    fn besides(&self, spec: &Spec, when: String) -> Vec<Besides> {
        let mut count = Count::default();
        let within = self.add(spec, &mut count, 1);
        [Besides { when, count }].into_iter().chain(within).collect()
    }
}
