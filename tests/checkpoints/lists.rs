//! A `Vec` whose length differs between model and file, and the state after a failed load of a training run.

use std::fs;

use tiedw::prelude::*;
use tiedw::state::{LoadOptions, Mismatch, load_training, save_training};

use crate::nets::{init, numbered};
use crate::tools::{file, folder, mismatches, tensors};

#[derive(Module, Clone, Debug, PartialEq)]
struct Net {
    blocks: Vec<Linear<2, 2>>,
    scale: Vector<2>,
}

fn net(blocks: usize) -> Net {
    Net { blocks: (0..blocks).map(|_| init()).collect(), scale: Vector::from([1.0, 2.0]) }
}

/// The length mismatch of a list.
fn length(name: &str, expected: usize, found: usize) -> Mismatch {
    Mismatch::Length { name: name.into(), expected, found }
}

#[test]
fn other_lengths() {
    for (model, file) in [(3, 2), (2, 3), (0, 1), (12, 1)] {
        let bytes = numbered(net(file)).to_bytes();
        assert_eq!(mismatches(&net(model), &bytes), [length("blocks", model, file)]);
    }
    assert_eq!(mismatches(&net(2).blocks, &net(3).blocks.to_bytes()), [length("", 2, 3)]);
    let error = net(3).load_bytes(&net(2).to_bytes()).unwrap_err().to_string();
    assert!(error.contains("`blocks` has length 3 in the model, 2 in the file"), "{error}");
    // If the lengths agree, a missing part is reported by name.
    let bytes = net(2).to_bytes();
    let options = LoadOptions::new().ignore(|name| name == "blocks.0.bias");
    let error = options.load_bytes(&mut net(2), &bytes).unwrap_err().to_string();
    assert!(error.contains("`blocks.0.bias` of shape [2] is not in the file"), "{error}");
    // The common part can be loaded on request.
    let mut longer = net(3);
    let loaded = LoadOptions::new().lenient().load_bytes(&mut longer, &numbered(net(2)).to_bytes()).unwrap();
    assert_eq!(loaded.missing, ["blocks.2.weight", "blocks.2.bias"]);
    assert_eq!(longer.blocks[..2], numbered(net(2)).blocks);
    let unexpected = LoadOptions::new().lenient().load_bytes(&mut net(1), &bytes).unwrap().unexpected;
    assert_eq!(unexpected, ["blocks.1.bias", "blocks.1.weight"]);
}

/// Returns the model and the optimizer after one step.
fn trained(blocks: usize) -> (Net, Adam<Net>) {
    let (mut net, mut adam) = (net(blocks), Adam::new(0.1));
    adam.step(&mut net, &numbered(self::net(blocks)));
    (net, adam)
}

#[test]
fn a_failed_load_of_a_run_changes_nothing() {
    let folder = folder("failed_runs");
    let path = folder.join("run");
    let (mut net, mut adam) = trained(2);
    let before = (net.to_bytes(), adam.to_bytes());
    save_training(&path, 1, &net, &adam).unwrap();
    let whole = fs::read(&path).unwrap();
    let mut refused = |bytes: Option<&[u8]>| {
        let path = folder.join("changed");
        let _ = fs::remove_file(&path);
        if let Some(bytes) = bytes {
            fs::write(&path, bytes).unwrap();
        }
        let error = load_training(&path, &mut net, &mut adam).unwrap_err().to_string();
        assert!((net.to_bytes(), adam.to_bytes()) == before, "changed by: {error}");
        assert!(OptimizerCheckpoint::load(&mut adam, &path, &net).is_err());
        assert!(adam.to_bytes() == before.1, "its state is changed by: {error}");
        error
    };
    assert!(refused(None).contains("changed: "));
    refused(Some(b"no file"));
    (0..whole.len()).step_by(37).for_each(|length| drop(refused(Some(&whole[..length]))));
    refused(Some(&before.0));
    refused(Some(&tensors(&[("model.scale", &[2], &[0.0; 2])])));

    let header = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let text = std::str::from_utf8(&whole[8..8 + header]).unwrap();
    for (from, to, words) in [
        ("\"model.scale\"", "\"model.scala\"", "`scale` of shape [2] is not in the file"),
        ("\"optimizer.exp_avg.scale\"", "\"optimizer.exp_avg.scala\"", "`exp_avg.scale` of shape [2] is not"),
        ("\"step\":\"1\"", "\"step\":\"-1\"", "`step` is no count"),
        ("\"optimizer\":\"Adam\"", "\"optimizer\":\"Lion\"", "the state of Lion"),
        ("\"optimizer_steps\":\"1\"", "\"optimizer_steps\":\"x\"", "`optimizer_steps` is no count"),
        ("exp_avg exp_avg_sq", "exp_avg momentum", "keeps no `momentum`"),
        ("\"shape\":[2,2]", "\"shape\":[1,4]", "has shape [2, 2] in the model, [1, 4] in the file"),
    ] {
        assert!(text.contains(from), "{from} in {text}");
        let error = refused(Some(&file(&text.replacen(from, to, 9), &whole[8 + header..])));
        assert!(error.contains(words), "{error}");
    }

    for blocks in [1, 3] {
        let (other, its_adam) = trained(blocks);
        save_training(&path, 1, &other, &its_adam).unwrap();
        let error = refused(Some(&fs::read(&path).unwrap()));
        for name in ["blocks", "exp_avg.blocks", "exp_avg_sq.blocks"] {
            let words = format!("`{name}` has length 2 in the model, {blocks} in the file");
            assert!(error.contains(&words), "{error}");
        }
    }
}

#[test]
fn a_run_goes_on_with_a_longer_list() {
    let path = folder("longer_runs").join("run");
    let (mut net, mut adam) = trained(2);
    save_training(&path, 1, &net, &adam).unwrap();
    let mut longer = self::net(3);
    net.blocks.push(longer.blocks[2].clone());

    let mut its_adam = Adam::new(0.1);
    assert!(load_training(&path, &mut longer, &mut its_adam).is_err());
    let options = LoadOptions::new().lenient();
    let (step, loaded) = options.load_training(&mut longer, &mut its_adam, &path).unwrap();
    assert_eq!((step, loaded.missing), (1, vec!["blocks.2.weight".to_owned(), "blocks.2.bias".to_owned()]));
    assert_eq!(longer, net);
    for scale in [1.0, -3.0] {
        let mut gradient = numbered(net.clone());
        gradient.parameters_mut().for_each(|mut g| g.as_mut_slice().iter_mut().for_each(|g| *g *= scale));
        adam.step(&mut net, &gradient);
        its_adam.step(&mut longer, &gradient);
        assert_eq!(longer, net);
        // Every step continues from a reloaded state.
        its_adam = Adam::new(0.1);
        its_adam.load_bytes(&adam.to_bytes(), &longer).unwrap();
    }
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Tree {
    fc: Linear<2, 2>,
    children: Vec<Tree>,
}

fn tree(children: Vec<Tree>) -> Tree {
    Tree { fc: init(), children }
}

#[test]
fn a_list_of_the_module_itself() {
    let saved = numbered(tree(vec![tree(vec![]), tree(vec![tree(vec![])])]));
    let bytes = saved.to_bytes();
    let mut loaded = tree(vec![tree(vec![]), tree(vec![tree(vec![])])]);
    loaded.load_bytes(&bytes).unwrap();
    assert_eq!(loaded, saved);
    let shallow = tree(vec![tree(vec![]), tree(vec![])]);
    assert_eq!(mismatches(&shallow, &bytes), [length("children.1.children", 0, 1)]);
}
