//! `let Net { fc, .. } = self` and `let Block { fc, .. } = &self.block`, which become `let fc = &self.fc` and so on: in a body,
//! `self` is the view, and has views as fields. There, `&*self` is `&self`.

use super::clone_of_setting;
use super::declared;
use super::lower::free;
use super::modules_in_patterns;
use super::this::is_self_alone;
use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Block, Expr, ExprPath, GenericArgument, Ident, ImplItem, Item, ItemImpl, Local, Pat, PatIdent, PatStruct,
    Path, PathArguments, Stmt, Type, UnOp, parse_quote, parse_quote_spanned,
};

/// Replaces such statements in the methods of a block.
pub(super) fn replace(block: &mut ItemImpl, settings: &[String], krate: &Path) {
    let Type::Path(module) = &*block.self_ty else { return };
    let at = block.impl_token.span;
    let Some(name) = module.path.segments.last().map(|last| last.ident.clone()) else { return };
    let mut apart = Apart { module: name, krate, settings, parts: Vec::new(), is_method: false, at };
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            apart.is_method = function.sig.receiver().is_some();
            apart.visit_block_mut(&mut function.block);
        }
    }
}

struct Apart<'k> {
    module: Ident,
    krate: &'k Path,
    /// The settings of the module that are known.
    settings: &'k [String],
    /// The names of parts, as in `let block = &self.block`.
    parts: Vec<Ident>,
    /// Whether the function has a `self`, so that modules in it are parts of that.
    is_method: bool,
    /// A token beside which the types of parts may be defined.
    at: Span,
}

impl VisitMut for Apart<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let (stmts, outer) = (std::mem::take(&mut block.stmts), self.parts.len());
        for (at, stmt) in stmts.iter().enumerate() {
            let stmt = clone_of_setting::borrowed(stmt, &stmts[at + 1..], self.settings)
                .unwrap_or_else(|| stmt.clone());
            for mut stmt in self.taken_apart(stmt) {
                infer_collected(&mut stmt);
                self.visit_stmt_mut(&mut stmt);
                self.parts.extend(name_of_part(&stmt, &self.parts).cloned());
                block.stmts.push(stmt);
            }
        }
        self.parts.truncate(outer);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let inner = match expr {
            Expr::Reference(reference) if reference.mutability.is_none() => Some(&mut reference.expr),
            Expr::Field(field) => Some(&mut field.base),
            _ => None,
        };
        if let Some(inner) = inner
            && let Some(this) = dereferenced(inner)
        {
            **inner = this.clone();
        }
        if let Expr::MethodCall(call) = expr
            && call.method == "collect"
            && let Some(turbofish) = &mut call.turbofish
        {
            for argument in &mut turbofish.args {
                if let GenericArgument::Type(ty) = argument {
                    declared::replace_in(ty, self.krate, self.at);
                }
            }
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        declared::replace(pattern, self.krate, self.at);
        visit_mut::visit_pat_mut(self, pattern);
    }

    // The functions of an item have their own `self`.
    fn visit_item_mut(&mut self, _: &mut Item) {}
}

impl Apart<'_> {
    fn taken_apart(&self, stmt: Stmt) -> Vec<Stmt> {
        if let Some(stmts) = self.declared(&stmt) {
            return stmts;
        }
        match self.fields(&stmt) {
            Some(fields) => fields.into_iter().flat_map(|field| self.taken_apart(field)).collect(),
            None => vec![stmt],
        }
    }

    /// An expression that is the name of a part, which a pattern takes apart.
    fn named<'e>(&self, expr: &'e Expr, pattern: &PatStruct) -> Option<&'e Expr> {
        let Expr::Path(path) = expr else { return None };
        let name = path.path.get_ident()?;
        let is_module = || match pattern.path.get_ident() {
            Some(module) => self.is_method && declared::names_module(module, self.at),
            None => false,
        };
        (self.parts.contains(name) || modules_in_patterns::is_taken(name) || is_module()).then_some(expr)
    }

    /// A part that is named with a type, without the type, which is checked.
    fn declared(&self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        let Stmt::Local(local @ Local { pat: Pat::Type(typed), init: Some(init), .. }) = stmt else {
            return None;
        };
        let (Pat::Ident(PatIdent { by_ref: None, subpat: None, .. }), Type::Reference(reference)) =
            (&*typed.pat, &*typed.ty)
        else {
            return None;
        };
        if reference.mutability.is_some() || init.diverge.is_some() || !may_be_module(&reference.elem) {
            return None;
        }
        let whole = match receiver(&init.expr) {
            Some(this) => this.to_token_stream(),
            None => part(&init.expr, &self.parts)?.to_token_stream(),
        };
        let (ty, span) = (&typed.ty, reference.elem.span());
        let check =
            check(&whole, span, &quote_spanned!(span=> |__part| { let _: #ty = __part; }), self.krate);
        let mut local = local.clone();
        local.pat = (*typed.pat).clone();
        Some(vec![check, Stmt::Local(local)])
    }

    /// A statement for each field that a pattern names.
    fn fields(&self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        let Stmt::Local(Local { pat: Pat::Struct(pattern), init: Some(init), attrs, .. }) = stmt else {
            return None;
        };
        let otherwise = match &init.diverge {
            Some((_, otherwise)) if hides_name(pattern, otherwise) => return None,
            diverge => diverge.as_ref().map(|(_, otherwise)| otherwise),
        };
        let name = &pattern.path.segments.last()?.ident;
        let whole = match receiver(&init.expr) {
            Some(this) if *name == self.module => this.to_token_stream(),
            Some(_) => return None,
            // A variant comes after its enum.
            None if pattern.path.segments.len() > 1 => return None,
            None => {
                part(&init.expr, &self.parts).or_else(|| self.named(&init.expr, pattern))?.to_token_stream()
            }
        };
        let fields = pattern.fields.iter().map(|field| {
            let (member, pattern) = (&field.member, without_ref(&field.pat));
            match otherwise {
                Some(otherwise) if is_refutable(&pattern) => {
                    parse_quote!(#(#attrs)* let #pattern = &#whole.#member else #otherwise;)
                }
                _ => parse_quote!(#(#attrs)* let #pattern = &#whole.#member;),
            }
        });
        let names = names(pattern);
        let names = quote_spanned!(pattern.path.span()=> |#names| {});
        let check = check(&whole, pattern.path.span(), &names, self.krate);
        Some(std::iter::once(check).chain(fields).collect())
    }
}

/// Leaves the elements of a list to inference that is collected, and may be one of parts: `let parts: Vec<&Block> = self.blocks.iter().collect();`.
fn infer_collected(stmt: &mut Stmt) {
    let Stmt::Local(Local { pat: Pat::Type(typed), init: Some(init), .. }) = stmt else { return };
    let Expr::MethodCall(collect) = &*init.expr else { return };
    let is_of_module = || free::names(&collect.receiver).iter().any(|name| *name == "self");
    if let Type::Path(list) = &mut *typed.ty
        && let Some(last) = list.path.segments.last_mut()
        && last.ident == "Vec"
        && let PathArguments::AngleBracketed(arguments) = &mut last.arguments
        && let Some(GenericArgument::Type(Type::Reference(reference))) = arguments.args.first()
        && collect.method == "collect"
        && may_be_module(&reference.elem)
        && is_of_module()
    {
        arguments.args = parse_quote!(_);
    }
}

/// Whether a name that a pattern binds may be another variable in the `else` that follows.
fn hides_name(pattern: &PatStruct, otherwise: &Expr) -> bool {
    let bound = free::bound(&Pat::Struct(pattern.clone()));
    free::names(otherwise).iter().any(|name| bound.contains(name))
}

/// Whether a value may not match a pattern.
fn is_refutable(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(name) => name.ident.to_string().starts_with(char::is_uppercase),
        Pat::Wild(_) | Pat::Rest(_) => false,
        Pat::Paren(inner) => is_refutable(&inner.pat),
        Pat::Reference(inner) => is_refutable(&inner.pat),
        Pat::Struct(inner) => inner.fields.iter().any(|field| is_refutable(&field.pat)),
        Pat::Tuple(parts) => parts.elems.iter().any(is_refutable),
        _ => true,
    }
}

/// The name in `let block = &self.block`.
fn name_of_part<'s>(stmt: &'s Stmt, parts: &[Ident]) -> Option<&'s Ident> {
    let Stmt::Local(Local { pat, init: Some(init), .. }) = stmt else { return None };
    let pat = match pat {
        Pat::Type(typed) => &*typed.pat,
        pat => pat,
    };
    match pat {
        Pat::Ident(name) if part(&init.expr, parts).is_some() => Some(&name.ident),
        _ => None,
    }
}

/// The pattern of a reference in place of `ref name`.
fn without_ref(pattern: &Pat) -> Pat {
    let mut pattern = pattern.clone();
    if let Pat::Ident(name) = &mut pattern {
        name.by_ref = None;
    }
    pattern
}

/// A pattern that says which struct it is of, and which fields that has.
fn names(pattern: &PatStruct) -> PatStruct {
    let mut names = pattern.clone();
    if names.rest.is_some() {
        // A field that does not exist is reported where it is borrowed.
        names.fields.clear();
    }
    for field in &mut names.fields {
        field.attrs.clear();
        field.colon_token.get_or_insert_with(Default::default);
        *field.pat = parse_quote_spanned!(field.pat.span()=> _);
    }
    names
}

/// Checks, in the method as written, that a closure can take the module that is viewed, or else the part itself.
fn check(whole: &TokenStream, span: Span, closure: &TokenStream, krate: &Path) -> Stmt {
    let code = quote_spanned! {span=> {
        #[allow(unused_imports)]
        use #krate::__private::{BehindReference as _, Itself as _, TakenApart as _, ViewTakenApart as _};
        (&(&#krate::__private::Part(&#whole)).behind()).taken_apart(#closure)
    }};
    Stmt::Expr(Expr::Verbatim(code), Some(Default::default()))
}

/// Whether a type may be that of a module, by its name.
fn may_be_module(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return matches!(ty, Type::Array(_)) };
    let last = path.path.segments.last();
    // A parameter is a tensor where a tensor is expected.
    last.is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase) && last.ident != "Tensor")
}

/// Whether a statement is such a check, which has nothing to differentiate.
pub(super) fn is_check(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Expr(Expr::Verbatim(code), Some(_)) => !code.is_empty(),
        // The same in the body of a closure, which was parsed again.
        Stmt::Expr(Expr::Block(inner), Some(_)) => {
            let first = inner.block.stmts.first();
            matches!(first, Some(Stmt::Item(Item::Use(item))) if item.to_token_stream().to_string().contains("ViewTakenApart"))
        }
        _ => false,
    }
}

/// The `self` in `*self`.
fn dereferenced(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Paren(inner) => dereferenced(&inner.expr),
        Expr::Unary(whole) if matches!(whole.op, UnOp::Deref(_)) => {
            Some(&*whole.expr).filter(|expr| is_self_alone(expr))
        }
        _ => None,
    }
}

/// The part of `self`, or of one of its named `parts`, in `&self.block.inner`.
pub(super) fn part<'e>(expr: &'e Expr, parts: &[Ident]) -> Option<&'e Expr> {
    let starts_at_part = |mut expr: &Expr| loop {
        match expr {
            Expr::Field(field) => expr = &field.base,
            Expr::Index(index) if matches!(*index.index, Expr::Lit(_)) => expr = &index.expr,
            Expr::Path(path) => {
                break path.path.get_ident().is_some_and(|name| name == "self" || parts.contains(name));
            }
            _ => break false,
        }
    };
    match expr {
        Expr::Reference(reference) if reference.mutability.is_none() => {
            Some(&*reference.expr).filter(|part| starts_at_part(part))
        }
        _ => None,
    }
}

/// `self`, possibly behind references.
fn receiver(expr: &Expr) -> Option<&ExprPath> {
    match expr {
        Expr::Path(path) if path.path.is_ident("self") => Some(path),
        Expr::Paren(inner) => receiver(&inner.expr),
        Expr::Reference(inner) => receiver(&inner.expr),
        Expr::Unary(inner) => receiver(&inner.expr),
        _ => None,
    }
}
