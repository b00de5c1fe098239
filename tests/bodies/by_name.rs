//! Functions of `Option`, `Result` and `std::iter` by name, and methods of options and lists that take functions.

use crate::{agree_all, rng, uniform};
use tiedw::prelude::*;

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn results(&self, x: &T) -> Vec<Result<f64, String>> {
        let h = self.fc.forward(x).tanh();
        vec![Ok(h.sum()), Ok(h.mean()), Err("missing".to_string()), Ok(x.sum())]
    }

    fn ok_by_name(&self, x: &T) -> f64 {
        let (some, before) = (self.results(x), self.results(x));
        let some: f64 = some.into_iter().filter_map(Result::ok).product();
        let before: f64 = before.into_iter().map_while(Result::ok).map(|h| h * h).sum();
        some + before
    }

    fn option_by_name(&self, x: &T) -> f64 {
        let cache = vec![Some(self.fc.forward(x).sum()), Some(x.mean())];
        let there = cache.iter().filter(|h| h.is_some()).count();
        cache.into_iter().map(Option::unwrap).product::<f64>() * there as f64
    }

    fn lent_results(&self, x: &T) -> f64 {
        let found = self.results(x);
        let first = found[0].as_ref().map(|h| h * 2.0).unwrap_or(0.0);
        let third = found[2].as_ref().map_or(1.0, |h| h * 3.0);
        first * third * found[1].as_ref().unwrap()
    }

    fn flattened(&self, x: &T) -> f64 {
        let nested = [Some(self.fc.forward(x).sum()), None];
        let first = nested.first().copied().flatten().unwrap();
        first * Some(nested[1]).flatten().unwrap_or(first) * Some(nested[0]).flatten().unwrap()
    }

    fn inserted_and_taken(&self, x: &T) -> f64 {
        let (mut h, mut none) = (Some(self.fc.forward(x).mean().exp()), None);
        let k = *none.insert(x.sum());
        let taken = h.take_if(|h| *h > 0.0).unwrap();
        taken * k + h.unwrap_or(k) + none.unwrap()
    }

    fn zipped(&self, x: &T) -> f64 {
        let list = [self.fc.forward(x).sum(), x.sum(), x.mean()];
        let mut total = 0.0;
        for (a, b) in std::iter::zip(&list, &list[1..]) {
            total += a * b;
        }
        total
            * std::iter::zip(list.iter().skip(1), list)
                .enumerate()
                .map(|(i, (a, b))| a * b * i as f64)
                .sum::<f64>()
    }

    fn repeated_and_filled(&self, x: &T) -> f64 {
        let mut list = [self.fc.forward(x).sum(), x.sum(), 0.5].repeat(2);
        let product: f64 = list.iter().product();
        let mut k = list[0];
        list.fill_with(|| {
            k *= 0.5;
            k * x.mean()
        });
        product + list.iter().zip(1..).map(|(h, i)| h * i as f64).sum::<f64>()
    }

    fn partitioned(&self, x: &T) -> f64 {
        let h = self.fc.forward(x).mean();
        let mut list = vec![h - 9.0, h, h + 9.0];
        let place = list.partition_point(|h| *h < -4.0);
        list[place] *= x.sum();
        list.iter().product::<f64>() * place as f64
    }
}

#[test]
fn functions_by_name() {
    let net = Net::init(&mut rng(13));
    let x = uniform(2, 14);
    agree_all!(
        &net, (&x),
        ok_by_name ok_by_name_and_grad, option_by_name option_by_name_and_grad, lent_results lent_results_and_grad,
        flattened flattened_and_grad, inserted_and_taken inserted_and_taken_and_grad, zipped zipped_and_grad,
        repeated_and_filled repeated_and_filled_and_grad, partitioned partitioned_and_grad,
    );
}
