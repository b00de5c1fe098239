//! Segmentation of long bodies.
//!
//! With one pullback over n calls, the size of the release build grows with the square of n: wherever a call
//! may panic, all pullbacks that have not run yet are dropped. So a long block is split into segments. Each
//! has a pullback of its own, which changes the cotangents that cross its boundary.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::model::{Block, Out, PassedClosure, Step, Target, Var};
use super::reverse::{Passes, Reverse, gradient, wanted};

/// Maximum number of calls in a segment.
const LENGTH: usize = 16;

impl Reverse<'_> {
    /// Generates the passes of the steps of a block, in segments if there are many.
    pub(super) fn segments(&self, block: &Block) -> Passes {
        let cut = cut(&block.steps);
        if cut.len() < 2 || block.is_left() || self.forward_alone {
            return self.steps(&block.steps);
        }
        // The last segment that uses a variable. The value of the block is used after all segments.
        let mut last_use = HashMap::new();
        let crossing: Vec<Vec<Var>> = cut
            .iter()
            .enumerate()
            .map(|(position, steps)| {
                let mut vars = Vec::new();
                touch_steps(steps, &mut vars);
                last_use.extend(vars.iter().map(|&var| (var, position)));
                vars
            })
            .collect();
        let mut tail = Vec::new();
        touch_target(&block.tail.target, &mut tail);
        last_use.extend(tail.into_iter().map(|var| (var, cut.len())));

        let mut passes = Passes::default();
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        for ((position, steps), crossing) in cut.iter().enumerate().zip(crossing) {
            let is_used_later = |var: &Var| last_use.get(var).is_some_and(|&last| last > position);
            let (run, back) = self.segment(steps, crossing, is_used_later, &mut passes);
            forward.push(run);
            backward.push(back);
        }
        passes.forward = forward.into_iter().collect();
        passes.backward = backward.into_iter().rev().collect();
        passes
    }

    /// Generates the passes of one segment; `crossing` are the variables that it uses. What it saves and
    /// defines is added to `passes`.
    fn segment(
        &self,
        steps: &[Step],
        mut crossing: Vec<Var>,
        is_used_later: impl Fn(&Var) -> bool,
        passes: &mut Passes,
    ) -> (TokenStream, TokenStream) {
        let Passes { forward, backward, defined, .. } = self.steps(steps);
        let (outer, inner): (Vec<Var>, Vec<Var>) = defined.into_iter().partition(is_used_later);
        outer.iter().for_each(|&var| touch(var, &mut crossing));
        crossing.retain(|var| !inner.contains(var));

        let segment = self.name();
        let private = &self.private;
        let (gradient, wanted, count) = (gradient(), wanted(), self.count);
        let (view, own) = match self.gradient {
            Some(view) => (quote!(#gradient: #view), quote!(__Clone::clone(&#gradient))),
            None => (quote!((): ()), quote!(())),
        };
        let (slots, cotangents): (Vec<_>, Vec<_>) =
            crossing.iter().map(|var| (var.slot(), var.cotangent())).unzip();
        let bound = &self.bound;
        // Each with a lifetime of its own, since the cotangents are those of the pullback of the method.
        let untyped = crossing.iter().map(|_| quote!(&mut #private::Option<_>));
        let declared = self.declared(&inner);
        let forward = quote! {
            #forward
            let #segment = #private::Segment::new(move |#view, #wanted: [::core::primitive::bool; #count], (#(#cotangents,)*): (#(#untyped,)*)| {
                #bound
                #(let mut #cotangents = #slots.typed(#cotangents);)*
                #declared
                #backward
            });
        };
        passes.kept.push(segment.clone());
        passes.kept.extend(outer.iter().map(|var| var.slot()));
        passes.defined.extend(&outer);
        let backward = quote!(#segment.run(#own, #wanted, (#(&mut #cotangents,)*)););
        (forward, backward)
    }

    fn name(&self) -> Ident {
        let number = self.segments.replace(self.segments.get() + 1);
        format_ident!("segment{number}", span = Span::mixed_site())
    }
}

/// Splits the steps into runs of at most [`LENGTH`] calls.
fn cut(steps: &[Step]) -> Vec<&[Step]> {
    let mut segments = Vec::new();
    let (mut start, mut calls) = (0, 0);
    for (position, step) in steps.iter().enumerate() {
        calls += usize::from(!matches!(step, Step::Plain(_) | Step::Index { .. } | Step::Name { .. }));
        if calls == LENGTH {
            segments.push(&steps[start..=position]);
            (start, calls) = (position + 1, 0);
        }
    }
    if start < steps.len() {
        segments.push(&steps[start..]);
    }
    segments
}

/// Adds to `vars` the variables whose cotangents the backward pass of `steps` uses, except those defined in
/// inner blocks.
fn touch_steps(steps: &[Step], vars: &mut Vec<Var>) {
    for step in steps {
        match step {
            Step::Plain(_) | Step::Index { .. } => {}
            Step::Call(call) => {
                call.targets.iter().for_each(|target| touch_target(target, vars));
                call.closures.iter().for_each(|closure| touch_closure(closure, vars));
                touch_out(&call.out, vars);
            }
            Step::Bind { out, value, .. } => {
                touch_target(&value.target, vars);
                touch_out(out, vars);
            }
            Step::Assign { target, value, .. } => {
                touch_target(&value.target, vars);
                touch(target.var, vars);
            }
            Step::Name { var, of } => {
                touch_target(of, vars);
                touch(*var, vars);
            }
            Step::Change(change) => {
                change.targets.iter().for_each(|target| touch_target(target, vars));
                touch(change.container.var, vars);
                touch(change.var, vars);
            }
            Step::Branch(branch) => {
                branch.arms.iter().for_each(|arm| touch_block(arm, vars));
                branch.value().into_iter().for_each(|var| touch(var, vars));
            }
            Step::Checkpoint(inner) => {
                touch_block(&inner.block, vars);
                touch(inner.var, vars);
            }
            Step::Loop(inner) => {
                touch_block(&inner.body, vars);
                inner.value().into_iter().for_each(|var| touch(var, vars));
            }
            Step::Exit(exit) => {
                if let Some((var, value)) = &exit.value
                    && !value.is_plain()
                {
                    touch_target(&value.target, vars);
                    touch(*var, vars);
                }
            }
        }
    }
}

fn touch_block(block: &Block, vars: &mut Vec<Var>) {
    let mut inside = Vec::new();
    touch_steps(&block.steps, &mut inside);
    touch_target(&block.tail.target, &mut inside);
    let own: Vec<Var> = block.steps.iter().flat_map(defined).collect();
    inside.into_iter().filter(|var| !own.contains(var)).for_each(|var| touch(var, vars));
}

fn touch_closure(closure: &PassedClosure, vars: &mut Vec<Var>) {
    let is_input = |var: &Var| closure.inputs.iter().any(|(input, _)| input == var);
    captured(&closure.block).into_iter().filter(|var| !is_input(var)).for_each(|var| touch(var, vars));
}

/// The variables around a block whose cotangents its backward pass uses.
pub(super) fn captured(block: &Block) -> Vec<Var> {
    let mut vars = Vec::new();
    touch_block(block, &mut vars);
    vars
}

/// The variables that a step defines.
fn defined(step: &Step) -> Vec<Var> {
    match step {
        Step::Call(call) => call.out.vars(),
        Step::Bind { out, .. } => out.vars(),
        Step::Branch(branch) => branch.value().into_iter().collect(),
        Step::Name { var, .. } => vec![*var],
        Step::Change(change) => vec![change.var],
        Step::Checkpoint(inner) => vec![inner.var],
        Step::Loop(inner) => inner.value().into_iter().collect(),
        Step::Plain(_) | Step::Index { .. } | Step::Assign { .. } | Step::Exit(_) => Vec::new(),
    }
}

fn touch_target(target: &Target, vars: &mut Vec<Var>) {
    target.vars().into_iter().for_each(|var| touch(var, vars));
}

fn touch_out(out: &Out, vars: &mut Vec<Var>) {
    out.vars().into_iter().for_each(|var| touch(var, vars));
}

fn touch(var: Var, vars: &mut Vec<Var>) {
    if !vars.contains(&var) {
        vars.push(var);
    }
}
