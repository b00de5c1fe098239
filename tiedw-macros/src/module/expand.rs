//! The code of a module: its view, its ties, and the impls of `Module`, `Closed` and `Init`.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{GenericParam, Generics, Type, WherePredicate, parse_quote};

use super::model::{Field, Module, Role, Tie};
use super::{glue, ties};

pub(super) fn expand(module: &Module, order: &[usize]) -> TokenStream {
    let view = view(module);
    let open_ties = open_ties(module);
    let glue = glue::expand(module);
    let functions = module.fields.iter().filter_map(|field| ties::function(module, field));
    let implementation = implementation(module, order);
    let closed = closed(module);
    let init = init(module);
    quote! {
        #view
        #open_ties
        #[doc(hidden)]
        #[allow(trivial_bounds, unreachable_code, unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            #(#functions)*
            #implementation
            #closed
            #init
            #glue
        };
    }
}

/// `tokens`, where `span` is.
pub(super) fn at(tokens: impl ToTokens, span: Span) -> TokenStream {
    let tokens = tokens.to_token_stream().into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    tokens.collect()
}

/// The call `path(argument)`, which stands, to the compiler, exactly where `written` does.
pub(super) fn call_at(written: impl ToTokens, path: &TokenStream, argument: TokenStream) -> TokenStream {
    let written = written.into_token_stream().into_iter().map(|token| token.span());
    let first = written.clone().next().unwrap_or_else(Span::call_site);
    let mut argument = Group::new(Delimiter::Parenthesis, argument);
    argument.set_span(written.last().unwrap_or(first));
    let path = at(path, first);
    quote!(#path #argument)
}

/// The name of the view of the struct `name`.
pub(super) fn view_name(name: &Ident) -> Ident {
    format_ident!("{name}View")
}

/// The parameter without its default, as an impl declares it.
pub(super) fn without_default(param: &GenericParam) -> GenericParam {
    let mut param = param.clone();
    match &mut param {
        GenericParam::Type(param) => {
            param.default = None;
        }
        GenericParam::Const(param) => {
            param.default = None;
        }
        GenericParam::Lifetime(_) => {}
    }
    param
}

/// The names of the parameters, as a type mentions them.
pub(super) fn arguments(generics: &Generics) -> Vec<Ident> {
    generics
        .params
        .iter()
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(param.ident.clone()),
            GenericParam::Const(param) => Some(param.ident.clone()),
            GenericParam::Lifetime(_) => None,
        })
        .collect()
}

/// The struct's own bounds, and those that its generic fields need.
pub(super) fn predicates(module: &Module) -> Vec<WherePredicate> {
    let krate = &module.krate;
    let mut predicates = own_predicates(module);
    let mut first: Option<&Type> = None;
    for field in module.modules() {
        let ty = &field.ty;
        if mentions_type_parameter(ty, &module.generics) {
            predicates.push(match first {
                Some(first) => {
                    parse_quote!(#ty: #krate::__private::Module<Elem = <#first as #krate::__private::Module>::Elem>)
                }
                None => parse_quote!(#ty: #krate::__private::Module),
            });
        }
        first = first.or(Some(ty));
    }
    predicates
}

fn own_predicates(module: &Module) -> Vec<WherePredicate> {
    let bounds = module.generics.where_clause.iter();
    bounds.flat_map(|bounds| bounds.predicates.iter().cloned()).collect()
}

/// The fields whose holes others fill: those with a bare `#[tie]`, and those of a generic type, which may be open.
fn holes(module: &Module) -> Vec<&Field> {
    module.modules().filter(|field| is_open(field) || is_generic(module, field)).collect()
}

fn is_open(field: &Field) -> bool {
    matches!(field.role, Role::Tied(Tie::Open))
}

/// Whether the type of a field that owns its weights is known only to whoever names the module's type.
fn is_generic(module: &Module, field: &Field) -> bool {
    matches!(field.role, Role::Owned) && mentions_type_parameter(&field.ty, &module.generics)
}

fn mentions_type_parameter(ty: &Type, generics: &Generics) -> bool {
    struct Finder<'g>(&'g Generics, bool);
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.1 |= self.0.type_params().any(|param| param.ident == *ident);
        }
        fn visit_type(&mut self, ty: &'ast Type) {
            visit::visit_type(self, ty);
        }
    }
    let mut finder = Finder(generics, false);
    finder.visit_type(ty);
    finder.1
}

/// Whether a skipped field is a number or a flag, which a view holds by value.
fn is_primitive(ty: &Type) -> bool {
    const PRIMITIVES: [&str; 16] = [
        "bool", "char", "f32", "f64", "usize", "isize", "u8", "u16", "u32", "u64", "u128", "i8", "i16",
        "i32", "i64", "i128",
    ];
    matches!(ty, Type::Path(path) if PRIMITIVES.iter().any(|name| path.path.is_ident(name)))
}

fn view(module: &Module) -> TokenStream {
    let Module { krate, vis, name, .. } = module;
    let view = view_name(name);
    let params: Vec<_> = module.generics.params.iter().collect();
    let bare: Vec<_> = params.iter().map(|param| without_default(param)).collect();
    let arguments = arguments(&module.generics);
    let mut bounds = own_predicates(module);
    for field in module.modules().filter(|field| mentions_type_parameter(&field.ty, &module.generics)) {
        let ty = &field.ty;
        bounds.push(parse_quote!(#ty: #krate::__private::Module));
    }
    let full_bounds = predicates(module);
    let fields = module.fields.iter().map(|Field { vis, name, ty, role }| {
        let doc = format!("The view of `{name}`.");
        let ty = match role {
            Role::Skipped if is_primitive(ty) => quote!(#ty),
            Role::Skipped => quote!(&'a #ty),
            _ => quote_spanned!(ty.span()=> <#ty as #krate::__private::Module>::View<'a, Use>),
        };
        quote!(#[doc = #doc] #vis #name: #ty)
    });
    let names: Vec<_> = module.fields.iter().map(|field| &field.name).collect();
    let types = module.modules().map(|field| &field.ty);
    let doc = format!("The view of [`{name}`]: itself with its ties in place.");
    quote! {
        #[doc = #doc]
        #[allow(dead_code)]
        #vis struct #view<'a, #(#params,)* Use: #krate::__private::Role = #krate::__private::Weight>
        where
            #(#bounds,)*
        {
            #(#fields,)*
        }

        #[automatically_derived]
        #[allow(clippy::all)]
        impl<'a, #(#bare,)* Use: #krate::__private::Role> ::core::clone::Clone for #view<'a, #(#arguments,)* Use>
        where
            #(#bounds,)*
        {
            #[inline]
            fn clone(&self) -> Self {
                #view { #(#names: ::core::clone::Clone::clone(&self.#names),)* }
            }
        }

        #[automatically_derived]
        impl<'a, #(#bare,)* Use: #krate::__private::Role> ::core::marker::Copy for #view<'a, #(#arguments,)* Use>
        where
            #(#bounds,)*
            #(<#types as #krate::__private::Module>::View<'a, Use>: ::core::marker::Copy,)*
        {
        }

        #[automatically_derived]
        impl<'a, #(#bare,)* Use: #krate::__private::Role> #krate::__private::ViewOf<'a, Use>
            for #view<'a, #(#arguments,)* Use>
        where
            #(#full_bounds,)*
        {
            type Module = #name<#(#arguments),*>;
        }
    }
}

/// The struct of the ties that others fill, if there are any.
fn open_ties(module: &Module) -> Option<TokenStream> {
    let fields = holes(module);
    if fields.is_empty() {
        return None;
    }
    let Module { krate, vis, name, .. } = module;
    let ties = ties_name(name);
    let (holes, types): (Vec<_>, Vec<_>) =
        fields.iter().enumerate().map(|(i, field)| (&field.name, format_ident!("T{i}"))).unzip();
    let doc = format!("What [`{name}`] borrows.");
    Some(quote! {
        #krate::__ties! {
            #[doc = #doc]
            #vis struct #ties { #(#holes: #types),* }
        }
    })
}

fn ties_name(name: &Ident) -> Ident {
    format_ident!("{name}Ties")
}

fn implementation(module: &Module, order: &[usize]) -> TokenStream {
    let Module { krate, name, .. } = module;
    let view = view_name(name);
    let params: Vec<_> = module.generics.params.iter().map(without_default).collect();
    let arguments = arguments(&module.generics);
    let bounds = predicates(module);
    let holes = holes(module);
    let ties = if holes.is_empty() {
        quote!(())
    } else {
        let (ties, types) = (ties_name(name), holes.iter().map(|field| &field.ty));
        quote!(#ties<#(<#types as #krate::__private::Module>::Ties<'a, Use>),*>)
    };
    let elem = match module.modules().next() {
        Some(Field { ty, .. }) => quote!(<#ty as #krate::__private::Module>::Elem),
        None => quote!(f32),
    };
    let spec = spec(module);
    let names: Vec<_> = module.fields.iter().map(|field| &field.name).collect();
    let weight = quote!(#krate::__private::Weight);
    let gradient = quote!(#krate::__private::Gradient);
    let viewed = module.fields.iter().map(|Field { name, ty, role, .. }| match role {
        Role::Skipped if is_primitive(ty) => quote!(#name: *#name),
        _ => quote!(#name),
    });
    let viewed: Vec<_> = viewed.collect();
    let lets = bindings(module, order, &quote!(bind), &weight);
    let lets_mut = bindings(module, order, &quote!(bind_mut), &gradient);
    let zeros = module.fields.iter().map(|Field { name, role, .. }| match role {
        Role::Skipped => quote!(::core::clone::Clone::clone(&self.#name)),
        _ => quote!(#krate::__private::Module::zeros_like(&self.#name)),
    });
    let (modules, strings): (Vec<_>, Vec<_>) =
        module.modules().map(|field| (&field.name, string(&field.name))).unzip();
    quote! {
        #[automatically_derived]
        impl<#(#params),*> #krate::__private::Module for #name<#(#arguments),*>
        where
            #(#bounds,)*
        {
            type Elem = #elem;
            type Ties<'a, Use: #krate::__private::Role> = #ties;
            type View<'a, Use: #krate::__private::Role> = #view<'a, #(#arguments,)* Use>;
            const SPEC: #krate::__private::Spec = #spec;

            #[inline]
            fn bind<'a>(&'a self, ties: Self::Ties<'a, #weight>) -> Self::View<'a, #weight> {
                let __open = ties;
                let #name { #(#names),* } = self;
                #lets
                #view { #(#viewed),* }
            }
            #[inline]
            fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, #gradient>) -> Self::View<'a, #gradient> {
                let __open = ties;
                let #name { #(#names),* } = self;
                #lets_mut
                #view { #(#viewed),* }
            }
            fn zeros_like(&self) -> Self {
                #name { #(#names: #zeros),* }
            }
            fn visit<'a>(
                &'a self,
                path: &mut #krate::__private::Path,
                visitor: &mut dyn ::core::ops::FnMut(
                    &#krate::__private::Path,
                    #krate::__private::Parameter<'a, Self::Elem>,
                ),
            ) {
                #(path.field(#strings, |path| #krate::__private::Module::visit(&self.#modules, path, visitor));)*
            }
            fn visit_mut<'a>(
                &'a mut self,
                path: &mut #krate::__private::Path,
                visitor: &mut dyn ::core::ops::FnMut(
                    &#krate::__private::Path,
                    #krate::__private::ParameterMut<'a, Self::Elem>,
                ),
            ) {
                #(path.field(#strings, |path| {
                    #krate::__private::Module::visit_mut(&mut self.#modules, path, visitor)
                });)*
            }
            #[inline]
            fn update<const STATES: usize>(
                &mut self,
                gradient: &Self,
                mut state: [&mut Self; STATES],
                rule: &mut impl ::core::ops::FnMut(
                    &mut [Self::Elem],
                    &[Self::Elem],
                    [&mut [Self::Elem]; STATES],
                ),
            ) {
                #(#krate::__private::Module::update(
                    &mut self.#modules,
                    &gradient.#modules,
                    state.each_mut().map(|state| &mut state.#modules),
                    rule,
                );)*
            }
        }
    }
}

/// One `let` a field, each after those that it borrows from.
fn bindings(module: &Module, order: &[usize], bind: &TokenStream, role: &TokenStream) -> TokenStream {
    let krate = &module.krate;
    let fields = order.iter().map(|&position| &module.fields[position]);
    let lets = fields.filter_map(|field| {
        let Field { name, ty, .. } = field;
        let ties = match &field.role {
            Role::Skipped => return None,
            Role::Owned if is_generic(module, field) => quote!(__open.#name),
            Role::Owned => {
                let krate = at(krate, ty.span());
                quote_spanned!(ty.span()=> <#ty as #krate::__private::Closed>::no_ties::<#role>())
            }
            Role::Tied(Tie::Open) => quote!(__open.#name),
            Role::Tied(Tie::Unknown) => quote!(::core::unreachable!()),
            Role::Tied(_) => ties::call(module, field, role),
        };
        Some(quote! {
            let #name = <#ty as #krate::__private::Module>::#bind(#name, #ties);
        })
    });
    quote!(#(#lets)*)
}

fn spec(module: &Module) -> TokenStream {
    let krate = &module.krate;
    let name = module.name.to_string();
    let fields = module.modules().map(|Field { name, ty, .. }| {
        let name = string(name);
        quote! {
            #krate::__private::Field { name: #name, spec: &<#ty as #krate::__private::Module>::SPEC }
        }
    });
    let ties = module.fields.iter().flat_map(|field| {
        let name = string(&field.name);
        let open = matches!(field.role, Role::Tied(Tie::Open)).then(|| (name.clone(), String::new()));
        let filled = field.sources().into_iter().map(move |(hole, source)| {
            let field = hole.map_or(name.clone(), |hole| format!("{name}.{}", string(hole)));
            (field, source.to_string())
        });
        open.into_iter().chain(filled).map(|(field, source)| quote!((#field, #source)))
    });
    quote! {
        #krate::__private::Spec::Module {
            name: #name,
            fields: &[#(#fields),*],
            ties: &[#(#ties),*],
        }
    }
}

fn closed(module: &Module) -> Option<TokenStream> {
    if module.fields.iter().any(is_open) {
        return None;
    }
    let Module { krate, name, .. } = module;
    let params = module.generics.params.iter().map(without_default);
    let arguments = arguments(&module.generics);
    let generic: Vec<_> = module.fields.iter().filter(|field| is_generic(module, field)).collect();
    let (names, types): (Vec<_>, Vec<_>) = generic.iter().map(|field| (&field.name, &field.ty)).unzip();
    let mut bounds = predicates(module);
    bounds.extend(types.iter().map(|ty| -> WherePredicate { parse_quote!(#ty: #krate::__private::Closed) }));
    let ties = if generic.is_empty() {
        quote!()
    } else {
        let ties = ties_name(name);
        quote!(#ties { #(#names: <#types as #krate::__private::Closed>::no_ties(),)* })
    };
    Some(quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<#(#params),*> #krate::__private::Closed for #name<#(#arguments),*>
        where
            #(#bounds,)*
        {
            fn no_ties<'a, Use: #krate::__private::Role>() -> <Self as #krate::__private::Module>::Ties<'a, Use> {
                #ties
            }
        }
    })
}

fn init(module: &Module) -> TokenStream {
    let Module { krate, name, .. } = module;
    let params = module.generics.params.iter().map(without_default);
    let arguments = arguments(&module.generics);
    let mut bounds = predicates(module);
    for field in &module.fields {
        let ty = &field.ty;
        bounds.push(match field.role {
            Role::Skipped => parse_quote!(for<'init> #ty: ::core::default::Default),
            _ => parse_quote!(for<'init> #ty: #krate::__private::Init),
        });
    }
    let fields = module.fields.iter().map(|Field { name, role, .. }| match role {
        Role::Skipped => quote!(#name: ::core::default::Default::default()),
        _ => quote!(#name: #krate::__private::Init::init(rng)),
    });
    quote! {
        #[automatically_derived]
        impl<#(#params),*> #krate::__private::Init for #name<#(#arguments),*>
        where
            #(#bounds,)*
        {
            fn init<Rng: #krate::__private::Rng + ?::core::marker::Sized>(rng: &mut Rng) -> Self {
                #name { #(#fields),* }
            }
        }
    }
}

/// The name as a parameter path has it.
fn string(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}
