//! Detection of code that may carry a gradient: it mentions a value that does, or a part of the module.

use crate::visit::{self, Visit};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{BinOp, Expr, Ident, Token};

use super::lower::borrowed::root;
use super::lower::expression::itself;
use super::lower::free;
use super::scope::{Binding, Scope};
use super::this::{is_self, is_self_alone};

/// Whether a call queries a size or a shape, which carries no gradient. A method of the module itself may have such a name.
pub(super) fn is_query(call: &syn::ExprMethodCall) -> bool {
    call.args.is_empty() && !is_self_alone(&call.receiver) && is_named_as_query(&call.method)
}

/// Whether a method has the name of one that queries a size or a shape.
pub(super) fn is_named_as_query(method: &Ident) -> bool {
    [
        "rows",
        "columns",
        "features",
        "shape",
        "len",
        "is_empty",
        "is_some",
        "is_none",
        "is_ok",
        "is_err",
        "capacity",
        "is_nan",
        "is_finite",
        "is_infinite",
        "is_sign_negative",
        "is_sign_positive",
    ]
    .contains(&&*method.to_string())
}

/// The number of tokens after a name that name fields of it, such as `.state.steps`.
pub(super) fn fields_after(rest: &[TokenTree]) -> usize {
    let mut count = 0;
    while let [TokenTree::Punct(dot), field, after @ ..] = &rest[count..] {
        let is_call = matches!(after.first(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
            || matches!(after.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        let is_field = match field {
            TokenTree::Ident(name) => name != "await",
            TokenTree::Literal(index) => {
                index.to_string().chars().all(|digit| digit.is_ascii_digit() || digit == '.')
            }
            _ => false,
        };
        if dot.as_char() != '.' || !is_field || is_call {
            break;
        }
        count += 2;
    }
    count
}

/// Whether the tokens after a name ask for a size, as in `name.len()`.
pub(super) fn is_question(rest: &[TokenTree]) -> bool {
    match rest {
        [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(arguments), ..] => {
            dot.as_char() == '.'
                && is_named_as_query(method)
                && arguments.delimiter() == Delimiter::Parenthesis
                && arguments.stream().is_empty()
        }
        _ => false,
    }
}

/// The number of tokens after a name that find a part of it and ask for its size, as in `name[0].rows()`.
pub(super) fn query_after(rest: &[TokenTree]) -> Option<usize> {
    let mut end = fields_after(rest);
    while !is_question(&rest[end..]) {
        end += match &rest[end..] {
            [TokenTree::Group(index), ..] if index.delimiter() == Delimiter::Bracket => 1,
            [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(arguments), ..]
                if dot.as_char() == '.'
                    && arguments.delimiter() == Delimiter::Parenthesis
                    && READERS.iter().any(|reader| method == reader) =>
            {
                3
            }
            _ => return None,
        };
        end += fields_after(&rest[end..]);
    }
    Some(end + 3)
}

/// Whether an operator is a comparison, whose result carries no gradient.
pub(super) fn is_comparison(op: &BinOp) -> bool {
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

/// Whether an operator combines flags.
pub(super) fn is_junction(op: &BinOp) -> bool {
    matches!(op, BinOp::And(_) | BinOp::Or(_))
}

/// Whether an operator combines masks or flags, each of which is evaluated.
pub(super) fn is_bitwise(op: &BinOp) -> bool {
    matches!(op, BinOp::BitAnd(_) | BinOp::BitOr(_) | BinOp::BitXor(_))
}

/// Whether an operand of a comparison is only read: it calls nothing that may keep it.
fn is_simple(operand: &Expr) -> bool {
    match operand {
        Expr::Path(_) | Expr::Lit(_) => true,
        Expr::Paren(inner) => is_simple(&inner.expr),
        Expr::Reference(inner) => is_simple(&inner.expr),
        Expr::Unary(inner) => is_simple(&inner.expr),
        Expr::Field(field) => is_simple(&field.base),
        Expr::Index(index) => is_simple(&index.expr) && is_simple_index(&index.index),
        Expr::MethodCall(call) => {
            let reads = is_query(call) || READERS.contains(&&*call.method.to_string());
            reads && is_simple(&call.receiver) && call.args.iter().all(is_simple_index)
        }
        _ => false,
    }
}

/// Methods that pass on a part of a list or an option, and do nothing else.
const READERS: [&str; 8] = ["iter", "as_slice", "as_ref", "first", "last", "get", "unwrap", "expect"];

/// Whether the index of a list, or the argument of a reader, is computed from numbers, names and sizes.
fn is_simple_index(index: &Expr) -> bool {
    match index {
        Expr::Binary(binary) => is_simple_index(&binary.left) && is_simple_index(&binary.right),
        Expr::Range(range) => {
            [&range.start, &range.end].into_iter().flatten().all(|end| is_simple_index(end))
        }
        Expr::Paren(inner) => is_simple_index(&inner.expr),
        Expr::Cast(cast) => is_simple_index(&cast.expr),
        index => is_simple(index),
    }
}

/// Whether a function is `stop_gradient`.
pub(super) fn is_cut(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "stop_gradient"))
}

/// The parts of an expression that may carry a gradient.
#[derive(Default)]
pub(super) struct Mentions {
    /// Values, by name.
    pub(super) values: Vec<Ident>,
    /// Fields of values, such as `state.steps`, by the name of the value.
    pub(super) fields: Vec<Ident>,
    /// Parts of the module.
    pub(super) parts: Vec<Expr>,
}

impl Mentions {
    /// Whether a value is mentioned, or a field of one.
    pub(super) fn has_values(&self) -> bool {
        !self.values.is_empty() || !self.fields.is_empty()
    }
}

/// Finds what in `expr` may carry a gradient.
pub(super) fn of(scope: &Scope, expr: &Expr) -> Mentions {
    let mut finder = Finder { scope, bound: Vec::new(), is_in_closure: false, found: Mentions::default() };
    finder.visit_expr(expr);
    finder.found
}

/// Whether `expr` may carry a gradient, including one to a parameter that it uses as a value.
pub(super) fn carries(scope: &Scope, expr: &Expr) -> bool {
    let found = of(scope, expr);
    found.has_values() || !found.parts.is_empty()
}

/// Whether `expr` is a part of the module.
pub(super) fn is_module(scope: &Scope, expr: &Expr) -> bool {
    match expr {
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| {
            let name = name.to_string();
            is_self(&name) || matches!(scope.get(&name), Some(Binding::Module(_)))
        }),
        Expr::Field(field) => match (&*field.base, &field.member) {
            (Expr::Path(path), syn::Member::Unnamed(index))
                if let Some(Binding::Tuple(parts)) =
                    path.path.get_ident().and_then(|name| scope.get(&name.to_string())) =>
            {
                let part = parts.get(index.index as usize);
                part.is_some_and(|part| matches!(scope.get(&part.to_string()), Some(Binding::Module(_))))
            }
            _ => is_module(scope, &field.base),
        },
        Expr::Index(index) => is_module(scope, &index.expr),
        Expr::Paren(paren) => is_module(scope, &paren.expr),
        Expr::Reference(reference) => is_module(scope, &reference.expr),
        _ => false,
    }
}

/// Returns the expressions between the brackets of `vec![..]`, if there are only expressions.
pub(super) fn elements_of_vec(mac: &syn::Macro) -> Option<Vec<Expr>> {
    let elements = |input: ParseStream<'_>| {
        let mut elements = Vec::new();
        while !input.is_empty() {
            elements.push(input.parse()?);
            if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
                input.parse::<Token![;]>()?;
            }
        }
        Ok(elements)
    };
    elements.parse2(mac.tokens.clone()).ok()
}

struct Finder<'s> {
    scope: &'s Scope,
    /// The names that the expression itself binds, which hide others.
    bound: Vec<Ident>,
    is_in_closure: bool,
    found: Mentions,
}

impl Finder<'_> {
    fn is_bound(&self, name: &Ident) -> bool {
        self.bound.contains(name)
    }

    /// Visits what follows a pattern, in the scope of its names.
    fn within<'p>(
        &mut self,
        patterns: impl IntoIterator<Item = &'p syn::Pat>,
        visit: impl FnOnce(&mut Self),
    ) {
        let outer = self.bound.len();
        for pattern in patterns {
            self.bound.extend(free::bound(pattern));
        }
        visit(self);
        self.bound.truncate(outer);
    }

    fn name(&mut self, name: &Ident) {
        if self.is_bound(name) {
            return;
        }
        match self.scope.get(&name.to_string()) {
            Some(Binding::Tuple(parts)) => parts.iter().for_each(|part| self.name(part)),
            Some(Binding::Module(_)) => self.found.parts.push(syn::parse_quote!(#name)),
            // A function that is passed may be a closure, which captures values.
            Some(Binding::Var(_) | Binding::Closure(_) | Binding::Passed) => {
                self.found.values.push(name.clone())
            }
            _ => {}
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (position, token) in tokens.iter().cloned().enumerate() {
            match token {
                TokenTree::Ident(ident)
                    if matches!(
                        self.scope.get(&ident.to_string()),
                        Some(Binding::Var(_) | Binding::Closure(_) | Binding::Passed)
                    ) && !self.is_bound(&ident) =>
                {
                    let after = &tokens[position + 1..];
                    if fields_after(after) > 0 {
                        self.found.fields.push(ident);
                    } else if query_after(after).is_none() {
                        self.found.values.push(ident);
                    }
                }
                TokenTree::Group(group) => {
                    let before = position.checked_sub(1).map(|before| &tokens[before]);
                    if !matches!(before, Some(TokenTree::Ident(name)) if name == "stop_gradient") {
                        self.tokens(group.stream());
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let is_hidden = !self.bound.is_empty()
            && matches!(root(expr), Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.is_bound(name)));
        if is_hidden || !is_module(self.scope, expr) {
            return visit::visit_expr(self, expr);
        }
        let mut part = expr;
        while let Expr::Reference(reference) = part {
            part = &reference.expr;
        }
        self.found.parts.push(part.clone());
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        let mut base = &*field.base;
        while let Expr::Field(inner) = base {
            base = &inner.base;
        }
        match base {
            Expr::Path(path)
                if path.path.get_ident().is_some_and(|name| {
                    matches!(self.scope.get(&name.to_string()), Some(Binding::Var(_))) && !self.is_bound(name)
                }) =>
            {
                self.found.fields.extend(path.path.get_ident().cloned());
            }
            _ => visit::visit_expr_field(self, field),
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(name) = path.path.get_ident() {
            self.name(name);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if !is_query(call) {
            return visit::visit_expr_method_call(self, call);
        }
        if !is_simple(&call.receiver) {
            self.visit_expr(&call.receiver);
        }
        for argument in &call.args {
            self.visit_expr(argument);
        }
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let outer = std::mem::replace(&mut self.is_in_closure, true);
        self.within(&closure.inputs, |this| this.visit_expr(&closure.body));
        self.is_in_closure = outer;
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.within([&arm.pat], |this| visit::visit_arm(this, arm));
    }

    fn visit_expr_for_loop(&mut self, for_loop: &'ast syn::ExprForLoop) {
        self.visit_expr(&for_loop.expr);
        self.within([&*for_loop.pat], |this| this.visit_block(&for_loop.body));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.within([], |this| visit::visit_block(this, block));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        self.bound.extend(free::bound(&local.pat));
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if !is_cut(&call.func) {
            visit::visit_expr_call(self, call);
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        for operand in [&binary.left, &binary.right] {
            // In a closure that is kept as written, an element of a parameter could not be compared.
            let is_element = self.is_in_closure
                && matches!(itself(operand), Expr::Index(_))
                && is_module(self.scope, operand);
            if !(is_comparison(&binary.op) && is_simple(operand)) || is_element {
                self.visit_expr(operand);
            }
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let is_vec = mac.path.segments.last().is_some_and(|last| last.ident == "vec");
        if is_vec && let Some(elements) = elements_of_vec(mac) {
            for element in &elements {
                let found = of(self.scope, element);
                self.found.values.extend(found.values);
                self.found.fields.extend(found.fields);
                self.found.parts.extend(found.parts);
            }
            return;
        }
        self.tokens(mac.tokens.to_token_stream());
    }
}

/// Whether a macro never returns.
pub(super) fn is_panic(mac: &syn::Macro) -> bool {
    let names = ["panic", "unreachable", "todo", "unimplemented"];
    mac.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}
