//! Snapshot tests: readable expansions of small structs and bodies.
//!
//! `snapshots/NAME.rs` is expanded and compared with `snapshots/NAME.expanded.rs`. After an intended change,
//! update the files with `TIEDW_SNAPSHOTS=overwrite cargo test -p tiedw-macros`, and review the diff.

use std::path::Path;
use std::{env, fs};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Item, Meta};

#[track_caller]
fn assert_expands(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let input = fs::read_to_string(folder.join(name).with_extension("rs")).unwrap();
    let items = syn::parse_file(&input).unwrap().items;
    let expanded: TokenStream = items.into_iter().map(expand).collect();
    let expanded = prettyplease::unparse(&syn::parse2(expanded).unwrap());

    let file = folder.join(name).with_extension("expanded.rs");
    if env::var("TIEDW_SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&file, &expanded).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    let line = expected.lines().zip(expanded.lines()).position(|(expected, found)| expected != found);
    assert!(expected == expanded, "{} differs from line {:?} on", file.display(), line.map(|line| line + 1));
}

fn expand(item: Item) -> TokenStream {
    match item {
        Item::Struct(item) => crate::module::derive(&item.into()),
        Item::Impl(mut item) => {
            let options = options(&std::mem::take(&mut item.attrs));
            crate::differentiable::differentiable(options, item.into_token_stream())
        }
        Item::Trait(mut item) => {
            let options = options(&std::mem::take(&mut item.attrs));
            crate::differentiable::differentiable(options, item.into_token_stream())
        }
        _ => panic!("a struct, an impl block or a trait"),
    }
}

/// The options of the attribute `#[differentiable(..)]`.
fn options(attributes: &[Attribute]) -> TokenStream {
    match attributes {
        [Attribute { meta: Meta::List(list), .. }] => list.tokens.clone(),
        _ => TokenStream::new(),
    }
}

#[test]
fn whole_tie() {
    assert_expands("whole_tie");
}

#[test]
fn tied_weight() {
    assert_expands("tied_weight");
}

#[test]
fn open_tie() {
    assert_expands("open_tie");
}

#[test]
fn straight_body() {
    assert_expands("straight_body");
}

#[test]
fn branch() {
    assert_expands("branch");
}

#[test]
fn loop_over_blocks() {
    assert_expands("loop_over_blocks");
}

#[test]
fn trait_of_cells() {
    assert_expands("trait_of_cells");
}

#[test]
fn sizes() {
    assert_expands("sizes");
}

#[test]
fn settings() {
    assert_expands("settings");
}
