use crate::run::{check, golden, input, nothing};

#[test]
fn sort() {
    for (way, descending) in [("up", false), ("down", true)] {
        let case = golden!("sorted_values", &format!("sort_{way}_features"));
        let x = case.tensor::<6>("x");
        assert_eq!(x.argsort(descending), case.ids("indices"));
        check(&case, nothing(), |_, _, dy| {
            let ((y, indices), pullback) = x.sort_vjp(descending);
            assert_eq!(indices, case.ids("indices"));
            (y, vec![input("x", pullback((Some(dy), None), [true, false]).0)])
        });
        for axis in 0..2 {
            let case = golden!("sorted_values", &format!("sort_{way}_axis_{axis}"));
            assert_eq!(x.argsort_axis(axis, descending), case.ids("indices"));
            check(&case, nothing(), |_, _, dy| {
                let ((y, indices), pullback) = x.sort_axis_vjp(axis, descending);
                assert_eq!(indices, case.ids("indices"));
                (y, vec![input("x", pullback((Some(dy), None), [true, false, false]).0)])
            });
        }
    }
}

#[test]
fn topk() {
    let case = golden!("sorted_values", "topk_features");
    let x = case.tensor::<6>("x");
    check(&case, nothing(), |_, _, dy| {
        let ((y, indices), pullback) = x.topk_vjp::<2>();
        assert_eq!(indices, case.ids("indices"));
        (y, vec![input("x", pullback((Some(dy), None), [true]).0)])
    });
    for axis in 0..2 {
        let case = golden!("sorted_values", &format!("topk_axis_{axis}"));
        check(&case, nothing(), |_, _, dy| {
            let ((y, indices), pullback) = x.topk_axis_vjp(axis, 2);
            assert_eq!(indices, case.ids("indices"));
            (y, vec![input("x", pullback((Some(dy), None), [true, false, false]).0)])
        });
    }
}

macro_rules! rounding {
    ($($name:ident $vjp:ident)+) => {$(
        #[test]
        fn $name() {
            let case = golden!("sorted_values", stringify!($name));
            let x = case.tensor::<17>("x");
            check(&case, nothing(), |_, _, dy| {
                let (y, pullback) = x.$vjp();
                (y, vec![input("x", pullback(dy, [true]).0)])
            });
        }
    )+};
}
rounding!(floor floor_vjp ceil ceil_vjp round round_vjp);
