//! Expansions of half-written bodies, as an editor sees them.

use proc_macro2::TokenStream;

use super::differentiable;

fn expand(item: &str) -> String {
    let item: TokenStream = item.parse().unwrap();
    differentiable(TokenStream::new(), item).to_string().replace(char::is_whitespace, "")
}

#[test]
fn what_cannot_be_parsed_stays() {
    let said = expand("impl Net { fn loss(&self, x: &Tensor<3>) -> f32 { let y = self.fc1. } }");
    // rustc reports what is missing.
    assert!(!said.contains("compile_error"), "{said}");
    assert!(said.contains("lety=self.fc1."), "{said}");
}

#[test]
fn a_method_outside_the_subset_stays_and_has_a_companion() {
    let said = expand("impl Net { fn loss(&self, x: &Tensor<3>) -> f32 { unsafe { self.marker(); } 0.0 } }");
    assert_eq!(said.matches("compile_error").count(), 1, "{said}");
    assert!(said.contains("self.marker()"), "{said}");
    assert!(said.contains("fnloss_vjp") && said.contains("fnloss_and_grad"), "{said}");
}

#[test]
fn one_broken_method_leaves_the_others() {
    let said = expand(
        "impl Net {
            fn broken(&mut self, a: f32) -> f32 { a }
            fn whole(&self, x: &Tensor<3>) -> f32 { mse_loss(x, x) }
        }",
    );
    assert_eq!(said.matches("compile_error").count(), 1, "{said}");
    assert!(said.contains("fnbroken(") && said.contains("fnwhole_vjp"), "{said}");
}

#[test]
fn a_wrong_option_leaves_the_block() {
    let options: TokenStream = "reverse".parse().unwrap();
    let item: TokenStream =
        "impl Net { fn whole(&self, x: &Tensor<3>) -> f32 { mse_loss(x, x) } }".parse().unwrap();
    let said = differentiable(options, item).to_string();
    assert_eq!(said.matches("compile_error").count(), 1, "{said}");
    assert!(said.contains("whole_vjp"), "{said}");
}
