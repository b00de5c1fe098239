//! Assertions that compute with values: their condition is lowered as any other.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
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
    /// The code of an assertion that computes with values; `None` if it is another macro.
    pub(super) fn asserted(&mut self, mac: &syn::Macro) -> Option<TokenStream> {
        let name = mac.path.segments.last()?.ident.to_string();
        let asserted = mac.parse_body_with(|input: ParseStream<'_>| read(&name, input)).ok()??;
        let Asserted { sides, condition, message } = asserted;
        if sides.iter().all(|side| self.is_plain(side)) {
            return None;
        }
        let holds = self.fresh("holds");
        let message = match message.is_empty() {
            true => {
                let text = format!("assertion failed: {}", condition.to_token_stream());
                quote!("{}", #text)
            }
            false => message,
        };
        let private = private();
        let code = quote!({ let #holds = #private::stop_gradient(#condition); assert!(#holds, #message); });
        Some(if name.starts_with("debug") { quote!(if ::core::cfg!(debug_assertions) #code) } else { code })
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
