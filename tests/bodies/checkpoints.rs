//! `#[checkpoint]`: the gradient is that of the same code without it, bit for bit.

use std::cell::Cell;

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use tiedw::layers::Dropout;
use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: Vec<WithElem<Linear<3, 3>, f64>>,
    dropout: Dropout<f64>,
}

fn net() -> Net {
    let mut rng = rng(101);
    let blocks = (0..3).map(|_| Linear::init(&mut rng)).collect();
    Net { fc: Linear::init(&mut rng), blocks, dropout: Dropout { p: 0.5 } }
}

#[differentiable]
fn scaled<R: Rng + ?Sized>(x: &Numbers, random: &mut R) -> Numbers {
    x * Tensor::randn([x.rows()], random) + Tensor::bernoulli([1], 0.5, random)
}

#[differentiable]
impl Net {
    fn shared(&self, x: &Numbers, depth: usize) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..depth {
            h = (self.fc.forward(&h).tanh() + &h) * 0.5;
        }
        mse_loss(&h, x)
    }

    fn shared_without(&self, x: &Numbers, depth: usize) -> f64 {
        let mut h = x.clone();
        for _ in 0..depth {
            h = (self.fc.forward(&h).tanh() + &h) * 0.5;
        }
        mse_loss(&h, x)
    }

    fn blocks(&self, x: &Numbers, by: f64) -> f64 {
        let mut loss = 0.0;
        let mut h = x.clone();
        #[checkpoint]
        for (i, block) in self.blocks.iter().enumerate() {
            h = block.forward(&h).tanh() * (i + 1) as f64;
            loss += h.sum() * by;
        }
        #[checkpoint]
        let wide = self.blocks[0].forward(&h) + x;
        #[checkpoint]
        {
            loss = loss * wide.mean();
            h = h * 2.0;
        }
        loss + h.mean()
    }

    fn closure(&self, x: &Numbers) -> f64 {
        let step = |h: &Numbers| self.fc.forward(h).tanh();
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..3 {
            h = step(&h);
        }
        h.sum()
    }

    fn blocks_without(&self, x: &Numbers, by: f64) -> f64 {
        let mut loss = 0.0;
        let mut h = x.clone();
        for (i, block) in self.blocks.iter().enumerate() {
            h = block.forward(&h).tanh() * (i + 1) as f64;
            loss += h.sum() * by;
        }
        let wide = self.blocks[0].forward(&h) + x;
        loss = loss * wide.mean();
        h = h * 2.0;
        loss + h.mean()
    }

    fn dropped(&self, x: &Numbers, random: &mut StdRng) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for block in &self.blocks {
            h = self.dropout.forward(&block.forward(&h).tanh(), random);
        }
        h.sum() + self.dropout.forward(&h, random).mean()
    }

    fn noisy(&self, x: &Numbers, random: &mut StdRng) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for block in &self.blocks {
            if random.random_bool(0.6) {
                h = block.forward(&h).tanh() + Tensor::randn([x.rows()], random);
            }
            let mut bytes = [0; 11];
            random.fill_bytes(&mut bytes);
            h = scaled(&h, random) * (f64::from(bytes[10]) / 255.0 + random.random::<f64>());
        }
        h.mean()
    }

    fn noisy_without(&self, x: &Numbers, random: &mut StdRng) -> f64 {
        let mut h = x.clone();
        for block in &self.blocks {
            if random.random_bool(0.6) {
                h = block.forward(&h).tanh() + Tensor::randn([x.rows()], random);
            }
            let mut bytes = [0; 11];
            random.fill_bytes(&mut bytes);
            h = scaled(&h, random) * (f64::from(bytes[10]) / 255.0 + random.random::<f64>());
        }
        h.mean()
    }

    fn noisy_of_any<R: Rng>(&self, x: &Numbers, random: &mut R) -> f64 {
        #[checkpoint]
        let h = scaled(&self.fc.forward(x), random) + Tensor::rand([1], &mut *random);
        h.mean()
    }

    fn noisy_of_dyn(&self, x: &Numbers, random: &mut dyn Rng) -> f64 {
        #[checkpoint]
        let h = scaled(&self.fc.forward(x), random) + Tensor::rand([1], &mut *random);
        h.mean()
    }

    fn dropped_without(&self, x: &Numbers, random: &mut StdRng) -> f64 {
        let mut h = x.clone();
        for block in &self.blocks {
            h = self.dropout.forward(&block.forward(&h).tanh(), random);
        }
        h.sum() + self.dropout.forward(&h, random).mean()
    }
}

/// In a method with parameters, which uses `self`.
#[derive(Module, Clone)]
struct Wrapper<L: Layer> {
    layer: L,
}

#[differentiable]
impl<L: Layer<Input = Numbers, Output = Numbers>> Wrapper<L> {
    fn once(&self, x: &Numbers) -> Numbers {
        self.layer.forward(x).tanh()
    }

    fn repeated(&self, x: &Numbers, depth: usize) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for _ in 0..depth {
            h = self.once(&h) * 0.5;
        }
        h.sum()
    }
}

#[test]
fn a_generic_method_has_checkpoints() {
    let net = Wrapper::<WithElem<Linear<3, 3>, f64>> { layer: Init::init(&mut rng(102)) };
    check(&net, |net| net.repeated_and_grad(&uniform(2, 22), 3));
}

fn same(first: (f64, Net), second: (f64, Net)) {
    assert_eq!(first.0, second.0);
    for (first, second) in first.1.parameters().zip(second.1.parameters()) {
        assert_eq!(first.as_slice(), second.as_slice());
    }
}

#[test]
fn a_checkpoint_changes_no_bit() {
    let (net, x) = (net(), uniform::<3>(2, 21));
    check(&net, |net| net.shared_and_grad(&x, 5));
    check(&net, |net| net.blocks_and_grad(&x, 0.7));
    check(&net, |net| net.closure_and_grad(&x));
    same(net.shared_and_grad(&x, 24), net.shared_without_and_grad(&x, 24));
    same(net.blocks_and_grad(&x, 0.7), net.blocks_without_and_grad(&x, 0.7));
    let random = || StdRng::seed_from_u64(5);
    same(net.dropped_and_grad(&x, &mut random()), net.dropped_without_and_grad(&x, &mut random()));
    same(net.noisy_and_grad(&x, &mut random()), net.noisy_without_and_grad(&x, &mut random()));
    check(&net, |net| net.noisy_and_grad(&x, &mut random()));
    check(&net, |net| net.noisy_of_any_and_grad(&x, &mut random()));
    same(net.noisy_of_any_and_grad(&x, &mut random()), net.noisy_of_dyn_and_grad(&x, &mut random()));
    assert!(net.noisy_and_grad(&x, &mut random()).0 != 0.0);
    assert_eq!(net.dropped(&x, &mut random()), net.dropped_and_grad(&x, &mut random()).0);
}

/// A value of a type of one's own.
#[derive(Value, Clone)]
struct Sample {
    x: Numbers,
}

/// Data.
#[derive(Clone)]
struct Event(usize);

#[differentiable]
fn total(xs: &[Numbers]) -> Numbers {
    let mut sum = xs[0].clone();
    for x in xs {
        sum = sum + x;
    }
    sum
}

/// Defines a module whose bodies have the mark, and one whose bodies have none.
macro_rules! bodies {
    ($name:ident: $($mark:tt)*) => {
        #[derive(Module, Clone)]
        struct $name {
            fc: WithElem<Linear<3, 3>, f64>,
        }

        #[differentiable]
        impl $name {
            fn slice(&self, xs: &[Numbers]) -> f64 {
                let mut h = xs[0].clone();
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&(&xs[k] + &h)).tanh();
                }
                h.sum()
            }

            fn slice_in_a_block(&self, xs: &[Numbers]) -> f64 {
                let mut h = xs[0].clone();
                $($mark)*
                {
                    h = h * 0.5;
                    for x in xs {
                        h = self.fc.forward(&(x + &h)).tanh();
                    }
                }
                h.sum()
            }

            fn slice_in_a_call(&self, xs: &[Numbers]) -> f64 {
                $($mark)*
                let y = total(xs) * self.fc.forward(&xs[1]);
                y.sum()
            }

            fn slices_of_data(&self, x: &Numbers, lens: &[usize], name: &str, #[constant] by: &[f64]) -> f64 {
                let mut h = x.clone();
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&h).tanh() * by[k] * (lens[k] + name.len()) as f64;
                }
                h.sum()
            }

            fn array(&self, xs: [&Numbers; 2]) -> f64 {
                let mut h = xs[0].clone();
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&(xs[k] + &h)).tanh();
                }
                h.sum()
            }

            fn list(&self, xs: Vec<&Numbers>) -> f64 {
                let mut h = xs[0].clone();
                $($mark)*
                for x in &xs {
                    h = self.fc.forward(&(*x + &h)).tanh();
                }
                $($mark)*
                for k in 0..2 {
                    h = xs[k] * &h;
                }
                h.sum()
            }

            fn slice_of_references(&self, xs: &[&Numbers], ys: &Vec<&Numbers>) -> f64 {
                let mut h = xs[0].clone();
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&(xs[k] + &h)).tanh() * ys[k];
                }
                h.sum()
            }

            fn option(&self, x: &Numbers, y: Option<&Numbers>, rest: Option<&[Numbers]>) -> f64 {
                let mut h = x.clone();
                $($mark)*
                for _ in 0..2 {
                    h = self.fc.forward(&h).tanh();
                    if let Some(y) = y {
                        h = h + y;
                    }
                    if let Some(rest) = rest {
                        h = h * &rest[0];
                    }
                }
                h.sum()
            }

            fn pair(&self, xs: (&Numbers, &Numbers), names: &[&str], sizes: &[(&str, usize)]) -> f64 {
                let (x, _) = xs;
                let mut h = x.clone();
                $($mark)*
                for k in 0..2 {
                    let size = names[k].len() + sizes[k].0.len() + sizes[k].1;
                    h = self.fc.forward(&(xs.1 + &h)).tanh() * size as f64;
                }
                h.sum()
            }

            fn own_type(&self, samples: &[Sample], last: Option<&Sample>) -> f64 {
                let mut h = samples[0].x.clone();
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&(&samples[k].x + &h)).tanh();
                    if let Some(sample) = last {
                        h = h * &sample.x;
                    }
                }
                h.sum()
            }

            fn variables(&self, xs: &[Numbers]) -> f64 {
                let (both, last, rest) = ([&xs[0], &xs[1]], xs.last(), &xs[1..]);
                let mut h = xs[0].clone();
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&(both[k] + &h)).tanh();
                    if let Some(x) = last {
                        h = h + x;
                    }
                    h = h * &rest[0];
                }
                h.sum()
            }

            /// The types of the elements are known only later.
            fn types_known_later(&self, xs: &[Numbers]) -> f64 {
                let mut h = xs[0].clone();
                let mut previous = None;
                let (mut all, mut events) = (Vec::new(), Vec::new());
                let none = None;
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&(&xs[k] + &h)).tanh();
                    if let Some(previous) = previous {
                        h = h + previous;
                    }
                    previous = none.clone();
                    previous = if k > 0 { previous } else { Some(h.clone()) };
                    all.push(h.clone());
                    events.push(Event(k + 1));
                }
                all[0].sum() + h.sum() * events[1].0 as f64
            }

            fn changed(&self, x: &Numbers, seen: &mut [usize], names: &mut Vec<String>) -> f64 {
                let mut h = x.clone();
                $($mark)*
                for k in 0..2 {
                    h = self.fc.forward(&h).tanh() * (1 + seen[k] + names.len()) as f64;
                    seen[k] += 1;
                    names.push(String::from("more"));
                }
                h.sum()
            }
        }
    };
}
bodies! { Marked: #[checkpoint] }
bodies! { Unmarked: }

#[test]
fn a_checkpoint_keeps_what_arguments_refer_to() {
    let marked = Marked { fc: Init::init(&mut rng(103)) };
    let unmarked = Unmarked { fc: marked.fc.clone() };
    let xs = [uniform::<3>(2, 23), uniform::<3>(2, 24)];
    let samples = xs.clone().map(|x| Sample { x });
    let [x, y] = &xs;
    // The value, the gradient of the module and those of the arguments, to the last bit.
    macro_rules! agree {
        ($and_grad:ident, $vjp:ident, ($($argument:expr),*), $wanted:expr) => {{
            check(&marked, |net| net.$and_grad($($argument),*));
            let (mut first, mut second) = (marked.zeros_like(), unmarked.zeros_like());
            let (value, pullback) = marked.$vjp($($argument),*);
            let of_marked = pullback(1.0, &mut first, $wanted);
            let (expected, pullback) = unmarked.$vjp($($argument),*);
            let of_unmarked = pullback(1.0, &mut second, $wanted);
            assert_eq!(value, expected);
            assert_eq!(format!("{of_marked:?}"), format!("{of_unmarked:?}"));
            for (first, second) in first.parameters().zip(second.parameters()) {
                assert_eq!(first.as_slice(), second.as_slice());
            }
        }};
    }
    agree!(slice_and_grad, slice_vjp, (&xs), [true]);
    agree!(slice_in_a_block_and_grad, slice_in_a_block_vjp, (&xs), [true]);
    agree!(slice_in_a_call_and_grad, slice_in_a_call_vjp, (&xs), [true]);
    agree!(slices_of_data_and_grad, slices_of_data_vjp, (x, &[1, 2], "ab", &[0.3, 0.4]), [true; 4]);
    agree!(array_and_grad, array_vjp, ([x, y]), [true]);
    agree!(list_and_grad, list_vjp, (vec![x, y]), [true]);
    agree!(slice_of_references_and_grad, slice_of_references_vjp, (&[x, y], &vec![y, x]), [true; 2]);
    agree!(option_and_grad, option_vjp, (x, Some(y), Some(&xs)), [true; 3]);
    agree!(option_and_grad, option_vjp, (x, None, None), [true; 3]);
    agree!(pair_and_grad, pair_vjp, ((x, y), &["a", "bc"], &[("d", 1), ("", 2)]), [true; 3]);
    agree!(own_type_and_grad, own_type_vjp, (&samples, Some(&samples[1])), [true; 2]);
    agree!(variables_and_grad, variables_vjp, (&xs), [true]);
    agree!(types_known_later_and_grad, types_known_later_vjp, (&xs), [true]);
    agree!(changed_and_grad, changed_vjp, (x, &mut [1, 2], &mut Vec::new()), [true; 3]);

    let (mut seen, mut names) = ([0; 2], Vec::new());
    let (_, pullback) = marked.changed_vjp(x, &mut seen, &mut names);
    pullback(1.0, &mut marked.zeros_like(), [true; 3]);
    assert_eq!((seen, names.len()), ([1; 2], 2), "changed once");
}

thread_local! {
    static RUNS: Cell<usize> = const { Cell::new(0) };
}

fn counted(x: &Numbers) -> Numbers {
    counted_vjp(x).0
}

fn counted_vjp(x: &Numbers) -> (Numbers, impl FnOnce(Numbers, [bool; 1]) -> (Option<Numbers>,) + use<>) {
    RUNS.set(RUNS.get() + 1);
    (x * 2.0, |d: Numbers, _| (Some(d * 2.0),))
}

#[differentiable]
fn given_later(x: &Numbers, is_block: bool) -> f64 {
    let (h, g);
    #[checkpoint]
    {
        h = counted(x).tanh();
    }
    #[checkpoint]
    if is_block {
        g = counted(&h);
    } else {
        g = h.clone();
    }
    g.sum()
}

#[test]
fn a_checkpoint_gives_a_variable_its_value() {
    let x = uniform(2, 1);
    RUNS.set(0);
    let (_, pullback) = given_later_vjp(&x, true);
    assert_eq!(RUNS.get(), 2);
    let (dx, _) = pullback(1.0, [true, false]);
    assert_eq!(RUNS.get(), 4, "the code of a checkpoint runs again");
    crate::check_input(&x, |x| given_later(x, true), dx);
}
