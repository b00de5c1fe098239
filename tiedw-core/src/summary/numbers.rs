//! Counts of the elements that a module owns, and of those that its ties save.

use crate::Spec;
use crate::size::DYN;

/// Counts of elements.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Count {
    /// Including frozen ones.
    pub(super) parameters: usize,
    pub(super) frozen: usize,
    pub(super) buffers: usize,
    /// Elements of parameters and buffers that tied fields would own.
    pub(super) tied: usize,
}

/// The elements that a module always has, and those that depend on a `Vec` or an `Option`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) certain: Count,
    pub(super) besides: Vec<Besides>,
}

/// The elements of each module in a `Vec`, or of an `Option` that is `Some`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Besides {
    /// The condition: `each of blocks[..]`, `if head is there`.
    pub(super) when: String,
    pub(super) count: Count,
}

impl Count {
    /// Returns the number of elements in memory.
    pub(super) fn own(&self) -> usize {
        self.parameters + self.buffers
    }
}

impl Numbers {
    pub(super) fn of(spec: &Spec) -> Self {
        let mut numbers = Numbers::default();
        numbers.besides = Walk { at: String::new(), frozen: false, tied: false, within_recursive: false }
            .add(spec, &mut numbers.certain, 1);
        numbers.besides.retain(|besides| besides.count != Count::default());
        numbers
    }

    /// Returns a count, or `None` if it depends on a `Vec` or an `Option`.
    pub(super) fn known(&self, count: impl Fn(&Count) -> usize) -> Option<usize> {
        self.besides.iter().all(|besides| count(&besides.count) == 0).then(|| count(&self.certain))
    }
}

/// The position of a traversal of a spec.
#[derive(Clone)]
struct Walk {
    at: String,
    frozen: bool,
    tied: bool,
    within_recursive: bool,
}

impl Walk {
    /// Adds the elements of `times` instances of `spec`, and returns those that depend on a `Vec`, an
    /// `Option` or a `DYN` size.
    fn add(&self, spec: &Spec, count: &mut Count, times: usize) -> Vec<Besides> {
        match spec {
            Spec::Parameter { shape } | Spec::Buffer { shape } if shape.contains(&DYN) => {
                let known = shape.iter().filter(|size| **size != DYN).product::<usize>();
                let mut each = Count::default();
                self.count(spec, times * known, &mut each);
                vec![Besides { when: format!("times the `DYN` sizes of {}", self.at), count: each }]
            }
            Spec::Parameter { shape } | Spec::Buffer { shape } => {
                self.count(spec, times * shape.iter().product::<usize>(), count);
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
            // Each of its lists counts one level: how deep it is depends on the lists.
            Spec::Recursive(_) if self.within_recursive => Vec::new(),
            Spec::Recursive(_) => {
                Walk { within_recursive: true, ..self.clone() }.add(spec.unfolded(), count, times)
            }
            Spec::Absent => Vec::new(),
        }
    }

    /// Adds so many elements of a parameter or a buffer.
    fn count(&self, spec: &Spec, numbers: usize, count: &mut Count) {
        if self.tied {
            count.tied += numbers;
        } else if matches!(spec, Spec::Buffer { .. }) {
            count.buffers += numbers;
        } else {
            count.parameters += numbers;
            count.frozen += if self.frozen { numbers } else { 0 };
        }
    }

    fn besides(&self, spec: &Spec, when: String) -> Vec<Besides> {
        let mut count = Count::default();
        let within = self.add(spec, &mut count, 1);
        [Besides { when, count }].into_iter().chain(within).collect()
    }
}
