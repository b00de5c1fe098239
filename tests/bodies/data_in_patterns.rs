//! Methods of text, integers and lists of them that a pattern binds beside values.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;
type T = Tensor<4, f64>;
#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<4, 4>, f64>,
}
#[differentiable]
impl Net {
    fn by_name(&self, xs: &[(String, T)]) -> f64 {
        let mut sum = 0.0;
        for (name, x) in xs {
            if name.starts_with("a") {
                sum += self.fc.forward(x).tanh().sum();
            }
        }
        sum
    }
    fn by_str(&self, xs: &[(&str, T)]) -> f64 {
        let mut sum = 0.0;
        for (name, x) in xs.iter() {
            if name.len() > 1 && name.contains('b') {
                sum += self.fc.forward(x).tanh().sum();
            }
        }
        sum
    }
    fn in_closure(&self, xs: &[(String, T)]) -> f64 {
        xs.iter()
            .filter(|(name, _)| name.starts_with("a"))
            .map(|(_, x)| self.fc.forward(x).tanh().sum())
            .sum()
    }
    fn in_match(&self, xs: Vec<(String, T)>) -> f64 {
        let mut sum = 0.0;
        for (i, (name, x)) in xs.into_iter().enumerate() {
            match name.as_str() {
                "ab" => sum += self.fc.forward(&x).sum(),
                _ if name.ends_with('c') => sum -= self.fc.forward(&x).tanh().sum(),
                _ => {}
            }
            let upper = name.to_uppercase();
            if upper == "AB" || i == 0 {
                sum *= 2.0;
            }
        }
        sum
    }
    fn let_pat(&self, pair: (String, T)) -> f64 {
        let (name, x) = pair;
        let k = name.trim().len();
        self.fc.forward(&x).sum() * k as f64
    }
    fn opt(&self, pair: Option<&(String, T)>) -> f64 {
        if let Some((name, x)) = pair
            && name.starts_with("a")
        {
            self.fc.forward(x).sum()
        } else {
            0.0
        }
    }
    fn indexed(&self, xs: &[(String, T)]) -> f64 {
        let mut sum = 0.0;
        for pair in xs {
            if pair.0.starts_with("a") {
                sum += self.fc.forward(&pair.1).tanh().sum();
            }
        }
        sum
    }
    fn ids(&self, xs: &[(Vec<usize>, T)]) -> f64 {
        let mut sum = 0.0;
        for (ids, x) in xs {
            if ids.binary_search(&3).is_ok() {
                sum += self.fc.forward(x).tanh().sum();
            }
            if ids.is_sorted() {
                sum += self.fc.forward(x).sin().sum();
            }
        }
        sum
    }
}
#[test]
fn methods_of_data_beside_values() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    let x: Vec<(String, T)> =
        vec![("ab".into(), uniform(2, 2)), ("bc".into(), uniform(2, 3)), ("ac".into(), uniform(2, 4))];
    agree_all!(&net, (&x), by_name by_name_and_grad, in_closure in_closure_and_grad, indexed indexed_and_grad);
    agree_all!(&net, (x.clone()), in_match in_match_and_grad);
    agree_all!(&net, (x[0].clone()), let_pat let_pat_and_grad);
    agree_all!(&net, (x.first()), opt opt_and_grad);
    let y: Vec<(&str, T)> = x.iter().map(|(n, x)| (n.as_str(), x.clone())).collect();
    agree_all!(&net, (&y), by_str by_str_and_grad);
    let y: Vec<(Vec<usize>, T)> = x.iter().map(|(n, x)| (vec![1, 3], x.clone())).collect();
    agree_all!(&net, (&y), ids ids_and_grad);
}
#[differentiable]
impl Net {
    fn words(&self, xs: &[(String, T)]) -> f64 {
        let mut sum = 0.0;
        for (name, x) in xs {
            for c in name.chars() {
                if c.is_alphabetic() {
                    sum += self.fc.forward(x).tanh().sum();
                }
            }
            for word in name.split(' ') {
                sum += word.len() as f64;
            }
            sum *= name.split_whitespace().count() as f64;
            let n = name.chars().filter(|c| *c == 'a').count();
            if name.trim().len() > n {
                sum += 1.0;
            }
            if let Some(rest) = name.strip_prefix("a") {
                sum *= rest.len() as f64;
            }
            let k: f64 = name.parse().unwrap_or(0.3);
            sum *= k;
        }
        sum
    }
    fn numbers(&self, xs: Vec<(usize, T)>) -> f64 {
        let mut sum = 0.0;
        for (k, x) in &xs {
            if k.is_power_of_two() {
                sum += self.fc.forward(x).tanh().sum() * k.abs_diff(7) as f64;
            }
            if let Some(d) = k.checked_sub(2) {
                sum += x.sum() * d as f64;
            }
        }
        sum * xs[0].0.count_ones() as f64
    }
    fn joined(&self, xs: &[(String, T)], sep: char) -> f64 {
        let mut sum = self.fc.forward(&xs[0].1).sum();
        if xs[1].0.contains(sep) {
            sum *= 2.0;
        }
        if xs.iter().any(|(name, _)| name.ends_with('c')) {
            sum *= 3.0;
        }
        if let Some((name, x)) = xs.iter().find(|(name, _)| name.starts_with('b')) {
            sum += x.sin().sum() * name.len() as f64;
        }
        sum
    }
}
#[test]
fn methods_of_items_of_data() {
    let net = Net { fc: Init::init(&mut rng(1)) };
    let x: Vec<(String, T)> =
        vec![("ab".into(), uniform(2, 2)), ("bc".into(), uniform(2, 3)), ("ac".into(), uniform(2, 4))];
    agree_all!(&net, (&x), words words_and_grad);
    agree_all!(&net, (&x, 'b'), joined joined_and_grad);
    let y: Vec<(usize, T)> = x.iter().map(|(n, x)| (n.len(), x.clone())).collect();
    agree_all!(&net, (y.clone()), numbers numbers_and_grad);
}
