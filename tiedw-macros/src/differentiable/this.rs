//! Renaming of `self` for code in a closure, to an identifier that a `let` or an argument can bind.

use std::mem::take;

use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Block, Expr, ExprPath, Item, Macro, Path, Token};

use super::checked::mentions;
use super::method::Method;

const THIS: &str = "__self";

/// What stands for `self` in a function for a method of a value.
pub(super) const RECEIVER: &str = "__receiver";

/// The identifier that replaces `self`.
pub(super) fn this(receiver: Token![self]) -> Ident {
    Ident::new(THIS, receiver.span)
}

/// Whether `name` is `self` or the identifier that replaces it.
pub(super) fn is_self(name: &str) -> bool {
    name == "self" || name == THIS
}

/// Whether an expression is `self`, or the identifier that replaces it.
pub(super) fn is_self_alone(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.get_ident().is_some_and(|name| is_self(&name.to_string())))
}

/// Renames `self` in `block`; `None` if this may change the meaning.
pub(super) fn renamed(block: &Block) -> Option<Block> {
    let mut block = block.clone();
    rename(&mut block, THIS).then_some(block)
}

/// Gives what stands for `self` in code with a body a name for messages, unless there is another variable of that name.
pub(super) fn for_messages(code: TokenStream, body: &Block) -> TokenStream {
    const SHOWN: &str = "this";
    let stands_for_self =
        |token: &TokenTree| matches!(token, TokenTree::Ident(name) if name == THIS || name == RECEIVER);
    fn shown(code: TokenStream) -> TokenStream {
        let named = code.into_iter().map(|token| match token {
            TokenTree::Ident(name) if name == THIS || name == RECEIVER => {
                Ident::new(SHOWN, name.span()).into()
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), shown(group.stream()));
                inner.set_span(group.span());
                inner.into()
            }
            token => token,
        });
        named.collect()
    }
    let is_taken = mentions(&code, &|token| match token {
        TokenTree::Ident(name) => name == SHOWN,
        // A format string may capture it.
        TokenTree::Literal(literal) => literal.to_string().contains(SHOWN),
        _ => false,
    });
    // Of a variable that is not used, rustc expects an underscore.
    if is_taken || !mentions(body, &stands_for_self) { code } else { shown(code) }
}

/// The block of a method that is lowered within another, in which `receiver` stands for `self`.
pub(super) fn renamed_as(receiver: &Expr, block: &Block) -> Block {
    let is_renamed = matches!(receiver, Expr::Path(path) if path.path.is_ident(THIS));
    // Under its own name, it is not computed from the check.
    is_renamed.then(|| renamed(block)).flatten().unwrap_or_else(|| block.clone())
}

/// Renames `self` in `block`; returns whether everything certainly keeps its meaning.
pub(super) fn rename(block: &mut Block, name: &'static str) -> bool {
    let mut rename = Rename { name, is_certain: true };
    rename.visit_block_mut(block);
    rename.is_certain
}

/// The body of a method with `self` renamed, if it has checkpoints, which bind what they use.
pub(super) fn renamed_for_checkpoint(method: &Method) -> Option<Block> {
    let has_checkpoint =
        method.body.to_token_stream().to_string() != method.function.block.to_token_stream().to_string();
    if has_checkpoint && method.takes_self() { renamed(&method.body) } else { None }
}

struct Rename {
    /// The new name.
    name: &'static str,
    /// Whether everything seen so far keeps its meaning.
    is_certain: bool,
}

impl VisitMut for Rename {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Verbatim(tokens) => *tokens = self.tokens(take(tokens)),
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_expr_path_mut(&mut self, path: &mut ExprPath) {
        if path.path.is_ident("self") {
            let name = &mut path.path.segments[0].ident;
            *name = Ident::new(self.name, name.span());
        } else {
            visit_mut::visit_expr_path_mut(self, path);
        }
    }

    // Outside of an item, this `Self` would be the view.
    fn visit_path_mut(&mut self, path: &mut Path) {
        self.is_certain &= path.segments.first().is_none_or(|first| first.ident != "Self");
        visit_mut::visit_path_mut(self, path);
    }

    // The functions of an item have their own `self`.
    fn visit_item_mut(&mut self, item: &mut Item) {
        if let Item::Macro(item) = item {
            self.visit_macro_mut(&mut item.mac);
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        mac.tokens = self.tokens(take(&mut mac.tokens));
    }
}

impl Rename {
    /// Renames `self` in the tokens of a macro call or definition.
    fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter().peekable();
        let mut renamed = Vec::new();
        while let Some(tree) = tokens.next() {
            renamed.push(match tree {
                TokenTree::Ident(ident) => match ident.to_string().as_str() {
                    "self" if !matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':') => {
                        Ident::new(self.name, ident.span()).into()
                    }
                    // Possibly an item.
                    "Self" | "fn" => {
                        self.is_certain = false;
                        ident.into()
                    }
                    _ => ident.into(),
                },
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.tokens(group.stream()));
                    inner.set_span(group.span());
                    inner.into()
                }
                // A format string may capture `self`.
                TokenTree::Literal(literal) => {
                    self.is_certain &= !literal.to_string().contains("{self");
                    literal.into()
                }
                punct => punct,
            });
        }
        renamed.into_iter().collect()
    }
}
