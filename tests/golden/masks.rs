use crate::run::{check, golden, input, nothing};

#[test]
fn comparisons() {
    macro_rules! comparison {
        ($($name:ident)+) => {$({
            let [x, other, row] = ["x", "other", "row"].map(|name| golden!("masks", name).itself::<5>());
            let cases = golden!("masks", "comparisons");
            assert_eq!(x.$name(&other), cases.mask(stringify!($name)));
            assert_eq!(x.$name(&row), cases.mask(concat!(stringify!($name), "_row")));
            assert_eq!(x.$name(0.0), cases.mask(concat!(stringify!($name), "_number")));
        })+};
    }
    comparison!(lt le gt ge eq ne);
}

#[test]
fn where_cond() {
    let case = golden!("masks", "where_cond");
    let (mask, x, other) = (case.mask::<5>("mask"), case.tensor::<5>("x"), case.tensor::<5>("other"));
    check(&case, nothing(), |_, _, dy| {
        let (y, pullback) = mask.where_cond_vjp(&x, &other);
        let (_, dx, dother) = pullback(dy, [false, true, true]);
        (y, vec![input("x", dx), input("other", dother)])
    });
}

#[test]
fn masked_fill() {
    let case = golden!("masks", "masked_fill");
    let (mask, x, value) = (case.mask::<5>("mask"), case.tensor::<5>("x"), case.at("value").number());
    check(&case, nothing(), |_, _, dy| {
        let (y, pullback) = x.masked_fill_vjp(&mask, value);
        let (dx, _, dvalue) = pullback(dy, [true, false, true]);
        case.at("input_gradients").at("value").check_number(dvalue.unwrap());
        (y, vec![input("x", dx)])
    });
}

#[test]
fn reductions() {
    let cases = golden!("masks", "reductions");
    let mask = cases.mask::<5>("mask");
    for axis in 0..3 {
        let (any, all) = (format!("any_{axis}"), format!("all_{axis}"));
        assert_eq!(mask.dynamic().any_axis(axis), cases.mask(&any));
        assert_eq!(mask.dynamic().all_axis(axis), cases.mask(&all));
        if axis < 2 {
            assert_eq!((mask.any_axis(axis), mask.all_axis(axis)), (cases.mask(&any), cases.mask(&all)));
        }
    }
    assert_eq!(mask.any_features().as_slice(), cases.mask::<4>("any_2").as_slice());
    assert_eq!(mask.all_features().as_slice(), cases.mask::<4>("all_2").as_slice());
}
