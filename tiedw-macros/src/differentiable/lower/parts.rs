//! Patterns that take a part of the module apart: each name is bound to a part, which the backward pass finds again.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Pat};

use super::Lower;
use super::branch::{is_some, references};
use super::module_path::brackets;
use super::pattern::is_rest;
use crate::differentiable::hidden::{hidden, hidden_pattern};
use crate::differentiable::model::{Block, Operand, Shape, Step};
use crate::differentiable::scope::{Binding, ModulePath};
use crate::differentiable::tokens::Tokens;

/// What a pattern binds of a part of the module.
#[derive(Default)]
struct Found {
    /// The names, with the path to each from the gradient's view.
    names: Vec<(Ident, TokenStream)>,
    /// The indices in these paths, for which the names must be in scope.
    indices: Vec<Step>,
}

impl Lower<'_> {
    /// Binds the names of a pattern to parts of `module`. Returns the pattern with hygienic names, and the steps to run
    /// where they are in scope; `None` if it is another pattern than those that take lists, options and tuples apart.
    pub(super) fn part_pattern(&mut self, pattern: &Pat, module: &ModulePath) -> Option<(Pat, Vec<Step>)> {
        if !takes_apart(pattern) {
            return None;
        }
        let pattern = self.with_rests(pattern);
        let (steps, mut found) = (&module.steps, Found::default());
        self.parts(&pattern, quote!(#steps), &mut found)?;
        for (name, steps) in found.names {
            let view = Tokens::from(hidden(&name));
            let field = Some(view.clone());
            let part =
                ModulePath { view, steps: steps.into(), references: 1, field, element_of: None, ty: None };
            self.scope.bind(&name, Binding::Module(part));
        }
        Some((hidden_pattern(&pattern, &|name| !is_constant(name)), found.indices))
    }

    fn parts(&mut self, pattern: &Pat, steps: TokenStream, found: &mut Found) -> Option<()> {
        match pattern {
            Pat::Wild(_) | Pat::Rest(_) => Some(()),
            Pat::Ident(name) if is_constant(&name.ident) => Some(()),
            Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => {
                found.names.push((name.ident.clone(), steps));
                Some(())
            }
            Pat::Paren(inner) => self.parts(&inner.pat, steps, found),
            Pat::Reference(inner) => self.parts(&inner.pat, steps, found),
            Pat::TupleStruct(some) if is_some(&some.path) && some.elems.len() == 1 => {
                let message = "the part that the forward pass found";
                self.parts(&some.elems[0], quote!(#steps.clone().expect(#message)), found)
            }
            Pat::Tuple(tuple) if !tuple.elems.iter().any(|part| matches!(part, Pat::Rest(_))) => {
                tuple.elems.iter().enumerate().try_for_each(|(position, part)| {
                    let index = syn::Index::from(position);
                    self.parts(part, quote!(#steps.#index), found)
                })
            }
            Pat::Slice(slice) => {
                let mut rest: Option<Ident> = None;
                slice.elems.iter().enumerate().try_for_each(|(position, element)| match element {
                    Pat::Ident(name) if is_rest(name) => {
                        let end = self.end_of(&hidden(&name.ident), position, found);
                        found.names.push((name.ident.clone(), quote!(#steps[#position..#end])));
                        rest = Some(hidden(&name.ident));
                        Some(())
                    }
                    element => {
                        let index: Tokens = match &rest {
                            // All elements but `rest` itself.
                            Some(rest) => self.end_of(rest, position - 1, found).into(),
                            None => quote!(#position).into(),
                        };
                        let index = brackets(&index);
                        self.parts(element, quote!(#steps #index), found)
                    }
                })
            }
            _ => None,
        }
    }

    /// The index of the element that follows `before` others and the list that is named `rest`.
    fn end_of(&mut self, rest: &Ident, before: usize, found: &mut Found) -> Ident {
        let name = self.index();
        found.indices.push(Step::Index { name: name.clone(), value: quote!(#before + #rest.len()).into() });
        name
    }

    /// Lowers `let pattern = part;`, with such a pattern.
    pub(super) fn let_parts(&mut self, pattern: &Pat, written: &Expr, module: &ModulePath) -> Option<()> {
        let (pattern, indices) = self.part_pattern(pattern, module)?;
        let (references, view) = (references(written), &module.view);
        self.plain(quote!(let #pattern = #(#references)* #view;));
        self.steps.extend(indices);
        Some(())
    }

    /// Lowers `let pattern = part else { .. };`, with such a pattern.
    pub(super) fn let_parts_else(
        &mut self,
        pattern: &Pat,
        written: &Expr,
        module: &ModulePath,
        otherwise: &Expr,
    ) -> Option<()> {
        if !takes_apart(pattern) {
            return None;
        }
        let outer = std::mem::take(&mut self.steps);
        let tail = self.expr(otherwise);
        let absent = Block { steps: std::mem::replace(&mut self.steps, outer), tail };
        let present = Block { steps: Vec::new(), tail: Operand::unit() };
        let (pattern, indices) = self.part_pattern(pattern, module)?;
        let (references, view) = (references(written), &module.view);
        let part = quote!(#(#references)* #view);
        let is_absent = quote!(!::core::matches!(#part, #pattern));
        let _ = self.branch(vec![absent, present], Shape::If(vec![is_absent]));
        self.plain(quote!(let #pattern = #part else { ::core::unreachable!() };));
        self.steps.extend(indices);
        Some(())
    }
}

/// Whether a pattern takes a list, an option or a tuple apart.
fn takes_apart(pattern: &Pat) -> bool {
    match pattern {
        Pat::Paren(inner) => takes_apart(&inner.pat),
        Pat::Reference(inner) => takes_apart(&inner.pat),
        Pat::Slice(_) | Pat::Tuple(_) => true,
        Pat::TupleStruct(some) => is_some(&some.path),
        _ => false,
    }
}

/// Whether a name in a pattern is that of a constant or a variant, such as `None`.
fn is_constant(name: &Ident) -> bool {
    name.to_string().starts_with(char::is_uppercase)
}
