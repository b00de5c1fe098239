//! The names that a body gives to parts of the module: in loops over lists of them, closures, `let` and `if let`.

use proc_macro2::Ident;
use syn::{
    Expr, ExprClosure, ExprForLoop, ExprLet, ExprMethodCall, FnArg, ImplItemFn, Item, Local, Pat, PatIdent,
};

use crate::visit::{self, Visit};

/// Methods of lists, iterators and options that keep their items.
const KEEPING: [&str; 18] = [
    "as_ref",
    "chain",
    "cycle",
    "expect",
    "filter",
    "first",
    "get",
    "into_iter",
    "iter",
    "last",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take",
    "take_while",
    "unwrap",
];

/// Methods whose closure takes an item.
const TAKING: [&str; 13] = [
    "all",
    "any",
    "filter_map",
    "find_map",
    "flat_map",
    "for_each",
    "inspect",
    "map",
    "map_while",
    "map_or",
    "and_then",
    "position",
    "try_for_each",
];

/// Where the part that has a name comes from.
#[derive(Clone)]
pub(super) enum Origin {
    /// This place.
    Place(Expr),
    /// The items of this list.
    Items(Expr),
    /// Several places.
    Several,
}

/// Returns the names that certainly stand for parts, each as often as it is bound. `is_part` judges an expression without these names.
pub(super) fn with_origins(function: &ImplItemFn, is_part: &dyn Fn(&Expr) -> bool) -> Vec<(Ident, Origin)> {
    let mut names = PartNames { is_part, parts: Vec::new(), named: Vec::new() };
    for input in &function.sig.inputs {
        if let FnArg::Typed(input) = input {
            names.visit_pat(&input.pat);
        }
    }
    names.visit_block(&function.block);
    let PartNames { parts, named, .. } = names;
    let is_certain = |name: &Ident| {
        parts.iter().filter(|(other, _)| other == name).count()
            == named.iter().filter(|other| *other == name).count()
    };
    parts.iter().filter(|(name, _)| is_certain(name)).cloned().collect()
}

/// Each name that a method binds, as often as it does.
pub(super) fn bindings(function: &ImplItemFn) -> Vec<Ident> {
    let mut names = PartNames { is_part: &|_| false, parts: Vec::new(), named: Vec::new() };
    names.visit_signature(&function.sig);
    names.visit_block(&function.block);
    names.named
}

struct PartNames<'p> {
    is_part: &'p dyn Fn(&Expr) -> bool,
    /// Each binding of a part.
    parts: Vec<(Ident, Origin)>,
    /// Each binding of anything.
    named: Vec<Ident>,
}

impl PartNames<'_> {
    /// Whether an expression is a part, or has such items.
    fn has_parts(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.has_parts(&inner.expr),
            Expr::Reference(inner) => self.has_parts(&inner.expr),
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.parts.iter().any(|(part, _)| part == name))
            }
            Expr::Array(list) => !list.elems.is_empty() && list.elems.iter().all(|part| self.has_parts(part)),
            Expr::Field(_) | Expr::Index(_) => (self.is_part)(expr),
            Expr::MethodCall(call) => {
                KEEPING.iter().any(|name| call.method == name) && self.has_parts(&call.receiver)
            }
            _ => false,
        }
    }

    /// Where an expression that is a part, or has such items, takes them from.
    fn origin(&self, expr: &Expr) -> Origin {
        match expr {
            Expr::Paren(inner) => self.origin(&inner.expr),
            Expr::Reference(inner) => self.origin(&inner.expr),
            Expr::Path(path) => {
                let bound = self.parts.iter().rev().find(|(name, _)| path.path.is_ident(name));
                bound.map_or(Origin::Several, |(_, origin)| origin.clone())
            }
            Expr::Field(_) | Expr::Index(_) => Origin::Place(expr.clone()),
            Expr::MethodCall(call) if call.method != "chain" => match self.origin(&call.receiver) {
                Origin::Place(list) => Origin::Items(list),
                other => other,
            },
            _ => Origin::Several,
        }
    }

    /// Binds the items of a list or an option.
    fn bind_item(&mut self, pattern: &Pat, items: &Expr) {
        let before = self.parts.len();
        self.bind(pattern, items);
        for (_, origin) in &mut self.parts[before..] {
            if let Origin::Place(list) = origin {
                *origin = Origin::Items(list.clone());
            }
        }
    }

    /// Binds what `items` has.
    fn bind(&mut self, pattern: &Pat, items: &Expr) {
        match (pattern, items) {
            (Pat::Tuple(pair), Expr::MethodCall(call)) if pair.elems.len() == 2 => {
                if call.method == "enumerate" {
                    self.bind(&pair.elems[1], &call.receiver);
                } else if let Some(other) = call.args.first().filter(|_| call.method == "zip") {
                    self.bind(&pair.elems[0], &call.receiver);
                    self.bind(&pair.elems[1], other);
                } else if KEEPING.iter().any(|name| call.method == name) {
                    self.bind(pattern, &call.receiver);
                }
            }
            (Pat::Ident(name), items) if self.has_parts(items) => {
                self.parts.push((name.ident.clone(), self.origin(items)));
            }
            (Pat::Reference(inner), items) => self.bind(&inner.pat, items),
            (Pat::TupleStruct(inner), items) if inner.elems.len() == 1 => {
                self.bind_item(&inner.elems[0], items)
            }
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for PartNames<'_> {
    fn visit_expr_for_loop(&mut self, each: &'ast ExprForLoop) {
        self.bind_item(&each.pat, &each.expr);
        visit::visit_expr_for_loop(self, each);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        if let Some(init) = &local.init {
            self.bind(&local.pat, &init.expr);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_let(&mut self, condition: &'ast ExprLet) {
        self.bind(&condition.pat, &condition.expr);
        visit::visit_expr_let(self, condition);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if let Some(Expr::Closure(ExprClosure { inputs, .. })) = call.args.last() {
            let takes = match inputs.len() {
                1 => TAKING.iter().any(|name| call.method == name),
                2 => call.method == "fold" || call.method == "try_fold",
                _ => false,
            };
            if let Some(item) = inputs.last().filter(|_| takes) {
                self.bind_item(item, &call.receiver);
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_pat_ident(&mut self, name: &'ast PatIdent) {
        self.named.push(name.ident.clone());
        visit::visit_pat_ident(self, name);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// The names that loops alone give to items of lists, which have a place in them.
pub(super) fn of_loops(function: &ImplItemFn) -> Vec<Ident> {
    #[derive(Default)]
    struct Loops {
        items: Vec<Ident>,
        others: Vec<Ident>,
    }
    impl<'ast> Visit<'ast> for Loops {
        fn visit_expr_for_loop(&mut self, each: &'ast ExprForLoop) {
            let (in_order, names) = (is_in_order(&each.expr), bound(&each.pat));
            if in_order {
                self.items.extend(names)
            } else {
                self.others.extend(names)
            }
            self.visit_expr(&each.expr);
            self.visit_block(&each.body);
        }

        fn visit_local(&mut self, local: &'ast Local) {
            if let Some(init) = &local.init {
                self.visit_expr(&init.expr);
            }
        }

        fn visit_pat_ident(&mut self, name: &'ast PatIdent) {
            self.others.push(name.ident.clone());
        }

        fn visit_item(&mut self, _: &'ast Item) {}
    }
    let mut loops = Loops::default();
    loops.visit_block(&function.block);
    loops.items.retain(|name| !loops.others.contains(name));
    loops.items
}

/// Whether an iterator yields items of a list by their order in it.
fn is_in_order(iterator: &Expr) -> bool {
    match iterator {
        Expr::Reference(_) | Expr::Path(_) => true,
        Expr::MethodCall(call) => match &*call.method.to_string() {
            "iter" => true,
            "rev" | "skip" | "take" | "step_by" | "enumerate" => is_in_order(&call.receiver),
            _ => false,
        },
        _ => false,
    }
}

/// The names that a pattern binds.
fn bound(pattern: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, name: &'ast PatIdent) {
            self.0.push(name.ident.clone());
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}
