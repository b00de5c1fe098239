//! Bodies with so many calls that their pullbacks are split into segments, with variables of all kinds that cross these.

use tiedw::prelude::*;

use crate::{agree_all, agree_in_input, rng, uniform};

type Numbers = Tensor<3, f64>;
type Dense = WithElem<Linear<3, 3>, f64>;

#[derive(Value, Clone)]
struct State {
    h: Numbers,
    parts: Vec<Numbers>,
    steps: usize,
}

#[derive(Module, Clone)]
struct Net {
    fc: Dense,
    #[tie(fc)]
    tied: Tied<Dense>,
    #[module(init = ones)]
    scale: Vector<3, f64>,
}

#[differentiable]
impl Net {
    fn containers(&self, x: &Numbers) -> f64 {
        let mut state = State { h: x.clone(), parts: Vec::new(), steps: 0 };
        let mut list = vec![x * 0.5, self.fc.forward(x)];
        let mut pair = (x.tanh(), x.sum());
        let mut last = None;
        let a = self.fc.forward(x).tanh();
        let b = &a * &self.scale;
        let c = &a + &b;
        let d = &c * &c;
        state.parts.push(d.tanh());
        let e = self.tied.forward(&d) - &a;
        list[0] = &list[0] + &e;
        let f = e.sigmoid() * x;
        pair.1 += f.mean();
        let g = &f - &d * 0.25;
        let mut i = g.clone();
        i += &c;
        state.h = &state.h * &i;
        list.push(state.parts[0].clone());
        last = Some(&i * 0.5);
        let j = self.fc.forward(&list[1]).tanh();
        let k = &j + &list[0];
        pair.0 = &pair.0 * &k;
        let l = if pair.1 > 0.0 { &k * &b } else { k.tanh() };
        for part in &mut list {
            *part = part.tanh();
        }
        let m = &l + &pair.0;
        let n = m.tanh() * &state.h;
        state.parts[0] = &state.parts[0] - &n;
        let o = list.pop().unwrap() + last.unwrap();
        let State { h, parts, steps } = state;
        let p = &h + &parts[0];
        let q = &p * &o;
        let r = self.tied.forward(&q).tanh() + &list[1];
        (&r * &list[0]).sum() + pair.1 * d.mean() + steps as f64
    }

    fn same_operand_twice(&self, x: &Numbers) -> f64 {
        let a = self.fc.forward(x);
        let b = &a * &a;
        let c = &b + &b;
        let d = (&c * 0.1).tanh();
        let d2 = &d * 2.0 - 1.0;
        let e = 1.0 - &d2;
        let f = (&e).tanh();
        let g = -&f;
        let h = &g / (&(&d * &d) + 1.0);
        let i = &h;
        let j = i * &h;
        let k = { &j } + &h;
        let l = match k.rows() {
            0 => k.tanh(),
            _ => &k * &self.scale,
        };
        let m = &l * &l * &l;
        let n = &m + &m.tanh();
        let o = self.tied.forward(&n).relu() + &d;
        let total = o.sum();
        let squared = total * total;
        let root = (&squared + 1.0).sqrt();
        root.ln() * total + total.tanh()
    }

    fn long_arms(&self, x: &Numbers, deep: bool) -> f64 {
        let mut h = self.fc.forward(x);
        let mut total = 0.0;
        if deep {
            let a = &h * &h;
            let b = a.tanh();
            let c = &b + &a;
            let d = &c * 0.5;
            let e = self.tied.forward(&d);
            let f = &e - &b;
            let g = f.tanh();
            total += g.mean();
            let i = &g * &self.scale;
            let j = i.sigmoid();
            let k = &j + &c;
            let l = self.fc.forward(&k);
            let m = l.tanh();
            let n = &m * &g;
            total += n.sum() * total;
            let o = &n + &h;
            let p = &o * 0.3;
            h = p.tanh() + &a;
        } else {
            h = &h * 0.2;
        }
        let y = self.tied.forward(&h);
        total + y.tanh().sum()
    }
}

#[test]
fn variables_cross_segments() {
    let x = uniform(2, 900);
    let net = Net::init(&mut rng(901));
    agree_all!(&net, (&x), containers containers_and_grad, same_operand_twice same_operand_twice_and_grad);
    agree_in_input!(net, &x, containers containers_vjp, same_operand_twice same_operand_twice_vjp);
}

#[test]
fn arms_in_segments() {
    let x = uniform(2, 902);
    let net = Net::init(&mut rng(903));
    agree_all!(&net, (&x, true), long_arms long_arms_and_grad);
    agree_all!(&net, (&x, false), long_arms long_arms_and_grad);
}
