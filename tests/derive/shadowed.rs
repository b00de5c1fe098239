//! User-defined names that shadow the standard ones in generated code.

use super::*;

/// User items with the names of everything in the prelude, and of some names in generated code.
#[allow(non_camel_case_types, dead_code, unused_macros, unreachable_pub)]
mod named {
    use tiedw::prelude::{
        Linear, Matrix, Module, Tensor, Tied, Vector, WithoutBias, differentiable, mse_loss, mse_loss_vjp,
    };

    macro_rules! shadow_types {
        ($($name:ident)*) => { $(pub struct $name;)* };
    }
    shadow_types! {
        usize isize u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 bool char str
        Result Vec String Box Rc Cell PhantomData Path Parameter Field Spec
        Ends Rng Rule Weight Gradient Element Value Layer Forward
    }

    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;

    macro_rules! shadow_traits {
        ($($name:ident)*) => { $(pub trait $name {})* };
    }
    shadow_traits! {
        Default Clone Copy Send Sync Sized Unpin Drop Fn FnMut FnOnce Iterator IntoIterator Extend
        DoubleEndedIterator ExactSizeIterator AsRef AsMut Into From TryFrom TryInto ToOwned ToString Eq
        PartialEq Ord PartialOrd Debug FromIterator Init Closed Role
    }

    pub fn drop() {}
    pub fn identity() {}

    macro_rules! shadow_macros {
        ($($name:ident)*) => { $(
            macro_rules! $name { () => { compile_error!("the macro of the user") }; }
        )* };
    }
    shadow_macros! { assert panic unreachable vec format matches stringify concat todo debug_assert }

    /// A user module named `Option`.
    #[derive(Module)]
    pub struct Option {
        pub weight: Matrix<4, 4>,
    }

    #[derive(Module)]
    #[module(sequential)]
    pub struct Block {
        pub first: Linear<4, 4>,
        #[tie(weight = first.weight.t())]
        pub second: Linear<4, 4, Tied>,
    }

    #[derive(Module)]
    #[module(parallel)]
    pub struct Both {
        pub left: Linear<4, 2>,
        #[tie(left)]
        pub right: Tied<Linear<4, 2>>,
    }

    #[derive(Module)]
    pub struct Leaning<const N: ::core::primitive::usize> {
        #[tie]
        pub inner: Linear<N, N, Tied>,
        pub bias: Vector<N>,
    }

    /// No field type mentions the element type.
    #[derive(Module)]
    pub struct Net {
        pub square: Option,
        pub blocks: ::std::vec::Vec<Block>,
        pub head: ::core::option::Option<WithoutBias<Linear<4, 4>>>,
        #[tie(weight = square.weight.t())]
        pub tied: Linear<4, 4, Tied>,
        #[tie(blocks[0].first)]
        pub list: Tied<Linear<4, 4>>,
        pub both: Both,
        #[tie(inner.weight = square.weight)]
        pub leaning: Leaning<4>,
        #[module(skip)]
        pub times: ::core::primitive::usize,
    }

    #[differentiable]
    impl Net {
        pub fn forward(&self, x: &Tensor<4>, deep: ::core::primitive::bool) -> (Tensor<2>, Tensor<2>) {
            let mut h = self.tied.forward(x);
            for block in &self.blocks {
                h = block.forward(&h).tanh();
            }
            if deep {
                for _ in 0..self.times {
                    h = self.list.forward(&h) + self.leaning.inner.forward(x);
                }
            }
            let h = match &self.head {
                ::core::option::Option::Some(head) => head.forward(&h),
                ::core::option::Option::None => h,
            };
            self.both.forward(&h)
        }

        pub fn loss(&self, x: &Tensor<4>, deep: ::core::primitive::bool) -> ::core::primitive::f32 {
            let (a, b) = self.forward(x, deep);
            // Enough calls to be split into segments.
            let a = a.tanh().tanh().tanh().tanh().tanh().tanh().tanh().tanh().tanh().tanh();
            let b = b.tanh().tanh().tanh().tanh().tanh().tanh().tanh().tanh().tanh().tanh();
            mse_loss(&a, &b.tanh())
        }
    }
}

#[test]
fn names_of_the_users_own_mean_nothing_to_generated_code() {
    let mut rng = rng();
    let mut block = || named::Block::init(&mut rng);
    let blocks = vec![block(), block()];
    let mut net = named::Net {
        square: named::Option { weight: Matrix::from_vec((0..16).map(|at| at as f32 / 16.0).collect()) },
        blocks,
        head: Some(Init::init(&mut rng)),
        tied: Init::init(&mut rng),
        list: Tied::new(),
        both: Init::init(&mut rng),
        leaning: named::Leaning { inner: Init::init(&mut rng), bias: Vector::zeros() },
        times: 2,
    };
    let x = Tensor::from_vec([3], (0..12).map(|at| (at * 5 % 7) as f32 / 7.0).collect());
    let (loss, gradient) = net.loss_and_grad(&x, true);
    assert_eq!(loss, net.loss(&x, true));

    // Compares with finite differences, also through the ties.
    let step = 1e-2;
    let mut loss_at = |shift: f32| {
        net.square.weight[(1, 2)] += shift;
        let loss = net.loss(&x, true);
        net.square.weight[(1, 2)] -= shift;
        loss
    };
    let slope = (loss_at(step) - loss_at(-step)) / (2.0 * step);
    let found = gradient.square.weight[(1, 2)];
    assert!(found != 0.0 && (found - slope).abs() < 1e-3 + 0.02 * slope.abs(), "{found}, not {slope}");
}
