//! The places of parts of the module.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Arm, Block, Expr, ExprClosure, ExprMethodCall, Pat, Stmt};

use super::super::borrowed::in_block;
use super::super::chosen::is_lent;
use super::super::expression::itself;
use super::super::iterate::is_source;
use super::super::module_path::is_part;
use super::super::{Lower, free};
use crate::differentiable::known_settings;
use crate::differentiable::scope::Binding;
use crate::differentiable::this::{is_self, is_self_alone};
use crate::visit::{self, Visit};

/// The parts and lists of parts in which such parts are found.
pub(super) struct Sites {
    sites: Vec<Site>,
    /// The names that are bound after them, which may be other variables where a part is added.
    bound: Vec<Ident>,
}

struct Site {
    /// Its name where the parts are used.
    name: Ident,
    part: Expr,
    is_list: bool,
    /// Whether it is an option, as a list of one part or none.
    is_option: bool,
    /// Whether it is the name of a reference.
    is_reference: bool,
}

impl Sites {
    pub(super) fn new(rest: &[Stmt]) -> Self {
        struct Names(Vec<Ident>);
        impl<'ast> Visit<'ast> for Names {
            fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
                self.0.push(name.ident.clone());
                visit::visit_pat_ident(self, name);
            }
        }
        let mut names = Names(Vec::new());
        names.visit_expr(&in_block(rest.to_vec()));
        Sites { sites: Vec::new(), bound: names.0 }
    }

    /// Whether a place is evaluated once where its part is found.
    pub(super) fn take_place_once(&self) -> bool {
        matches!(&self.sites[..], [Site { is_list: true, .. }])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// The statements that give the parts names.
    pub(super) fn statements(&self) -> Vec<Stmt> {
        let named = self.sites.iter().map(|Site { name, part, is_reference, .. }| match is_reference {
            true => syn::parse_quote!(let #name = #part;),
            false => syn::parse_quote!(let #name = &#part;),
        });
        named.collect()
    }

    /// The part at a place, which may be evaluated more than once.
    pub(super) fn at(&self, place: &TokenStream) -> Expr {
        let part = |Site { name, is_list, is_option, .. }: &Site| match (is_list, is_option) {
            (true, true) => quote!(#name.as_ref().unwrap()),
            (true, false) => quote!(&#name[#place.1]),
            (false, _) => quote!(#name),
        };
        let Some((last, others)) = self.sites.split_last() else { return syn::parse_quote!(()) };
        // What finds the place may panic.
        let is_evaluated = last.is_list && !last.is_option || syn::parse2::<Ident>(place.clone()).is_ok();
        if others.is_empty() && is_evaluated {
            let part = part(last);
            return syn::parse_quote!((#part));
        }
        if others.is_empty() {
            let part = part(last);
            return syn::parse_quote!((match #place.0 { 0 => #part, _ => #part }));
        }
        let (numbers, others, last) = (0_usize.., others.iter().map(part), part(last));
        let arms = numbers.zip(others).map(|(number, part)| quote!(#number => #part,));
        syn::parse_quote!((match #place.0 { #(#arms)* _ => #last }))
    }
}

impl Lower<'_> {
    /// The place of a reference to a part, which is noted.
    pub(super) fn place_of_part(&mut self, part: &Expr, sites: &mut Sites) -> Option<TokenStream> {
        match part {
            Expr::Paren(inner) => return self.place_of_part(&inner.expr, sites),
            Expr::Match(matched) => {
                let has_data = |arm: &Arm| !matches!(arm.pat, Pat::Guard(_));
                if !self.is_computed_from_data(&matched.expr) || !matched.arms.iter().all(has_data) {
                    return None;
                }
                let arms = matched.arms.iter().map(|Arm { pat, body, .. }| {
                    let body = match &**body {
                        Expr::Block(block) if block.label.is_none() => end_of(&block.block)?,
                        body => body,
                    };
                    let place = self.place_of_part(body, sites)?;
                    Some(quote!(#pat => #place,))
                });
                let (of, arms) = (&matched.expr, arms.collect::<Option<Vec<_>>>()?);
                return Some(quote!(match #of { #(#arms)* }));
            }
            Expr::If(branch) => {
                let (condition, then) =
                    (&branch.cond, self.place_of_part(end_of(&branch.then_branch)?, sites)?);
                let otherwise = match &*branch.else_branch.as_ref()?.1 {
                    Expr::Block(block) if block.label.is_none() => {
                        self.place_of_part(end_of(&block.block)?, sites)?
                    }
                    other => self.place_of_part(other, sites)?,
                };
                let is_data = self.is_plain(condition) && !matches!(**condition, Expr::Let(_));
                return is_data.then(|| quote!(if #condition { #then } else { #otherwise }));
            }
            _ => {}
        }
        if let Expr::Reference(reference) = part
            && reference.mutability.is_none()
            && let Expr::Index(access) = itself(&reference.expr)
            && !matches!(*access.index, Expr::Range(_) | Expr::Tuple(_))
        {
            let (site, index) = (self.site(&access.expr, true, sites)?, &access.index);
            return Some(quote!((#site, #index)));
        }
        if !is_lent(self, part) {
            return None;
        }
        let site = self.site(itself(part), false, sites)?;
        Some(quote!((#site, 0_usize)))
    }

    /// The number of a part or a list of parts that is the same wherever it is used.
    fn site(&mut self, part: &Expr, is_list: bool, sites: &mut Sites) -> Option<usize> {
        let part = itself(part);
        let is_field = |expr: &Expr| matches!(expr, Expr::Field(_) | Expr::Path(_));
        if !is_field(part)
            || !self.holds_modules(part)
            || !is_part(self, part)
            || self.is_element_of_parameter(part)
        {
            return None;
        }
        let is_same = |name: &Ident| {
            is_self(&name.to_string())
                || matches!(self.scope.get(&name.to_string()), Some(Binding::Module(_)))
                    && !sites.bound.contains(name)
        };
        if !free::names(part).iter().all(is_same) {
            return None;
        }
        let text = part.to_token_stream().to_string();
        let is_known =
            |site: &Site| site.is_list == is_list && site.part.to_token_stream().to_string() == text;
        if let Some(known) = sites.sites.iter().position(is_known) {
            return Some(known);
        }
        let name = self.fresh("site");
        let binding = match part {
            Expr::Path(path) => path.path.get_ident().and_then(|name| self.scope.get(&name.to_string())),
            _ => None,
        };
        let is_reference = matches!(binding, Some(Binding::Module(module)) if module.references > 0);
        let is_option = is_list && self.type_of_part(part).as_deref() == Some("Option");
        sites.sites.push(Site { name, part: part.clone(), is_list, is_option, is_reference });
        Some(sites.sites.len() - 1)
    }

    /// Whether a part certainly is no setting, a list of which is data.
    fn holds_modules(&self, part: &Expr) -> bool {
        let is_module = |ty: String| self.types.is_module(ty.trim_start_matches('['));
        match part {
            Expr::Field(field) if is_self_alone(&field.base) => self.is_known_part(part),
            Expr::Field(field) => {
                self.holds_modules(itself(&field.base)) && self.type_of_part(part).is_none_or(is_module)
            }
            part => self.type_of_part(part).is_some_and(is_module),
        }
    }

    /// The iterator over the places of the parts that an iterator yields.
    pub(super) fn places_of(&mut self, iterator: &Expr, sites: &mut Sites) -> Option<TokenStream> {
        match self.items(iterator, sites)? {
            (places, Item::Place) => Some(places),
            _ => None,
        }
    }

    fn items(&mut self, iterator: &Expr, sites: &mut Sites) -> Option<(TokenStream, Item)> {
        match iterator {
            Expr::Paren(inner) => return self.items(&inner.expr, sites),
            Expr::Reference(_) | Expr::Array(_) if is_part(self, iterator) => {
                return Some((self.places_in(iterator, sites)?, Item::Place));
            }
            _ => {}
        }
        let Expr::MethodCall(call) = iterator else { return None };
        let (method, arguments) = (&call.method, call.args.iter().collect::<Vec<_>>());
        if is_source(call) && arguments.is_empty() && is_part(self, &call.receiver) {
            return Some((self.places_in(&call.receiver, sites)?, Item::Place));
        }
        if let ("map" | "filter_map", [Expr::Closure(closure)]) = (&*method.to_string(), &arguments[..])
            && self.is_computed_from_data(&call.receiver)
            && let Some(places) = self.places_found(call, closure, sites)
        {
            return Some((places, Item::Place));
        }
        let (places, item) = self.items(&call.receiver, sites)?;
        let same = |item| Some((quote!(#places.#method(#(#arguments),*)), item));
        match (&*method.to_string(), &arguments[..], item) {
            ("rev", [], _) | ("skip" | "take" | "step_by", [_], _) => same(item),
            ("copied" | "cloned", [], _) => Some((places, item)),
            ("chain", [other], Item::Place) => {
                let other = self.places_of(other, sites)?;
                Some((quote!(#places.chain(#other)), item))
            }
            ("enumerate", [], Item::Place) => same(Item::Pair(1)),
            ("zip", [other], Item::Place) if self.is_computed_from_data(other) => same(Item::Pair(0)),
            ("filter", [Expr::Closure(closure)], _) if keeps_by_data(closure, item) => same(item),
            ("map" | "filter_map", [Expr::Closure(closure)], Item::Pair(place)) => {
                yields_place(closure, place).then(|| same(Item::Place))?
            }
            _ => None,
        }
    }

    /// Whether an expression is computed from data alone, such as settings of the module.
    fn is_computed_from_data(&self, expr: &Expr) -> bool {
        let Some(settings) = self.known_settings.filter(|_| !self.is_plain(expr)) else {
            return self.is_plain(expr);
        };
        let mut alone: Block = syn::parse_quote!({ #expr });
        known_settings::replace(&mut alone, settings);
        self.is_plain(&syn::parse_quote!(#alone))
    }

    /// The places of all parts in a list.
    fn places_in(&mut self, list: &Expr, sites: &mut Sites) -> Option<TokenStream> {
        if let Expr::Array(parts) = itself(list) {
            let places = parts.elems.iter().map(|part| self.place_of_part(part, sites));
            let places = places.collect::<Option<Vec<_>>>()?;
            return Some(quote!([#(#places),*].into_iter()));
        }
        let site = self.site(list, true, sites)?;
        let Site { name: list, is_option, .. } = &sites.sites[site];
        let (count, index) = match is_option {
            true => (quote!(::core::primitive::usize::from(#list.is_some())), self.fresh("index")),
            false => (quote!(#list.len()), self.fresh("index")),
        };
        Some(quote!((0..#count).map(|#index| (#site, #index))))
    }

    /// The places of the parts that a closure finds by data.
    fn places_found(
        &mut self,
        call: &ExprMethodCall,
        closure: &ExprClosure,
        sites: &mut Sites,
    ) -> Option<TokenStream> {
        let (items, method, inputs) = (&call.receiver, &call.method, &closure.inputs);
        let found = match &*closure.body {
            Expr::Block(block) if block.label.is_none() => end_of(&block.block)?,
            found => found,
        };
        let place = match found {
            part if method == "map" => self.place_of_part(part, sites)?,
            Expr::MethodCall(get) if get.method == "get" && get.args.len() == 1 => {
                let site = self.site(&get.receiver, true, sites)?;
                let (index, list, found) = (&get.args[0], &sites.sites[site].name, self.fresh("found"));
                quote!(Some((#site, #index)).filter(|#found| #found.1 < #list.len()))
            }
            _ => return None,
        };
        Some(quote!(#items.#method(|#inputs| #place)))
    }
}

/// What an iterator yields.
#[derive(Clone, Copy)]
enum Item {
    Place,
    /// A pair of a place and data: the position of the place.
    Pair(usize),
}

/// Whether a closure looks at nothing of a part.
fn keeps_by_data(closure: &ExprClosure, item: Item) -> bool {
    let [input] = &closure.inputs.iter().collect::<Vec<_>>()[..] else { return false };
    match (item, input) {
        (Item::Place, Pat::Wild(_)) => true,
        (Item::Pair(place), pattern) => match parts_of(pattern) {
            Some([first, second]) => matches!([first, second][place], Pat::Wild(_)),
            None => false,
        },
        _ => false,
    }
}

/// Whether a closure returns a part, or an option of it, and looks at nothing else of it.
fn yields_place(closure: &ExprClosure, place: usize) -> bool {
    let Some(pattern) = closure.inputs.first() else { return false };
    let Some(pair) = parts_of(pattern) else { return false };
    let Pat::Ident(part) = pair[place] else { return false };
    let count = free::names(&closure.body).iter().filter(|name| **name == part.ident).count();
    count == 1 && gives(&closure.body, &part.ident)
}

/// Whether an expression is a part, or an option of it that data decide about.
fn gives(expr: &Expr, part: &Ident) -> bool {
    match expr {
        Expr::Paren(inner) => gives(&inner.expr, part),
        Expr::Path(path) => path.path.is_ident(part),
        Expr::MethodCall(call) => {
            call.method == "then_some" && call.args.first().is_some_and(|value| gives(value, part))
        }
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Path(some) if some.path.is_ident("Some"))
                && call.args.first().is_some_and(|value| gives(value, part))
        }
        Expr::If(branch) => end_of(&branch.then_branch).is_some_and(|value| gives(value, part)),
        _ => false,
    }
}

/// The two parts of a pattern of a pair.
fn parts_of(pattern: &Pat) -> Option<[&Pat; 2]> {
    match pattern {
        Pat::Paren(inner) => parts_of(&inner.pat),
        Pat::Reference(inner) => parts_of(&inner.pat),
        Pat::Tuple(pair) if pair.elems.len() == 2 => Some([&pair.elems[0], &pair.elems[1]]),
        _ => None,
    }
}

pub(super) fn end_of(block: &Block) -> Option<&Expr> {
    match &block.stmts[..] {
        [Stmt::Expr(end, None)] => Some(end),
        _ => None,
    }
}
