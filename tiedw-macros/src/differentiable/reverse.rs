//! Reverse mode: generates the forward pass, which saves pullbacks, and the backward pass from the model of a body.

use std::cell::Cell;

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Member;

use super::dependence::{Dependence, Wanted};
use super::field::name_hash;
use super::model::{Access, Block, Branch, Call, Change, Operand, Out, Place, Shape, Step, Target, Var};
use super::passed_closures::WithClosures;
use super::stubs::Callee;
use super::tokens::{Tokens, no_arguments};
use crate::private::{private, private_at};

/// The forward and backward pass of one block.
#[derive(Default)]
pub(super) struct Passes {
    pub(super) forward: TokenStream,
    /// The value of the block.
    pub(super) value: Tokens,
    pub(super) backward: TokenStream,
    /// What the forward pass saves for the backward pass.
    pub(super) kept: Vec<Ident>,
    /// The variables that the block defines.
    pub(super) defined: Vec<Var>,
}

/// Generates both passes.
pub(super) struct Reverse<'b> {
    /// The module that generated code refers to.
    pub(super) private: Ident,
    pub(super) dependence: &'b Dependence,
    /// The name of each variable in the forward pass.
    pub(super) names: &'b [Ident],
    /// The type of the gradient's view, if the method takes `self`.
    pub(super) gradient: Option<&'b TokenStream>,
    /// The statement that gives the gradient's view its checked type.
    pub(super) bound: Option<TokenStream>,
    /// Whether types are computed from the check of the body.
    pub(super) is_checked: bool,
    /// The number of arguments of the method.
    pub(super) count: usize,
    /// The number of segments so far.
    pub(super) segments: Cell<usize>,
    /// Whether only the forward pass is generated.
    pub(super) forward_alone: bool,
    /// The checkpoint that these steps are in.
    pub(super) checkpoint: Cell<Option<Var>>,
}

/// Generates the forward pass of a block whose value receives no gradient, and the value.
pub(super) fn forward_alone(block: &Block, names: &[Ident], checkpoint: Option<Var>) -> TokenStream {
    let dependence = Dependence::none(names.len());
    let reverse = Reverse {
        private: private(),
        dependence: &dependence,
        names,
        gradient: None,
        bound: None,
        is_checked: false,
        count: 0,
        segments: Default::default(),
        forward_alone: true,
        checkpoint: Cell::new(checkpoint),
    };
    let (forward, value) = (reverse.steps(&block.steps).forward, &block.tail.expr);
    quote!(#forward #value)
}

/// The name of the gradient's view in the backward pass.
pub(super) fn gradient() -> Ident {
    Ident::new("gradient", Span::mixed_site())
}

/// The name of the flags that select the arguments that need a cotangent.
pub(super) fn wanted() -> Ident {
    Ident::new("wanted", Span::mixed_site())
}

impl Reverse<'_> {
    /// Generates the passes of a block whose value has the cotangent `cotangent`.
    pub(super) fn block(&self, block: &Block, cotangent: &impl ToTokens) -> Passes {
        let tail = self.deliver(&block.tail.target, cotangent);
        let mut passes = self.segments(block);
        passes.value = block.tail.expr.clone();
        passes.backward =
            [self.declared(&passes.defined), tail.into_token_stream(), passes.backward].into_iter().collect();
        passes
    }

    /// Generates the passes of a sequence of steps, without declaring the cotangents of the variables that
    /// they define.
    pub(super) fn steps(&self, steps: &[Step]) -> Passes {
        let mut passes = Passes::default();
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        for step in steps {
            let (step_forward, step_backward, vars) = self.step(step, &mut passes.kept);
            forward.push(step_forward);
            backward.push(step_backward);
            passes.kept.extend(vars.iter().map(|var| var.slot()));
            passes.defined.extend(vars);
        }
        passes.forward = forward.into_iter().collect();
        passes.backward = backward.into_iter().rev().collect();
        passes
    }

    /// Declares an empty cotangent for each of `vars`.
    pub(super) fn declared(&self, vars: &[Var]) -> TokenStream {
        let declared = vars.iter().map(|var| {
            let (slot, cotangent) = (var.slot(), var.cotangent());
            quote!(let mut #cotangent = #slot.empty();)
        });
        declared.collect()
    }

    /// Generates the passes of one step, and returns the variables that it defines. Adds to `kept`.
    pub(super) fn step(&self, step: &Step, kept: &mut Vec<Ident>) -> (TokenStream, TokenStream, Vec<Var>) {
        match step {
            Step::Plain(tokens) => (tokens.clone(), TokenStream::new(), Vec::new()),
            Step::Index { name, value } => {
                kept.push(name.clone());
                (quote!(let #name = #value;), TokenStream::new(), Vec::new())
            }
            Step::Call(call) => self.call(call, kept),
            Step::Bind { pattern, out, value } => {
                let (expr, vars) = (&value.expr, out.vars());
                let slots = vars.iter().map(|var| {
                    let (slot, name) = (var.slot(), &self.names[var.0]);
                    // A value of another type is reported at its name.
                    quote_spanned!(name.span()=> let #slot = __Value::slot(&#name);)
                });
                let backward = self.deliver_parts(&value.target, out);
                (quote!(let #pattern = #expr; #(#slots)*), backward, vars)
            }
            Step::Assign { place, target, value } => {
                let Operand { expr, target: from } = value;
                // Taken first, because the value may be computed from the previous value of the variable.
                let assigned = Ident::new("assigned", Span::mixed_site());
                let taken = place_of(target.var, &target.path, |place| quote!(#place.take()));
                let backward = self.deliver(from, &assigned);
                let traced = self.traced(place);
                (quote!(#place = #expr; #traced), quote!(let #assigned = #taken; #backward), Vec::new())
            }
            Step::Name { var, of } => {
                let (slot, name, cotangent) = (var.slot(), &self.names[var.0], var.cotangent());
                let backward = self.deliver(of, &quote!(#cotangent.take()));
                (quote!(let #slot = __Value::slot(&#name);), backward.into_token_stream(), vec![*var])
            }
            Step::Change(change) => self.change(change, kept),
            Step::Branch(branch) if branch.arms.iter().any(Block::is_left) => self.labelled(branch, kept),
            Step::Branch(branch) => self.branch(branch, kept),
            Step::Loop(inner) => self.whole_loop(inner, kept),
            Step::Checkpoint(checkpoint) => self.checkpoint(checkpoint, kept),
            // Only within a block that is left, whose steps have flags.
            Step::Exit(_) => Default::default(),
        }
    }

    fn call(&self, call: &Call, kept: &mut Vec<Ident>) -> (TokenStream, TokenStream, Vec<Var>) {
        let Call { var, pattern, out, callee, end, check, part, targets, written, .. } = call;
        let WithClosures { before, arguments, after } = self.with_closures(call);
        let arguments = &arguments;
        let (pullback, vars) = (var.pullback(), out.vars());
        let (slots, values) = self.slots(&vars);
        let value = pattern.is_none().then(|| var.value());
        let spans: Vec<Span> = arguments.iter().map(|argument| argument.start(*end)).collect();
        let mut all_arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(*end=> #(#arguments),*));
        all_arguments.set_span(*end);
        let mut called = check.checked(quote!(#callee #all_arguments), arguments, self.is_checked);
        if let Some(written) = written {
            called = as_written(&called, written);
        }
        let all = match part {
            Some(_) if !self.forward_alone => Wanted::Always,
            None if call.captures && !self.forward_alone => Wanted::Always,
            _ => self.dependence.wanted(&Target::Tuple(targets.clone()), &wanted()),
        };
        // A result that is no value is reported at the call.
        let at = Span::call_site().located_at(*end);
        let slots = quote_spanned!(at=> #(let #slots = __Value::slot(&#values);)*);
        if matches!(all, Wanted::Never) {
            return (quote!(#before let (#pattern #value, _) = #called; #slots), TokenStream::new(), vars);
        }
        kept.push(pullback.clone());
        let forward = quote!(#before let (#pattern #value, #pullback) = #called; #slots);
        let flags: Vec<_> = targets.iter().map(|target| self.dependence.wanted(target, &wanted())).collect();
        // If the method is called on a value, the receiver is the first target.
        let receivers = targets.len() - arguments.len();
        let span_of = |target: usize| target.checked_sub(receivers).map_or(*end, |argument| spans[argument]);
        let mut pulled = pullback.clone();
        pulled.set_span(pullback.span().located_at(*end));
        if let Some(apply) = one_call(call, &pulled, &flags, span_of) {
            let backward = match all {
                Wanted::If(flags) => quote!(if #flags { #apply }),
                _ => quote!(#apply #after),
            };
            return (forward, backward, vars);
        }
        let cotangent = self.cotangent_of(out);
        let results: Vec<_> = targets
            .iter()
            .enumerate()
            .map(|(i, target)| match target {
                Target::Nothing => Ident::new("_", Span::call_site()),
                _ => format_ident!("part{i}", span = Span::mixed_site().located_at(span_of(i))),
            })
            .collect();
        let deliver =
            targets.iter().zip(&results).enumerate().filter_map(|(i, (target, result))| match target {
                Target::Nothing => None,
                _ => Some(self.deliver_at(target, result, span_of(i))),
            });
        let (gradient, private) = (gradient(), &self.private);
        let gradient = part.as_ref().map(|part| match part.ends_in_index() {
            true => quote!(#private::IndexedGradient::indexed(&#gradient #part),),
            false => quote!(__Clone::clone(&#gradient #part),),
        });
        // A pullback of another type is reported at the call.
        let (pull, pulled) = match part {
            // The receiver is data. It may be a module.
            None if receivers == 1 && matches!(targets[0], Target::Nothing) => {
                let private = private_at(*end);
                (quote_spanned!(private.span()=> #private::PullbackOfData::pull), Some(quote!(#pulled,)))
            }
            None => (pulled.to_token_stream(), None),
            Some(_) => {
                let private = private_at(*end);
                (quote_spanned!(private.span()=> #private::PullbackOfField::pull), Some(quote!(#pulled,)))
            }
        };
        let mut passed =
            Group::new(Delimiter::Parenthesis, quote!(#pulled cotangent, #gradient [#(#flags),*]));
        passed.set_span(Span::mixed_site().located_at(*end));
        let mut results = Group::new(Delimiter::Parenthesis, quote!(#(#results,)*));
        results.set_span(*end);
        let results_of = match written {
            Some(_) => quote!(#private::pulled_back(#pullback, cotangent, [#(#flags),*])),
            None => quote!(#pull #passed),
        };
        let apply = quote! {
            if let __Some(cotangent) = #cotangent {
                let #results = #results_of;
                #(#deliver)*
            }
        };
        let backward = match all {
            Wanted::If(flags) => quote!(if #flags { #apply }),
            _ => quote!(#apply #after),
        };
        (forward, backward, vars)
    }

    fn change(&self, change: &Change, kept: &mut Vec<Ident>) -> (TokenStream, TokenStream, Vec<Var>) {
        let Change { var, callee, arguments, container, targets } = change;
        let (private, value, slot, undo) = (&self.private, var.value(), var.slot(), var.pullback());
        let given = targets.iter().flat_map(Target::vars).map(|var| self.traced(&self.names[var.0]));
        let traced: TokenStream = given.flatten().collect();
        let forward = quote! {
            #traced
            let (#value, #undo) = #callee(#(#arguments),*);
            let #slot = __Value::slot(&#value);
        };
        kept.push(undo.clone());
        let result = self.cotangent_of(&Out::Var(*var));
        let parts: Vec<_> =
            (0..targets.len()).map(|i| format_ident!("part{i}", span = Span::mixed_site())).collect();
        let undone = place_of(
            container.var,
            &container.path,
            |place| quote!(#private::Change::undo(#undo, result, #place)),
        );
        let deliver = targets.iter().zip(&parts).map(|(target, part)| self.deliver(target, part));
        let pattern = if targets.is_empty() { quote!(()) } else { quote!((#(#parts,)*)) };
        let backward = quote! {{
            let result = #result;
            let #pattern = #undone;
            #(#deliver)*
        }};
        (forward, backward, vec![*var])
    }

    fn branch(&self, branch: &Branch, kept: &mut Vec<Ident>) -> (TokenStream, TokenStream, Vec<Var>) {
        let Branch { var, arms, shape, .. } = branch;
        let private = &self.private;
        let (value, all) = (var.value(), var.kept());
        let cotangent = match branch.value() {
            Some(var) => self.cotangent_of(&Out::Var(var)),
            None => quote!(__None::<#private::NoGradient>).into(),
        };
        let passes: Vec<_> = arms.iter().map(|arm| self.block(arm, &cotangent)).collect();
        let last = passes.len() - 1;
        let wrap = |arm: usize, inner: TokenStream| {
            let inner = if arm < last { quote!(#private::Either::Left(#inner)) } else { inner };
            (0..arm).fold(inner, |inner, _| quote!(#private::Either::Right(#inner)))
        };
        let kept_of = |arm: usize| {
            let inner = &passes[arm].kept;
            wrap(arm, quote!((#(#inner,)*)))
        };
        let bodies: Vec<_> = (0..passes.len())
            .map(|arm| {
                let (Passes { forward, value, .. }, kept) = (&passes[arm], kept_of(arm));
                // The types of the arms differ after a mistake in one.
                let value = match self.is_checked && last > 0 {
                    true => quote!(__Body::value(#value)),
                    false => value.to_token_stream(),
                };
                quote!({ #forward let value = #value; (value, #kept) })
            })
            .collect();
        let forward = shaped(shape, &bodies);
        let slot = var.slot();
        let slot = branch.value().map(|_| quote!(let #slot = __Value::slot(&#value);));
        let forward = quote!(let (#value, #all) = #forward; #slot);
        let backwards = passes.iter().enumerate().map(|(arm, passes)| {
            let (kept, backward) = (kept_of(arm), &passes.backward);
            quote!(#kept => { #backward })
        });
        kept.push(all.clone());
        (forward, quote!(match #all { #(#backwards)* }), branch.value().into_iter().collect())
    }

    /// Returns the names of the slots of `vars`, and of their values.
    fn slots(&self, vars: &[Var]) -> (Vec<Ident>, Vec<&Ident>) {
        vars.iter().map(|var| (var.slot(), &self.names[var.0])).unzip()
    }

    /// Returns an expression that takes the cotangent of what was bound out of its variables, as an `Option`.
    pub(super) fn cotangent_of(&self, out: &Out) -> Tokens {
        let private = &self.private;
        match out {
            Out::Nothing => Ident::new("__None", Span::call_site()).into(),
            Out::Var(var) => {
                let take = Member::Named(Ident::new("take", Span::call_site()));
                Tokens::from(var.cotangent()).field(Default::default(), &take).then([no_arguments()])
            }
            Out::Tuple(parts) => {
                let parts = parts.iter().map(|part| self.cotangent_of(part));
                quote!(#private::tuple_cotangent((#(#parts,)*))).into()
            }
        }
    }

    /// Adds the cotangents of what was bound to their targets, element by element.
    fn deliver_parts(&self, target: &Target, out: &Out) -> TokenStream {
        match (target, out) {
            (_, Out::Nothing) => TokenStream::new(),
            (Target::Var(_) | Target::Part(_) | Target::Tuple(_), Out::Tuple(parts)) => {
                let parts = parts.iter().enumerate();
                let part_of = |i: usize| target.within(Access::Index(i.into())).unwrap_or(Target::Nothing);
                parts.map(|(i, part)| self.deliver_parts(&part_of(i), part)).collect()
            }
            _ => self.deliver(target, &self.cotangent_of(out)).into_token_stream(),
        }
    }

    /// Adds an optional cotangent to its target.
    pub(super) fn deliver(&self, target: &Target, cotangent: &impl ToTokens) -> Tokens {
        self.deliver_at(target, cotangent, Span::call_site())
    }

    /// As [`deliver`](Self::deliver), with a cotangent of the wrong type reported at `span`.
    fn deliver_at(&self, target: &Target, cotangent: &impl ToTokens, span: Span) -> Tokens {
        match target {
            Target::Nothing => Tokens::default(),
            Target::Var(var) => {
                let sum = var.cotangent();
                let mut arguments =
                    Group::new(Delimiter::Parenthesis, quote_spanned!(span=> &mut #sum, #cotangent));
                arguments.set_span(span);
                let call = Tokens::from(quote_spanned!(span=> __AddTo::add)).then([arguments]);
                call.then([Punct::new(';', Spacing::Alone)])
            }
            Target::Part(Place { var, path }) => {
                let whole = Ident::new("whole", Span::mixed_site());
                let add =
                    place_of(*var, path, |place| quote_spanned!(span=> __AddTo::add(#place, __Some(#whole))));
                quote!(if let __Some(#whole) = #cotangent { #add; }).into()
            }
            Target::Parts(parts, rest) => {
                let whole = Ident::new("whole", Span::mixed_site());
                let parts = parts.iter().map(|(access, part)| {
                    let access = std::slice::from_ref(access);
                    let taken = within(quote!(&mut #whole), access, |place| quote!(#place.take()));
                    let taken = quote!({ let taken = #taken; taken });
                    match part {
                        // The base has nothing of it.
                        Target::Nothing if rest.is_some() => quote!(let _ = #taken;).into(),
                        part => self.deliver_at(part, &taken, span),
                    }
                });
                let rest = rest.iter().map(|rest| self.deliver_at(rest, &whole, span));
                quote! {
                    if let __Some(cotangent) = #cotangent {
                        let mut #whole = __Some(cotangent);
                        #(#parts)*
                        #(#rest)*
                    }
                }
                .into()
            }
            Target::Each(inner) => {
                let element = Ident::new("element", Span::mixed_site());
                let each = self.deliver_at(inner, &element, span);
                quote!(if let __Some(list) = #cotangent { for #element in list { #each } }).into()
            }
            Target::All(inner, count) => {
                let private = &self.private;
                let all = quote!(#cotangent.map(|sum| #private::ListCotangent::repeated(sum, #count)));
                self.deliver_at(inner, &all, span)
            }
            Target::Slice(inner, start) => {
                let shifted = quote!(#cotangent.map(|slice| slice.shifted(#start)));
                self.deliver_at(inner, &shifted, span)
            }
            Target::Tuple(parts) => {
                let names: Vec<_> =
                    (0..parts.len()).map(|i| format_ident!("of{i}", span = Span::mixed_site())).collect();
                let patterns = parts.iter().zip(&names).map(|(part, name)| match part {
                    Target::Nothing => quote!(_),
                    _ => name.to_token_stream(),
                });
                let inner = parts.iter().zip(&names).map(|(part, name)| self.deliver_at(part, name, span));
                let added = quote! {
                    if let __Some((#(#patterns,)*)) = #cotangent {
                        #(#inner)*
                    }
                };
                added.into()
            }
            // A parameter of which an element is found took part in the gradient.
            Target::Parameter(steps) if steps.ends_in_index() => {
                let (gradient, whole) = (gradient(), Ident::new("whole", Span::mixed_site()));
                let collect = quote_spanned!(span=> (&__Place(&#gradient #steps)).collect(__Some(#whole)););
                quote!(if let __Some(#whole) = #cotangent { #collect }).into()
            }
            Target::Parameter(steps) => {
                let gradient = gradient();
                quote_spanned!(span=> (&__Place(&#gradient #steps)).collect(#cotangent);).into()
            }
        }
    }
}

/// Generates the backward pass of a call in one call, if its result has one cotangent, and the cotangents of its arguments are those
/// of different variables.
fn one_call(
    call: &Call,
    pullback: &Ident,
    flags: &[Wanted],
    span_of: impl Fn(usize) -> Span,
) -> Option<TokenStream> {
    // The companion of a function of the user's own may have other cotangents, of which rustc says more without bounds of ours.
    let Call { out: Out::Var(result), check: Callee::Known, end, part, arguments, targets, .. } = call else {
        return None;
    };
    let to = match targets[..] {
        [Target::Var(_)] => "only",
        [Target::Var(first), Target::Var(second)] if first.0 != second.0 => "both",
        [Target::Var(_), Target::Nothing] => "first",
        [Target::Nothing, Target::Var(_)] if part.is_some() || arguments.len() == 2 => "second",
        _ => return None,
    };
    let is_name = |token: TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == '.',
        _ => false,
    };
    if part.as_ref().is_some_and(|part| !part.to_token_stream().into_iter().all(is_name)) {
        return None;
    }
    let (private, gradient) = (private_at(*end), gradient());
    let of_field = if part.is_some() { "of_field_" } else { "" };
    let step = format_ident!("back_{of_field}to_{to}", span = private.span());
    let gradient = part.as_ref().map(|part| quote!(&#gradient #part,));
    let cotangent = result.cotangent();
    let sums = targets.iter().enumerate().filter_map(|(i, target)| match target {
        Target::Var(var) => {
            let (mut sum, span) = (var.cotangent(), span_of(i));
            sum.set_span(sum.span().located_at(span));
            Some(quote_spanned!(span=> &mut #sum))
        }
        _ => None,
    });
    let mut passed = Group::new(
        Delimiter::Parenthesis,
        quote!(#pullback, &mut #cotangent, #gradient [#(#flags),*], #(#sums),*),
    );
    passed.set_span(Span::mixed_site().located_at(*end));
    Some(quote_spanned!(private.span()=> #private::#step #passed;))
}

/// Lets rustc infer the types of a call of an operator as in the method: by the operator as written, which never runs.
fn as_written(called: &TokenStream, written: &TokenStream) -> TokenStream {
    let (result, label) =
        (Ident::new("result", Span::mixed_site()), syn::Lifetime::new("'infer", Span::mixed_site()));
    quote! {{
        let #result = #called;
        #label: {
            break #label;
            #[allow(unreachable_code)]
            { let _ = [#result.0, #written]; }
        }
        #result
    }}
}

/// Puts the code of the arms of a branch into its syntax.
pub(super) fn shaped(shape: &Shape, bodies: &[TokenStream]) -> TokenStream {
    match shape {
        Shape::Block => quote!(#(#bodies)*),
        Shape::If(conditions) => {
            let (last, bodies) = bodies.split_last().unzip();
            let bodies = bodies.into_iter().flatten();
            quote!(#(if #conditions #bodies else)* #last)
        }
        Shape::Match(scrutinee, patterns) => quote!(match #scrutinee { #(#patterns => #bodies)* }),
    }
}

/// Generates code that uses a place of the cotangent of `var`; `f` is given a mutable reference to it.
fn place_of(var: Var, path: &[Access], f: impl FnOnce(TokenStream) -> TokenStream) -> TokenStream {
    let sum = var.cotangent();
    within(quote!(&mut #sum), path, f)
}

/// As [`place_of`], in the cotangent that is given as a reference to an `Option`.
fn within(whole: TokenStream, path: &[Access], f: impl FnOnce(TokenStream) -> TokenStream) -> TokenStream {
    let Some((first, rest)) = path.split_first() else { return f(quote!((#whole))) };
    let inside = quote!((#whole).get_or_insert_with(::core::default::Default::default));
    match first {
        Access::Index(index) => within(quote!(&mut #inside.#index), rest, f),
        Access::Element(index) => {
            let private = private_at(Span::mixed_site());
            within(quote!(#private::ElementPlaces(#whole).at(#index)), rest, f)
        }
        Access::Field(name, span) => {
            let (private, hash) = (private_at(*span), name_hash(name));
            let place = Ident::new("place", Span::mixed_site());
            let inner = within(quote!(&mut *#place), rest, f);
            quote_spanned!(*span=> #private::at_field::<#hash, _, _>(#whole, |#place| #inner))
        }
    }
}
