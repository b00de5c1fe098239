//! Assertions that compute with values: their condition is lowered as any other.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::Lower;
use crate::private::private;

/// The arguments of an assertion.
struct Asserted {
    /// One side, or both.
    sides: Vec<Expr>,
    condition: Expr,
    message: TokenStream,
}

impl Lower<'_> {
    /// Lowers an assertion that computes with values, or shows some; returns whether it is one.
    pub(super) fn asserted(&mut self, mac: &syn::Macro) -> bool {
        let Some(name) = mac.path.segments.last().map(|last| last.ident.to_string()) else { return false };
        let asserted = mac.parse_body_with(|input: ParseStream<'_>| read(&name, input));
        let Ok(Some(Asserted { sides, condition, message })) = asserted else { return false };
        let shown = self.read(&message).filter(|read| !read.is_nothing());
        if shown.is_none() && sides.iter().all(|side| self.is_plain(side) || self.calls_shared_alone(side)) {
            return false;
        }
        let (holds, private, span) = (self.fresh("holds"), private(), mac.path.span());
        let message = match message.is_empty() {
            true => {
                let text = format!("assertion failed: {}", condition.to_token_stream());
                quote!("{}", #text)
            }
            false => message,
        };
        let condition = quote!(#private::stop_gradient(#condition));
        let condition = match name.starts_with("debug") {
            true => quote!(if ::core::cfg!(debug_assertions) { #condition } else { true }),
            false => condition,
        };
        self.stmt(&syn::parse_quote!(let #holds = #condition;));
        let code = self.showing(
            &shown.unwrap_or_default(),
            &message,
            |message| quote_spanned!(span=> ::core::assert!(#holds, #message);),
        );
        self.plain(code);
        true
    }
}

/// Reads the arguments; `None` if it is another macro.
fn read(name: &str, input: ParseStream<'_>) -> syn::Result<Option<Asserted>> {
    let compares = match name.trim_start_matches("debug_") {
        "assert" => None,
        "assert_eq" => Some(quote!(==)),
        "assert_ne" => Some(quote!(!=)),
        _ => {
            let _: TokenStream = input.parse()?;
            return Ok(None);
        }
    };
    let mut condition: Expr = input.parse()?;
    let mut sides = vec![condition.clone()];
    if let Some(compares) = compares {
        input.parse::<Token![,]>()?;
        let right: Expr = input.parse()?;
        condition = syn::parse_quote!((#condition) #compares (#right));
        sides.push(right);
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(Some(Asserted { sides, condition, message: input.parse()? }))
}
