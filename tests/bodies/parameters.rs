//! Parameters as values.

use crate::{agree_all, rng, uniform};
use tiedw::functional::{embedding, embedding_vjp};
use tiedw::prelude::*;

type Numbers = Tensor<4, f64>;
type Square = WithElem<Linear<4, 4>, f64>;

#[derive(Module, Clone)]
struct Net {
    fc: Square,
    #[tie(weight = fc.weight)]
    tied: WithElem<Linear<4, 4, Tied>, f64>,
    #[module(init = |rng| uniform_vector(rng))]
    gain: Vector<4, f64>,
    #[module(init = |rng| uniform_vector(rng))]
    other: Vector<4, f64>,
    #[module(init = ones)]
    scale: Vector<1, f64>,
    table: WithElem<Embedding<3, 4>, f64>,
}

fn uniform_vector<R: rand::Rng + ?Sized>(rng: &mut R) -> Vector<4, f64> {
    use rand::RngExt;
    Vector::from_fn(|_| rng.random_range(0.2..1.5))
}

#[differentiable]
impl Net {
    fn methods(&self, x: &Numbers) -> f64 {
        let direction = self.gain.normalize();
        let h = x * direction.softmax() + self.other.exp() * self.fc.weight.tanh().mean();
        h.sum() * self.scale.exp().sum() + self.fc.weight.powi(2).sum() + self.gain.clamp(0.3, 0.9).max()
    }

    fn with_each_other(&self, x: &Numbers) -> f64 {
        let squares = (&self.fc.weight * &self.fc.weight).sum();
        let both = &self.gain / &self.other - 2.0 * &self.gain;
        let negative = -&self.other;
        (x * both + negative * 0.5).tanh().sum() + squares * 0.1
    }

    fn with_tensors_and_numbers(&self, x: &Numbers) -> f64 {
        let shifted = &self.gain - x;
        let by_number = &self.other * x.mean() + 1.0;
        (shifted * by_number).tanh().sum() + (&self.fc.weight + &self.fc.weight).sigmoid().mean()
    }

    fn transposed(&self, x: &Numbers) -> f64 {
        let symmetric = &self.fc.weight + &self.fc.weight.t();
        (symmetric.matmul(&symmetric)).tanh().sum() + x.matmul(&self.tied.weight.t().tensor()).sum()
    }

    fn names(&self, x: &Numbers) -> f64 {
        let w = &self.fc.weight;
        let rows = w.norm_features() + 0.1;
        let table = self.table.weight.normalize();
        x.matmul_t::<3>(&table).softmax().sum_features().sum()
            + (w.tensor().dynamic() / rows.dynamic()).sum() * table.mean()
    }

    fn rows_of_a_computed_table(&self, x: &Numbers) -> f64 {
        let table = self.table.weight.normalize();
        let ids = Ids::from_vec([4], vec![2, 0, 2, 1]);
        (embedding(&ids, &table) * x).tanh().sum()
    }

    fn tied_twice(&self, x: &Numbers) -> f64 {
        let weight = &self.tied.weight * &self.fc.weight.sigmoid();
        self.tied.forward(x).matmul(&weight).tanh().sum()
    }
}

#[test]
fn parameters_are_values() {
    let net = Net::init(&mut rng(11));
    let x = uniform(4, 12);
    agree_all!(
        &net,
        (&x),
        methods methods_and_grad,
        with_each_other with_each_other_and_grad,
        with_tensors_and_numbers with_tensors_and_numbers_and_grad,
        transposed transposed_and_grad,
        names names_and_grad,
        rows_of_a_computed_table rows_of_a_computed_table_and_grad,
        tied_twice tied_twice_and_grad,
    );
}
