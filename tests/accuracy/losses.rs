//! Accuracy of scalar losses.

use tiedw::prelude::*;

use crate::arguments::thin;
use crate::bounds::Worst;

#[test]
fn bce_with_logits() {
    let (mut worst, mut worst_derivative) = (Worst::of("bce_with_logits"), Worst::of("derivative of bce"));
    for t in [0.0_f32, 1e-3, 0.5, 0.999, 1.0] {
        let exact_t = f64::from(t);
        for x in thin() {
            let (logit, at) = (f64::from(x), || format!("{x:e}, target {t}"));
            let (x, target) = (Tensor::<1>::from_vec([1], vec![x]), Tensor::full([1], t));
            let (loss, pullback) = bce_with_logits_loss_vjp(&x, &target);
            let linear = if logit < 0.0 { -logit * exact_t } else { logit * (1.0 - exact_t) };
            worst.see(loss, linear + (-logit.abs()).exp().ln_1p(), 1.0, at);

            let (dx, _) = pullback(1.0, [true, false]);
            let [sigmoid, rest] = [-logit, logit].map(|x| 1.0 / (1.0 + x.exp()));
            let [toward, away] = [sigmoid * (1.0 - exact_t), rest * exact_t];
            let dx = dx.expect("a wanted cotangent").as_slice()[0];
            worst_derivative.see(dx, toward - away, toward + away, at);
        }
    }
    worst.check();
    worst_derivative.check();
}
