use rand::Rng;

use super::{Initializer, draw};

/// A distribution whose variance depends on the fan-in and fan-out of a weight. Made by [`xavier_uniform`],
/// [`xavier_normal`], [`kaiming_uniform`] and [`kaiming_normal`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fans {
    gain: f64,
    fan: Fan,
    is_normal: bool,
}

/// What the variance is divided by.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fan {
    In,
    Out,
    Mean,
}

/// U(-b, b) with b = gain · √(6 / (fan-in + fan-out)) and gain 1. Glorot and Bengio, "Understanding the difficulty of training
/// deep feedforward neural networks", 2010.
pub fn xavier_uniform() -> Fans {
    Fans { gain: 1.0, fan: Fan::Mean, is_normal: false }
}

/// N(0, σ²) with σ = gain · √(2 / (fan-in + fan-out)) and gain 1. See [`xavier_uniform`].
pub fn xavier_normal() -> Fans {
    Fans { is_normal: true, ..xavier_uniform() }
}

/// U(-b, b) with b = gain · √(3 / fan-in) and gain √2, that of ReLU. He and others, "Delving deep into rectifiers", 2015.
pub fn kaiming_uniform() -> Fans {
    Fans { gain: std::f64::consts::SQRT_2, fan: Fan::In, is_normal: false }
}

/// N(0, σ²) with σ = gain / √fan-in and gain √2, that of ReLU. See [`kaiming_uniform`].
pub fn kaiming_normal() -> Fans {
    Fans { is_normal: true, ..kaiming_uniform() }
}

impl Fans {
    /// Sets the gain: 1 for a linear function, 5/3 for tanh, √2 for ReLU.
    pub fn gain(mut self, gain: f64) -> Self {
        self.gain = gain;
        self
    }

    /// Divides the variance by the fan-out.
    pub fn fan_out(mut self) -> Self {
        self.fan = Fan::Out;
        self
    }
}

impl Initializer for Fans {
    fn fill(&self, shape: &[usize], values: &mut [f64], rng: &mut dyn Rng) {
        let [out, places @ .., inputs] = shape else { return };
        let field: usize = places.iter().product();
        let [fan_in, fan_out] = [inputs * field, out * field].map(|fan| fan as f64);
        let fan = match self.fan {
            Fan::In => fan_in,
            Fan::Out => fan_out,
            Fan::Mean => (fan_in + fan_out) / 2.0,
        };
        let std = self.gain / fan.max(1.0).sqrt();
        if self.is_normal {
            let mut normal = draw::normal::<f64, _>(rng);
            values.fill_with(|| std * normal());
        } else {
            values.fill_with(draw::uniform(rng, 3.0_f64.sqrt() * std));
        }
    }

    fn least_axes(&self) -> usize {
        2
    }
}
