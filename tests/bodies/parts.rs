//! Parts of the module that methods, patterns and iterators choose.

use crate::{check, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    #[module(init = |rng| (0..3).map(|_| Init::init(rng)).collect())]
    blocks: Vec<Square>,
    others: [Square; 3],
    #[module(init = |rng| Some(Init::init(rng)))]
    opt: Option<Square>,
}

#[differentiable]
impl Net {
    fn question(&self, x: &Numbers, i: usize) -> Option<f64> {
        let block = self.blocks.get(i)?;
        let h = block.forward(x);
        let g = self.others.get(i + 1)?.forward(&h);
        Some(g.sum())
    }

    fn question_with_error(&self, x: &Numbers, i: usize) -> Result<f64, String> {
        let block = self.blocks.get(i).ok_or("no such block")?;
        let opt = self.opt.as_ref().ok_or_else(|| format!("none for {i}"))?;
        Ok(opt.forward(&block.forward(x).tanh()).sum())
    }

    fn first_and_last(&self, x: &Numbers) -> f64 {
        let h = self.blocks.first().unwrap().forward(x);
        self.blocks.last().unwrap().forward(&h).sum()
    }

    fn in_conditions(&self, x: &Numbers, i: usize) -> f64 {
        let mut h = x.clone();
        if let Some(block) = self.blocks.get(i) {
            h = block.forward(&h);
        }
        if let Some(block) = self.blocks.last() {
            h = block.forward(&h).tanh();
        }
        while let Some(block) = self.blocks.get(h.rows() + 100) {
            h = block.forward(&h);
        }
        h.sum()
    }

    fn slice_pattern(&self, x: &Numbers) -> f64 {
        let [first, rest @ ..] = &self.blocks[..] else { return 0.0 };
        let mut h = first.forward(x);
        for block in rest {
            h = block.forward(&h).tanh();
        }
        h.sum()
    }

    fn array_pattern(&self, x: &Numbers) -> f64 {
        let [a, b, c] = &self.others;
        (a.forward(x) + b.forward(x) * c.forward(x)).sum()
    }

    fn chunks(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for pair in self.blocks.chunks(2) {
            h = pair[0].forward(&h).tanh();
            for block in pair {
                h = block.forward(&h);
            }
        }
        h.sum()
    }

    fn windows(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for pair in self.blocks.windows(2) {
            h = pair[0].forward(&h).tanh() + pair[1].forward(&h);
        }
        h.sum()
    }

    fn split_first(&self, x: &Numbers) -> f64 {
        let (first, rest) = self.blocks.split_first().unwrap();
        let mut h = first.forward(x);
        for block in rest {
            h = block.forward(&h).tanh();
        }
        h.sum()
    }

    fn steps(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for block in self.blocks.iter().skip(1).step_by(2) {
            h = block.forward(&h);
        }
        h.sum()
    }

    fn zipped(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for (a, b) in self.blocks.iter().zip(&self.others) {
            h = a.forward(&h).tanh() + b.forward(x);
        }
        h.sum()
    }

    fn matched(&self, x: &Numbers) -> f64 {
        match &self.blocks[..] {
            [] => 0.0,
            [one] => one.forward(x).sum(),
            [first, .., last] => last.forward(&first.forward(x)).sum(),
        }
    }

    fn split_last(&self, x: &Numbers) -> f64 {
        if let Some((last, init)) = self.blocks.split_last() {
            let mut h = x.clone();
            for block in init {
                h = block.forward(&h).tanh();
            }
            return last.forward(&h).sum();
        }
        0.0
    }

    fn split_at(&self, x: &Numbers) -> f64 {
        let (front, back) = self.blocks.split_at(1);
        let mut h = x.clone();
        for block in front {
            h = block.forward(&h).tanh();
        }
        for block in back.iter().rev() {
            h = block.forward(&h);
        }
        h.sum()
    }

    fn questions(&self, x: &Numbers) -> Option<f64> {
        let block = self.opt.as_ref()?;
        let last = self.blocks.last()?;
        Some(last.forward(&block.forward(x)).sum())
    }

    fn mapped(&self, x: &Numbers) -> f64 {
        let h = self.opt.as_ref().map_or_else(|| x.clone(), |block| block.forward(x));
        let g = self.blocks.get(1).map(|block| block.forward(&h)).unwrap_or(h);
        g.sum()
    }

    fn slices(&self, x: &Numbers) -> f64 {
        let rest = &self.blocks[1..];
        let mut h = rest[0].forward(x);
        for (i, block) in rest.iter().enumerate() {
            h = block.forward(&h) * (i as f64 + 0.5);
        }
        h = self.blocks[..2].iter().fold(h, |h, block| block.forward(&h).tanh());
        h.sum()
    }

    fn tuple_of_parts(&self, x: &Numbers) -> f64 {
        let Some(block) = &self.opt else { return 0.0 };
        let Some(first) = self.blocks.first() else { return 0.0 };
        let h = match (self.blocks.get(1), x.rows()) {
            (Some(second), 2) => second.forward(&first.forward(x)),
            _ => first.forward(x),
        };
        block.forward(&h).sum()
    }

    fn nested(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for (pair, other) in self.blocks.chunks(2).zip(self.others.iter()) {
            for (i, block) in pair.iter().enumerate() {
                h = block.forward(&h).tanh() + other.forward(x) * i as f64;
            }
        }
        let parts: Vec<Numbers> = self.blocks.windows(2).map(|w| w[0].forward(x) * w[1].forward(x)).collect();
        h.sum() + parts.iter().map(|p| p.sum()).sum::<f64>()
    }

    fn counted(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        let n = self.blocks.len();
        for i in (0..n).rev() {
            h = self.blocks[i].forward(&h);
        }
        let mut i = 0;
        while i < self.others.len() {
            h = self.others[i].forward(&h).tanh();
            i += 2;
        }
        h.sum()
    }
}

#[differentiable]
impl Net {
    fn while_there(&self, x: &Numbers) -> f64 {
        let (mut h, mut i) = (x.clone(), 0);
        while let Some(block) = self.blocks.get(i) {
            h = block.forward(&h).tanh();
            i += 1;
        }
        if i == 0 {
            h = h.tanh();
        } else if let Some(other) = self.others.get(i - 1) {
            h = other.forward(&h);
        }
        h.sum()
    }
}

#[test]
fn parts_are_found_again() {
    let net = Net::init(&mut rng(1));
    let x = uniform(2, 5);
    check(&net, |net| net.question_and_grad(&x, 1).unwrap());
    check(&net, |net| net.question_with_error_and_grad(&x, 1).unwrap());
    assert_eq!(net.question_with_error_and_grad(&x, 7).err().as_deref(), Some("no such block"));
    check(&net, |net| net.first_and_last_and_grad(&x));
    check(&net, |net| net.in_conditions_and_grad(&x, 1));
    check(&net, |net| net.slice_pattern_and_grad(&x));
    check(&net, |net| net.array_pattern_and_grad(&x));
    check(&net, |net| net.chunks_and_grad(&x));
    check(&net, |net| net.windows_and_grad(&x));
    check(&net, |net| net.split_first_and_grad(&x));
    check(&net, |net| net.steps_and_grad(&x));
    check(&net, |net| net.zipped_and_grad(&x));
    check(&net, |net| net.matched_and_grad(&x));
    check(&net, |net| net.split_last_and_grad(&x));
    check(&net, |net| net.split_at_and_grad(&x));
    check(&net, |net| net.questions_and_grad(&x).unwrap());
    check(&net, |net| net.mapped_and_grad(&x));
    check(&net, |net| net.slices_and_grad(&x));
    check(&net, |net| net.tuple_of_parts_and_grad(&x));
    check(&net, |net| net.nested_and_grad(&x));
    check(&net, |net| net.counted_and_grad(&x));
    check(&net, |net| net.while_there_and_grad(&x));
}

#[derive(Module, Clone)]
struct Pairs {
    #[module(init = |rng| (0..3).map(|_| (Init::init(rng), Init::init(rng))).collect())]
    pairs: Vec<(Square, Square)>,
    grid: [[Square; 2]; 2],
    last: Square,
}

#[differentiable]
impl Pairs {
    fn loop_over_pairs(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for (a, b) in &self.pairs {
            h = b.forward(&a.forward(&h).tanh());
        }
        for (i, (a, _)) in self.pairs.iter().enumerate().skip(1) {
            h = a.forward(&h) * (i as f64);
        }
        for [a, b] in &self.grid {
            h = a.forward(&h) + b.forward(&h);
        }
        h.sum()
    }

    fn taken_apart(&self, x: &Numbers) -> f64 {
        let Pairs { last, grid: [first, _], .. } = self;
        let Self { pairs, .. } = &self;
        let mut h = last.forward(&first[1].forward(x));
        for (a, b) in pairs.iter().rev() {
            h = h.tanh() + a.forward(&h) * b.forward(&h);
        }
        h.sum()
    }
}

#[test]
fn patterns_take_parts_apart() {
    let net = Pairs::init(&mut rng(3));
    let x = uniform(2, 6);
    check(&net, |net| net.loop_over_pairs_and_grad(&x));
    check(&net, |net| net.taken_apart_and_grad(&x));
    assert_eq!(net.loop_over_pairs(&x), net.loop_over_pairs_and_grad(&x).0);
}

/// A module that is a part of the module is taken apart, too.
mod taken_apart {
    use tiedw::prelude::*;

    #[derive(Module)]
    struct Block {
        scale: Vector<2>,
        shift: Vector<2>,
    }

    #[derive(Module)]
    struct Pair {
        first: Block,
        second: Block,
    }

    #[derive(Clone)]
    struct Config {
        gain: f32,
    }

    #[derive(Module)]
    struct Net {
        pair: Pair,
        blocks: Vec<Block>,
        #[module(skip)]
        config: Config,
    }

    #[differentiable]
    impl Net {
        fn loss(&self, x: &Tensor<2>) -> f32 {
            let Block { scale, shift: by } = &self.pair.first;
            let Pair { second: Block { scale: other, .. }, .. } = &self.pair;
            let Block { shift, .. } = &self.blocks[0];
            let Config { gain } = &self.config;
            ((x * scale + by) * other + shift).sum() * *gain
        }
    }

    #[test]
    fn parts() {
        let block = || Block { scale: [2.0; 2].into(), shift: [1.0; 2].into() };
        let pair = Pair { first: block(), second: block() };
        let net = Net { pair, blocks: vec![block()], config: Config { gain: 3.0 } };
        let (loss, gradient) = net.loss_and_grad(&Tensor::full([1], 1.0));
        assert_eq!(loss, 3.0 * 2.0 * ((2.0 + 1.0) * 2.0 + 1.0));
        assert_eq!(gradient.pair.first.scale[0], 6.0);
        assert_eq!(gradient.pair.second.scale[0], 9.0);
        assert_eq!(gradient.blocks[0].shift[0], 3.0);
    }
}
