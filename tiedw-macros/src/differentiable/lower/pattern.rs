//! Patterns that take a value apart: each name is bound to a part, whose cotangent goes to that part.

use crate::visit_mut::VisitMut;
use proc_macro2::Ident;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Member, Pat, Path, Token};

use super::Lower;
use crate::differentiable::hidden::{hidden, hidden_pattern};
use crate::differentiable::model::{Access, Operand, Out, Step, Target};
use crate::differentiable::scope::Binding;
use crate::differentiable::tokens::Tokens;
use crate::private::private_at;

impl Lower<'_> {
    /// Binds the names of a pattern to parts of the value with the target `of`. Returns the pattern with hygienic
    /// names, and the steps to run where they are in scope.
    pub(super) fn value_pattern(&mut self, pattern: &Pat, of: &Target) -> (Pat, Vec<Step>) {
        let mut names = Vec::new();
        let pattern = &self.with_rests(pattern);
        self.names_of(pattern, of, &mut names);
        let checked = self.checked.filter(|_| names_type(pattern));
        let mutable = mutable_names(pattern);
        let steps = names.into_iter().flat_map(|(name, of)| {
            let certain = matches!(of, Target::Var(of) if self.certain[of.0]);
            let var = self.var(hidden(&name), certain);
            if self.is_chosen(&of) {
                self.chosen.insert(var);
            }
            self.scope.bind(&name, Binding::Var(var));
            // A pattern that names a type gives the parts of an error type their types.
            let checked = checked.map(|checked| {
                let (inside, mutability) = (hidden(&name), mutable.contains(&name).then(|| quote!(mut)));
                let value = checked.value(&inside, name.span());
                Step::Plain(quote!(let #mutability #inside = #value;))
            });
            checked.into_iter().chain([Step::Name { var, of }])
        });
        let steps = steps.collect();
        // A constant in the pattern is found under its hygienic name, too.
        let plain = self.error_patterns(pattern);
        (hidden_pattern(pattern, &|name| !plain.contains(name)), steps)
    }

    /// The names in patterns of errors.
    fn error_patterns(&self, pattern: &Pat) -> Vec<Ident> {
        #[derive(Default)]
        struct Errors {
            depth: usize,
            names: Vec<Ident>,
        }
        impl<'ast> crate::visit::Visit<'ast> for Errors {
            fn visit_pat_tuple_struct(&mut self, variant: &'ast syn::PatTupleStruct) {
                let inside = usize::from(is_error(&variant.path));
                self.depth += inside;
                crate::visit::visit_pat_tuple_struct(self, variant);
                self.depth -= inside;
            }

            fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
                if self.depth > 0 {
                    self.names.push(name.ident.clone());
                }
                crate::visit::visit_pat_ident(self, name);
            }

            fn visit_expr(&mut self, _: &'ast syn::Expr) {}
        }
        let mut errors = Errors::default();
        crate::visit::Visit::visit_pat(&mut errors, pattern);
        errors.names
    }

    /// Makes sure that a value has a place from which a pattern can take its parts.
    pub(super) fn placed(&mut self, value: Operand) -> Operand {
        if has_place(&value.target) { value } else { self.bound_to_variable(value) }
    }

    /// Binds a value to a variable.
    pub(super) fn bound_to_variable(&mut self, value: Operand) -> Operand {
        let var = self.temporary(self.is_certain(&value.target));
        if self.is_chosen(&value.target) {
            self.chosen.insert(var);
        }
        self.steps.push(Step::Bind { pattern: var.value().into(), out: Out::Var(var), value });
        Operand { expr: var.value().into(), target: Target::Var(var) }
    }

    /// Returns the target of a part of a value.
    pub(super) fn inside(&mut self, of: &Target, access: Access, source: &impl ToTokens) -> Target {
        of.within(access).unwrap_or_else(|| {
            self.errors
                .at(source, "the gradient of this part is lost; bind the whole value to a name before");
            Target::Nothing
        })
    }

    fn names_of(&mut self, pattern: &Pat, of: &Target, names: &mut Vec<(Ident, Target)>) {
        match pattern {
            Pat::Ident(name) => {
                if name.subpat.is_some() || !is_constant(&name.ident) {
                    names.push((name.ident.clone(), of.clone()));
                }
                if let Some((_, inner)) = &name.subpat
                    && !matches!(**inner, Pat::Rest(_))
                {
                    self.names_of(inner, of, names);
                }
            }
            Pat::Paren(inner) => self.names_of(&inner.pat, of, names),
            Pat::Reference(inner) => self.names_of(&inner.pat, of, names),
            Pat::Type(inner) => self.names_of(&inner.pat, of, names),
            Pat::Tuple(tuple) => {
                self.elements_of(&tuple.elems, of, names, |position| Access::Index(position.into()));
            }
            Pat::TupleStruct(variant) if is_transparent(&variant.path) => {
                for inner in &variant.elems {
                    self.names_of(inner, of, names);
                }
            }
            // An error is data.
            Pat::TupleStruct(variant) if is_error(&variant.path) => {
                for inner in &variant.elems {
                    self.error_names(inner);
                }
            }
            Pat::TupleStruct(variant) => {
                let owner = owner(&variant.path);
                let span = variant.path.span();
                self.elements_of(&variant.elems, of, names, |position| {
                    Access::Field(format!("{owner}.{position}"), span)
                });
            }
            Pat::Struct(whole) => {
                let owner = owner(&whole.path);
                for field in &whole.fields {
                    let access = access(&owner, &field.member);
                    let part = self.inside(of, access, &field.member);
                    self.names_of(&field.pat, &part, names);
                }
            }
            Pat::Slice(slice) => self.slice_of(&slice.elems, of, names),
            Pat::Or(cases) => {
                let mut found = Vec::new();
                for case in &cases.cases {
                    self.names_of(case, of, &mut found);
                }
                if let Some((name, _)) = found.first() {
                    self.errors.at(
                        name,
                        format_args!(
                            "`{name}` may carry a gradient, so each alternative needs an arm of its own"
                        ),
                    );
                }
            }
            Pat::Macro(mac) => self
                .errors
                .at(mac, "the names that a macro binds in a pattern are not known here; write the pattern"),
            _ => {}
        }
    }

    /// Binds the names of a pattern of an error, and checks that it holds no values.
    fn error_names(&mut self, pattern: &Pat) {
        for name in self.bind_plain(pattern) {
            let (span, private) = (name.span(), private_at(name.span()));
            self.bound.push(Step::Plain(quote_spanned! {span=>
                if false {
                    use #private::{HeldAny as _, HeldValue as _};
                    #private::Discrete::assert_discrete((&&#private::ErrorOf(&#name)).held());
                }
            }));
        }
    }

    fn elements_of<'p>(
        &mut self,
        elements: impl IntoIterator<Item = &'p Pat>,
        of: &Target,
        names: &mut Vec<(Ident, Target)>,
        access: impl Fn(usize) -> Access,
    ) {
        let mut rest = false;
        for (position, element) in elements.into_iter().enumerate() {
            if matches!(element, Pat::Rest(_)) {
                rest = true;
                continue;
            }
            let known = names.len();
            let part = self.inside(of, access(position), element);
            self.names_of(element, &part, names);
            if rest && names.len() > known {
                self.errors.at(
                    element,
                    "after `..` the position of a name is not known here; write `_` for each part",
                );
            }
        }
    }

    fn slice_of<'p>(
        &mut self,
        elements: impl IntoIterator<Item = &'p Pat>,
        of: &Target,
        names: &mut Vec<(Ident, Target)>,
    ) {
        let element = |position: usize| {
            let index = Tokens::from(quote!(#position));
            Access::Element(index)
        };
        // The name of what `..` stands for, and the positions before it.
        let mut rest: Option<(Ident, usize)> = None;
        for (position, pattern) in elements.into_iter().enumerate() {
            match pattern {
                Pat::Ident(name) if is_rest(name) => {
                    rest = Some((hidden(&name.ident), position));
                    let start = self.index();
                    self.bound.push(Step::Index { name: start.clone(), value: quote!(#position).into() });
                    names.push((name.ident.clone(), Target::Slice(Box::new(of.clone()), start)));
                }
                pattern => {
                    let target = match &rest {
                        None => self.inside(of, element(position), pattern),
                        Some((rest, start)) => {
                            let (index, after) = (self.index(), position - start - 1);
                            let value = quote!(#start + #rest.len() + #after).into();
                            self.bound.push(Step::Index { name: index.clone(), value });
                            self.inside(of, Access::Element(index.into()), pattern)
                        }
                    };
                    self.names_of(pattern, &target, names);
                }
            }
        }
    }

    /// Gives each `..` of a slice pattern a name, since what follows it is found by its length.
    pub(super) fn with_rests(&mut self, pattern: &Pat) -> Pat {
        /// `is_place` is within `&`, where `..` stands for the elements themselves.
        struct Rests<'l, 'a> {
            lower: &'l mut Lower<'a>,
            is_place: bool,
        }
        impl VisitMut for Rests<'_, '_> {
            fn visit_pat_mut(&mut self, pattern: &mut Pat) {
                let outer = self.is_place;
                self.is_place |= matches!(pattern, Pat::Reference(_));
                crate::visit_mut::visit_pat_mut(self, pattern);
                self.is_place = outer;
            }

            fn visit_pat_slice_mut(&mut self, slice: &mut syn::PatSlice) {
                let last = slice.elems.len().saturating_sub(1);
                for (position, element) in slice.elems.iter_mut().enumerate() {
                    if let Pat::Rest(rest) = element
                        && position < last
                    {
                        let name = self.lower.fresh("rest");
                        let by_ref = self.is_place.then(<Token![ref]>::default);
                        *element = syn::parse_quote!(#by_ref #name @ #rest);
                    }
                }
                crate::visit_mut::visit_pat_slice_mut(self, slice);
            }

            fn visit_expr_mut(&mut self, _: &mut syn::Expr) {}
        }
        let mut pattern = pattern.clone();
        Rests { lower: self, is_place: false }.visit_pat_mut(&mut pattern);
        pattern
    }
}

/// Whether a pattern names a struct or a variant of the user's own.
fn names_type(pattern: &Pat) -> bool {
    struct Types(bool);
    impl<'ast> crate::visit::Visit<'ast> for Types {
        fn visit_pat_tuple_struct(&mut self, variant: &'ast syn::PatTupleStruct) {
            self.0 |= !is_transparent(&variant.path) && !is_error(&variant.path);
            crate::visit::visit_pat_tuple_struct(self, variant);
        }

        fn visit_pat_struct(&mut self, _: &'ast syn::PatStruct) {
            self.0 = true;
        }

        fn visit_expr(&mut self, _: &'ast syn::Expr) {}
    }
    let mut types = Types(false);
    crate::visit::Visit::visit_pat(&mut types, pattern);
    types.0
}

/// The names in a pattern that are `mut`.
fn mutable_names(pattern: &Pat) -> Vec<Ident> {
    struct Mutable(Vec<Ident>);
    impl<'ast> crate::visit::Visit<'ast> for Mutable {
        fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
            if name.by_ref.is_none() && name.mutability.is_some() {
                self.0.push(name.ident.clone());
            }
            crate::visit::visit_pat_ident(self, name);
        }

        fn visit_expr(&mut self, _: &'ast syn::Expr) {}
    }
    let mut mutable = Mutable(Vec::new());
    crate::visit::Visit::visit_pat(&mut mutable, pattern);
    mutable.0
}

pub(super) fn is_rest(name: &syn::PatIdent) -> bool {
    matches!(&name.subpat, Some((_, rest)) if matches!(**rest, Pat::Rest(_)))
}

fn has_place(target: &Target) -> bool {
    match target {
        Target::Nothing | Target::Var(_) | Target::Part(_) | Target::Parameter(_) => true,
        Target::Tuple(parts) => parts.iter().all(has_place),
        Target::Parts(..) | Target::Each(_) | Target::All(..) | Target::Slice(..) => false,
    }
}

/// Whether a name in a pattern is that of a constant or a variant. Variables start with a small letter.
pub(super) fn is_constant(name: &Ident) -> bool {
    name.to_string().trim_start_matches("r#").starts_with(char::is_uppercase)
}

/// Whether a variant has the cotangent of what is inside.
pub(super) fn is_transparent(path: &Path) -> bool {
    is_variant_of(path, "Option", "Some") || is_variant_of(path, "Result", "Ok")
}

/// Whether a variant is `Err`.
pub(super) fn is_error(path: &Path) -> bool {
    is_variant_of(path, "Result", "Err")
}

/// Whether a path is that of a variant, alone or after its type. An enum of the user's own may have one of that name.
fn is_variant_of(path: &Path, owner: &str, variant: &str) -> bool {
    let mut segments = path.segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == variant)
        && segments.next().is_none_or(|before| before.ident == owner)
}

/// The name of the struct or variant that a path ends with.
pub(super) fn owner(path: &Path) -> String {
    path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
}

/// The access to a field of a struct or variant in a pattern or a struct expression.
pub(super) fn access(owner: &str, member: &Member) -> Access {
    let name = match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    };
    let name = name.trim_start_matches("r#");
    Access::Field(format!("{owner}.{name}"), member.span())
}
