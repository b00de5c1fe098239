//! What non-differentiated code sees of values: sizes, comparisons, and the argument of `stop_gradient`.

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: Vec<WithElem<Linear<3, 3>, f64>>,
    scale: Vector<3, f64>,
    #[module(skip)]
    times: usize,
}

#[differentiable]
impl Net {
    fn sees(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        let n = h.rows() + self.times;
        let sum = h.sum();
        assert!(h.rows() == x.rows() && n > 0 && self.times == 2, "{n}");
        assert_eq!(h.shape(), [2, 3]);
        debug_assert!(sum < 1e9);
        println!("{} {} {n}", stop_gradient(sum), stop_gradient(&h));
        let counts = vec![n; self.blocks.len()];
        let doubled: Vec<usize> = counts.iter().map(|count| count * self.times + n).collect();
        let text = format!("{n} {:?} {}", doubled, self.times);
        let large: f64 = if sum > 0.0 { 2.0 } else { 3.0 };
        let first = &self.scale;
        let positive = h.sum() > 0.0 && x.as_slice()[0] > -1e9 && self.scale[0] != 7.0;
        let mut out = h * first * large;
        for (i, block) in self.blocks.iter().enumerate() {
            if doubled[i] > 0 && !text.is_empty() {
                out = block.forward(&out).tanh();
            }
        }
        if positive { out.sum() + sum } else { sum - out.sum() }
    }
}

fn net() -> Net {
    let mut rng = rng(12);
    let blocks = vec![Init::init(&mut rng), Init::init(&mut rng)];
    Net { fc: Init::init(&mut rng), blocks, scale: [1.0, 0.5, -0.3].into(), times: 2 }
}

#[test]
fn sizes_comparisons_and_cuts() {
    let (net, x) = (net(), uniform(2, 1));
    assert_eq!(net.sees(&x), net.sees_and_grad(&x).0);
    check(&net, |net| net.sees_and_grad(&x));
}
