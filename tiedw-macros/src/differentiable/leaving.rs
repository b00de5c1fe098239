//! Reverse mode of control flow that leaves a body, a loop or a block before its end.
//!
//! What each step of a block that may be left keeps for the backward pass is moved into a place of a tuple that is declared
//! around the block. The backward pass runs a step backwards only if its place was filled. An exit gives what it leaves
//! its value, so in the backward pass it takes the cotangent of that value. On its way out it saves the tuple of each
//! iteration that it leaves, as the end of the iteration does.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::exits::Way;
use super::model::{Block, Branch, Exit, Loop, Operand, Out, Region, Step, Target, Var};
use super::reverse::{Passes, Reverse, shaped};

/// A body or an iteration that may be left: the tuple of its places, and the way out.
struct Around {
    /// The tuple.
    run: Ident,
    /// The number of its places.
    count: usize,
    /// The blocks with labels around the current step, within it.
    blocks: Vec<Region>,
    /// The loop, of an iteration.
    iteration: Option<Iteration>,
}

/// A loop whose iteration may be left.
struct Iteration {
    region: Region,
    indices: Vec<Ident>,
    /// What all iterations save.
    all: Ident,
    /// The token that an iteration returns at its end, and its name within the iteration.
    token: (Ident, Ident),
    /// The place of the loop in what is around it.
    place: Option<TokenStream>,
}

/// The backward pass of a step.
enum Back {
    /// Run after that of the steps that follow.
    Then(TokenStream),
    /// A condition under which the steps that follow have run, with what they use.
    Around(TokenStream),
}

impl Around {
    fn place(&mut self) -> TokenStream {
        let (run, position) = (&self.run, syn::Index::from(self.count));
        self.count += 1;
        quote!(#run.#position)
    }

    /// Declares the tuple.
    fn declared(&self) -> TokenStream {
        let (run, places) = (&self.run, (0..self.count).map(|_| quote!(__None)));
        quote!(let mut #run = (#(#places,)*);)
    }
}

/// A place in the innermost tuple.
fn place(around: &mut [Around]) -> TokenStream {
    around.last_mut().map(Around::place).unwrap_or_default()
}

impl Reverse<'_> {
    /// Generates the passes of a body that `return` or `?` leaves. `result` is the variable of its value.
    pub(super) fn left_body(
        &self,
        block: &Block,
        (region, result): (Region, Var),
        cotangent: &impl ToTokens,
    ) -> Passes {
        let mut around = vec![self.around(None)];
        let (inside, cotangents) = self.region(block, region, result, &mut around);
        let declared = around.iter().map(Around::declared);
        let (value, of_result) = (result.value(), result.cotangent());
        let (private, found) = (&self.private, result.result());
        Passes {
            forward: quote! {
                #(#declared)*
                let mut #found = __None;
                #inside
                let #value = #private::found(#found);
            },
            value: value.into(),
            backward: quote!(let mut #of_result = #cotangent; #cotangents),
            kept: around.into_iter().map(|around| around.run).collect(),
            defined: Vec::new(),
        }
    }

    /// Generates the passes of a block with a label that `break` leaves; nothing leads out of it.
    pub(super) fn labelled(
        &self,
        branch: &Branch,
        kept: &mut Vec<Ident>,
    ) -> (TokenStream, TokenStream, Vec<Var>) {
        let mut around = vec![self.around(None)];
        let (mut forward, backward) = self.left_branch(branch, &mut around);
        let declared: TokenStream = around.iter().map(Around::declared).collect();
        kept.extend(around.into_iter().map(|around| around.run));
        let vars: Vec<Var> = branch.value().into_iter().collect();
        for var in &vars {
            forward.extend(slot(*var));
        }
        (quote!(#declared #forward), backward, vars)
    }

    /// Generates a loop that no exit leads out of.
    pub(super) fn whole_loop(
        &self,
        inner: &Loop,
        kept: &mut Vec<Ident>,
    ) -> (TokenStream, TokenStream, Vec<Var>) {
        let (mut forward, after, backward) = self.iterations(inner, &mut Vec::new(), None);
        kept.push(inner.var.kept());
        forward.extend(after);
        let vars: Vec<Var> = inner.value().into_iter().collect();
        for var in &vars {
            forward.extend(slot(*var));
        }
        (forward, backward, vars)
    }

    fn around(&self, iteration: Option<Iteration>) -> Around {
        let number = self.segments.replace(self.segments.get() + 1);
        let run = format_ident!("run{number}", span = Span::mixed_site());
        Around { run, count: 0, blocks: Vec::new(), iteration }
    }

    /// Generates the region of a body or of a block with a label.
    fn region(
        &self,
        block: &Block,
        region: Region,
        var: Var,
        around: &mut Vec<Around>,
    ) -> (TokenStream, TokenStream) {
        let (label, result) = (region.label(), var.result());
        if let Some(last) = around.last_mut() {
            last.blocks.push(region);
        }
        let (forward, backward) = self.left_block(block, &self.cotangent_of(&Out::Var(var)), around);
        if let Some(last) = around.last_mut() {
            last.blocks.pop();
        }
        let end = (!block.diverges()).then(|| quote!(#result = __Some(value);));
        (quote!(#label: { #forward #end }), backward)
    }

    /// Generates the steps of a block that may be left, and the `value` that it has if its end is reached.
    fn left_block(
        &self,
        block: &Block,
        cotangent: &impl ToTokens,
        around: &mut Vec<Around>,
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
                let (ended, tail) = (place(around), self.deliver(&block.tail.target, cotangent));
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
        around: &mut Vec<Around>,
        declared: &mut Vec<TokenStream>,
    ) -> (TokenStream, Back) {
        let private = &self.private;
        let mut declare = |var: Var, around: &mut [Around]| {
            let (place, slot, cotangent) = (place(around), var.slot(), var.cotangent());
            declared.push(quote!(let mut #cotangent = #private::no_cotangent(#place);));
            quote!(#place = __Some(#slot);)
        };
        match step {
            Step::Exit(exit) => self.exit(exit, around),
            Step::Branch(branch) if branch.arms.iter().any(Block::is_left) => {
                let (mut forward, backward) = self.left_branch(branch, around);
                if let Some(var) = branch.value()
                    && !step.diverges()
                {
                    let (slot, filled) = (slot(var), declare(var, around));
                    forward.extend(quote!(#slot #filled));
                }
                (forward, Back::Then(backward))
            }
            Step::Loop(inner) => {
                let (place, all) = (place(around), inner.var.kept());
                let (mut forward, after, backward) = self.iterations(inner, around, Some(place.clone()));
                if !step.diverges() {
                    forward.extend(quote!(#place = __Some(#all); #after));
                    if let Some(var) = inner.value() {
                        let (slot, filled) = (slot(var), declare(var, around));
                        forward.extend(quote!(#slot #filled));
                    }
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
                let place = place(around);
                if backward.is_empty() {
                    forward.extend(quote!(#place = __Some((#(__Clone::clone(&#kept),)*));));
                    return (forward, Back::Around(quote!(let __Some((#(#kept,)*)) = #place)));
                }
                forward.extend(quote!(#place = __Some((#(#kept,)*));));
                (forward, Back::Then(quote!(if let __Some((#(#kept,)*)) = #place { #backward })))
            }
        }
    }

    /// Generates an exit: it gives what it leaves its value, saves what it leaves, and jumps.
    fn exit(&self, exit: &Exit, around: &mut [Around]) -> (TokenStream, Back) {
        let Some((var, Operand { expr, target })) = &exit.value else {
            return (jump(exit.way(), around), Back::Then(TokenStream::new()));
        };
        let result = var.result();
        if matches!(target, Target::Nothing) {
            let jump = jump(exit.way(), around);
            return (quote!(#result = __Some(#expr); #jump), Back::Then(TokenStream::new()));
        }
        let place = place(around);
        let jump = jump(exit.way(), around);
        let forward = quote!(#result = __Some(#expr); #place = __Some(()); #jump);
        let backward = self.deliver(target, &self.cotangent_of(&Out::Var(*var)));
        (forward, Back::Then(quote!(if #place.is_some() { #backward })))
    }

    /// Generates a branch whose arms may be left.
    fn left_branch(&self, branch: &Branch, around: &mut Vec<Around>) -> (TokenStream, TokenStream) {
        let Branch { var, region, arms, shape } = branch;
        let (value, result) = (var.value(), var.result());
        if let (Some(region), [block]) = (region, &arms[..]) {
            let private = &self.private;
            let (inside, backward) = self.region(block, *region, *var, around);
            let forward = quote!(let mut #result = __None; #inside let #value = #private::found(#result););
            return (forward, backward);
        }
        let (mut bodies, mut backward) = (Vec::new(), TokenStream::new());
        for arm in arms {
            let (run, back) = self.left_block(arm, &self.cotangent_of(&Out::Var(*var)), around);
            let end = (!arm.diverges()).then(|| quote!(value));
            bodies.push(quote!({ #run #end }));
            backward.extend(back);
        }
        let run = shaped(shape, &bodies);
        let diverges = arms.iter().all(Block::diverges);
        (if diverges { quote!(#run) } else { quote!(let #value = #run;) }, backward)
    }

    /// Generates the iterations of a loop, what follows them, and the backward pass. `place` is that of the loop in what is
    /// around it, if exits may lead out of it.
    fn iterations(
        &self,
        inner: &Loop,
        around: &mut Vec<Around>,
        place: Option<TokenStream>,
    ) -> (TokenStream, TokenStream, TokenStream) {
        let Loop { var, region, span, head, indices, body, .. } = inner;
        let (private, all) = (&self.private, var.kept());
        // If another macro leaves the iteration early, the value was moved and is missing in the next iteration.
        let (mut token, current) = (var.iteration(), var.value());
        token.set_span(Span::mixed_site().located_at(*span));
        let none = quote!(__None::<#private::NoGradient>);
        let start = quote! {
            let mut #all = #private::Stack::new();
            let mut #token = #private::iteration();
        };
        if !body.is_left() {
            let Passes { forward, value, backward, kept, .. } = self.block(body, &none);
            let ended = (!body.diverges()).then(|| quote_spanned!(*span=> #token.ended();));
            let forward = quote! {
                #start
                #head {
                    let #current = #token;
                    #forward
                    let () = #value;
                    #all.push((#(#indices,)* #(#kept,)*));
                    #token = #current;
                }
                #ended
            };
            let backward = quote!(for (#(#indices,)* #(#kept,)*) in #all { #backward });
            return (forward, TokenStream::new(), backward);
        }
        let label = region.label();
        around.push(self.around(Some(Iteration {
            region: *region,
            indices: indices.clone(),
            all: all.clone(),
            token: (token.clone(), current.clone()),
            place,
        })));
        let (forward, backward) = self.left_block(body, &none, around);
        let this = around.pop();
        let (declared, run) = this.map(|this| (this.declared(), this.run)).unzip();
        let end = (!body.diverges()).then(|| {
            quote! {
                let () = value;
                #all.push((#(#indices,)* #run,));
                #token = #current;
            }
        });
        let (result, outcome) = (var.result(), var.value());
        let is_broken = inner.is_broken();
        let (before, after) = match inner.value() {
            Some(_) => (quote!(let mut #result = __None;), quote!(let #outcome = #private::found(#result);)),
            None if is_broken => (quote!(let mut #result = __None::<()>;), quote!(let _ = #result;)),
            None => Default::default(),
        };
        let ended = (!inner.is_endless || is_broken).then(|| quote_spanned!(*span=> #token.ended();));
        let forward = quote! {
            #start
            #before
            #label: #head {
                let #current = #token;
                #declared
                #forward
                #end
            }
            #ended
        };
        (forward, after, quote!(for (#(#indices,)* #run,) in #all { #backward }))
    }
}

/// The slot of a value.
fn slot(var: Var) -> TokenStream {
    let (slot, value) = (var.slot(), var.value());
    quote!(let #slot = __Value::slot(&#value);)
}

/// Saves what is left on the way out, and jumps.
fn jump(way: Way, around: &[Around]) -> TokenStream {
    let mut saved = TokenStream::new();
    for around in around.iter().rev() {
        let run = &around.run;
        if around.blocks.contains(&way.region) {
            let label = way.region.label();
            return quote!(#saved break #label;);
        }
        let Some(Iteration { region, indices, all, token: (token, current), place }) = &around.iteration
        else {
            break;
        };
        saved.extend(quote!(#all.push((#(#indices,)* #run,));));
        if *region == way.region {
            let label = region.label();
            let jump = if way.continues { quote!(continue) } else { quote!(break) };
            return quote!(#saved #token = #current; #jump #label;);
        }
        saved.extend(place.iter().map(|place| quote!(#place = __Some(#all);)));
    }
    saved
}
