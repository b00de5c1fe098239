use tiedw::Ids;
use tiedw::layers::Embedding;
use tiedw::prelude::*;

use crate::run::{check, golden, rng};

#[test]
fn embedding() {
    let case = golden!("embeddings", "embedding");
    let ids = case.ids("ids");
    check(&case, Embedding::<6, 5>::init(&mut rng()), |layer, gradient, dy| {
        let (y, pullback) = layer.forward_vjp(&ids);
        pullback(dy, gradient, [false]);
        (y, vec![])
    });
}

#[test]
fn padded() {
    let case = golden!("embeddings", "padded");
    let ids = case.ids("ids");
    let padded = Embedding::<6, 5>::init(&mut rng()).padding(3);
    check(&case, padded, |layer, gradient, dy| {
        let (y, pullback) = layer.forward_vjp(&ids);
        pullback(dy, gradient, [false]);
        (y, vec![])
    });
}

#[derive(Module, Clone)]
struct LanguageModel {
    shared: Embedding<6, 5>,
    hidden: Linear<5, 5>,
    #[tie(weight = shared.weight)]
    head: Linear<5, 6, Tied, NoBias>,
}

#[differentiable]
impl LanguageModel {
    fn forward(&self, ids: &Ids) -> Tensor<6> {
        let hidden = self.hidden.forward(&self.shared.forward(ids)).gelu();
        self.head.forward(&hidden).log_softmax()
    }
}

#[test]
fn language_model() {
    let case = golden!("embeddings", "language_model");
    let ids = case.ids("ids");
    check(&case, LanguageModel::init(&mut rng()), |net, gradient, dy| {
        let (y, pullback) = net.forward_vjp(&ids);
        pullback(dy, gradient, [false]);
        (y, vec![])
    });
}
