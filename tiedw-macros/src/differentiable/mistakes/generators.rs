//! Random tensors without a generator, and generators that cannot be drawn from.

use proc_macro2::{Ident, Span};
use syn::{Block, Expr, ExprCall, Generics, Item, Type, TypeParamBound, UseTree, parse_quote};

use crate::beside::{self, Import};
use crate::differentiable::method::{behind_references, traits_of};
use crate::errors::Errors;
use crate::visit::{self, Visit};

const GENERATORS: [&str; 9] = [
    "ChaCha12Rng",
    "ChaCha20Rng",
    "ChaCha8Rng",
    "SmallRng",
    "StdRng",
    "SysRng",
    "ThreadRng",
    "Xoshiro128PlusPlus",
    "Xoshiro256PlusPlus",
];
const TRAITS: [&str; 4] = ["CryptoRng", "Rng", "RngCore", "RngExt"];

pub(super) fn report(body: &Block, errors: &mut Errors) {
    Generators(errors).visit_block(body);
}

/// The type of an argument that is a generator, but not by mutable reference: what it should be.
pub(in crate::differentiable) fn borrowed_generator(ty: &Type, generics: [&Generics; 2]) -> Option<String> {
    let is_mutable = matches!(ty, Type::Reference(reference) if reference.mutability.is_some());
    if is_mutable {
        return None;
    }
    let is_trait = |bound: &Ident| TRAITS.iter().any(|name| bound == name);
    match behind_references(ty) {
        Type::ImplTrait(of) => {
            let mut bounds = of.bounds.iter().filter_map(|bound| match bound {
                TypeParamBound::Trait(bound) => bound.path.segments.last(),
                _ => None,
            });
            bounds.any(|last| is_trait(&last.ident)).then(|| "&mut impl Rng".to_owned())
        }
        named @ Type::Path(path) => {
            let last = &path.path.segments.last()?.ident;
            let mut bounds = generics.iter().flat_map(|generics| traits_of(named, generics));
            let is_generator = GENERATORS.iter().any(|name| last == name)
                || bounds.any(|bound| bound.path.segments.last().is_some_and(|last| is_trait(&last.ident)));
            is_generator.then(|| format!("&mut {last}"))
        }
        _ => None,
    }
}

/// Reports a reference to the trait of generators in place of a generator, such as `&mut Rng`, and mends it.
pub(in crate::differentiable) fn with_impl(
    ty: &mut Type,
    generics: &Generics,
    at: Span,
    errors: &mut Errors,
) {
    let Type::Reference(reference) = ty else { return };
    let Type::Path(path) = &*reference.elem else { return };
    let Some(name) = path.path.get_ident() else { return };
    if TRAITS.iter().any(|of| name == of)
        && is_of_rand(name, at)
        && !generics.type_params().any(|param| param.ident == *name)
    {
        errors.at(name, format_args!("`{name}` is a trait: write `&mut impl {name}`"));
        *reference.elem = parse_quote!(impl #path);
    }
}

/// Whether a name of a trait of generators is no other in the module that it stands in.
fn is_of_rand(name: &Ident, at: Span) -> bool {
    let is_other = |item: &Item| match item {
        Item::Use(import) => {
            let is_of_generators = matches!(&import.tree, UseTree::Path(path) if ["rand", "rand_core", "tiedw"].iter().any(|of| path.ident == of));
            !is_of_generators && Import::of(&import.tree, name) == Import::Name
        }
        Item::Struct(item) => item.ident == *name,
        Item::Enum(item) => item.ident == *name,
        Item::Type(item) => item.ident == *name,
        Item::Trait(item) => item.ident == *name,
        Item::Macro(_) => true,
        _ => false,
    };
    beside::items(at).is_some_and(|items| !items.iter().any(is_other))
}

struct Generators<'e>(&'e mut Errors);

impl<'ast> Visit<'ast> for Generators<'_> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let [.., of, last] = &function.path.segments.iter().collect::<Vec<_>>()[..]
            && of.ident == "Tensor"
            && (last.ident == "rand" || last.ident == "randn")
            && call.args.len() == 1
        {
            let name = &last.ident;
            self.0.at(
                call,
                format_args!(
                    "`{name}` lacks the generator that it draws from: write `Tensor::{name}(.., rng)`, and `rng: &mut impl Rng` \
                     among the arguments"
                ),
            );
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}
