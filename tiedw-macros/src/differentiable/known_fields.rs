//! The fields of values and modules whose derive stands above in the same module. rustc would report one that is missing or unknown
//! wherever it sees the type written: in a body and in its companion.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Attribute, Block, Data, DeriveInput, Expr, Fields, Member, Pat, PatStruct, PatTupleStruct, Path};

use crate::errors::Errors;
use crate::known;
use crate::module::nearest;
use crate::visit::{self, Visit};

/// Notes the fields of a struct, or of the variants of an enum.
pub(crate) fn note(input: &DeriveInput) {
    let name = &input.ident;
    let note = |key: String, fields: &Fields| {
        let names = fields.members().map(|member| text(&member));
        known::note(&key, names.collect::<Vec<_>>().join(" "), name.span(), &input.attrs);
    };
    match &input.data {
        Data::Struct(whole) => note(key(name, None), &whole.fields),
        Data::Enum(whole) => {
            whole.variants.iter().for_each(|variant| note(key(name, Some(&variant.ident)), &variant.fields));
        }
        Data::Union(_) => {}
    }
}

/// Notes the fields of a struct of values, of which some are marked `#[constant]`.
pub(crate) fn note_constant(input: &DeriveInput) {
    let Data::Struct(whole) = &input.data else { return };
    for field in &whole.fields {
        let Some(name) = &field.ident else { continue };
        let is_constant = field.attrs.iter().any(|attribute| attribute.path().is_ident("constant"));
        known::note(&constant_key(name, is_constant), String::new(), name.span(), &input.attrs);
    }
}

/// Whether a field of this name is one of values that is marked `#[constant]`. Types check it.
pub(super) fn is_constant(name: &Ident) -> bool {
    let is_noted = |is_constant| !known::texts(&constant_key(name, is_constant)).is_empty();
    is_noted(true) && !is_noted(false)
}

fn constant_key(name: &Ident, is_constant: bool) -> String {
    let kind = if is_constant { "constant" } else { "value" };
    format!("{kind} in field {name}")
}

fn key(name: &Ident, variant: Option<&Ident>) -> String {
    match variant {
        Some(variant) => format!("fields of {name}::{variant}"),
        None => format!("fields of {name}"),
    }
}

fn text(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// Reports where a body writes a value or a module with other fields than its type has; returns whether it does.
pub(super) fn report(body: &Block, at: Span, errors: &mut Errors) -> bool {
    let mut differences = Differences { at, errors, found: false };
    differences.visit_block(body);
    differences.found
}

struct Differences<'e> {
    /// A token of the item, whose module is known.
    at: Span,
    errors: &'e mut Errors,
    found: bool,
}

impl Differences<'_> {
    fn compare<'m>(
        &mut self,
        path: &Path,
        members: impl Iterator<Item = (&'m Member, &'m [Attribute])> + Clone,
        has_rest: bool,
    ) {
        // A field may be configured out.
        let is_plain = members.clone().all(|(_, attributes)| attributes.is_empty());
        let Some(known) = known_fields(path, self.at).filter(|_| is_plain) else { return };
        let ty = path.to_token_stream().to_string().replace(' ', "");
        let (mut missing, mut is_known) = (known.iter().collect::<Vec<&String>>(), true);
        for (member, _) in members {
            let name = text(member);
            missing.retain(|other| **other != name);
            if !known.contains(&name) {
                (self.found, is_known) = (true, false);
                let help = match nearest(&name, known.iter().map(String::as_str)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("it has `{}`", known.join("`, `")),
                };
                self.errors.at(member, format_args!("`{ty}` has no field `{name}`; {help}"));
            }
        }
        if is_known && !has_rest && !missing.is_empty() {
            self.found = true;
            let missing: Vec<&str> = missing.into_iter().map(String::as_str).collect();
            self.errors.at(path, format_args!("`{ty}` misses `{}`", missing.join("`, `")));
        }
    }
}

impl Differences<'_> {
    fn compare_count(&mut self, path: &Path, count: usize, written: usize, what: &str) {
        if count == written {
            return;
        }
        self.found = true;
        let ty = path.to_token_stream().to_string().replace(' ', "");
        self.errors.at(
            path,
            format_args!("`{ty}` has {count} fields, and {written} {what}", what = are(written, what)),
        );
    }
}

fn are(count: usize, what: &str) -> String {
    if count == 1 { format!("is {what}") } else { format!("are {what}") }
}

impl Visit<'_> for Differences<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Struct(whole) => {
                let members = whole.fields.iter().map(|field| (&field.member, &field.attrs[..]));
                // Of a destructuring assignment, the two dots have no value.
                self.compare(&whole.path, members, whole.dot2_token.is_some());
            }
            Expr::Call(call) => {
                if let Expr::Path(function) = &*call.func
                    && let Some(count) = count_of_fields(&function.path, self.at)
                {
                    self.compare_count(&function.path, count, call.args.len(), "given");
                }
            }
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_pat_tuple_struct(&mut self, pattern: &PatTupleStruct) {
        let has_rest = pattern.elems.iter().any(|part| matches!(part, Pat::Rest(_)));
        if let Some(count) = count_of_fields(&pattern.path, self.at).filter(|_| !has_rest) {
            self.compare_count(&pattern.path, count, pattern.elems.len(), "named");
        }
        visit::visit_pat_tuple_struct(self, pattern);
    }

    fn visit_pat_struct(&mut self, pattern: &PatStruct) {
        let members = pattern.fields.iter().map(|field| (&field.member, &field.attrs[..]));
        self.compare(&pattern.path, members, pattern.rest.is_some());
        visit::visit_pat_struct(self, pattern);
    }
}

/// The number of fields of a tuple struct or variant.
fn count_of_fields(path: &Path, at: Span) -> Option<usize> {
    let last = &path.segments.last()?.ident;
    let known = known_fields(path, at).filter(|_| last.to_string().starts_with(char::is_uppercase))?;
    let is_tuple = known.iter().all(|name| name.starts_with(|first: char| first.is_ascii_digit()));
    is_tuple.then_some(known.len())
}

fn known_fields(path: &Path, at: Span) -> Option<Vec<String>> {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    let last = segments.next()?;
    let key = match segments.next() {
        Some(owner) if path.segments.len() == 2 => key(owner, Some(last)),
        None => key(last, None),
        _ => return None,
    };
    let known = known::find(&key, at)?;
    Some(known.text.split_whitespace().map(str::to_owned).collect())
}
