//! Methods of named lists of parts, and loops over parts that are found one by one.

use tiedw::prelude::*;

use crate::{agree_all, agree_in_input, rng, uniform};

type Numbers = Tensor<3, f64>;
type Square = WithElem<Linear<3, 3>, f64>;

#[derive(Module, Clone)]
struct Net {
    a: Square,
    b: Square,
    spare: Option<Square>,
    blocks: Vec<Square>,
    #[module(skip)]
    order: Vec<usize>,
}

fn net() -> Net {
    let rng = &mut rng(1);
    Net {
        a: Init::init(rng),
        b: Init::init(rng),
        spare: Some(Init::init(rng)),
        blocks: (0..3).map(|_| Init::init(rng)).collect(),
        order: vec![2, 0, 2],
    }
}

#[differentiable]
impl Net {
    fn in_macros(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        assert!(list.len() > 1, "a list of {}", list.len());
        assert_eq!(list.len(), 3);
        let text = format!("{}", list.len());
        let outputs = vec![list[0].forward(x), list[text.len()].forward(x)];
        let sum: f64 = outputs.iter().map(|h| h.square().sum()).sum();
        if matches!(list.len(), 3) { sum } else { 0.0 }
    }

    fn removed(&self, x: &Numbers) -> f64 {
        let mut list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let h = list.remove(1).forward(x);
        list.iter().map(|part| part.forward(&h).square().sum()).sum()
    }

    fn retained_and_sorted(&self, x: &Numbers) -> f64 {
        let mut list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        list.retain(|part| part.weight.sum() > -100.0);
        list.sort_by_key(|part| part.bias.shape()[0]);
        list[0].forward(x).square().sum()
    }

    fn let_else(&self, x: &Numbers) -> f64 {
        let mut list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let Some(part) = list.pop() else { return 0.0 };
        part.forward(x).square().sum() * list.len() as f64
    }

    fn matched(&self, x: &Numbers) -> f64 {
        let mut list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let mut h = x.clone();
        for _ in 0..5 {
            h = match list.pop() {
                Some(part) => part.forward(&h).tanh(),
                None => h * 0.5,
            };
        }
        h.square().sum()
    }

    fn best_of(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let (mut best, mut top) = (0, f64::MIN);
        let mut part = list[0];
        for (i, &other) in list.iter().enumerate() {
            let score = other.forward(x).sum();
            if score > top {
                (best, top) = (i, score);
                part = other;
            }
        }
        part.forward(x).square().sum() * (best + 1) as f64
    }

    fn found_in_the_list(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let last = list.iter().last().unwrap();
        let wide = list.iter().find(|part| part.bias.shape()[0] > 2).unwrap();
        let largest = list.iter().max_by_key(|part| part.weight.shape()[1]).unwrap();
        (last.forward(x) * wide.forward(x) + largest.forward(x)).sum()
    }

    fn slices(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let mut h = x.clone();
        for part in &list[1..] {
            h = part.forward(&h).tanh();
        }
        for part in list[..2].iter().rev() {
            h = part.forward(&h).tanh();
        }
        h.square().sum()
    }

    fn drained(&self, x: &Numbers) -> f64 {
        let mut list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let mut h = x.clone();
        for part in list.drain(1..) {
            h = part.forward(&h).tanh();
        }
        h.square().sum() + list[0].bias.sum()
    }

    fn copied_lists(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let other: Vec<&Square> = list.iter().copied().rev().collect();
        let again = list.clone();
        let mut h = x.clone();
        for part in other {
            h = part.forward(&h).tanh();
        }
        h.square().sum() + again[1].forward(x).sum()
    }

    fn chosen_list(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = if x.rows() > 1 { vec![&self.a, &self.b] } else { vec![&self.a] };
        let mut h = x.clone();
        for part in list {
            h = part.forward(&h).tanh();
        }
        h.square().sum()
    }

    fn pushed_by_name(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let mut used: Vec<&Square> = Vec::new();
        for &part in &list {
            if part.weight.sum() > -100.0 {
                used.push(part);
            }
        }
        let mut h = x.clone();
        for part in &used {
            h = part.forward(&h).tanh();
        }
        h.square().sum()
    }

    fn of_an_option(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.spare.iter().chain(&self.blocks).collect();
        let mut h = x.clone();
        for part in list {
            h = part.forward(&h).tanh();
        }
        h.square().sum()
    }

    fn given_by_a_match(&self, x: &Numbers) -> f64 {
        let mut part = match x.rows() {
            1 => &self.a,
            2 => &self.blocks[1],
            _ => &self.b,
        };
        let mut h = part.forward(x);
        if x.rows() == 2 {
            part = match self.order.first() {
                Some(2) => &self.a,
                _ => &self.b,
            };
        }
        h += part.forward(&h);
        h.square().sum()
    }

    fn left_early(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for part in self.order.iter().map(|&i| &self.blocks[i]) {
            h = part.forward(&h).tanh();
            if h.sum() > 100.0 {
                return h.sum();
            }
            if h.sum() > 50.0 {
                break;
            }
        }
        h.square().sum()
    }

    fn found_as_they_are_asked_for(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        let mut at = 0;
        for part in std::iter::repeat(()).map(|_| &self.blocks[at]) {
            h = part.forward(&h).tanh();
            if h.rows() == 2 {
                break;
            }
        }
        at += 2;
        h.square().sum() * at as f64
    }

    fn found_before_a_checkpoint(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for (i, part) in self.order.iter().filter(|&&i| i != 1).map(|&i| &self.blocks[i]).enumerate() {
            #[checkpoint]
            {
                h = part.forward(&h).tanh() * (i + 1) as f64;
            }
        }
        h.square().sum()
    }

    fn best_of_fields(&self, x: &Numbers) -> f64 {
        let (mut best, mut top) = (0, f64::MIN);
        let mut part = &self.blocks[0];
        for (i, block) in self.blocks.iter().enumerate() {
            let score = block.forward(x).sum();
            if score > top {
                (best, top) = (i, score);
                part = block;
            }
        }
        part.forward(x).square().sum() * (best + 1) as f64
    }

    fn fields_put_into_a_list(&self, x: &Numbers) -> f64 {
        let mut list = vec![&self.a];
        for block in &self.blocks {
            if block.forward(x).sum() > -50.0 {
                list.push(block);
            }
        }
        list.push(&self.b);
        let mut h = x.clone();
        for part in list {
            h = part.forward(&h).tanh();
        }
        h.square().sum()
    }

    fn shadowed(&self, x: &Numbers) -> f64 {
        let list: Vec<&Square> = self.order.iter().map(|&i| &self.blocks[i]).collect();
        let mut used: Vec<&Square> = Vec::new();
        for part in &list {
            {
                let part = &self.b;
                used.push(part);
            }
            used.push(part);
        }
        let mut h = x.clone();
        for part in used.iter().skip(1).step_by(2) {
            h = part.forward(&h).tanh();
        }
        h.square().sum()
    }

    fn in_the_last_statement_of_a_block(&self, x: &Numbers) -> f64 {
        let mut h = x.clone();
        for part in self.order.iter().map(|&i| &self.blocks[i]) {
            for other in self.order.iter().rev().map(|&i| &self.blocks[i]) {
                h = other.forward(&part.forward(&h)).tanh();
            }
        }
        h.square().sum()
    }

    fn pairs(&self, x: &Numbers) -> f64 {
        let gain = self.a.bias.sum();
        let mut list: Vec<(f64, &Square)> = vec![(gain, &self.a), (gain * 0.5, &self.b)];
        for block in &self.blocks {
            list.push((0.25, block));
        }
        let (first, part) = list[1];
        let mut sum = part.forward(x).sum() * first * list[2].0 + list[3].1.bias.sum();
        for (i, (scale, part)) in list.iter().enumerate().rev() {
            sum += scale * part.forward(x).square().sum() * (i + 1) as f64;
        }
        assert_eq!(list.len(), 5);
        sum + list.iter().map(|(scale, part)| part.forward(x).sum() * scale).sum::<f64>()
    }

    fn stack_of_pairs(&self, x: &Numbers) -> f64 {
        let mut stack = vec![(&self.a, 0)];
        let mut sum = 0.0;
        while let Some((part, depth)) = stack.pop() {
            sum += part.forward(x).square().sum() * (depth + 1) as f64;
            if depth < 2 {
                stack.push((&self.b, depth + 1));
                stack.push((&self.blocks[depth], depth + 2));
            }
        }
        sum
    }

    fn pairs_of_tensors(&self, x: &Numbers) -> f64 {
        let list = [(x.clone(), &self.a), (x * 2.0, &self.b)];
        let mut sum = 0.0;
        for (input, part) in list {
            sum += part.forward(&input).square().sum();
        }
        sum
    }

    fn beyond_the_end(&self, x: &Numbers, at: usize) -> f64 {
        let mut list = vec![&self.a];
        list.push(&self.a);
        list[at].forward(x).sum()
    }
}

#[test]
fn gradients_agree() {
    let (mut net, x) = (net(), uniform(2, 5));
    agree_all!(
        &net,
        (&x),
        in_macros in_macros_and_grad,
        removed removed_and_grad,
        retained_and_sorted retained_and_sorted_and_grad,
        let_else let_else_and_grad,
        matched matched_and_grad,
        best_of best_of_and_grad,
        found_in_the_list found_in_the_list_and_grad,
        slices slices_and_grad,
        drained drained_and_grad,
        copied_lists copied_lists_and_grad,
        chosen_list chosen_list_and_grad,
        pushed_by_name pushed_by_name_and_grad,
        of_an_option of_an_option_and_grad,
        given_by_a_match given_by_a_match_and_grad,
        left_early left_early_and_grad,
        found_as_they_are_asked_for found_as_they_are_asked_for_and_grad,
        found_before_a_checkpoint found_before_a_checkpoint_and_grad,
        best_of_fields best_of_fields_and_grad,
        fields_put_into_a_list fields_put_into_a_list_and_grad,
        shadowed shadowed_and_grad,
        pairs pairs_and_grad,
        stack_of_pairs stack_of_pairs_and_grad,
        pairs_of_tensors pairs_of_tensors_and_grad,
        in_the_last_statement_of_a_block in_the_last_statement_of_a_block_and_grad,
    );
    agree_all!(&net, (&x, 1), beyond_the_end beyond_the_end_and_grad);
    net.spare = None;
    agree_all!(&net, (&x), of_an_option of_an_option_and_grad);
    agree_all!(&net, (&uniform(1, 5)), chosen_list chosen_list_and_grad);
}

#[test]
fn cotangents_of_the_input_agree() {
    let (net, x) = (net(), uniform(2, 5));
    agree_in_input!(
        &net,
        &x,
        in_macros in_macros_vjp,
        removed removed_vjp,
        retained_and_sorted retained_and_sorted_vjp,
        let_else let_else_vjp,
        matched matched_vjp,
        best_of best_of_vjp,
        found_in_the_list found_in_the_list_vjp,
        slices slices_vjp,
        drained drained_vjp,
        copied_lists copied_lists_vjp,
        chosen_list chosen_list_vjp,
        pushed_by_name pushed_by_name_vjp,
        of_an_option of_an_option_vjp,
        given_by_a_match given_by_a_match_vjp,
        left_early left_early_vjp,
        found_as_they_are_asked_for found_as_they_are_asked_for_vjp,
        found_before_a_checkpoint found_before_a_checkpoint_vjp,
        best_of_fields best_of_fields_vjp,
        fields_put_into_a_list fields_put_into_a_list_vjp,
        shadowed shadowed_vjp,
        pairs pairs_vjp,
        stack_of_pairs stack_of_pairs_vjp,
        pairs_of_tensors pairs_of_tensors_vjp,
        in_the_last_statement_of_a_block in_the_last_statement_of_a_block_vjp,
    );
}

#[test]
#[should_panic(expected = "index out of bounds: the len is 2 but the index is 2")]
fn an_index_beyond_the_end_panics() {
    net().beyond_the_end_and_grad(&uniform(2, 5), 2);
}
