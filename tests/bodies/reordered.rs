//! Slices of lists whose elements change places, references out of closures, and flags and counts of values and of parts.

use tiedw::prelude::*;

use crate::{check, uniform};

#[differentiable]
fn reordered(v: &[f64]) -> f64 {
    let mut t = v.to_vec();
    for pair in t.chunks_exact_mut(2) {
        pair.swap(0, 1);
    }
    for three in t.chunks_mut(3) {
        three.reverse();
    }
    t[1..].reverse();
    t[1..3].swap(0, 1);
    t[..4].rotate_left(1);
    t[1..][..=2].rotate_right(2);
    let (a, b) = t.split_at_mut(2);
    a.swap(0, 1);
    b.reverse();
    let part = &mut t[1..3];
    part.swap(0, 1);
    t[1..][1..].fill(v[0] * 0.5);
    t.iter().zip([2.0, 3.0, 5.0, 7.0, 11.0]).map(|(x, k)| x.sin() * k).sum()
}

#[differentiable]
fn referred(t: &[Vec<f64>]) -> f64 {
    let firsts: Vec<&f64> = t.iter().map(|row| row.first().unwrap()).collect();
    let best =
        t.iter().map(|row| row.iter().max_by(|a, b| a.total_cmp(b)).unwrap()).fold(0.0, |a, b| a + b * b);
    let second = t.iter().map(|row| row.get(1).unwrap()).sum::<f64>();
    let tails: Vec<&[f64]> = t.iter().map(|row| &row[1..]).collect();
    let &[from, .., to] = t[0].as_slice() else { return 0.0 };
    t.iter().map(|row| row.last().unwrap()).product::<f64>()
        + best * second * *firsts[0]
        + tails[0][0] * tails[1][0]
        + from * to
}

#[derive(Value, Clone)]
struct Particle {
    position: f64,
    id: usize,
    flags: [bool; 2],
}

#[differentiable]
fn flagged(particles: &[Particle], by: f64) -> f64 {
    let mut sum = 0.0;
    for particle in particles {
        if !particle.flags[0] && !(particle.id == 2) {
            sum += particle.position * by;
        }
        for flag in particle.flags.iter() {
            if !flag {
                sum += by * by;
            }
        }
        if -(particle.id as i64) < -1 && (particle.id as i64) - 4 < 0 {
            sum *= particle.position;
        }
    }
    for i in 0..particles.len() {
        if !particles[i].flags[1] {
            continue;
        }
        sum += particles[i].position.sin();
    }
    sum
}

#[differentiable]
fn matched(v: &[f64]) -> f64 {
    let [a, .., b] = v[1..] else { return 1.0 };
    let first = if let [x, y] | [x, y, _] = v[..3] { x * y } else { a };
    match v[..2] {
        [x, y] if x > 10.0 => y,
        [x, _] => x.sin() * a * b + first,
        _ => 0.0,
    }
}

#[differentiable]
fn made(x: f64, y: f64) -> f64 {
    let scores = vec![x, y * y, x * y];
    let row = Tensor::<3, f64>::from_vec([1], scores.clone());
    let dynamic: Tensor<DYN, f64> = Tensor::from_shape_vec([1, 3], scores);
    let rows = Tensor::from([[x, 1.0], [x * x, y]]);
    row.softmax().slice::<0, 1>().sum() + dynamic.powi(2).sum() + (Tensor::from([x, y]) * rows).exp().sum()
}

#[derive(Module, Clone)]
struct Leaf {
    weight: Vector<5, f64>,
}

#[differentiable]
impl Leaf {
    fn numbers(&self) -> Vec<f64> {
        let w = self.weight.tensor();
        vec![
            w.slice::<0, 1>().sum(),
            w.slice::<1, 1>().sum(),
            w.slice::<2, 1>().sum(),
            w.slice::<3, 2>().sum(),
            w.sum(),
        ]
    }

    fn size(&self) -> usize {
        3
    }
}

#[derive(Module, Clone)]
struct Net {
    leaves: Vec<Leaf>,
    #[module(skip)]
    sizes: Vec<usize>,
}

#[differentiable]
impl Net {
    fn largest(&self) -> usize {
        self.leaves.iter().map(|leaf| leaf.size()).max().unwrap_or(0).min(5) % 4
    }

    fn of_lists(&self) -> f64 {
        let lists: Vec<Vec<f64>> = self.leaves.iter().map(|leaf| leaf.numbers()).collect();
        let largest =
            self.largest() + self.sizes.iter().map(|size| size + 1).max().unwrap_or_default().pow(2);
        let made = made(lists[0][0], lists[1][1]) * matched(&lists[1]);
        reordered(&lists[0]) * largest as f64 + referred(&lists) + made
    }

    fn of_structs(&self) -> f64 {
        let numbers = self.leaves[0].numbers();
        let particles: Vec<Particle> = numbers
            .iter()
            .enumerate()
            .map(|(id, &position)| Particle { position, id, flags: [id == 1, id > 2] })
            .collect();
        flagged(&particles, numbers[1])
    }
}

#[test]
fn gradients_agree() {
    let leaf = |seed| Leaf { weight: Vector::from_vec(uniform::<5>(1, seed).as_slice().to_vec()) };
    let net = Net { leaves: vec![leaf(171), leaf(172)], sizes: vec![2, 1] };
    check(&net, Net::of_lists_and_grad);
    check(&net, Net::of_structs_and_grad);
    assert_eq!(net.of_lists(), net.of_lists_and_grad().0);
    assert_eq!(net.of_structs(), net.of_structs_and_grad().0);
    assert_eq!(net.largest(), 3);
}
