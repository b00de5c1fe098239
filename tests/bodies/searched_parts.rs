//! Parts of the module that are searched for, or asked for by an index.

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
struct Net {
    b: Vector<3, f64>,
    v: Vector<3, f64>,
    u: Vector<3, f64>,
    w: Matrix<3, 3, f64>,
    ws: Vec<Vector<3, f64>>,
    experts: Vec<Part>,
    layers: Vec<WithElem<Linear<3, 3>, f64>>,
    frozen: [Frozen<Vector<3, f64>>; 2],
    #[module(skip)]
    k: usize,
    #[module(skip)]
    deep: bool,
}

#[differentiable]
impl Net {
    fn find(&self, x: &T) -> f64 {
        let e = self.experts.iter().find(|e| e.norm() > 0.5).unwrap();
        e.run(x).sum()
    }

    fn find_by_element(&self, x: &T) -> f64 {
        if let Some(e) = self.experts.iter().find(|e| e.w[0] > 0.5) {
            e.run(x).sum()
        } else {
            self.b[0] * x.sum()
        }
    }

    fn find_or_return(&self, x: &T) -> f64 {
        let Some(e) = self.experts.iter().find(|e| e.norm() > 0.5) else { return self.b[0] };
        e.run(x).sum()
    }

    fn find_and_question_pick(&self, x: &T) -> Option<f64> {
        let e = self.experts.iter().find(|e| e.norm() > 0.5)?;
        Some(e.run(x).sum())
    }
    fn find_and_question(&self, x: &T) -> f64 {
        self.find_and_question_pick(x).unwrap_or(0.0)
    }

    fn find_by_name(&self, x: &T) -> f64 {
        let found = self.experts.iter().find(|e| e.norm() > 0.5);
        match found {
            Some(e) => e.run(x).sum(),
            None => self.b[0],
        }
    }

    fn find_none(&self, x: &T) -> f64 {
        let e = self.experts.iter().find(|e| e.norm() > 1e9);
        if let Some(e) = e { e.run(x).sum() } else { self.b[0] * x.sum() }
    }

    fn max_by(&self, x: &T) -> f64 {
        let e = self.experts.iter().max_by(|a, b| a.norm().total_cmp(&b.norm())).unwrap();
        e.run(x).sum()
    }

    fn max_by_partial(&self, x: &T) -> f64 {
        let e = self.experts.iter().max_by(|a, b| a.norm().partial_cmp(&b.norm()).unwrap()).unwrap();
        e.run(x).sum()
    }

    fn min_by_element(&self, x: &T) -> f64 {
        let e = self.experts.iter().min_by(|a, b| a.w[0].total_cmp(&b.w[0])).unwrap();
        e.run(x).sum()
    }

    fn max_by_map(&self, x: &T) -> f64 {
        let y = self.experts.iter().max_by(|a, b| a.norm().total_cmp(&b.norm())).map(|e| e.run(x)).unwrap();
        y.sum()
    }

    fn max_by_called(&self, x: &T) -> f64 {
        let y = self.experts.iter().max_by(|a, b| a.norm().total_cmp(&b.norm())).unwrap().run(x);
        y.sum()
    }

    fn max_by_key(&self, x: &T) -> f64 {
        let e = self.experts.iter().max_by_key(|e| stop_gradient(e.norm() * 1000.0) as i64).unwrap();
        e.run(x).sum()
    }

    fn max_by_output(&self, x: &T) -> f64 {
        let e = self.experts.iter().max_by(|a, b| a.run(x).sum().total_cmp(&b.run(x).sum())).unwrap();
        e.run(x).sum()
    }

    fn min_by_in_loop(&self, x: &T) -> f64 {
        let mut h = x.clone();
        for _ in 0..2 {
            let e = self.experts.iter().min_by(|a, b| a.run(&h).sum().total_cmp(&b.run(&h).sum())).unwrap();
            h = e.run(&h).tanh();
        }
        h.sum()
    }

    fn max_by_of_vectors(&self, x: &T) -> f64 {
        let w = self.ws.iter().max_by(|a, b| a.sum().total_cmp(&b.sum())).unwrap();
        (w * x).sum()
    }

    fn layer(&self, x: &T) -> f64 {
        self.layers.iter().max_by(|a, b| a.bias[0].total_cmp(&b.bias[0])).unwrap().forward(x).sum()
    }

    fn operand(&self, x: &T) -> f64 {
        (x * self.ws.iter().find(|w| w[0] > 0.0).unwrap()).sum()
    }

    fn frozen_operand(&self, x: &T) -> f64 {
        (x * self.frozen.iter().find(|w| w[0] > 0.0).expect("one") * &self.b).sum()
    }

    fn operand_by_index(&self, x: &T) -> f64 {
        (x * self.ws.get(self.k).unwrap() - self.ws.first().unwrap()).sum()
    }

    fn operand_in_parentheses(&self, x: &T) -> f64 {
        ((self.ws.last().expect("two")) / x).sum()
    }

    fn map_or_of_vector(&self, x: &T) -> f64 {
        let k = 1;
        let n = self.ws.get(k).map_or(0.0, |w| w.norm());
        n * x.sum()
    }

    fn map_or_of_sum(&self, x: &T) -> f64 {
        let k = 1;
        let n = self.ws.get(k).map_or(0.0, |w| w.sum());
        n * x.sum()
    }

    fn map_or_of_part(&self, x: &T) -> f64 {
        let n = self.experts.get(self.k).map_or(0.0, |e| e.norm());
        n * x.sum()
    }

    fn map_and_unwrap_or(&self, x: &T) -> f64 {
        let n = self.experts.get(self.k).map(|e| e.norm()).unwrap_or(0.0);
        n * x.sum()
    }

    fn map_or_of_first(&self, x: &T) -> f64 {
        let n = self.experts.first().map_or(1.0, |e| e.norm());
        n * x.sum()
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

fn part(seed: u64) -> Part {
    Part { w: vector(seed), fc: Init::init(&mut rng(seed)) }
}

#[test]
fn parts_are_searched_for() {
    let net = Net {
        b: vector(3),
        v: vector(1),
        u: vector(2),
        w: Matrix::from_vec(uniform::<9>(1, 4).as_slice().to_vec()),
        ws: vec![vector(5), vector(6)],
        experts: vec![part(11), part(12), part(13)],
        layers: vec![Init::init(&mut rng(7)), Init::init(&mut rng(8))],
        frozen: [Frozen::new(vector(9)), Frozen::new(vector(10))],
        k: 1,
        deep: true,
    };
    let x = uniform(2, 9);
    agree_all!(&net, (&x), find find_and_grad,
    find_by_element find_by_element_and_grad,
    find_or_return find_or_return_and_grad,
    find_and_question find_and_question_and_grad,
    find_by_name find_by_name_and_grad,
    find_none find_none_and_grad,
    max_by max_by_and_grad,
    max_by_partial max_by_partial_and_grad,
    min_by_element min_by_element_and_grad,
    max_by_map max_by_map_and_grad,
    max_by_called max_by_called_and_grad,
    max_by_key max_by_key_and_grad,
    max_by_output max_by_output_and_grad,
    min_by_in_loop min_by_in_loop_and_grad,
    max_by_of_vectors max_by_of_vectors_and_grad,
    layer layer_and_grad,
    operand operand_and_grad,
    frozen_operand frozen_operand_and_grad,
    operand_by_index operand_by_index_and_grad,
    operand_in_parentheses operand_in_parentheses_and_grad,
    map_or_of_vector map_or_of_vector_and_grad,
    map_or_of_sum map_or_of_sum_and_grad,
    map_or_of_part map_or_of_part_and_grad,
    map_and_unwrap_or map_and_unwrap_or_and_grad,
    map_or_of_first map_or_of_first_and_grad,
    );
}
