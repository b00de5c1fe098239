//! The methods of iterators.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
    blocks: [WithElem<Linear<3, 3>, f64>; 3],
}

#[differentiable]
impl Net {
    fn zipped(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        y.iter().map(|u| self.fc.forward(u).sum()).zip(&l).map(|(a, b)| a * b).sum()
    }

    fn zipped_with_a_chain(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().filter(|v| **v < 9.0).zip(y.iter().map(|u| u.sum())).map(|(a, b)| a * b).sum()
    }

    fn zipped_with_counts(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().map(|v| v * v).zip(1..).map(|(v, k)| v * k as f64).sum()
    }

    fn zipped_with_layers(&self, x: &T, y: &[T]) -> f64 {
        y.iter()
            .map(|u| u.tanh())
            .zip(&self.blocks)
            .enumerate()
            .map(|(i, (u, block))| block.forward(&u).sum() * i as f64)
            .sum()
    }

    fn chained(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().chain(&l[1..]).chain(&l).map(|v| v * v).fold(0.0, |a, b| a * 0.5 + b)
    }

    fn chained_and_ended(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().chain(&l).take(4).enumerate().map(|(i, v)| v * i as f64).sum()
    }

    fn chained_in_a_loop(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let mut t = 1.0;
        for v in l.iter().chain(&l) {
            if t > 5.0 {
                break;
            }
            t += v * v;
        }
        t
    }

    fn after_one(&self, x: &T, y: &[T]) -> f64 {
        std::iter::once(x).chain(y).map(|u| self.fc.forward(u).tanh().sum()).sum()
    }

    fn repeated(&self, x: &T, y: &[T]) -> f64 {
        std::iter::repeat(x).take(2).chain(std::iter::repeat_n(x, 1)).map(|u| self.fc.forward(u).sum()).sum()
    }

    fn flattened(&self, x: &T, y: &[T]) -> f64 {
        let l = vec![vec![self.fc.forward(x).sum(), 2.0], vec![x.mean()]];
        l.iter().flatten().map(|v| v * v).sum()
    }

    fn backwards(&self, x: &T, y: &[T]) -> f64 {
        y.iter().map(|u| self.fc.forward(u).sum()).rev().take(2).fold(1.0, |a, b| a * 0.5 + b)
    }

    fn backwards_with_an_effect(&self, x: &T, y: &[T]) -> f64 {
        let mut c = 1.0;
        let t: f64 = y
            .iter()
            .map(|u| {
                c = c * self.fc.forward(u).sum();
                c
            })
            .rev()
            .sum();
        t * c
    }

    fn stepped(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().map(|v| v * v).step_by(2).sum()
    }

    fn while_some(&self, x: &T, y: &[T]) -> f64 {
        y.iter()
            .map(|u| self.fc.forward(u).sum())
            .map_while(|v| if v > 99.0 { None } else { Some(v * v) })
            .sum()
    }

    fn skipped_while(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let first = l[0];
        l.iter().skip_while(|v| **v == first).map(|v| v * v).sum()
    }

    fn scanned(&self, x: &T, y: &[T]) -> f64 {
        y.iter()
            .scan(x.clone(), |h, u| {
                *h = self.fc.forward(&(&*h + u)).tanh();
                Some(h.sum())
            })
            .sum()
    }

    fn counted(&self, x: &T, y: &[T]) -> f64 {
        y.iter()
            .scan(0, |k, u| {
                *k += 1;
                Some(self.fc.forward(u).sum() * *k as f64)
            })
            .sum()
    }

    fn product(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().product::<f64>() + y.iter().map(|u| self.fc.forward(u).mean()).product::<f64>()
    }

    fn largest(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().max_by(|a, b| a.total_cmp(b)).unwrap() * l.iter().copied().min_by(f64::total_cmp).unwrap()
    }

    fn largest_and_place(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let (i, m) = l.iter().enumerate().max_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap()).unwrap();
        m * l[i] * (i + 1) as f64
    }

    fn found(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let first = l[0];
        let k = l.iter().position(|v| *v != first).unwrap();
        l.iter().find(|v| **v != first).unwrap() * l[k]
    }

    fn found_and_changed(&self, x: &T, y: &[T]) -> f64 {
        y.iter()
            .find_map(|u| {
                let v = self.fc.forward(u).sum();
                if v < 99.0 { Some(v * v) } else { None }
            })
            .unwrap()
    }

    fn parted(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let (p, q): (Vec<f64>, Vec<f64>) = l.into_iter().partition(|v| *v > 0.0);
        p.iter().sum::<f64>() - q.iter().map(|v| v * v).sum::<f64>()
    }

    fn nth(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter().map(|v| v * v).nth(1).unwrap() + l.iter().next().unwrap()
    }

    fn of_a_result(&self, x: &T, y: &[T]) -> f64 {
        y.iter().map(|u| self.fc.forward(u).sum()).collect::<Vec<f64>>().iter().map(|v| v * v).sum()
    }

    fn of_an_option(&self, x: &T, y: &[T]) -> f64 {
        let l: Option<Vec<f64>> = y.iter().map(|u| Some(self.fc.forward(u).sum())).collect();
        l.unwrap().iter().sum()
    }

    fn of_a_slice(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l[1..].iter().sum::<f64>() * l[..2].iter().map(|v| v * v).sum::<f64>() * l[1..].last().unwrap()
    }

    fn of_options(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        let o: Vec<Option<f64>> = l.into_iter().map(Some).collect();
        o.iter().map(|v| v.unwrap()).sum()
    }

    fn chosen_in_a_block(&self, x: &T, y: &[T]) -> f64 {
        let l: Vec<f64> = y.iter().map(|u| self.fc.forward(u).tanh().sum()).collect();
        l.iter()
            .filter(|v| {
                let keep = **v > -9.0;
                keep
            })
            .sum()
    }

    fn over_options(&self, x: &T, y: &[T]) -> f64 {
        let l = vec![Some(self.fc.forward(x).sum()), None, Some(2.0)];
        let mut t = 1.0;
        for v in &l[0] {
            t += v;
        }
        t + l.iter().flatten().map(|v| v * v).sum::<f64>() + l[0].iter().chain(&l[2]).product::<f64>()
    }

    fn largest_of_computed(&self, x: &T, y: &[T]) -> f64 {
        let m = y.iter().max_by(|a, b| a.sum().total_cmp(&b.sum())).unwrap();
        (self.fc.forward(m) * x).sum()
    }

    fn largest_or_equal(&self, x: &T, y: &[T]) -> f64 {
        let l = vec![self.fc.forward(x).sum(), 0.3];
        *l.iter().max_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal)).unwrap() * l[0]
    }
}

#[test]
fn methods_of_iterators() {
    let net = Net::init(&mut rng(3));
    let (x, y) = (uniform(2, 5), [uniform(2, 6), uniform(2, 7), uniform(2, 8)]);
    agree_all!(
        &net, (&x, &y),
        zipped zipped_and_grad, zipped_with_a_chain zipped_with_a_chain_and_grad,
        zipped_with_counts zipped_with_counts_and_grad, zipped_with_layers zipped_with_layers_and_grad,
        chained chained_and_grad, chained_and_ended chained_and_ended_and_grad,
        chained_in_a_loop chained_in_a_loop_and_grad, after_one after_one_and_grad,
        repeated repeated_and_grad, flattened flattened_and_grad, backwards backwards_and_grad,
        backwards_with_an_effect backwards_with_an_effect_and_grad, stepped stepped_and_grad,
        while_some while_some_and_grad, skipped_while skipped_while_and_grad, scanned scanned_and_grad,
        counted counted_and_grad, product product_and_grad, largest largest_and_grad,
        largest_and_place largest_and_place_and_grad, found found_and_grad,
        found_and_changed found_and_changed_and_grad, parted parted_and_grad, nth nth_and_grad,
        of_a_result of_a_result_and_grad, of_an_option of_an_option_and_grad,
        of_a_slice of_a_slice_and_grad, of_options of_options_and_grad,
        chosen_in_a_block chosen_in_a_block_and_grad, over_options over_options_and_grad,
        largest_of_computed largest_of_computed_and_grad, largest_or_equal largest_or_equal_and_grad,
    );
}
