//! Differentiable traits with differentiable supertraits, whose methods their bodies call.

use tiedw::Value;
use tiedw::prelude::*;

use crate::{check, rng, uniform};

type Numbers = Tensor<3, f64>;
type Dense = WithElem<Linear<3, 3>, f64>;

#[differentiable]
trait Encoder<const F: usize> {
    type Memory: Value + Clone;

    fn empty(&self) -> Self::Memory;
    fn encode(&self, x: &Tensor<F, f64>, memory: &mut Self::Memory) -> Tensor<F, f64>;

    fn twice(&self, x: &Tensor<F, f64>) -> Tensor<F, f64> {
        let mut memory = self.empty();
        let y = self.encode(x, &mut memory);
        self.encode(&y, &mut memory)
    }
}

#[differentiable]
trait Scored {
    fn score(&self, x: f64) -> f64;
}

/// Two supertraits, of which one has a parameter and a type, and bodies that call the methods of both, and their own.
#[differentiable]
trait Ranked<const F: usize>: Encoder<F> + Scored {
    fn keep(&self, x: &Tensor<F, f64>) -> (Tensor<F, f64>, Self::Memory) {
        let mut memory = self.empty();
        (self.encode(x, &mut memory), memory)
    }

    fn rank(&self, x: &Tensor<F, f64>) -> f64 {
        let (y, _) = self.keep(x);
        let mut total = self.score(y.sum());
        #[checkpoint]
        for _ in 0..2 {
            total += self.twice(x).mean() * 0.3;
        }
        total
    }
}

/// Adds what stands two steps above it.
#[differentiable]
trait Trained
where
    Self: Ranked<3>,
{
    fn loss(&self, x: &Numbers) -> f64 {
        let kept = |y: &Numbers| self.keep(y).0.sum();
        self.rank(x) + 0.1 * self.score(kept(x)) + self.weight()
    }

    fn weight(&self) -> f64;
}

#[derive(Module, Clone)]
struct Net {
    fc: Dense,
    #[module(init = ones)]
    gain: Vector<3, f64>,
}

#[differentiable]
impl Encoder<3> for Net {
    type Memory = Vec<Numbers>;

    fn empty(&self) -> Self::Memory {
        Vec::new()
    }

    fn encode(&self, x: &Numbers, memory: &mut Self::Memory) -> Numbers {
        let mut y = self.fc.forward(x);
        if let Some(last) = memory.last() {
            y = y + last * 0.5;
        }
        memory.push(y.clone());
        y.tanh()
    }
}

#[differentiable]
impl Scored for Net {
    fn score(&self, x: f64) -> f64 {
        x * x * self.gain.sum()
    }
}

#[differentiable]
impl Ranked<3> for Net {}

#[differentiable]
impl Trained for Net {
    fn weight(&self) -> f64 {
        self.gain.tensor().mean()
    }
}

#[derive(Module, Clone)]
struct Pair<T> {
    left: T,
    #[tie(left)]
    right: Tied<T>,
    teacher: Frozen<T>,
}

#[differentiable]
impl<T: Trained + Module<Elem = f64>> Pair<T> {
    fn loss(&self, x: &Numbers, y: &Numbers) -> f64 {
        let apart = self.left.rank(x) - self.right.rank(y) + self.teacher.loss(x);
        apart * apart + self.right.score(self.left.twice(y).sum()) * 0.2
    }
}

#[test]
fn bodies_call_methods_of_supertraits() {
    let (x, y) = (uniform(2, 810), uniform(2, 811));
    let net = || Net::init(&mut rng(812));
    check(&net(), |net| net.loss_and_grad(&x));
    let teacher = || Frozen::new(Net::init(&mut rng(813)));
    check(&net(), |net| {
        let pair = Pair { left: net.clone(), right: Tied::new(), teacher: teacher() };
        let (loss, gradient) = pair.loss_and_grad(&x, &y);
        (loss, gradient.left)
    });
}

/// A trait of one's own for a layer of the library.
#[differentiable]
trait Squashed<const F: usize> {
    fn squashed(&self, x: &Tensor<F>) -> Tensor<F>;

    fn twice_squashed(&self, x: &Tensor<F>) -> Tensor<F> {
        self.squashed(&self.squashed(x))
    }
}

#[differentiable]
impl<const F: usize> Squashed<F> for Linear<F, F> {
    fn squashed(&self, x: &Tensor<F>) -> Tensor<F> {
        self.forward(x).tanh()
    }
}

#[differentiable]
impl Squashed<3> for LayerNorm<3> {
    fn squashed(&self, x: &Tensor<3>) -> Tensor<3> {
        self.forward(x) * 0.5
    }
}

#[derive(Module, Clone)]
struct Generic<A, B> {
    a: A,
    b: B,
}

#[differentiable]
impl<A: Squashed<3>, B: Squashed<3>> Generic<A, B> {
    fn loss(&self, x: &Tensor<3>) -> f32 {
        self.a.twice_squashed(&self.b.squashed(x)).mean()
    }
}

#[differentiable]
impl Generic<Linear<3, 3>, LayerNorm<3>> {
    fn written_out(&self, x: &Tensor<3>) -> f32 {
        let y = self.b.forward(x) * 0.5;
        self.a.forward(&self.a.forward(&y).tanh()).tanh().mean()
    }
}

#[test]
fn layers_of_the_library_have_a_trait() {
    let net = Generic::<Linear<3, 3>, LayerNorm<3>>::init(&mut rng(814));
    let x = Tensor::from([0.3, -1.0, 2.0]);
    let ((loss, gradient), (other, written_out)) = (net.loss_and_grad(&x), net.written_out_and_grad(&x));
    assert!(loss == other && gradient.b.weight[0] != 0.0);
    assert_eq!(gradient.a.weight.as_slice(), written_out.a.weight.as_slice());
    assert_eq!(gradient.b.weight.as_slice(), written_out.b.weight.as_slice());
}

/// A type of the supertrait's in the methods of a trait, and of the impl.
#[differentiable]
trait Regular<const F: usize>: Encoder<F> {
    fn penalty(&self, memory: &Self::Memory) -> f64;

    fn regular(&self, x: &Tensor<F, f64>) -> f64 {
        let mut memory = self.empty();
        let y = self.encode(x, &mut memory);
        y.powi(2).sum() + self.penalty(&memory)
    }
}

#[derive(Module, Clone)]
struct Remembering {
    fc: Dense,
}

#[differentiable]
impl Encoder<3> for Remembering {
    type Memory = Vec<Numbers>;

    fn empty(&self) -> Self::Memory {
        Vec::new()
    }

    fn encode(&self, x: &Numbers, memory: &mut Self::Memory) -> Numbers {
        memory.push(self.fc.forward(x).tanh());
        memory[0].clone()
    }
}

#[differentiable]
impl Regular<3> for Remembering {
    fn penalty(&self, memory: &Self::Memory) -> f64 {
        memory.iter().map(|h| h.powi(2).mean()).sum()
    }
}

#[differentiable]
impl Remembering {
    fn loss(&self, x: &Numbers) -> f64 {
        self.regular(x)
    }
}

#[test]
fn impls_name_types_of_supertraits() {
    let net = Remembering { fc: Init::init(&mut rng(815)) };
    check(&net, |net| net.loss_and_grad(&uniform(2, 816)));
}
