//! Buffers: values that a module owns and saves, and that no optimizer updates.

use rand::{SeedableRng, rngs::StdRng};
use tiedw::module::Kind;
use tiedw::prelude::*;
use tiedw::{Path, Spec};

#[derive(Module, Clone, Debug, PartialEq)]
struct Stage {
    fc: Linear<3, 3>,
    norm: BatchNorm<3>,
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Net {
    first: Stage,
    list: [BatchNorm<3>; 2],
    pair: (Linear<3, 3>, BatchNorm<3>),
    maybe: Option<BatchNorm<3>>,
    still: Frozen<BatchNorm<3>>,
    more: Vec<Stage>,
    #[tie(first)]
    again: Tied<Stage>,
}

fn net() -> Net {
    let rng = &mut StdRng::seed_from_u64(0);
    Net {
        first: Init::init(rng),
        list: Init::init(rng),
        pair: Init::init(rng),
        maybe: Some(Init::init(rng)),
        still: Init::init(rng),
        more: vec![Init::init(rng)],
        again: Tied::new(),
    }
}

fn names(net: &Net) -> Vec<String> {
    net.named_buffers().map(|(name, _)| name).collect()
}

#[test]
fn each_is_visited_once() {
    let places = ["first.norm", "list.0", "list.1", "pair.1", "maybe", "still", "more.0.norm"];
    let expected: Vec<String> =
        places.iter().flat_map(|at| [format!("{at}.running_mean"), format!("{at}.running_var")]).collect();
    assert_eq!(names(&net()), expected);

    let mut visited = Vec::new();
    net().visit_mut(Kind::Buffer, &mut Path::default(), &mut |path, _| visited.push(path.to_string()));
    assert_eq!(visited, expected);

    let net = Net { maybe: None, more: Vec::new(), ..net() };
    assert_eq!(names(&net), expected[..8].iter().chain(&expected[10..12]).cloned().collect::<Vec<_>>());
}

#[test]
fn they_are_no_parameters() {
    assert_eq!(Stage::NUM_PARAMETERS, 3 * 3 + 3 + 3 + 3);
    assert!(net().named_parameters().all(|(name, _)| !name.contains("running")));
    let norm = Stage::SPEC.fields()[1].spec;
    let names: Vec<&str> = norm.fields().iter().map(|field| field.name).collect();
    assert_eq!(names, ["weight", "bias", "running_mean", "running_var"]);
    assert_eq!(*norm.fields()[2].spec, Spec::Buffer { shape: &[3] });
}

#[test]
fn an_average_copies_them() {
    let mut net = net();
    let mut average = ExponentialMovingAverage::new(&net, 0.5);
    net.visit_mut(Kind::Buffer, &mut Path::default(), &mut |path, mut buffer| {
        buffer.as_mut_slice().fill(path.to_string().len() as f32);
    });
    net.first.norm.weight[0] = 3.0;
    average.update(&net);
    assert_eq!(average.module().first.norm.weight[0], 2.0);
    for ((name, ours), (_, theirs)) in average.module().named_buffers().zip(net.named_buffers()) {
        assert_eq!(ours, theirs, "{name}");
        assert_eq!(ours.as_slice()[0], name.len() as f32);
    }
}
