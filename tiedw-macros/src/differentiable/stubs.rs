//! Stubs for companions that do not exist, so that rustc reports a call without a companion in words of its own, and once.
//!
//! A stub of a function or method returns a type that is not the result of a companion. Which one is called, the companion
//! or the stub, is decided by the compiler: names in inner blocks hide those in outer blocks, and methods that take `&self`
//! hide those that take `&mut self`.

use std::cell::OnceCell;
use std::rc::Rc;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{AngleBracketedGenericArguments, Expr, ExprPath, GenericArgument, PathArguments, Type};

use super::checked::{Checked, gated};
use super::known_private;
use super::once::Ambiguous;
use super::tokens::Tokens;
use super::unmarked::Unmarked;
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
    /// A method of data, to which values are passed.
    MethodOfData(Ident),
    /// The companion of an operator, which that of a type of values may lack.
    Operator(Ident),
    /// A method of a field of the module, with data as arguments.
    OfField(Rc<MethodOfField>),
    /// A function of fields of the module, and of data.
    OfFields(Rc<FunctionOfFields>),
}

/// A method of a field of the module. If the field is a setting, it is called as written.
pub(super) struct MethodOfField {
    pub(super) method: Ident,
    /// As written, without arguments.
    pub(super) written: Tokens,
    /// The companion, to be called on something else.
    pub(super) companion: TokenStream,
    /// What it is called on.
    pub(super) receiver: Tokens,
    /// The field that the receiver is, or is taken from.
    pub(super) field: Tokens,
}

impl MethodOfField {
    /// Returns the value and its pullback.
    fn called(&self, arguments: &[Tokens], in_checked_body: bool) -> TokenStream {
        let MethodOfField { method, written, companion, receiver, field } = self;
        let (span, private) = (method.span(), private_at(method.span()));
        let names = argument_names(arguments.len(), span);
        let passed = group(span, quote!(#(#names),*));
        let of_companion = of_body(quote!(__receiver #companion #passed), span, in_checked_body);
        // What is computed for the receiver lives as long as the `match`.
        quote_spanned! {span=> {
            use #private::{BehindReference as _, Itself as _, PartReceiver as _, SettingReceiver as _};
            match (&#private::Part(&#field), &#receiver, (#(#arguments,)*)) {
                (__field, __receiver, (#(#names,)*)) => {
                    #[allow(unused_mut)]
                    let mut __receiver = (&(&(&__field.behind()).behind()).behind()).on(__receiver);
                    let (mut __companion, mut __written) = (__None, __None);
                    if #private::FieldReceiver::is_part(&__receiver) {
                        __companion = __Some(#of_companion);
                    } else {
                        __written = __Some((#written #passed, #private::NoPullback));
                    }
                    #private::FieldReceiver::called(__receiver, __companion, __written)
                }
            }
        }}
    }
}

/// A function of fields of the module. If all of them are settings, it is called as written.
pub(super) struct FunctionOfFields {
    pub(super) name: Ident,
    /// As written, without arguments.
    pub(super) written: TokenStream,
    pub(super) companion: Tokens,
    /// Which arguments are fields, and what those are elements of that are: its type shows whether it is a parameter.
    pub(super) fields: Vec<Option<Option<Tokens>>>,
}

impl FunctionOfFields {
    /// Returns the value and its pullback.
    fn called(&self, arguments: &[Tokens], in_checked_body: bool) -> TokenStream {
        let FunctionOfFields { name, written, companion, fields } = self;
        let (span, private) = (name.span(), private_at(name.span()));
        let names = argument_names(arguments.len(), span);
        let (passed, flags) = (group(span, quote!(#(#names),*)), arguments.len());
        let has_element = fields.iter().flatten().any(Option::is_some);
        let fields = names.iter().zip(fields).filter_map(|(name, field)| match field.as_ref()? {
            Some(list) => Some(list.to_token_stream()),
            None => Some(name.to_token_stream()),
        });
        let of_companion = of_body(quote!(#companion #passed), span, in_checked_body);
        let nothing = names.iter().map(|_| quote!(__None::<#private::NoGradient>));
        // In a body with a mistake, the function says nothing about the types of the fields.
        let as_written = names.iter().map(|name| of_body(quote!(#name), span, in_checked_body));
        let as_written = group(span, quote!(#(#as_written),*));
        let of_nothing = match has_element {
            true => {
                quote_spanned!(span=> #private::of_data::<_, _, #flags>(#written #as_written, (#(#nothing,)*)))
            }
            false => quote_spanned! {span=> {
                use #private::OfAnything as _;
                #private::Written(#written #as_written).of_data::<_, #flags>((#(#nothing,)*))
            }},
        };
        quote_spanned! {span=> {
            use #private::{BehindReference as _, Itself as _, PartReceiver as _, SettingReceiver as _};
            match (#(#arguments,)*) {
                (#(#names,)*) => {
                    let __all = #private::Setting;
                    #(let __all = (&(&(&(&#private::Part(&#fields)).behind()).behind()).behind()).and(__all);)*
                    let (mut __companion, mut __written) = (__None, __None);
                    if #private::FieldReceiver::is_part(&__all) {
                        __companion = __Some(#of_companion);
                    } else {
                        __written = __Some(#of_nothing);
                    }
                    #private::FieldReceiver::called(__all, __companion, __written)
                }
            }
        }}
    }
}

/// A value in a body that may be checked: in one with a mistake, nothing is known of its type.
fn of_body(value: TokenStream, span: Span, in_checked_body: bool) -> TokenStream {
    if in_checked_body { quote_spanned!(span=> __Body::value(#value)) } else { value }
}

/// Names for the arguments of a call.
fn argument_names(count: usize, span: Span) -> Vec<Ident> {
    (0..count).map(|position| format_ident!("__argument{}", position, span = span)).collect()
}

fn group(span: Span, code: TokenStream) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, code);
    group.set_span(span);
    group
}

impl Callee {
    /// Returns the result of a call, whose type is checked: nothing is reported of a call in a body with a mistake.
    pub(super) fn checked(
        &self,
        mut call: TokenStream,
        arguments: &[Tokens],
        in_checked_body: bool,
    ) -> TokenStream {
        let (span, check) = match self {
            Callee::Known => return call,
            Callee::OfField(of_field) => {
                let called = Callee::Method(of_field.method.clone());
                return called.checked(of_field.called(arguments, in_checked_body), &[], in_checked_body);
            }
            Callee::OfFields(of_fields) => {
                let called = Callee::Function(of_fields.name.clone());
                return called.checked(of_fields.called(arguments, in_checked_body), &[], in_checked_body);
            }
            Callee::Function(name) => (name.span(), "FunctionWithCompanion"),
            Callee::Method(name) if name == "clone" => (name.span(), "CloneWithCompanion"),
            Callee::Method(name) => (name.span(), "MethodWithCompanion"),
            Callee::MethodOfData(name) => (name.span(), "MethodOfDataWithCompanion"),
            Callee::Operator(companion) => {
                let (span, private) = (companion.span(), private_at(companion.span()));
                call = quote_spanned!(span=> {
                    use #private::WithoutOperator as _;
                    #private::Operands((#(#arguments,)*)).#companion()
                });
                (span, "OperatorWithCompanion")
            }
        };
        let (private, check) = (private_at(span), Ident::new(check, span));
        let called = Ident::new("__called", span);
        let checked = quote_spanned!(span=> #private::#check::<_, _>::of(#called));
        let call = of_body(call, span, in_checked_body);
        quote!({ let #called = #call; #checked })
    }
}

/// The stubs of a body.
pub(super) struct Stubs {
    /// The name of each method that it calls, its companion, and its arguments.
    methods: Vec<(Ident, Ident, Arguments)>,
    /// The companion of each method that it passes a closure to.
    with_closures: Vec<Ident>,
    /// The name of each function that is looked up once, its companion, and the number of its arguments.
    functions: Vec<(Ident, Ident, usize)>,
    /// The names that cannot be looked up once.
    ambiguous: OnceCell<Ambiguous>,
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
    pub(super) fn new() -> Self {
        Stubs {
            methods: Vec::new(),
            with_closures: Vec::new(),
            functions: Vec::new(),
            ambiguous: OnceCell::new(),
        }
    }

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

    /// Adds words for a method that takes a closure, and lacks a companion.
    pub(super) fn method_with_closure(&mut self, companion: &Ident) {
        if !self.with_closures.contains(companion) {
            self.with_closures.push(companion.clone());
        }
    }

    /// Puts code into the scope of companions that no type has. A stub would not know the types of the arguments of a closure.
    fn with_closures(&self, code: TokenStream) -> TokenStream {
        if self.with_closures.is_empty() {
            return code;
        }
        let (companions, private) = (&self.with_closures, private());
        let name = format_ident!("WithClosures", span = Span::mixed_site());
        // With the type of `self`, rustc does not suggest to implement the trait.
        quote! {
            trait #name {
                #(fn #companions(self: &mut Self) { ::core::panic!() })*
            }
            impl<__T: #private::TakesClosures + ?::core::marker::Sized> #name for __T {}
            { #code }
        }
    }

    /// Looks up a function and its companion once for the whole body; returns what is called: the companion, with a check
    /// that the two belong together, or the stub. `None` if the name may mean different things in the `body`.
    pub(super) fn once(
        &mut self,
        path: &ExprPath,
        companion: &Ident,
        count: usize,
        checked: Option<&Checked>,
        body: impl FnOnce() -> TokenStream,
    ) -> Option<(Tokens, Callee)> {
        let name = path.path.get_ident()?;
        if path.qself.is_some() || !ARITIES.contains(&count) {
            return None;
        }
        let ambiguous = self.ambiguous.get_or_init(|| Ambiguous::of(body()));
        if ambiguous.contains(name) || ambiguous.contains(companion) {
            return None;
        }
        let known = self.functions.iter().position(|(function, ..)| function == name);
        let index = known.unwrap_or(self.functions.len());
        match self.functions.get(index) {
            Some((_, _, others)) if *others != count => return None,
            Some(_) => {}
            None => self.functions.push((name.clone(), companion.clone(), count)),
        }
        let [named, companion, paired] = looked_up(index, name.span());
        let of = format_ident!("of_{}", count, span = name.span());
        let paired = checkable(&paired, checked);
        let callee = quote_spanned!(name.span()=> #paired.#of(#named, #companion));
        Some((callee.into(), Callee::Function(name.clone())))
    }

    /// Puts code into the scope of the functions that are looked up once.
    fn with_functions(&self, code: TokenStream) -> TokenStream {
        if self.functions.is_empty() {
            return code;
        }
        let (mut stubs, mut found) = (TokenStream::new(), TokenStream::new());
        for (index, (name, companion, count)) in self.functions.iter().enumerate() {
            let [named, imported, paired] = looked_up(index, name.span());
            let private = private_at(name.span());
            stubs.extend(named_stub(&named, *count));
            stubs.extend(Arguments::plain(*count).companion(&imported, name.span()));
            found.extend(import(name, &named));
            found.extend(import(companion, &imported));
            found.extend(quote!(static #paired: #private::Paired = #private::Paired::new();));
        }
        quote!(#stubs { #found #code })
    }

    /// Puts the body of a companion into the scope of the stubs.
    pub(super) fn around(&self, unmarked: &[Unmarked], body: TokenStream) -> TokenStream {
        let body = self.with_closures(self.with_functions(body));
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
        let called = |(name, _): &(Ident, usize)| self.methods.iter().any(|(method, ..)| method == name);
        let unmarked: Vec<_> = unmarked
            .iter()
            .filter(|block| block.methods.iter().any(called))
            .map(|block| &block.head)
            .collect();
        let unmarked = names.iter().flat_map(|name| {
            let private = &private;
            unmarked.iter().map(move |block| {
                let (params, owner, bounds) =
                    (&block.generics.params, &block.self_ty, &block.generics.where_clause);
                quote!(impl<#params> __stubs::#name<#private::NoCompanion<()>> for #owner #bounds {})
            })
        });
        let unmarked = quote!(#(#unmarked)*);
        quote! {
            mod __stubs {
                #(pub trait #names<__R> { #signatures })*
            }
            use __stubs::Companions as _;
            #(
                impl<__T: #private::Receiver + ?::core::marker::Sized> __stubs::#names<#private::NoCompanion<()>> for __T {}
            )*
            #unmarked
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

    /// The arguments of a call that names no generic arguments.
    fn plain(count: usize) -> Self {
        Arguments { count, generics: Vec::new() }
    }

    /// The stub of a companion.
    fn companion(&self, name: &Ident, span: Span) -> TokenStream {
        let (Signature { generics, inputs, output }, private) = (self.signature(), private_at(span));
        quote!(fn #name<#generics>(#inputs) -> #private::#output { ::core::panic!() })
    }

    fn signature(&self) -> Signature {
        let types = types(self.count);
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

/// The names of a function that is looked up once, of its companion, and of the check that the two belong together.
fn looked_up(index: usize, span: Span) -> [Ident; 3] {
    ["__named", "__companion", "__PAIRED"].map(|name| format_ident!("{}{}", name, index, span = span))
}

/// The companion of a function, with a check that the two belong together: one of the names may be hidden.
pub(super) fn paired(
    function: &ExprPath,
    companion: Tokens,
    count: usize,
    checked: Option<&Checked>,
) -> Tokens {
    let Some(name) = function.path.get_ident() else { return companion };
    if !ARITIES.contains(&count) {
        return companion;
    }
    let span = name.span();
    let (private, of) = (private_at(span), format_ident!("of_{}", count, span = span));
    let imported = Ident::new("__named", span);
    let function = falling_back(&named_stub(&imported, count), name, &imported, None);
    let name = Ident::new("__PAIRED", span);
    let paired = checkable(&name, checked);
    let paired = quote_spanned! {span=>
        {
            static #name: #private::Paired = #private::Paired::new();
            #paired.#of(#function, #companion)
        }
    };
    paired.into()
}

/// What pairs a function with its companion. After a mistake, such as in the number of arguments, it has an error type.
fn checkable(paired: &Ident, checked: Option<&Checked>) -> TokenStream {
    match checked {
        Some(checked) => checked.value(&quote!(&#paired), paired.span()),
        None => paired.to_token_stream(),
    }
}

/// The stub of a function that does not exist.
fn named_stub(name: &Ident, count: usize) -> TokenStream {
    let types = types(count);
    quote!(fn #name<#(#types),*>(#(_: #types),*) { ::core::panic!() })
}

/// Returns the companion that is passed for a function; `None` if there is no stub for such a path.
pub(super) fn passed(path: &ExprPath, companion: &Ident, body: Option<&Checked>) -> Option<TokenStream> {
    let (span, private) = (companion.span(), private_at(companion.span()));
    let stub = |name: &Ident| {
        quote_spanned! {span=>
            #[allow(non_upper_case_globals)]
            const #name: #private::WithoutCompanion = #private::WithoutCompanion;
        }
    };
    let found = or_stub(path, companion, "__passed", stub)?;
    let checked = Ident::new("__checked", span);
    // A misspelt variable looks like a function.
    let found = gated(body, &quote_spanned!(span=> #private::Passed(#found).found()), span);
    Some(quote_spanned! {span=>
        {
            let #checked = #found;
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
    let arguments = Arguments::of(turbofish, count)?;
    let stub = |name: &Ident| arguments.companion(name, last.ident.span());
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
    let is_of_type = module.segments.last().is_some_and(|owner| is_type_of_its_own(&owner.ident));
    let has_arguments = module.segments.iter().any(|segment| !segment.arguments.is_none());
    if path.qself.is_some() || has_arguments && !is_of_type {
        return None;
    }
    match module.segments.last() {
        None => {
            let imported = Ident::new(imported, last.ident.span());
            Some(falling_back(&stub(&imported), companion, &imported, Some(arguments)))
        }
        Some(module) if is_module(&module.ident) && known_private::is_in(&last.ident, &module.ident) => None,
        // The stub hides functions of the same name that are not in that module.
        Some(last) if is_module(&last.ident) => {
            let stub = stub(companion);
            Some(quote!({ #stub { use #module::*; #companion #arguments } }))
        }
        // The functions of a type hide those of a trait. Numbers have companions by a trait.
        Some(last) if is_type_of_its_own(&last.ident) => {
            let stub = stub(companion);
            Some(quote!({
                trait __Otherwise { #stub }
                impl<__T: ?::core::marker::Sized> __Otherwise for __T {}
                #module::#companion #arguments
            }))
        }
        Some(_) => None,
    }
}

/// Whether a name is that of a type other than a number or a type parameter, judged by its letters.
fn is_type_of_its_own(name: &Ident) -> bool {
    let name = name.to_string();
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase) && name != "Self"
}

/// Returns what has a name, with generic arguments, or what an item named `imported` defines.
fn falling_back(
    item: &TokenStream,
    name: &Ident,
    imported: &Ident,
    arguments: Option<&PathArguments>,
) -> TokenStream {
    let import = import(name, imported);
    quote!({ #item { #import #imported #arguments } })
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
