//! Models whose weights are where they are in the file.

use std::fs;

use rand::{SeedableRng, rngs::StdRng};
use tiedw::Filter2d;
use tiedw::prelude::*;

use crate::tools::{folder, tensors};

#[derive(Module, Clone, Debug, PartialEq)]
struct Net<E: Element = f32> {
    embed: WithElem<Embedding<DYN, DYN>, E>,
    layers: Vec<WithElem<Linear<DYN, DYN>, E>>,
    conv: WithElem<Conv2d<2, 3, 2>, E>,
    #[tie(weight = embed.weight)]
    head: WithElem<Linear<DYN, DYN, Tied>, E>,
}

fn net() -> Net {
    let rng = &mut StdRng::seed_from_u64(0);
    Net {
        embed: Embedding::new(300, 6, rng),
        layers: (0..2).map(|_| Linear::new(6, 6, rng)).collect(),
        conv: Conv2d::init(rng),
        head: Linear { weight: Tied::new(), bias: Vector::from_vec(vec![0.5; 300]) },
    }
}

fn options() -> LoadOptions<'static> {
    LoadOptions::new()
}

#[test]
fn the_file_stays_as_it_is() {
    let path = folder("mapped").join("net.safetensors");
    let saved = net();
    saved.save(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let mut opened: Net = options().open_mapped(&path).unwrap();
    assert_eq!(opened, saved);

    let mut gradient = opened.zeros_like();
    for mut parameter in gradient.parameters_mut() {
        parameter.as_mut_slice().fill(1.0);
    }
    Sgd::new(0.5).step(&mut opened, &gradient);
    assert_eq!(opened.embed.weight[(7, 3)], saved.embed.weight[(7, 3)] - 0.5);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    // Each model has its own changes.
    let again: Net = options().open_mapped(&path).unwrap();
    assert_eq!(again, saved);

    // The model may outlive the file, and leave the thread and its parts.
    fs::remove_file(&path).unwrap();
    let copy = opened.clone();
    let last = std::thread::spawn(move || opened.layers.pop().unwrap().weight.into_vec()).join().unwrap();
    assert_eq!(last, copy.layers[1].weight.as_slice());
}

#[test]
fn a_model_is_saved_over_its_file() {
    let path = folder("mapped_over").join("net.safetensors");
    net().save(&path).unwrap();
    let mut opened: Net = options().open_mapped(&path).unwrap();
    opened.head.bias[299] = 9.0;
    opened.save(&path).unwrap();
    assert_eq!(Net::open(&path).unwrap(), opened);
}

#[test]
fn other_forms_are_copied() {
    let folder = folder("mapped_forms");
    let path = folder.join("net.safetensors");
    net().save(&path).unwrap();
    let double: Net<f64> = options().open_mapped(&path).unwrap();
    assert_eq!(double.embed.weight[(9, 1)], f64::from(net().embed.weight[(9, 1)]));

    // Data at any byte, two names of one weight, a transpose, and a slice.
    let numbers: Vec<f32> = (0..12).map(|at| at as f32).collect();
    for spaces in 0..8 {
        let pad = "x".repeat(spaces);
        let name = format!("ignored{pad}");
        let file = tensors(&[
            (&name, &[1], &[0.0]),
            ("a.weight", &[2, 3], &numbers[..6]),
            ("b.weight", &[2, 3], &numbers[..6]),
            ("qk.weight", &[3, 4], &numbers),
        ]);
        let path = folder.join("other");
        fs::write(&path, &file).unwrap();
        let options = options().ignore(|name| name.starts_with("ignored")).split(|name| {
            (name == "qk.weight").then(|| vec!["c.weight.t()".to_owned(), "d.weight.t()".to_owned()])
        });
        let opened: Parts = options.open_mapped(&path).unwrap();
        assert_eq!(opened.a.weight.as_slice(), &numbers[..6]);
        assert_eq!(opened.c.weight.as_slice(), [0.0, 4.0, 8.0, 1.0, 5.0, 9.0]);
        assert_eq!(opened, options.open(&path).unwrap());
    }
}

type Bare = Linear<DYN, DYN, Own, NoBias>;

#[derive(Module, Clone, Debug, PartialEq)]
struct Parts {
    a: Bare,
    #[tie(a)]
    b: Tied<Bare>,
    c: Bare,
    d: Bare,
}

#[test]
fn what_does_not_fit_is_refused() {
    let path = folder("mapped_refused").join("net.safetensors");
    (net().embed, Filter2d::<1, 1, 1, 1>::from_vec(vec![1.0])).save(&path).unwrap();
    assert!(options().open_mapped::<Net>(&path).is_err());
    fs::write(&path, "no checkpoint").unwrap();
    assert!(matches!(options().open_mapped::<Net>(&path), Err(CheckpointError::Format(_))));
    fs::write(&path, "").unwrap();
    assert!(options().open_mapped::<Net>(&path).is_err());
    fs::remove_file(&path).unwrap();
    assert!(matches!(options().open_mapped::<Net>(&path), Err(CheckpointError::Io { .. })));
}
