use std::collections::HashSet;
use std::fmt;

use safetensors::{Dtype, SafeTensorError, tensor::TensorView};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::LoadOptions;
use super::fit::Fit;
use super::nested::{Nested, NestedNumbers};
use crate::module::FromShapes;
use crate::{Closed, Module, Real};

/// A wrapper for `serde`: a module as a map from the names of parameters and buffers to nested lists of
/// numbers. It is meant for small networks in human-readable formats. For large ones see
/// [`Checkpoint`](super::Checkpoint).
///
/// `StateDict<Net>` can be deserialized: the model is created from the names and shapes of the input, as by
/// [`LoadOptions::open`](super::LoadOptions::open).
///
/// `StateDict(&net)` is serializable. It contains each parameter and buffer once, under its owner's name.
/// `StateDict(&mut net)` is a `DeserializeSeed`; [`load`](StateDict::load) is a shorthand. The same input is
/// accepted as for a checkpoint: a weight may have any of its names, several names of one weight must agree,
/// and all mismatches are reported together, with the module then unchanged.
///
/// The format must be self-describing, like JSON and unlike `bincode`. JSON has no non-finite numbers:
/// `serde_json` writes `null`, which is an error here. `f64` elements round-trip exactly with the feature
/// `float_roundtrip` of `serde_json`.
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
/// let StateDict(opened) = serde_json::from_str::<StateDict<Linear<2, 1>>>(&text)?;
/// assert_eq!(opened, trained);
///
/// let error = StateDict(&mut net).load(serde_json::json!({ "weight": [[0.5], [-1.0]], "bias": [2.0] }));
/// assert!(error.unwrap_err().to_string().contains("`weight` has shape [1, 2] in the model, [2, 1] in the file"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StateDict<M>(pub M);

impl<M: Module<Elem: Real> + Closed> Serialize for StateDict<&M> {
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

impl<M: Module<Elem: Real> + Closed> StateDict<&mut M> {
    /// Deserializes into the module.
    ///
    /// # Errors
    /// If the input cannot be read or does not match the module, which is then unchanged.
    pub fn load<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let numbers = deserializer.deserialize_map(Named)?;
        let tensors = tensors(&numbers).map_err(D::Error::custom)?;
        let options = LoadOptions::new();
        let fit = Fit::of_module(self.0, &tensors, &options);
        fit.check(false).map_err(D::Error::custom)?;
        fit.fill_module(self.0);
        Ok(())
    }
}

impl<'de, M: FromShapes<Elem: Real> + Closed> Deserialize<'de> for StateDict<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let numbers = deserializer.deserialize_map(Named)?;
        let tensors = tensors(&numbers).map_err(D::Error::custom)?;
        LoadOptions::new().open_named(&tensors, &[], &[], None).map(StateDict).map_err(D::Error::custom)
    }
}

fn tensors(numbers: &[(String, NestedNumbers)]) -> Result<Vec<(String, TensorView<'_>)>, SafeTensorError> {
    numbers
        .iter()
        .map(|(name, numbers)| {
            Ok((name.clone(), TensorView::new(Dtype::F64, numbers.shape.clone(), &numbers.bytes)?))
        })
        .collect()
}

/// Equivalent to [`load`](StateDict::load).
impl<'de, M: Module<Elem: Real> + Closed> DeserializeSeed<'de> for StateDict<&mut M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.load(deserializer)
    }
}

/// Reads a map from names to nested lists.
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
