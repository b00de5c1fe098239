//! A network over trees, by recursion: it learns the value of expressions of `and`, `or` and flags.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

const F: usize = 8;

enum Tree {
    Flag(bool),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

#[derive(Module)]
struct Evaluator {
    #[module(init = normal(0.0, 1.0))]
    flags: Embedding<2, F>,
    and: Linear<{ 2 * F }, F>,
    or: Linear<{ 2 * F }, F>,
    head: Linear<F, 2>,
}

#[differentiable]
impl Evaluator {
    fn encode(&self, #[constant] tree: &Tree) -> Tensor<F> {
        let (layer, left, right) = match tree {
            Tree::Flag(flag) => return self.flags.forward(&Ids::from_vec([1], vec![u32::from(*flag)])),
            Tree::And(left, right) => (true, left, right),
            Tree::Or(left, right) => (false, left, right),
        };
        let both = self.encode(left).cat(&self.encode(right));
        if layer { self.and.forward(&both).tanh() } else { self.or.forward(&both).tanh() }
    }

    fn loss(&self, #[constant] tree: &Tree, answer: &Ids) -> f32 {
        cross_entropy_loss(&self.head.forward(&self.encode(tree)), answer)
    }
}

impl Tree {
    fn random(rng: &mut StdRng, depth: usize) -> Tree {
        if depth == 0 || rng.random_range(0..4) == 0 {
            return Tree::Flag(rng.random());
        }
        let mut side = || Box::new(Tree::random(rng, depth - 1));
        let (left, right) = (side(), side());
        if rng.random() { Tree::And(left, right) } else { Tree::Or(left, right) }
    }

    fn value(&self) -> bool {
        match self {
            Tree::Flag(flag) => *flag,
            Tree::And(left, right) => left.value() && right.value(),
            Tree::Or(left, right) => left.value() || right.value(),
        }
    }
}

#[test]
fn a_tree_network_learns_to_evaluate() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut net = Evaluator::init(&mut rng);
    let mut adam = Adam::new(0.01);
    let answer = |tree: &Tree| Ids::from_vec([1], vec![u32::from(tree.value())]);
    for _ in 0..200 {
        let mut gradient = net.zeros_like();
        for _ in 0..8 {
            let tree = Tree::random(&mut rng, 3);
            net.loss_and_accumulate(&mut gradient, &tree, &answer(&tree));
        }
        adam.step(&mut net, &gradient);
    }
    let right = (0..100).filter(|_| {
        let tree = Tree::random(&mut rng, 4);
        net.loss(&tree, &answer(&tree)) < 2.0_f32.ln()
    });
    assert!(right.count() > 90);
}
