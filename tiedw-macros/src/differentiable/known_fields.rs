//! The fields of values and modules whose derive stands above in the same module. rustc would report one that is missing or unknown
//! wherever it sees the type written: in a body and in its companion.

use std::cell::OnceCell;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{
    Attribute, Data, DeriveInput, Expr, Fields, GenericArgument, ImplItemFn, Item, Local, Member, Pat,
    PatStruct, PatTupleStruct, Path, PathArguments, Type,
};

use super::declared;
use super::part_names::{self, Origin};
use super::this::is_self_alone;
use crate::beside;
use crate::errors::Errors;
use crate::imported;
use crate::known;
use crate::module::nearest;
use crate::visit::{self, Visit};

/// Notes the fields of a struct, or of the variants of an enum.
pub(crate) fn note(input: &DeriveInput) {
    for (key, text) in texts_of(input) {
        known::note(&key, text, input.ident.span(), &input.attrs);
    }
}

/// What is noted, with its keys.
pub(crate) fn texts_of(input: &DeriveInput) -> Vec<(String, String)> {
    let name = &input.ident;
    let names = |fields: &Fields| fields.members().map(|member| text(&member)).collect::<Vec<_>>().join(" ");
    match &input.data {
        Data::Struct(whole) => {
            let named = || whole.fields.iter().zip(whole.fields.members());
            let types = named()
                .filter_map(|(field, member)| Some(format!("{}:{}", text(&member), name_of(&field.ty)?)));
            let whole_types =
                named().map(|(field, member)| format!("{}:{}", text(&member), field.ty.to_token_stream()));
            vec![
                (key(name, None), names(&whole.fields)),
                (types_key(name), types.collect::<Vec<_>>().join(" ")),
                (whole_types_key(name), whole_types.collect::<Vec<_>>().join("\n")),
            ]
        }
        Data::Enum(whole) => whole
            .variants
            .iter()
            .map(|variant| (key(name, Some(&variant.ident)), names(&variant.fields)))
            .collect(),
        Data::Union(_) => Vec::new(),
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

/// Types that stand for the module that they hold.
const HOLD_MODULES: [&str; 4] = ["Tied", "Frozen", "WithElem", "WithoutBias"];

/// The fields of layers and parameters.
const FIELDS_OF_LAYERS: [(&str, &str); 12] = [
    ("BatchNorm", "weight bias running_mean running_var eps momentum"),
    ("Conv1d", "weight bias stride padding"),
    ("Conv2d", "weight bias stride padding"),
    ("Embedding", "weight padding_idx"),
    ("Filter1d", ""),
    ("Filter2d", ""),
    ("LayerNorm", "weight bias eps"),
    ("Linear", "weight bias"),
    ("Matrix", ""),
    ("PRelu", "weight"),
    ("RmsNorm", "weight eps"),
    ("Vector", ""),
];

fn types_key(name: &Ident) -> String {
    format!("types of fields of {name}")
}

fn whole_types_key(name: &Ident) -> String {
    format!("whole types of fields of {name}")
}

/// The name of a type, in a bracket if it is that of the elements of a list.
fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Array(list) => Some(format!("[{}", name_of(&list.elem)?)),
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
            let name = &path.path.segments[0];
            match &name.arguments {
                PathArguments::AngleBracketed(arguments) if name.ident == "Vec" => {
                    let Some(GenericArgument::Type(element)) = arguments.args.first() else { return None };
                    Some(format!("[{}", name_of(element)?))
                }
                _ => Some(name.ident.to_string()),
            }
        }
        _ => None,
    }
}

fn text(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// Reports where a body writes a value or a module with other fields than its type has, or names one that `self`, a module of
/// the type `own`, does not have; returns whether it does.
pub(super) fn report(function: &ImplItemFn, own: Option<&Type>, at: Span, errors: &mut Errors) -> bool {
    let types = own.map_or_else(PartTypes::default, |own| PartTypes::of_module(own, at));
    let names = match own {
        Some(_) => part_names::with_origins(function, &|expr| types.of(expr).is_some()),
        None => Vec::new(),
    };
    let mut differences =
        Differences { at, types, names, function, tuples: Vec::new(), errors, found: false };
    differences.visit_block(&function.block);
    differences.found
}

/// The types of `self` and its parts, by what is known of the structs of the file.
#[derive(Default)]
pub(super) struct PartTypes {
    /// A token of the item, whose module is known, if there is a module.
    at: Option<Span>,
    /// The module that `self` is.
    own: Option<Ident>,
    /// Whether that is defined in another file.
    is_imported: OnceCell<bool>,
}

impl PartTypes {
    pub(super) fn of_module(own: &Type, at: Span) -> Self {
        let own = match own {
            Type::Path(path) if path.path.segments.len() == 1 => Some(path.path.segments[0].ident.clone()),
            _ => None,
        };
        PartTypes { at: Some(at), own, is_imported: OnceCell::new() }
    }

    /// Whether a name certainly is that of a module, or of a type that holds one.
    pub(super) fn is_module(&self, name: &str) -> bool {
        self.at.is_some_and(|at| {
            if HOLD_MODULES.contains(&name) {
                return true;
            }
            if self.own.as_ref().is_some_and(|own| imported::is_module_beside(own, name, at)) {
                return true;
            }
            syn::parse_str::<Ident>(name)
                .is_ok_and(|name| declared::names_module(&Ident::new(&name.to_string(), at), at))
        })
    }

    /// Whether a name is that of the type of a parameter, and of no module of the user's own.
    pub(super) fn is_parameter(&self, name: &str) -> bool {
        matches!(name, "Matrix" | "Vector")
            && self.at.is_some_and(|at| !declared::names_own_module(&Ident::new(name, at), at))
    }

    /// The name of the type of an expression that is `self` or a part of it, in a bracket if it is that of the elements of a list.
    pub(super) fn of(&self, expr: &Expr) -> Option<String> {
        self.of_with(expr, &|_| None)
    }

    /// The same, where these names are those of parts.
    pub(super) fn of_named(&self, part: &Expr, names: &[(Ident, Origin)]) -> Option<String> {
        self.of_with(part, &|name| {
            let mut origins = names.iter().filter(|(part, _)| part == name).map(|(_, origin)| origin);
            let first = self.of_origin(origins.next()?)?;
            origins.all(|origin| self.of_origin(origin).as_ref() == Some(&first)).then_some(first)
        })
    }

    fn of_origin(&self, origin: &Origin) -> Option<String> {
        match origin {
            Origin::Place(place) => self.of(place),
            Origin::Items(list) => match &*self.of(list)? {
                "Option" => self.in_option(list),
                ty => Some(ty.strip_prefix('[')?.to_owned()),
            },
            Origin::Several => None,
        }
    }

    /// The same, where names may be those of parts of the module, of a known type.
    pub(super) fn of_with(&self, expr: &Expr, named: &dyn Fn(&Ident) -> Option<String>) -> Option<String> {
        match expr {
            Expr::Paren(inner) => self.of_with(&inner.expr, named),
            Expr::Reference(inner) => self.of_with(&inner.expr, named),
            Expr::Index(access) => {
                let list = self.of_with(&access.expr, named)?;
                match &*access.index {
                    Expr::Range(_) => Some(list),
                    _ => Some(list.strip_prefix('[')?.to_owned()),
                }
            }
            Expr::Field(field) => {
                let owner: Ident = syn::parse_str(&self.of_with(&field.base, named)?).ok()?;
                let types = self.noted(&types_key(&owner), &owner)?;
                let field = text(&field.member);
                let mut types = types.split_whitespace().filter_map(|pair| pair.split_once(':'));
                Some(types.find(|(name, _)| *name == field)?.1.to_owned())
            }
            this if is_self_alone(this) => Some(self.own.as_ref()?.to_string()),
            Expr::Path(path) => named(path.path.get_ident()?),
            _ => None,
        }
    }

    /// What was noted of a struct that is `self` or the type of a part, of this file or of one that this imports it from.
    fn noted(&self, key: &str, owner: &Ident) -> Option<String> {
        let at = self.at?;
        // The types of the fields mean what they do where the struct is.
        match &self.own {
            Some(own) if own != owner && self.is_imported(own, at) => {
                imported::text_beside(own, key, owner, at)
            }
            _ => known::text_in_file(key, at).or_else(|| imported::text(key, owner, at)),
        }
    }

    fn is_imported(&self, own: &Ident, at: Span) -> bool {
        let key = key(own, None);
        let is_imported =
            || known::text_in_file(&key, at).is_none() && imported::text(&key, own, at).is_some();
        *self.is_imported.get_or_init(is_imported)
    }

    /// The fields of a module that is `self` or the type of a part, if they are certain to be those.
    fn fields_of(&self, module: &Ident, unless: &Member) -> Option<Vec<String>> {
        let at = self.at?;
        let key = key(module, None);
        let known = self.noted(&key, module).or_else(|| self.of_layer(module, at))?;
        let known: Vec<String> = known.split_whitespace().map(str::to_owned).collect();
        // Where the type is takes long to find.
        let is_other = known.contains(&text(unless))
            || known::text_in_file(&key, at).is_some() && !known::is_only_struct(&key, module, at);
        (!is_other).then_some(known)
    }

    /// The fields of a layer of the library.
    fn of_layer(&self, layer: &Ident, at: Span) -> Option<String> {
        let (_, fields) = FIELDS_OF_LAYERS.iter().find(|(name, _)| layer == name)?;
        let name = layer.to_string();
        let is_own = !beside::is_of_library(&Ident::new(&name, at), at) || known::is_derived(&name, "Module");
        (!is_own).then(|| (*fields).to_owned())
    }

    /// The name of the type that an optional field holds.
    pub(super) fn in_option(&self, field: &Expr) -> Option<String> {
        let Type::Path(path) = self.declared(field)? else { return None };
        let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
            return None;
        };
        match arguments.args.first()? {
            GenericArgument::Type(inside) => name_of(inside),
            _ => None,
        }
    }

    /// The type of an expression that is a field, as it is declared.
    pub(super) fn declared(&self, expr: &Expr) -> Option<Type> {
        let Expr::Field(field) = expr else { return None };
        let owner: Ident = syn::parse_str(&self.of(&field.base)?).ok()?;
        let types = self.noted(&whole_types_key(&owner), &owner)?;
        let field = text(&field.member);
        let mut types = types.lines().filter_map(|pair| pair.split_once(':'));
        syn::parse_str(types.find(|(name, _)| *name == field)?.1).ok()
    }
}

/// Whether a module certainly has a field of this name.
pub(super) fn has_field(module: &Type, name: &str, at: Span) -> bool {
    let Type::Path(path) = module else { return false };
    let last = path.path.segments.last().map(|last| &last.ident);
    let known = last.and_then(|module| known::text_in_module(&key(module, None), at));
    known.is_some_and(|known| known.split_whitespace().any(|field| field == name))
}

struct Differences<'e> {
    /// A token of the item, whose module is known.
    at: Span,
    types: PartTypes,
    /// The names of parts in the method.
    names: Vec<(Ident, Origin)>,
    function: &'e ImplItemFn,
    /// The names of tuples so far, with the numbers of their items.
    tuples: Vec<(Ident, usize)>,
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
        let named =
            self.types.own.as_ref().filter(|_| path.is_ident("Self")).map(|own| Path::from(own.clone()));
        let named = named.as_ref().unwrap_or(path);
        let imported = || imported_fields(named, self.at);
        // rustc says what a pattern of a layer of the library misses.
        let mut has_rest = has_rest;
        let of_layer = || {
            let fields = self.types.of_layer(named.get_ident()?, self.at)?;
            has_rest = true;
            Some(fields.split_whitespace().map(str::to_owned).collect())
        };
        let known = known_fields(named, self.at).or_else(imported).or_else(of_layer);
        let Some(known) = known.filter(|_| is_plain) else {
            return;
        };
        let ty = named.to_token_stream().to_string().replace(' ', "");
        let (mut missing, mut is_known) = (known.iter().collect::<Vec<&String>>(), true);
        for (member, _) in members {
            let name = text(member);
            missing.retain(|other| **other != name);
            if !known.contains(&name) {
                (self.found, is_known) = (true, false);
                self.unknown(&ty, member, &known);
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
    fn unknown(&mut self, ty: &str, member: &Member, known: &[String]) {
        let name = text(member);
        let help = match nearest(&name, known.iter().map(String::as_str)) {
            None if known.is_empty() => String::from("it is a tensor in a body"),
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("it has `{}`", known.join("`, `")),
        };
        self.found = true;
        self.errors.at(member, format_args!("`{ty}` has no field `{name}`; {help}"));
    }

    fn compare_field(&mut self, base: &Expr, member: &Member) {
        if let Member::Unnamed(index) = member
            && let Expr::Path(path) = base
            && let Some((name, count)) = self
                .tuples
                .iter()
                .find(|(name, count)| path.path.is_ident(name) && index.index as usize >= *count)
            && part_names::bindings(self.function).iter().filter(|other| *other == name).count() == 1
        {
            self.found = true;
            return self
                .errors
                .at(member, format_args!("`{name}` has {count} items: the first is `{name}.0`"));
        }
        let ty = self.types.of_named(base, &self.names);
        let Some(module) = ty.and_then(|name| syn::parse_str::<Ident>(&name).ok()) else { return };
        if let Some(known) = self.types.fields_of(&module, member) {
            self.unknown(&module.to_string(), member, &known);
        }
    }

    /// Compares a call of the name of a struct or a variant.
    fn compare_call(&mut self, path: &Path, given: usize) {
        if let Some(count) = count_of_fields(path, self.at) {
            return self.compare_count(path, count, given, "given");
        }
        let is_type =
            path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase));
        let Some(known) = known_fields(path, self.at).filter(|_| is_type) else { return };
        self.found = true;
        let ty = path.to_token_stream().to_string().replace(' ', "");
        let fields: Vec<_> = known.iter().map(|name| format!("{name}: ..")).collect();
        self.errors.at(
            path,
            format_args!("the fields of `{ty}` have names: write `{ty} {{ {} }}`", fields.join(", ")),
        );
    }

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
                if let Expr::Path(function) = &*call.func {
                    self.compare_call(&function.path, call.args.len());
                }
            }
            Expr::Field(field) => self.compare_field(&field.base, &field.member),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_local(&mut self, local: &Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
            && let Expr::Tuple(tuple) = &*init.expr
        {
            self.tuples.push((name.ident.clone(), tuple.elems.len()));
        }
        visit::visit_local(self, local);
    }

    // An item inside a body has its own `self`.
    fn visit_item(&mut self, item: &Item) {
        let own = self.types.own.take();
        visit::visit_item(self, item);
        self.types.own = own;
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

/// The fields of a module of another file that is imported by its name.
fn imported_fields(path: &Path, at: Span) -> Option<Vec<String>> {
    let name = path.get_ident()?;
    let known = imported::text(&key(name, None), name, at)?;
    Some(known.split_whitespace().map(str::to_owned).collect())
}
