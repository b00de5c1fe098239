//! From the user's statements to the model.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Member, Pat, Path, Stmt, UnOp};

use super::iterate;
use super::mentions;
use super::method::Method;
use super::model::{Block, Branch, Call, Operand, Out, Shape, Step, Target, Var};
use super::scope::{Binding, ModulePath, Scope};
use crate::errors::Errors;

/// Whether a method asks for a size, or anything else that carries no gradient.
pub(super) fn is_query(method: &Ident) -> bool {
    ["rows", "features", "shape", "len", "is_empty"].iter().any(|query| method == query)
}

/// Whether an operator compares: its result carries no gradient.
pub(super) fn is_comparison(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::Eq(_)
            | BinOp::Ne(_)
            | BinOp::Lt(_)
            | BinOp::Le(_)
            | BinOp::Gt(_)
            | BinOp::Ge(_)
            | BinOp::And(_)
            | BinOp::Or(_)
    )
}

/// A lowered body.
pub(super) struct Body {
    pub(super) block: Block,
    /// The name of each variable in the forward pass; the arguments come first.
    pub(super) names: Vec<TokenStream>,
}

/// Lowers the body of a method.
pub(super) fn method(krate: &Path, method: &Method, errors: &mut Errors) -> Body {
    let mut promoted = HashSet::new();
    loop {
        let known = promoted.len();
        let mut found = Errors::default();
        let mut lower = Lower {
            krate,
            errors: &mut found,
            scope: Scope::default(),
            names: Vec::new(),
            steps: Vec::new(),
            promoted: &mut promoted,
            indices: 0,
            loop_indices: Vec::new(),
        };
        lower.scope.enter();
        for argument in &method.arguments {
            let var = lower.var(&argument.name);
            let binding = if argument.active { Binding::Var(var) } else { Binding::Plain };
            lower.scope.bind(&argument.name, binding);
        }
        let block = lower.block(&method.function.block);
        let names = lower.names;
        // What is assigned a gradient late carries one from its declaration on.
        if promoted.len() == known {
            errors.append(found);
            return Body { block, names };
        }
    }
}

/// Lowers one body.
pub(super) struct Lower<'a> {
    pub(super) krate: &'a Path,
    pub(super) errors: &'a mut Errors,
    pub(super) scope: Scope,
    /// The name of each variable in the forward pass.
    pub(super) names: Vec<TokenStream>,
    pub(super) steps: Vec<Step>,
    /// The `let mut` that start without a gradient and are given one later, by their place in the source.
    pub(super) promoted: &'a mut HashSet<String>,
    pub(super) indices: usize,
    /// The indices that the head of the current loop binds.
    pub(super) loop_indices: Vec<Ident>,
}

impl Lower<'_> {
    pub(super) fn var(&mut self, name: impl ToTokens) -> Var {
        self.names.push(name.to_token_stream());
        Var(self.names.len() - 1)
    }

    fn temporary(&mut self) -> Var {
        let var = Var(self.names.len());
        self.var(var.value())
    }

    /// A block in a scope of its own.
    pub(super) fn block(&mut self, block: &syn::Block) -> Block {
        self.scope.enter();
        let lowered = self.block_here(block);
        self.scope.leave();
        lowered
    }

    /// A block in the current scope.
    pub(super) fn block_here(&mut self, block: &syn::Block) -> Block {
        let outer = std::mem::take(&mut self.steps);
        let mut tail = Operand::unit();
        for (position, stmt) in block.stmts.iter().enumerate() {
            match stmt {
                Stmt::Expr(expr, None) if position + 1 == block.stmts.len() => tail = self.expr(expr),
                stmt => self.stmt(stmt),
            }
        }
        Block { steps: std::mem::replace(&mut self.steps, outer), tail }
    }

    fn plain(&mut self, tokens: impl ToTokens) {
        self.steps.push(Step::Plain(tokens.to_token_stream()));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Local(local) => self.local(local),
            Stmt::Item(item) => self.plain(item),
            Stmt::Macro(mac) => self.plain(mac),
            Stmt::Expr(Expr::Assign(assign), _) => {
                self.assign(&assign.left, |this| this.expr(&assign.right), stmt)
            }
            Stmt::Expr(Expr::Binary(binary), _) if compound(&binary.op).is_some() => {
                let Some(op) = compound(&binary.op) else { return };
                if self.is_plain(&binary.left) && self.is_plain(&binary.right) {
                    return self.plain(stmt);
                }
                self.assign(
                    &binary.left,
                    |this| this.operator(&binary.left, &op, &binary.right, binary),
                    stmt,
                );
            }
            Stmt::Expr(expr, _) => {
                let Operand { expr, .. } = self.expr(expr);
                self.plain(quote!(let _ = #expr;));
            }
        }
    }

    fn local(&mut self, local: &syn::Local) {
        let Some(init) = &local.init else {
            return self.errors.at(local, "give this variable a value where it is declared");
        };
        if let Some((else_token, _)) = &init.diverge {
            return self
                .errors
                .at(else_token, "`let .. else` is outside the differentiable subset; use `match`");
        }
        let (pattern, ty) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some(&typed.ty)),
            pattern => (pattern, None),
        };
        let annotate = |pattern: TokenStream| match ty {
            Some(ty) => quote!(#pattern: #ty),
            None => pattern,
        };
        if let Pat::Ident(name) = pattern
            && let Some(module) = self.module_path(&init.expr)
            && is_module_alias(&init.expr)
        {
            self.plain(local);
            let view = name.ident.to_token_stream();
            self.scope.bind(&name.ident, Binding::Module(ModulePath { view, steps: module.steps }));
            return;
        }
        let value = self.expr(&init.expr);
        if value.is_plain() && !self.is_promoted(pattern) {
            let (expr, pattern_tokens) = (&value.expr, annotate(pattern.to_token_stream()));
            self.plain(quote!(let #pattern_tokens = #expr;));
            self.bind_plain(pattern);
            if let Pat::Ident(name) = pattern
                && name.mutability.is_some()
            {
                self.scope.bind(&name.ident, Binding::Mutable(place(&name.ident)));
            }
            return;
        }
        let Some(out) = self.out(pattern) else { return };
        let annotated = annotate(pattern.to_token_stream());
        // The result of a call is bound where it is computed.
        if ty.is_none()
            && let Some(Step::Call(call)) = self.steps.last_mut()
            && call.pattern.is_none()
            && matches!(value.target, Target::Var(var) if var == call.var)
            && call.var.value() == value.expr.to_string().as_str()
        {
            call.pattern = Some(annotated);
            call.out = out;
            return;
        }
        self.steps.push(Step::Bind { pattern: annotated, out, value });
    }

    fn is_promoted(&self, pattern: &Pat) -> bool {
        matches!(pattern, Pat::Ident(name) if self.promoted.contains(&place(&name.ident)))
    }

    /// Binds the names of a pattern to values that may carry a gradient.
    fn out(&mut self, pattern: &Pat) -> Option<Out> {
        Some(match pattern {
            Pat::Wild(_) => Out::Nothing,
            Pat::Paren(paren) => self.out(&paren.pat)?,
            Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
                let var = self.var(&name.ident);
                self.scope.bind(&name.ident, Binding::Var(var));
                Out::Var(var)
            }
            Pat::Tuple(tuple) => {
                Out::Tuple(tuple.elems.iter().map(|part| self.out(part)).collect::<Option<_>>()?)
            }
            _ => {
                self.errors.at(
                    pattern,
                    "a value that carries a gradient is bound to a name, or taken apart as a tuple",
                );
                return None;
            }
        })
    }

    /// Binds the names of a pattern to values that carry none.
    pub(super) fn bind_plain(&mut self, pattern: &Pat) {
        struct Names(Vec<Ident>);
        impl<'ast> syn::visit::Visit<'ast> for Names {
            fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
                self.0.push(pattern.ident.clone());
                syn::visit::visit_pat_ident(self, pattern);
            }
        }
        let mut names = Names(Vec::new());
        syn::visit::Visit::visit_pat(&mut names, pattern);
        for name in names.0 {
            self.scope.bind(&name, Binding::Plain);
        }
    }

    fn assign(&mut self, left: &Expr, value: impl FnOnce(&mut Self) -> Operand, stmt: &Stmt) {
        let name = match left {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        let Some(name) = name else {
            if self.is_plain(left)
                && matches!(stmt, Stmt::Expr(Expr::Assign(a), _) if self.is_plain(&a.right))
            {
                return self.plain(stmt);
            }
            return self.errors.at(
                left,
                "a part of a value cannot be assigned in a differentiable body; compute the whole anew",
            );
        };
        let binding = self.scope.get(&name.to_string()).cloned();
        let value = value(self);
        match binding {
            Some(Binding::Var(var)) => {
                self.steps.push(Step::Assign { name: name.to_token_stream(), var, value });
            }
            _ if value.is_plain() => {
                let expr = value.expr;
                self.plain(quote!(#name = #expr;));
            }
            Some(Binding::Mutable(place)) => {
                self.promoted.insert(place);
            }
            _ => self.errors.at(
                name,
                format_args!(
                    "`{name}` is given a value that carries a gradient; declare it with `let mut` here"
                ),
            ),
        }
    }

    /// Whether an expression carries no gradient, not even to a parameter.
    pub(super) fn is_plain(&self, expr: &Expr) -> bool {
        !mentions::carries(&self.scope, expr)
    }

    /// An expression that must carry none, or a report of what it mentions.
    pub(super) fn plain_expr(&mut self, expr: &Expr, message: &str) -> Operand {
        if let Some(name) = mentions::active(&self.scope, expr) {
            self.errors.at(&name, format_args!("`{name}` carries a gradient, and {message}"));
        }
        Operand::plain(expr.to_token_stream())
    }

    pub(super) fn expr(&mut self, expr: &Expr) -> Operand {
        match expr {
            Expr::Paren(inner) => {
                let Operand { expr, target } = self.expr(&inner.expr);
                Operand { expr: quote!((#expr)), target }
            }
            Expr::Group(inner) => self.expr(&inner.expr),
            Expr::Path(path) => {
                match path.path.get_ident().and_then(|name| self.scope.get(&name.to_string())) {
                    Some(Binding::Var(var)) => {
                        Operand { expr: path.to_token_stream(), target: Target::Var(*var) }
                    }
                    Some(Binding::Module(module)) => Operand {
                        expr: path.to_token_stream(),
                        target: Target::Parameter(module.steps.clone()),
                    },
                    _ => Operand::plain(path.to_token_stream()),
                }
            }
            Expr::Reference(reference) => {
                let Operand { expr: inner, target } = self.expr(&reference.expr);
                if let (Some(mutability), false) = (&reference.mutability, matches!(target, Target::Nothing))
                {
                    self.errors.at(
                        mutability,
                        "a value that carries a gradient cannot be borrowed mutably; return the new value instead",
                    );
                }
                let (and, mutability) = (&reference.and_token, &reference.mutability);
                Operand { expr: quote!(#and #mutability #inner), target }
            }
            Expr::Unary(unary) => match unary.op {
                UnOp::Neg(_) if !self.is_plain(&unary.expr) => self.negate(unary),
                UnOp::Deref(star) => {
                    let Operand { expr, target } = self.expr(&unary.expr);
                    Operand { expr: quote!(#star #expr), target }
                }
                _ => self.plain_expr(expr, "`!` does not"),
            },
            Expr::Binary(binary) if is_comparison(&binary.op) => Operand::plain(expr.to_token_stream()),
            Expr::Binary(binary) if self.is_plain(expr) => Operand::plain(binary.to_token_stream()),
            Expr::Binary(binary) => self.operator(&binary.left, &binary.op, &binary.right, binary),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Call(call) => self.call(call),
            Expr::Tuple(tuple) => {
                let parts: Vec<_> = tuple.elems.iter().map(|part| self.expr(part)).collect();
                let plain = parts.iter().all(Operand::is_plain);
                let (exprs, targets): (Vec<_>, Vec<_>) =
                    parts.into_iter().map(|part| (part.expr, part.target)).unzip();
                let expr = quote!((#(#exprs,)*));
                if plain { Operand::plain(expr) } else { Operand { expr, target: Target::Tuple(targets) } }
            }
            Expr::Field(field) => self.field(field),
            Expr::Index(_) if let Some(module) = self.module_path(expr) => {
                Operand { expr: module.view, target: Target::Parameter(module.steps) }
            }
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) if self.is_plain(expr) => {
                Operand::plain(expr.to_token_stream())
            }
            Expr::If(branch) => self.if_else(branch),
            Expr::Match(branch) => self.match_arms(branch),
            Expr::Block(inner) => {
                let arms = vec![self.block(&inner.block)];
                self.branch(arms, Shape::Block)
            }
            Expr::ForLoop(_) | Expr::While(_) if self.is_plain(expr) => {
                self.plain(quote!(#expr));
                Operand::unit()
            }
            Expr::ForLoop(for_loop) => self.for_loop(for_loop),
            Expr::While(while_loop) => self.while_loop(while_loop),
            _ => self.unsupported(expr),
        }
    }

    /// Constructs that are kept where they carry no gradient, and refused where they do.
    fn unsupported(&mut self, expr: &Expr) -> Operand {
        let refused = |this: &mut Self, tokens: &dyn ToTokens, message: &str| {
            this.errors
                .at(tokens.to_token_stream(), format_args!("{message} is outside the differentiable subset"));
            Operand::plain(quote!(::core::unreachable!()))
        };
        match expr {
            Expr::Return(inner) => refused(
                self,
                &inner.return_token,
                "`return` (write the result as the last expression, or branch with `if`)",
            ),
            Expr::Break(inner) => {
                refused(self, &inner.break_token, "`break` (bound the loop by a condition)")
            }
            Expr::Continue(inner) => refused(self, &inner.continue_token, "`continue` (use `if`)"),
            Expr::Try(inner) => {
                refused(self, &inner.question_token, "`?` (check before, and pass on what is there)")
            }
            Expr::Loop(inner) => refused(self, &inner.loop_token, "`loop` (use `for` or `while`)"),
            Expr::Unsafe(inner) => refused(self, &inner.unsafe_token, "`unsafe`"),
            Expr::Async(inner) => refused(self, &inner.async_token, "`async`"),
            Expr::Await(inner) => refused(self, &inner.await_token, "`.await`"),
            Expr::Closure(_) => {
                self.plain_expr(expr, "a closure cannot capture it; pass what the closure computes")
            }
            Expr::Cast(_) => self.plain_expr(expr, "a cast loses it"),
            Expr::Index(_) => {
                self.plain_expr(expr, "an index into it loses it; use an operation such as `slice`")
            }
            Expr::Macro(_) => self.plain_expr(expr, "a macro in an expression loses it"),
            Expr::Array(_) | Expr::Repeat(_) => self.plain_expr(expr, "an array loses it; use a tuple"),
            Expr::Struct(_) => self.plain_expr(expr, "a struct loses it; use a tuple"),
            _ => self.plain_expr(expr, "this expression loses it"),
        }
    }

    /// The part of the module that an expression names.
    pub(super) fn module_path(&mut self, expr: &Expr) -> Option<ModulePath> {
        match expr {
            Expr::Path(path) => {
                let name = path.path.get_ident()?;
                if name == "self" {
                    return Some(ModulePath::itself());
                }
                match self.scope.get(&name.to_string()) {
                    Some(Binding::Module(module)) => Some(module.clone()),
                    _ => None,
                }
            }
            Expr::Paren(inner) => self.module_path(&inner.expr),
            Expr::Reference(inner) => self.module_path(&inner.expr),
            Expr::Field(field) => {
                let (dot, member) = (&field.dot_token, &field.member);
                Some(self.module_path(&field.base)?.step(&quote!(#dot #member)))
            }
            Expr::Index(access) => {
                let base = self.module_path(&access.expr)?;
                let index = &access.index;
                if matches!(**index, Expr::Lit(_)) {
                    return Some(base.step(&quote!([#index])));
                }
                let name = self.index();
                let value = self.plain_expr(index, "an index does not").expr;
                self.steps.push(Step::Index { name: name.clone(), value });
                Some(base.step(&quote!([#name])))
            }
            _ => None,
        }
    }

    /// A name for an index that the backward pass needs again.
    pub(super) fn index(&mut self) -> Ident {
        self.indices += 1;
        format_ident!("index{}", self.indices, span = Span::mixed_site())
    }

    /// Emits a call, and returns its result.
    fn emit(
        &mut self,
        callee: TokenStream,
        gradient: Option<TokenStream>,
        arguments: Vec<TokenStream>,
        targets: Vec<Target>,
    ) -> Operand {
        let var = self.temporary();
        let out = Out::Var(var);
        self.steps.push(Step::Call(Call { var, pattern: None, out, callee, gradient, arguments, targets }));
        Operand { expr: var.value().to_token_stream(), target: Target::Var(var) }
    }

    fn operator(&mut self, left: &Expr, op: &BinOp, right: &Expr, whole: &syn::ExprBinary) -> Operand {
        let (companion, method) = match op {
            BinOp::Add(_) => ("AddVjp", "add_vjp"),
            BinOp::Sub(_) => ("SubVjp", "sub_vjp"),
            BinOp::Mul(_) => ("MulVjp", "mul_vjp"),
            BinOp::Div(_) => ("DivVjp", "div_vjp"),
            _ => {
                self.errors.at(whole.op, "this operator has no derivative; `+`, `-`, `*` and `/` have one");
                return Operand::unit();
            }
        };
        let (left_value, right_value) = (self.expr(left), self.expr(right));
        let (krate, span) = (self.krate, op.span());
        let (companion, method) = (Ident::new(companion, span), Ident::new(method, span));
        let arguments = vec![self.operand(left, &left_value), self.operand(right, &right_value)];
        let callee = quote_spanned!(span=> #krate::__private::#companion::#method);
        self.emit(callee, None, arguments, vec![left_value.target, right_value.target])
    }

    fn negate(&mut self, unary: &syn::ExprUnary) -> Operand {
        let value = self.expr(&unary.expr);
        let (krate, argument) = (self.krate, self.operand(&unary.expr, &value));
        let callee = quote_spanned!(unary.op.span()=> #krate::__private::NegVjp::neg_vjp);
        self.emit(callee, None, vec![argument], vec![value.target])
    }

    /// An operand behind all references; a literal stays as it is, so that its type can be inferred.
    fn operand(&self, source: &Expr, value: &Operand) -> TokenStream {
        let (krate, expr) = (self.krate, &value.expr);
        let span = source.span();
        if is_literal(source) {
            quote_spanned!(span=> &#expr)
        } else {
            quote_spanned!(span=> #krate::__private::Value::by_ref(&#expr))
        }
    }

    fn method_call(&mut self, call: &syn::ExprMethodCall) -> Operand {
        if is_query(&call.method) {
            return self.query(call);
        }
        let (companion, turbofish) = (companion(&call.method), &call.turbofish);
        if let Some(module) = self.module_path(&call.receiver) {
            let (arguments, targets) = self.arguments(&call.args);
            let (view, steps, gradient) = (&module.view, &module.steps, super::reverse::gradient());
            let dot = &call.dot_token;
            return self.emit(
                quote!(#view #dot #companion #turbofish),
                Some(quote!(::core::clone::Clone::clone(&#gradient #steps))),
                arguments,
                targets,
            );
        }
        let receiver = self.expr(&call.receiver);
        if call.method == "clone" && call.args.is_empty() {
            let (receiver_expr, dot, method) = (&receiver.expr, &call.dot_token, &call.method);
            return Operand { expr: quote!(#receiver_expr #dot #method()), target: receiver.target };
        }
        let (arguments, targets) = self.arguments(&call.args);
        let (receiver_expr, dot, method) = (&receiver.expr, &call.dot_token, &call.method);
        if receiver.is_plain() && targets.iter().all(|target| matches!(target, Target::Nothing)) {
            return Operand::plain(quote!(#receiver_expr #dot #method #turbofish (#(#arguments),*)));
        }
        let targets = [receiver.target].into_iter().chain(targets).collect();
        self.emit(quote!(#receiver_expr #dot #companion #turbofish), None, arguments, targets)
    }

    fn query(&mut self, call: &syn::ExprMethodCall) -> Operand {
        let krate = self.krate;
        for argument in &call.args {
            self.plain_expr(argument, "a size does not");
        }
        let receiver = match self.module_path(&call.receiver) {
            Some(module) => module.view,
            None => self.expr(&call.receiver).expr,
        };
        let (dot, method, args) = (&call.dot_token, &call.method, &call.args);
        let query = quote!(#receiver #dot #method(#args));
        Operand::plain(quote_spanned!(method.span()=> #krate::__private::without_gradient(#query)))
    }

    fn call(&mut self, call: &syn::ExprCall) -> Operand {
        let Expr::Path(function) = &*call.func else {
            return self
                .plain_expr(&Expr::Call(call.clone()), "only a function that is named can pass it on");
        };
        let last = function.path.segments.last();
        if last.is_some_and(|segment| segment.ident == "stop_gradient") {
            let values: Vec<_> = call.args.iter().map(|argument| self.expr(argument).expr).collect();
            return Operand::plain(quote!(#function(#(#values),*)));
        }
        let (arguments, targets) = self.arguments(&call.args);
        if targets.iter().all(|target| matches!(target, Target::Nothing)) {
            return Operand::plain(quote!(#function(#(#arguments),*)));
        }
        if let Some(constructor) = last.filter(|last| last.ident.to_string().starts_with(char::is_uppercase))
        {
            self.errors.at(
                constructor,
                format_args!("a value inside `{}` loses its gradient; use a tuple", constructor.ident),
            );
            return Operand::unit();
        }
        let mut companion_path = function.clone();
        if let Some(last) = companion_path.path.segments.last_mut() {
            last.ident = companion(&last.ident);
        }
        self.emit(companion_path.to_token_stream(), None, arguments, targets)
    }

    fn arguments(
        &mut self,
        arguments: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
    ) -> (Vec<TokenStream>, Vec<Target>) {
        arguments
            .iter()
            .map(|argument| {
                let value = self.expr(argument);
                (value.expr, value.target)
            })
            .unzip()
    }

    fn field(&mut self, field: &syn::ExprField) -> Operand {
        if let Some(module) = self.module_path(&Expr::Field(field.clone())) {
            return Operand { expr: module.view, target: Target::Parameter(module.steps) };
        }
        let base = self.expr(&field.base);
        let (expr, member) = (&base.expr, &field.member);
        let expr = quote!(#expr.#member);
        let target = match (base.target, member) {
            (Target::Nothing, _) => Target::Nothing,
            (Target::Var(var), Member::Unnamed(index)) => Target::Part(var, vec![index.clone()]),
            (Target::Part(var, mut path), Member::Unnamed(index)) => {
                path.push(index.clone());
                Target::Part(var, path)
            }
            (Target::Tuple(parts), Member::Unnamed(index)) if (index.index as usize) < parts.len() => {
                parts[index.index as usize].clone()
            }
            (_, member) => {
                self.errors
                    .at(member, "only the parts of a tuple, `.0` and on, carry a gradient out of a value");
                Target::Nothing
            }
        };
        Operand { expr, target }
    }

    fn branch(&mut self, arms: Vec<Block>, shape: Shape) -> Operand {
        let var = self.temporary();
        self.steps.push(Step::Branch(Branch { var, arms, shape }));
        Operand { expr: var.value().to_token_stream(), target: Target::Var(var) }
    }

    fn if_else(&mut self, branch: &syn::ExprIf) -> Operand {
        let mut conditions = Vec::new();
        let mut arms = Vec::new();
        let mut next = Some(branch);
        while let Some(current) = next.take() {
            self.scope.enter();
            conditions.push(self.condition(&current.cond));
            arms.push(self.block(&current.then_branch));
            self.scope.leave();
            match current.else_branch.as_ref().map(|(_, inner)| &**inner) {
                Some(Expr::If(inner)) => next = Some(inner),
                Some(Expr::Block(inner)) => arms.push(self.block(&inner.block)),
                Some(other) => {
                    let _ = self.unsupported(other);
                }
                None => arms.push(Block { steps: Vec::new(), tail: Operand::unit() }),
            }
        }
        self.branch(arms, Shape::If(conditions))
    }

    /// A condition: comparisons may look at values that carry a gradient; nothing flows through them.
    fn condition(&mut self, condition: &Expr) -> TokenStream {
        if let Expr::Let(binding) = condition {
            self.plain_expr(&binding.expr, "a branch cannot be chosen by it");
            self.bind_plain(&binding.pat);
        } else {
            self.plain_expr(condition, "a branch cannot be chosen by it; compare it");
        }
        condition.to_token_stream()
    }

    fn match_arms(&mut self, branch: &syn::ExprMatch) -> Operand {
        let scrutinee = self.plain_expr(&branch.expr, "a branch cannot be chosen by it; compare it").expr;
        let mut patterns = Vec::new();
        let mut arms = Vec::new();
        for arm in &branch.arms {
            self.scope.enter();
            self.bind_plain(&arm.pat);
            patterns.push(arm.pat.to_token_stream());
            let outer = std::mem::take(&mut self.steps);
            let tail = self.expr(&arm.body);
            arms.push(Block { steps: std::mem::replace(&mut self.steps, outer), tail });
            self.scope.leave();
        }
        self.branch(arms, Shape::Match(scrutinee, patterns))
    }

    fn for_loop(&mut self, for_loop: &syn::ExprForLoop) -> Operand {
        self.scope.enter();
        let outer = std::mem::take(&mut self.loop_indices);
        let head = iterate::head(self, for_loop);
        let indices = std::mem::replace(&mut self.loop_indices, outer);
        let body = self.block(&for_loop.body);
        self.scope.leave();
        self.push_loop(head, &for_loop.label, indices, body)
    }

    fn while_loop(&mut self, while_loop: &syn::ExprWhile) -> Operand {
        self.scope.enter();
        let condition = self.condition(&while_loop.cond);
        let body = self.block(&while_loop.body);
        self.scope.leave();
        self.push_loop(quote!(while #condition), &while_loop.label, Vec::new(), body)
    }

    fn push_loop(
        &mut self,
        head: TokenStream,
        label: &Option<syn::Label>,
        indices: Vec<Ident>,
        body: Block,
    ) -> Operand {
        let var = self.temporary();
        self.steps.push(Step::Loop { var, head, label: label.to_token_stream(), indices, body });
        Operand::unit()
    }
}

/// The companion of a function or method.
fn companion(name: &Ident) -> Ident {
    format_ident!("{}_vjp", name, span = name.span())
}

/// The operator of `+=` and its like.
fn compound(op: &BinOp) -> Option<BinOp> {
    let span = op.span();
    Some(match op {
        BinOp::AddAssign(_) => BinOp::Add(syn::Token![+](span)),
        BinOp::SubAssign(_) => BinOp::Sub(syn::Token![-](span)),
        BinOp::MulAssign(_) => BinOp::Mul(syn::Token![*](span)),
        BinOp::DivAssign(_) => BinOp::Div(syn::Token![/](span)),
        _ => return None,
    })
}

/// Whether an expression consists of literals and operators alone.
fn is_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) => true,
        Expr::Paren(inner) => is_literal(&inner.expr),
        Expr::Unary(inner) => is_literal(&inner.expr),
        Expr::Binary(inner) => is_literal(&inner.left) && is_literal(&inner.right),
        _ => false,
    }
}

/// Whether `let name = expr` names a part of the module: a path below `self`, and not `self.name` of a number.
fn is_module_alias(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(inner) => is_module_alias(&inner.expr),
        Expr::Paren(inner) => is_module_alias(&inner.expr),
        Expr::Field(_) | Expr::Index(_) | Expr::Path(_) => true,
        _ => false,
    }
}

/// Where a name stands in the source: what tells one `let` from another of the same name.
pub(super) fn place(name: &Ident) -> String {
    format!("{:?}", name.span())
}
