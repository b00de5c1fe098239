//! Patterns of modules inside of other patterns.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Lora {
    a: Matrix<3, 2, f64>,
    c: Matrix<2, 3, f64>,
}

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
struct Net {
    b: Vector<3, f64>,
    v: Vector<3, f64>,
    u: Vector<3, f64>,
    w: Matrix<3, 3, f64>,
    ws: Vec<Vector<3, f64>>,
    experts: Vec<Part>,
    lora: Option<Lora>,
    #[module(skip)]
    k: usize,
    #[module(skip)]
    deep: bool,
}

#[differentiable]
impl Net {
    fn if_let(&self, x: &T) -> f64 {
        if let Some(Lora { a, c }) = &self.lora { x.matmul(a).matmul(c).sum() } else { x.sum() }
    }

    fn arm(&self, x: &T) -> f64 {
        match &self.lora {
            Some(Lora { a, .. }) => x.matmul(a).sum(),
            None => x.sum(),
        }
    }

    fn let_else(&self, x: &T) -> f64 {
        let Some(Lora { a, c }) = &self.lora else { return x.sum() };
        x.matmul(a).matmul(c).sum()
    }

    fn renamed(&self, x: &T) -> f64 {
        if let Some(Lora { a: down, c: up }) = self.lora.as_ref() {
            x.matmul(down).matmul(up).sum()
        } else {
            x.sum()
        }
    }

    fn loop_over_parts(&self, x: &T) -> f64 {
        let mut s = 0.0;
        for Part { w, fc } in &self.experts {
            s += (fc.forward(x) * w).sum();
        }
        s
    }

    fn tuple(&self, x: &T) -> f64 {
        let y = match (&self.lora, self.deep) {
            (Some(Lora { a, c }), true) => x.matmul(a).matmul(c).sum(),
            _ => x.sum(),
        };
        y
    }

    fn closure_of_option(&self, x: &T) -> f64 {
        self.lora.as_ref().map(|Lora { a, c }| x.matmul(a).matmul(c)).map_or(0.0, |y| y.sum())
    }

    fn closure(&self, x: &T) -> f64 {
        self.experts.iter().map(|Part { w, fc }| (fc.forward(x) * w).sum()).sum::<f64>()
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

fn part(seed: u64) -> Part {
    Part { w: vector(seed), fc: Init::init(&mut rng(seed)) }
}

#[test]
fn patterns_of_modules_stand_inside_of_others() {
    let net = Net {
        b: vector(3),
        v: vector(1),
        u: vector(2),
        w: Matrix::from_vec(uniform::<9>(1, 4).as_slice().to_vec()),
        ws: vec![vector(5), vector(6)],
        experts: vec![part(11), part(12), part(13)],
        lora: Some(Lora {
            a: Matrix::from_vec(uniform::<6>(1, 20).as_slice().to_vec()),
            c: Matrix::from_vec(uniform::<6>(1, 21).as_slice().to_vec()),
        }),
        k: 1,
        deep: true,
    };
    let x = uniform(2, 9);
    agree_all!(&net, (&x), if_let if_let_and_grad,
    arm arm_and_grad,
    let_else let_else_and_grad,
    renamed renamed_and_grad,
    loop_over_parts loop_over_parts_and_grad,
    tuple tuple_and_grad,
    closure_of_option closure_of_option_and_grad,
    closure closure_and_grad,
    );
}
