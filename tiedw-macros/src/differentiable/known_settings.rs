//! Settings of a module whose derive stands before the block in the same module: fields with `#[module(skip)]`.
//!
//! In a companion, `self.config` becomes `(*config)`, a name that is bound to the field at the start: then all that a body does
//! with it alone is data. The binding checks by type that the field is a setting, so that no gradient depends on what was noted.
//! A field of which nothing is known may be a part of the module; then types decide at each use.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::{Attribute, Block, DeriveInput, Expr, Ident, Item, ItemImpl, Member, Type, parse_quote_spanned};

use super::checked::{Checked, gated};
use super::this::is_self_alone;
use crate::imported;
use crate::known;
use crate::private::private_at;
use crate::visit_mut::{self, VisitMut};

/// Notes the settings of a module.
pub(crate) fn note<'n>(input: &DeriveInput, settings: impl Iterator<Item = &'n Ident>) {
    let (key, text) = text_of(input, settings);
    known::note(&key, text, input.ident.span(), &input.attrs);
}

/// What is noted, with its key.
pub(crate) fn text_of<'n>(
    input: &DeriveInput,
    settings: impl Iterator<Item = &'n Ident>,
) -> (String, String) {
    let names: Vec<String> = settings.map(ToString::to_string).collect();
    (key(&input.ident), names.join(" "))
}

/// The settings of the module of a block; `None` if they are not known.
pub(super) fn of(block: &ItemImpl) -> Option<Vec<String>> {
    let Type::Path(path) = &*block.self_ty else { return None };
    let name = path.path.segments.last().filter(|_| path.path.segments.len() == 1);
    let known = name.and_then(|last| text(&last.ident, block.impl_token.span));
    known.map(|known| known.split_whitespace().map(str::to_owned).collect())
}

/// Whether a module certainly has no settings.
pub(super) fn are_none(module: &Ident, at: Span) -> bool {
    text(module, at).is_some_and(|known| known.is_empty())
}

fn text(module: &Ident, at: Span) -> Option<String> {
    let key = key(module);
    known::text_in_module(&key, at).or_else(|| imported::text(&key, module, at))
}

fn key(module: &Ident) -> String {
    format!("settings of {module}")
}

/// Replaces settings in a body, and returns those that it uses. What a checkpoint keeps is decided by type, so a body with one
/// stays as it is.
pub(super) fn replace(body: &mut Block, settings: &[String]) -> Vec<Ident> {
    let mut replaced = body.clone();
    let mut settings = Settings { known: settings, used: Vec::new(), has_checkpoint: false };
    settings.visit_block_mut(&mut replaced);
    if settings.has_checkpoint {
        return Vec::new();
    }
    *body = replaced;
    settings.used
}

struct Settings<'k> {
    known: &'k [String],
    used: Vec<Ident>,
    has_checkpoint: bool,
}

impl VisitMut for Settings<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some(name) = known(expr, self.known) {
            let (setting, span) = (bound(name), name.span());
            if !self.used.contains(name) {
                self.used.push(name.clone());
            }
            *expr = parse_quote_spanned!(span=> (*#setting));
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        self.has_checkpoint |= attributes.iter().any(|attribute| attribute.path().is_ident("checkpoint"));
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}

/// The name of a field of `self`, if it is one of these.
pub(super) fn known<'e>(expr: &'e Expr, settings: &[String]) -> Option<&'e Ident> {
    let Expr::Field(field) = expr else { return None };
    let Member::Named(name) = &field.member else { return None };
    (is_self_alone(&field.base) && settings.iter().any(|setting| name == setting)).then_some(name)
}

/// Binds the settings that a body uses. `this` is its `self`.
pub(super) fn bind(used: &[Ident], this: &TokenStream, checked: Option<&Checked>) -> TokenStream {
    let bind = |name: &Ident| {
        let (setting, span) = (bound(name), name.span());
        let private = private_at(span);
        let kind = quote_spanned! {span=>
            (&(&(&(&#private::Part(&#this.#name)).behind()).behind()).behind()).and(#private::Setting)
        };
        let kind = gated(checked, &kind, span);
        quote_spanned! {span=>
            let #setting = {
                use #private::{BehindReference as _, Itself as _, PartReceiver as _, SettingReceiver as _};
                let #private::Setting = #kind;
                &#this.#name
            };
        }
    };
    used.iter().map(bind).collect()
}

/// The name that a setting is bound to. All of them have one hygiene, and no code of the user can name them.
pub(super) fn bound(name: &Ident) -> Ident {
    format_ident!("__setting_{}", name, span = Span::mixed_site().located_at(name.span()))
}
