//! What operations are applied to. `peer.py` has the same shapes.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

pub(crate) const ROWS: usize = 512;
pub(crate) const WIDTH: usize = 768;

pub(crate) struct Operands {
    /// Normally distributed.
    pub(crate) x: Tensor<WIDTH>,
    pub(crate) y: Tensor<WIDTH>,
    /// Between 0.05 and 0.95.
    pub(crate) unit: Tensor<WIDTH>,
    pub(crate) near_one: Tensor<WIDTH>,
    pub(crate) above_one: Tensor<WIDTH>,
    pub(crate) wide: Tensor<WIDTH, f64>,
    pub(crate) row: Tensor<WIDTH>,
    pub(crate) column: Tensor<1>,
    pub(crate) half: Tensor<384>,
    /// The elements of `x` with two axes, both known at run time only.
    pub(crate) dynamic: Tensor<DYN>,
    /// `[16, 32, 768]`.
    pub(crate) cube: Tensor<WIDTH>,
    /// `[16, 32, 768]`, known at run time only.
    pub(crate) dynamic_cube: Tensor<DYN>,
    /// `[128, 768]` each.
    pub(crate) parts: [Tensor<WIDTH>; 4],
    pub(crate) mask: Mask<WIDTH>,
    pub(crate) other_mask: Mask<WIDTH>,
    /// A feature for each element, and a row for each element.
    pub(crate) features: Ids,
    pub(crate) rows: Ids,
    pub(crate) shuffled: Vec<usize>,
    pub(crate) classes: Ids,
    pub(crate) same: Vec<bool>,
    pub(crate) words: Ids,
    pub(crate) table: Tensor<192>,
}

impl Operands {
    pub(crate) fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let normal = |rng: &mut StdRng| Tensor::<WIDTH>::randn([ROWS], rng);
        let (x, y) = (normal(&mut rng), normal(&mut rng));
        let unit = Tensor::rand([ROWS], &mut rng) * 0.9 + 0.05;
        let mut ids = |count: usize, bound: usize| -> Vec<u32> {
            (0..count).map(|_| rng.random_range(0..bound as u32)).collect()
        };
        let features = Ids::from_vec([ROWS, WIDTH], ids(ROWS * WIDTH, WIDTH));
        let rows = Ids::from_vec([ROWS, WIDTH], ids(ROWS * WIDTH, ROWS));
        let classes = Ids::from_vec([ROWS], ids(ROWS, WIDTH));
        let words = Ids::from_vec([64, 32], ids(64 * 32, 1000));
        Operands {
            near_one: &unit * 1e-5 + 1.0,
            above_one: &unit + 1.0,
            wide: x.cast(),
            row: x.narrow(0, 0, 1).reshape([]),
            column: x.sum_features(),
            half: x.slice::<0, 384>(),
            dynamic: x.dynamic(),
            cube: x.reshape([16, 32]),
            dynamic_cube: x.reshape([16, 32]).dynamic(),
            parts: [0, 128, 256, 384].map(|start| x.narrow(0, start, 128)),
            mask: x.gt(0.0),
            other_mask: y.gt(0.0),
            features,
            rows,
            shuffled: (0..ROWS).map(|row| row * 7 % ROWS).collect(),
            classes,
            same: (0..ROWS).map(|row| row % 2 == 0).collect(),
            words,
            table: Tensor::randn([1000], &mut rng),
            x,
            y,
            unit,
        }
    }
}
