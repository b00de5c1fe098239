//! Patterns that take a part apart: one that has a name, was searched for, or chosen, also with a guard.

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
    fn in_loop(&self, x: &T) -> f64 {
        let mut s = 0.0;
        for e in &self.experts {
            let Part { w, fc } = e;
            s += (fc.forward(x) * w).sum();
        }
        s
    }

    fn searched(&self, x: &T) -> f64 {
        let e = self.experts.iter().max_by(|a, b| a.norm().total_cmp(&b.norm())).unwrap();
        let Part { w, fc } = e;
        (fc.forward(x) * w).sum()
    }

    fn search_itself(&self, x: &T) -> f64 {
        let Part { w, fc } = self.experts.iter().max_by(|a, b| a.norm().total_cmp(&b.norm())).unwrap();
        (fc.forward(x) * w).sum()
    }

    fn chosen(&self, x: &T) -> f64 {
        let e = if self.deep { &self.part } else { &self.experts[0] };
        let Part { w, .. } = e;
        (x * w).sum()
    }

    fn choice_itself(&self, x: &T) -> f64 {
        let Part { w, .. } = if self.deep { &self.part } else { &self.experts[0] };
        (x * w).sum()
    }

    fn matched_choice(&self, x: &T) -> f64 {
        let Part { w, .. } = match self.k {
            0 => &self.part,
            k => &self.experts[k],
        };
        (x * w).sum()
    }

    fn by_ref(&self, x: &T) -> f64 {
        let Part { w: ref a, .. } = self.part;
        (x * a).sum()
    }

    fn all_by_ref(&self, x: &T) -> f64 {
        let Part { ref w, ref fc } = self.part;
        (fc.forward(x) * w).sum()
    }

    fn after_else(&self, x: &T) -> f64 {
        let Some(e) = self.experts.get(self.k) else { return self.b[0] };
        let Part { w, .. } = e;
        (x * w).sum()
    }

    fn in_else(&self, x: &T) -> f64 {
        let Some(Part { w, .. }) = self.experts.get(self.k) else { return self.b[0] };
        (x * w).sum()
    }

    fn element(&self, x: &T) -> f64 {
        let Part { w, .. } = &self.experts[self.k];
        (x * w).sum()
    }

    fn named_element(&self, x: &T) -> f64 {
        let e = &self.experts[self.k];
        let Part { w, fc } = e;
        (fc.forward(x) * w).sum()
    }

    fn with_guard(&self, x: &T) -> f64 {
        match &self.lora {
            Some(Lora { a, c }) if a[(0, 0)] > -100.0 => x.matmul(a).sum() + c.sum(),
            _ => self.b[0],
        }
    }

    fn with_guards(&self, x: &T) -> f64 {
        match &self.lora {
            Some(Lora { a, .. }) if a.sum() > 100.0 => a.norm(),
            Some(Lora { c, .. }) => c.sum() * x.sum(),
            None => self.b[0],
        }
    }

    fn alternatives(&self, x: &T) -> f64 {
        match (&self.lora, &self.part) {
            (None, Part { w, .. }) | (Some(_), Part { w, .. }) => (x * w).sum(),
        }
    }

    fn in_chain(&self, x: &T) -> f64 {
        if let Some(Lora { a, .. }) = &self.lora
            && a[(0, 0)] < 100.0
            && self.deep
        {
            a.sum() * x.sum()
        } else {
            self.b[0]
        }
    }

    fn whole_of_match(&self, x: &T) -> f64 {
        match &self.part {
            Part { w, .. } => (x * w).sum(),
        }
    }

    fn in_closure(&self, x: &T) -> f64 {
        self.experts
            .iter()
            .map(|e| {
                let Part { w, fc } = e;
                (fc.forward(x) * w).sum()
            })
            .sum()
    }

    fn numbered(&self, x: &T) -> f64 {
        let mut s = 0.0;
        for (i, e) in self.experts.iter().enumerate() {
            let Part { w, .. } = e;
            s += (x * w).sum() * i as f64;
        }
        s
    }

    fn of_option(&self, x: &T) -> f64 {
        self.experts
            .first()
            .map(|e| {
                let Part { w, .. } = e;
                (x * w).sum()
            })
            .unwrap_or(0.0)
    }

    fn side_by_side(&self, x: &T) -> f64 {
        let mut s = 0.0;
        for (e, f) in self.experts.iter().zip(&self.ws) {
            let Part { w, .. } = e;
            s += (x * w * f).sum();
        }
        s
    }

    fn named_iterator(&self, x: &T) -> f64 {
        let mut it = self.experts.iter();
        let mut s = 0.0;
        while let Some(e) = it.next() {
            let Part { w, .. } = e;
            s += (x * w).sum();
        }
        s
    }

    fn of_a_field(&self, x: &T) -> f64 {
        let mut s = 0.0;
        for e in &self.experts {
            let Linear { weight, .. } = &e.fc;
            s += (x * &e.w).sum() * weight[(0, 1)];
        }
        s
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

fn part(seed: u64) -> Part {
    Part { w: vector(seed), fc: Init::init(&mut rng(seed)) }
}

#[test]
fn parts_are_taken_apart() {
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
    agree_all!(&net, (&x), in_loop in_loop_and_grad,
    searched searched_and_grad,
    search_itself search_itself_and_grad,
    chosen chosen_and_grad,
    choice_itself choice_itself_and_grad,
    matched_choice matched_choice_and_grad,
    by_ref by_ref_and_grad,
    all_by_ref all_by_ref_and_grad,
    after_else after_else_and_grad,
    in_else in_else_and_grad,
    element element_and_grad,
    named_element named_element_and_grad,
    with_guard with_guard_and_grad,
    with_guards with_guards_and_grad,
    alternatives alternatives_and_grad,
    in_chain in_chain_and_grad,
    whole_of_match whole_of_match_and_grad,
    in_closure in_closure_and_grad,
    numbered numbered_and_grad,
    of_option of_option_and_grad,
    side_by_side side_by_side_and_grad,
    named_iterator named_iterator_and_grad,
    of_a_field of_a_field_and_grad,
    );
}
