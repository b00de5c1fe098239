//! Methods that change a list in place, or look at a part of it.

use crate::{agree_all, agree_in_input, rng, uniform};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    scale: Option<Vector<4, f64>>,
    w: Vector<4, f64>,
    fc: Square,
    blocks: Vec<Square>,
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net {
        scale: Some([0.5, 1.0, 2.0, -0.3].into()),
        w: [0.5, 1.5, 2.0, -0.3].into(),
        fc: Init::init(rng),
        blocks: (0..3).map(|_| Init::init(rng)).collect(),
    }
}

#[differentiable]
impl Net {
    fn rotate_left(&self, x: &Numbers) -> f64 {
        let mut v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        v.rotate_left(1);
        (&v[0] * &v[1] + &v[2]).sum()
    }

    fn rotate_right(&self, x: &Numbers) -> f64 {
        let mut v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        v.rotate_right(1);
        (&v[0] * &v[1] + &v[2]).sum()
    }

    fn rotate_arr(&self, x: &Numbers) -> f64 {
        let mut v = [self.fc.forward(x), x.clone(), self.blocks[0].forward(x)];
        v.rotate_left(2);
        v[1] = &v[0] * &v[1];
        v.rotate_right(1);
        (&v[0] * &v[2] * 2.0 + &v[1]).sum()
    }

    fn rotate_loop(&self, x: &Numbers) -> f64 {
        let mut v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        for b in &self.blocks {
            v.rotate_left(1);
            v[0] = b.forward(&v[0]).tanh();
        }
        (&v[0] * &v[1]).sum()
    }

    fn resize_with(&self, x: &Numbers) -> f64 {
        let mut v: Vec<Numbers> = Vec::with_capacity(4);
        v.push(self.fc.forward(x));
        v.resize_with(3, || self.fc.forward(x).tanh());
        (&v[0] * &v[2]).sum()
    }

    fn extend_from_within(&self, x: &Numbers) -> f64 {
        let mut v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        v.extend_from_within(..1);
        (&v[0] * &v[3]).sum()
    }

    fn dedup(&self, x: &Numbers) -> f64 {
        let mut v: Vec<f64> = self.blocks.iter().map(|b| b.forward(x).tanh().sum()).collect();
        v.dedup();
        v[0] * v[1]
    }

    fn dedup_by(&self, x: &Numbers) -> f64 {
        let mut v: Vec<f64> = self.blocks.iter().map(|b| b.forward(x).tanh().sum()).collect();
        v.dedup_by(|a, b| (*a - *b).abs() < 1e-12);
        v[0] * v[1]
    }

    fn dedup_by_key(&self, x: &Numbers) -> f64 {
        let mut v: Vec<(usize, f64)> =
            self.blocks.iter().enumerate().map(|(i, b)| (i / 2, b.forward(x).tanh().sum())).collect();
        v.dedup_by_key(|p| p.0);
        v[0].1 * v[1].1
    }

    fn dedup_by_cmp(&self, x: &Numbers) -> f64 {
        let mut v: Vec<f64> = self
            .blocks
            .iter()
            .flat_map(|b| {
                let s = b.forward(x).tanh().sum();
                [s, s]
            })
            .collect();
        v.dedup();
        assert_eq!(v.len(), 3);
        v[0] * v[1] + v[2]
    }

    fn clone_from_slice(&self, x: &Numbers) -> f64 {
        let mut v: Vec<Numbers> = vec![x.clone(); 3];
        let w: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        v.clone_from_slice(&w);
        (&v[0] * &v[1]).sum()
    }

    fn copy_from_slice(&self, x: &Numbers) -> f64 {
        let mut v: Vec<f64> = vec![0.0; 3];
        let w: Vec<f64> = self.blocks.iter().map(|b| b.forward(x).tanh().sum()).collect();
        v.copy_from_slice(&w);
        v[0] * v[1]
    }

    fn shrink(&self, x: &Numbers) -> f64 {
        let mut v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        v.shrink_to_fit();
        v.reserve(3);
        (&v[0] * &v[1]).sum()
    }

    fn get_range(&self, x: &Numbers) -> f64 {
        let v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        let Some(a) = v.get(1..) else { return 0.0 };
        (&a[0] * &a[1]).sum()
    }

    fn split_at_checked(&self, x: &Numbers) -> f64 {
        let v: Vec<Numbers> = self.blocks.iter().map(|b| b.forward(x).tanh()).collect();
        let Some((a, b)) = v.split_at_checked(1) else { return 0.0 };
        (&a[0] * &b[0]).sum()
    }

    fn is_sorted_contains(&self, x: &Numbers) -> f64 {
        let v: Vec<f64> = self.blocks.iter().map(|b| b.forward(x).tanh().sum()).collect();
        if v.contains(&0.0) || v.is_empty() {
            return 0.0;
        }
        v[0] * v[1]
    }

    fn range_contains(&self, x: &Numbers) -> f64 {
        let t = self.fc.forward(x).sum();
        if (0.0..100.0).contains(&t) && !(..=-50.0).contains(&t) { t * t } else { t }
    }

    fn vec_from(&self, x: &Numbers) -> f64 {
        let v = Vec::from([self.fc.forward(x), x.clone()]);
        (&v[0] * &v[1]).sum()
    }

    fn to_owned(&self, x: &Numbers) -> f64 {
        let v = [self.fc.forward(x), x.clone()];
        let w = v.to_vec();
        let u = v.to_owned();
        (&w[0] * &u[1]).sum()
    }
}

#[test]
fn gradients_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_all!(&net, (&x), rotate_left rotate_left_and_grad,
rotate_right rotate_right_and_grad,
rotate_arr rotate_arr_and_grad,
rotate_loop rotate_loop_and_grad,
resize_with resize_with_and_grad,
extend_from_within extend_from_within_and_grad,
dedup dedup_and_grad,
dedup_by dedup_by_and_grad,
dedup_by_key dedup_by_key_and_grad,
dedup_by_cmp dedup_by_cmp_and_grad,
clone_from_slice clone_from_slice_and_grad,
copy_from_slice copy_from_slice_and_grad,
shrink shrink_and_grad,
get_range get_range_and_grad,
split_at_checked split_at_checked_and_grad,
is_sorted_contains is_sorted_contains_and_grad,
range_contains range_contains_and_grad,
vec_from vec_from_and_grad,
to_owned to_owned_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(net, &x, rotate_left rotate_left_vjp, rotate_right rotate_right_vjp, rotate_arr rotate_arr_vjp, rotate_loop rotate_loop_vjp, resize_with resize_with_vjp, extend_from_within extend_from_within_vjp, dedup dedup_vjp, dedup_by dedup_by_vjp, dedup_by_key dedup_by_key_vjp, dedup_by_cmp dedup_by_cmp_vjp, clone_from_slice clone_from_slice_vjp, copy_from_slice copy_from_slice_vjp, shrink shrink_vjp, get_range get_range_vjp, split_at_checked split_at_checked_vjp, is_sorted_contains is_sorted_contains_vjp, range_contains range_contains_vjp, vec_from vec_from_vjp, to_owned to_owned_vjp);
}
