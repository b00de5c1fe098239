//! Stubs for companions that do not exist, so that rustc reports a call without a companion in words of its own, and once.
//!
//! A stub of a function or method returns a type that is not the result of a companion. Which one is called, the companion
//! or the stub, is decided by the compiler: names in inner blocks hide those in outer blocks, and methods that take `&self`
//! hide those that take `&mut self`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{AngleBracketedGenericArguments, Expr, ExprPath, GenericArgument, PathArguments, Type};

use super::tokens::Tokens;
use crate::private::{private, private_at};

/// What is called: a function or a method.
#[derive(Clone)]
pub(super) enum Callee {
    /// It certainly has a companion.
    Known,
    Function(Ident),
    Method(Ident),
}

impl Callee {
    /// Returns the result of a call, whose type is checked.
    pub(super) fn checked(&self, call: TokenStream) -> TokenStream {
        let (span, check) = match self {
            Callee::Known => return call,
            Callee::Function(name) => (name.span(), "FunctionWithCompanion"),
            Callee::Method(name) => (name.span(), "MethodWithCompanion"),
        };
        let (private, check) = (private_at(span), Ident::new(check, span));
        let called = Ident::new("__called", span);
        let checked = quote_spanned!(span=> #private::#check::<_, _>::of(#called));
        quote!({ let #called = #call; #checked })
    }
}

/// The stubs of the methods that a body calls.
#[derive(Default)]
pub(super) struct Stubs {
    /// The name of each method, its companion, and its arguments.
    methods: Vec<(Ident, Ident, Arguments)>,
}

/// The arguments of a stub.
#[derive(PartialEq)]
struct Arguments {
    count: usize,
    /// The generic parameters, if the call names their arguments.
    generics: Vec<Parameter>,
}

/// A generic parameter of a stub.
#[derive(Clone, Copy, PartialEq)]
enum Parameter {
    Type,
    Flag,
    Size,
}

impl Stubs {
    /// Adds the stub of a method; `None` if another of the same name takes other arguments.
    pub(super) fn method(
        &mut self,
        method: &Ident,
        companion: &Ident,
        turbofish: Option<&AngleBracketedGenericArguments>,
        count: usize,
    ) -> Option<Callee> {
        let arguments = Arguments::of(turbofish, count)?;
        match self.methods.iter().find(|(name, ..)| name == method) {
            Some((_, _, others)) if *others != arguments => return None,
            Some(_) => {}
            None => self.methods.push((method.clone(), companion.clone(), arguments)),
        }
        Some(Callee::Method(method.clone()))
    }

    /// Puts the body of a companion into the scope of the stubs.
    pub(super) fn around(&self, body: TokenStream) -> TokenStream {
        if self.methods.is_empty() {
            return body;
        }
        let signatures = self.methods.iter().map(|(_, companion, arguments)| {
            let Signature { generics, inputs, .. } = arguments.signature();
            quote!(fn #companion<#generics>(&mut self, #inputs) -> __R { ::core::panic!() })
        });
        let signatures = quote!(#(#signatures)*);
        // Elsewhere, rustc would suggest a stub for a misspelt method, if it did not find a second one.
        let names = ["Companions", "OtherCompanions"].map(|name| format_ident!("{name}"));
        let private = private();
        quote! {
            mod __stubs {
                #(pub trait #names<__R> { #signatures })*
            }
            use __stubs::Companions as _;
            #(
                impl<__T: #private::Receiver + ?::core::marker::Sized> __stubs::#names<#private::NoCompanion<()>> for __T {}
            )*
            { #body }
        }
    }
}

/// The parts of the signature of a stub.
struct Signature {
    generics: TokenStream,
    inputs: TokenStream,
    output: TokenStream,
}

impl Arguments {
    /// The arguments of a call; `None` if it is not known what its turbofish names.
    fn of(turbofish: Option<&AngleBracketedGenericArguments>, count: usize) -> Option<Self> {
        let named = turbofish.iter().flat_map(|turbofish| &turbofish.args);
        Some(Arguments { count, generics: named.map(Parameter::of).collect::<Option<_>>()? })
    }

    fn signature(&self) -> Signature {
        let types: Vec<_> = (0..self.count).map(|position| format_ident!("__A{position}")).collect();
        if self.generics.is_empty() {
            return Signature {
                generics: quote!(#(#types),*),
                inputs: quote!(#(_: #types),*),
                output: quote!(NoCompanion<(#(#types,)*)>),
            };
        }
        // The types of the inputs have no names: the call would have to name them, too.
        let generics = self.generics.iter().enumerate().map(|(position, parameter)| {
            let name = format_ident!("__G{position}");
            match parameter {
                Parameter::Type => quote!(#name),
                Parameter::Flag => quote!(const #name: ::core::primitive::bool),
                Parameter::Size => quote!(const #name: ::core::primitive::usize),
            }
        });
        Signature {
            generics: quote!(#(#generics),*),
            inputs: types.iter().map(|_| quote!(_: impl ::core::marker::Sized,)).collect(),
            output: quote!(NoCompanion<()>),
        }
    }
}

impl Parameter {
    /// The parameter of an argument; `None` if it is not certain.
    fn of(argument: &GenericArgument) -> Option<Self> {
        match argument {
            GenericArgument::Const(Expr::Lit(literal)) if matches!(literal.lit, syn::Lit::Bool(_)) => {
                Some(Parameter::Flag)
            }
            GenericArgument::Const(_) => Some(Parameter::Size),
            GenericArgument::Type(Type::Path(path)) => {
                let name = path.path.segments.last()?.ident.to_string();
                match name.chars().any(char::is_lowercase) {
                    true => Some(Parameter::Type),
                    false if name.len() > 1 => Some(Parameter::Size),
                    false => None,
                }
            }
            GenericArgument::Type(_) => Some(Parameter::Type),
            _ => None,
        }
    }
}

/// Returns the function with a name, or a stub.
pub(super) fn named(name: &Ident, arguments: usize) -> TokenStream {
    let imported = Ident::new("__named", name.span());
    let types = types(arguments);
    falling_back(
        &quote!(fn #imported<#(#types),*>(#(_: #types),*) { ::core::panic!() }),
        name,
        &imported,
        None,
    )
}

/// Returns the companion that is passed for a function; `None` if there is no stub for such a path.
pub(super) fn passed(path: &ExprPath, companion: &Ident) -> Option<TokenStream> {
    let (span, private) = (companion.span(), private_at(companion.span()));
    let stub = |name: &Ident| {
        quote_spanned! {span=>
            #[allow(non_upper_case_globals)]
            const #name: #private::WithoutCompanion = #private::WithoutCompanion;
        }
    };
    let found = or_stub(path, companion, "__passed", stub)?;
    let checked = Ident::new("__checked", span);
    Some(quote_spanned! {span=>
        {
            let #checked = #private::Passed(#found).found();
            #private::PassedWithCompanion::<_>::of(#checked)
        }
    })
}

/// Returns the companion of a function, or its stub; `None` if there is no stub for such a path.
pub(super) fn function(path: &ExprPath, companion: &Ident, count: usize) -> Option<(Tokens, Callee)> {
    let last = path.path.segments.last()?;
    let turbofish = match &last.arguments {
        PathArguments::AngleBracketed(turbofish) => Some(turbofish),
        _ => None,
    };
    let Signature { generics, inputs, output } = Arguments::of(turbofish, count)?.signature();
    let private = private_at(last.ident.span());
    let stub = |name: &Ident| quote!(fn #name<#generics>(#inputs) -> #private::#output { ::core::panic!() });
    let found = or_stub(path, companion, "__companion", stub)?;
    Some((found.into(), Callee::Function(last.ident.clone())))
}

/// Returns the companion of the function at a path, or else a stub, which has the name `imported` if the path is one name.
fn or_stub(
    path: &ExprPath,
    companion: &Ident,
    imported: &str,
    stub: impl Fn(&Ident) -> TokenStream,
) -> Option<TokenStream> {
    let mut module = path.path.clone();
    let last = module.segments.pop()?;
    module.segments.pop_punct();
    let arguments = &last.arguments;
    if path.qself.is_some() || module.segments.iter().any(|segment| !segment.arguments.is_none()) {
        return None;
    }
    match module.segments.last() {
        None => {
            let imported = Ident::new(imported, last.ident.span());
            Some(falling_back(&stub(&imported), companion, &imported, Some(arguments)))
        }
        // The stub hides functions of the same name that are not in that module.
        Some(last) if is_module(&last.ident) => {
            let stub = stub(companion);
            Some(quote!({ #stub { use #module::*; #companion #arguments } }))
        }
        Some(_) => None,
    }
}

/// Returns what has a name, with generic arguments, or what an item named `imported` defines.
fn falling_back(
    item: &TokenStream,
    name: &Ident,
    imported: &Ident,
    arguments: Option<&PathArguments>,
) -> TokenStream {
    // An import imports all that has the name. There is always a type with it, or the import would be an error.
    quote! {{
        #item
        {
            #[allow(non_camel_case_types, unused_imports)]
            use ::core::primitive::u8 as #name;
            #[allow(unused_imports)]
            use #name as #imported;
            #imported #arguments
        }
    }}
}

/// Whether a name before `::` is that of a module, judged by its first letter.
fn is_module(name: &Ident) -> bool {
    const PRIMITIVE: [&str; 16] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32",
        "u64", "usize",
    ];
    let name = name.to_string();
    name.trim_start_matches("r#")
        .starts_with(|first: char| first.is_lowercase() || first == '_' || first == '$')
        && !PRIMITIVE.contains(&&*name)
}

fn types(count: usize) -> Vec<Ident> {
    (0..count).map(|position| format_ident!("__A{position}")).collect()
}
