//! Methods that change the order of the elements of a slice of a list, as in `list[1..].reverse()`.

use quote::quote;
use syn::{Expr, ExprMethodCall};

use super::Lower;
use super::expression::itself;
use crate::differentiable::model::Operand;

impl Lower<'_> {
    /// Lowers such a method; `None` if it is another one, or of a whole list.
    pub(super) fn reordered(&mut self, call: &ExprMethodCall) -> Option<Operand> {
        let (method, arguments) = (call.method.to_string(), &call.args);
        let is_slice =
            matches!(itself(&call.receiver), Expr::Index(part) if matches!(*part.index, Expr::Range(_)));
        let is_known = matches!(
            (&*method, arguments.len()),
            ("swap", 2) | ("reverse", 0) | ("rotate_left" | "rotate_right", 1)
        );
        if !is_slice || !is_known || self.is_plain(&call.receiver) {
            return None;
        }
        let (list, start, end) = self.bounds(&call.receiver);
        let [first, count, old, place, by, other] =
            ["first", "count", "old", "place", "by", "other"].map(|name| self.fresh(name));
        let mut arguments = arguments.iter();
        let (from, bindings) = match (&*method, arguments.next(), arguments.next()) {
            ("swap", Some(one), Some(another)) => {
                let code = quote! {{
                    let (#first, #by, #other): (usize, usize, usize) = (#start, #one, #another);
                    let #count: usize = #end - #first;
                    assert!(#by < #count && #other < #count, "swap of an element behind the end of a slice");
                    #list.swap(#first + #by, #first + #other);
                }};
                return Some(self.parsed(Some(code), call));
            }
            (rotation, Some(by_how_many), _) => (
                match rotation {
                    "rotate_left" => quote!((#place + #by) % #count),
                    _ => quote!((#place + #count - #by) % #count),
                },
                quote! {
                    let #by: usize = #by_how_many;
                    assert!(#by <= #count, "a slice rotated by more than its length");
                },
            ),
            _ => (quote!(#count - 1 - #place), quote!()),
        };
        let code = quote! {{
            let #first: usize = #start;
            let #count: usize = #end - #first;
            #bindings
            let #old = #list[#first..#first + #count].to_vec();
            for #place in 0..#count {
                #list[#first + #place] = #old[#from].clone();
            }
        }};
        Some(self.parsed(Some(code), call))
    }
}
