//! Parts of the module where a tensor is wanted: a parameter that lacks a `&`, and a layer that is not called. rustc would show the
//! type of its view.

mod branches;
mod conditions;
mod features;
mod found_modules;
mod loops;
mod operands;
mod passed_closures;
mod shown;
mod unmarked;
mod uses;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{
    Attribute, BinOp, Expr, ExprBinary, ExprCall, ExprForLoop, ExprIndex, ExprLet, ExprMethodCall, ExprUnary,
    FnArg, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, Local, Macro, Member, Pat, Signature, Type, UnOp,
};

use self::operands::written;
use super::known_fields::PartTypes;
use super::mentions;
use super::method::{behind_references, layer};
use super::modules_as_arguments;
use super::part_names::{self, Origin};
use super::this::is_self_alone;
use crate::errors::Errors;
use crate::known::Place;
use crate::module::MODULES;
use crate::visit::{self, Visit};
use crate::{beside, file_facts, known};

const PARAMETERS: [&str; 2] = ["Matrix", "Vector"];

/// Methods that put their last argument into a list.
const FILLING: [&str; 3] = ["extend", "insert", "push"];

/// Reports such parts in a method of a block; returns whether there are some.
pub(super) fn report(function: &ImplItemFn, block: &ItemImpl, errors: &mut Errors) -> bool {
    let at = block.impl_token.span;
    let mut found = Errors::default();
    let types = PartTypes::of_module(&block.self_ty, at);
    let mut parts = MisusedParts {
        at,
        types,
        block,
        layers: Vec::new(),
        named: Vec::new(),
        of_loops: part_names::of_loops(function),
        pairs: Vec::new(),
        dropouts: Vec::new(),
        options: Vec::new(),
        tensors: Vec::new(),
        bound: Vec::new(),
        refused: Vec::new(),
        inner_branch: None,
        errors: &mut found,
    };
    parts.named = part_names::with_origins(function, &|expr| parts.is_of_layers(expr));
    parts.layers = parts.named.iter().map(|(name, _)| name.clone()).collect();
    parts.bound = features::bound(function);
    parts.tensors = features::of_arguments(function, &parts.bound);
    parts.visit_block(&function.block);
    let is_refused = !parts.refused.is_empty();
    let is_found = !found.is_empty();
    errors.append(found);
    is_found || is_refused
}

struct MisusedParts<'a> {
    /// A token of the item, whose module is known.
    at: Span,
    types: PartTypes,
    block: &'a ItemImpl,
    /// The names of layers in the method.
    layers: Vec<Ident>,
    /// Where they come from.
    named: Vec<(Ident, Origin)>,
    /// The names of items in loops over lists.
    of_loops: Vec<Ident>,
    /// The names of lists that start with pairs.
    pairs: Vec<Ident>,
    /// The names of `Dropout`s that the body makes.
    dropouts: Vec<Ident>,
    /// The names of options of layers that it finds in lists, with the types of the layers.
    options: Vec<(Ident, String)>,
    /// The arguments of the method that are tensors, with their features.
    tensors: Vec<(Ident, usize)>,
    /// The names that patterns of the body bind.
    bound: Vec<Ident>,
    /// The lists that layers are put into, and the functions that they are passed to: each is one mistake.
    refused: Vec<String>,
    /// The `else` of an `if`, whose branches were looked at with those of the `if`.
    inner_branch: Option<*const Expr>,
    errors: &'a mut Errors,
}

/// What a part of the module is.
enum Part {
    Parameter,
    Layer { name: Ident, is_of_library: bool },
}

impl MisusedParts<'_> {
    fn part(&self, expr: &Expr) -> Option<Part> {
        let place = behind_parens(expr);
        if let Expr::Field(field) = place
            && let Member::Named(name) = &field.member
            && (name == "weight" || name == "bias")
            && let Some(Part::Layer { is_of_library: true, .. }) = self.part(&field.base)
        {
            return Some(Part::Parameter);
        }
        if !matches!(place, Expr::Field(_) | Expr::Index(_)) {
            return None;
        }
        self.part_of(&self.types.of(place)?)
    }

    /// Whether a place is a layer, or a list of such.
    fn is_of_layers(&self, place: &Expr) -> bool {
        let part = self.types.of(place).and_then(|name| self.part_of(name.trim_start_matches('[')));
        matches!(part, Some(Part::Layer { .. }))
    }

    /// The part that a type of this name is.
    fn part_of(&self, name: &str) -> Option<Part> {
        let name: Ident = syn::parse_str(name).ok()?;
        let name = Ident::new(&name.to_string(), self.at);
        let is_known = MODULES.iter().any(|module| name == module);
        let is_of_library = is_known && beside::is_of_library(&name, name.span());
        if is_of_library && PARAMETERS.iter().any(|parameter| name == parameter) {
            return Some(Part::Parameter);
        }
        (is_of_library || known::is_derived(&name.to_string(), "Module"))
            .then_some(Part::Layer { name, is_of_library })
    }

    /// Looks at what is passed for an argument that is a tensor, of so many features if they are known.
    fn passed(&mut self, callee: &dyn std::fmt::Display, argument: &Expr, wanted: Option<usize>) {
        let (is_borrowed, place) = match behind_parens(argument) {
            Expr::Reference(reference) => (true, &*reference.expr),
            place => (false, place),
        };
        let Some(part) = self.part(place) else { return };
        let written = written(place);
        match part {
            Part::Parameter if !is_borrowed => self.errors.at(
                argument,
                format_args!("`{callee}` takes a reference to a tensor: write `&{written}`"),
            ),
            Part::Layer { name, .. } if is_borrowed => self.errors.at(
                argument,
                format_args!(
                    "`{callee}` takes a tensor, and this is a `{name}`: pass what it returns, as in `&{written}.forward(..)`"
                ),
            ),
            Part::Parameter => self.compare(callee, argument, wanted),
            Part::Layer { .. } => {}
        }
    }

    /// Whether an expression is a reference to a layer.
    fn is_layer(&self, expr: &Expr) -> bool {
        match behind_parens(expr) {
            Expr::Reference(reference) => matches!(self.part(&reference.expr), Some(Part::Layer { .. })),
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.layers.contains(name)),
            Expr::Unary(place) if matches!(place.op, UnOp::Deref(_)) => self.is_layer(&place.expr),
            _ => false,
        }
    }

    fn is_item_of_loop(&self, item: &Expr) -> bool {
        matches!(item, Expr::Path(path) if path.path.get_ident().is_some_and(|name| self.of_loops.contains(name)))
    }

    /// Whether an expression is a reference to a parameter.
    fn is_parameter(&self, expr: &Expr) -> bool {
        matches!(behind_parens(expr), Expr::Reference(reference) if matches!(self.part(&reference.expr), Some(Part::Parameter)))
    }

    /// Whether this is the first mistake of a list or a function.
    fn is_first(&mut self, of: &impl ToTokens) -> bool {
        let of = of.to_token_stream().to_string();
        let is_first = !self.refused.contains(&of);
        self.refused.push(of);
        is_first
    }

    /// Looks at what is put into a list of its own.
    fn kept(&mut self, list: &Expr, method: &Ident, item: &Expr) {
        if let Expr::Array(items) = behind_parens(item) {
            items.elems.iter().for_each(|item| self.kept(list, method, item));
            return;
        }
        if let Expr::Tuple(pair) = behind_parens(item) {
            let layer = pair.elems.iter().find(|part| self.is_layer(part));
            let Some(layer) = layer else { return };
            if matches!(list, Expr::Path(list) if list.path.get_ident().is_some_and(|name| self.pairs.contains(name)))
            {
                return self.kept(list, method, layer);
            }
            if self.is_first(list) {
                self.errors.at(
                    layer,
                    format_args!(
                        "a layer has no gradient in a pair that `{method}` puts into this list: start the list with a pair, as in \
                         `vec![(&self.a, 0.5)]`, or make lists of the layers and of what goes with them"
                    ),
                );
            }
            return;
        }
        // A list of fields, of what indices find, and of items of loops has a gradient. What else it holds, is reported where it is
        // put in.
        let is_found = match behind_parens(item) {
            Expr::Reference(reference) => matches!(*reference.expr, Expr::Index(_) | Expr::Field(_)),
            Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => self.is_item_of_loop(&inner.expr),
            item => self.is_item_of_loop(item),
        };
        let is_found = is_found && matches!(list, Expr::Path(_));
        if !is_found && self.is_layer(item) && self.is_first(list) {
            self.errors.at(
                item,
                format_args!(
                    "a layer has no gradient after `{method}` here: put `&self.a` or `&self.layers[i]` into a list that is a variable, or make the \
                     list a field of the module"
                ),
            );
        }
    }

    /// Looks at the arguments of a function with this signature.
    fn arguments<'e>(
        &mut self,
        signature: &Signature,
        is_reported: bool,
        arguments: impl Iterator<Item = &'e Expr>,
    ) {
        let inputs = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(input) => Some(input),
            FnArg::Receiver(_) => None,
        });
        for (input, argument) in inputs.zip(arguments) {
            // Of others, the definition may report nothing.
            let is_plain = input.attrs.is_empty() && matches!(&*input.pat, Pat::Ident(_));
            if is_reported && modules_as_arguments::is_mistake(input, self.at) {
                self.refused.push(signature.ident.to_string());
            } else if is_constant(&input.attrs) && self.is_parameter(argument) {
                let argument_name = input.pat.to_token_stream();
                self.errors.at(
                    argument,
                    format_args!(
                        "`{}` takes `{argument_name}` as a constant, which would lose the gradient of this parameter: write \
                         `stop_gradient(..)` of it",
                        signature.ident
                    ),
                );
            } else if is_tensor(&input.ty) {
                self.passed(&signature.ident, argument, features::of_tensor(&input.ty));
            } else if let Some(layer) = layer(&input.ty).filter(|_| is_plain)
                && self.is_layer(argument)
                && self.is_first(&signature.ident)
                && !is_reported
            {
                self.errors.at(
                    argument,
                    format_args!(
                        "`{}` takes a `{layer}`, and a module is no argument: write a method of this module in its place",
                        signature.ident
                    ),
                );
            }
        }
    }

    /// Whether a method is one of this crate, all of whose arguments are tensors or data.
    fn takes_tensors(&self, call: &ExprMethodCall) -> bool {
        const OPERATIONS: [&str; 5] = ["cat", "matmul", "matmul_t", "maximum", "minimum"];
        if call.method == "forward" {
            return matches!(self.part(&call.receiver), Some(Part::Layer { is_of_library: true, .. }));
        }
        let name = call.method.to_string();
        let is_own = || Place::of(self.at).is_none_or(|place| file_facts::methods(place.file()).has(&name));
        OPERATIONS.contains(&&*name) && !is_own()
    }

    /// A function of this module of the crate.
    fn function(&self, name: &Ident) -> Option<ItemFn> {
        beside::items(self.at)?.into_iter().find_map(|item| match item {
            Item::Fn(function) if function.sig.ident == *name => Some(function),
            _ => None,
        })
    }
}

pub(super) fn is_differentiable(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "differentiable")
}

fn is_constant(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("constant"))
}

fn is_tensor(ty: &Type) -> bool {
    match behind_references(ty) {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Tensor"),
        _ => false,
    }
}

/// Whether a list is written with a pair as its first item.
fn starts_with_pair(list: &Expr) -> bool {
    let first = match list {
        Expr::Macro(list) if list.mac.path.is_ident("vec") => {
            mentions::elements_of_vec(&list.mac).and_then(|items| items.into_iter().next())
        }
        Expr::Array(list) => list.elems.first().cloned(),
        _ => None,
    };
    matches!(first, Some(Expr::Tuple(_)))
}

fn behind_parens(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => behind_parens(&inner.expr),
        Expr::Group(inner) => behind_parens(&inner.expr),
        expr => expr,
    }
}

impl<'ast> Visit<'ast> for MisusedParts<'_> {
    fn visit_expr_binary(&mut self, both: &'ast ExprBinary) {
        if matches!(both.op, BinOp::And(_) | BinOp::Or(_)) {
            self.condition(&both.left);
            self.condition(&both.right);
        }
        self.operands(both);
        visit::visit_expr_binary(self, both);
    }

    fn visit_expr_unary(&mut self, negated: &'ast ExprUnary) {
        match negated.op {
            UnOp::Neg(_) => drop(self.operand(&negated.expr)),
            UnOp::Not(_) => self.condition(&negated.expr),
            _ => {}
        }
        visit::visit_expr_unary(self, negated);
    }

    fn visit_expr_index(&mut self, access: &'ast ExprIndex) {
        if !self.index(access) {
            visit::visit_expr_index(self, access);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        self.closures(call);
        self.called(call);
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.get_ident()
            && call
                .args
                .iter()
                .any(|argument| matches!(argument, Expr::Reference(_) | Expr::Field(_) | Expr::Index(_)))
        {
            if let Some(function) = self.function(name) {
                let (marks, others): (Vec<_>, Vec<_>) =
                    function.attrs.into_iter().partition(is_differentiable);
                // Of a function that another macro may change or leave out, nothing is known.
                if beside::are_inert(&others) {
                    self.arguments(&function.sig, !marks.is_empty(), call.args.iter());
                }
            } else if name.to_string().ends_with("_loss") && beside::is_of_library(name, self.at) {
                // The losses take tensors and data.
                let wanted = call.args.iter().find_map(|argument| self.features(argument));
                call.args.iter().for_each(|argument| self.passed(name, argument, wanted));
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.found(call);
        self.sliced(call);
        self.unmarked(call);
        self.of_option(call);
        self.dropout(call);
        if let Some(item) = call.args.last().filter(|_| FILLING.iter().any(|name| call.method == name)) {
            self.kept(&call.receiver, &call.method, item);
        }
        if is_self_alone(&call.receiver) {
            let own = self.block.items.iter().find_map(|member| match member {
                ImplItem::Fn(function) if function.sig.ident == call.method => Some(function),
                _ => None,
            });
            // A method of a trait may have no companion, and report nothing.
            let is_reported =
                |function: &&ImplItemFn| self.block.trait_.is_none() && beside::are_inert(&function.attrs);
            if let Some(function) = own.filter(is_reported) {
                self.arguments(&function.sig, true, call.args.iter());
            }
        } else if self.takes_tensors(call) {
            let wanted = self.input(call).or_else(|| self.features_of_other(call));
            call.args.iter().for_each(|argument| self.passed(&call.method, argument, wanted));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if matches!(expr, Expr::If(_) | Expr::Match(_)) {
            self.branches(expr);
        }
        match expr {
            Expr::If(branch) => self.condition(&branch.cond),
            Expr::While(repeated) => self.condition(&repeated.cond),
            Expr::Match(matched) => self.arms(matched),
            Expr::Struct(whole) => self.made(whole),
            Expr::Array(list) => self.items(list.elems.iter()),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_expr_let(&mut self, condition: &'ast ExprLet) {
        self.optional(&condition.pat, &condition.expr);
        visit::visit_expr_let(self, condition);
    }

    fn visit_expr_for_loop(&mut self, each: &'ast ExprForLoop) {
        self.each(each);
        visit::visit_expr_for_loop(self, each);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        self.uncollected(local);
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) {
            if uses::is_new_dropout(&init.expr) {
                self.dropouts.push(name.ident.clone());
            }
            if starts_with_pair(&init.expr) {
                self.pairs.push(name.ident.clone());
            }
            if let Some(item) = self.item_found(&init.expr) {
                self.options.push((name.ident.clone(), item));
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        if mac.path.is_ident("vec") {
            let items = mentions::elements_of_vec(mac).unwrap_or_default();
            self.items(items.iter());
        }
        self.printed(mac);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
