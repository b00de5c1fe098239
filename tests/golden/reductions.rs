use tiedw::prelude::*;

use crate::run::{check, golden, input, nothing};

/// Compares a reduction of all elements, of the features, and along the first two axes; also with features that are known at
/// run time.
macro_rules! reduction {
    ($test:ident, $name:literal, $all:ident $features:ident $axis:ident ($($argument:expr),*) $([$wanted:ident])?) => {
        #[test]
        fn $test() {
            let case = golden!("reductions", $name);
            let x = case.tensor::<6>("x");
            check(&case, nothing(), |_, _, dy: Tensor<1>| {
                let (y, pullback) = x.$all($($argument),*);
                let dx = pullback(dy.as_slice()[0], [true $(, $wanted)?]).0;
                (Tensor::full([], y), vec![input("x", dx)])
            });
            check(&golden!("reductions", concat!($name, "_features")), nothing(), |_, _, dy| {
                let (y, pullback) = x.$features($($argument),*);
                (y, vec![input("x", pullback(dy, [true $(, $wanted)?]).0)])
            });
            for axis in 0..2 {
                let case = golden!("reductions", &format!("{}_axis_{axis}", $name));
                check(&case, nothing(), |_, _, dy| {
                    let (y, pullback) = x.$axis(axis $(, $argument)*);
                    (y, vec![input("x", pullback(dy, [true, false $(, $wanted)?]).0)])
                });
                check(&case, nothing(), |_, _, dy| {
                    let (y, pullback) = x.dynamic().$axis(axis $(, $argument)*);
                    (y, vec![input("x", pullback(dy, [true, false $(, $wanted)?]).0)])
                });
            }
        }
    };
}
reduction!(max, "max", max_vjp max_features_vjp max_axis_vjp ());
reduction!(min, "min", min_vjp min_features_vjp min_axis_vjp ());
reduction!(var, "var", var_vjp var_features_vjp var_axis_vjp ());
reduction!(std, "std", std_vjp std_features_vjp std_axis_vjp ());
reduction!(var_0, "var_0", var_with_vjp var_features_with_vjp var_axis_with_vjp (0) [false]);
reduction!(std_0, "std_0", std_with_vjp std_features_with_vjp std_axis_with_vjp (0) [false]);
reduction!(logsumexp, "logsumexp", logsumexp_vjp logsumexp_features_vjp logsumexp_axis_vjp ());
reduction!(prod, "prod", prod_vjp prod_features_vjp prod_axis_vjp ());

#[test]
fn cumsum() {
    let case = golden!("reductions", "cumsum_features");
    let x = case.tensor::<6>("x");
    check(&case, nothing(), |_, _, dy| {
        let (y, pullback) = x.cumsum_features_vjp();
        (y, vec![input("x", pullback(dy, [true]).0)])
    });
    for axis in 0..2 {
        check(&golden!("reductions", &format!("cumsum_axis_{axis}")), nothing(), |_, _, dy| {
            let (y, pullback) = x.cumsum_axis_vjp(axis);
            (y, vec![input("x", pullback(dy, [true, false]).0)])
        });
    }
}

#[test]
fn indices() {
    let case = |name: &str| golden!("reductions", name);
    let x = case("argmax_features").tensor::<6>("x");
    assert_eq!(x.argmax(), case("argmax_features").ids("y"));
    assert_eq!(x.argmin(), case("argmin_features").ids("y"));
    for axis in 0..2 {
        assert_eq!(x.argmax_axis(axis), case(&format!("argmax_axis_{axis}")).ids("y"));
        assert_eq!(x.argmin_axis(axis), case(&format!("argmin_axis_{axis}")).ids("y"));
    }
}
