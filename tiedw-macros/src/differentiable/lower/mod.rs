//! Lowering of the user's statements to the model.

pub(super) mod alternatives;
mod arrays;
mod asserted;
mod assign;
mod assign_parts;
pub(super) mod borrowed;
mod borrows;
mod branch;
mod call;
mod chain;
mod changing_conditions;
pub(super) mod checkpoint;
mod chosen;
pub(super) mod closure;
mod closure_in_block;
mod closures_apart;
mod companions_of_closures;
mod computed_elements;
mod condition_chain;
mod constant_field;
mod container;
mod converted;
mod exit;
pub(super) mod expression;
pub(super) mod free;
mod generators;
mod in_parens;
pub(super) mod inlined_functions;
mod iterate;
mod iterators;
mod kept_parts;
mod leave;
mod lent;
mod lists;
mod local;
mod look;
mod module_path;
mod names;
mod of_setting;
mod operator;
mod optional;
mod optional_places;
pub(super) mod order;
mod own_calls;
mod parts;
mod parts_by_index;
mod passed;
mod pattern;
mod places_by_slice;
mod places_in_lists;
mod printed;
mod refused;
mod reordered;
mod searched;
mod searched_parts;
mod shown;
mod statement;
mod temporaries;
mod text;
mod tuples_of_parts;
mod unknown;

pub(super) use assign::compound;
pub(super) use closure::Closure;
pub(super) use names::{NUMBERS, OF_TENSORS, OPERATIONS, is_of_tensors};
pub(super) use searched_parts::SEARCHES;
use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Stmt, Type};

use super::alike;
use super::checked::{Checked, gated};
use super::inline::Inlined;
use super::known_fields::PartTypes;
use super::known_settings;
use super::lenders::Lenders;
use super::mentions::is_panic;
use super::method::{Argument, Method};
use super::model::{Block, Operand, Region, Step, Target, Var};
use super::scope::{Binding, Scope};
use super::stubs::Stubs;
use super::tokens::Tokens;
use crate::errors::Errors;

pub(super) use self::refused::map_of_path;

/// A lowered body.
pub(super) struct Body {
    pub(super) block: Block,
    /// The name of each variable in the forward pass; the arguments come first.
    pub(super) names: Vec<Ident>,
    /// What `return` leaves, and its value, if there is a `return`.
    pub(super) left: Option<(Region, Var)>,
    /// The stubs of the methods that it calls.
    pub(super) stubs: Stubs,
    /// Whether it cannot be differentiated, for a reason that rustc reports.
    pub(super) is_refused: bool,
}

/// Lowers the body of a method.
pub(super) fn method(
    method: &Method,
    body: &syn::Block,
    checked: Option<&Checked>,
    errors: &mut Errors,
) -> Body {
    let leaves = leave::body(method, errors);
    alike::report(&method.arguments, body, errors);
    let mut promoted = HashSet::new();
    loop {
        let known = promoted.len();
        let mut found = Errors::default();
        let mut lower = Lower {
            errors: &mut found,
            checked,
            scope: Scope::default(),
            names: Vec::new(),
            certain: Vec::new(),
            literals: HashSet::new(),
            typed: HashSet::new(),
            owned: HashSet::new(),
            numbers: HashSet::new(),
            untyped: HashSet::new(),
            arrays: HashSet::new(),
            holders: HashSet::new(),
            is_lending: false,
            is_rerun: false,
            is_refused: leaves,
            steps: Vec::new(),
            bound: Vec::new(),
            promoted: &mut promoted,
            indices: 0,
            loop_indices: Vec::new(),
            is_condition: false,
            is_any_list: false,
            arguments: &method.arguments,
            unkept: HashSet::new(),
            mutable: method.mutable_arguments(),
            lent: method.lent_arguments(),
            inlined: &method.inlined,
            inlining: Vec::new(),
            at: method.at,
            lenders: &method.lenders,
            regions: 0,
            around: Vec::new(),
            body,
            stubs: Stubs::new(),
            chosen: HashSet::new(),
            known_settings: method.known_settings.as_ref().map(|settings| &***settings),
            types: &method.types,
        };
        lower.scope.enter();
        for argument in &method.arguments {
            let var = lower.var(argument.inside(), argument.certain);
            let binding = match argument {
                argument if argument.active => Binding::Var(var),
                argument if argument.passed.is_some() => Binding::Passed,
                _ => Binding::Plain,
            };
            lower.scope.bind(&argument.name, binding);
            lower.mark_array_argument(argument);
        }
        for setting in &method.settings {
            lower.scope.bind(&known_settings::bound(setting), Binding::Plain);
        }
        lower.refuse_moved(body);
        let (region, result) = lower.enter_body();
        let block = lower.block(body);
        let left = block.ways().iter().any(|way| way.region == region).then_some((region, result));
        let (names, stubs, is_refused) = (lower.names, lower.stubs, lower.is_refused);
        // A variable that is assigned a gradient later carries one from its declaration on, so lower the body again.
        if promoted.len() == known {
            errors.append(found);
            return Body { block, names, left, stubs, is_refused };
        }
    }
}

impl Lower<'_> {
    /// Gates what has a type even if its parts have error types.
    pub(super) fn gated(&self, value: &impl ToTokens, span: Span) -> Tokens {
        gated(self.checked, value, span).into()
    }

    /// A type as written, which is an error type after a mistake in the body.
    pub(super) fn gated_type(&self, ty: &Type) -> TokenStream {
        match self.checked {
            Some(checked) => checked.ty(ty, ty.span()),
            None => ty.to_token_stream(),
        }
    }
}

/// The state of the lowering of one body.
pub(super) struct Lower<'a> {
    pub(super) errors: &'a mut Errors,
    pub(super) checked: Option<&'a Checked>,
    pub(super) scope: Scope,
    /// The name of each variable in the forward pass.
    pub(super) names: Vec<Ident>,
    /// Whether each variable certainly carries a gradient. For the others, the type checker decides.
    pub(super) certain: Vec<bool>,
    /// The variables that are initialized with a literal, whose type may be inferred later.
    pub(super) literals: HashSet<Var>,
    /// The results of calls, whose types are written in the companions.
    pub(super) typed: HashSet<Var>,
    /// The results of calls that certainly carry a gradient, and are no references: no companion returns one.
    pub(super) owned: HashSet<Var>,
    /// The bindings without a gradient that are initialized with a literal.
    pub(super) numbers: HashSet<usize>,
    /// The bindings without a gradient whose type is not written.
    pub(super) untyped: HashSet<usize>,
    /// The bindings that certainly are arrays.
    pub(super) arrays: HashSet<usize>,
    /// The `let mut` without a gradient so far that may be values, by source position.
    pub(super) holders: HashSet<String>,
    /// Whether the next call is lent values, so that its companion has another signature.
    pub(super) is_lending: bool,
    /// Whether the next call passes closures, and already runs forward again in the backward pass.
    pub(super) is_rerun: bool,
    /// Whether the body has a mistake that rustc reports, after which it has no companion.
    pub(super) is_refused: bool,
    pub(super) steps: Vec<Step>,
    /// Checks of the names that a pattern binds, for the start of the block in which they are in scope.
    pub(super) bound: Vec<Step>,
    /// The `let mut` that start without a gradient and are assigned one later, by source position.
    pub(super) promoted: &'a mut HashSet<String>,
    pub(super) indices: usize,
    /// The indices that the head of the current loop binds.
    pub(super) loop_indices: Vec<Ident>,
    /// The methods of the block that change values in place.
    pub(super) lenders: &'a Lenders,
    /// The methods of the block that a closure may be passed to.
    pub(super) inlined: &'a Inlined,
    /// The functions of the module around whose bodies are lowered here, outermost first.
    pub(super) inlining: Vec<Ident>,
    /// A token of the item around, if that is an impl block of a module or a function.
    pub(super) at: Option<Span>,
    /// Whether this is a condition, which may be evaluated more often than the steps before it.
    pub(super) is_condition: bool,
    /// Whether the parts of the module that a loop is over may be in an `Option`, too, which has no elements by index.
    pub(super) is_any_list: bool,
    /// The arguments other than `self`.
    pub(super) arguments: &'a [Argument],
    /// The arguments of which a checkpoint cannot keep a copy, which is reported.
    pub(super) unkept: HashSet<String>,
    /// The arguments by mutable reference.
    pub(super) mutable: HashSet<String>,
    /// The arguments by mutable reference that are values.
    pub(super) lent: HashSet<String>,
    /// The number of regions so far.
    pub(super) regions: usize,
    /// What may be left here, innermost last.
    pub(super) around: Vec<exit::Around>,
    pub(super) body: &'a syn::Block,
    /// The stubs of the methods that were called so far.
    pub(super) stubs: Stubs,
    /// The variables that may be parts of the module.
    pub(super) chosen: HashSet<Var>,
    /// The settings of the module, if they are known.
    pub(super) known_settings: Option<&'a [String]>,
    /// The types of the parts of the module, as far as they are known.
    pub(super) types: &'a PartTypes,
}

impl Lower<'_> {
    pub(super) fn var(&mut self, name: Ident, certain: bool) -> Var {
        self.names.push(name);
        self.certain.push(certain);
        Var(self.names.len() - 1)
    }

    pub(super) fn temporary(&mut self, certain: bool) -> Var {
        let var = Var(self.names.len());
        self.var(var.value(), certain)
    }

    /// Whether any part of `target` certainly carries a gradient. A part of a variable need not, if the whole does.
    pub(super) fn is_certain(&self, target: &Target) -> bool {
        match target {
            Target::Part(place) if !place.path.is_empty() => false,
            Target::Tuple(parts) => parts.iter().any(|part| self.is_certain(part)),
            target => target.vars().iter().any(|var| self.certain[var.0]),
        }
    }

    /// Lowers a block in a scope of its own.
    pub(super) fn block(&mut self, block: &syn::Block) -> Block {
        self.scope.enter();
        let lowered = self.block_here(block);
        self.scope.leave();
        lowered
    }

    /// Lowers a block in the current scope.
    pub(super) fn block_here(&mut self, block: &syn::Block) -> Block {
        self.bind_items(block);
        let bound = std::mem::take(&mut self.bound);
        let outer = std::mem::replace(&mut self.steps, bound);
        let tail = self.statements(&block.stmts);
        Block { steps: std::mem::replace(&mut self.steps, outer), tail }
    }

    /// Lowers the statements of a block, and returns its value.
    fn statements(&mut self, stmts: &[Stmt]) -> Operand {
        for (position, stmt) in stmts.iter().enumerate() {
            if let Stmt::Expr(expr, None) = stmt
                && position + 1 == stmts.len()
                && !checkpoint::is_marked(checkpoint::attributes(expr))
            {
                return match self.after_kept_parts(stmt, &[]) {
                    Some(after) => self.statements(&after),
                    None => self.expr(expr),
                };
            }
            if let Stmt::Macro(last) = stmt
                && position + 1 == stmts.len()
                && is_panic(&last.mac)
            {
                let syn::StmtMacro { attrs, mac, .. } = last.clone();
                return self.expr(&syn::Expr::Macro(syn::ExprMacro { attrs, mac }));
            }
            let rest = &stmts[position + 1..];
            let after = self
                .after_borrow(stmt, rest)
                .or_else(|| self.after_iterator(stmt, rest))
                .or_else(|| self.after_pairs(stmt, rest))
                .or_else(|| self.after_kept_parts(stmt, rest));
            if let Some(rest) = after {
                return self.statements(&rest);
            }
            self.stmt(stmt);
        }
        Operand::unit()
    }

    pub(super) fn plain(&mut self, tokens: impl ToTokens) {
        self.steps.push(Step::Plain(tokens.to_token_stream()));
    }
}
