//! Names that a slice pattern gives to elements of a list that is borrowed mutably, as in `let [a, b] = &mut list[..] else { .. }`.

use syn::{Expr, Pat, Stmt};

use super::Lower;
use super::borrowed::Alias;

impl Lower<'_> {
    /// Statements to run before, whether the pattern fits, and the names; `None` if it is another pattern or no list of values.
    pub(super) fn inside_of_slice(
        &mut self,
        pattern: &Pat,
        expr: &Expr,
    ) -> Option<(Vec<Stmt>, Expr, Vec<Alias>)> {
        let Pat::Slice(slice) = pattern else { return None };
        let list = match expr {
            Expr::Paren(inner) => return self.inside_of_slice(pattern, &inner.expr),
            Expr::Reference(reference) if reference.mutability.is_some() => &reference.expr,
            Expr::MethodCall(call) if call.method == "as_mut_slice" && call.args.is_empty() => &call.receiver,
            Expr::Path(_) if self.is_borrow(expr) => expr,
            _ => return None,
        };
        let is_rest = |part: &Pat| matches!(part, Pat::Rest(_));
        let is_named = |part: &Pat| matches!(part, Pat::Ident(name) if name.subpat.is_some());
        if !self.holds_value(list) || slice.elems.iter().any(is_named) {
            return None;
        }
        let (list, start, end) = self.bounds(list);
        let [from, count] = ["index", "count"].map(|name| self.fresh(name));
        let mut before = vec![
            syn::parse_quote!(let #from: usize = #start;),
            syn::parse_quote!(let #count: usize = #end - #from;),
        ];
        let rest = slice.elems.iter().position(is_rest);
        let named = slice.elems.len() - usize::from(rest.is_some());
        let fits = match rest {
            Some(_) => syn::parse_quote!(#count >= #named),
            None => syn::parse_quote!(#count == #named),
        };
        let mut aliases = Vec::new();
        for (position, part) in slice.elems.iter().enumerate().filter(|(_, part)| !is_rest(part)) {
            let index = self.fresh("index");
            let behind = slice.elems.len() - position;
            before.push(match rest.is_some_and(|rest| rest < position) {
                // Where the pattern does not fit, the index is not read.
                true => syn::parse_quote!(let #index: usize = (#from + #count).saturating_sub(#behind);),
                false => syn::parse_quote!(let #index: usize = #from + #position;),
            });
            self.aliases(part, syn::parse_quote!(#list[#index]), &mut aliases);
        }
        Some((before, fits, aliases))
    }
}
