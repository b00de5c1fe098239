//! Names of options of parts, as `get` and `as_ref` return them, and their methods.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Part {
    w: Vector<3, f64>,
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Part {
    fn run(&self, x: &T) -> T {
        self.fc.forward(x) * &self.w
    }
    fn norm(&self) -> f64 {
        (&self.w * &self.w).sum()
    }
}

#[derive(Module, Clone)]
struct Lora {
    a: Matrix<3, 2, f64>,
    c: Matrix<2, 3, f64>,
}

#[derive(Module, Clone)]
struct Net {
    v: Vector<3, f64>,
    u: Vector<3, f64>,
    b: Vector<3, f64>,
    w: Matrix<3, 3, f64>,
    ws: Vec<Vector<3, f64>>,
    experts: Vec<Part>,
    part: Part,
    lora: Option<Lora>,
    fc: WithElem<Linear<3, 3>, f64>,
    #[module(skip)]
    k: usize,
    #[module(skip)]
    deep: bool,
}

#[differentiable]
impl Net {
    fn as_ref(&self, x: &T) -> f64 {
        let l = self.lora.as_ref();
        l.map_or(0.0, |l| l.a.sum()) * x.sum()
    }

    fn of_type(&self, x: &T) -> f64 {
        let l: Option<&Lora> = self.lora.as_ref();
        l.map_or(0.0, |l| l.a.sum()) * x.sum()
    }

    fn in_block(&self, x: &T) -> f64 {
        let y = {
            let l = self.experts.get(1);
            l.map_or(0.0, |l| l.norm())
        };
        y * x.sum()
    }

    fn in_branch(&self, x: &T) -> f64 {
        let y = if self.deep {
            let l = self.experts.get(1);
            l.map_or(0.0, |l| l.norm())
        } else {
            0.0
        };
        y * x.sum()
    }

    fn parameter(&self, x: &T) -> f64 {
        let y = if self.deep {
            let l = self.ws.get(1);
            l.map_or(0.0, |l| l.norm())
        } else {
            0.0
        };
        y * x.sum()
    }

    fn in_loop(&self, x: &T) -> f64 {
        let mut y = 0.0;
        for i in 0..2 {
            let l = self.experts.get(i);
            let v = l.map_or(0.0, |l| l.norm());
            y += v;
        }
        y * x.sum()
    }

    fn in_arm(&self, x: &T) -> f64 {
        let y = match self.k {
            1 => {
                let l = self.experts.first();
                l.map_or(0.0, |l| l.norm())
            }
            _ => 0.0,
        };
        y * x.sum()
    }

    fn tuple(&self, x: &T) -> f64 {
        let y = {
            let (l, k) = (self.experts.first(), 2.0);
            l.map_or(0.0, |l| l.norm() * k)
        };
        y * x.sum()
    }

    fn element_g(&self, k: usize) -> f64 {
        let y = {
            let l = self.ws.first();
            l.map_or(0.0, |l| l[0])
        };
        y
    }
    fn element(&self, x: &T) -> f64 {
        self.element_g(1) * x.sum()
    }

    fn first_and_rest(&self, x: &T) -> f64 {
        let y = {
            let p = self.experts.split_first();
            p.map_or(0.0, |(a, rest)| a.norm() + rest.len() as f64)
        };
        y * x.sum()
    }

    fn captured(&self, x: &T) -> f64 {
        let p = self.lora.as_ref();
        let f = |k: f64| p.map_or(0.0, |l| l.a.sum()) * k;
        f(2.0) * x.sum()
    }

    fn or(&self, x: &T) -> f64 {
        let p = self.experts.get(9).or(self.experts.first()).unwrap();
        p.run(x).sum()
    }

    fn or_some(&self, x: &T) -> f64 {
        let p = self.experts.get(9).or(Some(&self.part)).unwrap();
        p.run(x).sum()
    }

    fn or_else(&self, x: &T) -> f64 {
        let p = self.experts.get(9).or_else(|| self.experts.first()).unwrap();
        p.run(x).sum()
    }

    fn search_or_part(&self, x: &T) -> f64 {
        let p = self.experts.iter().find(|e| e.norm() > 0.5).unwrap_or(&self.part);
        p.run(x).sum()
    }

    fn search_or_part_called(&self, x: &T) -> f64 {
        self.experts.iter().find(|e| e.norm() > 1e9).unwrap_or(&self.part).run(x).sum()
    }

    fn unwrap_or(&self, x: &T) -> f64 {
        let p = self.experts.get(self.k).unwrap_or(&self.part);
        p.run(x).sum()
    }

    fn unwrap_or_else(&self, x: &T) -> f64 {
        let p = self.experts.get(9).unwrap_or_else(|| &self.part);
        p.run(x).sum()
    }

    fn chosen_by_or(&self, x: &T) -> f64 {
        let p = self.experts.get(9).or(self.experts.first());
        let q = self.experts.get(9).or_else(|| self.experts.get(8)).or(Some(&self.part));
        let Some(q) = q else { return x.sum() };
        p.map_or(0.0, |p| p.run(x).sum()) * q.run(x).mean()
    }

    fn chosen_by_branches(&self, x: &T) -> f64 {
        let mut sum = 0.0;
        for i in 0..3 {
            let p = if i == 1 { Some(&self.part) } else { self.experts.get(i) };
            if let Some(p) = p {
                sum += p.run(x).sum() * i as f64;
            }
            let q = match i {
                0 => Some(&self.experts[2]),
                1 => self.experts.first(),
                _ => None,
            };
            sum += match q {
                Some(q) => q.run(x).mean(),
                None => 1.0,
            };
        }
        sum
    }

    fn chosen_by_flags(&self, x: &T) -> f64 {
        let p = self.deep.then_some(&self.part);
        let q = (!self.deep).then(|| &self.part).unwrap_or(&self.experts[1]);
        let parts = [p, None, self.experts.get(2)];
        let mut sum = q.run(x).sum();
        for part in [Some(&self.experts[0]), None, self.experts.get(2)] {
            if let Some(part) = part {
                sum += part.run(x).mean();
            }
        }
        sum + p.map_or(0.0, |p| p.run(x).sum())
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

fn part(seed: u64) -> Part {
    Part { w: vector(seed), fc: Init::init(&mut rng(seed)) }
}

#[test]
fn options_have_names() {
    let net = Net {
        v: vector(1),
        u: vector(2),
        b: vector(3),
        w: Matrix::from_vec(uniform::<9>(1, 4).as_slice().to_vec()),
        ws: vec![vector(5), vector(6)],
        experts: vec![part(11), part(12), part(13)],
        part: part(14),
        lora: Some(Lora {
            a: Matrix::from_vec(uniform::<6>(1, 20).as_slice().to_vec()),
            c: Matrix::from_vec(uniform::<6>(1, 21).as_slice().to_vec()),
        }),
        fc: Init::init(&mut rng(15)),
        k: 1,
        deep: true,
    };
    let x = uniform(2, 9);
    agree_all!(&net, (&x), as_ref as_ref_and_grad,
    of_type of_type_and_grad,
    in_block in_block_and_grad,
    in_branch in_branch_and_grad,
    parameter parameter_and_grad,
    in_loop in_loop_and_grad,
    in_arm in_arm_and_grad,
    tuple tuple_and_grad,
    element element_and_grad,
    first_and_rest first_and_rest_and_grad,
    captured captured_and_grad,
    or or_and_grad,
    or_some or_some_and_grad,
    or_else or_else_and_grad,
    search_or_part search_or_part_and_grad,
    search_or_part_called search_or_part_called_and_grad,
    unwrap_or unwrap_or_and_grad,
    unwrap_or_else unwrap_or_else_and_grad,
    chosen_by_or chosen_by_or_and_grad,
    chosen_by_branches chosen_by_branches_and_grad,
    chosen_by_flags chosen_by_flags_and_grad,
    );
}
