//! Losses with more results, and losses that may be missing.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn with_outputs(&self, x: &Numbers) -> (f64, Numbers, usize) {
        let h = self.fc.forward(x);
        (mse_loss(&h, x), h, x.rows())
    }

    fn checked(&self, x: &Numbers, #[constant] limit: f64) -> Result<f64, String> {
        let loss = mse_loss(&self.fc.forward(x), x);
        if loss > limit {
            return Err(format!("{} is above {limit}", stop_gradient(loss)));
        }
        Ok(loss)
    }

    fn first(&self, list: &[Numbers]) -> Option<(f64, Numbers)> {
        let h = self.fc.forward(list.first()?);
        Some((h.sum(), h))
    }

    fn stacked(&self, x: &Numbers) -> f64 {
        let mut outputs = Vec::new();
        let mut h = x.select(0, 1);
        for t in 0..3 {
            h = self.fc.forward(&x.select(0, t)) * 0.5 + &h;
            outputs.push(h.clone());
        }
        let all = Tensor::stack(&outputs, 1);
        let joined = Tensor::concat(&outputs, 0);
        assert_eq!(all.shape(), [2, 3, 3]);
        (&all * &all).sum() + joined.mean()
    }
}

#[test]
fn the_rest_comes_back_without_gradient() {
    let (net, x) = (Net::init(&mut rng(81)), uniform::<3>(2, 14));
    let ((loss, h, rows), _) = net.with_outputs_and_grad(&x);
    assert!(loss == mse_loss(&h, &x) && rows == 2);
    check(&net, |net| {
        let ((loss, ..), gradient) = net.with_outputs_and_grad(&x);
        (loss, gradient)
    });
    let mut sum = net.zeros_like();
    assert_eq!(net.with_outputs_and_accumulate(&mut sum, &x).0, loss);
}

#[test]
fn a_missing_loss_has_no_gradient() {
    let (net, x) = (Net::init(&mut rng(82)), uniform::<3>(2, 15));
    check(&net, |net| net.checked_and_grad(&x, 1e9).unwrap());
    assert!(net.checked_and_grad(&x, 0.0).err().unwrap().ends_with("is above 0"));
    let mut sum = net.zeros_like();
    assert!(net.checked_and_accumulate(&mut sum, &x, 0.0).is_err());
    assert!(sum.fc == net.zeros_like().fc);
    let list = [x];
    check(&net, |net| {
        let ((loss, _), gradient) = net.first_and_grad(&list).unwrap();
        (loss, gradient)
    });
    assert!(net.first_and_grad(&[]).is_none());
}

#[test]
fn lists_are_stacked() {
    let (net, x) = (Net::init(&mut rng(83)), uniform::<3>(6, 16));
    let x = x.reshape([3, 2]);
    check(&net, |net| net.stacked_and_grad(&x));
}
