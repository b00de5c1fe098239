//! Stubs for companions that do not exist, so that rustc reports a call without a companion in words of its own, and once.
//!
//! A stub of a function or method returns a type with its name, which is not the result of a companion. Which one is
//! called, the companion or the stub, is decided by the compiler: names in inner blocks hide those in outer blocks, and
//! methods that take `&self` hide those that take `&mut self`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ExprPath, PathArguments};

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
        let (name, check) = match self {
            Callee::Known => return call,
            Callee::Function(name) => (name, "FunctionWithCompanion"),
            Callee::Method(name) => (name, "MethodWithCompanion"),
        };
        let span = name.span();
        let (private, check, marker) = (private_at(span), Ident::new(check, span), marker(name));
        let called = Ident::new("__called", span);
        let checked = quote_spanned!(span=> #private::#check::<#marker, _, _>::of(#called));
        quote!({ let #called = #call; #checked })
    }
}

/// The stubs of a body.
#[derive(Default)]
pub(super) struct Stubs {
    /// The names of the functions and methods.
    names: Vec<Ident>,
    /// The companion of each method, and the number of its arguments.
    methods: Vec<(Ident, Ident, usize)>,
}

impl Stubs {
    /// Adds the stub of a method; `None` if another of the same name takes another number of arguments.
    pub(super) fn method(&mut self, method: &Ident, companion: &Ident, arguments: usize) -> Option<Callee> {
        match self.methods.iter().find(|(name, ..)| name == method) {
            Some((_, _, count)) if *count != arguments => return None,
            Some(_) => {}
            None => self.methods.push((method.clone(), companion.clone(), arguments)),
        }
        self.name(method);
        Some(Callee::Method(method.clone()))
    }

    /// Adds the stub of a function; returns what is called, the companion or the stub, or `None` if there is no stub for
    /// such a path.
    pub(super) fn function(
        &mut self,
        path: &ExprPath,
        companion: &Ident,
        arguments: usize,
    ) -> Option<(Tokens, Callee)> {
        let name = &path.path.segments.last()?.ident;
        let callee = function(path, companion, arguments)?;
        self.name(name);
        Some((callee, Callee::Function(name.clone())))
    }

    fn name(&mut self, name: &Ident) {
        if !self.names.contains(name) {
            self.names.push(name.clone());
        }
    }

    /// Puts the body of a companion into the scope of the stubs.
    pub(super) fn around(&self, body: TokenStream) -> TokenStream {
        if self.names.is_empty() {
            return body;
        }
        let markers = self.names.iter().map(|name| quote_spanned!(name.span()=> pub struct #name {}));
        let (traits, methods) = self.traits();
        quote! {
            #[allow(non_camel_case_types)]
            mod __stubs {
                #(#markers)*
                #traits
            }
            #methods
            { #body }
        }
    }

    /// Generates the traits with the stubs of the methods, and their impls.
    fn traits(&self) -> (TokenStream, TokenStream) {
        if self.methods.is_empty() {
            return Default::default();
        }
        let private = private();
        let signatures = self.methods.iter().map(|(method, companion, arguments)| {
            let types = types(*arguments);
            quote!(fn #companion<#(#types),*>(&mut self, #(_: #types),*) -> #method { ::core::panic!() })
        });
        let signatures = quote!(#(#signatures)*);
        // Elsewhere, rustc would suggest a stub for a misspelt method, if it did not find a second one.
        let names = ["Companions", "OtherCompanions"].map(|name| format_ident!("{name}"));
        let traits = quote!(#(pub trait #names { #signatures })*);
        let methods = quote! {
            use __stubs::Companions as _;
            #(impl<__T: #private::Receiver + ?::core::marker::Sized> __stubs::#names for __T {})*
        };
        (traits, methods)
    }
}

/// The type with the name of a function or method.
fn marker(name: &Ident) -> TokenStream {
    quote_spanned!(name.span()=> __stubs::#name)
}

/// Returns the function with a name, or a stub.
pub(super) fn named(name: &Ident, arguments: usize) -> TokenStream {
    let imported = Ident::new("__named", name.span());
    let types = types(arguments);
    falling_back(&quote!(fn #imported<#(#types),*>(#(_: #types),*) { ::core::panic!() }), name, &imported)
}

/// Returns the companion that is passed for a function, or a constant of a type that is no function.
pub(super) fn passed(companion: &Ident) -> TokenStream {
    let (imported, private) = (Ident::new("__passed", companion.span()), private_at(companion.span()));
    let stub = quote_spanned! {companion.span()=>
        #[allow(non_upper_case_globals)]
        const #imported: #private::WithoutCompanion = #private::WithoutCompanion;
    };
    falling_back(&stub, companion, &imported)
}

/// Returns what has a name, or what an item named `imported` defines.
fn falling_back(item: &TokenStream, name: &Ident, imported: &Ident) -> TokenStream {
    // An import imports all that has the name. There is always a type with it, or the import would be an error.
    quote! {{
        #item
        {
            #[allow(non_camel_case_types, unused_imports)]
            use ::core::primitive::u8 as #name;
            #[allow(unused_imports)]
            use #name as #imported;
            #imported
        }
    }}
}

/// Returns the companion of a function, or its stub.
fn function(path: &ExprPath, companion: &Ident, arguments: usize) -> Option<Tokens> {
    let name = &path.path.segments.last()?.ident;
    let is_simple = path.qself.is_none()
        && path.path.segments.iter().all(|segment| matches!(segment.arguments, PathArguments::None));
    if !is_simple {
        return None;
    }
    let mut module = path.path.clone();
    module.segments.pop();
    module.segments.pop_punct();
    let (types, marker, private) = (types(arguments), marker(name), private_at(name.span()));
    let stub = |name: &Ident| {
        quote! {
            fn #name<#(#types),*>(#(_: #types),*) -> #private::NoCompanion<#marker, (#(#types,)*)> { ::core::panic!() }
        }
    };
    let code = match module.segments.last() {
        None => {
            let imported = Ident::new("__companion", name.span());
            falling_back(&stub(&imported), companion, &imported)
        }
        // The stub hides functions of the same name that are not in that module.
        Some(last) if is_module(&last.ident) => {
            let stub = stub(companion);
            quote!({ #stub { use #module::*; #companion } })
        }
        Some(_) => return None,
    };
    Some(code.into())
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
