//! Generic parameters that a type of the same module has, and an impl block for it has not, and arguments that are too many.
//! rustc would report each place in generated code that names the type.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, ImplItem, ItemImpl, PathArguments, Type, TypeParamBound, parse_quote};

use super::forgotten_bounds;
use super::method::refuse;
use super::signature::name_of;
use super::trait_definition::{argument, without_defaults};
use crate::beside;
use crate::errors::Errors;
use crate::source_text::source_text;

/// What an impl block lacks.
struct Missing {
    params: Vec<GenericParam>,
    /// The arguments of its type, if they are too few or too many.
    arguments: Option<Vec<TokenStream>>,
}

/// Reports such parameters. Returns whether there are any: then the block has them, but empty bodies.
pub(super) fn add(block: &mut ItemImpl, errors: &mut Errors) -> bool {
    let Some(Missing { params, arguments }) = missing(block) else { return false };
    let written = block.self_ty.to_token_stream();
    let Type::Path(own) = &mut *block.self_ty else { return false };
    let Some(last) = own.path.segments.last_mut() else { return false };
    let name = last.ident.clone();
    let mut message = format!("`{name}` has generic parameters");
    if let Some(arguments) = arguments {
        if let PathArguments::AngleBracketed(written) = &last.arguments {
            let plural =
                |count: usize| format!("{count} generic argument{}", if count == 1 { "" } else { "s" });
            message = format!("`{name}` takes {}, not {}", plural(arguments.len()), written.args.len());
        }
        last.arguments = match arguments.is_empty() {
            true => PathArguments::None,
            false => PathArguments::AngleBracketed(parse_quote!(<#(#arguments),*>)),
        };
    }
    block.generics.params.extend(params);
    let own = &block.self_ty;
    // The derive may have added lifetimes.
    let mut generics = block.generics.params.clone();
    for param in &mut generics {
        if let GenericParam::Type(param) = param {
            let bounds = std::mem::take(&mut param.bounds).into_iter();
            param.bounds = bounds.filter(|bound| !matches!(bound, TypeParamBound::Lifetime(_))).collect();
            param.colon_token = param.colon_token.filter(|_| !param.bounds.is_empty());
        }
    }
    let of_trait = block.trait_.as_ref().map(|(of_trait, _)| quote!(#of_trait for));
    let generics = (!generics.is_empty()).then(|| quote!(<#generics>));
    let whole = source_text(&quote!(impl #generics #of_trait #own));
    errors.at(written, format_args!("{message}: write `{whole}`"));
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member {
            refuse(function);
        }
    }
    true
}

fn missing(block: &ItemImpl) -> Option<Missing> {
    let missing = missing_in_file(block)?;
    let Type::Path(path) = &*block.self_ty else { return None };
    let name = &path.path.segments.last()?.ident;
    // Where the type is takes long to find.
    forgotten_bounds::is_noted_beside(name, name).then_some(missing)
}

/// The same, if the type of that name in the same file is the one in the same module.
fn missing_in_file(block: &ItemImpl) -> Option<Missing> {
    let Type::Path(path) = &*block.self_ty else { return None };
    let last = path.path.segments.last().filter(|_| path.qself.is_none() && path.path.segments.len() == 1)?;
    if last.arguments.is_none() && forgotten_bounds::takes_nothing(&last.ident) {
        return None;
    }
    let written = forgotten_bounds::generics(&last.ident)?;
    if written.where_clause.is_some() || written.lifetimes().next().is_some() {
        return None;
    }
    let params: Vec<_> = without_defaults(&written).params.into_iter().collect();
    let arguments: Vec<_> = match &last.arguments {
        PathArguments::None => Vec::new(),
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().map(ToTokens::to_token_stream).collect()
        }
        PathArguments::Parenthesized(_) => return None,
    };
    let known = |name: &Ident| block.generics.params.iter().filter_map(name_of).any(|param| param == name);
    let needed = written.params.iter().filter(|param| is_needed(param)).count();
    if arguments.len() < needed || arguments.len() > params.len() {
        let lacking = params.get(arguments.len()..needed).unwrap_or_default();
        let (arguments, lacking_arguments) =
            (arguments.into_iter().take(params.len()), lacking.iter().map(argument));
        let arguments = arguments.chain(lacking_arguments.map(ToTokens::into_token_stream)).collect();
        let is_new = |param: &&GenericParam| !name_of(param).is_some_and(known);
        return Some(Missing {
            params: lacking.iter().filter(is_new).cloned().collect(),
            arguments: Some(arguments),
        });
    }
    let pairs = arguments.iter().zip(params);
    let missing = pairs.filter(|(argument, param)| {
        let Some(name) = name_of(param) else { return false };
        *name == argument.to_string() && !known(name) && !beside::may_be_item(name, last.ident.span())
    });
    let params: Vec<_> = missing.map(|(_, param)| param).collect();
    (!params.is_empty()).then_some(Missing { params, arguments: None })
}

/// Whether a parameter has no default, so that its argument may not be left out.
fn is_needed(param: &GenericParam) -> bool {
    match param {
        GenericParam::Type(param) => param.default.is_none(),
        GenericParam::Const(param) => param.default.is_none(),
        GenericParam::Lifetime(_) => false,
    }
}
