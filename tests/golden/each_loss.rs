//! The losses of elements and rows, and their means.

use tiedw::prelude::*;

use crate::golden::Golden;
use crate::run::golden;

/// Checks a mean, and the losses that it is of.
macro_rules! check {
    ($case:expr, $mean:expr, $each:expr, $wanted:expr, |$cotangents:pat_param| [$($name:ident),+]) => {{
        let (case, (value, pullback), (losses, to_each)) = ($case, $mean, $each);
        case.at("value").check_number(value);
        let $cotangents = pullback(1.0, $wanted);
        $(case.at("input_gradients").at(stringify!($name)).check_tensor(&$name.unwrap());)+
        case.at("losses").check_tensor(&losses);
        let $cotangents = to_each(case.tensor("d"), $wanted);
        $(case.at("gradients").at(stringify!($name)).check_tensor(&$name.unwrap());)+
    }};
}

type Dynamic = Tensor<DYN>;

fn inputs<const N: usize>(case: &Golden, names: [&str; N]) -> [Dynamic; N] {
    names.map(|name| case.tensor(name))
}

fn pointwise(test: impl Fn(&dyn Fn(&str) -> Golden)) {
    for index in ["0", "1", "2", "3", "4"] {
        let file = golden!("pointwise_losses", index);
        test(&|name| file.at(name));
    }
}

fn rows(test: impl Fn(&dyn Fn(&str) -> Golden)) {
    for index in ["0", "1", "2"] {
        let file = golden!("row_losses", index);
        test(&|name| file.at(name));
    }
}

#[test]
fn regressions() {
    pointwise(|case| {
        let [y, t] = inputs(&case("mse"), ["y", "t"]);
        check!(case("mse"), mse_loss_vjp(&y, &t), mse_losses_vjp(&y, &t), [true; 2], |(y, t)| [y, t]);
        check!(case("l1"), l1_loss_vjp(&y, &t), l1_losses_vjp(&y, &t), [true; 2], |(y, t)| [y, t]);
        let mean = huber_loss_vjp(&y, &t, 0.8);
        check!(case("huber"), mean, huber_losses_vjp(&y, &t, 0.8), [true; 3], |(y, t, _)| [y, t]);
        let each = smooth_l1_losses_vjp(&y, &t, 0.7);
        check!(case("smooth_l1"), smooth_l1_loss_vjp(&y, &t, 0.7), each, [true; 3], |(y, t, _)| [y, t]);
        let each = smooth_l1_losses_vjp(&y, &t, 0.0);
        check!(case("smooth_l1_of_0"), smooth_l1_loss_vjp(&y, &t, 0.0), each, [true; 3], |(y, t, _)| [y, t]);
        let [y, t, v] = inputs(&case("gaussian_nll"), ["y", "t", "v"]);
        let (mean, each) = (gaussian_nll_loss_vjp(&y, &t, &v), gaussian_nll_losses_vjp(&y, &t, &v));
        check!(case("gaussian_nll"), mean, each, [true; 3], |(y, t, v)| [y, t, v]);
    });
}

#[test]
fn binary() {
    pointwise(|case| {
        let [y, t] = inputs(&case("bce_with_logits"), ["y", "t"]);
        let (mean, each) = (bce_with_logits_loss_vjp(&y, &t), bce_with_logits_losses_vjp(&y, &t));
        check!(case("bce_with_logits"), mean, each, [true; 2], |(y, t)| [y, t]);
        let focal =
            |t| (sigmoid_focal_loss_vjp(&y, t, 0.25, 2.0), sigmoid_focal_losses_vjp(&y, t, 0.25, 2.0));
        let [t] = inputs(&case("sigmoid_focal"), ["t"]);
        let (mean, each) = focal(&t);
        check!(case("sigmoid_focal"), mean, each, [true; 4], |(y, t, _, _)| [y, t]);
        let [t] = inputs(&case("sigmoid_focal_soft"), ["t"]);
        let mean = sigmoid_focal_loss_vjp(&y, &t, -1.0, 1.5);
        let each = sigmoid_focal_losses_vjp(&y, &t, -1.0, 1.5);
        check!(case("sigmoid_focal_soft"), mean, each, [true; 4], |(y, t, _, _)| [y, t]);
    });
}

#[test]
fn margins() {
    pointwise(|case| {
        let mask: Mask<DYN> = case("mask").itself_mask();
        let [y, t] = inputs(&case("margin_ranking"), ["y", "t"]);
        let mean = hinge_embedding_loss_vjp(&y, &mask, 1.2);
        let each = hinge_embedding_losses_vjp(&y, &mask, 1.2);
        check!(case("hinge_embedding"), mean, each, [true; 3], |(y, _, _)| [y]);
        let mean = margin_ranking_loss_vjp(&y, &t, &mask, 0.3);
        let each = margin_ranking_losses_vjp(&y, &t, &mask, 0.3);
        check!(case("margin_ranking"), mean, each, [true; 4], |(y, t, _, _)| [y, t]);
        let (mean, each) = (soft_margin_loss_vjp(&y, &mask), soft_margin_losses_vjp(&y, &mask));
        check!(case("soft_margin"), mean, each, [true; 2], |(y, _)| [y]);
    });
}

#[test]
fn classes() {
    rows(|case| {
        let (classes, weights) = (case("classes").indices(), case("weights").doubles());
        let plain = CrossEntropy::new;
        let weighted = || plain().class_weights(&weights[..]);
        for (name, loss) in [
            ("cross_entropy", plain()),
            ("class_weights", weighted()),
            ("ignore_index", ignored(weighted(), &classes)),
            ("label_smoothing", plain().label_smoothing(0.3)),
            ("all", ignored(weighted().label_smoothing(0.3), &classes)),
            ("nll", plain().of_log_probs()),
            ("nll_class_weights", ignored(weighted().of_log_probs(), &classes)),
            ("focal", plain().focal(2.0)),
            ("focal_class_weights", weighted().focal(1.5)),
        ] {
            let [x] = inputs(&case(name), ["x"]);
            let (mean, each) = (loss.loss_vjp(&x, &classes), loss.losses_vjp(&x, &classes));
            check!(case(name), mean, each, [false, true, false], |(_, x, _)| [x]);
        }
        let [x] = inputs(&case("nll"), ["x"]);
        let (mean, each) = (nll_loss_vjp(&x, &classes), nll_losses_vjp(&x, &classes));
        check!(case("nll"), mean, each, [true, false], |(x, _)| [x]);
    });
}

/// Ignores class 1 where the mean is over more than that.
fn ignored(loss: CrossEntropy, classes: &[usize]) -> CrossEntropy {
    if classes.iter().all(|&class| class == 1) || classes == [0] { loss } else { loss.ignore_index(1) }
}

#[test]
fn distributions() {
    rows(|case| {
        for (name, loss) in [
            ("soft", CrossEntropy::new()),
            ("soft_weights", CrossEntropy::new().class_weights(case("weights").doubles())),
            (
                "soft_smoothing",
                CrossEntropy::new().class_weights(case("weights").doubles()).label_smoothing(0.3),
            ),
        ] {
            let [x, t] = inputs(&case(name), ["x", "t"]);
            let (mean, each) = (loss.soft_loss_vjp(&x, &t), loss.soft_losses_vjp(&x, &t));
            check!(case(name), mean, each, [false, true, true], |(_, x, t)| [x, t]);
        }
        let [x, t] = inputs(&case("kl_div"), ["x", "t"]);
        check!(case("kl_div"), kl_div_loss_vjp(&x, &t), kl_div_losses_vjp(&x, &t), [true; 2], |(x, t)| [
            x, t
        ]);
    });
}

#[test]
fn embeddings() {
    rows(|case| {
        let same = case("same").flags();
        let [anchor, near, far] = inputs(&case("triplet_margin"), ["anchor", "near", "far"]);
        let mean = triplet_margin_loss_vjp(&anchor, &near, &far, 1.0);
        let each = triplet_margin_losses_vjp(&anchor, &near, &far, 1.0);
        check!(case("triplet_margin"), mean, each, [true; 4], |(anchor, near, far, _)| [anchor, near, far]);
        let mean = cosine_embedding_loss_vjp(&anchor, &far, &same, 0.2);
        let each = cosine_embedding_losses_vjp(&anchor, &far, &same, 0.2);
        check!(case("cosine_embedding"), mean, each, [true; 4], |(anchor, far, _, _)| [anchor, far]);
        let mean = contrastive_loss_vjp(&anchor, &far, &same, 1.5);
        let each = contrastive_losses_vjp(&anchor, &far, &same, 1.5);
        check!(case("contrastive"), mean, each, [true; 4], |(anchor, far, _, _)| [anchor, far]);
        let (mean, each) = (info_nce_loss_vjp(&anchor, &near, 0.3), info_nce_losses_vjp(&anchor, &near, 0.3));
        check!(case("info_nce"), mean, each, [true; 3], |(anchor, near, _)| [anchor, near]);
    });
}

#[test]
fn batches() {
    for index in ["0", "1", "2", "3"] {
        let file = golden!("batch_losses", index);
        let (case, classes) = (|name| file.at(name), file.at("classes").indices());
        let [a, b] = inputs(&case("nt_xent"), ["a", "b"]);
        let mean = supervised_contrastive_loss_vjp(&a, &classes, 0.3);
        let each = supervised_contrastive_losses_vjp(&a, &classes, 0.3);
        check!(case("supervised_contrastive"), mean, each, [true; 3], |(a, _, _)| [a]);
        let (mean, each) = (nt_xent_loss_vjp(&a, &b, 0.3), nt_xent_losses_vjp(&a, &b, 0.3));
        check!(case("nt_xent"), mean, each, [true; 3], |(a, b, _)| [a, b]);
        let (value, pullback) = vicreg_loss_vjp(&a, &b, 25.0, 25.0, 1.0);
        let (da, db, ..) = pullback(1.0, [true; 5]);
        check_sums(&case("vicreg"), value, [da, db]);
        let (value, pullback) = barlow_twins_loss_vjp(&a, &b, 0.1);
        let (da, db, _) = pullback(1.0, [true; 3]);
        check_sums(&case("barlow_twins"), value, [da, db]);
    }
}

/// Checks a loss of sums in which large values cancel.
fn check_sums(case: &Golden, value: f32, cotangents: [Option<Dynamic>; 2]) {
    case.at("value").check_number(value);
    for (name, cotangent) in ["a", "b"].into_iter().zip(cotangents) {
        let cotangent = cotangent.unwrap();
        case.at("input_gradients").at(name).check_sums(cotangent.as_slice(), cotangent.shape());
    }
}

#[test]
fn ctc() {
    for index in 0..4 {
        for blank in ["first", "last"] {
            let case = golden!("ctc_losses", &format!("{index}, {blank}"));
            let [logits] = inputs(&case, ["logits"]);
            let loss = if blank == "first" { Ctc::new() } else { Ctc::new().blank(logits.features() - 1) };
            let loss = loss.zero_infinity();
            let (steps, letters) = (case.at("input_lengths").indices(), case.at("target_lengths").indices());
            let (log_probs, of_logits) = logits.log_softmax_vjp();
            let targets = case.ids("targets");
            let mean = loss.loss_vjp(&log_probs, &targets, &steps, &letters);
            let each = loss.losses_vjp(&log_probs, &targets, &steps, &letters);
            let (_, of_logits_again) = logits.log_softmax_vjp();
            let ((value, of_mean), (losses, of_losses)) = (mean, each);
            case.at("value").check_number(value);
            let (_, d, ..) = of_mean(1.0, [true; 5]);
            case.at("input_gradients").at("logits").check_tensor(&of_logits(d.unwrap(), [true]).0.unwrap());
            case.at("losses").check_tensor(&losses);
            let (_, d, ..) = of_losses(case.tensor("d"), [true; 5]);
            let dlogits = of_logits_again(d.unwrap(), [true]).0.unwrap();
            case.at("gradients").at("logits").check_sums(dlogits.as_slice(), dlogits.shape());
        }
    }
}
