//! `let config = self.block.config.clone()`, of which only fields are used after it, in place. It becomes a
//! borrow: such a setting need not
//! be a value. Those that are known to be settings of the module itself stay as they are.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprReference, Local, Pat, PatIdent, Stmt};

use super::known_settings::known;
use super::taken_apart::part;

/// Returns the statement as a borrow; `None` if it is another, or if one `after` it uses the whole clone.
pub(super) fn borrowed(stmt: &Stmt, after: &[Stmt], settings: &[String]) -> Option<Stmt> {
    let Stmt::Local(Local { pat, init: Some(init), .. }) = stmt else { return None };
    let (
        Pat::Ident(PatIdent { ident, mutability: None, by_ref: None, subpat: None, .. }),
        Expr::MethodCall(clone),
    ) = (pat, &*init.expr)
    else {
        return None;
    };
    if clone.method != "clone" || init.diverge.is_some() || known(&clone.receiver, settings).is_some() {
        return None;
    }
    let borrow = Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: syn::Token![&](clone.method.span()),
        mutability: None,
        expr: clone.receiver.clone(),
    });
    part(&borrow, &[])?;
    let mut uses = Uses::default();
    after.iter().for_each(|stmt| uses.find(stmt.to_token_stream(), ident));
    if uses.whole || !uses.field {
        return None;
    }
    let mut stmt = stmt.clone();
    if let Stmt::Local(Local { init: Some(init), .. }) = &mut stmt {
        *init.expr = borrow;
    }
    Some(stmt)
}

/// How a name is used.
#[derive(Default)]
struct Uses {
    field: bool,
    whole: bool,
}

impl Uses {
    fn find(&mut self, code: TokenStream, name: &Ident) {
        let code: Vec<TokenTree> = code.into_iter().collect();
        for (at, token) in code.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.find(group.stream(), name),
                TokenTree::Ident(ident) if ident == name && !is_member(&code[..at]) => {
                    let is_field = is_field(&code[at + 1..]);
                    self.field |= is_field;
                    self.whole |= !is_field;
                }
                _ => {}
            }
        }
    }
}

/// Whether a name after this code is that of a field or a method: after one dot, and not after the two of a range.
fn is_member(before: &[TokenTree]) -> bool {
    let dots = before.iter().rev().take_while(|token| is_dot(token)).count();
    dots == 1
}

/// Whether a field of what stands before this code is used in place: by a method, or a field or an element of it. Another use may
/// move it out of the clone.
fn is_field(after: &[TokenTree]) -> bool {
    match after {
        [dot, TokenTree::Ident(_), next, ..] if is_dot(dot) => {
            is_dot(next) || matches!(next, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
        }
        _ => false,
    }
}

fn is_dot(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.')
}
