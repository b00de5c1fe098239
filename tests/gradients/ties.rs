//! The gradient of each form of tie.

use tiedw::prelude::*;

use crate::check::{check_net, random, randomized, rng};

type Square = WithElem<Linear<3, 3>, f64>;

macro_rules! tied {
    ($name:ident: $(#[$attribute:meta])* struct { $($fields:tt)* } $forward:item) => {
        #[test]
        fn $name() {
            #[derive(Module, Clone)]
            $(#[$attribute])*
            struct Net { $($fields)* }

            #[differentiable]
            impl Net {
                $forward
            }

            let mut rng = rng();
            for leading in [&[1][..], &[4], &[2, 3]] {
                check_net!(randomized(Net::init(&mut rng), &mut rng), random(leading, &mut rng));
            }
        }
    };
}

tied! { whole_module:
    struct {
        owner: Square,
        #[tie(owner)]
        tied: Tied<Square>,
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.tied.forward(&self.owner.forward(x).tanh())
    }
}

tied! { called_twice:
    struct { owner: Square }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.owner.forward(&self.owner.forward(x).tanh())
    }
}

tied! { one_parameter:
    struct {
        owner: Square,
        #[tie(weight = owner.weight)]
        tied: WithElem<Linear<3, 3, Tied>, f64>,
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.tied.forward(&self.owner.forward(x).tanh())
    }
}

tied! { transposed:
    struct {
        encoder: WithElem<Linear<3, 2>, f64>,
        #[tie(weight = encoder.weight.t())]
        decoder: WithElem<Linear<2, 3, Tied>, f64>,
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.decoder.forward(&self.encoder.forward(x).tanh()).sigmoid()
    }
}

tied! { before_its_source:
    struct {
        #[tie(owner)]
        tied: Tied<Square>,
        owner: Square,
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.owner.forward(&self.tied.forward(x).tanh())
    }
}

tied! { chained:
    struct {
        #[tie(second)]
        third: Tied<Square>,
        #[tie(first)]
        second: Tied<Square>,
        first: Square,
        #[tie(weight = third.weight.t())]
        fourth: WithElem<Linear<3, 3, Tied, NoBias>, f64>,
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let h = self.third.forward(&self.second.forward(&self.first.forward(x).tanh()).tanh());
        self.fourth.forward(&h)
    }
}

tied! { all_elements_of_an_array:
    struct {
        first: Square,
        #[tie(first)]
        rest: [Tied<Square>; 3],
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let mut h = self.first.forward(x);
        for layer in self.rest.iter() {
            h = &h + &layer.forward(&h).tanh();
        }
        h
    }
}

tied! { an_element_of_an_array:
    struct {
        layers: [Square; 2],
        #[tie(weight = layers[1].weight)]
        head: WithElem<Linear<3, 3, Tied, NoBias>, f64>,
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let mut h = x.clone();
        for layer in &self.layers {
            h = layer.forward(&h).tanh();
        }
        self.head.forward(&h)
    }
}

#[derive(Module, Clone)]
struct Encoder {
    #[tie]
    embed: Tied<Square>,
    layer: Square,
}

#[differentiable]
impl Encoder {
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.layer.forward(&self.embed.forward(x).tanh())
    }
}

tied! { across_modules:
    struct {
        #[tie(embed = shared)]
        encoder: Encoder,
        shared: Square,
        #[tie(embed = encoder.layer)]
        decoder: Encoder,
        #[tie(weight = shared.weight)]
        head: WithElem<Linear<3, 3, Tied, NoBias>, f64>,
    }
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        self.head.forward(&self.decoder.forward(&self.encoder.forward(x).tanh()))
    }
}

#[test]
fn a_list_of_any_length() {
    #[derive(Module, Clone)]
    struct Net {
        first: Square,
        #[tie(first)]
        rest: Vec<Tied<Square>>,
    }

    #[differentiable]
    impl Net {
        fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
            let mut h = self.first.forward(x);
            for layer in self.rest.iter() {
                h = layer.forward(&h).tanh();
            }
            h
        }
    }

    let mut rng = rng();
    for length in [0, 1, 4] {
        let net = Net { first: Linear::init(&mut rng), rest: vec![Tied::new(); length] };
        check_net!(net, random(&[2], &mut rng));
    }
}

#[test]
fn a_gradient_is_added_to_what_is_there() {
    #[derive(Module, Clone, PartialEq, Debug)]
    struct Net {
        owner: Square,
        #[tie(owner)]
        tied: Tied<Square>,
    }

    #[differentiable]
    impl Net {
        fn loss(&self, x: &Tensor<3, f64>) -> f64 {
            mse_loss(&self.tied.forward(&self.owner.forward(x)), x)
        }
    }

    let mut rng = rng();
    let (net, x) = (Net::init(&mut rng), random(&[2], &mut rng));
    let (loss, once) = net.loss_and_grad(&x);
    let mut twice = once.clone();
    assert_eq!(net.loss_and_accumulate(&mut twice, &x), loss);
    for (once, twice) in once.parameters().zip(twice.parameters()) {
        for (once, twice) in once.as_slice().iter().zip(twice.as_slice()) {
            assert!((2.0 * once - twice).abs() < 1e-12 * once.abs().max(1.0));
        }
    }
}
