//! Closures that are given parts of the module: modules, layers, parameters and options of them.

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
    fn module(&self, x: &T) -> f64 {
        let f = |p: &Part| p.norm() * 2.0;
        f(&self.part) * x.sum()
    }

    fn several(&self, x: &T) -> f64 {
        let f = |p: &Part, x: &T| p.run(x).sum();
        f(&self.part, x) + f(&self.experts[1], &x.tanh())
    }

    fn layer(&self, x: &T) -> f64 {
        let f = |l: &WithElem<Linear<3, 3>, f64>| l.forward(x).tanh();
        f(&self.fc).sum() + f(&self.part.fc).mean()
    }

    fn parameter(&self, x: &T) -> f64 {
        let f = |w: &Vector<3, f64>| (x * w).sum();
        f(&self.v) + f(&self.u) * f(&self.ws[1])
    }

    fn parameter_alone(&self, x: &T) -> f64 {
        let f = |w: &Vector<3, f64>| w.norm();
        (f(&self.v) + f(&self.u)) * x.sum()
    }

    fn element(&self, x: &T) -> f64 {
        let f = |w: &Vector<3, f64>, i: usize| w[i];
        f(&self.v, 0) * x.sum() + f(&self.u, 1)
    }

    fn in_closure(&self, x: &T) -> f64 {
        let f = |p: &Part| p.norm();
        let g = |p: &Part| f(p) * 2.0;
        g(&self.part) * x.sum()
    }

    fn changing(&self, x: &T) -> f64 {
        let mut total = 0.0;
        let mut add = |p: &Part| total += p.norm();
        add(&self.part);
        add(&self.experts[0]);
        total * x.sum()
    }

    fn option(&self, x: &T) -> f64 {
        let f = |l: &Option<Lora>| match l {
            Some(l) => l.a.sum(),
            None => 0.0,
        };
        f(&self.lora) * x.sum()
    }

    fn option_of_part(&self, x: &T) -> f64 {
        let f = |l: Option<&Part>| l.map_or(0.0, |l| l.norm());
        f(self.experts.get(1)) * x.sum()
    }

    fn first(&self, x: &T) -> f64 {
        let f = |l: Option<&Part>| l.map_or(0.0, |l| l.norm());
        f(self.experts.first()) * x.sum()
    }

    fn option_of_parameter(&self, x: &T) -> f64 {
        let f = |l: Option<&Vector<3, f64>>| l.map_or(0.0, |l| l.norm());
        f(self.ws.get(1)) * x.sum()
    }

    fn slice(&self, x: &T) -> f64 {
        let f = |l: &[Part]| l.iter().map(|l| l.norm()).sum::<f64>();
        f(&self.experts[1..]) * x.sum()
    }

    fn list(&self, x: &T) -> f64 {
        let f = |l: &[Part]| l.iter().map(|l| l.norm()).sum::<f64>();
        f(&self.experts) * x.sum()
    }

    fn returning(&self, x: &T) -> f64 {
        let f = |p: &Part| -> Option<f64> { if self.deep { Some(p.norm()) } else { None } };
        f(&self.part).unwrap() * x.sum()
    }

    fn passed_on(&self, x: &T) -> f64 {
        let f = |p: &Part| p.run(x).sum();
        self.experts.iter().map(f).sum()
    }

    fn choice(&self, x: &T) -> f64 {
        let f = |p: &Part| p.norm();
        f(if self.deep { &self.part } else { &self.experts[0] }) * x.sum()
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

fn part(seed: u64) -> Part {
    Part { w: vector(seed), fc: Init::init(&mut rng(seed)) }
}

#[test]
fn closures_are_given_parts() {
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
    agree_all!(&net, (&x), module module_and_grad,
    several several_and_grad,
    layer layer_and_grad,
    parameter parameter_and_grad,
    parameter_alone parameter_alone_and_grad,
    element element_and_grad,
    in_closure in_closure_and_grad,
    changing changing_and_grad,
    option option_and_grad,
    option_of_part option_of_part_and_grad,
    first first_and_grad,
    option_of_parameter option_of_parameter_and_grad,
    slice slice_and_grad,
    list list_and_grad,
    returning returning_and_grad,
    passed_on passed_on_and_grad,
    choice choice_and_grad,
    );
}
