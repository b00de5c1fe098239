//! Serialization of models as JSON.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tiedw::prelude::*;

#[derive(Module, Clone, Debug, PartialEq)]
struct SharedWeightNet {
    fc1: Linear<2, 1>,
    #[tie(fc1)]
    fc2: Tied<Linear<2, 1>>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct TiedAutoencoder {
    encoder: Linear<2, 1>,
    #[tie(weight = encoder.weight.t())]
    decoder: Linear<1, 2, Tied>,
}

/// A module with a list, buffers, and a convolution kernel.
#[derive(Module, Clone, Debug, PartialEq)]
struct Deep {
    convolution: Conv2d<1, 2, 1, 2>,
    norms: Vec<BatchNorm<2>>,
    still: Frozen<Vector<2>>,
    absent: Option<Vector<9>>,
}

fn net() -> SharedWeightNet {
    let fc1 = Linear { weight: Matrix::from([[0.5, -1.5]]), bias: Vector::from([2.0]) };
    SharedWeightNet { fc1, fc2: Tied::new() }
}

fn deep() -> Deep {
    let rng = &mut StdRng::seed_from_u64(0);
    let norms = vec![BatchNorm::init(rng), BatchNorm::init(rng)];
    let still = Frozen::new(Vector::from([3.0, 4.0]));
    Deep { convolution: Conv2d::init(rng), norms, still, absent: None }
}

/// Returns the error for a value that does not fit, and asserts that the module does not change.
#[track_caller]
fn refusal<M: Module<Elem: Real> + Closed + Clone + PartialEq>(module: &M, value: Value) -> String {
    let mut loaded = module.clone();
    let error = StateDict(&mut loaded).load(value).unwrap_err();
    assert!(loaded == *module, "a failed load changed the module");
    error.to_string()
}

#[test]
fn a_tied_weight_is_written_once() {
    let text = serde_json::to_string(&StateDict(&net())).unwrap();
    assert_eq!(text, r#"{"fc1.weight":[[0.5,-1.5]],"fc1.bias":[2.0]}"#);
}

#[test]
fn buffers_and_frozen_weights_are_written_too() {
    let value = serde_json::to_value(StateDict(&deep())).unwrap();
    let names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected: Vec<String> =
        deep().named_parameters().chain(deep().named_buffers()).map(|(name, _)| name).collect();
    expected.sort();
    assert_eq!(names, expected);
    assert!(names.contains(&"still") && names.contains(&"norms.1.running_var"));
    assert_eq!(value["convolution.weight"][1].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_written_is_read() {
    let (trained, mut loaded) = (deep(), deep());
    for mut p in loaded.parameters_mut() {
        p.as_mut_slice().fill(9.0);
    }
    loaded.norms[1].running_mean[0] = 9.0;
    assert_ne!(loaded, trained);
    let text = serde_json::to_string(&StateDict(&trained)).unwrap();
    let mut json = serde_json::Deserializer::from_str(&text);
    StateDict(&mut loaded).load(&mut json).unwrap();
    json.end().unwrap();
    assert_eq!(loaded, trained);
}

#[test]
fn numbers_come_back_bit_for_bit() {
    let mut rng = StdRng::seed_from_u64(0);
    let mut bits =
        || std::iter::repeat_with(|| f32::from_bits(rng.random())).find(|x| x.is_finite()).unwrap();
    let trained: Vector<20_000> = (0..20_000).map(|_| bits()).collect();
    let text = serde_json::to_string(&StateDict(&trained)).unwrap();
    let mut loaded = Vector::<20_000>::zeros();
    StateDict(&mut loaded).load(&mut serde_json::Deserializer::from_str(&text)).unwrap();
    assert!(loaded.as_slice().iter().zip(trained.as_slice()).all(|(a, b)| a.to_bits() == b.to_bits()));

    let trained = Vector::<3, f64>::from([0.1, -1e300, 1.0 / 3.0]);
    let mut loaded = Vector::zeros();
    StateDict(&mut loaded).load(serde_json::to_value(StateDict(&trained)).unwrap()).unwrap();
    assert_eq!(loaded, trained);
}

#[test]
fn any_name_of_a_weight_will_do() {
    let mut loaded = net();
    let value = json!({ "fc2.weight": [[1, 2]], "fc1.bias": [3.5] });
    StateDict(&mut loaded).load(value).unwrap();
    assert_eq!(loaded.fc1.weight.as_slice(), [1.0, 2.0]);
    assert_eq!(loaded.view().fc2.bias[0], 3.5);
}

#[test]
fn a_transposed_name_holds_the_transpose() {
    let mut loaded = TiedAutoencoder::init(&mut StdRng::seed_from_u64(0));
    let value =
        json!({ "decoder.weight": [[1.0], [2.0]], "encoder.bias": [0.0], "decoder.bias": [0.0, 0.0] });
    StateDict(&mut loaded).load(value).unwrap();
    assert_eq!(loaded.encoder.weight.as_slice(), [1.0, 2.0]);
    let wrong = json!({ "decoder.weight": [[1.0, 2.0]], "encoder.bias": [0.0], "decoder.bias": [0.0, 0.0] });
    let error = refusal(&loaded, wrong);
    assert!(error.contains("`decoder.weight` has shape [2, 1] in the model, [1, 2] in the file"), "{error}");
}

#[test]
fn two_names_of_one_weight_must_agree() {
    let both = |bias: f32| json!({ "fc1.weight": [[1.0, 2.0]], "fc1.bias": [3.0], "fc2.bias": [bias] });
    StateDict(&mut net()).load(both(3.0)).unwrap();
    let error = refusal(&net(), both(4.0));
    assert!(
        error.contains("`fc1.bias` and `fc2.bias` are one weight, and differ in the file by up to 1"),
        "{error}"
    );
}

#[test]
fn all_that_does_not_fit_is_named() {
    let error = refusal(&net(), json!({ "fc1.weight": [1.0, 2.0], "fc3.bias": [[0.0]] }));
    assert_eq!(
        error,
        "the file does not fit the model\
         \n  `fc1.weight` has shape [1, 2] in the model, [2] in the file\
         \n  `fc1.bias` of shape [1] is not in the file\
         \n  `fc3.bias` of shape [1, 1] is not in the model"
    );
}

#[test]
fn what_is_no_parameter_is_refused_by_its_name() {
    let bias = |bias: Value| refusal(&net(), json!({ "fc1.weight": [[1.0, 2.0]], "fc1.bias": bias }));
    for (value, found) in [
        (json!([null]), "null"),
        (json!(["1"]), "string \"1\""),
        (json!({}), "map"),
        (json!([true]), "boolean `true`"),
    ] {
        assert_eq!(
            bias(value),
            format!("invalid type: {found}, expected numbers in nested lists for `fc1.bias`")
        );
    }
    let ragged = "`fc1.bias` is ragged: its lists are not all of one shape";
    for value in [
        json!([[1.0], 2.0]),
        json!([1.0, [2.0]]),
        json!([[1.0], [2.0, 3.0]]),
        json!([[1.0, 2.0], [3.0]]),
        json!([[], [1.0]]),
    ] {
        assert_eq!(bias(value), ragged);
    }
    let mut loaded = net();
    let mut list = serde_json::Deserializer::from_str("[1.0]");
    let error = StateDict(&mut loaded).load(&mut list).unwrap_err().to_string();
    assert!(
        error.contains("expected a map from the names of parameters to nested lists of numbers"),
        "{error}"
    );
}

#[test]
fn a_name_that_is_there_twice_is_refused() {
    let mut loaded = net();
    let text = r#"{ "fc1.bias": [1.0], "fc1.bias": [1.0], "fc1.weight": [[1.0, 2.0]] }"#;
    let error = StateDict(&mut loaded).load(&mut serde_json::Deserializer::from_str(text)).unwrap_err();
    assert!(error.to_string().starts_with("`fc1.bias` is there twice"), "{error}");
    assert_eq!(loaded, net());
}

#[test]
fn a_text_that_breaks_off_changes_nothing() {
    let text = serde_json::to_string(&StateDict(&net())).unwrap();
    let mut loaded = SharedWeightNet::init(&mut StdRng::seed_from_u64(0));
    let before = loaded.clone();
    for end in 0..text.len() {
        StateDict(&mut loaded).load(&mut serde_json::Deserializer::from_str(&text[..end])).unwrap_err();
        assert_eq!(loaded, before);
    }
}
