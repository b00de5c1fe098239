//! Types and bounds over dual numbers: `E` becomes `Dual<E>`, and another type parameter `A` becomes `<A as Lift>::Dual`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Path, Type, TypeParam};

use crate::differentiable::method::is_element;

/// The type parameters of a module, a type of values or an impl block.
pub(crate) struct OverDuals<'g> {
    krate: &'g Path,
    generics: &'g Generics,
    /// Whether other type parameters are the same over dual numbers.
    elements_alone: bool,
}

impl<'g> OverDuals<'g> {
    /// `None` if no parameter is an element type, or one is a lifetime.
    pub(crate) fn of(krate: &'g Path, generics: &'g Generics) -> Option<Self> {
        let over = OverDuals { krate, generics, elements_alone: false };
        let has_lifetime = generics.lifetimes().next().is_some();
        (over.params().any(|param| over.is_element(&param.ident)) && !has_lifetime).then_some(over)
    }

    /// Those of a function: what is no element type is that of a random number generator, or of data.
    pub(crate) fn of_elements(krate: &'g Path, generics: &'g Generics) -> Option<Self> {
        Some(OverDuals { elements_alone: true, ..Self::of(krate, generics)? })
    }

    fn params(&self) -> impl Iterator<Item = &'g TypeParam> {
        self.generics.type_params().filter(|param| !self.elements_alone || self.is_element(&param.ident))
    }

    fn is_element(&self, name: &Ident) -> bool {
        is_element(name, self.generics)
    }

    /// Whether code names one of the parameters.
    pub(crate) fn is_in(&self, code: &impl ToTokens) -> bool {
        fn names_one(code: TokenStream, is_param: &dyn Fn(&Ident) -> bool) -> bool {
            code.into_iter().any(|token| match token {
                TokenTree::Ident(name) => is_param(&name),
                TokenTree::Group(group) => names_one(group.stream(), is_param),
                _ => false,
            })
        }
        names_one(code.to_token_stream(), &|name| self.params().any(|param| param.ident == *name))
    }

    /// A type or a bound over dual numbers; `None` if it has a lifetime, or names a type that is not written out.
    pub(crate) fn lifted(&self, code: &impl ToTokens) -> Option<TokenStream> {
        self.over(code.to_token_stream())
    }

    fn over(&self, code: TokenStream) -> Option<TokenStream> {
        let mut tokens = code.into_iter().peekable();
        let mut over = TokenStream::new();
        let mut before = ' ';
        while let Some(token) = tokens.next() {
            let mut next = ' ';
            match token {
                TokenTree::Ident(name) => {
                    let unknown = ["Self", "impl", "dyn", "fn", "for"].iter().any(|word| name == word);
                    let param = self.params().find(|param| param.ident == name).filter(|_| before != ':');
                    let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':' && colon.spacing() == proc_macro2::Spacing::Joint);
                    if unknown || param.is_some() && is_path {
                        return None;
                    }
                    match param {
                        Some(param) => over.extend(self.of_param(&param.ident)),
                        None => name.to_tokens(&mut over),
                    }
                }
                TokenTree::Group(group) => {
                    let inside = self.over(group.stream())?;
                    let mut changed = proc_macro2::Group::new(group.delimiter(), inside);
                    changed.set_span(group.span());
                    changed.to_tokens(&mut over);
                }
                TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                    let is_static =
                        matches!(tokens.peek(), Some(TokenTree::Ident(lifetime)) if lifetime == "static");
                    if !is_static {
                        return None;
                    }
                    punct.to_tokens(&mut over);
                }
                TokenTree::Punct(punct) => {
                    // The second colon of a path.
                    next = if before == '1' && punct.as_char() == ':' { ':' } else { ' ' };
                    if punct.as_char() == ':' && punct.spacing() == proc_macro2::Spacing::Joint {
                        next = '1';
                    }
                    punct.to_tokens(&mut over);
                }
                literal => literal.to_tokens(&mut over),
            }
            before = next;
        }
        Some(over)
    }

    /// The bound that a type exists over dual numbers, as `dual`. That of a parameter is one of its own.
    pub(crate) fn bound(&self, ty: &Type) -> Option<TokenStream> {
        let (krate, dual) = (self.krate, self.lifted(ty)?);
        let is_param = matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| self.params().any(|param| param.ident == *name)));
        match is_param {
            true => Some(quote!(#ty: #krate::Lift)),
            false => Some(quote!(#ty: #krate::Lift<Dual = #dual>)),
        }
    }

    /// The bound that the cotangent of a type exists over dual numbers; none for an element type, for which it always holds.
    pub(crate) fn bounds_of_cotangent(&self, ty: &Type) -> Option<Vec<TokenStream>> {
        if matches!(ty, Type::Path(path) if path.path.get_ident().is_some_and(|name| self.is_element(name))) {
            return Some(Vec::new());
        }
        let (krate, dual) = (self.krate, self.lifted(ty)?);
        let [own, dual] = [ty.to_token_stream(), dual].map(|ty| quote!(<#ty as #krate::Value>::Cotangent));
        // The `for` keeps rustc from rejecting what has the bound if a type without parameters does not meet it.
        let of_any = (!self.is_in(ty)).then(|| quote!(for<'lift>));
        Some(vec![quote!(#of_any #own: #krate::Lift<Dual = #dual>)])
    }

    fn of_param(&self, param: &Ident) -> TokenStream {
        let krate = self.krate;
        match self.is_element(param) {
            true => quote!(#krate::Dual<#param>),
            false => quote!(<#param as #krate::Lift>::Dual),
        }
    }

    /// The bounds of the parameters, for the same types over dual numbers; `None` if one cannot be written.
    pub(crate) fn predicates(&self) -> Option<Vec<TokenStream>> {
        let krate = self.krate;
        let mut predicates = Vec::new();
        for param in self.params() {
            let (name, bounds) = (&param.ident, &param.bounds);
            let is_sized = bounds.iter().all(|bound| !bound.to_token_stream().to_string().starts_with('?'));
            if !is_sized {
                return None;
            }
            let over = self.of_param(name);
            if !self.is_element(name) {
                predicates.push(quote!(#name: #krate::Lift));
            }
            if !bounds.is_empty() {
                let bounds = self.lifted(bounds)?;
                predicates.push(quote!(#over: #bounds));
            }
        }
        let clauses = self.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        for predicate in clauses {
            predicates.push(self.lifted(predicate)?);
        }
        Some(predicates)
    }

    /// The impl of `Lift` for a type with these parameters, under further bounds, with the bodies of its functions.
    pub(crate) fn implementation(
        &self,
        name: &Ident,
        bounds: &[TokenStream],
        lift: &TokenStream,
        parts: &TokenStream,
    ) -> TokenStream {
        let (krate, duals) = (self.krate, self.arguments());
        let mut params = self.generics.clone();
        let own_bounds = params.where_clause.take();
        let own_bounds = own_bounds.iter().flat_map(|clause| &clause.predicates);
        let (params, arguments, _) = params.split_for_impl();
        quote! {
            #[automatically_derived]
            #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery)]
            impl #params #krate::Lift for #name #arguments
            where
                #(#own_bounds,)*
                #(#bounds,)*
            {
                type Dual = #name<#(#duals),*>;

                #[track_caller]
                fn lift(&self, tangent: ::core::option::Option<&Self>) -> Self::Dual {
                    #lift
                }
                fn parts(dual: Self::Dual) -> (Self, Self) {
                    #parts
                }
            }
        }
    }

    /// The arguments of a type with these parameters, over dual numbers.
    fn arguments(&self) -> Vec<TokenStream> {
        let argument = |param: &GenericParam| match param {
            GenericParam::Type(param) => self.of_param(&param.ident),
            GenericParam::Const(param) => param.ident.to_token_stream(),
            GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
        };
        self.generics.params.iter().map(argument).collect()
    }
}
