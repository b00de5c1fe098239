//! `#[differentiable]`: body -> model -> forward pass that saves pullbacks -> backward pass.

mod aliases;
mod alike;
mod alike_types;
mod by_path;
mod caller;
mod cfg;
mod cfg_of_arguments;
pub(crate) mod checked;
pub(crate) mod circles;
mod clone_of_setting;
mod companion;
mod context;
mod declared;
mod deferred;
mod definition_of;
mod dependence;
mod elements_by_path;
mod elements_of_self;
mod exits;
mod expand;
pub(crate) mod field;
mod foreign;
mod forgotten_attributes;
pub(crate) mod forgotten_bounds;
mod forgotten_companions;
pub(crate) mod forgotten_elements;
mod forgotten_imports;
mod forgotten_parameters;
mod forgotten_values;
mod forward_mode;
mod forward_mode_in_body;
#[cfg(test)]
mod half_written;
mod hidden;
mod hidden_operations;
pub(crate) mod impls;
mod imported_definition;
mod inline;
pub(crate) mod known_fields;
pub(crate) mod known_lenders;
mod known_private;
pub(crate) mod known_settings;
mod known_traits;
pub(crate) mod known_values;
pub(crate) mod layer;
mod leaving;
mod lenders;
mod lent;
mod lists_of_parameters;
mod local_items;
mod loss;
mod lower;
mod mentions;
pub(crate) mod method;
mod methods_of_parameters;
pub(crate) mod missing_gradients;
mod missing_supertraits;
pub(crate) mod misspelt_methods;
pub(crate) mod mistakes;
mod misused_parts;
mod model;
mod modules_as_arguments;
mod modules_in_patterns;
pub(crate) mod named_types;
mod names_of_definition;
mod no_module;
mod of_operator;
mod of_value;
mod once;
mod options;
mod origin;
pub(crate) mod other_elements;
mod outer;
mod own_methods;
mod own_path;
mod own_type;
mod part_names;
mod passed;
mod passed_closures;
mod recovered;
pub(crate) mod recursion;
mod rerun;
mod reverse;
mod scope;
mod segment;
mod signature;
mod stand_ins;
mod stubs;
mod supertraits;
mod taken_apart;
pub(crate) mod takers;
mod takers_of_modules;
mod this;
mod tokens;
mod trait_definition;
mod trait_impl;
mod trait_method;
mod trait_of_values;
mod trait_stand_in;
mod twice;
mod undeclared;
pub(crate) mod unmarked;
mod unmarked_operators;
mod unsized_places;
mod written;

pub(crate) use imported_definition::is_differentiable;
use proc_macro2::TokenStream;
use syn::{ItemImpl, Type};

use self::options::Options;
use self::recovered::Parsed;
use crate::errors::Errors;
use crate::module::unknown;

pub(crate) fn differentiable(written_options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut options = Options::read(written_options.clone(), &mut errors);
    let item = twice::without_second_attribute(item, &mut errors);
    let tokens = match recovered::parse(&item) {
        Some(Parsed::Block(mut block)) => {
            crate::groups::of_impl(&mut block);
            cfg_of_arguments::split_methods(&mut block);
            twice::within_block(&mut block, &mut errors);
            impl_block(&mut options, block, &mut errors)
        }
        Some(Parsed::Definition(mut definition)) => {
            options
                .refuse_trait("the definition of a trait takes no option `trait`; its impls do", &mut errors);
            crate::groups::of_trait(&mut definition);
            let stub = elements_of_self::replaced(&mut definition, &mut errors);
            supertraits::from_clauses(&mut definition);
            twice::within_trait(&mut definition, &mut errors);
            undeclared::of_trait(&mut definition, &mut errors);
            other_elements::of_trait(&mut definition, &mut errors);
            let checks = forgotten_elements::of_trait(&mut definition, &options.krate);
            trait_definition::mend_own_types(&mut definition, &options.krate, &mut errors);
            forgotten_values::add(&mut definition, &options.krate, &mut errors);
            definition_of::note(&definition);
            modules_as_arguments::of_trait(&mut definition, &mut errors);
            let imports = forgotten_imports::of_trait(&definition, &mut errors);
            let code = trait_definition::expand(&options.krate, &definition, &mut errors);
            stub.unwrap_or_else(|| quote::quote!(#imports #checks #code))
        }
        Some(Parsed::Function(mut function)) => {
            options
                .refuse_trait("`trait` is for impl blocks of traits; write `#[differentiable]`", &mut errors);
            crate::groups::of_function(&mut function);
            let mut alternatives = cfg_of_arguments::split(function);
            if alternatives.len() > 1 {
                let alternatives = alternatives
                    .iter()
                    .map(|function| differentiable(written_options.clone(), quote::quote!(#function)));
                return alternatives.collect();
            }
            let mut function = alternatives.remove(0);
            if twice::is_beside_function(&function, &mut errors) {
                return errors.into_tokens();
            }
            if let Some(function) = takers_of_modules::only_inlined(&function, &options.krate) {
                let errors = errors.into_tokens();
                return quote::quote!(#errors #function);
            }
            modules_as_arguments::of_function(&mut function, &mut errors);
            undeclared::of_function(&mut function.sig, &mut errors);
            other_elements::of_function(&mut function, &mut errors);
            let checks = forgotten_elements::of_function(&mut function.sig, &options.krate);
            let code = expand::function(&options, &function, &mut errors);
            quote::quote!(#checks #code)
        }
        None => {
            // A half-written item is kept, so that an editor can complete it. What it lacks, rustc reports.
            if errors.is_empty() && !is_half_written(&item) {
                errors.at(
                    first(&item),
                    "`#[differentiable]` belongs on an impl block of a module, `impl Net { .. }`, on a trait, or on a function",
                );
            }
            item
        }
    };
    let errors = errors.into_tokens();
    quote::quote!(#errors #tokens)
}

fn impl_block(options: &mut Options, mut block: ItemImpl, errors: &mut Errors) -> TokenStream {
    if let Some(ty) = own_path::without_alias(&block.self_ty) {
        *block.self_ty = ty;
    }
    if !options.is_of_value && forgotten_attributes::is_of_unknown_type(&block) {
        let (generics, owner, bounds) = (&block.generics, &block.self_ty, &block.generics.where_clause);
        return quote::quote!(impl #generics #owner #bounds {});
    }
    if let Type::Path(owner) = &*block.self_ty
        && owner.path.segments.last().is_some_and(|last| unknown::is_it(&last.ident, block.impl_token.span))
    {
        return TokenStream::new();
    }
    if elements_of_self::is_left_out(&block) || missing_supertraits::lacks_layer(&block, errors) {
        return TokenStream::new();
    }
    let derived = forgotten_attributes::mend(&block, options, errors);
    let is_of_value = options.is_of_value || of_operator::Operator::of(&block).is_some();
    if !is_of_value {
        let Some(same) = definition_of::compare(block, options, errors) else { return TokenStream::new() };
        block = same;
        if let Some(rest) = no_module::replaced(&block, options.of_trait.is_some(), errors) {
            return rest;
        }
    }
    if !is_of_value || block.trait_.is_none() {
        block = match twice::beside_block(block, options.of_trait.is_some(), errors) {
            Ok(block) => block,
            Err(stub) => return stub,
        };
    }
    let imports = if is_of_value { TokenStream::new() } else { forgotten_imports::of_block(&block, errors) };
    if !is_of_value {
        forgotten_companions::report(&mut block, &options.krate, errors);
    }
    let lacks_parameters = forgotten_parameters::add(&mut block, errors);
    // Of parameters that are not written, no bounds are said to lack.
    let mut unsaid = Errors::default();
    forgotten_bounds::add(&mut block, &options.krate, if lacks_parameters { &mut unsaid } else { errors });
    let repeats_trait =
        block.trait_.as_ref().is_some_and(|(of, _)| imported_definition::is_differentiable(of));
    let taken =
        if is_of_value { None } else { takers_of_modules::inlined(&mut block, &options.krate, errors) };
    // The signature is that of the trait, which reports it.
    modules_as_arguments::of_block(&mut block, if repeats_trait { &mut unsaid } else { errors });
    undeclared::of_block(&mut block, errors);
    other_elements::of_block(&mut block, errors);
    let checks = forgotten_elements::of_block(&mut block, &options.krate);
    crate::module::own_lifetimes(&mut block.generics);
    let code = match is_of_value {
        true => of_value::expand(options, &block, errors),
        false => expand::expand(options, &block, errors),
    };
    quote::quote!(#derived #imports #checks #taken #code)
}

/// Whether an item that cannot be parsed is an impl block, a trait or a function.
fn is_half_written(item: &TokenStream) -> bool {
    let is_keyword = |token: proc_macro2::TokenTree| match token {
        proc_macro2::TokenTree::Ident(name) => ["impl", "trait", "fn"].iter().any(|keyword| name == keyword),
        _ => false,
    };
    item.clone().into_iter().any(is_keyword)
}

fn first(item: &TokenStream) -> Option<proc_macro2::TokenTree> {
    item.clone().into_iter().next()
}
