//! Modules that hold a `Vec` of themselves.

use super::*;
use tiedw::Owner;

#[derive(Module, Clone)]
struct Tree<const W: usize> {
    fc: Linear<W, W>,
    #[tie(weight = fc.weight.t())]
    back: Linear<W, W, Tied>,
    children: Vec<Tree<W>>,
}

#[derive(Module, Clone)]
struct Outside {
    tree: Tree<4>,
    #[tie(weight = tree.children[1].fc.weight)]
    head: Linear<4, 4, Tied>,
}

#[derive(Module, Clone)]
#[allow(dead_code, reason = "only its registration is read")]
struct BySelf {
    fc: Linear<2, 2>,
    children: Vec<Self>,
}

fn tree<const W: usize>(children: Vec<Tree<W>>, rng: &mut StdRng) -> Tree<W> {
    Tree { fc: Init::init(rng), back: Init::init(rng), children }
}

fn outside() -> Outside {
    let mut rng = rng();
    let leaf = tree(Vec::new(), &mut rng);
    let branch = tree(vec![leaf.clone()], &mut rng);
    Outside { tree: tree(vec![leaf, branch], &mut rng), head: Init::init(&mut rng) }
}

#[test]
fn parameters_are_named_at_each_depth() {
    let owned = ["fc.weight", "fc.bias", "back.bias"];
    let places = ["tree", "tree.children.0", "tree.children.1", "tree.children.1.children.0"];
    let mut expected: Vec<_> =
        places.iter().flat_map(|place| owned.map(|name| format!("{place}.{name}"))).collect();
    expected.push("head.bias".to_owned());
    let net = outside();
    assert_eq!(names(&net), expected);
    let from = |name: &str, transposed| Some(Owner { name: name.to_owned(), transposed });
    assert_eq!(Outside::SPEC.owner("head.weight"), from("tree.children.1.fc.weight", false));
    let back = Outside::SPEC.owner("tree.children.1.children.0.back.weight");
    assert_eq!(back, from("tree.children.1.children.0.fc.weight", true));
    assert!(same(net.view().head.weight.storage(), owner(&net, "tree.children.1.fc.weight")));
}

#[test]
fn what_the_lists_add_is_counted_for_each_element() {
    assert_eq!(Tree::<4>::SPEC.num_parameters(), None);
    let summary = Tree::<4>::summary().to_string();
    let last = |name: &str| summary.lines().rfind(|line| line.contains(name));
    assert!(last("children[..]").is_some_and(|line| line.contains("16")), "{summary}");
    assert!(summary.contains("Vec<Tree>") && summary.contains("n x 24"), "{summary}");
    assert!(BySelf::summary().to_string().contains("Vec<BySelf>"));
}
