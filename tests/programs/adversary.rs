//! Random programs that try to lose a gradient: each mixes ordinary steps with attempts to bypass the macro.

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// Templates of steps: `T` is a tensor in scope, `S` a scalar in scope, `N` a new name, `P` the number of the
/// program. The prefix is the type of the new name: `t` for a tensor, `s` for a scalar, `-` for none.
const STEPS: [&str; 298] = [
    "- let order = [1_usize, 0, 1]; let chosen: Vec<_> = order.iter().map(|&n| &self.blocks[n]).collect(); for block in chosen.iter().rev() { T = block.forward(&T).tanh(); }",
    "s let kept: Vec<&Square> = self.blocks.iter().chain([&self.fc, &self.blocks[0]]).skip(1).collect(); let mut N = kept.iter().map(|part| part.forward(&T).mean()).sum::<f64>() * kept[0].forward(&T).sum();",
    "- let mut todo = Vec::new(); todo.push(&self.fc); if S > 0.0 { todo.push(&self.blocks[1]); } while let Some(part) = todo.pop() { T = part.forward(&T).tanh(); }",
    "- let mut part = &self.fc; for i in 0..3 { T = part.forward(&T).tanh(); part = if i == 0 { &self.blocks[i] } else { &self.fc }; }",
    "- let order = [1_usize, 0, 1]; for block in order.iter().rev().map(|&n| &self.blocks[n]) { T = block.forward(&T).tanh(); }",
    "s let mut N = self.opt.as_ref().filter(|_| self.flags[0]).map(|layer| layer.forward(&T).sum()).unwrap_or(S);",
    "s let held = Held { t: T.clone(), s: S, n: 2 }; let other = Held { s: 0.5, ..held.clone() }; let mut N = other.t.sum() * other.s + held.s * other.n as f64;",
    "s let Net { opt: Some(layer), scale, .. } = self else { return S }; let mut N = (layer.forward(&T) * scale).sum();",
    "s let mut rng = rand::rngs::StdRng::seed_from_u64(3); let mut N = S; #[checkpoint] { let k: f64 = rng.random_range(0.5..1.0); N = N * k; } N *= rng.random_range(0.5..1.0);",
    "t let mut N = self.fc.forward(&T);",
    "t let mut N = self.tied.forward(&T).tanh();",
    "t let mut N = T.tanh() * &self.scale;",
    "t let (mut N, _) = (&T * S, 1);",
    "t let mut N = { let inner = T.sigmoid(); inner * 0.5 };",
    "s let mut N = T.sum();",
    "s let block: &Square = &self.fc; let mut N = block.forward(&T).sum();",
    "s let mut N = self.blocks.iter().map(|block: &WithElem<Linear<3, 3>, f64>| block.forward(&T).mean()).sum::<f64>();",
    "t let this = &*self; let blocks: &Vec<Square> = &this.blocks; let mut N = blocks[1].forward(&T).tanh();",
    "s let gain: &Vector<3, f64> = &self.scale; let mut N = (&T * gain).sum();",
    "s let wide = (&T * 2.0).argmax().as_slice().iter().filter(|&&i| i > 0).count(); let mut N = S * wide as f64 + S;",
    "s let mut N = (&T * &T).mean() + S;",
    "s let mut N = if T.rows() > 1 { S * 2.0 } else { S };",
    "s let mut N = if S > 0.01 { S * S } else { S * 3.0 };",
    "s let mut N = match T.rows() { 1 => S, _ => T.mean() };",
    "s let mut N = { let pair = (S, T.sum()); pair.0 * pair.1 };",
    "s let mut N = self.halfP(&T, 0.5);",
    "s let mut N = match 1 { _ if S > 0.0 => S * 2.0, _ => S * 3.0 };",
    "s let mut N = if T.as_slice()[0] > 0.1 && self.scale[0] > 0.0 { S } else { S * 0.5 };",
    "- for block in &self.blocks { T = block.forward(&T).tanh(); }",
    "- S += T.mean();",
    "- S = S * self.rate;",
    "- T = T.tanh();",
    "- if let Some(layer) = &self.opt { T = layer.forward(&T); }",
    "- #[cfg(all())] let mut T = T.tanh();",
    "- #[cfg(any())] { T = T.relu(); }",
    "- assert!(T.rows() == 2 && S < 1e9, \"{}\", stop_gradient(S));",
    "s let mut N = { let (a, (b, _)) = (S, (T.sum(), 1)); a * b };",
    "- for (i, block) in self.blocks.iter().enumerate().rev() { if self.flags[i] { T = block.forward(&T).tanh(); } }",
    "- for (a, b) in self.blocks.iter().zip(&self.blocks[1..]) { T = b.forward(&a.forward(&T)).tanh(); }",
    "- for block in &self.blocks[1..] { T = block.forward(&T).tanh(); }",
    "s let total: usize = (0..2).map(|i| self.sizes[i]).sum(); let mut N = if total > 2 { S * 2.0 } else { S };",
    "s let w = &self.scale; let mut N = (&T * w).sum();",
    "s let mut N = match Some(1_usize) { Some(i @ 1..) if self.flags[i] => S * 2.0, _ => S };",
    "- let k = 0; assert!(k == 0 || self.flags[k - 1], \"{k}\");",
    "s let mut N = match &self.opt { Some(layer) => layer.forward(&T).sum(), None => S };",
    "s let (mut N, _) = self.pairP(&T, 2);",
    "s let list = vec![T.clone(), T.tanh()]; let mut N = list.iter().map(|t| t.sum()).sum::<f64>() + list[1].mean();",
    "s let mut N = { let mut stack = vec![S, T.sum()]; stack.push(S * 2.0); let last = stack.pop().unwrap(); last * stack[0] + stack.len() as f64 };",
    "- for t in [&T.sigmoid(), &T.tanh()] { S += t.mean(); }",
    "s let mut N = (0..3).map(|i| S * (i + 1) as f64).fold(0.0, |a, b| a + b);",
    "s let mut N = self.blocks.iter().map(|block| block.forward(&T).tanh().sum()).sum::<f64>();",
    "s let act = |t: &Tensor<3, f64>| (t * S).tanh(); let mut N = act(&T).sum();",
    "s let mut N = loop { if S > -1e9 { break S * 2.0; } };",
    "- for i in 0..4 { if i == 2 { continue; } if i == 3 { break; } S = S * 0.9 + T.mean(); }",
    "- if S.is_nan() { return S; }",
    "- let Some(layer) = &self.opt else { return S }; T = layer.forward(&T).tanh();",
    "s let mut N = (S * S + 1.0).sqrt() + S.sin() * S.max(0.2) + (S * S + 0.5).powf(1.5);",
    "s let mut N = Some(S).map(|s| s * 2.0).unwrap_or(0.0);",
    "s let held = Held { t: T.clone(), s: S, n: 2 }; let Held { t, s, .. } = &held; let mut N = t.sum() * *s * held.n as f64;",
    "s let kept = if S > 0.0 { Kept::One(T.clone()) } else { Kept::Two { a: S, b: T.clone() } }; let mut N = match &kept { Kept::One(t) => t.sum(), Kept::Two { a, b } => *a * b.mean() };",
    "- #[checkpoint] { T = T.tanh() * &self.scale; S += T.sum() * 0.1; }",
    "- #[checkpoint] for block in &self.blocks { T = block.forward(&T).tanh(); S = S * 0.9; }",
    "s let mut N = power(S, 3);",
    "s let mut N = self.downP(&T, 2);",
    "- (S, T) = (S * 0.5, T.tanh());",
    "- let mut parts = [S, S * 2.0]; parts[1] = parts[0] * parts[1]; S = parts[1] + parts[0];",
    "- let mut left = vec![T.clone(), T.tanh()]; while let Some(t) = left.pop() { S += t.mean(); if left.is_empty() { break; } }",
    "s let mut N = { let mut all = Vec::new(); for block in &self.blocks { all.push(block.forward(&T)); } Tensor::stack(&all, 0).tanh().sum() };",
    "- let mut state = Held { t: T.clone(), s: S, n: 1 }; state.s *= 0.5; state.t = state.t.tanh(); S = state.s; T = state.t;",
    "- self.stepP(&T, &mut S);",
    "- self.stepP(&T, &mut S); tally(&T, &mut S);",
    "- let mut held = Held { t: T.clone(), s: S, n: 1 }; self.holdP(&mut held, 0.5); S = held.s; T = held.t;",
    "- let mut list = Vec::new(); self.fillP(&T, &mut list); self.fillP(&T, &mut list); for t in &list { S += t.mean(); }",
    "t let mut N = self.layerP(&T, Tensor::tanh);",
    "t let mut N = self.layerP(&T, |h| (h * S).tanh());",
    "s let mut N = apply(S, f64::sin) + apply(S, half);",
    "s let mut stack = vec![(T.clone(), 0)]; let mut N = 0.0; while let Some((t, depth)) = stack.pop() { N += t.mean(); if depth < 2 { stack.push((t.tanh(), depth + 1)); } }",
    "s let (mut N, _) = [S, T.mean()].iter().fold((0.0, 1), |(sum, n), s| (sum + s * n as f64, n + 1));",
    "s let mut N = checked(S).map(|s| s * 2.0).unwrap_or(0.5);",
    "s let mut N = self.blocks.get(1).map(|block| block.forward(&T).sum()).unwrap_or(S);",
    "s let mut N = self.blocks.first().unwrap().forward(&T).sum() * S;",
    "s let x = T.tanh(); let scaled = |t: &Tensor<3, f64>| (t * &x).sum(); let x = 2.0; let mut N = scaled(&T) * x;",
    "s let mut N = 'found: { for block in &self.blocks { let h = block.forward(&T); if h.sum() > 1e9 { break 'found h.sum(); } } S * 3.0 };",
    "- let mut list = vec![S, T.sum()]; for s in &mut list { *s *= 2.0; } S = list[0] + list[1];",
    "- let mut states = vec![T.clone(); 3]; for (block, state) in self.blocks.iter().zip(states.iter_mut()) { *state = block.forward(state).tanh(); } T = states[1].clone();",
    "- let mut held = Held { t: T.clone(), s: S, n: 1 }; let t = &mut held.t; *t = t.tanh(); held.s *= 0.5; (S, T) = (held.s, held.t);",
    "- let mut found = Some(S); if let Some(s) = &mut found { *s *= 2.0; } S = found.unwrap();",
    "s let list = vec![S, T.sum()]; let mut N = list.iter().map(|s| s * 2.0).zip(&list).map(|(a, b)| a * b).sum::<f64>();",
    "s let list = vec![S, T.sum()]; let mut N = list.iter().chain(&list[1..]).rev().fold(0.0, |a, b| a * 0.5 + b);",
    "s let list = vec![S, T.sum(), 1.5]; let mut N = *list.iter().max_by(|a, b| a.total_cmp(b)).unwrap() * list.len() as f64;",
    "s let sums: Vec<f64> = self.blocks.iter().map(|block| block.forward(&T).sum()).collect(); let mut it = sums.iter(); let mut N = it.next().unwrap() * it.sum::<f64>();",
    "s let mut N = self.blocks.iter().scan(S, |s, block| { *s = *s * 0.5 + block.forward(&T).mean(); Some(*s) }).sum::<f64>();",
    "s let mut list = vec![S, T.sum(), 1.5]; let tail = list.split_off(1); list.extend_from_slice(&tail[..1]); let mut N = list.iter().product::<f64>() * tail[1];",
    "s let chosen; if S > 0.0 { chosen = T.tanh(); } else { chosen = T.clone(); } let mut N = chosen.sum() * S;",
    "s let (one, two); match T.rows() { 1 => { one = S; two = 1.0; } _ => (one, two) = (T.mean(), S), } let mut N = one * two;",
    "s let mut beam = vec![S, T.sum(), 0.3]; beam.sort_by(|a, b| b.total_cmp(a)); beam.truncate(2); let mut N = beam[0] * 2.0 + beam[1];",
    "s let mut found = vec![(T.mean(), 2_usize), (S, 1)]; found.sort_by_key(|(_, place)| *place); let mut N = found[0].0 * found[1].0;",
    "s let mut list = vec![S]; list.resize(3, T.mean()); list[1..2].fill(T.sum()); let mut N = list.drain(1..).product::<f64>() * list[0];",
    "s let mut rows = vec![vec![S], vec![T.sum()]]; rows.last_mut().unwrap().push(S * 2.0); let mut N = rows.concat().iter().product::<f64>();",
    "- { let block = if T.rows() > 1 { &self.blocks[self.sizes[0] % 2] } else { &self.fc }; T = block.forward(&T).tanh(); }",
    "- let mut held = Held { t: T.clone(), s: S, n: 1 }; self.passP(&mut held, 0.5); (S, T) = (held.s, held.t);",
    "s let mut list = vec![Held { t: T.clone(), s: S, n: 1 }, Held { t: T.tanh(), s: S * 2.0, n: 1 }]; self.holdP(&mut list[1], 0.5); for held in list.iter_mut() { self.holdP(held, 0.9); } let mut N = list[0].s * list[1].t.sum();",
    "s let mut list = vec![Held { t: T.clone(), s: S, n: 1 }; 3]; let (a, b) = list.split_at_mut(1); self.holdP(&mut b[0], 0.5); a[0].s *= b[0].s; self.holdP(list.last_mut().unwrap(), 2.0); let mut N = list.iter().map(|held| held.s * held.t.mean()).sum::<f64>();",
    "s let mut list = vec![Held { t: T.clone(), s: S, n: 1 }, Held { t: T.tanh(), s: S, n: 2 }]; if let Some(held) = list.iter_mut().find(|held| held.n == 2) { self.holdP(held, 0.5); } let mut N = list[0].s + list[1].t.sum();",
    "s let kept = if S > 0.0 { Kept::One(T.clone()) } else { Kept::Two { a: S, b: T.tanh() } }; let mut N = match &kept { Kept::One(t) | Kept::Two { b: t, .. } => t.sum() };",
    "- for block in self.blocks.iter().chain(self.opt.iter()) { T = block.forward(&T).tanh(); }",
    "s let mut N = self.blocks.iter().chain(&self.opt).filter(|_| self.flags[0]).map(|block| block.forward(&T).sum()).sum::<f64>();",
    "s let all = [S, T.sum()].map(|s| s * 2.0); let mut N = all[0] * all[1] + std::array::from_fn::<f64, 3, _>(|i| S * i as f64)[2];",
    "s let mut list = [S, T.mean(), 0.5]; list.rotate_left(1); list.swap(0, 2); let mut N = list[0] * list[1] + list.each_ref().map(|s| s * 0.5)[2];",
    "s let mut N = [Some(S), Some(T.sum())].into_iter().sum::<Option<f64>>().unwrap_or(1.0) + [Ok(S), Err(\"none\")].into_iter().product::<Result<f64, &str>>().unwrap_or(0.5);",
    "- assert!(S.is_finite(), \"{S} of {T:?} and {:?} after {}\", self.scale, self.rate);",
    "- if S.is_nan() { println!(\"{S} {:?}\", self.fc.bias); panic!(\"{T:?}\"); }",
    "s let mut N = Self::halfP(self, &T, 0.25) + Self::downP(self, &T, 1);",
    "s let list = vec![T.clone(), T.tanh()]; let start = Tensor::<3, f64>::full([list[1].rows()], 0.1); let mut N = ((&list[0] + start) * (list[0].rows() % 3) as f64).sum();",
    "s let list = vec![T.clone(), T.tanh()]; let most = list.iter().map(|t| t.rows()).max().unwrap(); let last = list.iter().max_by_key(|t| t.rows()).unwrap(); let mut N = last.sum() * most as f64;",
    "- for (block, by) in self.blocks.iter().cycle().take(3).zip([0.5, 2.0].into_iter().cycle()) { T = block.forward(&T).tanh() * by; }",
    "- for (block, act) in [(&self.fc, true), (&self.blocks[1], false)] { T = block.forward(&T); if act { T = T.tanh(); } }",
    "- let (Some(layer), true) = (&self.opt, self.flags[1]) else { return S }; T = layer.forward(&T).tanh();",
    "- let mut parts = self.blocks.iter(); T = parts.next().unwrap().forward(&T).tanh(); for part in parts { T = part.forward(&T).tanh(); }",
    "s let mut N = { let by = S * 0.5; #[checkpoint] { (T.tanh() * &self.scale).sum() * by } };",
    "s let mut N = if T.rows() > 1 { #[checkpoint] self.downP(&T, 2) } else { S };",
    "s let mut N = (&self.fc.weight * &self.fc.weight).sum() * S + self.scale.exp().sum() + self.fc.bias.tensor().tanh().sum();",
    "t let mut N = T.matmul_t(&self.fc.weight.normalize()).tanh() + &self.scale;",
    "t let mask = T.gt(0.0) & T.lt(0.5); let mut N = mask.where_cond(&(&T * 0.5), &T).masked_fill(&mask, 0.25) + &T * S;",
    "s let (best, ids) = T.topk::<2>(); let mut N = best.sum() * S + T.gather_features::<2>(&ids).mean() + T.sort(false).0.cumsum_axis(0).mean();",
    "s let mut N = (T.dynamic() * T.dynamic().sum_axis(1).unflatten([2, 1])).sum() + T.var_axis(0).sum() + T.std_axis(0).sum();",
    "s let mut N = self.scoredP(&T) + self.twice_encoded(&T);",
    "s let (sin, cos) = S.sin_cos(); let mut N = sin * cos + S.hypot(0.5) + S.atan2(2.0) + f64::mul_add(S, 2.0, 1.0);",
    "- let mut held = Held { t: T.clone(), s: S, n: 1 }; let mut other = Held { t: T.tanh(), s: S * 2.0, n: 2 }; std::mem::swap(&mut held.t, &mut other.t); std::mem::swap(&mut held, &mut other); S = held.s * other.s; T = held.t;",
    "s let mut found = Some(S); let taken = found.take().unwrap_or(1.0); let old = found.replace(taken * 2.0); let mut N = found.map_or(0.0, |s| s * s) + old.unwrap_or(0.5);",
    "s let mut N = (0..2).map(|i| self.blocks[i].forward(&T)).zip(self.sizes.iter()).map(|(y, &n)| y.mean() * n as f64).reduce(|a, b| a * 0.5 + b).unwrap_or(S);",
    "s let all: Result<Vec<f64>, String> = self.blocks.iter().map(|block| checked(block.forward(&T).mean())).collect(); let mut N = all.map(|all| all.iter().sum::<f64>()).unwrap_or(0.5);",
    "s let pairs: Vec<(f64, Tensor<3, f64>)> = self.blocks.iter().map(|block| { let y = block.forward(&T); (y.sum(), y) }).collect(); let (sums, ys): (Vec<f64>, Vec<Tensor<3, f64>>) = pairs.into_iter().unzip(); let mut N = sums[0] * ys[1].mean();",
    "- let mut list = vec![T.clone(), T.tanh(), T.sigmoid()]; for pair in list.chunks(2) { S += pair[0].mean(); } for pair in list.windows(2) { S += (&pair[0] * &pair[1]).mean(); } list.retain(|t| t.rows() > 0); T = list.swap_remove(0);",
    "s let mut stack = vec![vec![S], vec![T.sum(), 2.0]]; let mut N = 0.0; 'all: while let Some(list) = stack.pop() { for s in list { if s > 1e9 { break 'all; } N += s * s; } }",
    "s let nested = vec![Some(Held { t: T.clone(), s: S, n: 3 }), None]; let mut N = nested.iter().flatten().map(|Held { t, s, n }| t.sum() * s * *n as f64).sum::<f64>();",
    "- let Some([first, .., last]) = Some([S, T.sum(), 2.0 * S]) else { return S }; S = first * last;",
    "s let mut N = match (self.blocks.len(), S) { (2, s) if s > -1e9 => s * 2.0, (1 | 3, s) => s, (_, s) => -s };",
    "s let f = |t: &Tensor<3, f64>, by: f64| -> f64 { if by > 1e9 { return by; } self.fc.forward(t).sum() * by }; let mut N = f(&T, S) + f(&T.tanh(), 0.5);",
    "s let mut N = { let mut total = 0.0; let mut add = |s: f64| total += s * S; add(T.sum()); add(0.5); total };",
    "s let boxed = Box::new(Held { t: T.clone(), s: S, n: 1 }); let Held { t, s, .. } = *boxed; let mut N = t.sum() * s;",
    "s let seen: Vec<usize> = self.sizes.iter().copied().filter(|&n| n > 1).collect(); let mut N = S * seen.len() as f64 + T.mean() * self.sizes.iter().max().copied().unwrap_or(1) as f64;",
    "s let mut N = { let t = &self.scale; S * t[0] };",
    "s let mut N = { let t = &self.scale; let u = &t; u[1] * S };",
    "s let f = |v: f64| v * v; let mut N = f(S);",
    "s let f = || S * 2.0; let mut N = f();",
    "s let mut N = f64::max(S, 0.25);",
    "s let mut N = S.max(0.25);",
    "s let mut N = [S, 1.0][0];",
    "s let mut N = vec![S, 1.0].iter().sum::<f64>();",
    "s let mut N = vec![S][0];",
    "s let r = &S; let mut N = *r * 2.0;",
    "s let r = &T; let mut N = r.sum();",
    "s let mut N = S as f64 * 2.0;",
    "s let mut N = loop { break S; };",
    "s let mut N = Some(S).unwrap_or(0.0);",
    "s let mut N = Box::new(S).abs();",
    "s let mut N = { let S = 2.0_f64; S } * S;",
    "- let _ = std::mem::replace(&mut S, 0.5);",
    "- (S, _) = (S * S, 1);",
    "- for block in &self.blocks { S += block.bias[0]; }",
    "- for block in &self.blocks { let b = &block.bias; S = S + b[0]; }",
    "- let v = &mut S; *v *= 2.0;",
    "- #[cfg(any())] for _ in 0..3 { S = S * 7.0; }",
    "s let mut N = S * { S = S * 0.5; S };",
    "s let mut N = if { S = S * 2.0; S } > 0.0 { S } else { S * 3.0 };",
    "s let mut N = match &self.blocks[..] { [first, ..] => S * first.bias[0], _ => S };",
    "s let mut N = S * (&&&&&self.scale)[1];",
    "s let mut k = 1; let mut N = match k { 1 => S * self.scale[{ k += 1; 1 }], _ => S };",
    "s let (mut N, _) = (S, { S = S * S; 1 });",
    "s let mut N = self.halfP({ T = T.tanh(); &T }, 0.5);",
    "- for block in &self.blocks { S = S * 0.5; let n = 1 + if self.rate > 0.1 { continue } else { 2 }; T = block.forward(&T); }",
    "- 'a: for _ in 0..2 { for block in &self.blocks { S = S * 0.5; if S > -1e9 { continue 'a; } } }",
    "- let Some(layer) = &self.opt else { return S }; T = layer.forward(&T);",
    "- S = std::mem::take(&mut S) * 2.0;",
    "s let mut v = vec![S, 2.0]; v.sort_by(|a, b| a.total_cmp(b)); let mut N = v[0] * v[1];",
    "s let mut v = vec![S, T.sum()]; v.retain(|a| *a > -1e9); let mut N = v[0] * v[1];",
    "s let mut v = vec![S, 1.0]; for a in v.iter_mut() { *a *= 2.0; } let mut N = v[0];",
    "s let mut v = vec![S, 1.0]; for a in &mut v { *a *= 2.0; } let mut N = v[0];",
    "s let mut v = vec![S]; let last = v.last_mut().unwrap(); *last = *last * 3.0; let mut N = v[0];",
    "s let mut v = vec![S]; *v.first_mut().unwrap() *= 3.0; let mut N = v[0];",
    "s let mut v = vec![S, 2.0]; let (a, b) = v.split_at_mut(1); a[0] = b[0] * a[0]; let mut N = v[0];",
    "s let mut v = vec![T.clone()]; let d: Vec<_> = v.drain(..).collect(); let mut N = d[0].sum();",
    "s let v = vec![S, 1.0]; let mut N = v.into_iter().max_by(|a, b| a.total_cmp(b)).unwrap();",
    "s let v = [S, 2.0]; let mut N = v.iter().copied().fold(f64::MIN, f64::max);",
    "s let v = [S, 2.0]; let mut N = v.iter().product::<f64>();",
    "s let mut o = Some(S); let mut N = o.take().unwrap() * 2.0;",
    "s let mut o = None; o.get_or_insert(S); let mut N = o.unwrap();",
    "s let mut o = Some(1.0); o.replace(S); let mut N = o.unwrap();",
    "s let mut o = Some(S); if let Some(s) = &mut o { *s *= 2.0; } let mut N = o.unwrap();",
    "s let mut o = Some(S); if let Some(s) = o.as_mut() { *s *= 2.0; } let mut N = o.unwrap();",
    "s let mut N = std::iter::once(S).sum::<f64>();",
    "s let mut N = std::iter::repeat(S).take(3).sum::<f64>();",
    "s let mut N = (0..3).scan(S, |s, _| { *s *= 0.5; Some(*s) }).sum::<f64>();",
    "s let f: fn(f64) -> f64 = f64::sin; let mut N = f(S);",
    "s let f = f64::cos; let mut N = f(S);",
    "s let mut c = 0.0; let mut f = |s: f64| { c += s; }; f(S); let mut N = c;",
    "s let mut N = 0.0; (0..3).for_each(|i| N += S * i as f64);",
    "- let r = &mut S; self.stepP(&T, r);",
    "- { let r = &mut S; *r = *r * 2.0; }",
    "- let mut all = [S, 2.0]; self.stepP(&T, &mut all[0]); S = all[0] * all[1];",
    "- let mut pair = (S, 1); self.stepP(&T, &mut pair.0); S = pair.0;",
    "s let mut held = Held { t: T.clone(), s: S, n: 1 }; let r = &mut held; r.s *= 2.0; let mut N = held.s;",
    "s let mut N = self.layerP(&T, |h| h * self.scale[0]).sum();",
    "s let g = |t: &Tensor<3, f64>| t * S; let mut N = self.layerP(&T, g).sum();",
    "- #[checkpoint] { S = S * self.scale[0]; }",
    "- #[checkpoint] { self.stepP(&T, &mut S); }",
    "- let s = (|| { if S > 0.0 { return S * 2.0; } S })(); S = s;",
    "- 'a: { if S > -1e9 { break 'a; } S = S * 2.0; }",
    "s let mut N = match Kept::One(T.clone()) { Kept::One(ref t) => t.sum(), _ => 0.0 };",
    "s let mut N = f64::clamp(S, -0.1, 0.1) + f64::powi(S, 2);",
    "s let mut N = S.rem_euclid(0.3) + S.floor() + S.fract();",
    "s let mut N = <f64 as std::ops::Mul>::mul(S, S);",
    "s let mut N = std::ops::Neg::neg(S);",
    "s let other = self; let mut N = other.scale[0] * S;",
    "- T = Tensor::from_vec([2], vec![S, S, S, S, S, S]);",
    "s let [p, q, r] = [S; 3]; let mut N = p * q * r;",
    "s let mut N; if T.rows() > 0 { N = S * 2.0; } else { N = S; }",
    "s let v = vec![S, S * 3.0]; let i = v.iter().position(|s| *s > -1e9).unwrap(); let mut N = v[i];",
    "s let v = vec![T.clone(), T.tanh()]; let mut N = v.iter().min_by(|a, b| a.sum().total_cmp(&b.sum())).unwrap().sum();",
    "s let mut v = vec![(S, 1), (S * 2.0, 0)]; v.sort_by_key(|p| p.1); let mut N = v[0].0;",
    "s let mut v = vec![S, 1.0, 2.0]; v.swap(0, 2); v.rotate_left(1); let mut N = v[1];",
    "s let mut v = vec![S, 1.0]; v.dedup(); v.resize(3, S); let mut N = v[2];",
    "s let mut v = vec![1.0, 2.0]; v.extend_from_slice(&[S, S]); let mut N = v[2] * v[3];",
    "s let mut v = vec![1.0, 2.0]; v.fill(S); let mut N = v[0];",
    "s let v = vec![vec![S], vec![2.0]]; let mut N = v.concat().iter().sum::<f64>();",
    "s let v = vec![S, 2.0]; let w = v.to_vec(); let mut N = w[0] + v[..1].to_vec()[0];",
    "s let v: Box<[f64]> = vec![S, 2.0].into_boxed_slice(); let mut N = v[0];",
    "s let mut N = { let list = [S, 2.0]; let part = &list[..1]; part[0] };",
    "s let mut N = { let [a, ref b] = [S, S * 2.0]; a * *b };",
    "s let mut N = if let (Some(s), 1) = (Some(S), 1) { s * 2.0 } else { S };",
    "s let mut N = match (S, 1) { (s, 1) if s > -1e9 => s * 3.0, (s, _) => s };",
    "s let mut it = [S, 2.0].into_iter(); let mut N = it.next().unwrap() * 2.0;",
    "s let mut it = vec![S, T.sum()].into_iter().peekable(); let mut N = *it.peek().unwrap();",
    "- for i in 0..2 { let s = S; if i == 1 { S = s * 2.0; } else { S = S - s * 0.5; } }",
    "- let f = |k: usize| if k > 0 { S } else { S * 2.0 }; S = f(0) + f(1);",
    "s let pair = (self.scale[0], S); let mut N = pair.0 * pair.1;",
    "s let found = Some(self.scale[2]); let mut N = found.map_or(0.0, |g| g * S);",
    "s let gains = [self.scale[0], self.scale[2]]; let mut N = gains.iter().sum::<f64>() * S;",
    "s let held = Held { t: T.clone(), s: self.scale[1], n: 1 }; let mut N = held.s * held.t.mean();",
    "s let w = if T.rows() > 1 { &self.fc.weight } else { &self.fc.weight.t() }; let mut N = T.matmul(w).tanh().sum();",
    "s let mut N = (self.fc.weight.t() + &self.fc.weight).sum() * S;",
    "s let mut N = if self.fc.bias == self.scale { S } else { S * 2.0 };",
    "s let w: &Tensor<3, f64> = &self.scale; let mut N = (w * &T).sum();",
    "- let mut list = vec![S]; list.push(list[0]); S = list[0] * list[1];",
    "s let g = self.blocks.get(1).unwrap().bias[2]; let mut N = g * S;",
    "s let mut N = self.blocks.iter().map(|block| block.bias[0]).sum::<f64>() * S;",
    "s let mut N = self.blocks.iter().zip(&self.sizes).filter(|(_, n)| **n > 1).map(|(block, &n)| block.forward(&T).mean() * n as f64).sum::<f64>();",
    "- let (mut low, mut high) = (self.scale[0], S); for _ in 0..2 { (low, high) = (low * 0.5 + high, low); } S = low * high;",
    "s let Linear { weight, bias, .. } = &self.fc; let mut N = (T.matmul(weight) + bias).tanh().sum();",
    "s let mut N = if let Some(Linear { weight, .. }) = &self.opt { T.matmul(weight).mean() } else { S };",
    "s let mut N = if f64::is_nan(S) || !f64::is_finite(S) { S } else { S * 2.0 };",
    "s let mut N = twice(S, |s| s * S + self.scale[0]);",
    "t let mut N = layered(&T, |h| self.fc.forward(h) * S);",
    "s let by = |s: f64| s * S; let mut N = twice(twice(S, by), |s| s + twice(s, |t| t * S));",
    "s let mut total = 0.0; let mut N = twice(S, |s| { total += s; s * S }) + total;",
    "- T = given::iterated(&T, 2, |h, i| self.fc.forward(h).tanh() * S + &self.scale * (i as f64));",
    "s let mut N = given::scored(S, |s| s * self.scale[1], |a, b| a * b + T.mean());",
    "- S = given::scored(S.tanh(), f64::sin, |a, b| { if a > 3.0 { return b; } a * self.scale[0] + b });",
    "- for (i, block) in self.blocks.iter().enumerate() { T = given::iterated(&T, 1 + i, |h, _| block.forward(h).tanh() + h); }",
    "- let f = |h: &Tensor<3, f64>, i: usize| self.tied.forward(h).tanh() * (i as f64) + &T; T = given::iterated(&T.tanh(), 2, f);",
    "s let mut N = given::scored(S, |s| given::scored(s, |t| t * S, |a, b| a * b * 0.1), |a, _| a.tanh());",
    "s let mut N = self.opt.as_ref().map_or(0.0, |l| given::iterated(&T, 2, |h, _| l.forward(h).tanh()).mean());",
    "s let mut N = given::constant(|t| t * S + self.scale[2]) * T.mean();",
    "- let l = self.opt.as_ref().or(self.blocks.first()); if let Some(l) = l { T = l.forward(&T); }",
    "- let l = self.opt.as_ref().or(self.blocks.first()); match l { Some(l) => T = l.forward(&T), None => {} }",
    "- let l = self.opt.as_ref().or(self.blocks.first()); S += l.map_or(0.0, |l| l.forward(&T).mean());",
    "- if let Some(l) = self.opt.as_ref().or(self.blocks.first()) { T = l.forward(&T); }",
    "- T = match self.opt.as_ref().or(self.blocks.first()) { Some(l) => l.forward(&T), None => T };",
    "- let l = Some(&self.fc); if let Some(l) = l { T = l.forward(&T); }",
    "- let l = if S > 0.0 { Some(&self.fc) } else { None }; if let Some(l) = l { T = l.forward(&T); }",
    "- let l = if S > 0.0 { Some(&self.fc) } else { self.opt.as_ref() }; if let Some(l) = l { T = l.forward(&T); }",
    "- let l = self.opt.as_ref(); let l = l.or(self.blocks.first()); if let Some(l) = l { T = l.forward(&T); }",
    "- let l = self.opt.as_ref().or_else(|| self.blocks.get(1)); if let Some(l) = l { T = l.forward(&T); }",
    "- let l = self.blocks.get(9).or(Some(&self.fc)); if let Some(l) = l { T = l.forward(&T); }",
    "- let l = self.blocks.get(9).or(self.opt.as_ref()).or(Some(&self.fc)).unwrap(); T = l.forward(&T);",
    "- T = self.blocks.get(9).or(self.opt.as_ref()).unwrap().forward(&T);",
    "- let l = match self.blocks.len() { 2 => Some(&self.blocks[1]), 3 => self.opt.as_ref(), _ => None }; if let Some(l) = l { T = l.forward(&T); }",
    "- let l = match self.blocks.len() { 3 => Some(&self.blocks[1]), 2 => self.opt.as_ref(), _ => None }; T = l.map_or(T.tanh(), |l| l.forward(&T));",
    "- let l = if S > 100.0 { Some(&self.fc) } else { None }; let Some(l) = l else { return T.sum(); }; T = l.forward(&T);",
    "- let l = if S > -100.0 { Some(&self.fc) } else { None }; let Some(l) = l else { return T.sum(); }; T = l.forward(&T);",
    "- for i in 0..3 { let l = if i == 1 { Some(&self.fc) } else { self.blocks.get(i) }; if let Some(l) = l { T = l.forward(&T).tanh(); } }",
    "- let l = if S > -100.0 { Some(&self.scale) } else { None }; if let Some(l) = l { T = T * l; }",
    "- let l = Some(&self.scale); T = match l { Some(l) => T * l, None => T };",
    "- let l = Some(&self.scale); S += l.map_or(0.0, |l| l[0] * S);",
    "- let l = (S > -100.0).then_some(&self.fc); if let Some(l) = l { T = l.forward(&T); }",
    "- let l = (S > -100.0).then(|| &self.fc); if let Some(l) = l { T = l.forward(&T); }",
    "- let ls = [Some(&self.fc), None, self.opt.as_ref()]; for l in ls { if let Some(l) = l { T = l.forward(&T); } }",
    "- let ls = [Some(&self.fc), self.opt.as_ref()]; for l in ls.into_iter().flatten() { T = l.forward(&T); }",
    "- let o = Some(S); let k = Some(2.0).or(o); S = k.unwrap() * S;",
    "- if let Some(l) = (S > -100.0).then_some(&self.fc) { T = l.forward(&T); }",
    "- T = (S > 100.0).then_some(&self.fc).map_or(T.tanh(), |l| l.forward(&T));",
    "- let l = (S > 100.0).then_some(&self.fc).unwrap_or(&self.blocks[0]); T = l.forward(&T);",
    "- let l = (S > 100.0).then_some(&self.fc).or(self.opt.as_ref()); if let Some(l) = l { T = l.forward(&T); }",
    "- S = (S > -100.0).then_some(S * 2.0).unwrap_or(1.0);",
    "- let k = (S > -100.0).then(|| T.mean() * self.scale[0]).unwrap_or(1.0); S *= k;",
    "s let mut N = given::three(S, { S *= 2.0; S } + S, |a| a * S);",
    "- T = given::iterated(&T, { S += 1.0; 2 }, |h, i| h * S);",
];

/// Steps that could lose a gradient.
const ATTACKS: [&str; 86] = [
    "s let mut N = { const S: f64 = 2.0; S * T.sum() };",
    "s let w = &self.scale; let mut N = S * w.as_slice()[1];",
    "s let f = || self.scale[2]; let mut N = S * f();",
    "s let w = &self.scale; let f = |i: usize| w.as_slice()[i]; let mut N = S * f(1);",
    "s let mut N = first(self) * S;",
    "s let mut N = first_of(&self.scale) * S;",
    "s let mut N = twice_of(S);",
    "s let mut N = std::convert::identity(S);",
    "s let mut N = f64::from_bits(S.to_bits());",
    "s let mut N = format!(\"{S}\").parse::<f64>().unwrap();",
    "s let mut N: f64 = format!(\"{}\", T.sum()).parse().unwrap();",
    "s let mut N: f64 = format!(\"{:?}\", S).parse().unwrap();",
    "s let c = Cell::new(0.0); c.set(S); let mut N = c.get();",
    "s let c = Cell::new(S); let mut N = c.get() * 2.0;",
    "s let c = Cell::new(0.0); assert!({ c.set(S); true }); let mut N = c.get();",
    "s let c = Cell::new(0.0); let mut N = if { c.set(S); true } == true { c.get() } else { 0.0 };",
    "s let c = Cell::new(0.0); let mut N = match 1 { _ if { c.set(S); true } => c.get(), _ => 0.0 };",
    "s let c = Cell::new(0.0); while { c.set(S); false } {} let mut N = c.get();",
    "s let c = Cell::new(0.0); let mut N = if keep(&c, S) > -1e9 { c.get() } else { 0.0 };",
    "s let c = Cell::new(0.0); for _ in 0..{ c.set(S); 1 } {} let mut N = c.get();",
    "s let c = Cell::new(0.0); for _ in self.blocks.iter().take({ c.set(S); 1 }) {} let mut N = c.get();",
    "s let c = Cell::new(0.0); let _ = stop({ c.set(S); 1.0 }); let mut N = c.get();",
    "s let mut N = T.as_slice()[0];",
    "s let mut N = T.as_slice().iter().sum::<f64>();",
    "s let mut N = T.as_slice()[..2].iter().map(|v| v * v).sum::<f64>();",
    "s let mut N = self.halfP(&T, S);",
    "s let mut N = self.halfP(&T, self.scale[0]);",
    "s let mut N = (S * 100.0) as i64 as f64;",
    "s let mut N = twice!(S);",
    "s let mut N = twice!(self.scale[0]) * S;",
    "s let mut N = field!(self, scale)[0];",
    "s let mut N = { macro_rules! local { () => { S } } local!() };",
    "s macro_rules! local { () => { self.scale[0] } } let mut N = local!() * S;",
    "s struct Holder(f64); let mut N = Holder(S).0;",
    "s store(S); let mut N = load();",
    "- act!(T);",
    "- add!(S, T.sum());",
    "- add!(S, S);",
    "- add!(S, self.scale[1]);",
    "- let _ = format!(\"{}\", { T = T.tanh(); 1 });",
    "- std::mem::swap(&mut T, &mut T.clone());",
    "- swap!(T, T.tanh());",
    "- for w in self.scale.as_slice() { S += w; }",
    "- if let Some(layer) = &self.opt { S = S * layer.bias.as_slice()[0]; }",
    "- #[cfg(any())] let T = T.relu();",
    "s let mut N = match &self.scale { w => w[0] * S };",
    "s let mut N = match self.scale[0] { w => w * S };",
    "s let mut N = match &self.opt { o @ Some(_) => S * o.as_ref().unwrap().bias[0], None => S };",
    "s let w = &&&&&&self.scale; let mut N = S * w[0];",
    "- def!(S, 0.5);",
    "- let named!(S) = 0.5;",
    "- for block in &self.blocks { S = S * 0.5; skip!(); T = block.forward(&T); }",
    "- for block in &self.blocks { S = S * 0.5; stop!(); T = block.forward(&T); }",
    "- if S > -1e9 { return S * 2.0; }",
    "s let c = std::cell::RefCell::new(vec![0.0]); c.borrow_mut().push(S); let mut N = c.borrow()[1];",
    "s struct Pair { a: f64, b: f64 } let p = Pair { a: S, b: 1.0 }; let mut N = p.a * p.b;",
    "s let mut N = twice_all(S);",
    "s let r: Result<f64, f64> = Err(S); let mut N = r.unwrap_or_else(|e| e * 2.0);",
    "s let mut h = std::collections::HashMap::new(); h.insert(1, S); let mut N = h[&1];",
    "s let r = std::rc::Rc::new(S); let mut N = *r * 2.0;",
    "s let mut N = std::iter::successors(Some(S), |s| Some(s * 0.5)).take(3).sum::<f64>();",
    "s let f: &dyn Fn(f64) -> f64 = &|s| s * S; let mut N = f(2.0);",
    "s let f: Box<dyn Fn(f64) -> f64> = Box::new(move |s| s * S); let mut N = f(2.0);",
    "s let mut N = { let s = S; move || s * 2.0 }();",
    "- lend(&mut S);",
    "- lend_constant(&mut S);",
    "- self.stepP(&T.clone(), &mut { S });",
    "s let mut held = Held { t: T.clone(), s: S, n: 1 }; held.n = (S * 100.0) as usize; let mut N = held.s * held.n as f64;",
    "s let mut N = apply_plain(S, f64::sin);",
    "s let mut N = apply(S, twice_of);",
    "s let mut N = apply(S, |s| s * S);",
    "s let mut N = self.layerP(&T, |h| { S = S * 2.0; h * S }).sum();",
    "s let mut N = self.layerP(&T, copied).sum();",
    "s let g = |t: &Tensor<3, f64>| t * S; S = S * 3.0; let mut N = self.layerP(&T, g).sum() * S;",
    "- #[checkpoint] { lend(&mut S); }",
    "- #[checkpoint] for w in self.scale.as_slice() { S *= w; }",
    "s let c = Cell::new(0.0); #[checkpoint] { c.set(S); } let mut N = c.get();",
    "s let mut k = Kept::Two { a: S, b: T.clone() }; if let Kept::Two { a, .. } = &mut k { *a *= 2.0; } let mut N = match k { Kept::Two { a, .. } => a, _ => 0.0 };",
    "s trait Twice { fn twice(&self) -> f64; } impl Twice for f64 { fn twice(&self) -> f64 { self * 2.0 } } let mut N = S.twice();",
    "s let mut N = S.to_string().parse::<f64>().unwrap();",
    "s let mut N = S.to_bits() as f64 * 1e-18;",
    "s use std::ops::Add; let mut N = S.add(1.0) * S;",
    "s let NetView { scale, .. } = self; let mut N = scale[0] * S;",
    "s T.as_mut_slice()[0] = S; let mut N = T.sum();",
    "s let mut v = vec![1.0]; v.append(&mut vec![S]); let mut N = v[1];",
    "s let v: std::collections::VecDeque<f64> = [S, 2.0].into(); let mut N = v[0];",
];

/// Code shared by all programs.
pub(crate) const NET: &str = "
use std::cell::Cell;
pub use tiedw::prelude::*;

pub type Square = WithElem<Linear<3, 3>, f64>;

#[derive(Module, Clone)]
pub struct Net {
    pub fc: Square,
    #[tie(fc)]
    pub tied: Tied<Square>,
    pub scale: Vector<3, f64>,
    pub blocks: Vec<Square>,
    pub opt: Option<Square>,
    #[module(skip)]
    pub rate: f64,
    #[module(skip)]
    pub sizes: Vec<usize>,
    #[module(skip)]
    pub flags: Vec<bool>,
}

#[derive(Value, Clone)]
pub struct Held { pub t: Tensor<3, f64>, pub s: f64, pub n: usize }
#[derive(Value, Clone)]
pub enum Kept { One(Tensor<3, f64>), Two { a: f64, b: Tensor<3, f64> } }

#[differentiable]
pub fn power(s: f64, n: usize) -> f64 { if n == 0 { return 1.0; } s * power(s, n - 1) }

#[differentiable]
pub fn tally(x: &Tensor<3, f64>, sum: &mut f64) { *sum += (x * x).mean(); }
#[differentiable]
pub fn apply(s: f64, f: impl Fn(f64) -> f64) -> f64 { f(s) * f(s * 0.5) }
#[differentiable]
pub fn half(s: f64) -> f64 { s * 0.5 }
#[differentiable]
pub fn checked(s: f64) -> Result<f64, String> { if s.is_nan() { Err(String::new()) } else { Ok(s * s) } }

#[differentiable]
pub trait Encode { fn encode(&self, x: &Tensor<3, f64>) -> Tensor<3, f64>; }
#[differentiable]
pub trait Rank: Encode {
    fn rank(&self, x: &Tensor<3, f64>) -> f64 { self.encode(&self.encode(x)).mean() }
    fn twice_encoded(&self, x: &Tensor<3, f64>) -> f64 { self.rank(x) + self.encode(x).sum() }
}
#[differentiable]
impl Encode for Net { fn encode(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> { self.fc.forward(x).tanh() } }
#[differentiable]
impl Rank for Net {}

pub fn lend(s: &mut f64) { *s *= 2.0; }
#[differentiable]
pub fn lend_constant(#[constant] s: &mut f64) -> f64 { *s *= 2.0; 1.0 }
pub fn apply_plain(s: f64, f: impl Fn(f64) -> f64) -> f64 { f(s) }
pub fn copied(t: &Tensor<3, f64>) -> Tensor<3, f64> { t.clone() }
pub fn first(net: &NetView<'_>) -> f64 { net.scale[0] }
pub fn first_of(scale: &tiedw::param::VectorView<'_, 3, f64>) -> f64 { scale[0] }
pub fn twice_of(s: f64) -> f64 { 2.0 * s }
pub fn twice_all<T: std::ops::Add<Output = T> + Copy>(t: T) -> T { t + t }
pub fn keep(cell: &Cell<f64>, s: f64) -> f64 { cell.set(s); s }
pub fn stop(s: f64) -> f64 { s }
thread_local!(static STORED: Cell<f64> = const { Cell::new(0.0) });
pub fn store(s: f64) { STORED.set(s) }
pub fn load() -> f64 { STORED.get() }

/// Functions that are elsewhere than the bodies that pass closures to them.
pub mod given {
    use tiedw::prelude::*;

    #[differentiable]
    pub fn iterated<const F: usize>(x: &Tensor<F, f64>, n: usize, f: impl Fn(&Tensor<F, f64>, usize) -> Tensor<F, f64>) -> Tensor<F, f64> {
        let mut h = x.clone();
        for i in 0..n { h = f(&h, i); }
        h
    }

    #[differentiable]
    pub fn scored<E: Element>(s: E, f: impl Fn(E) -> E, g: impl Fn(E, E) -> E) -> E {
        g(f(s), f(E::ONE))
    }

    #[differentiable]
    pub fn three<E: Element>(a: E, b: E, f: impl Fn(E) -> E) -> E {
        f(a) * b
    }

    #[differentiable]
    pub fn constant(f: impl Fn(f64) -> f64) -> f64 {
        let mut sum = 0.0;
        for i in 0..3 { sum += f(i as f64); }
        sum
    }
}
";

/// Helper methods that steps and earlier ones call, with their names.
const HELPERS: [(&str, &str); 9] = [
    (
        "pass",
        "
    fn passP(&self, held: &mut Held, by: f64) {
        self.holdP(held, by);
        for _ in 0..2 { self.holdP(held, by * 0.5); }
    }
",
    ),
    (
        "scored",
        "
    fn scoredP(&self, x: &Tensor<3, f64>) -> f64 {
        self.rank(x) * 0.5
    }
",
    ),
    (
        "down",
        "
    fn downP(&self, x: &Tensor<3, f64>, depth: usize) -> f64 {
        if depth == 0 { x.mean() } else { self.downP(&self.fc.forward(x).tanh(), depth - 1) * 2.0 }
    }
",
    ),
    (
        "step",
        "
    fn stepP(&self, x: &Tensor<3, f64>, s: &mut f64) {
        *s = *s * 0.5 + self.fc.forward(x).mean();
    }
",
    ),
    (
        "hold",
        "
    fn holdP(&self, held: &mut Held, by: f64) {
        if held.n == 0 { return; }
        held.t = self.fc.forward(&held.t).tanh();
        held.s *= by;
        held.n += 1;
    }
",
    ),
    (
        "fill",
        "
    fn fillP(&self, x: &Tensor<3, f64>, list: &mut Vec<Tensor<3, f64>>) {
        for block in &self.blocks { list.push(block.forward(x).tanh()); }
    }
",
    ),
    (
        "layer",
        "
    fn layerP(&self, x: &Tensor<3, f64>, f: impl Fn(&Tensor<3, f64>) -> Tensor<3, f64>) -> Tensor<3, f64> {
        f(&self.fc.forward(x))
    }
",
    ),
    (
        "half",
        "
    fn halfP(&self, x: &Tensor<3, f64>, #[constant] by: f64) -> f64 {
        self.fc.forward(x).sum() * by
    }
",
    ),
    (
        "pair",
        "
    fn pairP(&self, x: &Tensor<3, f64>, times: usize) -> (f64, usize) {
        let mut s = x.mean();
        for block in &self.blocks {
            s += block.forward(x).mean();
        }
        (s, times)
    }
",
    ),
];

/// Generates the `main` of a crate that checks programs, each of which is a module.
pub(crate) fn main(programs: impl Iterator<Item = u64> + Clone) -> String {
    let modules: String = programs
        .clone()
        .map(|program| format!("#[path = \"../attacks/p{program}.rs\"]\nmod p{program};\n"))
        .collect();
    let calls: String = programs.map(|program| format!("    p{program}::check(&net);\n")).collect();
    format!(
        "#![allow(warnings)]
#[path = \"../attacks/net.rs\"]
mod net;
{modules}
fn main() {{
    use net::*;
    use rand::{{SeedableRng, rngs::StdRng}};
    let mut rng = StdRng::seed_from_u64(1);
    let mut square = || Square::init(&mut rng);
    let (fc, blocks, opt) = (square(), vec![square(), square()], Some(square()));
    let net = Net {{ fc, tied: Tied::new(), scale: [0.9, -0.4, 0.6].into(), blocks, opt, rate: 0.7, sizes: vec![1, 2], flags: vec![true, true] }};
{calls}}}
"
    )
}

/// Generates the program with a number, from a seed, as a module. Also returns whether it contains an attack.
pub(crate) fn program(seed: u64, number: u64) -> (String, bool) {
    let mut rng = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let (mut tensors, mut values) = (vec![String::from("x0")], vec![String::from("s0")]);
    let mut body = String::from("        let mut x0 = x.clone();\n        let mut s0 = x0.mean();\n");
    let attacks = *[0, 0, 1, 1, 2].choose(&mut rng).unwrap();
    let attacked: Vec<usize> = (0..attacks).map(|_| rng.random_range(0..7)).collect();
    for step in 0..7 {
        let template: &str = if attacked.contains(&step) {
            ATTACKS.choose(&mut rng).unwrap()
        } else {
            STEPS.choose(&mut rng).unwrap()
        };
        let (tensor, scalar) = (tensors.choose(&mut rng).unwrap(), values.choose(&mut rng).unwrap());
        let name = format!("v{step}");
        let (kind, code) = template.split_once(' ').unwrap();
        body += &format!("        {}\n", filled(code, tensor, scalar, &name, number));
        match kind {
            "t" => tensors.push(name),
            "s" => values.push(name),
            _ => {}
        }
    }
    let mut helpers = String::new();
    for (name, code) in HELPERS {
        let call = format!("{name}{number}(");
        if body.contains(&call) || helpers.contains(&call) {
            helpers += &filled(code, "", "", "", number);
        }
    }
    let sums: Vec<String> = tensors.iter().map(|t| format!("{t}.tanh().sum()")).chain(values).collect();
    let source = format!(
        "use std::cell::Cell;
use crate::net::*;
use rand::{{RngExt as _, SeedableRng as _}};

macro_rules! act {{ ($h:ident) => {{ $h = $h.tanh() }} }}
macro_rules! add {{ ($sum:ident, $more:expr) => {{ $sum += $more }} }}
macro_rules! swap {{ ($a:ident, $b:expr) => {{ let mut b = $b; std::mem::swap(&mut $a, &mut b) }} }}
macro_rules! twice {{ ($e:expr) => {{ $e + $e }} }}
macro_rules! def {{ ($n:ident, $v:expr) => {{ let $n = $v; }} }}
macro_rules! named {{ ($n:ident) => {{ $n }} }}
macro_rules! skip {{ () => {{ continue }} }}
macro_rules! stop {{ () => {{ break }} }}
macro_rules! field {{ ($module:ident, $field:ident) => {{ $module.$field }} }}

#[differentiable]
fn twice(s: f64, mut f: impl FnMut(f64) -> f64) -> f64 {{ let t = f(s); f(t * 0.5) }}
#[differentiable]
fn layered(x: &Tensor<3, f64>, f: impl Fn(&Tensor<3, f64>) -> Tensor<3, f64>) -> Tensor<3, f64> {{ f(&f(x)).tanh() }}

#[differentiable]
impl Net {{{helpers}
    pub fn loss{number}(&self, x: &Tensor<3, f64>) -> f64 {{
{body}        {}
    }}
}}

pub fn check(net: &Net) {{
    programs::check_both(\"program {number}\", net, Net::loss{number}, |net, x| {{
        let (loss, pullback) = net.loss{number}_vjp(x);
        let mut gradient = net.zeros_like();
        let (dx,) = pullback(1.0, &mut gradient, [true]);
        (loss, gradient, dx.unwrap_or_else(|| Tensor::zeros([2])))
    }});
}}
",
        sums.join(" + ")
    );
    (source, attacks > 0)
}

/// Fills the placeholders of a step, which are single capital letters.
fn filled(code: &str, tensor: &str, scalar: &str, name: &str, number: u64) -> String {
    let mut filled = String::new();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut characters = code.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let alone = !characters.peek().copied().is_some_and(is_word);
        match character {
            'T' if alone && !is_word(before) => filled += tensor,
            'S' if alone && !is_word(before) => filled += scalar,
            'N' if alone && !is_word(before) => filled += name,
            'P' if alone => filled += &number.to_string(),
            other => filled.push(other),
        }
        before = character;
    }
    filled
}
