//! Dependence analysis: finds what each variable depends on, so that unneeded cotangents are not computed.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::model::{Block, Exit, Out, Step, Target, Var};

/// For each variable: the arguments that it depends on, and whether it depends on a parameter.
pub(super) struct Dependence {
    arguments: Vec<Vec<bool>>,
    parameters: Vec<bool>,
}

impl Dependence {
    /// Analyzes a body whose first variables are the method's arguments.
    pub(super) fn of(body: &Block, vars: usize, arguments: usize) -> Self {
        let mut dependence =
            Dependence { arguments: vec![vec![false; arguments]; vars], parameters: vec![false; vars] };
        for argument in 0..arguments {
            dependence.arguments[argument][argument] = true;
        }
        while dependence.block(body, &Out::Nothing) {}
        dependence
    }

    /// The result for variables that are not differentiated.
    pub(super) fn none(vars: usize) -> Self {
        Dependence { arguments: vec![Vec::new(); vars], parameters: vec![false; vars] }
    }

    /// Returns whether the cotangent of `target` is needed, as an expression of the flags in `wanted`.
    pub(super) fn wanted(&self, target: &Target, wanted: &Ident) -> Wanted {
        let (mut arguments, mut parameters) = (vec![false; self.count()], false);
        self.collect(target, &mut arguments, &mut parameters);
        if parameters {
            return Wanted::Always;
        }
        let flags: Vec<_> = (0..self.count()).filter(|&argument| arguments[argument]).collect();
        if flags.is_empty() { Wanted::Never } else { Wanted::If(quote!(#(#wanted[#flags])||*)) }
    }

    fn count(&self) -> usize {
        self.arguments.first().map_or(0, Vec::len)
    }

    fn collect(&self, target: &Target, arguments: &mut [bool], parameters: &mut bool) {
        *parameters |= target.leads_to_parameter();
        for var in target.vars() {
            *parameters |= self.parameters[var.0];
            for (sum, &flag) in arguments.iter_mut().zip(&self.arguments[var.0]) {
                *sum |= flag;
            }
        }
    }

    /// Makes `var` depend on everything that `target` depends on. Returns whether this adds a dependence.
    fn flow(&mut self, target: &Target, var: Var) -> bool {
        let mut arguments = self.arguments[var.0].clone();
        let mut parameters = self.parameters[var.0];
        self.collect(target, &mut arguments, &mut parameters);
        let news = arguments != self.arguments[var.0] || parameters != self.parameters[var.0];
        self.arguments[var.0] = arguments;
        self.parameters[var.0] = parameters;
        news
    }

    fn flow_out(&mut self, target: &Target, out: &Out) -> bool {
        match (target, out) {
            (_, Out::Nothing) => false,
            (_, Out::Var(var)) => self.flow(target, *var),
            (Target::Tuple(targets), Out::Tuple(outs)) if targets.len() == outs.len() => {
                targets.iter().zip(outs).fold(false, |news, (target, out)| self.flow_out(target, out) | news)
            }
            (_, Out::Tuple(outs)) => outs.iter().fold(false, |news, out| self.flow_out(target, out) | news),
        }
    }

    fn block(&mut self, block: &Block, out: &Out) -> bool {
        let mut news = false;
        for step in &block.steps {
            news |= match step {
                Step::Plain(_) | Step::Index { .. } => false,
                Step::Call(call) => {
                    let mut news = false;
                    let parameter = call.part.iter().map(|part| Target::Parameter(part.clone()));
                    for target in call.targets.iter().cloned().chain(parameter) {
                        news |= self.flow(&target, call.var) | self.flow_out(&target, &call.out);
                    }
                    // What closures capture, and what the function passes to them, is not known here.
                    let unknown = Target::Parameter(Default::default());
                    if call.captures {
                        news |= self.flow(&unknown, call.var) | self.flow_out(&unknown, &call.out);
                    }
                    for closure in &call.closures {
                        for (input, _) in &closure.inputs {
                            news |= self.flow(&unknown, *input);
                        }
                        news |= self.block(&closure.block, &Out::Nothing);
                    }
                    news
                }
                Step::Bind { out, value, .. } => self.flow_out(&value.target, out),
                Step::Assign { target, value, .. } => self.flow(&value.target, target.var),
                Step::Name { var, of } => self.flow(of, *var),
                Step::Change(change) => {
                    let container = change.container.var;
                    let news =
                        change.targets.iter().fold(false, |news, target| self.flow(target, container) | news);
                    self.flow(&Target::Var(container), change.var) | news
                }
                Step::Branch(branch) => {
                    branch.arms.iter().fold(false, |news, arm| self.block(arm, &Out::Var(branch.var)) | news)
                }
                Step::Checkpoint(inner) => self.block(&inner.block, &Out::Var(inner.var)),
                Step::Loop(inner) => self.block(&inner.body, &Out::Nothing),
                Step::Exit(Exit { value: Some((var, value)), .. }) => self.flow(&value.target, *var),
                Step::Exit(_) => false,
            };
        }
        self.flow_out(&block.tail.target, out) | news
    }
}

/// Whether a cotangent is needed. Its tokens are a boolean expression.
pub(super) enum Wanted {
    Never,
    Always,
    If(TokenStream),
}

impl ToTokens for Wanted {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Wanted::Never => Ident::new("false", Span::call_site()).to_tokens(tokens),
            Wanted::Always => Ident::new("true", Span::call_site()).to_tokens(tokens),
            Wanted::If(flags) => flags.to_tokens(tokens),
        }
    }
}
