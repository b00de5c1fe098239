use tiedw::prelude::*;

use crate::golden::Golden;
use crate::run::golden;

fn check<const F: usize>(case: &Golden, value: f32, cotangents: &[(&str, Option<Tensor<F>>)]) {
    case.at("value").check_number(value);
    for (name, cotangent) in cotangents {
        case.at("input_gradients").at(name).check_tensor(cotangent.as_ref().expect(name));
    }
}

#[test]
fn cross_entropy() {
    let classes = golden!("more_losses", "classes").indices();
    for (case, loss) in [
        ("ignore_index", CrossEntropy::new().ignore_index(0)),
        ("label_smoothing", CrossEntropy::new().label_smoothing(0.2)),
        ("both", CrossEntropy::new().ignore_index(0).label_smoothing(0.2)),
    ] {
        let case = golden!("more_losses", case);
        let (value, pullback) = loss.loss_vjp(&case.tensor::<5>("logits"), &classes);
        let (_, dlogits, _) = pullback(1.0, [false, true, false]);
        check(&case, value, &[("logits", dlogits)]);
    }
}

#[test]
fn regressions() {
    let case = golden!("more_losses", "l1");
    let (value, pullback) = l1_loss_vjp(&case.tensor::<3>("y"), &case.tensor("t"));
    let (dy, dt) = pullback(1.0, [true, true]);
    check(&case, value, &[("y", dy), ("t", dt)]);

    let case = golden!("more_losses", "huber");
    let (value, pullback) = huber_loss_vjp(&case.tensor::<3>("y"), &case.tensor("t"), 0.8);
    let (dy, dt, _) = pullback(1.0, [true, true, false]);
    check(&case, value, &[("y", dy), ("t", dt)]);
}

#[test]
fn embeddings() {
    let case = golden!("more_losses", "triplet_margin");
    let [anchor, positive, negative] = ["anchor", "positive", "negative"].map(|name| case.tensor::<4>(name));
    let (value, pullback) = triplet_margin_loss_vjp(&anchor, &positive, &negative, 1.0);
    let (da, dp, dn, _) = pullback(1.0, [true, true, true, false]);
    check(&case, value, &[("anchor", da), ("positive", dp), ("negative", dn)]);

    let case = golden!("more_losses", "cosine_embedding");
    let same = golden!("more_losses", "same").flags();
    let [a, b] = ["anchor", "positive"].map(|name| case.tensor::<4>(name));
    let (value, pullback) = cosine_embedding_loss_vjp(&a, &b, &same, 0.2);
    let (da, db, _, _) = pullback(1.0, [true, true, false, false]);
    check(&case, value, &[("anchor", da), ("positive", db)]);

    let case = golden!("more_losses", "info_nce");
    let [a, b] = ["anchor", "positive"].map(|name| case.tensor::<4>(name));
    let (value, pullback) = info_nce_loss_vjp(&a, &b, 0.3);
    let (da, db, _) = pullback(1.0, [true, true, false]);
    check(&case, value, &[("anchor", da), ("positive", db)]);
}
