//! What the user wrote in `#[module(..)]` and `#[tie(..)]`.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Meta, Path, Token, parse::ParseStream};

use super::model::{Glue, Hole, Tie};
use super::source::Source;
use crate::errors::Errors;

/// `#[module(..)]` on a struct.
#[derive(Default)]
pub(super) struct StructOptions {
    pub(super) glue: Option<Glue>,
    pub(super) krate: Option<Path>,
}

impl StructOptions {
    pub(super) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut options = StructOptions::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("module")) {
            let result = attr.parse_nested_meta(|meta| {
                let glue = if meta.path.is_ident("crate") {
                    if options.krate.replace(meta.value()?.parse()?).is_some() {
                        return Err(meta.error("`crate` is given twice"));
                    }
                    return Ok(());
                } else if meta.path.is_ident("sequential") {
                    Glue::Sequential
                } else if meta.path.is_ident("parallel") {
                    Glue::Parallel
                } else if meta.path.is_ident("skip") {
                    return Err(meta.error("`#[module(skip)]` belongs on a field"));
                } else {
                    return Err(meta.error(format_args!(
                        "unknown option {}; a struct takes `sequential`, `parallel` and `crate = path`",
                        quoted(&meta.path)
                    )));
                };
                if options.glue.replace(glue).is_some() {
                    return Err(meta.error("a struct is `sequential` or `parallel` once"));
                }
                Ok(())
            });
            errors.ok(result);
        }
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("tie")) {
            errors.at(attr, "`#[tie]` belongs on a field");
        }
        options
    }
}

/// Whether a field carries `#[module(skip)]`.
pub(super) fn skip(attrs: &[Attribute], errors: &mut Errors) -> bool {
    let mut skip = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("module")) {
        let result = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("skip") {
                return Err(
                    meta.error(format_args!("unknown option {}; a field takes `skip`", quoted(&meta.path)))
                );
            }
            skip = true;
            Ok(())
        });
        errors.ok(result);
    }
    skip
}

/// `#[tie]`, `#[tie(source)]` or `#[tie(hole = source, ..)]` on the field `field`.
pub(super) fn tie(field: &Ident, attrs: &[Attribute], errors: &mut Errors) -> Option<Tie> {
    let mut found = attrs.iter().filter(|attr| attr.path().is_ident("tie"));
    let attr = found.next()?;
    for second in found {
        errors.at(
            second,
            format_args!(
                "`{field}` has a second `#[tie]`; write all its ties in one: `#[tie(a = .., b = ..)]`"
            ),
        );
    }
    match &attr.meta {
        Meta::Path(_) => Some(Tie::Open),
        Meta::List(list) => errors.ok(list.parse_args_with(|input: ParseStream<'_>| parse(field, input))),
        Meta::NameValue(_) => {
            errors.at(attr, format_args!("write `#[tie(source)]` for `{field}`"));
            None
        }
    }
}

fn parse(field: &Ident, input: ParseStream<'_>) -> syn::Result<Tie> {
    if input.is_empty() {
        let message = format!(
            "name the source of `{field}`: `#[tie(source)]`; a hole for others to fill is bare `#[tie]`"
        );
        return Err(input.error(message));
    }
    if !(input.peek(syn::Ident) && input.peek2(Token![=])) {
        let source = Source::read(field, &input.parse::<Expr>()?)?;
        if !input.is_empty() {
            return Err(input.error(format_args!(
                "`{field}` has one source; to tie several of its weights, name them: `#[tie(weight = .., bias = ..)]`"
            )));
        }
        return Ok(Tie::Whole(source));
    }
    let holes = Punctuated::<(Ident, Expr), Token![,]>::parse_terminated_with(input, |input| {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok((name, input.parse()?))
    })?;
    let mut read: Vec<Hole> = Vec::new();
    for (name, source) in holes {
        if read.iter().any(|hole| hole.name == name) {
            return Err(syn::Error::new(name.span(), format_args!("`{name}` of `{field}` is tied twice")));
        }
        read.push(Hole { name, source: Source::read(field, &source)? });
    }
    Ok(Tie::Holes(read))
}

fn quoted(path: &Path) -> String {
    format!("`{}`", quote::quote!(#path).to_string().replace(' ', ""))
}
