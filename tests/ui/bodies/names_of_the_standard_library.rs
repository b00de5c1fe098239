use tiedw::prelude::*;

mod mem {
    pub fn take(a: &mut f32) -> f32 {
        2.0 * *a
    }
}

fn once(a: f32) -> std::vec::IntoIter<f32> {
    vec![a * a, a].into_iter()
}

#[allow(unused_macros)]
macro_rules! matches {
    ($value:expr, $pattern:pat) => {
        false
    };
}

#[differentiable]
fn taken(x: f32) -> f32 {
    let mut a = x * 2.0;
    let b = mem::take(&mut a); //~
    a + b
}

#[differentiable]
fn repeated(x: f32) -> f32 {
    once(x).map(|a| a * 2.0).sum() //~
}

#[differentiable]
fn matched(x: f32) -> f32 {
    let option = Some(x);
    if matches!(option, Some(_)) { x } else { x * 2.0 } //~
}

mod other {
    use std::{iter, mem};

    use tiedw::prelude::*;

    #[differentiable]
    fn of_the_standard_library(x: f32) -> f32 {
        let mut a = x * 2.0;
        let b = mem::take(&mut a);
        let c: f32 = iter::once(b).map(|b| b * 2.0).sum();
        a + c
    }
}

fn main() {}
