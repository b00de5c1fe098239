//! Generated code goes by full paths: names of the user's own do not get in its way.

mod own {
    macro_rules! types {
        ($($name:ident)*) => { $(pub(super) struct $name;)* };
    }
    macro_rules! traits {
        ($($name:ident)*) => { $(pub(super) trait $name {})* };
    }
    types! {
        usize isize bool u8 u32 u64 i32 f32 f64 str
        Vec Option Result String Box Rc Cow Range
        Gradient Weight Path Fill Spec Field State Use Parameter ParameterMut StateMut Numbers Tensor2
    }
    traits! {
        Clone Copy Default Debug Iterator IntoIterator Into From Deref Sized Send Sync Fn FnMut FnOnce Drop PartialEq
        Module Init Closed Role ViewOf Rng Value Discrete Element Finish Holes TiedField
    }
    pub(super) fn drop() {}
}

mod std {}
mod core {}
mod alloc {}
mod tiedw_core {}

use ::tiedw::layers::{LayerNorm, Linear, Relu};
use ::tiedw::loss::{mse_loss, mse_loss_vjp};
use ::tiedw::{Frozen, NoBias, Tensor, Tied, differentiable};

// Last, so that these are what the names mean.
use own::*;

#[derive(::tiedw::Module)]
struct Block {
    fc: Linear<4, 4>,
    norm: LayerNorm<4>,
}

#[differentiable]
impl Block {
    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        &self.norm.forward(&self.fc.forward(x).relu()) + x
    }
}

#[derive(::tiedw::Module)]
struct Net {
    blocks: ::std::vec::Vec<Block>,
    pair: [Linear<4, 4>; 2],
    #[tie(pair[0])]
    again: Tied<Linear<4, 4>>,
    #[tie(weight = pair[1].weight.t())]
    head: Linear<4, 4, Tied>,
    #[tie(weight = blocks[0].fc.weight)]
    frozen: Frozen<Linear<4, 4, Tied, NoBias>>,
    #[module(skip)]
    scale: ::core::primitive::f32,
}

type Number = ::core::primitive::f32;

#[differentiable]
impl Net {
    fn parts(
        &self,
        x: &Tensor<4>,
        deep: ::core::primitive::bool,
        #[constant] k: Number,
    ) -> (Tensor<4>, Number) {
        let mut h = x.clone();
        for block in &self.blocks {
            h = block.forward(&h);
        }
        if deep {
            h = self.again.forward(&h);
        }
        let y = self.frozen.forward(&self.head.forward(&h));
        let loss = mse_loss(&y, x) * k * self.scale;
        (y, loss)
    }
}

#[derive(::tiedw::Module)]
#[module(sequential)]
struct Chain {
    narrow: Linear<4, 3>,
    relu: Relu<3>,
    wide: Linear<3, 4>,
}

#[derive(::tiedw::Module)]
#[module(parallel)]
struct Both {
    one: Linear<4, 3>,
    #[tie(one)]
    other: Tied<Linear<4, 3>>,
}

#[test]
fn of_the_user_do_not_get_in_the_way() {
    use ::rand::SeedableRng;
    use ::tiedw::{Init, Module};

    let rng = &mut ::rand::rngs::StdRng::seed_from_u64(0);
    let blocks = ::std::vec::Vec::from([Block::init(rng)]);
    let net = Net {
        blocks,
        pair: Init::init(rng),
        again: Tied::new(),
        head: Linear::init(rng),
        frozen: Frozen::new(Linear::init(rng)),
        scale: 2.0,
    };
    let x = Tensor::full([2], 0.5);
    let ((y, loss), pullback) = net.parts_vjp(&x, true, 0.5);
    let mut gradient = net.zeros_like();
    pullback((Some(Tensor::zeros([2])), Some(1.0)), &mut gradient, [true, false, false]);
    assert_eq!(mse_loss(&y, &x), loss);
    assert!(gradient.pair[0].weight[(0, 0)] != 0.0);
    assert_eq!([Chain::NUM_PARAMETERS, Both::NUM_PARAMETERS], [31, 15]);
}
