//! Comparison of `#[differentiable(trait)] impl Stage for Net` with the definition of `Stage` in the same module. rustc would
//! report each difference for a method and its companion.

use crate::visit_mut::VisitMut;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Block, FnArg, GenericParam, ImplItem, ImplItemFn, ItemImpl, ItemTrait, PatType, PathArguments,
    ReturnType, Signature, TraitItem, TraitItemFn, Type, TypeParamBound, parse_quote,
};

use super::aliases::Aliases;
use super::alike_types::certainly_differ;
use super::forgotten_attributes::type_beside;
use super::imported_definition;
use super::method::{map, refuse};
use super::names_of_definition as names;
use super::options::Options;
use super::own_type::OwnType;
use super::stand_ins::with_stand_ins;
use super::trait_method::has_companion;
use crate::errors::Errors;
use crate::source_text::source_text;
use crate::{beside, known};

/// Notes the definition of a trait, if all its items are known.
pub(super) fn note(definition: &ItemTrait) {
    let is_known = |member: &TraitItem| match member {
        TraitItem::Fn(function) => !known::has_cfg(&function.attrs),
        TraitItem::Type(associated) => !known::has_cfg(&associated.attrs),
        TraitItem::Const(_) => true,
        _ => false,
    };
    if !definition.items.iter().all(is_known) {
        return;
    }
    let mut known = definition.clone();
    known.attrs.clear();
    for member in &mut known.items {
        if let TraitItem::Fn(TraitItemFn { attrs, default, .. }) = member {
            attrs.clear();
            *default = default.as_ref().map(|_| -> Block { parse_quote!({}) });
        }
    }
    let (span, attributes) = (definition.ident.span(), &definition.attrs);
    known::note(&key(&definition.ident), quote!(#known).to_string(), span, attributes);
}

/// Whether the definition of a trait of this name was noted in the file.
pub(super) fn is_noted(name: &Ident) -> bool {
    known::text_in_file(&key(name), name.span()).is_some()
}

/// Whether the definition of a trait of this name was noted in the module.
pub(super) fn is_beside(name: &Ident) -> bool {
    known::find(&key(name), name.span()).is_some()
}

pub(super) fn key(name: &Ident) -> String {
    format!("definition of {name}")
}

/// Reports where an impl differs from its trait, and makes it the same; `None` if that is not possible.
pub(super) fn compare(mut block: ItemImpl, options: &mut Options, errors: &mut Errors) -> Option<ItemImpl> {
    let Some(definition) = Definition::of(&block) else {
        if options.of_trait.is_none() {
            options.of_trait = imported_definition::option(&block);
        }
        if let Some(imported) = imported_definition::of(&block) {
            names::mend(&imported, &mut block, errors);
        }
        return Some(block);
    };
    let name = &definition.item.ident;
    let path = block.trait_.as_ref().map(|(path, _)| path);
    options.of_trait.get_or_insert_with(|| Ident::new("trait", Span::call_site()));
    if definition.lacks_arguments() {
        let params = source_text(&definition.item.generics.to_token_stream());
        errors.at(path, format_args!("`{name}` has the parameters `{params}`; write an argument for each"));
        return None;
    }
    if definition.given > definition.item.generics.params.len() {
        let params = source_text(&definition.item.generics.to_token_stream());
        let has =
            if params.is_empty() { "no parameters".to_owned() } else { format!("the parameters `{params}`") };
        errors.at(path, format_args!("`{name}` has {has}; leave out the other arguments"));
        return None;
    }
    names::mend(&definition.item, &mut block, errors);
    if definition.with_missing(&mut block, errors) | definition.without_other_types(&mut block, errors) {
        return Some(block);
    }
    let written = block.clone();
    for member in &mut block.items {
        if let ImplItem::Fn(function) = member
            && !known::has_cfg(&function.attrs)
            && let Some(declared) = definition.method(&function.sig.ident)
        {
            definition.compare(declared, function, &written, errors);
        }
    }
    Some(block)
}

struct Definition {
    item: ItemTrait,
    /// The arguments of the trait in the header of the impl; `None` if it is not known which parameters they are for.
    arguments: Option<Vec<TokenStream>>,
    /// Their number.
    given: usize,
    /// The names in the module of the impl.
    aliases: Aliases,
}

impl Definition {
    fn of(block: &ItemImpl) -> Option<Self> {
        let path = &block.trait_.as_ref()?.0;
        let name = path.segments.last()?;
        let in_module =
            known::find(&key(&name.ident), name.ident.span()).filter(|_| path.segments.len() == 1);
        let item: ItemTrait = match in_module {
            Some(known) => syn::parse_str(&known.text).ok()?,
            None => imported_definition::of_known_types(block)?,
        };
        let arguments: Vec<_> = match &name.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().map(ToTokens::to_token_stream).collect()
            }
            _ => Vec::new(),
        };
        let given = arguments.len();
        let is_complete = given == item.generics.params.len();
        let aliases = Aliases::of_impl(block, &item);
        Some(Definition { item, arguments: is_complete.then_some(arguments), given, aliases })
    }

    fn methods(&self) -> impl Iterator<Item = &TraitItemFn> {
        self.item.items.iter().filter_map(|member| match member {
            TraitItem::Fn(function) => Some(function),
            _ => None,
        })
    }

    fn method(&self, name: &Ident) -> Option<&TraitItemFn> {
        self.methods().find(|method| method.sig.ident == *name)
    }

    /// The signature of a method in the impl.
    fn signature(&self, method: &TraitItemFn) -> Option<Signature> {
        syn::parse2(with_stand_ins(&method.sig, &self.item.generics, self.arguments.as_ref()?)).ok()
    }

    /// Whether the impl names no argument for a parameter that has no default.
    fn lacks_arguments(&self) -> bool {
        let is_needed = |param: &&GenericParam| match param {
            GenericParam::Type(param) => param.default.is_none(),
            GenericParam::Const(param) => param.default.is_none(),
            GenericParam::Lifetime(_) => false,
        };
        self.given < self.item.generics.params.iter().filter(is_needed).count()
    }

    /// Adds what the impl lacks. Returns whether it lacks a type, so that its methods are stubs.
    fn with_missing(&self, block: &mut ItemImpl, errors: &mut Errors) -> bool {
        if block.items.iter().any(|member| matches!(member, ImplItem::Macro(_))) {
            return false;
        }
        let written = names::of_block(block);
        let is_missing = |name: &Ident| !written.contains(&name.to_string());
        let methods =
            self.methods().filter(|method| method.default.is_none() && is_missing(&method.sig.ident));
        let Some(methods) = methods.map(|method| self.signature(method)).collect::<Option<Vec<_>>>() else {
            return false;
        };
        let types = self.item.items.iter().filter_map(|member| match member {
            TraitItem::Type(associated) if is_missing(&associated.ident) => Some(&associated.ident),
            _ => None,
        });
        let types: Vec<_> = types.collect();
        let types_lacked = types.iter().map(|name| format!("`type {name}`"));
        let methods_lacked =
            methods.iter().map(|signature| format!("`{}`", source_text(&quote!(#signature))));
        let lacked: Vec<_> = types_lacked.chain(methods_lacked).collect();
        if lacked.is_empty() {
            return false;
        }
        let path = block.trait_.as_ref().map(|(path, _)| path);
        errors.at(path, format_args!("this impl of `{}` lacks {}", self.item.ident, lacked.join(", ")));
        if !types.is_empty() {
            // The methods may be of these types.
            self.refuse_methods(block);
        }
        block.items.extend(
            types.iter().map(|name| -> ImplItem { parse_quote!(type #name = ::core::primitive::f32;) }),
        );
        for signature in methods {
            let mut function: ImplItemFn = parse_quote!(#signature {});
            refuse(&mut function);
            block.items.push(ImplItem::Fn(function));
        }
        !types.is_empty()
    }

    /// Gives the methods the signatures of the trait, and no bodies.
    fn refuse_methods(&self, block: &mut ItemImpl) {
        for member in &mut block.items {
            if let ImplItem::Fn(function) = member
                && let Some(declared) = self.method(&function.sig.ident)
                && let Some(signature) = self.signature(declared)
            {
                function.sig = signature;
                refuse(function);
            }
        }
    }

    /// Reports types that must be values and are not. Returns whether there are any, so that the methods are stubs.
    fn without_other_types(&self, block: &mut ItemImpl, errors: &mut Errors) -> bool {
        let is_of_value = |name: &Ident| {
            let mut types = self.item.items.iter().filter_map(|member| match member {
                TraitItem::Type(associated) if associated.ident == *name => Some(&associated.bounds),
                _ => None,
            });
            types.next().is_some_and(|bounds| bounds.iter().any(is_value_bound))
        };
        let (mut is_wrong, beside) = (false, block.impl_token.span);
        for member in &mut block.items {
            if let ImplItem::Type(associated) = member
                && block.generics.params.is_empty()
                && is_of_value(&associated.ident)
                && let Some(message) = no_value(&associated.ty, beside)
            {
                errors.at(&associated.ty, message);
                associated.ty = parse_quote!(::core::primitive::f32);
                is_wrong = true;
            }
        }
        if is_wrong {
            self.refuse_methods(block);
        }
        is_wrong
    }

    /// Reports the first difference of a method, which then has the signature of the trait, and no body.
    fn compare(
        &self,
        declared: &TraitItemFn,
        function: &mut ImplItemFn,
        block: &ItemImpl,
        errors: &mut Errors,
    ) {
        let Some(signature) = self.signature(declared) else { return };
        let [mut of_trait, mut of_impl] = [signature.clone(), function.sig.clone()];
        for signature in [&mut of_trait, &mut of_impl] {
            self.aliases.replace(signature);
            OwnType { module: &block.self_ty, associated: &associated(block) }.visit_signature_mut(signature);
        }
        let owner = &self.item.ident;
        if let Some(at) = difference(&of_trait, &of_impl, &function.sig) {
            let head = source_text(&quote!(#signature));
            errors.at(at, format_args!("`{owner}` declares `{head}`; write the same signature here"));
        } else if let Some(argument) = constant_in_one(&of_trait, &of_impl) {
            errors.at(
                argument,
                format_args!(
                    "this argument is `#[constant]` in only one of `{owner}` and this impl; mark it in both or in neither"
                ),
            );
        } else {
            return;
        }
        let name = function.sig.ident.clone();
        function.sig = Signature { ident: name, ..signature };
        refuse(function);
    }
}

fn is_value_bound(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.path.segments.last().is_some_and(|last| last.ident == "Value"))
}

/// What to write in place of a type that certainly is no value.
fn no_value(ty: &Type, at: Span) -> Option<String> {
    if let Some(map) = map(ty) {
        return Some(format!("a `{map}` is no container of values; put values into a `Vec`"));
    }
    let Type::Path(path) = ty else { return None };
    let name = &path.path.segments.last().filter(|_| path.path.segments.len() == 1)?.ident;
    if known::derives(name, "Value") {
        return None;
    }
    let item = type_beside(name, at)?;
    let derives = beside::derives(&item.attrs)?;
    if derives.iter().any(|derive| derive == "Module") {
        return Some(format!(
            "`{name}` is a module, and no value: name what the methods pass on, such as `Tensor<4>`"
        ));
    }
    let is_written = derives.iter().any(|derive| derive == "Value") || beside::mentions_impl_of_value(name);
    (!is_written).then(|| format!("`{name}` is no value: write `#[derive(Value)]` above it"))
}

/// The associated types of an impl.
fn associated(block: &ItemImpl) -> Vec<(String, &Type)> {
    let types = block.items.iter().filter_map(|member| match member {
        ImplItem::Type(associated) => Some((associated.ident.to_string(), &associated.ty)),
        _ => None,
    });
    types.collect()
}

/// The part of a signature that certainly differs from that of the trait, as `shown`.
fn difference(declared: &Signature, written: &Signature, shown: &Signature) -> Option<TokenStream> {
    let is_same_kind = has_companion(declared) == has_companion(written)
        && declared.receiver().is_some() == written.receiver().is_some();
    if !is_same_kind || declared.inputs.len() != written.inputs.len() {
        return Some(shown.ident.to_token_stream());
    }
    let count = |signature: &Signature| {
        signature.generics.params.iter().filter(|param| !matches!(param, GenericParam::Lifetime(_))).count()
    };
    let takes_types = |signature: &Signature| {
        arguments(signature).any(|argument| argument.ty.to_token_stream().to_string().contains("impl "))
    };
    if count(declared) != count(written) && !takes_types(declared) && !takes_types(written) {
        return Some(shown.ident.to_token_stream());
    }
    let inputs = arguments(declared).zip(arguments(written)).zip(arguments(shown));
    let mut inputs = inputs.filter(|((declared, written), _)| certainly_differ(&declared.ty, &written.ty));
    if let Some((_, shown)) = inputs.next() {
        return Some(shown.ty.to_token_stream());
    }
    let differs = certainly_differ(&output(declared), &output(written));
    differs.then(|| match &shown.output {
        ReturnType::Default => shown.ident.to_token_stream(),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    })
}

/// An argument that only one of the signatures marks.
fn constant_in_one(declared: &Signature, written: &Signature) -> Option<TokenStream> {
    let is_constant = |argument: &PatType| argument.attrs.iter().any(|mark| mark.path().is_ident("constant"));
    let mut pairs = arguments(declared).zip(arguments(written));
    let (_, written) = pairs.find(|(declared, written)| is_constant(declared) != is_constant(written))?;
    Some(written.to_token_stream())
}

/// The arguments other than `self`.
fn arguments(signature: &Signature) -> impl Iterator<Item = &PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    })
}

fn output(signature: &Signature) -> Type {
    match &signature.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    }
}
