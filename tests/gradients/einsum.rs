//! Sums of products along named axes.

use std::panic::catch_unwind;

use tiedw::prelude::*;
use tiedw::testing::gradcheck;

use crate::check::{check_net, random, randomized, rng};

type Dynamic = Tensor<DYN, f64>;

fn dynamic(shape: &[usize]) -> Dynamic {
    Tensor::randn(shape, &mut rng())
}

/// The products for each index of all axes, one by one.
fn by_indices(equation: &str, operands: &[Dynamic]) -> Dynamic {
    let (left, result) = equation.split_once("->").unwrap();
    let terms: Vec<&str> = left.split(',').collect();
    let mut letters: Vec<(char, usize)> = Vec::new();
    for (term, x) in terms.iter().zip(operands) {
        for (letter, &size) in term.chars().zip(x.shape()) {
            if !letters.iter().any(|&(other, _)| other == letter) {
                letters.push((letter, size));
            }
        }
    }
    let size = |letter| letters.iter().find(|&&(other, _)| other == letter).unwrap().1;
    let shape: Vec<usize> = result.chars().map(size).collect();
    let shape = if shape.is_empty() { vec![1] } else { shape };
    let mut y = Dynamic::zeros(&shape[..]).into_vec();
    let count: usize = letters.iter().map(|&(_, size)| size).product();
    for at in 0..count {
        let mut rest = at;
        let indices: Vec<(char, usize)> = letters
            .iter()
            .map(|&(letter, size)| {
                let index = rest % size;
                rest /= size;
                (letter, index)
            })
            .collect();
        let of = |term: &str| -> Vec<usize> {
            term.chars().map(|c| indices.iter().find(|&&(other, _)| other == c).unwrap().1).collect()
        };
        let product: f64 = terms.iter().zip(operands).map(|(term, x)| x.get(&of(term))).product();
        let place = of(result).iter().zip(&shape).fold(0, |place, (index, size)| place * size + index);
        y[place] += product;
    }
    Tensor::from_shape_vec(&shape[..], y)
}

fn check(equation: &str, shapes: &[&[usize]]) {
    let operands: Vec<Dynamic> = shapes.iter().map(|shape| dynamic(shape)).collect();
    let (y, expected) = (Tensor::einsum(equation, &operands), by_indices(equation, &operands));
    assert_eq!(y.shape(), expected.shape(), "{equation}");
    assert!((&y - &expected).abs().le(1e-12).all(), "{equation} of {shapes:?}: {y:?}, not {expected:?}");
    gradcheck(
        &operands,
        |operands| Tensor::einsum(equation, operands),
        |operands, d| {
            let (y, pullback) = Tensor::einsum_vjp(equation, operands);
            let parts: Vec<Dynamic> = pullback(d, [false, true]).1.unwrap().into_iter().flatten().collect();
            (y, parts)
        },
    )
    .unwrap();
}

#[test]
fn agrees_with_indices() {
    check("ij,jk->ik", &[&[3, 4], &[4, 5]]);
    check("ij,jk->ki", &[&[3, 4], &[4, 5]]);
    check("ji,kj->ik", &[&[4, 3], &[5, 4]]);
    check("ij,jk->ik", &[&[1, 1], &[1, 1]]);
    check("ij,jk->ik", &[&[2, 1], &[1, 3]]);
    check("ij,jk->ik", &[&[2, 0], &[0, 3]]);
    check("ij,jk->ik", &[&[0, 2], &[2, 3]]);
    check("bqhd,bkhd->bhqk", &[&[2, 3, 2, 2], &[2, 4, 2, 2]]);
    check("bqhd,bkhd->qkbh", &[&[2, 3, 2, 2], &[2, 4, 2, 2]]);
    check("ajbk,kcjd->dcba", &[&[2, 3, 2, 2], &[2, 2, 3, 2]]);
    check("abc,cbd->ad", &[&[2, 3, 2], &[2, 3, 4]]);
    check("iji,jk->k", &[&[2, 3, 2], &[3, 2]]);
    check("iii->i", &[&[3, 3, 3]]);
    check("iij->", &[&[2, 2, 3]]);
    check("abc->b", &[&[2, 3, 2]]);
    check("abc,ab->cb", &[&[2, 3, 2], &[2, 3]]);
    check("i,j->", &[&[2], &[3]]);
    check("ij,jk,kl,li->", &[&[2, 3], &[3, 2], &[2, 1], &[1, 2]]);
    check("ij,ij,ij->j", &[&[2, 3], &[2, 3], &[2, 3]]);
}

/// Every equation of two terms of two axes with two of three names each, and every result of those that they have.
#[test]
fn all_small_equations() {
    let pairs = || ["ij", "ji", "ik", "jk", "kk", "ki"].into_iter();
    let sizes = |term: &str| term.bytes().map(|c| usize::from(c - b'g')).collect::<Vec<_>>();
    for (x, y) in pairs().flat_map(|x| pairs().map(move |y| (x, y))) {
        let has = |result: &str| result.chars().all(|c| x.contains(c) || y.contains(c));
        for result in
            ["", "i", "j", "k", "ij", "ik", "kj", "ijk", "kij"].into_iter().filter(|result| has(result))
        {
            check(&format!("{x},{y}->{result}"), &[&sizes(x), &sizes(y)]);
        }
    }
}

/// Large enough for threads and for packing.
#[test]
fn large() {
    let (x, y) = (random::<70>(&[130], &mut rng()).dynamic(), random::<90>(&[70], &mut rng()).dynamic());
    let product = x.matmul(&y);
    for (equation, transposed) in [("ij,jk->ik", false), ("ij,jk->ki", true)] {
        let z = Tensor::einsum(equation, &[&x, &y]);
        let z = if transposed { z.transpose(0, 1) } else { z };
        assert!((z - &product).abs().le(1e-12).all());
    }
    let (q, k) = (random::<8>(&[4, 50, 3], &mut rng()), random::<8>(&[4, 60, 3], &mut rng()));
    let z = Tensor::einsum("bqhd,bkhd->bhqk", &[q.dynamic(), k.dynamic()]);
    let expected = q.transpose(1, 2).matmul_t::<60>(&k.transpose(1, 2));
    assert!((z - expected.dynamic()).abs().le(1e-12).all());
}

#[test]
fn mistakes() {
    let refused = |equation: &'static str, shapes: &'static [&'static [usize]], wrong: &str| {
        let run = move || {
            let operands: Vec<Dynamic> = shapes.iter().map(|shape| dynamic(shape)).collect();
            Tensor::einsum(equation, &operands)
        };
        let message = *catch_unwind(run).unwrap_err().downcast::<String>().unwrap();
        assert_eq!(message, format!("einsum of `{equation}` of tensors of shapes {shapes:?}: {wrong}"));
    };
    refused("ij,jk->ik", &[&[2, 3]], "it names the axes of 2, and 1 are given");
    refused("", &[], "it takes at least one operand");
    refused("ij,jk->ik", &[&[2, 3], &[4, 5]], "`j` is 3, and 4 of operand 1");
    refused("ijk->i", &[&[2, 3]], "`ijk` does not name the axes of operand 0, which has 2");
    refused("i->i", &[&[2, 3]], "`i` does not name the axes of operand 0, which has 2");
    refused("ii->i", &[&[2, 1]], "`i` is 2, and 1 of operand 0");
    refused("i2->i", &[&[2, 3]], "`2` is no letter");
    refused("i..->i", &[&[2, 3]], "`.` is no letter");
    refused("ij->k", &[&[2, 3]], "`k` of the result is an axis of no operand");
    refused("ij->ii", &[&[2, 3]], "`i` is twice in the result");
    refused("...i,...->i", &[&[2, 3], &[4]], "an axis of `...` is 2, and 4 of operand 1");
    refused("ij->i->j", &[&[2, 3]], "`-` is no letter");
}

#[derive(Module, Clone)]
struct Attention {
    q: WithElem<Linear<4, 4>, f64>,
    k: WithElem<Linear<4, 4>, f64>,
}

#[differentiable]
impl Attention {
    fn forward(&self, x: &Tensor<4, f64>) -> Tensor<4, f64> {
        let heads = [x.shape()[0], x.shape()[1], 2];
        let q: Tensor<2, f64> = self.q.forward(x).unflatten(heads);
        let k: Tensor<2, f64> = self.k.forward(x).unflatten(heads);
        let scores = Tensor::einsum("bqhd,bkhd->bhqk", &[q.dynamic(), k.dynamic()]).softmax();
        let (v, gate) = (k.tanh().dynamic(), x.mean_axis(0).dynamic());
        let mixed = Tensor::einsum("bhqk,bkhd,qd->bqhd", &[&scores, &v, &gate.narrow(1, 0, 2)]);
        mixed.flatten()
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net = randomized(Attention::init(&mut rng), &mut rng);
    check_net!(net, random::<4>(&[2, 3], &mut rng));
}
