//! The modules that stand in a file, which is read before their derives were expanded: what is noted of them then.

use quote::ToTokens;
use syn::{DeriveInput, Field, Item};

use crate::beside;
use crate::differentiable::{forgotten_bounds, known_fields, known_settings};
use crate::known;

/// What would be noted, by key.
#[derive(Default)]
pub(crate) struct Modules(Vec<(String, String)>);

impl Modules {
    pub(crate) fn may_be_in(source: &str) -> bool {
        source.contains("Module")
    }

    pub(crate) fn among(items: &[Item]) -> Self {
        let mut modules = Modules::default();
        modules.add(items);
        modules
    }

    fn add(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Struct(whole) if !known::has_cfg(&whole.attrs) => {
                    let derives = beside::derives(&whole.attrs).unwrap_or_default();
                    if derives.iter().any(|derive| derive == "Module")
                        && let Ok(input) = syn::parse2::<DeriveInput>(whole.to_token_stream())
                    {
                        let settings = whole.fields.iter().filter(|field| is_setting(field));
                        let settings = settings.filter_map(|field| field.ident.as_ref());
                        self.0.push(known_settings::text_of(&input, settings));
                        self.0.extend(known_fields::texts_of(&input));
                        self.0.push(forgotten_bounds::text_of(&input, None, &[]));
                        self.0.push((known::type_key(&whole.ident), String::from("Module")));
                    }
                }
                Item::Mod(module) => {
                    let inside = module.content.as_ref().map(|(_, items)| items);
                    inside.into_iter().for_each(|items| self.add(items));
                }
                _ => {}
            }
        }
    }

    /// What is known under a key, if it is that of one module alone.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let mut texts = self.0.iter().filter(|(known, _)| known == key);
        let (_, text) = texts.next()?;
        texts.next().is_none().then(|| text.clone())
    }
}

/// Whether a field has `#[module(skip)]`.
fn is_setting(field: &Field) -> bool {
    field.attrs.iter().any(|attribute| {
        let mut found = false;
        if attribute.path().is_ident("module") {
            let _ = attribute.parse_nested_meta(|meta| {
                found |= meta.path.is_ident("skip");
                if let Ok(value) = meta.value() {
                    let _: syn::Expr = value.parse()?;
                }
                Ok(())
            });
        }
        found
    })
}
