//! Each loss in a body, with what is in the prelude.

use tiedw::prelude::*;
use tiedw::testing::gradcheck_loss;

use crate::check::{random, randomized, rng};

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<4, 3>, f64>,
    other: WithElem<Linear<4, 3>, f64>,
}

#[differentiable]
impl Net {
    fn regressions(&self, x: &Tensor<4, f64>, padding: &Mask<1>) -> f64 {
        let (y, t) = (self.fc.forward(x), self.other.forward(x));
        let means =
            mse_loss(&y, &t) + l1_loss(&y, &t) + huber_loss(&y, &t, 0.5) + smooth_l1_loss(&y, &t, 0.5);
        let variance = t.exp();
        let each = mse_losses(&y, &t) + l1_losses(&y, &t) * huber_losses(&y, &t, 0.5)
            - smooth_l1_losses(&y, &t, 0.5);
        let likely = gaussian_nll_loss(&y, &t, &variance) + gaussian_nll_losses(&y, &t, &variance).sum();
        means + each.mean_features().masked_mean(&!padding) + likely
    }

    fn binary(&self, x: &Tensor<4, f64>, positive: &Mask<3>) -> f64 {
        let (y, t) = (self.fc.forward(x), self.other.forward(x).sigmoid());
        let weighted = BceWithLogits::new().pos_weight([2.0, 1.0, 3.0]);
        let entropy = bce_with_logits_loss(&y, &t)
            + weighted.loss(&y, &t)
            + weighted.losses(&y, &t).masked_mean(positive);
        let focal = sigmoid_focal_loss(&y, &t, 0.25, 2.0) + sigmoid_focal_losses(&y, &t, 0.25, 2.0).sum();
        entropy + bce_with_logits_losses(&y, &t).sum() + focal
    }

    fn margins(&self, x: &Tensor<4, f64>, positive: &Mask<3>) -> f64 {
        let (y, t) = (self.fc.forward(x), self.other.forward(x));
        let hinge =
            hinge_embedding_loss(&y, positive, 0.71) + hinge_embedding_losses(&y, positive, 0.71).sum();
        let ranking = margin_ranking_loss(&y, &t, positive, 0.37);
        let rankings = margin_ranking_losses(&y, &t, positive, 0.37).sum();
        let soft = soft_margin_loss(&y, positive) + soft_margin_losses(&y, positive).sum();
        hinge + ranking + rankings + soft
    }

    fn classes(&self, x: &Tensor<4, f64>, classes: &Ids, padding: &Mask<1>) -> f64 {
        let (y, t) = (self.fc.forward(x), self.other.forward(x).softmax());
        let loss = CrossEntropy::new()
            .class_weights([1.0, 2.0, 0.5])
            .ignore_index(2)
            .label_smoothing(0.1)
            .focal(2.0);
        let entropy = loss.loss(&y, classes) + loss.losses(&y, classes).sum() + loss.sum(&y, classes);
        let log_probs = y.log_softmax();
        let likely = nll_loss(&log_probs, classes) + nll_losses(&log_probs, classes).masked_sum(padding);
        let divergence = kl_div_loss(&log_probs, &t) + kl_div_losses(&log_probs, &t).masked_mean(padding);
        let weighted = CrossEntropy::new().class_weights([1.0, 2.0, 0.5]).label_smoothing(0.1);
        let soft = soft_cross_entropy_loss(&y, &t)
            + soft_cross_entropy_losses(&y, &t).masked_mean(padding)
            + weighted.soft_loss(&y, &t)
            + weighted.soft_losses(&y, &t).sum();
        entropy + likely + divergence + soft + cross_entropy_losses(&y, classes).masked_mean(padding)
    }

    fn batches(&self, x: &Tensor<4, f64>, classes: &Ids, padding: &Mask<1>) -> f64 {
        let (a, b) = (self.fc.forward(x), self.other.forward(x));
        let supervised = supervised_contrastive_loss(&a, classes, 0.5)
            + supervised_contrastive_losses(&b, classes, 0.5).masked_mean(padding);
        let pairs = nt_xent_loss(&a, &b, 0.5) + nt_xent_losses(&a, &b, 0.5).masked_mean(padding);
        supervised + pairs + vicreg_loss(&a, &b, 25.0, 25.0, 1.0) + barlow_twins_loss(&a, &b, 0.1)
    }

    fn alignments(&self, x: &Tensor<4, f64>, targets: &Ids, steps: &[usize], letters: &[usize]) -> f64 {
        let log_probs = self.fc.forward(x).log_softmax();
        let last = self.other.forward(x).log_softmax();
        let losses = Ctc::new().blank(2).zero_infinity().losses(&last, targets, steps, letters);
        ctc_loss(&log_probs, targets, steps, letters)
            + ctc_losses(&log_probs, targets, steps, letters).sum()
            + losses.mean()
    }

    fn embeddings(&self, x: &Tensor<4, f64>, same: &[bool], padding: &Mask<1>) -> f64 {
        let (a, b) = (self.fc.forward(x), self.other.forward(x));
        let c = &a * &b;
        let pairs = contrastive_loss(&a, &b, same, 1.0) + cosine_embedding_loss(&a, &b, same, 0.1);
        let each = contrastive_losses(&a, &b, same, 1.0) + cosine_embedding_losses(&a, &b, same, 0.1);
        let triplets = triplet_margin_loss(&a, &b, &c, 1.0)
            + triplet_margin_losses(&a, &b, &c, 1.0).masked_mean(padding);
        pairs
            + each.sum()
            + triplets
            + info_nce_loss(&a, &b, 0.5)
            + info_nce_losses(&a, &b, 0.5).masked_mean(padding)
    }
}

#[test]
fn all() {
    let mut rng = rng();
    let net = &mut randomized(Net::init(&mut rng), &mut rng);
    let x = random::<4>(&[5], &mut rng);
    let padding = Mask::from([[true], [false], [true], [true], [false]]);
    let positive = random::<3>(&[5], &mut rng).gt(0.0);
    let ids = Ids::from_vec([5], vec![0, 2, 1, 1, 2]);
    let same = [true, false, true, false, false];
    gradcheck_loss(net, |net| net.regressions(&x, &padding), |net| net.regressions_and_grad(&x, &padding))
        .unwrap();
    gradcheck_loss(net, |net| net.binary(&x, &positive), |net| net.binary_and_grad(&x, &positive)).unwrap();
    gradcheck_loss(net, |net| net.margins(&x, &positive), |net| net.margins_and_grad(&x, &positive)).unwrap();
    let classes = |net: &Net| net.classes_and_grad(&x, &ids, &padding);
    gradcheck_loss(net, |net| net.classes(&x, &ids, &padding), classes).unwrap();
    let batches = |net: &Net| net.batches_and_grad(&x, &ids, &padding);
    gradcheck_loss(net, |net| net.batches(&x, &ids, &padding), batches).unwrap();
    let speech = random::<4>(&[2, 5], &mut rng);
    let letters = Ids::from_vec([2, 2], vec![1, 1, 1, 1]);
    let alignments = |net: &Net| net.alignments_and_grad(&speech, &letters, &[5, 4], &[2, 1]);
    gradcheck_loss(net, |net| net.alignments(&speech, &letters, &[5, 4], &[2, 1]), alignments).unwrap();
    let embeddings = |net: &Net| net.embeddings_and_grad(&x, &same, &padding);
    gradcheck_loss(net, |net| net.embeddings(&x, &same, &padding), embeddings).unwrap();
}
