//! Evaluation order: each operand is evaluated once and in order, and an index only at its place.

#![allow(clippy::assign_op_pattern, clippy::useless_vec, reason = "bodies as people write them")]

use std::cell::Cell;

use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;
type Square = WithElem<Linear<3, 3>, f64>;

macro_rules! first_of {
    ($list:expr) => {
        $list[0]
    };
}

#[derive(Module, Clone)]
struct Net {
    fc: Square,
    blocks: Vec<Square>,
    groups: Vec<Vec<Square>>,
    options: Vec<Option<Square>>,
    #[module(skip)]
    sizes: Vec<usize>,
    #[module(skip)]
    flags: Vec<bool>,
}

#[differentiable]
impl Net {
    fn counts(&self, x: &Numbers, #[constant] counter: &Cell<usize>) -> f64 {
        counter.set(counter.get() + 1);
        self.fc.forward(x).sum()
    }

    fn closures_hide_values(&self, x: &Numbers) -> f64 {
        let a = self.fc.forward(x).sum();
        let b = |u: &Numbers| self.fc.forward(u).mean();
        let mut places = vec![2_usize, 0, 1];
        places.sort_by(|a, b| b.cmp(a));
        let last = places.iter().map(|a| a + 1).max().unwrap();
        let doubled = {
            let a = places[0] * 2;
            a + last
        };
        let chosen = match Some(doubled) {
            Some(a) if a > 100 => 1,
            Some(b) => b,
            None => 2,
        };
        a * b(x) * chosen as f64 + [0.5, 2.0].iter().map(|b| a * b).sum::<f64>()
    }

    fn an_operand_is_changed_later(&self, x: &Numbers) -> f64 {
        let mut s = self.fc.forward(x).mean();
        let product = s * {
            s = s * 2.0;
            s
        };
        let (before, after) = (s, {
            s = s + product;
            s
        });
        let mut n = 1;
        let (counted, sum) = (n * 2, {
            n += 5;
            self.fc.forward(x).sum()
        });
        let counter = Cell::new(1_usize);
        let (read, more) = (counter.get(), self.counts(x, &counter));
        let scaled = if counted == 2 && n == 6 && read == 1 { sum } else { sum * 3.0 };
        product * before + after + scaled * more
    }

    fn an_index_is_computed_once(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        let mut k = 0;
        for block in self.groups[{
            k += 1;
            k - 1
        }]
        .iter()
        .rev()
        {
            h = block.forward(&h).tanh();
        }
        if let Some(layer) = &self.options[{
            k += 1;
            k - 2
        }] {
            h = layer.forward(&h).tanh();
        }
        if k == 2 { h.sum() } else { h.mean() }
    }

    fn an_index_is_computed_where_it_stands(&self, x: &Numbers) -> f64 {
        let s = self.fc.forward(x).sum();
        let (i, outer) = (self.flags.len() - 3, 10);
        let guarded = if i > 0 && self.flags[i - 1] { s } else { s * 2.0 };
        let compared = if i > 0 && self.blocks[i - 1].bias[0] > 7.0 { s } else { s * 3.0 };
        assert!(i == 0 || self.flags[i - 1]);
        assert!(i == 0 || stop_gradient(x.as_slice()[i - 1]) > 7.0);
        let size_of = |outer: usize| self.sizes[outer];
        let total: usize = (0..3).map(|outer| self.sizes[outer]).sum();
        assert!((0..3).all(|outer| self.sizes[outer] > 0));
        let mut n = 0;
        let sizes = vec![
            {
                n += 1;
                n
            },
            self.sizes[n],
        ];
        let chosen = match Some(1_usize) {
            Some(i) if self.flags[i] => s,
            _ => s * 5.0,
        };
        let many = total + size_of(1) + sizes[1] + outer;
        if many == 6 + 2 + 2 + 10 { guarded * compared + chosen } else { s }
    }

    fn a_while_looks_at_each_index(&self, x: &Numbers) -> f64 {
        let mut s = self.fc.forward(x).sum();
        let mut i = 0;
        while i < 3 && self.sizes[i] < 3 {
            s = s * 1.5;
            i += 1;
        }
        while i < 4 && self.blocks[i - 2].bias[1] < 0.5 {
            s = s * 1.25;
            i += 1;
        }
        s
    }

    fn names_are_those_of_the_code(&self, x: &Numbers) -> f64 {
        let sizes = &self.sizes;
        let other = vec![7];
        let first = |sizes: &Vec<usize>| sizes[0];
        assert!(first(&other) == 7 && first_of!(sizes) == 1);
        let h = x.sum();
        let hidden = {
            #[allow(non_upper_case_globals)]
            const h: f64 = 2.0;
            self.fc.forward(x).sum() * h
        };
        if first(&other) > 3 { hidden + h } else { h }
    }

    fn slices(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for block in &self.blocks[1..] {
            h = block.forward(&h).tanh();
        }
        for (i, (a, b)) in self.blocks[..2].iter().zip(&self.groups[0]).enumerate() {
            if self.flags[i] {
                h = b.forward(&a.forward(&h).tanh());
            }
        }
        h.sum()
    }
}

fn net() -> Net {
    let mut rng = rng(13);
    let mut square = || Square::init(&mut rng);
    let mut blocks = vec![square(), square()];
    // The last element ends a loop whose condition reads it.
    blocks[1].bias.as_mut_slice()[1] = 0.7;
    Net {
        fc: square(),
        blocks,
        groups: vec![vec![square(), square()], vec![square()]],
        options: vec![Some(square()), None],
        sizes: vec![1, 2, 3],
        flags: vec![true, false, true],
    }
}

macro_rules! agrees {
    ($($method:ident $and_grad:ident)+) => {
        $(
            #[test]
            fn $method() {
                let (net, x) = (net(), uniform(2, 1));
                assert_eq!(net.$method(&x), net.$and_grad(&x).0);
                check(&net, |net| net.$and_grad(&x));
            }
        )+
    };
}
agrees! {
    closures_hide_values closures_hide_values_and_grad
    an_operand_is_changed_later an_operand_is_changed_later_and_grad
    an_index_is_computed_once an_index_is_computed_once_and_grad
    an_index_is_computed_where_it_stands an_index_is_computed_where_it_stands_and_grad
    a_while_looks_at_each_index a_while_looks_at_each_index_and_grad
    names_are_those_of_the_code names_are_those_of_the_code_and_grad
    slices slices_and_grad
}

macro_rules! next {
    ($name:ident) => {
        let $name = $name + 1;
    };
}

macro_rules! look_at {
    ($name:ident) => {
        assert!($name < 10);
    };
}

#[differentiable]
impl Net {
    fn counted(&self, x: &Numbers) -> (usize, f64) {
        (x.rows(), x.sum())
    }

    fn a_macro_binds_a_count(&self, x: &Numbers) -> f64 {
        let (count, sum) = self.counted(&self.fc.forward(x));
        next!(count);
        if count == 3 { sum * 2.0 } else { sum }
    }

    fn a_macro_looks_at_a_count(&self, x: &Numbers) -> f64 {
        let (count, sum) = self.counted(&self.fc.forward(x));
        look_at!(count);
        if count == 2 { sum * 2.0 } else { sum }
    }
}

#[test]
#[should_panic(expected = "a macro gives a name another value")]
fn a_count_that_a_macro_binds_anew_is_refused() {
    net().a_macro_binds_a_count_and_grad(&uniform(2, 1));
}

agrees! { a_macro_looks_at_a_count a_macro_looks_at_a_count_and_grad }

#[differentiable]
impl Net {
    fn a_glob_import_hides_nothing(&self, x: &Numbers) -> f64 {
        use std::cmp::Ordering::*;
        let h = self.fc.forward(x).sum();
        let more = {
            use std::f64::consts::*;
            h * PI
        };
        match x.rows().cmp(&2) {
            Equal => more + h,
            Less | Greater => h,
        }
    }
}

agrees! { a_glob_import_hides_nothing a_glob_import_hides_nothing_and_grad }
