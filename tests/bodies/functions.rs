//! Functions of one's own, methods of traits, and recursion.

use tiedw::prelude::*;
use tiedw::testing::gradcheck;

use crate::{check, check_input, rng, uniform};

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    pair: WithElem<Linear<3, 3>, f64>,
}

fn net() -> Net {
    Net::init(&mut rng(91))
}

#[derive(Value, Clone)]
enum Tree {
    Leaf(Numbers),
    Node(Box<Tree>, Box<Tree>),
}

/// A loss of one's own, over sizes and element types.
#[differentiable]
fn focal_loss<const C: usize, E: Element>(logits: &Tensor<C, E>, classes: &Ids, gamma: i32) -> E {
    let picked = cross_entropy_loss(logits, classes);
    let p = (-picked).exp();
    (E::ONE - p).powi(gamma) * picked
}

#[differentiable]
fn smooth<const F: usize, E: Element>(x: &Tensor<F, E>, #[constant] by: E) -> Tensor<F, E> {
    (x * x + by).sqrt()
}

/// x^n by squaring.
#[differentiable]
fn power(x: f64, n: usize) -> f64 {
    match n {
        0 => 1.0,
        n if n % 2 == 0 => {
            let half = power(x, n / 2);
            half * half
        }
        n => x * power(x, n - 1),
    }
}

mod losses {
    use tiedw::prelude::*;

    #[differentiable]
    pub(super) fn scaled<const F: usize>(x: &Tensor<F, f64>, by: f64) -> f64 {
        x.sum() * by
    }
}

/// A function of the same name as its module, with a companion written by hand.
mod doubled {
    use tiedw::prelude::*;

    pub(super) fn doubled<const F: usize>(x: &Tensor<F, f64>) -> Tensor<F, f64> {
        x * 2.0
    }

    pub(super) fn doubled_vjp<const F: usize>(
        x: &Tensor<F, f64>,
    ) -> (Tensor<F, f64>, impl FnOnce(Tensor<F, f64>, [bool; 1]) -> (Option<Tensor<F, f64>>,) + use<F>) {
        (x * 2.0, |cotangent, [wanted]| (wanted.then(|| cotangent * 2.0),))
    }

    pub(super) fn rows(count: usize) -> usize {
        count
    }
}

/// A method of a trait of one's own, on tensors.
trait Cubed {
    fn cubed(&self) -> Numbers;
    fn cubed_vjp(&self) -> (Numbers, Box<dyn FnOnce(Numbers, [bool; 1]) -> (Option<Numbers>,)>);
}

impl Cubed for Numbers {
    fn cubed(&self) -> Numbers {
        self.powi(3)
    }

    fn cubed_vjp(&self) -> (Numbers, Box<dyn FnOnce(Numbers, [bool; 1]) -> (Option<Numbers>,)>) {
        let slope = self.powi(2) * 3.0;
        (self.cubed(), Box::new(move |cotangent, [wanted]| (wanted.then(|| cotangent * slope),)))
    }
}

trait Scorer {
    type Score;
    const WEIGHT: f64;

    fn name() -> String;
    fn score(&self, x: &Numbers) -> Self::Score;
    fn twice(&self, x: &Numbers) -> f64;
}

#[differentiable]
impl Scorer for Net {
    type Score = f64;
    const WEIGHT: f64 = 0.5;

    fn name() -> String {
        "net".into()
    }

    fn score(&self, x: &Numbers) -> Self::Score {
        self.fc.forward(x).sum() * 0.5
    }

    fn twice(&self, x: &Numbers) -> f64 {
        self.score(x) * 2.0
    }
}

/// The halves of a recursion.
#[differentiable(recursive)]
fn even(x: f64, n: usize) -> f64 {
    if n == 0 { x } else { odd(x * x, n - 1) }
}

#[differentiable(recursive)]
fn odd(x: f64, n: usize) -> f64 {
    if n == 0 { x.sin() } else { even(x.cos(), n - 1) * x }
}

#[differentiable]
impl Net {
    fn losses(&self, x: &Numbers, classes: &Ids) -> f64 {
        let h = self.fc.forward(x);
        focal_loss(&h, classes, 2) + smooth(&h, 0.1).mean() + losses::scaled(&h, power(h.mean(), 5))
    }

    fn companions_found(&self, x: &Numbers) -> f64 {
        #[differentiable]
        fn shifted(x: &Numbers) -> Numbers {
            x + 1.0
        }
        let boxed = Box::new(self.fc.forward(x));
        let h = doubled::doubled(&shifted(&boxed.cubed())) * doubled::rows(2) as f64;
        let list = vec![h, boxed.cubed()];
        doubled::doubled(&list[1].cubed()).mean() + (&&list[0]).cubed().sum()
    }

    fn encode(&self, tree: &Tree) -> Numbers {
        match tree {
            Tree::Leaf(x) => self.fc.forward(x).tanh(),
            Tree::Node(left, right) => {
                let left = self.encode(left);
                let right = self.encode(right);
                self.pair.forward(&(left * right)).tanh()
            }
        }
    }

    fn tree_loss(&self, tree: &Tree) -> f64 {
        self.encode(tree).sum()
    }

    fn even(&self, x: &Numbers, n: usize) -> Numbers {
        if n == 0 { x.clone() } else { self.odd(&self.fc.forward(x), n - 1) }
    }

    fn odd(&self, x: &Numbers, n: usize) -> Numbers {
        if n == 0 { x * 2.0 } else { self.even(&self.pair.forward(x).tanh(), n - 1) }
    }

    fn mutual(&self, x: &Numbers, n: usize) -> f64 {
        self.even(x, n).sum()
    }
}

fn tree(x: &Numbers) -> Tree {
    let leaf = |by: f64| Box::new(Tree::Leaf(x * by));
    let node = Tree::Node(leaf(0.5), Box::new(Tree::Node(leaf(1.5), leaf(-1.0))));
    Tree::Node(Box::new(node), leaf(2.0))
}

#[test]
fn functions_have_companions() {
    let (x, classes) = (uniform::<3>(2, 17), Ids::from_vec([2], vec![0, 2]));
    check(&net(), |net| net.losses_and_grad(&x, &classes));
    assert_eq!(net().losses(&x, &classes), net().losses_and_grad(&x, &classes).0);
    let (value, pullback) = power_vjp(1.5, 5);
    let (dx, _) = pullback(1.0, [true, false]);
    assert!((value - 1.5_f64.powi(5)).abs() < 1e-12 && (dx.unwrap() - 5.0 * 1.5_f64.powi(4)).abs() < 1e-12);
    let (_, pullback) = focal_loss_vjp(&x, &classes, 2);
    check_input(&x, |x| focal_loss(x, &classes, 2), pullback(1.0, [true, false, false]).0);
    check(&net(), |net| net.companions_found_and_grad(&x));
    let single = focal_loss(&Tensor::<2, f32>::zeros([1]), &Ids::from_vec([1], vec![0]), 2);
    assert!((single - 0.25 * 2.0_f32.ln()).abs() < 1e-6);
}

#[test]
fn recursion_has_gradients() {
    let x = uniform::<3>(2, 18);
    check(&net(), |net| net.tree_loss_and_grad(&tree(&x)));
    for n in 1..5 {
        check(&net(), |net| net.mutual_and_grad(&x, n));
    }
}

#[test]
fn methods_of_traits_have_companions() {
    let x = uniform::<3>(2, 19);
    check(&net(), |net| net.score_and_grad(&x));
    check(&net(), |net| net.twice_and_grad(&x));
    let scorer: &dyn Fn(&Net) -> f64 = &|net| Scorer::score(net, &x);
    assert_eq!(scorer(&net()), net().score_and_grad(&x).0);
    assert_eq!(Scorer::twice(&net(), &x), net().twice_and_grad(&x).0);
    assert!(<Net as Scorer>::name() == "net" && <Net as Scorer>::WEIGHT == 0.5);
}

#[test]
fn companions_are_found_within_functions() {
    #[derive(Module, Clone)]
    struct Local {
        fc: WithElem<Linear<3, 3>, f64>,
    }

    #[differentiable]
    fn halved(x: &Numbers) -> Numbers {
        x * 0.5
    }

    #[differentiable]
    impl Local {
        fn loss(&self, x: &Numbers) -> f64 {
            halved(&self.fc.forward(x)).cubed().sum()
        }
    }
    let x = uniform::<3>(2, 20);
    check(&Local::init(&mut rng(92)), |net| net.loss_and_grad(&x));
}

#[test]
fn functions_call_each_other_in_a_circle() {
    let companion = |x: f64, d: f64| {
        let (value, pullback) = even_vjp(x, 5);
        assert_eq!(value, even(x, 5));
        (value, (pullback(d, [true, false]).0,))
    };
    gradcheck(&(0.7,), |&(x,)| even(x, 5), |&(x,), d| companion(x, d)).unwrap();
}

mod shadowed {
    use super::*;

    /// A function without a companion, whose name hides that of the prelude's.
    fn mse_loss(a: &Tensor<2>, b: &Tensor<2>) -> f32 {
        10.0 * tiedw::loss::mse_loss(a, b)
    }

    #[derive(Module)]
    struct Net {
        fc: Linear<2, 2>,
    }

    #[differentiable]
    impl Net {
        fn loss(&self, x: &Tensor<2>) -> f32 {
            mse_loss(&self.fc.forward(x), x)
        }
    }

    #[test]
    #[should_panic = "but the companion in scope is `tiedw_core::loss::mse::mse_loss_vjp`"]
    fn a_function_that_hides_an_imported_one_has_not_its_gradient() {
        Net::init(&mut rng(0)).loss_and_grad(&Tensor::full([1], 1.0));
    }
}

#[differentiable]
fn gated(x: Option<&Numbers>, others: &[Option<&Numbers>], y: &Numbers) -> Numbers {
    let mut sum = match x {
        Some(x) => x * y,
        None => y.tanh(),
    };
    for other in others.iter().flatten() {
        sum = sum + other.tanh();
    }
    sum
}

#[differentiable]
impl Net {
    fn gated_loss(&self, x: &Numbers) -> f64 {
        let h = self.fc.forward(x);
        gated(Some(&h), &[None, Some(&h)], x).sum() + gated(None, &[], &h).mean()
    }
}

#[test]
fn functions_of_references_in_options() {
    let x = uniform(2, 21);
    check(&Net::init(&mut rng(93)), |net| net.gated_loss_and_grad(&x));
}
