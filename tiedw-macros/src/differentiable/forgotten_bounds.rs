//! Bounds that a type has, and an impl block for it has not. rustc would report each place in generated code that needs them.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    DeriveInput, Field, GenericParam, Generics, ImplItem, ItemImpl, ItemStruct, Path, PathArguments,
    TraitBound, Type, TypeParamBound, parse_quote,
};

use super::method::{refuse, traits_of};
use super::stand_ins::with_stand_ins;
use crate::errors::Errors;
use crate::imported;
use crate::known;
use crate::source_text::source_text;

/// Notes the bounds of a type, and those of its type parameters that must be modules, of the same elements as `first`.
pub(crate) fn note(input: &DeriveInput, first: Option<&Type>, modules: &[&Type]) {
    let (key, text) = text_of(input, first, modules);
    known::note(&key, text, input.ident.span(), &input.attrs);
}

/// What is noted, with its key.
pub(crate) fn text_of(input: &DeriveInput, first: Option<&Type>, modules: &[&Type]) -> (String, String) {
    let DeriveInput { ident, generics, .. } = input;
    let bounds = &generics.where_clause;
    let first = first.map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let known = quote!(struct #ident #generics (#first, #(#modules),*) #bounds;);
    (key(ident), known.to_string())
}

/// The generic parameters of a type in the same file that was noted.
pub(crate) fn generics(name: &Ident) -> Option<Generics> {
    let text = noted(name)?;
    Some(syn::parse_str::<ItemStruct>(&text).ok()?.generics)
}

/// The number of lifetimes of a type of this name that was noted, and that has no other parameters.
pub(super) fn lifetimes(name: &Ident) -> usize {
    let in_file = known::text_in_file(&key(name), name.span());
    let text = in_file.or_else(|| match &known::texts(&key(name))[..] {
        [only] => Some(only.clone()),
        _ => None,
    });
    let head = |text: &str| text.split('(').next().is_some_and(|head| head.contains('\''));
    let Some(text) = text.filter(|text| head(text)) else { return 0 };
    let Ok(ItemStruct { generics, .. }) = syn::parse_str(&text) else { return 0 };
    if generics.lifetimes().count() == generics.params.len() { generics.params.len() } else { 0 }
}

/// Whether a type in the same file that was noted has no generic parameters. It is not parsed.
pub(crate) fn takes_nothing(name: &Ident) -> bool {
    let text = noted(name);
    text.is_some_and(|text| !text.split('(').next().is_some_and(|before| before.contains('<')))
}

/// What was noted of a type, of this file or of one that it is imported from.
fn noted(name: &Ident) -> Option<String> {
    let key = key(name);
    known::text_in_file(&key, name.span()).or_else(|| imported::text(&key, name, name.span()))
}

/// Whether a type in the module of another was noted.
pub(crate) fn is_noted_beside(name: &Ident, other: &Ident) -> bool {
    known::find(&key(name), other.span()).is_some()
}

fn key(name: &Ident) -> String {
    format!("bounds of {name}")
}

/// Reports the bounds that a block has forgotten. Then it has them, but empty bodies, which may need others.
pub(super) fn add(block: &mut ItemImpl, krate: &Path, errors: &mut Errors) {
    let Some(owner) = Owner::of(&block.self_ty) else { return };
    let written = block.generics.clone();
    let mut is_complete = true;
    for param in block.generics.type_params_mut().filter(|param| bounds(&param.ident, &written).is_empty()) {
        let Some((bounds, message)) = owner.needs(&param.ident, krate) else { continue };
        errors.at(&param.ident, message);
        param.bounds.extend(bounds);
        is_complete = false;
    }
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member
            && !is_complete
        {
            refuse(function);
        }
    }
}

/// The type of an impl block.
struct Owner {
    definition: ItemStruct,
    /// Its arguments in the header of the block.
    arguments: Vec<TokenStream>,
}

impl Owner {
    fn of(ty: &Type) -> Option<Self> {
        let Type::Path(path) = ty else { return None };
        let name = path.path.segments.first().filter(|_| path.path.segments.len() == 1)?;
        let PathArguments::AngleBracketed(arguments) = &name.arguments else { return None };
        let known = known::find(&key(&name.ident), name.ident.span())?;
        let arguments = arguments.args.iter().map(ToTokens::to_token_stream).collect();
        Some(Owner { definition: syn::parse_str(&known.text).ok()?, arguments })
    }

    /// What it requires of the type of this name, and what is said if that is missing.
    fn needs(&self, name: &Ident, krate: &Path) -> Option<(Vec<TypeParamBound>, String)> {
        let Owner { definition: ItemStruct { ident: owner, generics, fields, .. }, arguments } = self;
        let position = arguments.iter().position(|argument| *name == argument.to_string())?;
        let GenericParam::Type(param) = generics.params.get(position)? else { return None };
        let needed = bounds(&param.ident, generics);
        let needed: Vec<TypeParamBound> = needed
            .iter()
            .map(|bound| syn::parse2(with_stand_ins(bound, generics, arguments)))
            .collect::<Result<_, _>>()
            .ok()?;
        if !needed.is_empty() {
            let text = source_text(&quote!(#(#needed)+*)).replace("::tiedw::", "");
            return Some((needed, format!("`{owner}` requires `{name}: {text}`; write it here, too")));
        }
        let is_param =
            |field: &Field| matches!(&field.ty, Type::Path(path) if path.path.is_ident(&param.ident));
        let message = format!(
            "`{owner}` holds a module of the type `{name}`; write what the bodies need of it, such as `{name}: Layer<Input = \
             .., Output = ..>` or `{name}: Module`"
        );
        let first = &fields.iter().next()?.ty;
        let module = match first {
            Type::Path(path) if path.path.is_ident(&param.ident) => quote!(Module),
            first => {
                let first = with_stand_ins(first, generics, arguments);
                quote!(Module<Elem = <#first as #krate::__private::Module>::Elem>)
            }
        };
        let bound = parse_quote!(#krate::__private::#module);
        fields.iter().skip(1).any(is_param).then(|| (vec![bound], message))
    }
}

/// The traits that generics require of a type parameter, other than those of the standard library.
pub(super) fn bounds<'g>(name: &Ident, generics: &'g Generics) -> Vec<&'g TraitBound> {
    let bounds = traits_of(&parse_quote!(#name), generics).into_iter();
    bounds.filter(|bound| !bound.path.segments.last().is_some_and(|last| is_of_std(&last.ident))).collect()
}

pub(super) fn is_of_std(name: &Ident) -> bool {
    const OF_STD: [&str; 9] =
        ["Clone", "Copy", "Debug", "Default", "Eq", "PartialEq", "Send", "Sized", "Sync"];
    OF_STD.contains(&&*name.to_string())
}
