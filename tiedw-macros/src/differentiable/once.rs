//! Functions that are looked up once for a whole body: their names mean the same everywhere in it, and only call them.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// The names in some code that are not, or not only, those of called functions.
pub(super) struct Ambiguous {
    names: HashSet<String>,
    /// Whether an item, an import or a macro may give names another meaning in a part of the code.
    has_items: bool,
}

impl Ambiguous {
    pub(super) fn of(code: TokenStream) -> Self {
        let mut found = Ambiguous { names: HashSet::new(), has_items: false };
        found.read(code);
        found
    }

    pub(super) fn contains(&self, name: &Ident) -> bool {
        self.has_items || self.names.contains(&name.to_string())
    }

    fn read(&mut self, code: TokenStream) {
        let mut before = None;
        let mut tokens = code.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Ident(name) => {
                    let is_method = is_punct(before.as_ref(), '.');
                    let is_called = !is_punct(before.as_ref(), ':')
                        && matches!(tokens.peek(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
                    self.has_items |=
                        ["use", "fn", "mod", "extern", "macro_rules"].iter().any(|item| name == item)
                            || is_bang(tokens.peek()) && !is_known_macro(name);
                    if !is_method && !is_called {
                        self.names.insert(name.to_string());
                    }
                }
                _ => {}
            }
            before = Some(token);
        }
    }
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// Whether a token is the `!` of a macro, not that of `!=`.
fn is_bang(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '!' && punct.spacing() == Spacing::Alone)
}

/// Whether a macro is one of the standard library, which defines no items.
fn is_known_macro(name: &Ident) -> bool {
    let name = name.to_string();
    let of_assertions = name.trim_start_matches("debug_").starts_with("assert");
    of_assertions
        || ["vec", "format", "matches", "panic", "unreachable", "print", "println", "eprint", "eprintln"]
            .contains(&&*name)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use quote::quote;

    use super::*;

    #[test]
    fn names_that_only_call_functions_are_not_ambiguous() {
        let name = Ident::new("smooth", Span::call_site());
        let is_ambiguous = |code| Ambiguous::of(code).contains(&name);
        assert!(!is_ambiguous(quote!({
            let y = smooth(&x) + { smooth(x.smooth()) };
            if a != b {
                y
            }
        })));
        for code in [
            quote!(let smooth = 1; smooth(x)),
            quote!(smooth::smooth(x)),
            quote!(other::smooth(x)),
            quote!({
                use other::f;
                smooth(x)
            }),
            quote!({
                fn f() {}
                smooth(x)
            }),
            quote!({
                items!();
                smooth(x)
            }),
            quote!(f(smooth) + smooth(x)),
        ] {
            assert!(is_ambiguous(code.clone()), "{code}");
        }
    }
}
