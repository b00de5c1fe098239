//! Parsing of the attributes `#[module(..)]` and `#[tie(..)]`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Meta, Path, Token, Type, parse::ParseStream, parse_quote};

use super::model::{Glue, Hole, Tie};
use super::names::mentions;
use super::source::Source;
use super::suggest::nearest;
use crate::errors::Errors;

/// The options of `#[module(..)]` on a struct.
#[derive(Default)]
pub(super) struct StructOptions {
    pub(super) glue: Option<Glue>,
    pub(super) krate: Option<Path>,
}

impl StructOptions {
    pub(super) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut options = StructOptions::default();
        const KEYS: [&str; 3] = ["sequential", "parallel", "crate"];
        each_option(attrs, errors, |meta, errors| {
            let glue = match option(
                meta,
                KEYS,
                "a struct takes `sequential`, `parallel` and `crate = path`",
                errors,
            ) {
                Some("crate") => {
                    if !meta.input.peek(Token![=]) {
                        let message = "`crate` has no path; write `crate = path::to::tiedw`";
                        return Err(syn::Error::new_spanned(&meta.path, message));
                    }
                    if options.krate.replace(meta.value()?.parse()?).is_some() {
                        errors.at(&meta.path, "`crate` is given twice; leave out one of the two");
                    }
                    return Ok(());
                }
                Some(key) => {
                    no_value(meta, key, errors)?;
                    if key == "sequential" { Glue::Sequential } else { Glue::Parallel }
                }
                None if meta.path.is_ident("skip") => {
                    errors.at(&meta.path, "`skip` belongs on a field: write `#[module(skip)]` above it");
                    return Ok(());
                }
                None => return skip_value(meta),
            };
            if *options.glue.get_or_insert(glue) != glue {
                errors.at(&meta.path, "a struct is `sequential` or `parallel`; leave out one of the two");
            }
            Ok(())
        });
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("tie")) {
            errors.at(attr, "`#[tie]` belongs on a field: write it above the field that borrows");
        }
        options
    }

    /// The path of the crate, `::tiedw` by default.
    pub(super) fn krate(&self) -> Path {
        self.krate.clone().unwrap_or_else(|| parse_quote!(::tiedw))
    }
}

/// `#[module(..)]` on a field.
#[derive(Default)]
pub(super) struct FieldOptions {
    pub(super) skip: bool,
    /// How it is initialized.
    pub(super) init: Option<Expr>,
}

/// Reads the options of a field.
pub(super) fn field(attrs: &[Attribute], errors: &mut Errors) -> FieldOptions {
    let mut options = FieldOptions::default();
    each_option(attrs, errors, |meta, errors| {
        for glue in ["sequential", "parallel"] {
            if meta.path.is_ident(glue) {
                errors.at(
                    &meta.path,
                    format_args!("`{glue}` belongs on the struct: write `#[module({glue})]` above it"),
                );
                return Ok(());
            }
        }
        match option(meta, ["skip", "init"], "a field takes `skip` and `init = ..`", errors) {
            Some("init") => {
                if !meta.input.peek(Token![=]) {
                    let message = "`init` has no value; write `init = normal(0.0, 0.02)`, for example";
                    return Err(syn::Error::new_spanned(&meta.path, message));
                }
                if options.init.replace(meta.value()?.parse()?).is_some() {
                    errors.at(&meta.path, "`init` is given twice; leave out one of the two");
                }
            }
            Some(key) => {
                no_value(meta, key, errors)?;
                options.skip = true;
            }
            None => skip_value(meta)?,
        }
        Ok(())
    });
    options
}

/// Reads each option of each `#[module(..)]`.
fn each_option(
    attrs: &[Attribute],
    errors: &mut Errors,
    mut read: impl FnMut(&ParseNestedMeta<'_>, &mut Errors) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("module")) {
        match &attr.meta {
            Meta::List(_) => {
                let result = attr.parse_nested_meta(|meta| read(&meta, errors));
                errors.ok(result);
            }
            _ => errors.at(attr, "`#[module]` says nothing; write an option in brackets: `#[module(..)]`"),
        }
    }
}

/// Returns the key that the user wrote. Reports an unknown key, and returns the one that was probably meant.
fn option<const N: usize>(
    meta: &ParseNestedMeta<'_>,
    keys: [&'static str; N],
    accepted: &str,
    errors: &mut Errors,
) -> Option<&'static str> {
    if let Some(key) = keys.into_iter().find(|key| meta.path.is_ident(key)) {
        return Some(key);
    }
    if meta.path.is_ident("skip") {
        return None;
    }
    let path = &meta.path;
    let written = quote::quote!(#path).to_string().replace(' ', "");
    let meant = nearest(&written, keys);
    let help = meant.map_or_else(|| accepted.to_owned(), |key| format!("did you mean `{key}`?"));
    errors.at(path, format_args!("unknown option `{written}`; {help}"));
    meant
}

/// Skips the value of an unknown key, so that the remaining options are read.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    }
    Ok(())
}

/// Reports a value after a key that takes none.
fn no_value(meta: &ParseNestedMeta<'_>, key: &str, errors: &mut Errors) -> syn::Result<()> {
    if meta.input.peek(Token![=]) {
        let value: Expr = meta.value()?.parse()?;
        errors.at(value, format_args!("`{key}` takes no value; write `#[module({key})]`"));
    }
    Ok(())
}

/// Reads `#[tie]`, `#[tie(source)]` or `#[tie(hole = source, ..)]` on the field `field` of the type `ty`.
pub(super) fn tie(field: &Ident, ty: &Type, attrs: &[Attribute], errors: &mut Errors) -> Option<Tie> {
    let mut found = attrs.iter().filter(|attr| attr.path().is_ident("tie"));
    let first = found.next();
    let misspelt = if first.is_none() && !attrs.is_empty() { misspelt(attrs, ty) } else { None };
    let attr = first.or(misspelt.as_ref())?;
    let second = found.next();
    for more in second.into_iter().chain(found) {
        errors.at(
            more,
            format_args!(
                "`{field}` has a second `#[tie]`; write all its ties in one: `#[tie(a = .., b = ..)]`"
            ),
        );
    }
    let tie = match &attr.meta {
        Meta::Path(_) => Some(Tie::Open),
        Meta::List(list) if list.tokens.is_empty() => {
            errors.at(
                attr,
                format_args!(
                    "this names no source for `{field}`: write `#[tie(source)]`, or bare `#[tie]` to leave the tie \
                     open for the struct that contains this one"
                ),
            );
            None
        }
        Meta::List(list) => {
            let tie = list.parse_args_with(|input: ParseStream<'_>| parse(field, attr, input, errors));
            errors.ok(tie).flatten()
        }
        Meta::NameValue(_) => {
            errors.at(attr, format_args!("a tie stands in brackets: write `#[tie(source)]` for `{field}`"));
            None
        }
    };
    Some(tie.filter(|_| second.is_none()).unwrap_or(Tie::Unknown))
}

/// A misspelt `#[tie]` on a field of this type, as it is meant. rustc reports the name; without a tie, the type would be
/// reported, too.
fn misspelt(attrs: &[Attribute], ty: &Type) -> Option<Attribute> {
    let is_near = |name: &Ident| {
        let name = name.to_string();
        name != "tie" && nearest(&name, ["tie"]).is_some()
    };
    let mut near = attrs.iter().filter(|attr| attr.path().get_ident().is_some_and(is_near));
    let mut attr = near.next().filter(|_| mentions(ty.to_token_stream(), "Tied"))?.clone();
    let tie = Ident::new("tie", attr.path().span());
    match &mut attr.meta {
        Meta::Path(path) => *path = tie.into(),
        Meta::List(list) => list.path = tie.into(),
        Meta::NameValue(value) => value.path = tie.into(),
    }
    Some(attr)
}

/// Parses the arguments of `#[tie(..)]`; `None` if a part of them is reported.
fn parse(
    field: &Ident,
    attr: &Attribute,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<Tie>> {
    if hole(&input.fork()).is_err() {
        let source = errors.ok(Source::read(field, &input.parse::<Expr>()?));
        if input.peek(Token![:]) {
            return Err(
                input.error("a weight and its source are joined by `=`: write `#[tie(weight = source)]`")
            );
        }
        if !input.is_empty() {
            return Err(input.error(format_args!(
                "`{field}` has one source; to tie several of its weights, name them: `#[tie(weight = .., bias = ..)]`"
            )));
        }
        let tie = attr.path().span();
        return Ok(source.map(|source| Tie::Whole { tie, source }));
    }
    let written = Punctuated::<(Vec<Ident>, Expr), Token![,]>::parse_terminated_with(input, |input| {
        let path = hole(input)?;
        if input.is_empty() {
            let hole = joined(&path);
            return Err(syn::Error::new(
                input.span(),
                format_args!("`{hole}` has no source: write `{hole} = source`"),
            ));
        }
        Ok((path, input.parse()?))
    })?;
    let mut holes: Vec<Hole> = Vec::new();
    let mut complete = true;
    for (path, source) in written {
        let hides = |hole: &Hole| hole.path.starts_with(&path) || path.starts_with(&hole.path);
        if holes.iter().any(hides) {
            let hole = joined(&path);
            errors.at(
                path.last(),
                format_args!("`{hole}` of `{field}` is tied twice; leave out one of the two"),
            );
        } else if let Some(source) = errors.ok(Source::read(field, &source)) {
            holes.push(Hole { path, source });
        } else {
            complete = false;
        }
    }
    Ok(complete.then_some(Tie::Holes(holes)))
}

/// Parses the path of a hole, and the `=` after it.
fn hole(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let path = Punctuated::<Ident, Token![.]>::parse_separated_nonempty_with(input, Ident::parse_any)?;
    input.parse::<Token![=]>()?;
    Ok(path.into_iter().collect())
}

fn joined(path: &[Ident]) -> String {
    path.iter().map(Ident::to_string).collect::<Vec<_>>().join(".")
}
