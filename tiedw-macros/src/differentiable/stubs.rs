//! Stubs for companions that do not exist, so that rustc reports a call without a companion in words of its own, and once.
//!
//! A stub of a function or method returns a type with its name, which is not the result of a companion. Which one is
//! called, the companion or the stub, is decided by the compiler: names in inner blocks hide those in outer blocks, and
//! methods that take `&self` hide those that take `&mut self`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{ExprPath, PathArguments};

use super::once::Ambiguous;
use super::tokens::Tokens;
use crate::private::{private, private_at};

/// The numbers of arguments of functions that are checked to belong to their companions.
const ARITIES: std::ops::RangeInclusive<usize> = 1..=8;

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
pub(super) struct Stubs {
    /// The names of the functions and methods.
    names: Vec<Ident>,
    /// The companion of each method, and the number of its arguments.
    methods: Vec<(Ident, Ident, usize)>,
    /// The name of each function that is looked up once, its companion, and the number of its arguments.
    functions: Vec<(Ident, Ident, usize)>,
    /// The names that cannot be looked up once.
    ambiguous: Ambiguous,
}

impl Stubs {
    pub(super) fn new(ambiguous: Ambiguous) -> Self {
        Stubs { names: Vec::new(), methods: Vec::new(), functions: Vec::new(), ambiguous }
    }

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

    /// Looks up a function and its companion once for the whole body; returns what is called: the companion, with a check
    /// that the two belong together, or the stub. `None` if the name may mean different things.
    pub(super) fn once(
        &mut self,
        path: &ExprPath,
        companion: &Ident,
        arguments: usize,
    ) -> Option<(Tokens, Callee)> {
        let name = path.path.get_ident()?;
        if path.qself.is_some()
            || !ARITIES.contains(&arguments)
            || self.ambiguous.contains(name)
            || self.ambiguous.contains(companion)
        {
            return None;
        }
        let known = self.functions.iter().position(|(function, ..)| function == name);
        let index = known.unwrap_or(self.functions.len());
        match self.functions.get(index) {
            Some((_, _, count)) if *count != arguments => return None,
            Some(_) => {}
            None => self.functions.push((name.clone(), companion.clone(), arguments)),
        }
        self.name(name);
        let [named, companion, paired] = looked_up(index, name.span());
        let of = format_ident!("of_{}", arguments, span = name.span());
        let callee = quote_spanned!(name.span()=> #paired.#of(#named, #companion));
        Some((callee.into(), Callee::Function(name.clone())))
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
        let body = self.with_functions(body);
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

    /// Puts code into the scope of the functions that are looked up once.
    fn with_functions(&self, code: TokenStream) -> TokenStream {
        if self.functions.is_empty() {
            return code;
        }
        let (mut stubs, mut found) = (TokenStream::new(), TokenStream::new());
        for (index, (name, companion, arguments)) in self.functions.iter().enumerate() {
            let [named, imported, paired] = looked_up(index, name.span());
            let private = private_at(name.span());
            stubs.extend(named_stub(&named, *arguments));
            stubs.extend(companion_stub(&imported, name, *arguments));
            found.extend(import(name, &named));
            found.extend(import(companion, &imported));
            found.extend(quote!(static #paired: #private::Paired = #private::Paired::new();));
        }
        quote!(#stubs { #found #code })
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

/// The names of a function that is looked up once, of its companion, and of the check that the two belong together.
fn looked_up(index: usize, span: Span) -> [Ident; 3] {
    ["__named", "__companion", "__PAIRED"].map(|name| format_ident!("{}{}", name, index, span = span))
}

/// The companion of a function, with a check that the two belong together: one of the names may be hidden.
pub(super) fn paired(function: &ExprPath, companion: Tokens, arguments: usize) -> Tokens {
    let Some(name) = function.path.get_ident() else { return companion };
    if !ARITIES.contains(&arguments) {
        return companion;
    }
    let span = name.span();
    let (private, of) = (private_at(span), format_ident!("of_{}", arguments, span = span));
    let imported = Ident::new("__named", span);
    let function = falling_back(&named_stub(&imported, arguments), name, &imported);
    let paired = quote_spanned! {span=>
        {
            static __PAIRED: #private::Paired = #private::Paired::new();
            __PAIRED.#of(#function, #companion)
        }
    };
    paired.into()
}

/// The stub of a function that does not exist.
fn named_stub(name: &Ident, arguments: usize) -> TokenStream {
    let types = types(arguments);
    quote!(fn #name<#(#types),*>(#(_: #types),*) { ::core::panic!() })
}

/// The stub of the companion of `function`.
fn companion_stub(name: &Ident, function: &Ident, arguments: usize) -> TokenStream {
    let (types, marker, private) = (types(arguments), marker(function), private_at(function.span()));
    quote! {
        fn #name<#(#types),*>(#(_: #types),*) -> #private::NoCompanion<#marker, (#(#types,)*)> { ::core::panic!() }
    }
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
    let import = import(name, imported);
    quote!({ #item { #import #imported } })
}

/// Imports what has a name as `imported`, if there is such a thing.
fn import(name: &Ident, imported: &Ident) -> TokenStream {
    // An import imports all that has the name. There is always a type with it, or the import would be an error.
    quote! {
        #[allow(non_camel_case_types, unused_imports)]
        use ::core::primitive::u8 as #name;
        #[allow(unused_imports)]
        use #name as #imported;
    }
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
    let code = match module.segments.last() {
        None => {
            let imported = Ident::new("__companion", name.span());
            falling_back(&companion_stub(&imported, name, arguments), companion, &imported)
        }
        // The stub hides functions of the same name that are not in that module.
        Some(last) if is_module(&last.ident) => {
            let stub = companion_stub(companion, name, arguments);
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
