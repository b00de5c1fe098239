use crate::run::{check, golden, input, nothing};

#[test]
fn gather() {
    let case = golden!("indexed", "gather_features");
    let (x, indices) = (case.tensor::<5>("x"), case.ids("indices"));
    check(&case, nothing(), |_, _, dy| {
        let (y, pullback) = x.gather_features_vjp::<2>(&indices);
        (y, vec![input("x", pullback(dy, [true, false]).0)])
    });
    for axis in 0..2 {
        let case = golden!("indexed", &format!("gather_axis_{axis}"));
        let indices = case.ids("indices");
        check(&case, nothing(), |_, _, dy| {
            let (y, pullback) = x.gather_axis_vjp(axis, &indices);
            (y, vec![input("x", pullback(dy, [true, false, false]).0)])
        });
    }
}

#[test]
fn scatter_add() {
    let case = golden!("indexed", "scatter_add_features");
    let (x, indices, source) = (case.tensor::<5>("x"), case.ids("indices"), case.tensor::<2>("source"));
    check(&case, nothing(), |_, _, dy| {
        let (y, pullback) = x.scatter_add_features_vjp(&indices, &source);
        let (dx, _, dsource) = pullback(dy, [true, false, true]);
        (y, vec![input("x", dx), input("source", dsource)])
    });
    for axis in 0..2 {
        let case = golden!("indexed", &format!("scatter_add_axis_{axis}"));
        let (indices, source) = (case.ids("indices"), case.tensor::<5>("source"));
        check(&case, nothing(), |_, _, dy| {
            let (y, pullback) = x.scatter_add_axis_vjp(axis, &indices, &source);
            let (dx, _, _, dsource) = pullback(dy, [true, false, false, true]);
            (y, vec![input("x", dx), input("source", dsource)])
        });
    }
}
