//! Tensors as nested lists.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::Real;

/// Elements to serialize, row-major.
pub(super) struct Nested<'n, E> {
    pub(super) shape: &'n [usize],
    pub(super) numbers: &'n [E],
}

impl<E: Real> Serialize for Nested<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self.shape {
            // In the model's type: the shortest text of an `f32` is shorter than that of the equal `f64`.
            [] if size_of::<E>() == 4 => serializer.serialize_f32(self.numbers[0].to_f64() as f32),
            [] => serializer.serialize_f64(self.numbers[0].to_f64()),
            [count, ref shape @ ..] => {
                let size: usize = shape.iter().product();
                let part = |at| Nested { shape, numbers: &self.numbers[at * size..(at + 1) * size] };
                serializer.collect_seq((0..count).map(part))
            }
        }
    }
}

/// Deserialized elements.
#[derive(Debug, Default)]
pub(super) struct NestedNumbers {
    pub(super) shape: Vec<usize>,
    /// Each as a little-endian `f64`.
    pub(super) bytes: Vec<u8>,
}

impl NestedNumbers {
    /// Returns the seed that deserializes the entry `name`.
    pub(super) fn of(name: &str) -> impl for<'de> DeserializeSeed<'de, Value = Self> {
        Whole { name }
    }
}

struct Whole<'n> {
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = NestedNumbers;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<NestedNumbers, D::Error> {
        let mut read = NestedNumbers::default();
        let part = Part { name: self.name, depth: 0, known: false, read: &mut read };
        part.deserialize(deserializer)?;
        Ok(read)
    }
}

/// A number, or a list of parts with equal shapes.
struct Part<'n, 'r> {
    name: &'n str,
    /// The number of enclosing lists.
    depth: usize,
    /// Whether the shape is known from an earlier part.
    known: bool,
    read: &'r mut NestedNumbers,
}

impl Part<'_, '_> {
    /// Returns an error if an earlier part had another shape.
    fn check<E: Error>(&self, same: bool) -> Result<(), E> {
        if same || !self.known {
            return Ok(());
        }
        Err(E::custom(format_args!("`{}` is ragged: its lists are not all of one shape", self.name)))
    }

    fn number<E: Error>(self, number: f64) -> Result<(), E> {
        self.check(self.depth == self.read.shape.len())?;
        self.read.bytes.extend(number.to_le_bytes());
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "numbers in nested lists for `{}`", self.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let Part { name, depth, known, ref mut read } = self;
        if !known {
            read.shape.push(0);
        }
        let mut count = 0;
        while list
            .next_element_seed(Part { name, depth: depth + 1, known: known || count > 0, read })?
            .is_some()
        {
            count += 1;
        }
        if known {
            self.check(self.read.shape.get(depth) == Some(&count))
        } else {
            self.read.shape[depth] = count;
            Ok(())
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.number(number)
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.number(number as f64)
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.number(number as f64)
    }
}
