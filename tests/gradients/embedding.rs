use tiedw::Ids;
use tiedw::layers::Embedding;
use tiedw::prelude::*;

use crate::check::{check, check_layer, randomized, rng};

#[test]
fn embedding() {
    let mut rng = rng();
    let ids = Ids::from_vec([2, 3], vec![3, 0, 3, 4, 1, 3]);
    check_layer!(randomized(<WithElem<Embedding<5, 3>, f64>>::init(&mut rng), &mut rng), ids);
    check_layer!(
        randomized(<WithElem<Embedding<1, 1>, f64>>::init(&mut rng), &mut rng),
        Ids::from_vec([1], vec![0])
    );
}

#[derive(Module, Clone)]
struct LanguageModel<const V: usize, const D: usize> {
    shared: WithElem<Embedding<V, D>, f64>,
    hidden: WithElem<Linear<D, D>, f64>,
    #[tie(weight = shared.weight)]
    head: WithElem<Linear<D, V, Tied, NoBias>, f64>,
}

#[differentiable]
impl<const V: usize, const D: usize> LanguageModel<V, D> {
    fn logits(&self, ids: &Ids) -> Tensor<V, f64> {
        let hidden = self.hidden.forward(&self.shared.forward(ids)).gelu();
        self.head.forward(&hidden)
    }
}

#[test]
fn head_tied_to_an_embedding() {
    let mut rng = rng();
    let net = randomized(LanguageModel::<7, 3>::init(&mut rng), &mut rng);
    assert_eq!(LanguageModel::<7, 3>::NUM_PARAMETERS, 7 * 3 + 3 * 3 + 3);
    assert_eq!(net.view().head.weight.storage().as_ptr(), net.shared.weight.as_slice().as_ptr());
    check(
        &net,
        &(Ids::from_vec([1, 5], vec![6, 0, 2, 2, 6]),),
        |net, (ids,)| net.logits(ids),
        |net, (ids,), gradient, d| {
            let (y, pullback) = net.logits_vjp(ids);
            (y, pullback(d, gradient, [true]))
        },
    );
}

/// A table that borrows another weight, transposed.
#[derive(Module, Clone)]
struct Transposed {
    output: WithElem<WithoutBias<Linear<3, 4>>, f64>,
    #[tie(weight = output.weight.t())]
    table: WithElem<Embedding<3, 4, Tied>, f64>,
}

#[differentiable]
impl Transposed {
    fn rows(&self, ids: &Ids) -> Tensor<4, f64> {
        self.table.forward(ids)
    }
}

#[test]
fn transposed_table() {
    let mut rng = rng();
    let net = randomized(Transposed::init(&mut rng), &mut rng);
    let ids = Ids::from_vec([4], vec![2, 0, 2, 1]);
    check(
        &net,
        &(ids,),
        |net, (ids,)| net.rows(ids),
        |net, (ids,), gradient, d| {
            let (y, pullback) = net.rows_vjp(ids);
            (y, pullback(d, gradient, [true]))
        },
    );
}

#[test]
#[should_panic(expected = "id 5 is not below 5")]
fn ids_are_below_the_number_of_rows() {
    Embedding::<5, 3>::init(&mut rng()).forward(&Ids::from_vec([2], vec![4, 5]));
}

#[test]
fn drawn_from_the_normal_distribution() {
    let table = Embedding::<300, 100>::init(&mut rng());
    let values = table.weight.as_slice();
    let count = values.len() as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / count;
    let fourth = values.iter().map(|x| (x - mean).powi(4)).sum::<f32>() / count;
    assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03 && (fourth - 3.0).abs() < 0.2);
}
