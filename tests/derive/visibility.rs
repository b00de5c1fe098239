//! Private parts of public modules.

use super::*;

#[derive(Module)]
struct Hidden<const D: usize> {
    weight: Matrix<D, D>,
}

#[derive(Module)]
#[module(sequential)]
struct HiddenLayer {
    layer: Linear<4, 3>,
}

/// Has a private module.
#[derive(Module)]
pub struct Net<const D: usize> {
    hidden: Hidden<D>,
    /// A public field.
    pub shown: Linear<D, D>,
    pub(crate) inside: Vector<D>,
}

/// Starts with a private layer.
#[derive(Module)]
#[module(sequential)]
pub struct Layers {
    first: HiddenLayer,
    second: Linear<3, 3>,
    #[tie(second)]
    third: Tied<Linear<3, 3>>,
}

/// Returns the output of a private layer.
#[derive(Module)]
#[module(parallel)]
pub struct Heads {
    left: HiddenLayer,
    #[tie(left)]
    right: Tied<HiddenLayer>,
}

/// Has a private layer, and is generic.
#[derive(Module)]
pub struct Generic<L: Layer> {
    hidden: HiddenLayer,
    layer: L,
}

#[derive(Module)]
struct HiddenOf<L: Module> {
    layer: L,
}

/// Starts with a private generic module.
#[derive(Module)]
pub struct Wrapping<L: Module> {
    hidden: HiddenOf<L>,
    layer: L,
    #[tie(hidden.layer)]
    again: Tied<L>,
}

/// Has open ties that only this file can fill.
#[derive(Module)]
pub struct Opening {
    #[tie]
    hidden: Tied<HiddenLayer>,
    #[tie]
    same: Tied<HiddenLayer>,
    own: Linear<3, 3>,
}

/// Fills them.
#[derive(Module)]
pub struct Closing {
    layer: HiddenLayer,
    #[tie(hidden = layer, same = opening.hidden)]
    inner: Opening,
    #[tie(hidden = layer, same = layer)]
    opening: Opening,
}

#[test]
fn private_types() {
    let net = Net::<2> {
        hidden: Hidden { weight: Matrix::zeros() },
        shown: Linear::init(&mut rng()),
        inside: Vector::zeros(),
    };
    assert_eq!(names(&net), ["hidden.weight", "shown.weight", "shown.bias", "inside"]);
    assert!(same(net.view().hidden.weight.storage(), net.hidden.weight.as_slice()));
    assert!(same(net.view().inside.as_slice(), net.inside.as_slice()));
}

#[test]
fn private_layers() {
    let layers = Layers::init(&mut rng());
    let x = Tensor::from_vec([1], vec![1.0, 2.0, 3.0, 4.0]);
    let h = layers.first.forward(&x);
    let expected = layers.second.forward(&layers.second.forward(&h));
    assert_eq!(layers.forward(&x).as_slice(), expected.as_slice());
    assert!(same(layers.view().third.weight.storage(), layers.second.weight.as_slice()));

    let heads = Heads::init(&mut rng());
    let (a, b) = heads.forward(&x);
    assert_eq!(a.as_slice(), heads.left.forward(&x).as_slice());
    assert_eq!(a.as_slice(), b.as_slice());

    let generic = Generic::<Layers>::init(&mut rng());
    assert_eq!(generic.num_parameters(), generic.hidden.num_parameters() + generic.layer.num_parameters());
    assert_eq!(Generic::<Layers>::NUM_PARAMETERS, 15 + 15 + 12);
}

#[test]
fn private_generic_types() {
    let net = Wrapping::<Linear<2, 2>>::init(&mut rng());
    assert_eq!(names(&net), ["hidden.layer.weight", "hidden.layer.bias", "layer.weight", "layer.bias"]);
    assert!(same(net.view().again.weight.storage(), net.hidden.layer.weight.as_slice()));
    assert!(!same(net.view().again.weight.storage(), net.layer.weight.as_slice()));
}

#[test]
fn private_holes() {
    let net = Closing::init(&mut rng());
    let (view, owner) = (net.view(), owner(&net, "layer.layer.weight"));
    for layer in [view.inner.hidden, view.inner.same, view.opening.hidden, view.opening.same] {
        assert!(same(layer.layer.weight.storage(), owner));
    }
    assert_eq!(Closing::NUM_PARAMETERS, 15 + 2 * 12);
}

pub mod inner {
    //! Fields of every visibility.

    use super::*;

    /// Has one field of each.
    #[derive(Module)]
    pub struct Mixed {
        /// Visible everywhere.
        pub open: Linear<2, 2>,
        pub(super) near: Linear<2, 2>,
        closed: Linear<2, 2>,
    }

    impl Mixed {
        pub(super) fn closed(&self) -> bool {
            same(self.view().closed.weight.storage(), self.closed.weight.as_slice())
        }
    }
}

#[test]
fn fields_of_views_are_as_visible_as_fields() {
    let mixed = inner::Mixed::init(&mut rng());
    assert!(same(mixed.view().open.weight.storage(), mixed.open.weight.as_slice()));
    assert!(same(mixed.view().near.weight.storage(), mixed.near.weight.as_slice()));
    assert!(mixed.closed());
}

/// A public module that borrows a private one, and one with private generic fields.
pub mod holes {
    use super::*;

    #[derive(Module)]
    struct Hidden<L: Layer> {
        layer: L,
    }

    /// Borrows.
    #[derive(Module)]
    pub struct Borrows {
        #[tie]
        hidden: Tied<Hidden<Linear<2, 2>>>,
        #[tie]
        shown: Tied<Vector<2>>,
    }

    /// Lends.
    #[derive(Module)]
    pub struct Lends<L: Layer<Elem = f32>> {
        generic: Hidden<L>,
        hidden: Hidden<Linear<2, 2>>,
        shown: Vector<2>,
        #[tie(hidden = hidden, shown = shown)]
        borrows: Borrows,
    }

    #[test]
    fn private_holes() {
        let rng = &mut rng();
        let net = Lends::<Linear<3, 2>> {
            generic: Init::init(rng),
            hidden: Init::init(rng),
            shown: Vector::zeros(),
            borrows: Borrows { hidden: Tied::new(), shown: Tied::new() },
        };
        let view = net.view();
        assert!(same(view.borrows.hidden.layer.weight.storage(), net.hidden.layer.weight.as_slice()));
        assert!(same(view.borrows.shown.as_slice(), net.shown.as_slice()));
        assert_eq!(net.num_parameters(), 8 + 6 + 2);
        assert_eq!(view.generic.layer.weight.columns(), 3);
    }
}
