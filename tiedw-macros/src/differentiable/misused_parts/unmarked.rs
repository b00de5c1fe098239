//! Calls of methods of traits whose impl has no attribute.

use proc_macro2::Ident;
use syn::{ExprMethodCall, ImplItem, Item, ItemImpl, ItemTrait, Path, Type};

use super::{MisusedParts, Part};
use crate::differentiable::{definition_of, known_traits};
use crate::{beside, imported, known};

impl MisusedParts<'_> {
    /// Looks for a call of a method of a trait whose impl has no attribute. If the trait is differentiable, rustc reports it at the impl.
    pub(super) fn unmarked(&mut self, call: &ExprMethodCall) {
        let Some(Part::Layer { name, is_of_library: false }) = self.part(&call.receiver) else { return };
        let Some(items) = beside::items(self.at) else { return };
        let blocks = items.iter().filter_map(|item| match item {
            Item::Impl(block) if is_unmarked(block, &name, &call.method) => Some(block),
            _ => None,
        });
        let traits: Vec<_> = blocks
            .filter_map(|block| block.trait_.as_ref().and_then(|(path, _)| Path::get_ident(path)))
            .collect();
        if traits.iter().any(|of| self.is_differentiable_trait(of)) {
            self.refused.push(call.method.to_string());
            return;
        }
        let is_plain = |of: &&&Ident| {
            let defines = |item: &Item| matches!(item, Item::Trait(ItemTrait { ident, attrs, .. }) if ident == **of && beside::are_inert(attrs));
            items.iter().any(defines)
        };
        if let Some(of) = traits.iter().find(is_plain)
            && !known::is_named_in_file(self.at, &format!("{name}View"))
        {
            self.errors.at(
                &call.method,
                format_args!(
                    "`{of}` has no companions: write `#[differentiable]` above `trait {of}`, and above `impl {of} for {name}`"
                ),
            );
        }
    }

    fn is_differentiable_trait(&self, of: &Ident) -> bool {
        known_traits::is_beside(of, self.at) || imported::text(&definition_of::key(of), of, self.at).is_some()
    }
}

/// Whether a block is an impl for a module without an attribute, and has this method.
fn is_unmarked(block: &ItemImpl, module: &Ident, method: &Ident) -> bool {
    let is_own = matches!(&*block.self_ty, Type::Path(own) if own.path.segments.last().is_some_and(|last| last.ident == *module));
    let has_method = block
        .items
        .iter()
        .any(|member| matches!(member, ImplItem::Fn(function) if function.sig.ident == *method));
    is_own && has_method && block.trait_.is_some() && beside::are_inert(&block.attrs)
}
