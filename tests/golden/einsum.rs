use tiedw::prelude::*;

use crate::run::{check, golden, input, nothing};

#[test]
fn einsum() {
    for number in 0..32 {
        let case = golden!("einsum", &number.to_string());
        let equation = case.at("equation");
        let names = &["x0", "x1", "x2"][..equation.text().split(',').count()];
        let operands: Vec<Tensor<DYN>> = names.iter().map(|name| case.tensor(name)).collect();
        check(&case, nothing(), |_, _, dy| {
            let (y, pullback) = Tensor::einsum_vjp(equation.text(), &operands);
            assert!(y == Tensor::einsum(equation.text(), &operands), "another value than the function");
            let (_, parts) = pullback(dy, [false, true]);
            (y, names.iter().zip(parts.unwrap()).map(|(name, d)| input(name, d)).collect())
        });
    }
}
