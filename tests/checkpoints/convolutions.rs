//! Kernels have PyTorch's axis order in files, `[out, in, height, width]` and `[out, in, length]`, and another
//! in memory.

use tiedw::optim::OptimizerState;
use tiedw::prelude::*;
use tiedw::state::{Mismatch, load_training, save_training};

use crate::nets::{init, numbered};
use crate::tools::{folder, mismatches, tensors};

/// Small integers, whose sums are exact.
fn whole(count: usize, step: usize) -> Vec<f32> {
    (0..count).map(|at| (at * step % 17) as f32 - 8.0).collect()
}

/// A convolution without padding as defined by PyTorch, with weight and input in PyTorch's axis order, and
/// the features of the result last.
fn conv2d(weight: &[f32], bias: &[f32], x: &[f32], [inputs, outputs, k, side]: [usize; 4]) -> Vec<f32> {
    let places = side - k + 1;
    let mut y = Vec::new();
    for (row, column) in (0..places).flat_map(|row| (0..places).map(move |column| (row, column))) {
        for (o, &bias) in bias.iter().enumerate().take(outputs) {
            let mut sum = bias;
            for (i, h, w) in
                (0..inputs).flat_map(|i| (0..k).flat_map(move |h| (0..k).map(move |w| (i, h, w))))
            {
                let weight = weight[((o * inputs + i) * k + h) * k + w];
                sum += weight * x[(i * side + row + h) * side + column + w];
            }
            y.push(sum);
        }
    }
    y
}

/// Transposes `[features, positions]` to `[positions, features]`.
fn features_last(x: &[f32], features: usize) -> Vec<f32> {
    let places = x.len() / features;
    (0..x.len()).map(|at| x[at % features * places + at / features]).collect()
}

/// Loads PyTorch's weight into a layer, applies the layer, and saves it again.
fn check_2d<const I: usize, const O: usize, const K: usize>() {
    let (weight, bias) = (whole(O * I * K * K, 5), whole(O, 3));
    let file = tensors(&[("bias", &[O], &bias), ("weight", &[O, I, K, K], &weight)]);
    let mut layer: Conv2d<I, O, K> = init();
    layer.load_bytes(&file).unwrap();
    assert_eq!(layer.weight.to_oihw(), weight);

    let x = whole(I * 16, 7);
    let y = layer.forward(&Tensor::from_vec([1, 4, 4], features_last(&x, I)));
    assert_eq!(y.as_slice(), conv2d(&weight, &bias, &x, [I, O, K, 4]));

    let saved = layer.to_bytes();
    let header = String::from_utf8_lossy(&saved);
    assert!(header.contains(&format!(r#""shape":[{O},{I},{K},{K}]"#)), "{header}");
    let values: Vec<u8> = weight.iter().flat_map(|number| number.to_le_bytes()).collect();
    assert!(saved.windows(values.len()).any(|part| part == values), "the values in PyTorch's order");
    let mut again: Conv2d<I, O, K> = numbered(init());
    again.load_bytes(&saved).unwrap();
    assert!(again == layer);
}

#[test]
fn planes() {
    check_2d::<3, 8, 3>();
    check_2d::<3, 3, 3>();
    check_2d::<2, 2, 2>();
    check_2d::<2, 5, 1>();
    check_2d::<1, 4, 3>();
}

#[test]
fn lines() {
    let (weight, bias) = (whole(8 * 3 * 3, 5), whole(8, 3));
    let mut layer: Conv1d<3, 8, 3> = init();
    layer.load_bytes(&tensors(&[("bias", &[8], &bias), ("weight", &[8, 3, 3], &weight)])).unwrap();
    let x = whole(3 * 5, 7);
    let y = layer.forward(&Tensor::from_vec([1, 5], features_last(&x, 3)));
    for (place, y) in y.as_slice().chunks(8).enumerate() {
        for (o, &y) in y.iter().enumerate() {
            let terms = (0..9).map(|at| weight[o * 9 + at] * x[at / 3 * 5 + place + at % 3]);
            assert_eq!(y, bias[o] + terms.sum::<f32>());
        }
    }
    let mut again: Conv1d<3, 8, 3> = numbered(init());
    again.load_bytes(&layer.to_bytes()).unwrap();
    assert!(again == layer);
    let header = String::from_utf8_lossy(&layer.to_bytes()).into_owned();
    assert!(header.contains(r#""shape":[8,3,3]"#), "{header}");
    let header = String::from_utf8_lossy(&init::<Conv1d<2, 4, 3>>().to_bytes()).into_owned();
    assert!(header.contains(r#""shape":[4,2,3]"#), "{header}");
}

/// A file with the axis order of memory is rejected.
#[test]
fn shapes_are_said_as_files_have_them() {
    let net: Conv2d<3, 8, 2> = init();
    let file = tensors(&[("bias", &[8], &[0.0; 8]), ("weight", &[8, 2, 2, 3], &[0.0; 96])]);
    let expected =
        Mismatch::Shape { name: "weight".into(), expected: vec![8, 3, 2, 2], found: vec![8, 2, 2, 3] };
    assert_eq!(mismatches(&net, &file), [expected]);
    let missing = Mismatch::Missing { name: "weight".into(), shape: vec![8, 3, 2, 2] };
    assert_eq!(mismatches(&net, &tensors(&[("bias", &[8], &[0.0; 8])])), [missing]);
}

/// Moments have the same axis order as their weights.
#[test]
fn states_and_runs() {
    type Net = Conv2d<3, 2, 2>;
    let mut net: Net = init();
    let mut adam = Adam::new(0.1);
    adam.step(&mut net, &numbered(init()));
    let bytes = adam.to_bytes();
    assert_eq!(String::from_utf8_lossy(&bytes).matches(r#""shape":[2,3,2,2]"#).count(), 2);
    let (_, Some(moment)) = &OptimizerState::<Net>::parts(&adam)[0] else { panic!("a moment") };
    let values: Vec<u8> = moment.weight.to_oihw().iter().flat_map(|number| number.to_le_bytes()).collect();
    assert!(bytes.windows(values.len()).any(|part| part == values), "the values in PyTorch's order");

    let path = folder("convolution_run").join("run");
    save_training(&path, 1, &net, &adam).unwrap();
    let (mut resumed, mut its_adam): (Net, _) = (numbered(init()), Adam::new(0.1));
    load_training(&path, &mut resumed, &mut its_adam).unwrap();
    assert!(resumed == net);
    assert_eq!(its_adam.to_bytes(), bytes);
    for (net, adam) in [(&mut net, &mut adam), (&mut resumed, &mut its_adam)] {
        adam.step(net, &numbered(init()));
    }
    assert!(resumed == net);
}
