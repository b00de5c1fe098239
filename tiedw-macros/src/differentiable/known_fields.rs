//! The fields of types of values whose derive stands above in the same module. rustc reports a field that is missing or unknown
//! wherever it sees the type written, so a body with such a mistake has no companion.

use proc_macro2::Ident;
use syn::{Block, Data, DeriveInput, Expr, ExprCall, ExprStruct, Fields, Member, PatStruct, Path};

use crate::known;
use crate::visit::{self, Visit};

/// Notes the fields of a struct, or of the variants of an enum.
pub(crate) fn note(input: &DeriveInput) {
    let name = &input.ident;
    let note = |key: String, fields: &Fields| {
        let names = fields.members().map(|member| match member {
            Member::Named(name) => name.to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        });
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

fn key(name: &Ident, variant: Option<&Ident>) -> String {
    match variant {
        Some(variant) => format!("fields of {name}::{variant}"),
        None => format!("fields of {name}"),
    }
}

/// Whether a body writes a value with other fields than its type has.
pub(super) fn differ(body: &Block) -> bool {
    let mut found = Differences(false);
    found.visit_block(body);
    found.0
}

struct Differences(bool);

impl Visit<'_> for Differences {
    fn visit_expr(&mut self, expr: &Expr) {
        self.0 |= match expr {
            Expr::Struct(whole) => differs(whole),
            Expr::Call(call) => has_other_count(call),
            _ => false,
        };
        visit::visit_expr(self, expr);
    }

    fn visit_pat_struct(&mut self, pattern: &PatStruct) {
        let members: Vec<_> = pattern.fields.iter().map(|field| &field.member).collect();
        self.0 |= known_fields(&pattern.path)
            .is_some_and(|known| !is_same(&known, &members, pattern.rest.is_some()));
        visit::visit_pat_struct(self, pattern);
    }
}

fn differs(whole: &ExprStruct) -> bool {
    let members: Vec<_> = whole.fields.iter().map(|field| &field.member).collect();
    known_fields(&whole.path).is_some_and(|known| !is_same(&known, &members, whole.rest.is_some()))
}

/// Whether a tuple struct or variant is called with another number of arguments.
fn has_other_count(call: &ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return false };
    let is_type = function
        .path
        .segments
        .last()
        .is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase));
    is_type && known_fields(&function.path).is_some_and(|known| known.len() != call.args.len())
}

fn is_same(known: &[String], members: &[&Member], has_rest: bool) -> bool {
    let name = |member: &Member| match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    };
    let mut names: Vec<_> = members.iter().map(|member| name(member)).collect();
    let all_known = names.iter().all(|name| known.contains(name));
    let written = names.len();
    names.sort();
    names.dedup();
    all_known && names.len() == written && (has_rest || written == known.len())
}

fn known_fields(path: &Path) -> Option<Vec<String>> {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    let last = segments.next()?;
    let key = match segments.next() {
        Some(owner) if path.segments.len() == 2 => key(owner, Some(last)),
        None => key(last, None),
        _ => return None,
    };
    let text = known::text_in_module(&key, last.span())?;
    Some(text.split_whitespace().map(str::to_owned).collect())
}
