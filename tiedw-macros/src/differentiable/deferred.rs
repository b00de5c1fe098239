//! Variables that are declared first and get a value later: `let h; if deep { h = a; } else { h = b; }` is read as
//! `let h = if deep { a } else { b };`.

use crate::visit_mut::{self, VisitMut};
use proc_macro2::Ident;
use quote::{ToTokens, quote};
use syn::{Block, Expr, Local, Pat, Stmt, Type, parse_quote};

use super::checked::mentions;
use super::lower::checkpoint::{attributes, is_marked};
use super::mentions::is_panic;

/// Returns the body with each such variable declared where it gets its value, if that place is known.
pub(super) fn with_values(body: &Block) -> Block {
    let mut body = body.clone();
    Blocks.visit_block_mut(&mut body);
    body
}

struct Blocks;

impl VisitMut for Blocks {
    fn visit_block_mut(&mut self, block: &mut Block) {
        if let Some(changed) = declared_later(&block.stmts) {
            block.stmts = changed;
        }
        visit_mut::visit_block_mut(self, block);
    }
}

/// A variable without a value so far.
#[derive(Clone)]
struct Pending {
    pattern: Pat,
    name: Ident,
    ty: Option<Type>,
}

impl Pending {
    /// The variables that a statement declares, if it gives them no value.
    fn of(statement: &Stmt) -> Option<Vec<Pending>> {
        fn names(pattern: &Pat, ty: Option<&Type>, found: &mut Vec<Pending>) -> bool {
            match (pattern, ty) {
                (Pat::Ident(name), ty) if name.by_ref.is_none() && name.subpat.is_none() => {
                    let (pattern, name) = (pattern.clone(), name.ident.clone());
                    found.push(Pending { pattern, name, ty: ty.cloned() });
                    true
                }
                (Pat::Tuple(tuple), None) => tuple.elems.iter().all(|pattern| names(pattern, None, found)),
                (Pat::Tuple(tuple), Some(Type::Tuple(types))) if tuple.elems.len() == types.elems.len() => {
                    tuple.elems.iter().zip(&types.elems).all(|(pattern, ty)| names(pattern, Some(ty), found))
                }
                (Pat::Type(typed), None) => names(&typed.pat, Some(&typed.ty), found),
                _ => false,
            }
        }
        let Stmt::Local(Local { pat, init: None, .. }) = statement else { return None };
        let mut found = Vec::new();
        names(pat, None, &mut found).then_some(found)
    }

    fn is_named(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Path(path) if path.path.is_ident(&self.name))
    }

    fn declaration(&self, value: &Expr) -> Stmt {
        let (pattern, ty) = (&self.pattern, self.ty.iter());
        parse_quote!(let #pattern #(: #ty)* = #value;)
    }
}

/// Returns the statements of a block with its variables declared later; `None` if it has none, or one has no known place.
fn declared_later(statements: &[Stmt]) -> Option<Vec<Stmt>> {
    if !statements.iter().any(|statement| Pending::of(statement).is_some()) {
        return None;
    }
    let (mut pending, mut changed) = (Vec::new(), Vec::new());
    let mut is_changed = false;
    for statement in statements {
        if let Some(declared) = Pending::of(statement) {
            pending.extend(declared);
            is_changed = true;
            continue;
        }
        changed.push(defined(statement, &mut pending)?);
    }
    (is_changed && pending.is_empty()).then_some(changed)
}

/// Returns a statement that declares those of the variables that it gives a value, and removes them; `None` if it uses others.
fn defined(statement: &Stmt, pending: &mut Vec<Pending>) -> Option<Stmt> {
    if let Stmt::Local(local) = statement
        && pending.iter().any(|pending| is_bound(&local.pat, &pending.name))
    {
        return None;
    }
    let Stmt::Expr(expr, _) = statement else {
        return is_apart(statement, pending).then(|| statement.clone());
    };
    if let Expr::Assign(assign) = expr {
        let assigned = assigned(&assign.left, pending);
        if let (Some(assigned), true) = (assigned, is_apart(&assign.right, pending)) {
            pending.retain(|pending| !assigned.iter().any(|other| other.name == pending.name));
            let mut declaration = match (&*assign.left, &assigned[..]) {
                (Expr::Path(_), [variable]) => variable.declaration(&assign.right),
                _ => {
                    let (pattern, value) = (patterns(&assigned), &assign.right);
                    parse_quote!(let #pattern = #value;)
                }
            };
            keep_mark(expr, &mut declaration);
            return Some(declaration);
        }
    }
    if is_apart(expr, pending) {
        return Some(statement.clone());
    }
    let given: Vec<_> = pending.iter().filter(|pending| gives(expr, pending)).cloned().collect();
    pending.retain(|pending| !given.iter().any(|other| other.name == pending.name));
    if given.is_empty() || !is_apart(expr, pending) {
        return None;
    }
    let value = ended(expr, &given)?;
    let pattern = patterns(&given);
    let mut declaration = parse_quote!(let #pattern = #value;);
    keep_mark(expr, &mut declaration);
    Some(declaration)
}

/// Puts a `#[checkpoint]` of an expression before the declaration that it becomes.
fn keep_mark(expr: &Expr, declaration: &mut Stmt) {
    if is_marked(attributes(expr))
        && let Stmt::Local(local) = declaration
    {
        local.attrs.push(parse_quote!(#[checkpoint]));
    }
}

/// Whether code names none of the variables.
fn is_apart(code: &impl ToTokens, pending: &[Pending]) -> bool {
    !mentions(code, &|token| match token {
        proc_macro2::TokenTree::Ident(name) => pending.iter().any(|pending| pending.name == *name),
        _ => false,
    })
}

fn is_bound(pattern: &Pat, name: &Ident) -> bool {
    mentions(pattern, &|token| matches!(token, proc_macro2::TokenTree::Ident(other) if other == name))
}

/// The variables on the left side of an assignment, if these are all that is there.
fn assigned(left: &Expr, pending: &[Pending]) -> Option<Vec<Pending>> {
    let one = |expr: &Expr| pending.iter().find(|pending| pending.is_named(expr)).cloned();
    match left {
        Expr::Tuple(tuple) => tuple.elems.iter().map(one).collect(),
        left => Some(vec![one(left)?]),
    }
}

/// Whether a branch assigns the variable.
fn gives(expr: &Expr, variable: &Pending) -> bool {
    struct Assignments<'p>(&'p Pending, bool);
    impl VisitMut for Assignments<'_> {
        fn visit_expr_assign_mut(&mut self, assign: &mut syn::ExprAssign) {
            self.1 |= assigned(&assign.left, std::slice::from_ref(self.0)).is_some()
                || matches!(&*assign.left, Expr::Tuple(tuple) if tuple.elems.iter().any(|expr| self.0.is_named(expr)));
        }
    }
    let mut found = Assignments(variable, false);
    found.visit_expr_mut(&mut expr.clone());
    found.1
}

/// Returns a branch or a block whose value is that of the variables, each of which it gives a value.
fn ended(expr: &Expr, given: &[Pending]) -> Option<Expr> {
    match expr {
        Expr::If(branch) => {
            let mut branch = branch.clone();
            let other = &mut branch.else_branch.as_mut()?.1;
            **other = ended(other, given)?;
            is_apart(&branch.cond, given).then_some(())?;
            branch.then_branch = ended_block(&branch.then_branch, given)?;
            Some(Expr::If(branch))
        }
        Expr::Match(choice) => {
            let mut choice = choice.clone();
            is_apart(&choice.expr, given).then_some(())?;
            for arm in &mut choice.arms {
                is_apart(&arm.pat, given).then_some(())?;
                let body = &arm.body;
                let block: Block = match &**body {
                    Expr::Block(inner) if inner.label.is_none() => inner.block.clone(),
                    body => parse_quote!({ #body }),
                };
                let block = ended_block(&block, given)?;
                *arm.body = parse_quote!(#block);
                arm.comma.get_or_insert_default();
            }
            Some(Expr::Match(choice))
        }
        Expr::Block(inner) if inner.label.is_none() => {
            let mut inner = inner.clone();
            inner.block = ended_block(&inner.block, given)?;
            Some(Expr::Block(inner))
        }
        _ => None,
    }
}

fn ended_block(block: &Block, given: &[Pending]) -> Option<Block> {
    let mut pending = given.to_vec();
    let mut statements: Vec<Stmt> =
        block.stmts.iter().map(|statement| defined(statement, &mut pending)).collect::<Option<_>>()?;
    if leaves(block) {
        return Some(Block { stmts: statements, ..block.clone() });
    }
    pending.is_empty().then_some(())?;
    if let Some(Stmt::Expr(_, semicolon)) = statements.last_mut() {
        semicolon.get_or_insert_default();
    }
    let names = given.iter().map(|variable| &variable.name);
    let value = match given {
        [_] => quote!(#(#names)*),
        _ => quote!((#(#names),*)),
    };
    statements.push(Stmt::Expr(parse_quote!(#value), None));
    Some(Block { stmts: statements, ..block.clone() })
}

/// Whether a block ends by leaving.
fn leaves(block: &Block) -> bool {
    match block.stmts.last() {
        Some(Stmt::Expr(Expr::Return(_) | Expr::Break(_) | Expr::Continue(_), _)) => true,
        Some(Stmt::Macro(last)) => is_panic(&last.mac),
        Some(Stmt::Expr(Expr::Macro(last), _)) => is_panic(&last.mac),
        _ => false,
    }
}

/// The pattern that binds the variables.
fn patterns(given: &[Pending]) -> Pat {
    let patterns = given.iter().map(|variable| &variable.pattern);
    match given {
        [variable] => variable.pattern.clone(),
        _ => parse_quote!((#(#patterns),*)),
    }
}
