//! Modules that another file defines than the impl blocks: imported by their names, by others, and by aliases.

mod bodies;
mod net;
mod other_parts;

use tiedw::prelude::*;

use crate::{agree_all, rng, uniform};
use net::{Net, Part, Scaled};

#[test]
fn gradients_agree_with_differences() {
    let rng = &mut rng(3);
    let mut fc = || WithElem::<Linear<3, 3>, f64>::init(rng);
    let mut part = || Part { fc: fc(), gain: [0.5, -0.3, 0.8].into() };
    let (parts, best) = (vec![part(), part()], Some(part()));
    let net = Net {
        parts,
        layers: vec![fc(), fc()],
        ws: vec![[0.1, 0.2, 0.3].into(), [0.4, 0.2, 0.3].into()],
        v: [0.3, 0.7, -0.2].into(),
        best,
        sizes: vec![1, 3, 2],
    };
    let x = uniform(2, 9);
    agree_all!(
        &net, (&x),
        largest largest_and_grad,
        found found_and_grad,
        taken_apart taken_apart_and_grad,
        by_setting by_setting_and_grad,
        elements elements_and_grad,
        in_option in_option_and_grad,
        parameters parameters_and_grad,
        by_closure by_closure_and_grad,
        own_fields own_fields_and_grad,
        renamed renamed_and_grad,
        by_alias by_alias_and_grad,
        gains gains_and_grad,
    );
    agree_all!(&other_parts::Part::default(), (&x), shifted shifted_and_grad);
    let scaled = Scaled { w: [0.3, 0.7, -0.2].into() };
    agree_all!(&scaled, (&x), of_default of_default_and_grad, of_layer of_layer_and_grad);
}
