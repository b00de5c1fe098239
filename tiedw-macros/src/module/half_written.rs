//! Expansions of half-written attributes, as an editor sees them: the struct still is a module.

use syn::parse_quote;

use super::derive;

#[track_caller]
fn assert_still_a_module(input: &syn::DeriveInput) {
    let said = derive(input).to_string().replace(char::is_whitespace, "");
    assert_eq!(said.matches("compile_error").count(), 1, "{said}");
    for part in ["structNetView", "Modulefor", "Initfor", "Closedfor"] {
        assert!(said.contains(part), "no `{part}` in {said}");
    }
}

#[test]
fn a_tie_without_its_source() {
    for attribute in ["#[tie()]", "#[tie(fc1.)]", "#[tie(weight = )]", "#[tie(fc)]", "#[tie = fc1]"] {
        let source = format!("struct Net {{ fc1: Linear<3, 3>, {attribute} fc2: Tied<Linear<3, 3>> }}");
        assert_still_a_module(&syn::parse_str(&source).unwrap());
    }
}

#[test]
fn an_unfinished_option() {
    assert_still_a_module(&parse_quote! {
        #[module(seq)]
        struct Net { fc1: Linear<3, 3> }
    });
    assert_still_a_module(&parse_quote! {
        struct Net { fc1: Linear<3, 3>, #[module(ski)] fc2: Linear<3, 3> }
    });
}
