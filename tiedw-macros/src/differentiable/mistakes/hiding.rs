//! Methods of traits of the user's with the name of an operation that they hide, as `sum(self)` of a tensor: the value would be that
//! of the trait, and the gradient that of the operation. They are found if the file of the body has the impl, or one that it imports
//! from. Of others rustc tells, by the check that `hidden_operations` writes.

use std::path::PathBuf;

use syn::{Attribute, Block, ExprMethodCall, ImplItem, Item, ItemImpl, ItemTrait, TraitItem, Type};

use crate::differentiable::lower::{NUMBERS, is_of_tensors};
use crate::differentiable::misspelt_methods::OF_SLICES;
use crate::differentiable::misused_parts::is_differentiable;
use crate::errors::Errors;
use crate::file_facts;
use crate::known::Place;
use crate::visit::{self, Visit};

const TENSORS: [&str; 7] =
    ["Tensor", "MatrixView", "VectorView", "Filter1dView", "Filter2dView", "GatesView", "GateBiasView"];

pub(super) fn report(body: &Block, errors: &mut Errors) {
    let Some(place) = Place::of(body.brace_token.span.open()) else { return };
    let types = file_facts::types(place.file());
    let imported = types.modules().filter_map(|modules| file_facts::of_module(place.file(), modules));
    let mut files: Vec<PathBuf> = imported.chain([place.file().to_owned()]).collect();
    files.sort_unstable();
    files.dedup();
    let hiding: Vec<_> = files.iter().map(|file| file_facts::hiding(file)).collect();
    let hidden: Vec<&Hidden> = hiding.iter().flat_map(|of_file| &of_file.0).collect();
    if !hidden.is_empty() {
        Calls { hidden: &hidden, errors }.visit_block(body);
    }
}

struct Calls<'a> {
    hidden: &'a [&'a Hidden],
    errors: &'a mut Errors,
}

impl<'ast> Visit<'ast> for Calls<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if let Some(hidden) = self.hidden.iter().find(|hidden| call.method == hidden.method) {
            self.errors.at(
                &call.method,
                format_args!(
                    "this may be the `{}` of `{}`, which rustc prefers to the operation of that name, whose gradient it would have: give \
                     the method of the trait another name",
                    hidden.method, hidden.of_trait
                ),
            );
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// A method of a trait without a companion, that may hide another one.
struct Hidden {
    method: String,
    of_trait: String,
}

/// Such methods of a file.
#[derive(Default)]
pub(crate) struct Hiding(Vec<Hidden>);

impl Hiding {
    /// Whether a file may have some, by its text.
    pub(crate) fn may_be_in(source: &str) -> bool {
        source.contains("trait ")
    }

    pub(crate) fn among(items: &[Item]) -> Self {
        let mut of_file = OfFile::default();
        of_file.look(items);
        let mut found = Vec::new();
        for of_trait in of_file.traits.iter().filter(|of_trait| !is_marked(&of_trait.attrs)) {
            for method in names(of_trait) {
                // It has a companion that is written by hand.
                let has_companion = names(of_trait).any(|other| other.strip_suffix("_vjp") == Some(&method));
                if !has_companion
                    && of_file.blocks.iter().any(|block| of_file.is_hidden(&method, of_trait, block))
                {
                    found.push(Hidden { method, of_trait: of_trait.ident.to_string() });
                }
            }
        }
        Hiding(found)
    }
}

#[derive(Default)]
struct OfFile<'i> {
    traits: Vec<&'i ItemTrait>,
    blocks: Vec<&'i ItemImpl>,
}

impl<'i> OfFile<'i> {
    fn look(&mut self, items: &'i [Item]) {
        for item in items {
            match item {
                Item::Trait(of_trait) => self.traits.push(of_trait),
                Item::Impl(block) => self.blocks.push(block),
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.look(items);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether an impl of a trait is for a type that has another method of this name with a companion.
    fn is_hidden(&self, method: &str, of_trait: &ItemTrait, block: &ItemImpl) -> bool {
        let is_of_trait = block
            .trait_
            .as_ref()
            .is_some_and(|(path, _)| path.segments.last().is_some_and(|last| last.ident == of_trait.ident));
        if !is_of_trait || is_marked(&block.attrs) {
            return false;
        }
        let Some(name) = name_of(&block.self_ty) else { return OF_SLICES.contains(&method) };
        match &*name {
            name if TENSORS.contains(&name) => is_of_tensors(method),
            "f32" | "f64" => NUMBERS.contains(&method),
            "Vec" => method == "iter" || OF_SLICES.contains(&method),
            name => self.blocks.iter().any(|other| {
                other.trait_.is_none()
                    && is_marked(&other.attrs)
                    && name_of(&other.self_ty).is_some_and(|other| other == name)
                    && other
                        .items
                        .iter()
                        .any(|item| matches!(item, ImplItem::Fn(function) if function.sig.ident == method))
            }),
        }
    }
}

/// The names of the methods of a trait.
fn names(of_trait: &ItemTrait) -> impl Iterator<Item = String> {
    of_trait.items.iter().filter_map(|item| match item {
        TraitItem::Fn(function) if function.sig.receiver().is_some() => Some(function.sig.ident.to_string()),
        _ => None,
    })
}

fn is_marked(attributes: &[Attribute]) -> bool {
    attributes.iter().any(is_differentiable)
}

/// The name of a type; `None` for one without, such as a slice.
fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(reference) => name_of(&reference.elem),
        _ => None,
    }
}
