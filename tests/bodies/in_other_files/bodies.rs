//! Bodies of modules that another file defines.

use tiedw::prelude::*;

use super::net::{Net, Part};

type T = Tensor<3, f64>;

#[differentiable]
impl Net {
    pub(super) fn largest(&self, x: &T) -> f64 {
        self.parts.iter().max_by(|a, b| a.score(x).total_cmp(&b.score(x))).unwrap().run(x).sum()
    }

    pub(super) fn found(&self, x: &T) -> f64 {
        match self.layers.iter().find(|layer| layer.bias[0] > -1e9) {
            Some(layer) => layer.forward(x).sum(),
            None => self.v[0],
        }
    }

    pub(super) fn taken_apart(&self, x: &T) -> f64 {
        let mut sum = 0.0;
        for part in &self.parts {
            let Part { fc, gain } = part;
            sum += (fc.forward(x) * gain).sum();
        }
        sum
    }

    pub(super) fn by_setting(&self, x: &T) -> f64 {
        let Part { fc, gain } = &self.parts[0];
        let size = self.sizes.iter().max_by(|a, b| a.cmp(b)).copied().unwrap();
        (fc.forward(x) * gain).sum() * size as f64
    }

    pub(super) fn elements(&self, x: &T) -> f64 {
        let second = || self.v[1];
        second() * x.sum() + (0..3).map(|i| self.v[i]).sum::<f64>()
    }

    pub(super) fn in_option(&self, x: &T) -> f64 {
        if let Some(Part { fc, .. }) = &self.best { fc.forward(x).sum() } else { self.v[0] }
    }

    pub(super) fn parameters(&self, x: &T) -> f64 {
        self.ws.iter().max_by(|a, b| a.norm().total_cmp(&b.norm())).map_or(0.0, |w| (w * x).sum())
    }

    pub(super) fn by_closure(&self, x: &T) -> f64 {
        let run = |part: &Part| part.run(x).tanh().sum();
        self.parts.iter().map(run).sum::<f64>() * self.v[2]
    }

    pub(super) fn own_fields(&self, x: &T) -> f64 {
        let Net { v, parts, .. } = self;
        (v * x).sum() + parts[1].score(x)
    }
}

mod renamed {
    use super::super::net::{Net as Model, Scaled as Gain};
    use tiedw::prelude::*;

    #[differentiable]
    impl Model {
        pub(crate) fn renamed(&self, x: &Tensor<3, f64>) -> f64 {
            self.parts[0].run(x).sum() * self.v[0]
        }
    }

    #[differentiable]
    impl Gain {
        pub(crate) fn of_default(&self, x: &Tensor<3, f64>) -> f64 {
            (x * &self.w).tanh().sum()
        }
    }

    type Same = Model;

    #[differentiable]
    impl Same {
        pub(crate) fn by_alias(&self, x: &Tensor<3, f64>) -> f64 {
            Self::renamed(self, x) * self.v[1]
        }
    }
}

mod layers {
    use super::super::net::Scaled;
    use tiedw::prelude::*;

    #[differentiable]
    impl Layer for Scaled {
        type Input = Tensor<3, f64>;
        type Output = Tensor<3, f64>;

        fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
            x * &self.w
        }
    }

    #[differentiable]
    impl Scaled {
        pub(crate) fn of_layer(&self, x: &Tensor<3, f64>) -> f64 {
            self.forward(x).exp().sum()
        }
    }
}
