//! Open ties, filled one by one, through arrays, and from outer structs.

use super::*;
use tiedw::{NoBias, Own, Storage};

type Square = Linear<2, 2>;

#[derive(Module)]
struct Inner {
    #[tie]
    embed: Tied<Matrix<3, 2>>,
    #[tie]
    position: Tied<Vector<2>>,
    own: Square,
}

#[differentiable]
impl Inner {
    fn forward(&self, x: &Tensor<2>) -> Tensor<2> {
        self.own.forward(x)
    }
}

/// Fills one hole, and leaves the other to the enclosing struct.
#[derive(Module)]
struct PassesOne {
    #[tie]
    position: Tied<Vector<2>>,
    embed: Matrix<3, 2>,
    #[tie(embed = embed, position = position)]
    inner: Inner,
}

/// Leaves all holes to the enclosing struct.
#[derive(Module)]
struct PassesAll {
    #[tie]
    inner: Inner,
    #[tie]
    list: [Inner; 2],
}

#[derive(Module)]
struct Net {
    embed: Matrix<3, 2>,
    #[tie(position = position)]
    one: PassesOne,
    #[tie(inner.embed = embed, inner.position = position, list.embed = one.embed, list.position = position)]
    all: PassesAll,
    #[tie(embed = embed, position = one.inner.own.bias)]
    elements: [Inner; 3],
    position: Vector<2>,
    /// Filled in another order than declared.
    #[tie(position = position, embed = embed)]
    last: Inner,
}

fn net() -> Net {
    let rng = &mut rng();
    let mut inner = || Inner { embed: Tied::new(), position: Tied::new(), own: Init::init(rng) };
    Net {
        embed: Matrix::zeros(),
        one: PassesOne { position: Tied::new(), embed: Matrix::zeros(), inner: inner() },
        all: PassesAll { inner: inner(), list: [inner(), inner()] },
        elements: [inner(), inner(), inner()],
        position: Vector::zeros(),
        last: inner(),
    }
}

#[test]
fn holes_are_filled() {
    let net = net();
    let view = net.view();
    let inners = [
        (&view.one.inner, &net.one.embed, &net.position),
        (&view.all.inner, &net.embed, &net.position),
        (&view.all.list[0], &net.one.embed, &net.position),
        (&view.all.list[1], &net.one.embed, &net.position),
        (&view.elements[2], &net.embed, &net.one.inner.own.bias),
        (&view.last, &net.embed, &net.position),
    ];
    for (index, (inner, embed, position)) in inners.into_iter().enumerate() {
        assert!(same(inner.embed.storage(), embed.as_slice()), "embed of {index}");
        assert!(same(inner.position.as_slice(), position.as_slice()), "position of {index}");
    }
    assert_eq!(net.num_parameters(), 2 * 6 + 2 + 8 * 6);
    assert_eq!(Inner::SPEC.ties(), [("embed", ""), ("position", "")]);
    assert!(Net::SPEC.ties().contains(&("all.inner.embed", "embed")));
}

#[test]
fn names_stand_for_their_owners() {
    let net = net();
    for name in ["one.inner.embed", "all.list.0.embed", "all.list.1.embed"] {
        assert_owner(&net, name, net.one.embed.as_slice(), false);
    }
    for name in ["all.inner.embed", "elements.0.embed", "elements.2.embed", "last.embed"] {
        assert_owner(&net, name, net.embed.as_slice(), false);
    }
    for name in ["one.position", "one.inner.position", "all.list.1.position", "last.position"] {
        assert_owner(&net, name, net.position.as_slice(), false);
    }
    assert_owner(&net, "elements.1.position", net.one.inner.own.bias.as_slice(), false);
    assert_eq!(Inner::SPEC.owner("embed"), None, "nobody fills the hole");
    assert_eq!(Net::SPEC.owner("all.list.embed"), None);
}

/// A tied module with a hole that a struct further out fills.
#[test]
fn a_hole_within_a_tied_module() {
    #[derive(Module)]
    struct Twice {
        #[tie]
        first: Inner,
        #[tie(first)]
        second: Tied<Inner>,
    }
    #[derive(Module)]
    struct Outer {
        embed: Matrix<3, 2>,
        position: Vector<2>,
        #[tie(first.embed = embed, first.position = position)]
        twice: Twice,
    }
    let rng = &mut rng();
    let outer = Outer {
        embed: Matrix::zeros(),
        position: Vector::zeros(),
        twice: Twice {
            first: Inner { embed: Tied::new(), position: Tied::new(), own: Init::init(rng) },
            second: Tied::new(),
        },
    };
    assert!(same(outer.view().twice.second.embed.storage(), outer.embed.as_slice()));
    assert_owner(&outer, "twice.second.embed", outer.embed.as_slice(), false);
    assert_owner(&outer, "twice.second.own.weight", outer.twice.first.own.weight.as_slice(), false);
}

#[test]
fn gradients_meet_at_the_owner() {
    let mut gradient = net().zeros_like();
    let view = gradient.view_mut();
    view.position.add(0, 1.0);
    view.one.inner.position.add(0, 10.0);
    view.all.list[1].position.add(0, 100.0);
    view.last.position.add(0, 1000.0);
    view.all.inner.embed.add((2, 1), 1.0);
    view.elements[1].embed.add((2, 1), 10.0);
    assert_eq!(owner(&gradient, "position"), [1111.0, 0.0]);
    assert_eq!(owner(&gradient, "embed"), [0.0, 0.0, 0.0, 0.0, 0.0, 11.0]);
}

#[test]
fn filled_modules_are_called_through_their_view() {
    let net = net();
    let x = Tensor::from_vec([1], vec![1.0, 2.0]);
    assert_eq!(net.view().last.forward(&x).as_slice(), net.last.own.forward(&x).as_slice());
}

/// Whether the head owns its weight is a type parameter: the tie is open only if it borrows.
#[derive(Module, Clone, Debug, PartialEq)]
struct Decoder<W: Storage = Own> {
    body: Square,
    #[tie]
    head: Linear<2, 3, W, NoBias>,
}

#[differentiable]
impl<W: Storage> Decoder<W> {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        self.head.forward(&self.body.forward(x)).sum()
    }
}

#[derive(Module, Clone, Debug, PartialEq)]
struct Decoders {
    embed: Embedding<3, 2>,
    #[tie(head.weight = embed.weight)]
    tied: Decoder<Tied>,
    own: Decoder,
}

#[differentiable]
impl Decoders {
    fn loss(&self, x: &Tensor<2>) -> f32 {
        self.tied.loss(x) + self.own.loss(x)
    }
}

#[test]
fn the_storage_of_a_weight_may_be_a_parameter() {
    let rng = &mut rng();
    let net = Decoders { embed: Init::init(rng), tied: Init::init(rng), own: Init::init(rng) };
    assert_eq!(net, net.clone());
    assert_eq!(Decoders::NUM_PARAMETERS, 6 + 6 + 6 + 6);
    assert_owner(&net, "tied.head.weight", net.embed.weight.as_slice(), false);
    assert_owner(&net, "own.head.weight", net.own.head.weight.as_slice(), false);
    let x = Tensor::from_vec([1], vec![1.0, 2.0]);
    assert_eq!(net.own.loss(&x), net.own.loss_and_grad(&x).0);
    let (_, gradient) = net.loss_and_grad(&x);
    let body = |decoder: &Square| decoder.forward(&x).as_slice().repeat(3);
    assert_eq!(gradient.embed.weight.as_slice(), body(&net.tied.body));
    assert_eq!(gradient.own.head.weight.as_slice(), body(&net.own.body));
}
