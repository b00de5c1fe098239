use std::collections::HashSet;
use std::fmt;

use safetensors::{Dtype, tensor::TensorView};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::LoadOptions;
use super::fit::Fit;
use super::nested::{Nested, NestedNumbers};
use crate::{Closed, Module};

/// A module as `serde` writes and reads it: a map from the names of parameters and buffers to nested lists of numbers,
/// for small networks in a text that people read. For large ones see [`Checkpoint`](super::Checkpoint).
///
/// `StateDict(&net)` is what to write. It has each parameter and buffer once, under its owner's name.
/// `StateDict(&mut net)` is what to read into: a `DeserializeSeed`, and [`load`](StateDict::load) for short. It takes
/// what a checkpoint takes, and refuses what it refuses: any name of a weight will do, several must agree, and all that
/// does not fit is reported together; then the module is as it was.
///
/// The format has to say itself what it holds, as JSON does and `bincode` does not. JSON has no word for what is not
/// finite: `serde_json` writes `null`, which is refused here. Numbers of type `f64` come back bit for bit from
/// `serde_json` with its feature `float_roundtrip`.
///
/// ```
/// use tiedw_core::layers::Linear;
/// use tiedw_core::{Matrix, Vector, state::StateDict};
///
/// let trained = Linear::<2, 1> { weight: Matrix::from([[0.5, -1.0]]), bias: Vector::from([2.0]) };
/// let text = serde_json::to_string(&StateDict(&trained))?;
/// assert_eq!(text, r#"{"weight":[[0.5,-1.0]],"bias":[2.0]}"#);
///
/// let mut net = Linear::<2, 1> { weight: Matrix::zeros(), bias: Vector::zeros() };
/// StateDict(&mut net).load(&mut serde_json::Deserializer::from_str(&text))?;
/// assert_eq!(net, trained);
///
/// let error = StateDict(&mut net).load(serde_json::json!({ "weight": [[0.5], [-1.0]], "bias": [2.0] }));
/// assert!(error.unwrap_err().to_string().contains("`weight` has shape [1, 2] in the model, [2, 1] in the file"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StateDict<M>(pub M);

impl<M: Module + Closed> Serialize for StateDict<&M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tensors: Vec<_> = self.0.named_parameters().chain(self.0.named_buffers()).collect();
        let mut map = serializer.serialize_map(Some(tensors.len()))?;
        for (name, numbers) in tensors {
            let (shape, numbers) = (numbers.shape_in_files(), numbers.in_file_order());
            map.serialize_entry(&name, &Nested { shape: &shape, numbers: &numbers })?;
        }
        map.end()
    }
}

impl<M: Module + Closed> StateDict<&mut M> {
    /// Reads the module.
    ///
    /// # Errors
    /// Where it cannot be read or does not fit; then the module is as it was.
    pub fn load<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let numbers = deserializer.deserialize_map(Named)?;
        let mut tensors = Vec::new();
        for (name, numbers) in &numbers {
            let tensor = TensorView::new(Dtype::F64, numbers.shape.clone(), &numbers.bytes);
            tensors.push((name.clone(), tensor.map_err(D::Error::custom)?));
        }
        let options = LoadOptions::new();
        let fit = Fit::of_module(self.0, &tensors, &options);
        fit.check(false).map_err(D::Error::custom)?;
        fit.fill_module(self.0);
        Ok(())
    }
}

/// As [`load`](StateDict::load).
impl<'de, M: Module + Closed> DeserializeSeed<'de> for StateDict<&mut M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.load(deserializer)
    }
}

/// Reads a map from names to numbers.
struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = Vec<(String, NestedNumbers)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from the names of parameters to nested lists of numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut named, mut names) = (Vec::new(), HashSet::new());
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format_args!("`{name}` is there twice")));
            }
            let numbers = map.next_value_seed(NestedNumbers::of(&name))?;
            named.push((name, numbers));
        }
        Ok(named)
    }
}
