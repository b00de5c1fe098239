//! Methods and functions that take modules and parameters by reference.

use std::collections::HashMap;

use tiedw::prelude::*;

use crate::{agree_all, agree_in_input, rng, uniform};

type Numbers = Tensor<3, f64>;
type Square = WithElem<Linear<3, 3>, f64>;

#[derive(Module, Clone)]
struct Block {
    first: Square,
    second: Square,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Numbers) -> Numbers {
        residual(&self.first, x) + self.second.forward(x)
    }
}

#[derive(Module, Clone)]
struct Net {
    a: Square,
    b: Square,
    #[module(init = zeros)]
    gain: Vector<3, f64>,
    spare: Option<Square>,
    blocks: Vec<Block>,
    pair: [Square; 2],
    #[module(skip)]
    deep: bool,
}

#[derive(Value, Clone)]
struct State {
    h: Numbers,
    steps: usize,
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net {
        a: Init::init(rng),
        b: Init::init(rng),
        gain: Vector::from_vec(vec![0.5, -1.5, 0.75]),
        spare: Some(Init::init(rng)),
        blocks: (0..3).map(|_| Block { first: Init::init(rng), second: Init::init(rng) }).collect(),
        pair: [Init::init(rng), Init::init(rng)],
        deep: true,
    }
}

#[differentiable]
fn residual(layer: &Square, x: &Numbers) -> Numbers {
    x + layer.forward(x).tanh()
}

#[differentiable]
fn twice(layer: &Square, x: &Numbers) -> Numbers {
    residual(layer, &residual(layer, x))
}

#[differentiable]
fn of_any<L: Layer<Input = Numbers, Output = Numbers>>(layer: &L, x: &Numbers) -> Numbers {
    layer.forward(x).sigmoid()
}

#[differentiable]
fn of_trait(layer: &impl Layer<Input = Numbers, Output = Numbers>, x: &Numbers, times: usize) -> Numbers {
    let mut x = x.clone();
    for _ in 0..times {
        x = layer.forward(&x).tanh();
    }
    x
}

#[differentiable]
impl Net {
    fn block(&self, layer: &Square, x: &Numbers) -> Numbers {
        let h = layer.forward(x).tanh();
        h * &self.gain
    }

    fn early(&self, layer: &Square, x: &Numbers, limit: f64) -> Numbers {
        if x.sum() > limit {
            return x * 2.0;
        }
        for step in 0..3 {
            if step == 2 {
                return layer.forward(x) * 0.5;
            }
        }
        layer.forward(x)
    }

    fn step(&self, layer: &Square, state: &mut State) {
        state.h = layer.forward(&state.h).tanh();
        state.steps += 1;
    }

    fn of_list(&self, blocks: &[Block], x: &Numbers) -> Numbers {
        let mut h = x.clone();
        for block in blocks {
            h = block.forward(&h).tanh();
        }
        h * blocks.len() as f64
    }

    fn of_option(&self, spare: Option<&Square>, x: &Numbers) -> Numbers {
        match spare {
            Some(layer) => layer.forward(x),
            None => x * 0.5,
        }
    }

    fn of_two(&self, first: &Square, second: &Square, x: Numbers) -> Numbers {
        let h = self.block(first, &x);
        self.block(second, &h) + x
    }

    fn with_function(&self, layer: &Square, f: impl Fn(&Numbers) -> Numbers, x: &Numbers) -> Numbers {
        f(&layer.forward(x))
    }

    fn with_data(&self, layer: &Square, #[constant] table: &HashMap<usize, f64>, x: &Numbers) -> Numbers {
        layer.forward(x) * table[&1]
    }

    fn of_parts(layer: &Square, x: &Numbers) -> f64 {
        layer.forward(x).square().sum()
    }

    fn simple(&self, x: &Numbers) -> f64 {
        self.block(&self.a, x).square().sum() + self.block(&self.b, x).sum()
    }

    fn nested(&self, x: &Numbers) -> f64 {
        self.block(&self.a, &self.block(&self.b, &self.block(&self.a, x))).square().sum()
    }

    fn of_items(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for layer in &self.pair {
            h = self.block(layer, &h);
        }
        for (i, block) in self.blocks.iter().enumerate() {
            h = self.block(&block.first, &h) + twice(&self.blocks[i].second, &h);
        }
        h.square().sum()
    }

    fn hidden_names(&self, x: &Numbers) -> f64 {
        let layer = x.tanh();
        let h = self.block(&self.a, &layer);
        let x = self.of_two(&self.b, &self.a, h.clone());
        (x + layer + h).square().sum()
    }

    fn early_ends(&self, x: &Numbers) -> f64 {
        let y = self.early(&self.a, x, 100.0) + self.early(&self.b, x, -100.0);
        y.square().sum()
    }

    fn in_place(&self, x: &Numbers) -> f64 {
        let mut state = State { h: x.clone(), steps: 0 };
        self.step(&self.a, &mut state);
        self.step(&self.b, &mut state);
        for layer in &self.pair {
            self.step(layer, &mut state);
        }
        state.h.square().sum() * state.steps as f64
    }

    fn of_lists(&self, x: &Numbers) -> f64 {
        (self.of_list(&self.blocks, x) + self.of_list(&self.blocks[1..], x)).square().sum()
    }

    fn of_options(&self, x: &Numbers) -> f64 {
        self.of_option(self.spare.as_ref(), x).square().sum()
    }

    fn of_some(&self, x: &Numbers) -> f64 {
        self.of_option(Some(&self.a), x).square().sum()
    }

    fn chosen(&self, x: &Numbers) -> f64 {
        let h = self.block(if self.deep { &self.a } else { &self.b }, x);
        let layer = if h.sum() > 1e9 { &self.pair[0] } else { &self.pair[1] };
        self.block(layer, &h).square().sum()
    }

    fn functions(&self, x: &Numbers) -> f64 {
        let h = self.with_function(&self.a, Tensor::tanh, x);
        self.with_function(&self.b, |h| h * 0.5 + x, &h).square().sum()
    }

    fn data(&self, x: &Numbers) -> f64 {
        let table = HashMap::from([(1, 0.3)]);
        self.with_data(&self.a, &table, x).square().sum()
    }

    fn by_path(&self, x: &Numbers) -> f64 {
        Self::of_parts(&self.a, x) + Net::of_parts(&self.b, x) + Self::block(self, &self.a, x).sum()
    }

    fn in_closures(&self, x: &Numbers) -> f64 {
        let h = self.pair.iter().fold(x.clone(), |h, layer| self.block(layer, &h));
        let sums: Vec<f64> = self.blocks.iter().map(|block| Self::of_parts(&block.first, &h)).collect();
        let total: f64 = sums.iter().sum();
        let run = |layer: &Square| self.block(layer, &h);
        total + run(&self.a).square().sum() + run(&self.b).sum()
    }

    fn in_macros(&self, x: &Numbers) -> f64 {
        assert!(self.block(&self.a, x).is_finite().all());
        let list = vec![self.block(&self.a, x), self.block(&self.b, x)];
        list[0].square().sum() + list[1].sum()
    }

    fn recomputed(&self, x: &Numbers) -> f64 {
        let h = #[checkpoint]
        self.block(&self.a, x);
        #[checkpoint]
        let h = self.block(&self.b, &h);
        let mut h = h;
        #[checkpoint]
        for layer in &self.pair {
            h = self.block(layer, &h);
        }
        h.square().sum()
    }

    fn of_functions(&self, x: &Numbers) -> f64 {
        let h = of_any(&self.a, x) + of_trait(&self.b, x, 2) + twice(&self.blocks[0].first, x);
        of_any(&self.blocks[1], &h).square().sum()
    }
}

#[differentiable]
impl Layer for Net {
    type Input = Numbers;
    type Output = Numbers;

    fn forward(&self, x: &Numbers) -> Numbers {
        self.block(&self.a, x)
    }
}

#[differentiable]
impl Net {
    fn of_other_block(&self, x: &Numbers) -> f64 {
        self.block(&self.a, x).square().sum() + self.forward(x).sum()
    }
}

#[test]
fn gradients_agree() {
    let x = uniform(2, 5);
    agree_all!(
        &net(),
        (&x),
        simple simple_and_grad,
        nested nested_and_grad,
        of_items of_items_and_grad,
        hidden_names hidden_names_and_grad,
        early_ends early_ends_and_grad,
        in_place in_place_and_grad,
        of_lists of_lists_and_grad,
        of_options of_options_and_grad,
        of_some of_some_and_grad,
        chosen chosen_and_grad,
        functions functions_and_grad,
        data data_and_grad,
        by_path by_path_and_grad,
        in_closures in_closures_and_grad,
        in_macros in_macros_and_grad,
        recomputed recomputed_and_grad,
        of_functions of_functions_and_grad,
        of_other_block of_other_block_and_grad,
    );
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(
        &net,
        &x,
        simple simple_vjp,
        nested nested_vjp,
        of_items of_items_vjp,
        hidden_names hidden_names_vjp,
        early_ends early_ends_vjp,
        in_place in_place_vjp,
        of_lists of_lists_vjp,
        of_options of_options_vjp,
        of_some of_some_vjp,
        chosen chosen_vjp,
        functions functions_vjp,
        data data_vjp,
        by_path by_path_vjp,
        in_closures in_closures_vjp,
        in_macros in_macros_vjp,
        recomputed recomputed_vjp,
        of_functions of_functions_vjp,
        of_other_block of_other_block_vjp,
    );
}
