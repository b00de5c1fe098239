//! Parameters in place of tensors.

use tiedw::DYN;
use tiedw::layers::{Conv2d, Lstm};
use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    #[tie(weight = fc.weight.t())]
    tied: WithElem<Linear<3, 3, Tied>, f64>,
    conv: WithElem<Conv2d<2, 3, 2, 1, 0>, f64>,
    lstm: WithElem<Lstm<3, 2>, f64>,
    #[module(init = |rng| Vector::from_fn(|at| 0.3 * at as f64 + rand::RngExt::random_range(rng, 0.1..0.2)))]
    row: Vector<3, f64>,
    weights: [WithElem<Linear<3, 3>, f64>; 2],
}

/// A function of tensors.
#[differentiable]
fn affine(x: &Numbers, row: &Numbers) -> f64 {
    (x * row).tanh().sum()
}

#[differentiable]
impl Net {
    fn products(&self, x: &Numbers) -> f64 {
        let y = x.matmul(&self.fc.weight) + x.matmul_t::<3>(&self.fc.weight);
        let z = self.fc.weight.matmul(&self.tied.weight) + self.fc.weight.matmul(&self.fc.weight.t());
        (y.tanh().sum() + z.sin().sum()) * self.fc.weight.matmul_t::<DYN>(x).mean()
    }

    fn other_methods(&self, x: &Numbers) -> f64 {
        let w = &self.fc.weight;
        let t = w.t();
        let sums = w.sum_axis(0).sin() + t.tril(0).sum_axis(0) + self.row.roll(1, 0);
        let parts = w.topk::<2>().0.sum() + w.narrow(0, 0, 2).sin().sum() + w.var_features().sum();
        let more =
            self.tied.weight.tril(0).sin().sum() + w.elu(1.0).flatten::<9>().norm() + t.powf(2.0).sum();
        (x * sums).tanh().sum() + parts + more
    }

    fn shapes(&self, x: &Numbers) -> f64 {
        let w = &self.fc.weight;
        let flat: Tensor<9, f64> = w.flatten();
        let kernels: Tensor<8, f64> = self.conv.weight.flatten();
        let wide: Tensor<3, f64> = self.row.broadcast_to([2, 3]);
        let mut y = x * 2.0;
        y += &self.row;
        y *= w;
        let z = &self.fc.weight.t() + &self.fc.weight - (1.0 - &self.tied.weight.t()) * x;
        flat.sin().sum()
            + kernels.norm()
            + wide.exp().sum()
            + y.tanh().sum()
            + (z * &self.fc.weight.t()).sin().sum()
    }

    fn kernels_and_gates(&self, x: &Numbers) -> f64 {
        let kernels = self.conv.weight.transpose(0, 1).sin() * 2.0;
        let gates = &self.lstm.weight_ih * 0.5 + self.lstm.weight_ih.tanh();
        kernels.sum() * x.sum()
            + gates.norm_features().sum()
            + (&self.lstm.bias_ih + &self.lstm.bias_hh).sin().sum()
    }

    fn arguments(&self, x: &Numbers) -> f64 {
        let larger = x.maximum(&self.row) + x.gt(0.0).where_cond(x, &self.row);
        let loss =
            mse_loss(&x.select(0, 0), &self.row) + affine(x, &self.row) + affine(&self.fc.weight, &self.row);
        larger.sin().sum() + loss + affine(&self.tied.weight, x)
    }

    fn elements(&self, x: &Numbers) -> f64 {
        let (sin, cos) = self.row[1].sin_cos();
        let first = self.row[0];
        let (a, b) = first.sin_cos();
        let kept = vec![self.row[2] * 1.0, a];
        x.sum() * sin * cos + kept[0] * kept[1] * b
    }

    fn damped(&self, x: &Numbers, #[constant] by: &Numbers) -> f64 {
        (x * by).tanh().sum()
    }

    fn constants(&self, x: &Numbers) -> f64 {
        self.damped(x, stop_gradient(&self.row)) + x.matmul(stop_gradient(&self.fc.weight)).sin().sum()
    }

    fn operators(&self, x: &Numbers) -> f64 {
        let y = x * &self.fc.weight - &self.fc.weight.t();
        let z = (&self.fc.weight + &self.row) * x.clone() + (&self.row - &self.tied.weight);
        (y.tanh() + z.sin() + (1.0 - &self.row) / 3.0).sum()
    }

    fn equal_elements(&self, x: &Numbers) -> f64 {
        let same = self.fc.weight.eq(&self.tied.weight.t());
        let diagonal = self.fc.weight.eq(&self.tied.weight).where_cond(&self.fc.weight, x);
        let others = self.row.ne(&self.row).to_tensor::<f64>() + self.row.ne(0.0).where_cond(&self.row, x);
        let whole = if self.row != self.weights[0].bias && same.all() { self.row.norm() } else { 0.0 };
        diagonal.sin().sum() + others.square().sum() * whole + self.lstm.weight_hh.eq(0.5).count() as f64
    }

    fn names(&self, x: &Numbers) -> f64 {
        let Net { fc, row, .. } = self;
        let chosen = if x.sum() > 0.0 { &self.fc.weight } else { &self.tied.weight };
        let layer = |x: &Numbers| x.matmul(&fc.weight).tanh() + row;
        let mut sum = chosen.tril(0).sin().sum() + layer(&layer(x)).sum();
        for part in &self.weights {
            sum += x.matmul(&part.weight).sin().sum() + part.weight.sum_rows().tanh().sum();
        }
        for weight in [&self.fc.weight, &self.tied.weight] {
            sum += x.matmul(weight).tanh().sum();
        }
        sum
    }
}

#[test]
fn parameters_are_tensors() {
    let net = Net::init(&mut rng(21));
    for seed in [22, 23] {
        let x = uniform(3, seed);
        agree_all!(
            &net,
            (&x),
            products products_and_grad,
            other_methods other_methods_and_grad,
            shapes shapes_and_grad,
            kernels_and_gates kernels_and_gates_and_grad,
            arguments arguments_and_grad,
            elements elements_and_grad,
            operators operators_and_grad,
            equal_elements equal_elements_and_grad,
            names names_and_grad,
        );
    }
}

/// A constant takes the value of a parameter, and nothing of its gradient.
#[test]
fn stopped_parameters_have_no_gradient() {
    let net = Net::init(&mut rng(25));
    let (_, gradient) = net.constants_and_grad(&uniform(3, 26));
    assert!(gradient.parameters().all(|parameter| parameter.as_slice().iter().all(|&number| number == 0.0)));
}

/// The elements are shared with a tensor that is kept, until the weight changes.
#[test]
fn elements_are_shared_until_they_change() {
    let mut net = Net::init(&mut rng(24));
    let tensor = net.fc.weight.tensor();
    assert!(std::ptr::eq(tensor.as_slice(), net.fc.weight.as_slice()));
    let before = tensor.clone();
    net.fc.weight.as_mut_slice()[1] += 1.0;
    assert_eq!(tensor, before);
    assert_eq!(net.fc.weight.tensor().as_slice()[1], before.as_slice()[1] + 1.0);
    assert_eq!(net.view().tied.weight.tensor().as_slice()[3], before.as_slice()[1] + 1.0);
    let copy = net.clone();
    assert!(!std::ptr::eq(copy.fc.weight.as_slice(), net.fc.weight.as_slice()));
    let mut changed = tensor;
    changed.as_mut_slice()[0] = 7.0;
    assert_ne!(net.fc.weight[(0, 0)], 7.0);
}
