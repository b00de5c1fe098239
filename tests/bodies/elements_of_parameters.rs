//! Elements of parameters as numbers.

use crate::{agree_all, rng, uniform};
use rand::RngExt;
use tiedw::prelude::*;

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 2>, f64>,
    #[tie(weight = fc.weight.t())]
    back: WithElem<Linear<2, 3, Tied>, f64>,
    gain: Vector<3, f64>,
    gains: [Vector<3, f64>; 2],
    wide: WithElem<Linear<DYN, DYN>, f64>,
    #[tie(weight = wide.weight.t())]
    narrow: WithElem<Linear<DYN, DYN, Tied>, f64>,
    frozen: Frozen<WithElem<Linear<2, 2>, f64>>,
    optional: Option<Vector<3, f64>>,
    #[module(skip)]
    sizes: Vec<usize>,
    #[module(skip)]
    decays: Vec<f64>,
}

#[derive(Value, Clone)]
struct Pair {
    first: f64,
    second: f64,
}

#[differentiable]
impl Net {
    fn operands(&self, x: &Numbers) -> f64 {
        let h = x * self.gain[0] + self.fc.weight[(1, 2)] - self.wide.weight[(0, 1)];
        (h / self.gain[1]).tanh().sum() * -self.back.weight[(2, 1)] + 2.0 * self.narrow.weight[(1, 0)]
    }

    fn receivers(&self, x: &Numbers) -> f64 {
        x.sum() * self.gain[2].exp()
            + self.back.weight[(0, 1)].tanh().powi(2)
            + self.gain[0].powf(self.gain[1])
            + self.narrow.weight[(2, 1)].sin()
            + self.gain[0].max(self.gain[1])
            + self.frozen.weight[(1, 0)] * x.mean()
    }

    fn alone(&self, x: &Numbers) -> f64 {
        let _ = x;
        self.fc.weight[(0, 0)]
    }

    fn loops(&self, x: &Numbers) -> f64 {
        let mut sum = 0.0;
        for row in 0..self.fc.weight.rows() {
            for column in 0..self.fc.weight.columns() {
                sum +=
                    self.fc.weight[(row, column)] * self.back.weight[(column, row)].exp() * (row + 1) as f64;
            }
        }
        for (i, gain) in self.gains.iter().enumerate() {
            for j in 0..gain.len() {
                sum += gain[j] * self.gains[i][j] * x.mean() + self.gains[1 - i][self.sizes[j]].sqrt();
            }
        }
        let mut i = 0;
        while i < 2 {
            sum = sum * self.wide.bias[i].exp() + self.wide.weight[(i, i + 1)] * self.decays[i];
            i += 1;
        }
        sum
    }

    fn names(&self, x: &Numbers) -> f64 {
        let first = self.gain[0];
        let again = first;
        let at = self.sizes[1];
        let decay = self.decays[0];
        let mut last: f64 = self.gain[2];
        last *= again;
        let weight = &self.fc.weight;
        let corner = &weight[(1, 1)];
        let list = [first, weight[(0, 1)], 2.0];
        let gain = [1.0, 2.0][at % 2];
        let weight = x.mean();
        list[0] * last + list[1] * corner * weight + list[2] * gain + first * decay
    }

    fn in_containers(&self, x: &Numbers) -> f64 {
        let mut list = Vec::new();
        for i in 0..3 {
            let gain = self.gain[i];
            list.push(gain);
            list.push(self.gains[1][i]);
        }
        let first = self.gain[0];
        let some = Some(first);
        let reference = &self.fc.weight[(0, 2)];
        let copy = *reference;
        let boxed = Box::new(self.gain[2]);
        let scaled: Vec<f64> = list.iter().map(|g| g * self.gain[1]).collect();
        scaled.iter().sum::<f64>() * copy + some.unwrap_or(1.0) * x.mean() + *boxed * reference
    }

    fn in_closures(&self, x: &Numbers) -> f64 {
        let first = self.gain[0];
        let scale = |y: f64| y * self.gain[1] + first;
        let chosen = if x.mean() > 0.0 { &self.gains[0] } else { &self.gains[1] };
        #[checkpoint]
        let kept = {
            let second = self.gain[2];
            (x * second * first).tanh().sum()
        };
        let cut = stop_gradient(self.gain[0]) + stop_gradient(first);
        let found = self.gains.first().unwrap();
        scale(x.sum()) * chosen[0] + kept * found[2] + cut * 0.0
    }

    fn in_methods(&self, x: &Numbers) -> f64 {
        let first = self.gain[0];
        let mut steps = 0;
        while self.gain[1] > 0.3 * steps as f64 {
            steps += 1;
        }
        let own = self.scaled(self.gain[1], x) + self.scaled(first, x) * x.mean().max(self.gain[0]);
        let own = match &self.gains[..] {
            [first, ..] => own * first[0],
            _ => own,
        };
        match self.optional.as_ref() {
            Some(gain) if steps > 0 => gain[1] * own,
            _ => own,
        }
    }

    fn scaled(&self, scale: f64, x: &Numbers) -> f64 {
        (x * scale).tanh().sum() * self.gain[2]
    }

    /// Elements of settings stay data.
    fn data(&self, x: &Numbers) -> f64 {
        let (n, decay) = (self.sizes[0], self.decays[1]);
        let first = self.sizes[1];
        let slow = self.decays[0];
        let k = if first > 2 { 2 } else { 1 };
        let text = format!("{first} {slow}");
        let counts = [self.sizes[0], self.sizes[1], first];
        let rate = [1.0, 2.0].iter().map(|y| y * slow).sum::<f64>();
        let last = if slow > 0.3 { self.sizes[2] } else { counts[0] };
        let mut total = self.sizes[n % 3];
        total += k;
        x.sum() * self.gain[k] * decay * rate.powi(first as i32 + 1)
            + self.gain[last] * text.len() as f64
            + self.gain[total % 3] * power(slow, self.decays[0])
    }

    fn branches(&self, x: &Numbers) -> f64 {
        let larger = if self.gain[0] > self.gain[1] { self.gain[0] } else { self.gain[1] };
        let first = self.gain[0];
        let sign = if first > 0.5 { 1.0 } else { -1.0 };
        let (a, b) = (self.gains[0][0], x.sum());
        let pair = Pair { first: self.gains[0][1], second: a * b };
        let mut sum = larger * sign;
        sum += pair.first * pair.second;
        let (second, third) = (self.gain[1], self.gain[2]);
        for g in [second, third] {
            sum += g * g;
        }
        if x.mean() > 100.0 {
            return self.gain[1];
        }
        sum + (0..3).map(|i| self.gain[i].exp()).sum::<f64>()
            + helper(self.gain[1], sum)
            + helper(first, third)
    }
}

#[differentiable]
fn helper(x: f64, y: f64) -> f64 {
    (x * y).tanh()
}

fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

fn net() -> Net {
    let mut rng = rng(31);
    let mut uniform = |count: usize| (0..count).map(|_| rng.random_range(0.2..1.5)).collect::<Vec<f64>>();
    Net {
        fc: Linear { weight: Matrix::from_vec(uniform(6)), bias: Vector::from_vec(uniform(2)) },
        back: Linear { weight: Tied::new(), bias: Vector::from_vec(uniform(3)) },
        gain: Vector::from_vec(uniform(3)),
        gains: [Vector::from_vec(uniform(3)), Vector::from_vec(uniform(3))],
        wide: Linear {
            weight: Matrix::from_shape_vec([2, 3], uniform(6)),
            bias: Vector::from_shape_vec([2], uniform(2)),
        },
        narrow: Linear { weight: Tied::new(), bias: Vector::from_shape_vec([3], uniform(3)) },
        frozen: Frozen::new(Linear {
            weight: Matrix::from_vec(uniform(4)),
            bias: Vector::from_vec(uniform(2)),
        }),
        optional: Some(Vector::from_vec(uniform(3))),
        sizes: vec![2, 0, 1],
        decays: vec![0.5, 0.25],
    }
}

#[test]
fn elements_of_parameters_are_numbers() {
    let net = net();
    let x = uniform(3, 12);
    agree_all!(
        &net,
        (&x),
        operands operands_and_grad,
        receivers receivers_and_grad,
        alone alone_and_grad,
        loops loops_and_grad,
        names names_and_grad,
        in_containers in_containers_and_grad,
        in_closures in_closures_and_grad,
        in_methods in_methods_and_grad,
        data data_and_grad,
        branches branches_and_grad,
    );
}
