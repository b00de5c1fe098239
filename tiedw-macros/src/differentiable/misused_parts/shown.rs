//! Layers that a macro prints. Their views have no text.

use proc_macro2::Ident;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, Token};

use super::MisusedParts;
use super::operands::{behind_reference, written};
use crate::known;

/// Macros with a text to fill in, and the number of arguments before it.
const PRINTING: [(&str, usize); 12] = [
    ("assert", 1),
    ("assert_eq", 2),
    ("assert_ne", 2),
    ("debug_assert", 1),
    ("eprint", 0),
    ("eprintln", 0),
    ("format", 0),
    ("panic", 0),
    ("print", 0),
    ("println", 0),
    ("unreachable", 0),
    ("dbg", 0),
];

impl MisusedParts<'_> {
    /// Reports the first layer that a macro prints.
    pub(super) fn printed(&mut self, mac: &Macro) {
        let Some((name, before)) = PRINTING.iter().find(|(name, _)| mac.path.is_ident(name)) else { return };
        let Ok(arguments) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(mac.tokens.clone()) else {
            return;
        };
        let first = if *name == "dbg" { 0 } else { before + 1 };
        for argument in arguments.iter().skip(first) {
            let argument = match argument {
                Expr::Assign(named) => &named.right,
                argument => argument,
            };
            let place = behind_reference(argument);
            if let Some(layer) = self.layer_at(place)
                && !known::is_named_in_file(self.at, &format!("{layer}View"))
            {
                let written = written(place);
                return self.errors.at(
                    place,
                    format_args!(
                        "`{written}` is a `{layer}`, and a layer has no text in a body: print what it returns, or one of its \
                         parameters"
                    ),
                );
            }
        }
    }

    /// The type of a layer, by a place or a name of it.
    pub(super) fn layer_at(&self, place: &Expr) -> Option<Ident> {
        let ty = self.types.of_named(place, &self.named)?;
        let ty = match &*ty {
            "Option" => self.types.in_option(place)?,
            _ => ty,
        };
        match self.part_of(&ty)? {
            super::Part::Layer { name, .. } => Some(name),
            super::Part::Parameter => None,
        }
    }

    /// Whether a place or a name is certainly that of one layer.
    pub(super) fn is_one_layer(&self, place: &Expr) -> bool {
        let ty = self.types.of_named(place, &self.named);
        ty.is_some_and(|ty| ty != "Option" && matches!(self.part_of(&ty), Some(super::Part::Layer { .. })))
    }
}
