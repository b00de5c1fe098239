//! Names of parts that are fields, or found by a place, which stand for what finds them where they are put into another list, or given to
//! another name: `used.push(part)`, `best = part`.

use proc_macro2::Ident;
use syn::{Arm, Block, Expr, Pat, Stmt, UnOp};

use super::super::expression::itself;
use super::super::free;
use crate::differentiable::this::is_self_alone;
use crate::visit_mut::{self, VisitMut};

/// Replaces such names.
pub(super) fn replace(body: &mut Expr) {
    Names::default().visit_expr_mut(body);
}

/// The names in scope, from the outermost on, and what finds the part that one stands for.
#[derive(Default)]
struct Names(Vec<(Ident, Option<Expr>)>);

impl Names {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = self.0.len();
        visit(self);
        self.0.truncate(outer);
    }

    fn bind(&mut self, pattern: &Pat) {
        self.0.extend(free::bound(pattern).into_iter().map(|name| (name, None)));
    }

    fn inline(&self, part: &mut Expr) {
        let named = match &*part {
            Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => &*inner.expr,
            named => named,
        };
        let Some(name) = name_of(named) else { return };
        let found = self.0.iter().rev().find(|(other, _)| other == name);
        if let Some((_, Some(found))) = found {
            *part = found.clone();
        }
    }
}

impl VisitMut for Names {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.within(|names| visit_mut::visit_block_mut(names, block));
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, stmt);
        let Stmt::Local(local) = stmt else { return };
        self.bind(&local.pat);
        if let (Pat::Ident(_), Some(init)) = (&local.pat, &local.init)
            && matches!(*init.expr, Expr::Reference(_) | Expr::Paren(_))
            && is_found_by_place(itself(&init.expr))
            && let Some((_, found)) = self.0.last_mut()
        {
            *found = Some((*init.expr).clone());
        }
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        self.within(|names| {
            names.bind(&arm.pat);
            visit_mut::visit_arm_mut(names, arm);
        });
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::ForLoop(each) => {
                self.visit_expr_mut(&mut each.expr);
                return self.within(|names| {
                    names.bind(&each.pat);
                    names.visit_block_mut(&mut each.body);
                });
            }
            Expr::Closure(closure) => {
                return self.within(|names| {
                    closure.inputs.iter().for_each(|input| names.bind(input));
                    names.visit_expr_mut(&mut closure.body);
                });
            }
            Expr::If(branch) => {
                self.within(|names| {
                    names.visit_expr_mut(&mut branch.cond);
                    names.visit_block_mut(&mut branch.then_branch);
                });
                if let Some((_, otherwise)) = &mut branch.else_branch {
                    self.visit_expr_mut(otherwise);
                }
                return;
            }
            Expr::While(_) => return self.within(|names| visit_mut::visit_expr_mut(names, expr)),
            _ => visit_mut::visit_expr_mut(self, expr),
        }
        match expr {
            Expr::Let(binding) => self.bind(&binding.pat),
            Expr::Assign(assign) => self.inline(&mut assign.right),
            Expr::MethodCall(call) if call.method == "push" || call.method == "insert" => {
                if let Some(part) = call.args.last_mut() {
                    self.inline(part);
                }
            }
            _ => {}
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Whether this is what finds a part by its place, which does not change.
fn is_found_by_place(part: &Expr) -> bool {
    let is_fresh = |name: &Ident| name.to_string().starts_with("__place");
    let is_place = |field: &Expr| match field {
        Expr::Field(field) => {
            name_of(&field.base).is_some_and(|name| name.to_string().starts_with("__place"))
        }
        _ => false,
    };
    match part {
        Expr::Index(access) => is_place(&access.index) || name_of(&access.index).is_some_and(is_fresh),
        Expr::Match(matched) => is_place(&matched.expr),
        part => is_field(part),
    }
}

/// Whether this is a field of the module, or of a field.
pub(super) fn is_field(part: &Expr) -> bool {
    let Expr::Field(field) = part else { return false };
    is_self_alone(&field.base) || is_field(&field.base)
}

fn name_of(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}
