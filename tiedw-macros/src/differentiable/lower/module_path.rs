//! Parts of the module: paths of fields and indices that start at `self`.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Expr;
use syn::spanned::Spanned;

use super::Lower;
use super::chosen::is_choice;
use super::computed_elements::ELEMENT;
use super::of_setting::is_key;
use super::searched_parts::SEARCHES;
use super::shown::no_parameter;
use crate::differentiable::mentions;
use crate::differentiable::model::{Operand, Step};
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::this::{is_self, is_self_alone};
use crate::differentiable::tokens::Tokens;

impl Lower<'_> {
    /// Returns the part of the module that an expression refers to, which is no element of a parameter.
    pub(super) fn module_path(&mut self, expr: &Expr) -> Option<ModulePath> {
        let module = self.part_or_element(expr)?;
        if let Some(parameter) = &module.element_of {
            self.plain(no_parameter(&parameter.to_token_stream(), expr.span()));
        }
        Some(module)
    }

    /// Returns the part of the module that an expression refers to, or the element of a parameter.
    pub(super) fn part_or_element(&mut self, expr: &Expr) -> Option<ModulePath> {
        let part = self.untyped_part(expr)?;
        let ty = part.ty.clone().or_else(|| match self.is_element_of_parameter(expr) {
            true => Some(ELEMENT.to_owned()),
            false => self.type_of_part(expr),
        });
        Some(ModulePath { ty, ..part })
    }

    fn untyped_part(&mut self, expr: &Expr) -> Option<ModulePath> {
        match expr {
            Expr::Path(path) => {
                let ident = path.path.get_ident()?;
                let name = ident.to_string();
                if is_self(&name) {
                    return Some(ModulePath::itself(ident));
                }
                match self.scope.get(&name) {
                    Some(Binding::Module(module)) => Some(module.clone()),
                    _ => None,
                }
            }
            Expr::Paren(inner) => self.untyped_part(&inner.expr),
            Expr::Reference(inner) => self.untyped_part(&inner.expr),
            Expr::Field(field) => match (self.parts_of(&field.base), &field.member) {
                (Some(parts), syn::Member::Unnamed(index)) => {
                    let part = parts.get(index.index as usize)?;
                    self.part_or_element(&syn::parse_quote!(#part))
                }
                _ => Some(self.part_or_element(&field.base)?.field(field.dot_token, &field.member)),
            },
            Expr::Index(access) => {
                let mut base = self.part_or_element(&access.expr)?;
                let index = &access.index;
                // In parentheses of the user, since a panic is located by where the indexed expression starts, too.
                let mut list = Group::new(Delimiter::Parenthesis, base.view.to_token_stream());
                list.set_span(access.bracket_token.span.join());
                base.view = Tokens::Few(vec![list.into()]);
                if matches!(**index, Expr::Lit(_)) {
                    return Some(base.element(brackets_of(access, index)));
                }
                let name = self.index();
                let value = self.plain_by_type(index).expr;
                self.steps.push(Step::Index { name: name.clone(), value });
                // A range is not `Copy`.
                Some(base.element(brackets_of(access, &quote!(__Clone::clone(&#name)))))
            }
            Expr::MethodCall(_) if is_choice(self, expr) => self.chosen_part(expr),
            Expr::MethodCall(call) => self.part_by_method(call),
            Expr::Array(_) | Expr::Call(_) | Expr::Macro(_) | Expr::If(_) | Expr::Match(_)
                if is_choice(self, expr) =>
            {
                self.chosen_part(expr)
            }
            Expr::Try(question) if is_part(self, expr) => {
                let (option, with_error) = without_error(&question.expr);
                let ModulePath { view, steps, field, .. } = self.module_path(option)?;
                let with_error = with_error.map(|call| {
                    let (dot, method) = (&call.dot_token, &call.method);
                    let error = self.plain_expr(&call.args[0], "an error does not").expr;
                    quote!(#dot #method(#error))
                });
                let is_there = Operand::plain(quote!(#view.is_some().then_some(()) #with_error));
                let _ = self.question_of(is_there, question.question_token.span);
                let (view, steps) = (quote!(#view.unwrap()), quote!(#steps.clone().unwrap()));
                Some(ModulePath {
                    view: view.into(),
                    steps: steps.into(),
                    references: 1,
                    field,
                    element_of: None,
                    ty: None,
                })
            }
            _ => None,
        }
    }

    /// Whether the path to a part of the module has an index that is computed.
    pub(super) fn has_index(&self, expr: &Expr) -> bool {
        let is_computed = |index: &Expr| !matches!(index, Expr::Lit(_));
        match expr {
            Expr::MethodCall(call) => {
                is_part(self, expr) && (call.args.iter().any(is_computed) || self.has_index(&call.receiver))
            }
            Expr::Index(access) => {
                is_part(self, expr) && (is_computed(&access.index) || self.has_index(&access.expr))
            }
            Expr::Field(field) => self.has_index(&field.base),
            Expr::Paren(inner) => self.has_index(&inner.expr),
            Expr::Reference(inner) => self.has_index(&inner.expr),
            _ => false,
        }
    }

    /// Returns the part that `first`, `last`, `get`, `as_ref`, `unwrap` or `expect` of a part of the module refers to.
    fn part_by_method(&mut self, call: &syn::ExprMethodCall) -> Option<ModulePath> {
        let method = call.method.to_string();
        if !is_part(self, &Expr::MethodCall(call.clone())) {
            return None;
        }
        if let Some(list) = self.searched_parts(call) {
            return self.found_part(call, list);
        }
        let base = self.module_path(&call.receiver)?;
        let (dot, name) = (call.dot_token, &call.method);
        let ModulePath { view, steps, field, .. } = base;
        let with = |view: &Tokens, arguments: TokenStream| Tokens::from(quote!(#view #dot #name(#arguments)));
        let found = |steps: TokenStream, view: Tokens| {
            Some(ModulePath {
                view,
                steps: steps.into(),
                references: 1,
                field: field.clone(),
                element_of: None,
                ty: None,
            })
        };
        match &*method {
            "as_ref" => Some(ModulePath {
                view: with(&view, TokenStream::new()),
                steps,
                references: 0,
                field,
                element_of: None,
                ty: None,
            }),
            "each_ref" => Some(ModulePath {
                view: quote!((&#view)).into(),
                steps,
                references: 0,
                field,
                element_of: None,
                ty: None,
            }),
            "unwrap" => found(quote!(#steps.clone().unwrap()), with(&view, TokenStream::new())),
            "expect" => {
                let message = self.plain_expr(&call.args[0], "a message does not").expr;
                found(quote!(#steps.clone().unwrap()), with(&view, quote!(#message)))
            }
            "first" => found(quote!(#steps.first().cloned()), with(&view, TokenStream::new())),
            "split_first" | "split_last" => {
                let copied = quote!(#steps.#name().map(|(part, rest)| (__Clone::clone(part), rest)));
                found(copied, with(&view, TokenStream::new()))
            }
            "split_at" => {
                let index = self.kept_index(&call.args[0]);
                found(quote!(#steps.split_at(#index)), with(&view, quote!(#index)))
            }
            "last" => found(quote!(#steps.last().cloned()), with(&view, TokenStream::new())),
            _ => {
                let index = self.index();
                let value = self.plain_by_type(&call.args[0]).expr;
                let value = quote!({ let index: ::core::primitive::usize = #value; index }).into();
                self.steps.push(Step::Index { name: index.clone(), value });
                found(quote!(#steps.get(#index).cloned()), with(&view, quote!(#index)))
            }
        }
    }

    /// Returns a new name for an index that the backward pass needs again.
    pub(super) fn index(&mut self) -> Ident {
        self.indices += 1;
        format_ident!("index{}", self.indices, span = Span::mixed_site())
    }
}

/// Whether an expression refers to a part of the module, also by methods of lists and options.
pub(super) fn is_part(lower: &Lower<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => {
            // A reference to a value is no index: this is a method of a module that has such a name.
            let is_value = |argument| matches!(argument, &Expr::Reference(_)) && !lower.is_plain(argument);
            is_choice(lower, expr)
                || lower.searched_parts(call).is_some()
                || chooses_part(call)
                    && !is_key(call)
                    && !call.args.iter().any(is_value)
                    && is_part(lower, &call.receiver)
        }
        Expr::Try(question) => is_part(lower, without_error(&question.expr).0),
        Expr::Array(_) | Expr::Call(_) | Expr::Macro(_) | Expr::If(_) | Expr::Match(_) => {
            is_choice(lower, expr)
        }
        Expr::Paren(inner) => is_part(lower, &inner.expr),
        Expr::Reference(inner) => is_part(lower, &inner.expr),
        Expr::Field(field) => is_part(lower, &field.base),
        Expr::Index(index) => is_part(lower, &index.expr),
        expr => mentions::is_module(&lower.scope, expr),
    }
}

/// The option in `option.ok_or(error)`, and the call.
fn without_error(expr: &Expr) -> (&Expr, Option<&syn::ExprMethodCall>) {
    match expr {
        Expr::Paren(inner) => without_error(&inner.expr),
        Expr::MethodCall(call)
            if call.args.len() == 1 && (call.method == "ok_or" || call.method == "ok_or_else") =>
        {
            (&call.receiver, Some(call))
        }
        other => (other, None),
    }
}

/// Whether a method of a list or an option returns a part of it.
fn chooses_part(call: &syn::ExprMethodCall) -> bool {
    !is_self_alone(&call.receiver)
        && matches!(
            (&*call.method.to_string(), call.args.len()),
            ("first" | "last" | "as_ref" | "each_ref" | "unwrap" | "split_first" | "split_last", 0)
                | ("get" | "expect" | "split_at", 1)
        )
}

pub(super) fn brackets(index: &impl ToTokens) -> Group {
    Group::new(Delimiter::Bracket, index.to_token_stream())
}

/// The same in place of the brackets of `access`, where a panic about the index is located.
pub(super) fn brackets_of(access: &syn::ExprIndex, index: &impl ToTokens) -> Group {
    let mut group = brackets(index);
    group.set_span(access.bracket_token.span.join());
    group
}

/// Whether an expression is a name, a field or an index, possibly in parentheses or behind references.
pub(super) fn is_module_alias(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(inner) => is_module_alias(&inner.expr),
        Expr::Paren(inner) => is_module_alias(&inner.expr),
        Expr::Field(_) | Expr::Index(_) | Expr::Path(_) | Expr::Try(_) => true,
        Expr::Array(_) | Expr::Call(_) | Expr::Macro(_) | Expr::If(_) | Expr::Match(_) => true,
        Expr::MethodCall(call) => {
            chooses_part(call)
                || ["filter", "or", "or_else", "then", "then_some", "unwrap_or", "unwrap_or_else"]
                    .iter()
                    .any(|name| call.method == name)
                || SEARCHES.iter().any(|name| call.method == name)
        }
        _ => false,
    }
}
