//! Reverse mode of control flow that leaves a body, a loop or a block before its end.
//!
//! What each step of a block that may be left keeps for the backward pass is moved into a place that is declared around
//! the block. The backward pass runs a step backwards only if its place was filled. An exit gives what it leaves its value,
//! so in the backward pass it takes the cotangent of that value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::exits::Way;
use super::model::{Block, Branch, Exit, Loop, Operand, Out, Region, Shape, Step, Target, Var};
use super::reverse::{Passes, Reverse};

/// The places that are declared around a block that may be left.
struct Around {
    /// The loop whose iteration the block is, if any.
    iteration: Option<Region>,
    /// The blocks with labels around the current step, within it.
    blocks: Vec<Region>,
    places: Vec<Ident>,
}

/// The backward pass of a step.
enum Back {
    /// Run after that of the steps that follow.
    Then(TokenStream),
    /// A condition under which the steps that follow have run, with what they use.
    Around(TokenStream),
}

impl Around {
    fn of(iteration: Option<Region>) -> Self {
        Around { iteration, blocks: Vec::new(), places: Vec::new() }
    }

    fn place(&mut self, number: usize) -> Ident {
        let place = format_ident!("ran{}", number, span = Span::mixed_site());
        self.places.push(place.clone());
        place
    }

    /// Declares the places.
    fn declared(&self) -> TokenStream {
        let places = &self.places;
        quote!(#(let mut #places = __None;)*)
    }
}

impl Reverse<'_> {
    /// Generates the passes of a body that `return` or `?` leaves. `result` is the variable of its value.
    pub(super) fn left_body(
        &self,
        block: &Block,
        (region, result): (Region, Var),
        cotangent: &impl ToTokens,
    ) -> Passes {
        let mut around = Around::of(None);
        let (inside, cotangents) = self.region(block, region, result, &mut around);
        let (declared, value, of_result) = (around.declared(), result.value(), result.cotangent());
        let private = &self.private;
        let found = result.result();
        Passes {
            forward: quote! {
                #declared
                let mut #found = __None;
                #inside
                let #value = #private::found(#found);
            },
            value: value.into(),
            backward: quote!(let mut #of_result = #cotangent; #cotangents),
            kept: around.places,
            defined: Vec::new(),
        }
    }

    /// Generates the passes of a block with a label that `break` leaves, and of a branch whose arms are left; nothing
    /// leads out of it.
    pub(super) fn labelled(
        &self,
        branch: &Branch,
        kept: &mut Vec<Ident>,
    ) -> (TokenStream, TokenStream, Vec<Var>) {
        let mut around = Around::of(None);
        let (forward, backward) = self.left_branch(branch, &mut around);
        let (declared, slot, value) = (around.declared(), branch.var.slot(), branch.var.value());
        kept.extend(around.places);
        (quote!(#declared #forward let #slot = __Value::slot(&#value);), backward, vec![branch.var])
    }

    /// Generates a loop that no exit leads out of.
    pub(super) fn whole_loop(
        &self,
        inner: &Loop,
        kept: &mut Vec<Ident>,
    ) -> (TokenStream, TokenStream, Vec<Var>) {
        let (mut forward, after, backward) = self.iterations(inner);
        kept.push(inner.var.kept());
        forward.extend(after);
        let vars: Vec<Var> = inner.value().into_iter().collect();
        for var in &vars {
            let (slot, value) = (var.slot(), var.value());
            forward.extend(quote!(let #slot = __Value::slot(&#value);));
        }
        (forward, backward, vars)
    }

    /// Generates the region of a body or of a block with a label.
    fn region(
        &self,
        block: &Block,
        region: Region,
        var: Var,
        around: &mut Around,
    ) -> (TokenStream, TokenStream) {
        let (label, result) = (region.label(), var.result());
        around.blocks.push(region);
        let (forward, backward) = self.left_block(block, &self.cotangent_of(&Out::Var(var)), around);
        around.blocks.pop();
        let end = (!block.diverges()).then(|| quote!(#result = __Some(value);));
        (quote!(#label: { #forward #end }), backward)
    }

    /// Generates the steps of a block that may be left, and the `value` that it has if its end is reached.
    fn left_block(
        &self,
        block: &Block,
        cotangent: &impl ToTokens,
        around: &mut Around,
    ) -> (TokenStream, TokenStream) {
        let (mut forward, mut backward, mut declared) = (Vec::new(), Vec::new(), Vec::new());
        for step in &block.steps {
            let (run, back) = self.left_step(step, around, &mut declared);
            forward.push(run);
            backward.push(back);
            if step.diverges() {
                break;
            }
        }
        if !block.diverges() {
            let value = &block.tail.expr;
            forward.push(quote!(let value = #value;));
            if !block.tail.is_plain() {
                let (ended, tail) = (self.next_place(around), self.deliver(&block.tail.target, cotangent));
                forward.push(quote!(#ended = __Some(());));
                backward.push(Back::Then(quote!(if #ended.is_some() { #tail })));
            }
        }
        let forward = forward.into_iter().collect();
        let backward = backward.into_iter().rev().fold(TokenStream::new(), |later, back| match back {
            Back::Then(back) => quote!(#later #back),
            Back::Around(condition) => quote!(if #condition { #later }),
        });
        (forward, quote!({ #(#declared)* #backward }))
    }

    /// Generates a step of a block that may be left. Adds the declarations of its cotangents to `declared`.
    fn left_step(
        &self,
        step: &Step,
        around: &mut Around,
        declared: &mut Vec<TokenStream>,
    ) -> (TokenStream, Back) {
        let private = &self.private;
        let mut declare = |var: Var, around: &mut Around| {
            let (place, slot, cotangent) = (self.next_place(around), var.slot(), var.cotangent());
            declared.push(quote!(let mut #cotangent = #private::no_cotangent(#place);));
            quote!(#place = __Some(#slot);)
        };
        match step {
            Step::Exit(exit) => self.exit(exit, around),
            Step::Branch(branch) if branch.arms.iter().any(Block::is_left) => {
                let (mut forward, backward) = self.left_branch(branch, around);
                if !step.diverges() {
                    let (slot, value) = (branch.var.slot(), branch.var.value());
                    let filled = declare(branch.var, around);
                    forward.extend(quote!(let #slot = __Value::slot(&#value); #filled));
                }
                (forward, Back::Then(backward))
            }
            Step::Loop(inner) => {
                let (mut forward, after, backward) = self.iterations(inner);
                let (place, all, exit) = (self.next_place(around), inner.var.kept(), inner.region.exit());
                let jumps = step.ways().into_iter().map(|way| {
                    let (code, jump) = (way.code(), jump(way, around));
                    quote!(if #exit == #code { #jump })
                });
                forward.extend(quote!(#place = __Some(#all); #(#jumps)* #after));
                if step.diverges() {
                    forward.extend(quote!(::core::unreachable!();));
                }
                if let Some(var) = inner.value() {
                    let (slot, value) = (var.slot(), var.value());
                    let filled = declare(var, around);
                    forward.extend(quote!(let #slot = __Value::slot(&#value); #filled));
                }
                (forward, Back::Then(quote!(if let __Some(#all) = #place { #backward })))
            }
            step => {
                let mut kept = Vec::new();
                let (mut forward, backward, vars) = self.step(step, &mut kept);
                for var in vars {
                    forward.extend(declare(var, around));
                }
                if backward.is_empty() && kept.is_empty() {
                    return (forward, Back::Then(backward));
                }
                let place = self.next_place(around);
                if backward.is_empty() {
                    forward.extend(quote!(#place = __Some((#(__Clone::clone(&#kept),)*));));
                    return (forward, Back::Around(quote!(let __Some((#(#kept,)*)) = #place)));
                }
                forward.extend(quote!(#place = __Some((#(#kept,)*));));
                (forward, Back::Then(quote!(if let __Some((#(#kept,)*)) = #place { #backward })))
            }
        }
    }

    /// Generates an exit: it gives what it leaves its value, and jumps.
    fn exit(&self, exit: &Exit, around: &mut Around) -> (TokenStream, Back) {
        let jump = jump(exit.way(), around);
        let Some((var, Operand { expr, target })) = &exit.value else {
            return (jump, Back::Then(TokenStream::new()));
        };
        let result = var.result();
        if matches!(target, Target::Nothing) {
            return (quote!(#result = __Some(#expr); #jump), Back::Then(TokenStream::new()));
        }
        let place = self.next_place(around);
        let forward = quote!(#result = __Some(#expr); #place = __Some(()); #jump);
        let backward = self.deliver(target, &self.cotangent_of(&Out::Var(*var)));
        (forward, Back::Then(quote!(if #place.is_some() { #backward })))
    }

    /// Generates a branch whose arms may be left.
    fn left_branch(&self, branch: &Branch, around: &mut Around) -> (TokenStream, TokenStream) {
        let Branch { var, region, arms, shape } = branch;
        let (value, result) = (var.value(), var.result());
        if let (Some(region), [block]) = (region, &arms[..]) {
            let private = &self.private;
            let (inside, backward) = self.region(block, *region, *var, around);
            return (
                quote!(let mut #result = __None; #inside let #value = #private::found(#result);),
                backward,
            );
        }
        let (mut bodies, mut backward) = (Vec::new(), TokenStream::new());
        for arm in arms {
            let (run, back) = self.left_block(arm, &self.cotangent_of(&Out::Var(*var)), around);
            let end = (!arm.diverges()).then(|| quote!(value));
            bodies.push(quote!({ #run #end }));
            backward.extend(back);
        }
        let last = bodies.len() - 1;
        let run = match shape {
            Shape::Block => quote!(#(#bodies)*),
            Shape::If(conditions) => {
                let (bodies, last) = (&bodies[..last], &bodies[last]);
                quote!(#(if #conditions #bodies else)* #last)
            }
            Shape::Match(scrutinee, patterns) => quote!(match #scrutinee { #(#patterns => #bodies)* }),
        };
        let diverges = arms.iter().all(Block::diverges);
        (if diverges { quote!(#run) } else { quote!(let #value = #run;) }, backward)
    }

    /// Generates the iterations of a loop, what follows them, and the backward pass.
    fn iterations(&self, inner: &Loop) -> (TokenStream, TokenStream, TokenStream) {
        let Loop { var, region, span, head, indices, body, .. } = inner;
        let (private, all) = (&self.private, var.kept());
        // If another macro leaves the iteration early, the value was moved and is missing in the next iteration.
        let (mut iteration, current) = (var.iteration(), var.value());
        iteration.set_span(Span::mixed_site().located_at(*span));
        let ended = quote_spanned!(*span=> #iteration.ended(););
        if !body.is_left() {
            let none = quote!(__None::<#private::NoGradient>);
            let Passes { forward, value, backward, kept, .. } = self.block(body, &none);
            let forward = quote! {
                let mut #all = #private::Stack::new();
                let mut #iteration = #private::iteration();
                #head {
                    let #current = #iteration;
                    #forward
                    let () = #value;
                    #all.push((#(#indices,)* #(#kept,)*));
                    #iteration = #current;
                }
                #ended
            };
            let backward = quote!(for (#(#indices,)* #(#kept,)*) in #all { #backward });
            return (forward, TokenStream::new(), backward);
        }
        let (mut around, exit, label) = (Around::of(Some(*region)), region.exit(), region.iteration());
        let none = quote!(__None::<#private::NoGradient>);
        let (forward, backward) = self.left_block(body, &none, &mut around);
        let value = (!body.diverges()).then(|| quote!(let () = value;));
        let (declared, places) = (around.declared(), &around.places);
        let breaks = inner.breaks();
        let counted = (!breaks.is_empty()).then(|| quote!(let mut #exit = 0_u32;));
        let broken = (!breaks.is_empty()).then(|| quote!(if #exit != 0 { break; }));
        let (result, outcome) = (var.result(), var.value());
        let (before, after) = match inner.value() {
            Some(_) => (quote!(let mut #result = __None;), quote!(let #outcome = #private::found(#result);)),
            None if breaks.iter().any(|way| way.region == *region) => {
                (quote!(let mut #result = __None::<()>;), quote!(let _ = #result;))
            }
            None => Default::default(),
        };
        let forward = quote! {
            let mut #all = #private::Stack::new();
            let mut #iteration = #private::iteration();
            #counted
            #before
            #head {
                let #current = #iteration;
                #declared
                #label: { #forward #value }
                #all.push((#(#indices,)* #(#places,)*));
                #iteration = #current;
                #broken
            }
            #ended
        };
        (forward, after, quote!(for (#(#indices,)* #(#places,)*) in #all { #backward }))
    }

    fn next_place(&self, around: &mut Around) -> Ident {
        let number = self.segments.replace(self.segments.get() + 1);
        around.place(number)
    }
}

/// Jumps to the end of the innermost block that is left, from where the way goes on.
fn jump(way: Way, around: &Around) -> TokenStream {
    let code = way.code();
    match around.iteration {
        _ if around.blocks.contains(&way.region) => {
            let label = way.region.label();
            quote!(break #label;)
        }
        Some(region) if region == way.region && way.continues => {
            let label = region.iteration();
            quote!(break #label;)
        }
        Some(region) => {
            let (exit, label) = (region.exit(), region.iteration());
            quote!(#exit = #code; break #label;)
        }
        None => {
            let label = way.region.label();
            quote!(break #label;)
        }
    }
}
