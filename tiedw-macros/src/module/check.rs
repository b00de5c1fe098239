//! Checks that every tie has a source, and sorts the fields so that each follows its sources.

use std::collections::HashMap;

use proc_macro2::Ident;
use quote::ToTokens;

use super::model::{Field, Module, Role, Tie};
use super::open_ties;
use super::source::Source;
use super::suggest::nearest;
use crate::errors::Errors;
use crate::source_text::source_text;

/// Returns the positions of the module fields, each after those that it borrows from. Ties without a valid
/// source become [`Tie::Unknown`].
pub(super) fn order(module: &mut Module, errors: &mut Errors) -> Vec<usize> {
    let positions: HashMap<&Ident, usize> =
        module.fields.iter().enumerate().map(|(position, field)| (&field.name, position)).collect();
    let mut walk = Walk {
        module,
        positions: &positions,
        state: vec![State::New; module.fields.len()],
        path: Vec::new(),
        order: Vec::new(),
        unknown: Vec::new(),
    };
    for position in 0..module.fields.len() {
        walk.visit(position, errors);
    }
    let Walk { order, unknown, .. } = walk;
    for position in unknown {
        module.fields[position].role = Role::Tied(Tie::Unknown);
    }
    order
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

struct Walk<'m> {
    module: &'m Module,
    positions: &'m HashMap<&'m Ident, usize>,
    state: Vec<State>,
    path: Vec<usize>,
    order: Vec<usize>,
    /// The fields with a tie that was reported.
    unknown: Vec<usize>,
}

impl Walk<'_> {
    fn visit(&mut self, position: usize, errors: &mut Errors) {
        if self.state[position] != State::New {
            return;
        }
        self.state[position] = State::Open;
        self.path.push(position);
        let field = &self.module.fields[position];
        if self.module.is_closed_in_general(field) {
            errors.at(
                &field.written,
                format_args!(
                    "ties of `{}` cannot be closed by name, since it depends on a type parameter of `{}`; write a type in place \
                     of the parameter",
                    source_text(&field.written.to_token_stream()),
                    self.module.name
                ),
            );
            self.unknown.push(position);
        }
        if open_ties::report_unknown(self.module, field, errors)
            || open_ties::report_unclosed(self.module, field, errors)
        {
            self.unknown.push(position);
        }
        for (_, source) in field.sources() {
            match self.owner(field, source, errors) {
                Some(owner) if self.state[owner] != State::Open => self.visit(owner, errors),
                Some(owner) => {
                    self.report_cycle(field, source, owner, errors);
                    self.unknown.push(position);
                }
                None => self.unknown.push(position),
            }
        }
        self.path.pop();
        self.state[position] = State::Done;
        self.order.push(position);
    }

    /// Returns the position of the field that a source starts at.
    fn owner(&self, field: &Field, source: &Source, errors: &mut Errors) -> Option<usize> {
        let Some(&owner) = self.positions.get(&source.owner) else {
            let others = || self.module.modules().filter(|other| other.name != field.name);
            let names: Vec<_> = others().map(|other| other.name.to_string()).collect();
            let help = match nearest(&source.owner.to_string(), names.iter().map(String::as_str)) {
                Some(name) => format!("did you mean `{name}`?"),
                None if names.is_empty() => "it has no other that holds weights".to_owned(),
                None => format!("the others are `{}`", names.join("`, `")),
            };
            errors.at(
                &source.owner,
                format_args!(
                    "`{}` is tied to `{}`, but `{}` has no such field; {help}",
                    field.name, source.owner, self.module.name
                ),
            );
            return None;
        };
        if let Some((index, len)) = source.index_beyond(&self.module.fields[owner].ty) {
            let message = format!(
                "`{0}` is tied to `{1}[{index}]`, but `{1}` has {len} elements; the last is `{1}[{2}]`",
                field.name,
                source.owner,
                len.saturating_sub(1)
            );
            errors.at(index, message);
            return None;
        }
        if let Some(step) = source.step_into_option(&self.module.fields[owner].ty) {
            let message = format!(
                "`{0}` is an `Option`, so `{source}` may be absent; tie it as a whole: `#[tie({0})]` on a field of type \
                 `Tied<Option<..>>`",
                source.owner
            );
            errors.at(step, message);
            return None;
        }
        if matches!(self.module.fields[owner].role, Role::Skipped) {
            errors.at(
                &source.owner,
                format_args!(
                    "`{}` is tied to `{}`, which is marked `#[module(skip)]` and so is no module; \
                     name a field that holds weights",
                    field.name, source.owner
                ),
            );
            return None;
        }
        Some(owner)
    }

    fn report_cycle(&self, field: &Field, source: &Source, owner: usize, errors: &mut Errors) {
        let name = |position: &usize| format!("`{}`", self.module.fields[*position].name);
        let start = self.path.iter().position(|&position| position == owner).unwrap_or(0);
        if self.path.len() - start == 1 {
            errors.at(
                source,
                format_args!("`{}` is tied to itself; name the field that owns its weights", field.name),
            );
            return;
        }
        let cycle: Vec<_> = self.path[start..].iter().chain([&owner]).map(name).collect();
        errors.at(
            source,
            format_args!(
                "these ties form a cycle, in which no field owns the weights: {}; \
                 leave out the `#[tie]` of the one that owns them",
                cycle.join(" -> ")
            ),
        );
    }
}
