//! Methods of `Option`, `Result` and `bool` that take closures or another value: they become a `match` or an `if`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

use super::Lower;
use super::module_path::is_part;
use super::order;
use crate::differentiable::mentions;
use crate::differentiable::model::{Operand, Target};
use crate::differentiable::scope::Binding;
use crate::private::{private, private_at};

/// The methods, with the number of their arguments, each of which is lowered by [`Lower::cases`].
const METHODS: [(&str, usize); 28] = [
    ("and", 1),
    ("and_then", 1),
    ("err", 0),
    ("filter", 1),
    ("flatten", 0),
    ("inspect", 1),
    ("inspect_err", 1),
    ("is_err_and", 1),
    ("is_none_or", 1),
    ("is_ok_and", 1),
    ("is_some_and", 1),
    ("map", 1),
    ("map_err", 1),
    ("map_or", 2),
    ("map_or_else", 2),
    ("ok", 0),
    ("ok_or", 1),
    ("ok_or_else", 1),
    ("or", 1),
    ("or_else", 1),
    ("then", 1),
    ("then_some", 1),
    ("transpose", 0),
    ("unwrap_or", 1),
    ("unwrap_or_else", 1),
    ("unzip", 0),
    ("xor", 1),
    ("zip", 1),
];

/// Whether only options and results have a method of this name: no part of the module does.
pub(super) fn is_method_of_option(call: &ExprMethodCall) -> bool {
    const NAMES: [&str; 11] = [
        "and_then",
        "is_none_or",
        "is_some_and",
        "map_or",
        "map_or_else",
        "ok_or",
        "ok_or_else",
        "or_else",
        "then_some",
        "unwrap_or",
        "unwrap_or_else",
    ];
    let method = call.method.to_string();
    NAMES.contains(&&*method) || method == "map" && matches!(call.args.first(), Some(Expr::Closure(_)))
}

/// The names in the `match` that a method becomes.
struct Names {
    span: Span,
    kind: Ident,
    there: Ident,
    missing: Ident,
    /// Whether the receiver is a part of the module, which can only be an `Option`.
    is_part: bool,
}

impl Names {
    fn with(&self, value: &impl ToTokens) -> TokenStream {
        let (private, kind) = (private_at(self.span), &self.kind);
        if self.is_part { quote!(Some(#value)) } else { quote!(#private::with(#kind, #value)) }
    }

    fn without(&self) -> TokenStream {
        let (private, kind, missing) = (private_at(self.span), &self.kind, &self.missing);
        if self.is_part { quote!(None) } else { quote!(#private::without(#kind, #missing)) }
    }

    /// The `match` of a receiver, of which both cases are the same for `Option` and `Result`.
    fn of_both(&self, receiver: &Expr, there_is: &TokenStream, there_is_not: &TokenStream) -> TokenStream {
        let Names { span, kind, there, missing, is_part } = self;
        let private = private_at(*span);
        if *is_part {
            return quote!(match #receiver { Some(#there) => #there_is, None => #there_is_not });
        }
        // rustc reports a receiver that is neither once at one place.
        quote_spanned! {receiver.span()=>
            match #private::split(#receiver) {
                (#kind, Ok(#there)) => #there_is,
                (#kind, Err(#missing)) => #there_is_not,
            }
        }
    }
}

impl Lower<'_> {
    /// Lowers such a method; `None` if it is none, or no gradient flows through it.
    pub(super) fn optional(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        if !self.is_optional(call) {
            return None;
        }
        if self.is_tensor_or_number(&call.receiver) {
            // Tensors have it, too, with other arguments.
            if call.method == "transpose" {
                return None;
            }
            self.errors.at(
                &call.method,
                format_args!(
                    "`{}` of a tensor or a number has no gradient here: write operators and methods, as in `(x * 2.0).exp()`, or \
                     a function whose companion calls `x.map_with_slope(..)`",
                    call.method
                ),
            );
            return Some(Operand::unit());
        }
        let names = Names {
            span: call.method.span(),
            kind: self.fresh("kind"),
            there: self.fresh("there"),
            missing: self.fresh("missing"),
            is_part: is_part(self, &call.receiver),
        };
        let (mut before, mut call) = (TokenStream::new(), call.clone());
        // The receiver and the arguments are evaluated before the method is called.
        if call.args.iter().any(|argument| !is_function(argument) && order::calls(argument)) {
            if !names.is_part {
                *call.receiver = self.named(&call.receiver, "receiver", &mut before);
            }
            for argument in call.args.iter_mut().filter(|argument| !is_function(argument)) {
                *argument = self.named(argument, "other", &mut before);
            }
        }
        let code = self.cases(&call, &names)?;
        Some(self.parsed(Some(quote!({ #before #code })), &call))
    }

    /// Whether an expression is an argument that is declared as a tensor or a number, or the output of a layer.
    fn is_tensor_or_number(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.is_tensor_or_number(&inner.expr),
            Expr::Reference(inner) => self.is_tensor_or_number(&inner.expr),
            Expr::MethodCall(call) => {
                call.method == "forward" && mentions::is_module(&self.scope, &call.receiver)
            }
            Expr::Path(path) => {
                let name = path.path.get_ident().map(ToString::to_string);
                match name.and_then(|name| self.scope.get(&name)) {
                    Some(Binding::Var(var)) => {
                        self.arguments.get(var.0).is_some_and(|argument| argument.certain)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether a call is such a method, and a gradient may flow through it.
    pub(super) fn is_optional(&self, call: &ExprMethodCall) -> bool {
        let method = call.method.to_string();
        let is_known = METHODS.contains(&(&*method, call.args.len()))
            && match &*method {
                // Tensors have one, too.
                "flatten" => is_surely_option(&call.receiver),
                "and" | "or" | "xor" | "zip" | "ok_or" | "unwrap_or" | "then_some" | "map_or" => {
                    call.args.iter().skip(1).all(is_function)
                }
                _ => call.args.iter().all(is_function),
            };
        let whole = Expr::MethodCall(call.clone());
        is_known
            && !self.is_plain(&whole)
            && (self.flows_through(&whole)
                || self.ends_chain(&call.receiver)
                || self.is_part_of_known_list(&call.receiver)
                || matches!(&*call.receiver, Expr::MethodCall(before) if self.is_optional(before)))
    }

    fn named(&mut self, value: &Expr, what: &str, before: &mut TokenStream) -> Expr {
        let name = self.fresh(what);
        before.extend(quote!(let #name = #value;));
        syn::parse_quote!(#name)
    }

    fn cases(&mut self, call: &ExprMethodCall, names: &Names) -> Option<TokenStream> {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let Names { there, missing, .. } = names;
        let receiver = &*call.receiver;
        let value = || [quote!(#there)];
        let of_both = |there_is, there_is_not| Some(names.of_both(receiver, &there_is, &there_is_not));
        match (&*call.method.to_string(), &arguments[..]) {
            ("map", [function]) => {
                let value = self.applied(function, value())?;
                of_both(names.with(&value), names.without())
            }
            ("inspect", [function]) => {
                let (done, value) = (self.applied(function, [quote!(&#there)])?, names.with(there));
                of_both(quote!({ #done; #value }), names.without())
            }
            ("inspect_err", [function]) => {
                let (done, error) = (self.applied(function, [quote!(&#missing)])?, names.without());
                of_both(names.with(there), quote!({ #done; #error }))
            }
            ("and_then", [function]) => of_both(self.applied(function, value())?, names.without()),
            ("is_some_and" | "is_ok_and", [function]) => {
                of_both(self.applied(function, value())?, quote!(false))
            }
            ("is_none_or", [function]) => of_both(self.applied(function, value())?, quote!(true)),
            ("is_err_and", [function]) => of_both(quote!(false), self.applied(function, [quote!(#missing)])?),
            ("map_or", [other, function]) => of_both(self.applied(function, value())?, quote!(#other)),
            ("map_or_else", [other, function]) => {
                let other = self.otherwise(other, missing)?;
                of_both(self.applied(function, value())?, other)
            }
            ("unwrap_or", [other]) => of_both(quote!(#there), quote!(#other)),
            ("unwrap_or_else", [function]) => {
                let other = self.otherwise(function, missing)?;
                of_both(quote!(#there), other)
            }
            ("or", [other]) => of_both(names.with(there), quote!(#other)),
            ("or_else", [function]) => {
                let other = self.otherwise(function, missing)?;
                of_both(names.with(there), other)
            }
            ("and", [other]) => of_both(quote!(#other), names.without()),
            ("flatten", []) => of_both(quote!(#there), names.without()),
            ("ok", []) => of_both(quote!(Some(#there)), quote!(None)),
            ("err", []) => of_both(quote!(None), quote!(Some(#missing))),
            ("map_err", [function]) => {
                let error = self.applied(function, [quote!(#missing)])?;
                of_both(quote!(Ok(#there)), quote!(Err(#error)))
            }
            ("ok_or", [error]) => of_both(quote!(Ok(#there)), quote!(Err(#error))),
            ("ok_or_else", [function]) => {
                let error = self.applied(function, [])?;
                of_both(quote!(Ok(#there)), quote!(Err(#error)))
            }
            (name, _) => self.cases_of_one_type(name, receiver, &arguments, there),
        }
    }

    /// The methods that only `Option` has, or only `bool`.
    fn cases_of_one_type(
        &mut self,
        name: &str,
        receiver: &Expr,
        arguments: &[&Expr],
        there: &Ident,
    ) -> Option<TokenStream> {
        Some(match (name, arguments) {
            ("filter", [function]) => {
                let (keep, keeps) = (self.fresh("keep"), self.applied(function, [quote!(&#there)])?);
                quote! {
                    match #receiver {
                        Some(#there) => { let #keep = #keeps; if #keep { Some(#there) } else { None } }
                        None => None,
                    }
                }
            }
            ("zip", [other]) => {
                let second = self.fresh("second");
                quote! {
                    match #receiver {
                        Some(#there) => match #other { Some(#second) => Some((#there, #second)), None => None },
                        None => None,
                    }
                }
            }
            ("xor", [other]) => quote! {
                match #receiver {
                    Some(#there) => match #other { Some(_) => None, None => Some(#there) },
                    None => #other,
                }
            },
            ("unzip", []) => quote! {
                match #receiver { Some(#there) => (Some(#there.0), Some(#there.1)), None => (None, None) }
            },
            ("transpose", []) => {
                let error = self.fresh("error");
                quote! {
                    match #receiver {
                        Some(Ok(#there)) => Ok(Some(#there)),
                        Some(Err(#error)) => Err(#error),
                        None => Ok(None),
                    }
                }
            }
            ("then", [function]) => {
                let value = self.applied(function, [])?;
                quote!(if #receiver { Some(#value) } else { None })
            }
            ("then_some", [value]) => quote!(if #receiver { Some(#value) } else { None }),
            _ => return None,
        })
    }

    /// The call of a function that a `Result` passes its error, and an `Option` nothing.
    fn otherwise(&mut self, function: &Expr, error: &Ident) -> Option<TokenStream> {
        match function {
            Expr::Closure(closure) if closure.inputs.len() == 1 => self.applied(function, [quote!(#error)]),
            function => self.applied(function, []),
        }
    }

    /// Lowers the functions that such a `match` calls; `None` if it is another call.
    pub(super) fn split(&mut self, call: &ExprCall, function: &syn::ExprPath) -> Option<Operand> {
        let segments: Vec<_> = function.path.segments.iter().collect();
        let [owner, name] = &segments[..] else { return None };
        if owner.ident != private() {
            return None;
        }
        let arguments: Vec<&Expr> = call.args.iter().collect();
        Some(match (&*name.ident.to_string(), &arguments[..]) {
            ("split", [receiver]) => {
                let Operand { expr, target } = self.expr(receiver);
                let target = match target {
                    Target::Nothing => Target::Nothing,
                    target => Target::Tuple(vec![Target::Nothing, target]),
                };
                // A receiver that is neither is reported at the method.
                let at = owner.ident.span();
                let expr: TokenStream = expr
                    .to_token_stream()
                    .into_iter()
                    .map(|mut token| {
                        token.set_span(token.span().located_at(at));
                        token
                    })
                    .collect();
                let private = &owner.ident;
                Operand { expr: quote!(#private::Present::split(#expr)).into(), target }
            }
            ("with", [kind, value]) => {
                let (kind, Operand { expr, target }) = (self.expr(kind).expr, self.expr(value));
                Operand { expr: quote!(#function(#kind, #expr)).into(), target }
            }
            ("question" | "present", [value]) => {
                let Operand { expr, target } = self.expr(value);
                Operand { expr: quote!(#function(#expr)).into(), target }
            }
            ("returned_residual", [missing]) => {
                let missing = self.expr(missing).expr;
                Operand::plain(quote!(#function(#missing)))
            }
            ("without", [kind, error]) => {
                let (kind, error) = (self.expr(kind).expr, self.expr(error).expr);
                Operand::plain(quote!(#function(#kind, #error)))
            }
            _ => return None,
        })
    }
}

/// Whether an expression is `Some(..)`, or the result of a method that returns an option or a result.
fn is_surely_option(expr: &Expr) -> bool {
    const OTHERS: [&str; 7] = ["as_ref", "cloned", "copied", "first", "get", "last", "pop"];
    match expr {
        Expr::Paren(inner) => is_surely_option(&inner.expr),
        Expr::MethodCall(call) => {
            let method = call.method.to_string();
            OTHERS.contains(&&*method) || METHODS.contains(&(&*method, call.args.len()))
        }
        Expr::Call(call) => matches!(&*call.func, Expr::Path(some) if some.path.is_ident("Some")),
        _ => false,
    }
}

/// Whether an argument is a closure or the name of a function.
fn is_function(argument: &Expr) -> bool {
    matches!(argument, Expr::Closure(_) | Expr::Path(_))
}
