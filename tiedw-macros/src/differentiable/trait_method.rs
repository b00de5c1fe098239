//! Rules for the methods of differentiable traits that their definition and their impls share.

use crate::visit::{self, Visit};
use crate::visit_mut::{self, VisitMut};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{
    FnArg, ItemTrait, Pat, Path, ReceiverKind, Safety, Signature, TraitItem, Type, TypePath, parse_quote,
};

use super::context::Context;
use super::method::Method;
use super::signature;
use crate::errors::Errors;
use crate::module::nearest;

/// Whether a method of a trait has a companion, judged by its signature.
pub(super) fn has_companion(signature: &Signature) -> bool {
    let is_shared = |receiver: &syn::Receiver| matches!(receiver.kind, ReceiverKind::Reference(_, _, None));
    signature.receiver().is_some_and(is_shared)
        && signature.constness.is_none()
        && signature.asyncness.is_none()
        && !matches!(signature.safety, Safety::Unsafe(_))
        && !borrows_or_hides(signature.output.to_token_stream())
}

/// Whether a return type has a reference or an `impl Trait`, which is no value.
fn borrows_or_hides(output: TokenStream) -> bool {
    output.into_iter().any(|token| match token {
        TokenTree::Group(group) => borrows_or_hides(group.stream()),
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Punct(punct) => punct.as_char() == '&',
        TokenTree::Literal(_) => false,
    })
}

/// Names the arguments that are `_`, which carry a gradient, too: another impl may use them.
pub(super) fn name_arguments(signature: &mut Signature) {
    for (position, input) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(argument) = input
            && matches!(&*argument.pat, Pat::Wild(_))
        {
            let name = format_ident!("_argument{position}", span = Span::mixed_site());
            *argument.pat = parse_quote!(#name);
        }
    }
}

/// Reports the types `Self::Name` in the signatures of a trait that it does not have, of which `known` are the names, and adds
/// them to it, or names the one that is meant: its impls and bounds are those of the trait that was meant.
pub(super) fn mend_own_types(item: &mut ItemTrait, known: &[String], krate: &Path, errors: &mut Errors) {
    let mut unknown = UnknownTypes { known: known.to_vec(), added: Vec::new(), errors };
    for member in &mut item.items {
        if let TraitItem::Fn(function) = member
            && has_companion(&function.sig)
        {
            unknown.visit_signature_mut(&mut function.sig);
        }
    }
    let added = unknown.added.into_iter();
    item.items.extend(added.map(|name| TraitItem::Type(parse_quote!(type #name: #krate::__private::Value;))));
}

struct UnknownTypes<'e> {
    known: Vec<String>,
    added: Vec<Ident>,
    errors: &'e mut Errors,
}

impl VisitMut for UnknownTypes<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let Type::Path(path) = ty else { return visit_mut::visit_type_mut(self, ty) };
        let segments = &path.path.segments;
        let is_own = path.qself.is_none() && segments.len() == 2 && segments[0].ident == "Self";
        let name = match segments.last() {
            Some(last) if is_own && last.arguments.is_none() => last.ident.clone(),
            _ => return visit_mut::visit_type_mut(self, ty),
        };
        if self.known.iter().any(|known| name == known) {
            return;
        }
        let meant = nearest(&name.to_string(), self.known.iter().map(String::as_str)).map(str::to_owned);
        let help = match &meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("declare `type {name}: Value`, or write a generic parameter of the trait"),
        };
        self.errors.at(&name, format_args!("`{name}` is no associated type of this trait; {help}"));
        match meant {
            Some(meant) => {
                if let Some(last) = path.path.segments.last_mut() {
                    last.ident = Ident::new(&meant, name.span());
                }
            }
            None => {
                self.known.push(name.to_string());
                self.added.push(name);
            }
        }
    }
}

/// Reports `Self` in a signature, except associated types of the trait.
pub(super) fn check_own_types(signature: &Signature, associated: Option<&[String]>, errors: &mut Errors) {
    OwnTypes { associated, errors }.visit_signature(signature);
}

struct OwnTypes<'o> {
    associated: Option<&'o [String]>,
    errors: &'o mut Errors,
}

impl<'ast> Visit<'ast> for OwnTypes<'_> {
    fn visit_receiver(&mut self, _: &'ast syn::Receiver) {}

    fn visit_where_clause(&mut self, _: &'ast syn::WhereClause) {}

    fn visit_type_path(&mut self, path: &'ast TypePath) {
        let segments = &path.path.segments;
        let is_own = path.qself.is_none() && segments[0].ident == "Self"
            || path
                .qself
                .as_ref()
                .is_some_and(|own| matches!(&*own.ty, Type::Path(own) if own.path.is_ident("Self")));
        if !is_own {
            return visit::visit_type_path(self, path);
        }
        match segments.iter().nth(1) {
            Some(name) if path.qself.is_none() && segments.len() == 2 => {
                if self.associated.is_some_and(|known| known.iter().all(|associated| name.ident != associated)) {
                    self.errors.at(
                        path,
                        format_args!(
                            "`{}` is no associated type of this trait; declare it here, or write a generic parameter of the \
                             trait",
                            name.ident
                        ),
                    );
                }
            }
            None => self.errors.at(
                path,
                "`Self` is a module, which is no value; move this method to a trait without `#[differentiable]`",
            ),
            Some(_) => self.errors.at(path, "write `Self::Name`, for an associated type of this trait"),
        }
    }
}

impl Context<'_> {
    /// Declares the companion of a method of a trait.
    pub(super) fn declared(&self, method: &Method) -> TokenStream {
        self.head_of_companion(method).without_body()
    }

    /// Generates the method and its companion in the impl of the trait for views, which call those of the view.
    pub(super) fn on_view(&self, method: &Method, differentiated: &Method) -> TokenStream {
        // A boxed pullback is a closure, too.
        let differentiated = Method { is_recursive: false, ..differentiated.clone() };
        let plain = signature::Signature { vis: TokenStream::new(), ..signature::Signature::of(method, "") };
        let companion = self.head_of_companion(&differentiated);
        let methods =
            [(method, plain), (&differentiated, companion)].into_iter().map(|(method, mut head)| {
                head.keyword = method.function.sig.fn_token;
                let call = self.call_on_own_view(method, &head.name);
                head.with_block(&quote_spanned!(method.function.block.brace_token.span.join()=> { #call }))
            });
        methods.collect()
    }

    fn head_of_companion(&self, method: &Method) -> signature::Signature {
        let mut head = signature::Signature::of(method, "_vjp");
        head.vis = TokenStream::new();
        head.output = self.with_pullback(method, Some(&self.gradient));
        head.attributes.push(super::companion::doc(method, "with its pullback"));
        head
    }
}
