//! Methods of parts of the module that are misspelt, such as `self.fc.forwrad(x)`. rustc would say that the view of the part, which the
//! user does not know, has no such method. As in [`own_methods`](super::own_methods), a trait with methods of these names makes it
//! speak of the part, and those that there are hide them.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Expr, ExprMethodCall, GenericParam, ImplItem, Item, ItemImpl, Member, Path, Type};

use super::known_fields::PartTypes;
use super::known_settings;
use super::lower::{OF_TENSORS, OPERATIONS};
use super::method::is_element;
use super::own_methods::is_outside_of_bodies;
use super::part_names::{self, Origin};
use super::recursion;
use super::this::is_self_alone;
use crate::beside;
use crate::file_facts;
use crate::known::Place;
use crate::module::{MODULES, nearest};
use crate::visit::{self, Visit};

/// The methods of the library's layers.
const OF_LAYERS: [&str; 5] =
    ["forward", "forward_cross", "forward_from", "forward_masked", "forward_with_dropout"];

/// The modules of the library that are tensors in bodies.
const PARAMETERS: [&str; 4] = ["Filter1d", "Filter2d", "Matrix", "Vector"];

/// The methods of slices, which a list of parts has.
pub(super) const OF_SLICES: [&str; 42] = [
    "array_windows",
    "as_array",
    "as_chunks",
    "as_ptr",
    "as_slice",
    "binary_search",
    "chunk_by",
    "chunks",
    "chunks_exact",
    "concat",
    "contains",
    "ends_with",
    "first",
    "first_chunk",
    "get",
    "into_iter",
    "is_empty",
    "is_sorted",
    "iter",
    "join",
    "last",
    "last_chunk",
    "len",
    "partition_point",
    "rchunks",
    "rchunks_exact",
    "repeat",
    "rsplit",
    "rsplitn",
    "split",
    "split_at",
    "split_at_checked",
    "split_first",
    "split_first_chunk",
    "split_inclusive",
    "split_last",
    "split_last_chunk",
    "splitn",
    "starts_with",
    "to_owned",
    "to_vec",
    "windows",
];

/// The methods of the impl blocks of a file.
#[derive(Default)]
pub(crate) struct Methods {
    names: Vec<String>,
    /// The same methods, with the types that have them, as `Net::loss`.
    of_types: Vec<String>,
}

impl Methods {
    pub(crate) fn of(items: &[Item]) -> Self {
        let (mut names, mut of_types) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Item::Impl(block) => {
                    for member in &block.items {
                        let ImplItem::Fn(function) = member else { continue };
                        names.push(function.sig.ident.to_string());
                        of_types.extend(name_of(&block.self_ty).map(|ty| of_type(ty, &function.sig.ident)));
                    }
                }
                // The derive may write it.
                Item::Struct(whole) => {
                    let is_option = |attribute: &Attribute| attribute.path().is_ident("module");
                    if whole.attrs.iter().any(is_option) {
                        of_types.push(of_type(&whole.ident, &"forward"));
                    }
                }
                Item::Mod(module) => {
                    let inside = module.content.as_ref().map(|(_, items)| Methods::of(items));
                    if let Some(methods) = inside {
                        names.extend(methods.names);
                        of_types.extend(methods.of_types);
                    }
                }
                _ => {}
            }
        }
        names.sort_unstable();
        names.dedup();
        Methods { names, of_types }
    }

    /// Whether a block of the file has a method of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The method of this type that a name is meant to be.
    fn near(&self, ty: &Ident, name: &str) -> Option<&str> {
        let of_type = of_type(ty, &"");
        nearest(name, self.of_types.iter().filter_map(|method| method.strip_prefix(&of_type)))
    }

    /// What to call in place of a method that this type does not have.
    fn listed(&self, ty: &Ident) -> String {
        let of_type = of_type(ty, &"");
        let methods = self.of_types.iter().filter_map(|method| method.strip_prefix(&of_type));
        let mut methods: Vec<_> = methods.map(|method| format!("`{method}`")).collect();
        methods.sort_unstable();
        methods.dedup();
        match methods.is_empty() || methods.len() > 8 {
            true => "not found".to_owned(),
            false => format!("not found: it has {}", methods.join(", ")),
        }
    }

    /// Whether a block of the file has a method of this type.
    pub(super) fn has_of_type(&self, ty: &Ident, name: &str) -> bool {
        let method = of_type(ty, &name);
        self.of_types.contains(&method)
    }
}

fn of_type(ty: &Ident, name: &impl Display) -> String {
    format!("{ty}::{name}")
}

fn name_of(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}

/// Puts code into the scope of a trait with the misspelt methods of a block, if there are some.
/// The traits of others have the methods that are `stubbed`.
pub(super) fn around(item: &ItemImpl, krate: &Path, stubbed: &[&Ident], code: TokenStream) -> TokenStream {
    let Some(settings) = known_settings::of(item) else { return code };
    let types = PartTypes::of_module(&item.self_ty, item.impl_token.span);
    let at = item.impl_token.span;
    let mut calls = Calls { at, settings, types, names: Vec::new(), found: Vec::new(), others: Vec::new() };
    for function in recursion::functions(item) {
        calls.names = part_names::with_origins(function, &|expr| calls.is_part(expr));
        calls.visit_block(&function.block);
    }
    let Calls { mut found, others, .. } = calls;
    // The view of a type parameter is not known to be that of the parameter.
    let is_module = |param: &GenericParam| match param {
        GenericParam::Type(param) => !is_element(&param.ident, &item.generics),
        _ => false,
    };
    if item.generics.params.iter().any(is_module) {
        found.retain(|called| !matches!(called.owner, Owner::Unknown));
    }
    // The file is read for what is not known without it.
    if !found.iter().any(Called::may_be_misspelt) {
        return code;
    }
    let Some(place) = Place::of(item.impl_token.span) else { return code };
    let methods = file_facts::methods(place.file());
    let known = || methods.names.iter().map(String::as_str).chain(of_library());
    let misspelt = found.iter().filter_map(|called| {
        let written = called.name.to_string();
        let is_known = known().any(|known| known == written);
        if stubbed.contains(&&called.name) || !is_known && others.contains(&called.name) {
            return None;
        }
        let near = || nearest(&written, known().filter(|_| written.len() > 1));
        let label = match &called.owner {
            Owner::List => match nearest(&written, OF_SLICES) {
                Some(near) => did_you_mean(near),
                None => "call a method of each part, as in `for part in &self.parts`".to_owned(),
            },
            Owner::Option if OF_LAYERS.contains(&&*written) || methods.has(&written) => {
                format!(
                    "the part may be missing: write `if let Some(part) = &self.part {{ part.{written}(..) }}`"
                )
            }
            Owner::Option => return None,
            Owner::Layer if OF_LAYERS.contains(&&*written) || methods.has(&written) => return None,
            Owner::Layer if is_known => {
                format!("call it on what the layer returns, as in `.forward(x).{written}(..)`")
            }
            Owner::Module(ty) if methods.has_of_type(ty, &written) => return None,
            Owner::Module(ty) => match methods.near(ty, &written) {
                Some(near) => did_you_mean(near),
                None => methods.listed(ty),
            },
            Owner::Layer => match nearest(&written, OF_LAYERS.into_iter().filter(|_| written.len() > 3)) {
                Some(near) => did_you_mean(near),
                None => "not found: call `forward`".to_owned(),
            },
            Owner::Parameter if OF_LAYERS.contains(&&*written) => {
                let label =
                    "a parameter is a tensor: write `x.matmul(&self.weight)`, `x * &self.scale` or the like";
                return Some((called, InTrait::Tensors, label.to_owned()));
            }
            _ if is_known => return None,
            Owner::Parameter | Owner::Unknown => match near() {
                Some(near) => did_you_mean(near),
                None if is_outside_of_bodies(&written) => String::new(),
                // A trait of another file may have it.
                None if called.owner == Owner::Parameter => {
                    let label = "not found: a parameter has the methods of a tensor".to_owned();
                    return Some((called, InTrait::Tensors, label));
                }
                None => return None,
            },
        };
        Some((called, called.in_trait(), label))
    });
    let misspelt: Vec<_> = misspelt.collect();
    if misspelt.is_empty() {
        return code;
    }
    let private = quote!(#krate::__private);
    let kinds: Vec<_> = (0..misspelt.len())
        .map(|number| format_ident!("MisspeltMethod{number}", span = Span::call_site()))
        .collect();
    let traits = misspelt.iter().zip(&kinds).map(|((called, _, label), kind)| {
        if called.is_outside_of_bodies() {
            return quote!(use #private::OutsideOfBodies as #kind;);
        }
        let holder = match called.owner {
            Owner::List => "a list of ",
            Owner::Option => "an `Option` of ",
            _ => "",
        };
        let message = format!("{holder}`{{Self}}` has no method `{}`", called.name);
        quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            trait #kind {}
            #[diagnostic::do_not_recommend]
            impl #kind for #private::WithoutCompanion {}
        }
    });
    let in_traits = InTrait::ALL.map(|in_trait| {
        let of_these = misspelt.iter().zip(&kinds).filter(|((_, other, _), _)| *other == in_trait);
        let methods: Vec<_> = of_these
            .map(|((Called { name, count, .. }, ..), kind)| {
                let types: Vec<_> = (0..*count).map(|position| format_ident!("__A{position}")).collect();
                let part = match in_trait {
                    InTrait::Parts | InTrait::Modules => quote!(Self::Module),
                    InTrait::Tensors => quote!(Self),
                    InTrait::Lists | InTrait::Options => quote!(__V::Module),
                };
                // An option may have a method of its module in another of the traits.
                let receiver = if in_trait == InTrait::Options { quote!(&self) } else { quote!(&mut self) };
                // The `for` keeps rustc from rejecting the method itself.
                quote! {
                    fn #name<#(#types,)* __T>(#receiver, #(_: #types),*) -> __T
                    where
                        for<'never> #part: #kind,
                    {
                        ::core::panic!()
                    }
                }
            })
            .collect();
        (!methods.is_empty()).then(|| in_trait.with(&methods, krate))
    });
    let in_traits = in_traits.iter().flatten();
    let cfg = item.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    quote! {
        #(#cfg)*
        const _: () = {
            #(#traits)*
            #(#in_traits)*
            #code
        };
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// The trait that has a method.
#[derive(Clone, Copy, PartialEq)]
enum InTrait {
    /// Of all parts.
    Parts,
    /// Of layers and modules, which have no methods but those of their views.
    Modules,
    Lists,
    Options,
    /// Of what parameters are in bodies.
    Tensors,
}

impl InTrait {
    const ALL: [InTrait; 5] =
        [InTrait::Parts, InTrait::Modules, InTrait::Lists, InTrait::Options, InTrait::Tensors];

    fn with(self, methods: &[TokenStream], krate: &Path) -> TokenStream {
        let private = quote!(#krate::__private);
        let allow = quote!(#[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]);
        let view = quote!(#private::ViewOf<'view, #private::Weight>);
        let (name, parameter, bound, target) = match self {
            InTrait::Tensors => {
                return quote! {
                    #allow
                    trait MethodsOfTensors {
                        #(#methods)*
                    }
                    #[automatically_derived]
                    impl<const __F: ::core::primitive::usize, __E: #private::Element> MethodsOfTensors
                        for #krate::Tensor<__F, __E>
                    {
                    }
                };
            }
            InTrait::Parts => (quote!(MethodsOfParts), quote!(), quote!(: #view), quote!(__V)),
            InTrait::Modules => (quote!(MethodsOfModules), quote!(), quote!(: #view), quote!(__V)),
            InTrait::Lists => (quote!(MethodsOfLists), quote!(, __V: #view), quote!(), quote!([__V])),
            InTrait::Options => {
                (quote!(MethodsOfOptions), quote!(, __V: #view), quote!(), quote!(#private::Option<__V>))
            }
        };
        let argument = (!parameter.is_empty()).then(|| quote!(, __V));
        let receiver = (self == InTrait::Modules).then(|| quote!(+ #private::Receiver));
        quote! {
            #allow
            trait #name<'view #parameter> #bound {
                #(#methods)*
            }
            #[automatically_derived]
            impl<'view, __V: #view #receiver> #name<'view #argument> for #target {}
        }
    }
}

fn of_library<'a>() -> impl Iterator<Item = &'a str> {
    OF_LAYERS.into_iter().chain(OPERATIONS).chain(OF_TENSORS)
}

/// A method that a block calls.
struct Called {
    name: Ident,
    /// The number of its arguments.
    count: usize,
    owner: Owner,
}

/// What a method is called on.
#[derive(PartialEq)]
enum Owner {
    List,
    Option,
    Parameter,
    /// A layer of the library.
    Layer,
    /// A module without settings of the same file, whose view certainly has all methods that it has in a body.
    Module(Ident),
    Unknown,
}

impl Called {
    fn is_outside_of_bodies(&self) -> bool {
        self.owner != Owner::List && is_outside_of_bodies(&self.name.to_string())
    }

    fn in_trait(&self) -> InTrait {
        match self.owner {
            Owner::List => InTrait::Lists,
            Owner::Option => InTrait::Options,
            Owner::Layer | Owner::Module(_) => InTrait::Modules,
            Owner::Parameter | Owner::Unknown => InTrait::Parts,
        }
    }

    /// Whether it may be without looking at the file.
    fn may_be_misspelt(&self) -> bool {
        match self.owner {
            Owner::List | Owner::Option | Owner::Module(_) => true,
            Owner::Layer => OF_LAYERS.iter().all(|known| self.name != known),
            Owner::Parameter => OPERATIONS.iter().chain(&OF_TENSORS).all(|known| self.name != known),
            Owner::Unknown => of_library().all(|known| self.name != known),
        }
    }
}

/// The methods that a block calls.
struct Calls {
    /// A token of the block, whose module is known.
    at: Span,
    /// The settings of the module.
    settings: Vec<String>,
    types: PartTypes,
    /// The names of parts in the method.
    names: Vec<(Ident, Origin)>,
    /// Those that it calls on the module, its fields, elements of these, and names of them.
    found: Vec<Called>,
    /// Those that it calls on anything else: rustc would say of the type of that what the trait lacks.
    others: Vec<Ident>,
}

impl Calls {
    fn is_part(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.is_part(&inner.expr),
            Expr::Index(access) => self.is_part(&access.expr),
            Expr::Path(path) if self.names.iter().any(|(name, _)| path.path.is_ident(name)) => true,
            Expr::Field(field) => {
                let is_setting = |name: &Ident| self.settings.iter().any(|setting| name == setting);
                is_self_alone(&field.base)
                    && matches!(&field.member, Member::Named(name) if !is_setting(name))
            }
            expr => is_self_alone(expr),
        }
    }

    fn owner(&self, part: &Expr) -> Owner {
        if let Expr::Field(field) = part
            && let Member::Named(name) = &field.member
            && (name == "weight" || name == "bias")
            && self.owner(&field.base) == Owner::Layer
        {
            return Owner::Parameter;
        }
        if is_self_alone(part) {
            return Owner::Unknown;
        }
        let Some(ty) = self.types.of_named(part, &self.names) else { return Owner::Unknown };
        if ty.starts_with('[') {
            return Owner::List;
        }
        let Ok(ty) = syn::parse_str::<Ident>(&ty) else { return Owner::Unknown };
        if ty == "Option" {
            return Owner::Option;
        }
        let is_of_library = MODULES.iter().any(|module| ty == module) && beside::is_of_library(&ty, self.at);
        match is_of_library {
            true if PARAMETERS.iter().any(|parameter| ty == parameter) => Owner::Parameter,
            true => Owner::Layer,
            false if known_settings::are_none(&ty, self.at) => Owner::Module(ty),
            false => Owner::Unknown,
        }
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        // The types of a closure's arguments could not be inferred.
        let is_other =
            call.turbofish.is_some() || call.args.iter().any(|argument| matches!(argument, Expr::Closure(_)));
        let owner = self.owner(&call.receiver);
        let is_of_slices = OF_SLICES.iter().any(|name| call.method == name);
        let may_be_slice = is_of_slices && matches!(owner, Owner::List | Owner::Option | Owner::Unknown);
        if is_other || may_be_slice || owner == Owner::Unknown && !self.is_part(&call.receiver) {
            self.others.push(call.method.clone());
        } else if !self.found.iter().any(|called| called.name == call.method && called.owner == owner) {
            self.found.push(Called { name: call.method.clone(), count: call.args.len(), owner });
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
