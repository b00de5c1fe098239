//! Containers of values: how they are built, read and changed.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, Lit, Member, Token, UnOp};

use super::Lower;
use super::free;
use super::lent::is_in_list;
use super::module_path::brackets_of;
use super::operator::is_literal;
use super::pattern::{access, is_error, is_transparent, owner};
use crate::differentiable::hidden::hidden;
use crate::differentiable::model::{Access, Change, Operand, Place, Step, Target};
use crate::differentiable::scope::Binding;
use crate::differentiable::tokens::Tokens;
use crate::private::private_at;

/// A place that is changed, in the forward pass and in the cotangent.
pub(super) enum Changed {
    /// A part of a variable that carries a gradient.
    Place(TokenStream, Place),
    /// A part of a `let mut` that carries no gradient so far, identified by its source position.
    Later(String),
}

/// A list, behind all references. What is behind a variable that is a reference lives longer than the variable.
pub(super) fn referred_to(source: &Expr, list: &Tokens, span: Span) -> TokenStream {
    match source {
        Expr::Path(_) => quote_spanned!(span=> (#list).referred_to()),
        _ => quote_spanned!(span=> __Value::by_ref(&(#list))),
    }
}

/// Whether an argument reads a name in `container`.
fn reads(argument: &Expr, container: &Expr) -> bool {
    let names = free::names(container);
    free::names(argument).iter().any(|name| names.contains(name))
}

impl Lower<'_> {
    /// Lowers a method of a container; `None` if the method is none, or the container carries no gradient.
    pub(super) fn container_method(&mut self, call: &syn::ExprMethodCall) -> Option<Operand> {
        let (name, count) = (call.method.to_string(), call.args.len());
        if let ("reserve" | "reserve_exact" | "shrink_to", 1) | ("shrink_to_fit", 0) = (&*name, count) {
            return self.with_capacity(call);
        }
        // Of a deque, what is put into it is reported where it is bound.
        if let ("push_back" | "push_front", 1) = (&*name, count)
            && !self.is_plain(&call.args[0])
            && let Some(Changed::Later(place)) = self.changed(&call.receiver)
        {
            self.promoted.insert(place);
            return Some(Operand::unit());
        }
        let values = match (&*name, count) {
            ("pop" | "clear" | "reverse" | "take", 0)
            | ("remove" | "swap_remove" | "truncate" | "rotate_left" | "rotate_right", 1)
            | ("swap", 2) => 0,
            ("push" | "insert" | "extend" | "replace", 1) | ("insert", 2) => 1,
            _ => return self.container_read(call, &name),
        };
        let trait_name = match &*name {
            "swap" | "reverse" | "rotate_left" | "rotate_right" => "OrderChanges",
            "take" | "replace" => "OptionChanges",
            "insert" if count == 1 => return None,
            _ => "VecChanges",
        };
        let kept = call.args.last().filter(|argument| values == 1 && matches!(argument, Expr::Reference(_)));
        if kept.is_some_and(|part| self.refuse_found_part(part)) {
            return Some(Operand::unit());
        }
        if self.is_plain(&call.receiver) && call.args.iter().all(|argument| self.is_plain(argument)) {
            return None;
        }
        let (place, container) = match self.changed(&call.receiver)? {
            Changed::Place(place, container) => (place, container),
            Changed::Later(place) => {
                self.promoted.insert(place);
                return Some(Operand::unit());
            }
        };
        let span = call.method.span();
        let (private, trait_name) = (private_at(span), Ident::new(trait_name, span));
        let method = &call.method;
        let (mut arguments, mut targets) = (vec![Tokens::from(quote!(&mut #place))], Vec::new());
        for (position, argument) in call.args.iter().enumerate() {
            let lowered = if position + values < count {
                self.plain_by_type(argument).expr
            } else {
                let list = if name == "extend" { self.listed(argument) } else { None };
                let value = list.unwrap_or_else(|| self.expr(argument));
                targets.push(value.target);
                match is_literal(argument) {
                    true => self.gated(&value.expr, argument.span()),
                    false => value.expr,
                }
            };
            arguments.push(match reads(argument, &call.receiver) {
                true => self.evaluated(lowered),
                false => lowered,
            });
        }
        let callee = quote_spanned!(span=> #private::#trait_name::#method);
        Some(self.change(callee, arguments, container, targets))
    }

    /// Evaluates an argument before the container is borrowed, as in `list.push(list[0])`.
    fn evaluated(&mut self, argument: Tokens) -> Tokens {
        self.indices += 1;
        let name = format_ident!("argument{}", self.indices, span = Span::mixed_site());
        self.plain(quote!(let #name = #argument;));
        name.into()
    }

    /// Lowers a method that changes the capacity of a list, and none of its elements.
    fn with_capacity(&mut self, call: &syn::ExprMethodCall) -> Option<Operand> {
        if self.is_plain(&call.receiver) {
            return None;
        }
        let Changed::Place(place, _) = self.changed(&call.receiver)? else { return None };
        let count = call.args.first().map(|count| self.plain_expr(count, "a count does not").expr);
        let (dot, method) = (call.dot_token, &call.method);
        self.plain(quote!(#place #dot #method(#count);));
        Some(Operand::unit())
    }

    /// Emits a call that changes a container, and returns its result.
    pub(super) fn change(
        &mut self,
        callee: TokenStream,
        arguments: Vec<Tokens>,
        container: Place,
        targets: Vec<Target>,
    ) -> Operand {
        let var = self.temporary(false);
        self.steps.push(Step::Change(Change { var, callee, arguments, container, targets }));
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    /// Lowers a method that returns a part of a container, or what is inside of an `Option`.
    fn container_read(&mut self, call: &syn::ExprMethodCall, name: &str) -> Option<Operand> {
        let span = call.method.span();
        let (private, method) = (private_at(span), &call.method);
        let is_read = matches!(
            (name, call.args.len()),
            (
                "first"
                    | "last"
                    | "unwrap"
                    | "unwrap_or_default"
                    | "as_ref"
                    | "as_mut"
                    | "cloned"
                    | "copied"
                    | "to_vec",
                0
            ) | ("get" | "expect", 1)
        );
        if !is_read || self.is_plain(&call.receiver) {
            return None;
        }
        let receiver = self.expr(&sized(&call.receiver));
        if receiver.is_plain() {
            let (expr, dot, arguments) = (receiver.expr, call.dot_token, &call.args);
            return Some(Operand::plain(quote!(#expr #dot #method(#arguments))));
        }
        let receiver = self.placed(receiver);
        let (expr, target) = (receiver.expr, receiver.target);
        let by_ref = referred_to(&call.receiver, &expr, span);
        Some(match name {
            "first" => Operand {
                expr: quote_spanned!(span=> #private::ListReads::first(#by_ref)).into(),
                target: self.inside(&target, Access::Element(quote!(0).into()), method),
            },
            "last" => {
                let end = self.index();
                let value = quote_spanned!(span=> #private::ListReads::end(#by_ref)).into();
                self.steps.push(Step::Index { name: end.clone(), value });
                Operand {
                    expr: quote_spanned!(span=> #private::ListReads::last(#by_ref)).into(),
                    target: self.inside(&target, Access::Element(end.into()), method),
                }
            }
            "get" => {
                let index = self.kept_index(&call.args[0]);
                Operand {
                    expr: quote_spanned!(span=> #private::ListReads::get(#by_ref, #index)).into(),
                    target: self.inside(&target, Access::Element(index), method),
                }
            }
            "to_vec" => Operand {
                expr: quote_spanned!(span=> #private::ListReads::elements(#by_ref).to_vec()).into(),
                target,
            },
            "as_ref" | "as_mut" => {
                Operand { expr: quote_spanned!(span=> #private::AsRefOfInside::lent(#by_ref)).into(), target }
            }
            "cloned" | "copied" => {
                let cloned = quote_spanned!(span=> #private::option_cloned(#expr));
                Operand { expr: self.gated(&cloned, span), target }
            }
            _ => {
                let arguments: Vec<_> = call
                    .args
                    .iter()
                    .map(|argument| self.plain_expr(argument, "a message does not").expr)
                    .collect();
                let inside = quote_spanned!(span=> #private::Inside::#method(#expr #(, #arguments)*));
                Operand { expr: inside.into(), target }
            }
        })
    }

    /// Returns the index of an element, which the backward pass needs again.
    pub(super) fn kept_index(&mut self, index: &Expr) -> Tokens {
        if let Expr::Lit(literal) = index
            && let Lit::Int(_) = literal.lit
        {
            return literal.to_token_stream().into();
        }
        let name = self.index();
        let value = self.gated_index(index);
        self.steps.push(Step::Index { name: name.clone(), value });
        name.into()
    }

    /// An index, whose type may be wrong.
    fn gated_index(&mut self, index: &Expr) -> Tokens {
        let value = self.plain_by_type(index).expr;
        self.gated(&value, index.span())
    }

    /// Lowers `list[index]`.
    pub(super) fn element_of(&mut self, access: &syn::ExprIndex) -> Operand {
        let base = self.expr(&access.expr);
        let base = self.placed(base);
        let expr = base.expr;
        if let Expr::Range(range) = &*access.index {
            let start = self.index();
            let value = match &range.start {
                Some(start) => self.gated_index(start),
                None => quote!(0).into(),
            };
            self.steps.push(Step::Index { name: start.clone(), value });
            let end = range.end.as_ref().map(|end| self.gated_index(end));
            let limits = &range.limits;
            let index = brackets_of(access, &quote!(#start #limits #end));
            let target = Target::Slice(Box::new(base.target), start);
            return Operand { expr: quote!(#expr #index).into(), target };
        }
        let index = self.kept_index(&access.index);
        let target = self.inside(&base.target, Access::Element(index.clone()), access);
        let index = brackets_of(access, &index);
        Operand { expr: quote!(#expr #index).into(), target }
    }

    /// Returns the place that an expression names, if it is one that may change.
    pub(super) fn changed(&mut self, expr: &Expr) -> Option<Changed> {
        let within = |this: &mut Self, base: &Expr, access: &dyn Fn(&mut Self) -> (TokenStream, Access)| {
            Some(match this.changed(base)? {
                Changed::Place(expr, mut place) => {
                    let (suffix, access) = access(this);
                    place.path.push(access);
                    Changed::Place(quote!(#expr #suffix), place)
                }
                later => later,
            })
        };
        match expr {
            Expr::Path(path) => {
                let name = path.path.get_ident()?;
                match self.scope.get(&name.to_string())? {
                    Binding::Var(var) => Some(Changed::Place(
                        hidden(name).to_token_stream(),
                        Place { var: *var, path: Vec::new() },
                    )),
                    Binding::Mutable(place) => Some(Changed::Later(place.clone())),
                    _ => None,
                }
            }
            Expr::Paren(inner) => self.changed(&inner.expr),
            Expr::Reference(inner) => self.changed(&inner.expr),
            Expr::MethodCall(call) if call.method == "unwrap" => match &*call.receiver {
                Expr::MethodCall(option) if option.method == "as_mut" => {
                    match self.changed(&option.receiver)? {
                        Changed::Place(expr, place) => {
                            Some(Changed::Place(quote!(#expr.as_mut().unwrap()), place))
                        }
                        later => Some(later),
                    }
                }
                _ => None,
            },
            Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => match self.changed(&inner.expr)? {
                Changed::Place(expr, place) => Some(Changed::Place(quote!((*#expr)), place)),
                later => Some(later),
            },
            Expr::Field(field) => within(self, &field.base, &|_| {
                let (dot, member) = (&field.dot_token, &field.member);
                (quote!(#dot #member), field_access(member))
            }),
            Expr::Index(element) => within(self, &element.expr, &|this| {
                let index = this.kept_index(&element.index);
                (brackets_of(element, &index).to_token_stream(), Access::Element(index))
            }),
            _ => None,
        }
    }

    /// Lowers `mem::take`, `mem::replace` and `mem::swap` of a value; `None` if it carries no gradient.
    pub(super) fn memory(&mut self, call: &syn::ExprCall, function: &syn::ExprPath) -> Option<Operand> {
        let mut segments = function.path.segments.iter().rev();
        let (last, module) = (segments.next()?, segments.next()?);
        let name = last.ident.to_string();
        let is_known = matches!((&*name, call.args.len()), ("take", 1) | ("replace" | "swap", 2));
        if module.ident != "mem" || !is_known || call.args.iter().all(|argument| self.is_plain(argument)) {
            return None;
        }
        if name == "swap"
            && let Some(swapped) = self.swapped_elements(&call.args[0], &call.args[1])
        {
            return Some(swapped);
        }
        let (place, container) = match self.changed(&call.args[0])? {
            Changed::Place(place, container) => (place, container),
            Changed::Later(place) => {
                self.promoted.insert(place);
                return Some(Operand::unit());
            }
        };
        let span = last.ident.span();
        let private = private_at(span);
        let place = Tokens::from(quote!(&mut #place));
        if name == "take" {
            let callee = quote_spanned!(span=> #private::take_value);
            return Some(self.change(callee, vec![place], container, Vec::new()));
        }
        let callee = quote_spanned!(span=> #private::replace_value);
        if name == "replace" {
            let value = self.expr(&call.args[1]);
            return Some(self.change(callee, vec![place, value.expr], container, vec![value.target]));
        }
        let Changed::Place(other, other_place) = self.changed(&call.args[1])? else { return None };
        let from = Target::Part(other_place.clone());
        let old = self.change(callee, vec![place, Tokens::from(other.clone())], container, vec![from]);
        self.steps.push(Step::Assign { place: other, target: other_place, value: old });
        Some(Operand::unit())
    }

    /// Lowers `swap` of elements of lists, out of which values cannot be moved; `None` if it is another one.
    fn swapped_elements(&mut self, one: &Expr, other: &Expr) -> Option<Operand> {
        let place_of = |expr: &Expr| match expr {
            Expr::Reference(reference) => Some((*reference.expr).clone()),
            Expr::Paren(inner) => match &*inner.expr {
                Expr::Reference(reference) => Some((*reference.expr).clone()),
                _ => None,
            },
            _ => None,
        };
        let (one, other) = (place_of(one)?, place_of(other)?);
        if !is_in_list(&one) && !is_in_list(&other) {
            return None;
        }
        let (one, other, old) = (self.fixed(&one), self.fixed(&other), self.fresh("old"));
        let code = quote!({
            let #old = #one.clone();
            #one = #other.clone();
            #other = #old;
        });
        Some(self.parsed(Some(code), &one))
    }

    /// Lowers `Box::new`, whose result has the cotangent of its content; `None` if it carries no gradient.
    pub(super) fn boxed(&mut self, call: &syn::ExprCall, function: &syn::ExprPath) -> Option<Operand> {
        let mut segments = function.path.segments.iter().rev();
        let is_new =
            segments.next()?.ident == "new" && segments.next()?.ident == "Box" && call.args.len() == 1;
        if !is_new || self.is_plain(&call.args[0]) {
            return None;
        }
        let content = self.expr(&call.args[0]);
        // The cotangent of a tuple or a list is taken apart as that, not as a box.
        let Operand { expr, target } = match content.target {
            Target::Nothing | Target::Var(_) | Target::Part(_) | Target::Parameter(_) => content,
            _ => self.bound_to_variable(content),
        };
        Some(Operand { expr: quote_spanned!(function.span()=> ::std::boxed::Box::new(#expr)).into(), target })
    }

    /// Lowers a struct expression.
    pub(super) fn struct_expr(&mut self, whole: &syn::ExprStruct) -> Operand {
        let (owner, path) = (owner(&whole.path), &whole.path);
        let exprs = whole.fields.iter().map(|field| &field.expr).chain(whole.rest.as_deref());
        let mut values = self.operands(exprs).into_iter();
        let (mut fields, mut parts) = (TokenStream::new(), Vec::new());
        for (field, value) in whole.fields.iter().zip(&mut values) {
            let (member, expr) = (&field.member, value.expr);
            fields.extend(quote!(#member: #expr,));
            parts.push((access(&owner, member), value.target));
        }
        let rest = values.next();
        let base = rest.as_ref().map(|rest| {
            let expr = &rest.expr;
            quote!(..#expr)
        });
        // With the braces of the user, rustc's message about a field is the same as in the method.
        let mut fields = Group::new(Delimiter::Brace, quote!(#fields #base));
        fields.set_span(whole.brace_token.span.join());
        Operand {
            expr: self.gated(&quote!(#path #fields), path.span()),
            target: Target::Parts(parts, rest.map(|rest| Box::new(rest.target))),
        }
    }

    /// Lowers a call of a tuple struct or variant.
    pub(super) fn constructor(
        &mut self,
        function: &syn::ExprPath,
        arguments: &Punctuated<Expr, Token![,]>,
    ) -> Operand {
        let span = function.span();
        if is_error(&function.path) {
            let values: Vec<_> =
                arguments.iter().map(|value| self.plain_expr(value, "an error does not").expr).collect();
            return Operand::plain(quote!(#function(#(#values),*)));
        }
        let values = self.operands(arguments);
        let (exprs, targets): (Vec<_>, Vec<_>) =
            values.into_iter().map(|value| (value.expr, value.target)).unzip();
        if let ([expr], [target]) = (&exprs[..], &targets[..])
            && is_transparent(&function.path)
        {
            let inside = match &*owner(&function.path) {
                "Some" => quote_spanned!(span=> __Some(#expr)),
                _ => quote_spanned!(span=> ::core::result::Result::Ok(#expr)),
            };
            return Operand { expr: self.gated(&inside, span), target: target.clone() };
        }
        let owner = owner(&function.path);
        let parts = targets.into_iter().enumerate();
        let parts =
            parts.map(|(position, target)| (Access::Field(format!("{owner}.{position}"), span), target));
        let function = self.gated(function, span);
        let whole = self.gated(&quote!(#function(#(#exprs),*)), span);
        Operand { expr: whole, target: Target::Parts(parts.collect(), None) }
    }

    /// Lowers an array, or the same elements of a `vec!`.
    pub(super) fn list<'e>(
        &mut self,
        elements: impl IntoIterator<Item = &'e Expr>,
        open: &TokenStream,
    ) -> Operand {
        let values = self.operands(elements);
        let exprs = values.iter().map(|value| &value.expr);
        let expr = self.gated(&quote!(#open[#(#exprs),*]), Span::call_site());
        let parts = values
            .iter()
            .enumerate()
            .map(|(index, value)| (Access::Element(quote!(#index).into()), value.target.clone()));
        Operand { expr, target: Target::Parts(parts.collect(), None) }
    }

    /// Lowers `[value; count]`, or the same of a `vec!`.
    pub(super) fn repeated(&mut self, value: &Expr, count: &Expr, open: &TokenStream) -> Operand {
        let value = self.expr(value);
        let count = self.plain_expr(count, "a count does not").expr;
        let expr = &value.expr;
        let expr = self.gated(&quote!(#open[#expr; #count]), Span::call_site());
        Operand { expr, target: Target::Each(Box::new(value.target)) }
    }

    /// Lowers `vec![..]`; `None` if its arguments are not expressions.
    pub(super) fn vec(&mut self, mac: &syn::Macro) -> Option<Operand> {
        if mac.path.segments.last().is_none_or(|last| last.ident != "vec") {
            return None;
        }
        let open = quote!(::std::vec!);
        if let Ok(syn::ExprRepeat { expr, len, .. }) = syn::parse2({
            let tokens = &mac.tokens;
            quote!([#tokens])
        }) {
            return Some(self.repeated(&expr, &len, &open));
        }
        let elements = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone()).ok()?;
        Some(self.list(&elements, &open))
    }
}

/// Makes a reference of a slice, which has no size.
pub(super) fn sized(list: &Expr) -> Expr {
    match list {
        Expr::Paren(inner) => sized(&inner.expr),
        Expr::Index(access) if matches!(&*access.index, Expr::Range(_)) => syn::parse_quote!(&#list),
        list => list.clone(),
    }
}

/// The access to a field, as written after a dot.
pub(super) fn field_access(member: &Member) -> Access {
    match member {
        Member::Named(name) => Access::Field(name.to_string(), name.span()),
        Member::Unnamed(index) => Access::Index(index.clone()),
    }
}
