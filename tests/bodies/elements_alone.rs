//! Elements of parameters that stand alone: they are the numbers that they are.

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};

type T = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Part {
    w: Vector<3, f64>,
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Part {
    fn run(&self, x: &T) -> T {
        self.fc.forward(x) * &self.w
    }
    fn norm(&self) -> f64 {
        (&self.w * &self.w).sum()
    }
}

#[derive(Module, Clone)]
struct Net {
    v: Vector<3, f64>,
    b: Vector<3, f64>,
    w: Matrix<3, 3, f64>,
    ws: Vec<Vector<3, f64>>,
    wa: [Vector<3, f64>; 2],
    experts: Vec<Part>,
    fc: WithElem<Linear<3, 3>, f64>,
    #[module(skip)]
    k: usize,
    #[module(skip)]
    sizes: Vec<usize>,
    #[module(skip)]
    deep: bool,
}

#[derive(Value, Clone)]
struct InStruct {
    a: f64,
}

#[derive(Value, Clone)]
enum InVariant {
    A(f64),
    B { c: f64 },
}

#[differentiable]
fn argument_sq(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn arguments_sq(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiable]
fn argument_by_reference_sq(x: &f64, y: f64) -> f64 {
    x * y
}

#[differentiable]
fn argument_of_any_type_sq<E: Element>(x: E) -> E {
    x * x
}

#[differentiable]
fn function_of_each_g(x: f64) -> f64 {
    x.exp()
}

#[derive(Value, Clone)]
struct ReturnedStruct {
    a: f64,
    b: f64,
}

#[differentiable]
impl Net {
    fn matched(&self, x: &T) -> f64 {
        match self.v[0] {
            s if s > 0.0 => s * x.sum(),
            _ => 0.0,
        }
    }

    fn matched_by_index(&self, x: &T) -> f64 {
        let y = match self.v[self.k] {
            s if s > 10.0 => s,
            s => s * s,
        };
        y * x.sum()
    }

    fn matched_by_name(&self, x: &T) -> f64 {
        let first = self.v[0];
        match first {
            s if s > 10.0 => s,
            s => s * x.sum(),
        }
    }

    fn matched_pair(&self, x: &T) -> f64 {
        match (self.v[0], self.v[1]) {
            (a, b) if a > b => a * x.sum(),
            (a, b) => a * b * x.sum(),
        }
    }

    fn in_vec(&self, x: &T) -> f64 {
        let s = self.v[0];
        let l = vec![s, 2.0];
        l.iter().sum::<f64>() * x.sum()
    }

    fn twice_in_vec(&self, x: &T) -> f64 {
        let s = self.v[0];
        let l = vec![s, s];
        l[0] * l[1] * x.sum()
    }

    fn elements_in_vec(&self, x: &T) -> f64 {
        let l = vec![self.v[0], self.v[1]];
        l[0] * l[1] * x.sum()
    }

    fn in_array(&self, x: &T) -> f64 {
        let l = [self.v[0], self.v[1]];
        l[0] * l[1] * x.sum()
    }

    fn in_typed_array(&self, x: &T) -> f64 {
        let l: [f64; 2] = [self.v[0], self.v[1]];
        l.iter().sum::<f64>() * x.sum()
    }

    fn in_array_alone(&self, x: &T) -> f64 {
        [self.v[0], self.v[1], 1.0].iter().sum::<f64>() * x.sum()
    }

    fn repeated(&self, x: &T) -> f64 {
        let l = [self.v[self.k]; 3];
        l[0] * l[1] * x.sum()
    }

    fn in_some(&self, x: &T) -> f64 {
        let i = 1;
        let s = Some(self.b[i]);
        s.unwrap_or(0.0) * x.sum()
    }

    fn chosen_in_some(&self, x: &T) -> f64 {
        let s = if self.deep { Some(self.b[1]) } else { None };
        s.map_or(0.0, |s| s * 2.0) * x.sum()
    }

    fn in_result_pick(&self, i: usize) -> Result<f64, String> {
        if i > 5 {
            return Err("no".to_string());
        }
        Ok(self.b[i])
    }
    fn in_result(&self, x: &T) -> f64 {
        self.in_result_pick(1).unwrap() * x.sum()
    }

    fn in_tuple(&self, x: &T) -> f64 {
        let p = (self.b[0], 1.0);
        p.0 * p.1 * x.sum()
    }

    fn in_struct(&self, x: &T) -> f64 {
        let s = InStruct { a: self.b[0] };
        s.a * x.sum()
    }

    fn in_variant(&self, x: &T) -> f64 {
        let s = if self.deep { InVariant::A(self.b[0]) } else { InVariant::B { c: self.b[1] } };
        match s {
            InVariant::A(a) => a * x.sum(),
            InVariant::B { c } => c,
        }
    }

    fn in_closure(&self, x: &T) -> f64 {
        let f = |i: usize| self.b[i];
        f(0) * f(1) * x.sum()
    }

    fn collected(&self, x: &T) -> f64 {
        let l: Vec<f64> = (0..3).map(|i| self.b[i]).collect();
        l[0] * l[1] * x.sum()
    }

    fn summed(&self, x: &T) -> f64 {
        (0..3).map(|i| self.b[i]).sum::<f64>() * x.sum()
    }

    fn in_block_of_closure(&self, x: &T) -> f64 {
        let f = |i: usize| {
            let s = self.b[i];
            s
        };
        f(0) * f(1) * x.sum()
    }

    fn folded(&self, x: &T) -> f64 {
        (0..3).map(|i| self.b[i]).fold(0.0, |a, b| a * 0.5 + b) * x.sum()
    }

    fn filtered(&self, x: &T) -> f64 {
        (0..3).filter_map(|i| if i > 0 { Some(self.b[i]) } else { None }).sum::<f64>() * x.sum()
    }

    fn in_tuples(&self, x: &T) -> f64 {
        (0..3).map(|i| (self.b[i], self.v[i])).map(|(a, b)| a * b).sum::<f64>() * x.sum()
    }

    fn by_setting(&self, x: &T) -> f64 {
        self.sizes.iter().map(|&i| self.b[i]).sum::<f64>() * x.sum()
    }

    fn from_fn(&self, x: &T) -> f64 {
        let l: [f64; 3] = std::array::from_fn(|i| self.b[i]);
        l[0] * l[1] * x.sum()
    }

    fn largest(&self, x: &T) -> f64 {
        (0..3).map(|i| self.b[i]).max_by(|a, b| a.total_cmp(b)).unwrap() * x.sum()
    }

    fn folded_by_name(&self, x: &T) -> f64 {
        (0..3).map(|i| self.b[i]).fold(0.0, f64::max) * x.sum()
    }

    fn reduced(&self, x: &T) -> f64 {
        let best = (0..3).map(|i| self.b[i]).reduce(f64::max).unwrap();
        best * x.sum()
    }

    fn mapped_option(&self, x: &T) -> f64 {
        let best = self.sizes.first().map(|&i| self.b[i]).unwrap_or(1.0);
        best * x.sum()
    }

    fn mapped_option_or(&self, x: &T) -> f64 {
        let best = self.sizes.first().map_or(0.0, |&i| self.b[i]);
        best * x.sum()
    }

    fn returned_tuple_first(&self) -> (f64, f64) {
        (self.b[0], self.b[1])
    }
    fn returned_tuple(&self, x: &T) -> f64 {
        let (a, b) = self.returned_tuple_first();
        a * b * x.sum()
    }

    fn returned_vec_first(&self) -> Vec<f64> {
        vec![self.b[0], self.b[1]]
    }
    fn returned_vec(&self, x: &T) -> f64 {
        let l = self.returned_vec_first();
        l[0] * l[1] * x.sum()
    }

    fn argument(&self, x: &T) -> f64 {
        argument_sq(self.b[0]) * x.sum()
    }

    fn arguments(&self, x: &T) -> f64 {
        arguments_sq(self.b[0], self.v[1]) * x.sum()
    }

    fn argument_by_reference(&self, x: &T) -> f64 {
        argument_by_reference_sq(&self.b[0], self.v[1]) * x.sum()
    }

    fn argument_of_any_type(&self, x: &T) -> f64 {
        argument_of_any_type_sq(self.b[0]) * x.sum()
    }

    fn of_matrix(&self, x: &T) -> f64 {
        let l = vec![self.fc.weight[(0, 1)], self.fc.weight[(1, 2)]];
        l[0] * l[1] * x.sum()
    }

    fn of_list(&self, x: &T) -> f64 {
        let l = [self.ws[0][1], self.wa[1][2]];
        l[0] * l[1] * x.sum()
    }

    fn in_tensor(&self, x: &T) -> f64 {
        let t = Tensor::<3, f64>::from([self.b[0], self.b[1], self.b[2]]);
        (t * x).sum()
    }

    fn filled(&self, x: &T) -> f64 {
        let t = Tensor::<3, f64>::full([2], self.b[0]);
        (t * x).sum()
    }

    fn in_lists(&self, x: &T) -> f64 {
        let l = vec![vec![self.b[0]], vec![self.b[1], self.v[0]]];
        l[0][0] * l[1][1] * x.sum()
    }

    fn in_list_of_tuples(&self, x: &T) -> f64 {
        let l = vec![(self.b[0], 1.0), (self.b[1], 2.0)];
        l.iter().map(|(a, b)| a * b).sum::<f64>() * x.sum()
    }

    fn in_options(&self, x: &T) -> f64 {
        let l = [Some(self.b[0]), None];
        l.iter().flatten().sum::<f64>() * x.sum()
    }

    fn then(&self, x: &T) -> f64 {
        let s = self.deep.then(|| self.b[0]).unwrap_or(1.0);
        s * x.sum()
    }

    fn then_some(&self, x: &T) -> f64 {
        let s = self.deep.then_some(self.b[0]).unwrap_or(1.0);
        s * x.sum()
    }

    fn loop_over_array(&self, x: &T) -> f64 {
        let mut t = 0.0;
        for s in [self.b[0], self.b[1]] {
            t += s * s;
        }
        t * x.sum()
    }

    fn cloned(&self, x: &T) -> f64 {
        let s = self.b[0].clone();
        let l = vec![s];
        l[0] * x.sum()
    }

    fn unwrapped(&self, x: &T) -> f64 {
        let o: Option<f64> = None;
        o.unwrap_or(self.b[0]) * x.sum()
    }

    fn of_named_matrix(&self, x: &T) -> f64 {
        let w = &self.w;
        let l: Vec<f64> = (0..3).map(|i| w[(i, 1)]).collect();
        l[0] * l[1] * x.sum()
    }

    fn of_named_vector(&self, x: &T) -> f64 {
        let b = &self.b;
        let l: Vec<f64> = (0..3).map(|i| b[i]).collect();
        l[0] * l[1] * x.sum()
    }

    fn of_item(&self, x: &T) -> f64 {
        let mut t = 0.0;
        for w in &self.ws {
            let l: Vec<f64> = (0..3).map(|i| w[i]).collect();
            t += l[0] * l[1] * x.sum();
        }
        t
    }

    fn of_part_in_loop(&self, x: &T) -> f64 {
        let mut t = 0.0;
        for p in &self.experts {
            let l: Vec<f64> = (0..3).map(|i| p.w[i]).collect();
            t += l[0] * l[1] * x.sum();
        }
        t
    }

    fn of_part_in_closure(&self, x: &T) -> f64 {
        self.experts.iter().map(|p| (0..3).map(|i| p.w[i]).sum::<f64>()).sum::<f64>() * x.sum()
    }

    fn of_parts_flat(&self, x: &T) -> f64 {
        self.experts.iter().flat_map(|p| (0..3).map(|i| p.w[i])).sum::<f64>() * x.sum()
    }

    fn rows(&self, x: &T) -> f64 {
        let l: Vec<Vec<f64>> = (0..2).map(|i| (0..3).map(|j| self.w[(i, j)]).collect()).collect();
        l[0][1] * l[1][2] * x.sum()
    }

    fn in_checkpoint(&self, x: &T) -> f64 {
        let mut h = x.clone();
        #[checkpoint]
        for i in 0..3 {
            let l = [self.b[i], self.v[self.sizes[i]]];
            let t: f64 = (0..3).map(|j| self.b[j]).sum();
            h = h.tanh() * l[0] * l[1] * t;
        }
        h.sum()
    }

    fn settings_in_checkpoint(&self, x: &T) -> f64 {
        #[checkpoint]
        let y = {
            let k = [self.sizes[0], 1];
            let v = vec![self.sizes[1]];
            let o = Some(self.sizes[0]);
            x.sum() * self.b[k[0]] * self.b[v[0]] * self.b[o.unwrap()]
        };
        y
    }

    fn sorted(&self, x: &T) -> f64 {
        let mut order = vec![0usize, 1, 2];
        order.sort_by(|&i, &j| self.b[i].total_cmp(&self.b[j]));
        self.v[order[0]] * x.sum() * self.b[order[1]]
    }

    fn at_largest(&self, x: &T) -> f64 {
        let best = (0..3).max_by(|&i, &j| self.b[i].total_cmp(&self.b[j])).unwrap();
        self.v[best] * self.b[best] * x.sum()
    }

    fn compared_in_filter(&self, x: &T) -> f64 {
        let l: Vec<usize> = (0..3).filter(|&i| self.b[i] > 0.5).collect();
        l.iter().map(|&i| self.b[i]).sum::<f64>() * x.sum()
    }

    fn compared_in_any(&self, x: &T) -> f64 {
        if (0..3).any(|i| self.b[i] > 100.0) { x.sum() } else { self.b[0] * x.sum() }
    }

    fn compared_in_find(&self, x: &T) -> f64 {
        let first = (0..3).find(|&i| self.b[i] > 0.0).unwrap();
        self.b[first] * x.sum()
    }

    fn product_by_fold(&self, x: &T) -> f64 {
        (0..3).fold(1.0, |a, i| a * self.b[i]) * x.sum()
    }

    fn zipped(&self, x: &T) -> f64 {
        self.sizes.iter().zip([1.0, 2.0, 3.0]).map(|(&i, c)| self.b[i] * c).sum::<f64>() * x.sum()
    }

    fn function_of_each(&self, x: &T) -> f64 {
        (0..3).map(|i| function_of_each_g(self.b[i])).sum::<f64>() * x.sum()
    }

    fn limits(&self, x: &T) -> f64 {
        let y = x.clamp(-self.b[0], self.b[1]);
        (y * x).sum()
    }

    fn returned_struct_s(&self) -> ReturnedStruct {
        ReturnedStruct { a: self.b[0], b: self.b[1] }
    }
    fn returned_struct(&self, x: &T) -> f64 {
        let s = self.returned_struct_s();
        s.a * s.b * x.sum()
    }

    fn returned_option_s(&self, k: usize) -> Option<f64> {
        if k < 3 { Some(self.b[k]) } else { None }
    }
    fn returned_option(&self, x: &T) -> f64 {
        self.returned_option_s(1).unwrap_or(2.0) * x.sum() + self.returned_option_s(7).unwrap_or(2.0)
    }

    fn after_question_s(&self, k: usize) -> Option<f64> {
        let i = self.sizes.get(k)?;
        Some(self.b[*i])
    }
    fn after_question(&self, x: &T) -> f64 {
        self.after_question_s(1).unwrap_or(2.0) * x.sum() + self.after_question_s(7).unwrap_or(2.0)
    }

    fn in_while(&self, x: &T) -> f64 {
        let mut i = 0;
        let mut l = vec![self.b[0]];
        while i < 2 {
            l.push(self.b[i] * l[i]);
            i += 1;
        }
        l.iter().sum::<f64>() * x.sum()
    }

    fn compared_in_list(&self, x: &T) -> f64 {
        let l = [self.b[0], self.b[1]];
        if l[0] > l[1] { l[0] * x.sum() } else { l[1] * x.sum() }
    }

    fn product(&self, x: &T) -> f64 {
        let d: f64 = (0..3).map(|i| self.w[(i, i)]).product();
        d * x.sum()
    }
}

fn vector(seed: u64) -> Vector<3, f64> {
    Vector::from_vec(uniform::<3>(1, seed).as_slice().iter().map(|x| x.abs() + 0.3).collect())
}

fn part(seed: u64) -> Part {
    Part { w: vector(seed), fc: Init::init(&mut rng(seed)) }
}

#[test]
fn elements_that_stand_alone_are_numbers() {
    let net = Net {
        v: vector(1),
        b: vector(3),
        w: Matrix::from_vec(uniform::<9>(1, 4).as_slice().to_vec()),
        ws: vec![vector(5), vector(6)],
        wa: [vector(7), vector(8)],
        experts: vec![part(11), part(12)],
        fc: Init::init(&mut rng(15)),
        k: 1,
        sizes: vec![2, 0, 1],
        deep: true,
    };
    let x = uniform(2, 9);
    agree_all!(&net, (&x), in_vec in_vec_and_grad,
    twice_in_vec twice_in_vec_and_grad,
    elements_in_vec elements_in_vec_and_grad,
    in_array in_array_and_grad,
    in_typed_array in_typed_array_and_grad,
    in_array_alone in_array_alone_and_grad,
    repeated repeated_and_grad,
    in_some in_some_and_grad,
    chosen_in_some chosen_in_some_and_grad,
    in_result in_result_and_grad,
    in_tuple in_tuple_and_grad,
    in_struct in_struct_and_grad,
    in_variant in_variant_and_grad,
    in_closure in_closure_and_grad,
    collected collected_and_grad,
    summed summed_and_grad,
    in_block_of_closure in_block_of_closure_and_grad,
    folded folded_and_grad,
    filtered filtered_and_grad,
    in_tuples in_tuples_and_grad,
    by_setting by_setting_and_grad,
    from_fn from_fn_and_grad,
    largest largest_and_grad,
    folded_by_name folded_by_name_and_grad,
    reduced reduced_and_grad,
    mapped_option mapped_option_and_grad,
    mapped_option_or mapped_option_or_and_grad,
    returned_tuple returned_tuple_and_grad,
    returned_vec returned_vec_and_grad,
    argument argument_and_grad,
    arguments arguments_and_grad,
    argument_by_reference argument_by_reference_and_grad,
    argument_of_any_type argument_of_any_type_and_grad,
    of_matrix of_matrix_and_grad,
    of_list of_list_and_grad,
    in_tensor in_tensor_and_grad,
    filled filled_and_grad,
    in_lists in_lists_and_grad,
    in_list_of_tuples in_list_of_tuples_and_grad,
    in_options in_options_and_grad,
    then then_and_grad,
    then_some then_some_and_grad,
    loop_over_array loop_over_array_and_grad,
    cloned cloned_and_grad,
    unwrapped unwrapped_and_grad,
    of_named_matrix of_named_matrix_and_grad,
    of_named_vector of_named_vector_and_grad,
    of_item of_item_and_grad,
    of_part_in_loop of_part_in_loop_and_grad,
    of_part_in_closure of_part_in_closure_and_grad,
    of_parts_flat of_parts_flat_and_grad,
    rows rows_and_grad,
    in_checkpoint in_checkpoint_and_grad,
    settings_in_checkpoint settings_in_checkpoint_and_grad,
    sorted sorted_and_grad,
    at_largest at_largest_and_grad,
    compared_in_filter compared_in_filter_and_grad,
    compared_in_any compared_in_any_and_grad,
    compared_in_find compared_in_find_and_grad,
    product_by_fold product_by_fold_and_grad,
    zipped zipped_and_grad,
    function_of_each function_of_each_and_grad,
    limits limits_and_grad,
    returned_struct returned_struct_and_grad,
    matched matched_and_grad,
    matched_by_index matched_by_index_and_grad,
    matched_by_name matched_by_name_and_grad,
    matched_pair matched_pair_and_grad,
    returned_option returned_option_and_grad,
    after_question after_question_and_grad,
    in_while in_while_and_grad,
    compared_in_list compared_in_list_and_grad,
    product product_and_grad,
    );
}
