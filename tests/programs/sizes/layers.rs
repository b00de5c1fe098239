//! The layers that a model can have.

use rand::{RngExt, seq::IndexedRandom};

use super::Model;
use super::ties::{Kind, Owner};

impl Model {
    pub(super) fn activation(&mut self) {
        let operations = ["", ".relu()", ".tanh()", ".gelu()", ".silu()", ".sigmoid()", ".log_softmax()"];
        self.body += &format!("            let h = h{};\n", operations.choose(&mut self.rng).unwrap());
    }

    pub(super) fn layer(&mut self) {
        match (self.places.len(), self.rng.random_range(0..13)) {
            (_, 0) => self.linear(),
            (_, 1 | 12) => self.norm(),
            (_, 2) => self.blocks(),
            (_, 3..6) => self.borrower(),
            (_, 6) | (0, _) => self.wrapped(),
            (1, 7 | 8) => self.recurrent(),
            (1, 9) => self.attention(),
            (1, 10) => self.positions(),
            (1, _) => self.convolution(1),
            (_, 7 | 8) => self.convolution(2),
            (_, 9 | 10) => self.pooling(),
            _ => self.rows(),
        }
    }

    pub(super) fn linear(&mut self) {
        let ((i, h), o) = (self.input(), self.width());
        let (kind, of_bias) =
            if self.chance(0.3) { (Kind::Matrix, ", Own, NoBias") } else { (Kind::Linear, "") };
        let value = format!("Linear::new({}, {}, rng)", self.sizes[i], self.sizes[o]);
        let name = self.call("", &format!("Linear<S{i}, S{o}{of_bias}>"), &value, h, o);
        self.owners.push(Owner { name, kind, inputs: i, outputs: o, kernel: 0 });
    }

    fn norm(&mut self) {
        let (i, h) = self.input();
        let c = self.sizes[i];
        let (kind, value) = match self.rng.random_range(0..5) {
            0 => (format!("LayerNorm<S{i}>"), format!("LayerNorm::new({c})")),
            1 => (format!("RmsNorm<S{i}>"), format!("RmsNorm::new({c})")),
            2 => (format!("BatchNorm<S{i}>"), format!("BatchNorm::new({c})")),
            3 if self.places.iter().product::<usize>() > 1 => {
                (format!("InstanceNorm<S{i}>"), format!("InstanceNorm::new({c})"))
            }
            _ => {
                let g = self.divisor(c);
                (format!("GroupNorm<S{g}, S{i}>"), format!("GroupNorm::new({}, {c})", self.sizes[g]))
            }
        };
        self.call("", &kind, &value, h, i);
    }

    /// Adds a const parameter that divides a number.
    fn divisor(&mut self, of: usize) -> usize {
        let divisors: Vec<usize> = (1..=of).filter(|&number| of.is_multiple_of(number)).collect();
        let number = *divisors.choose(&mut self.rng).unwrap();
        self.size(number)
    }

    /// Adds a list of layers, each with the output of the last.
    fn blocks(&mut self) {
        let ((d, h), inner) = (self.input(), self.width());
        let (features, hidden) = (self.sizes[d], self.sizes[inner]);
        let is_block = self.chance(0.5);
        let kind = |d, inner| match is_block {
            true => format!("Block<S{d}, S{inner}>"),
            false => format!("Residual<Linear<S{d}, S{d}>>"),
        };
        let value = match is_block {
            true => format!(
                "Block {{ norm: LayerNorm::new({features}), up: Linear::new({features}, {hidden}, rng), \
                 down: Linear::new({hidden}, {features}, rng) }}"
            ),
            false => format!("Residual {{ layer: Linear::new({features}, {features}, rng) }}"),
        };
        let count = self.rng.random_range(0..3);
        let value = format!("(0..{count}).map(|_| {value}).collect()");
        let name = self.field("", &format!("Vec<{}>", kind(d, inner)), &value);
        self.each(&name, d, &format!("({h}).clone()"));
        if self.chance(0.4) {
            let (d, inner) = (self.size(features), self.size(hidden));
            let kind = format!("Tied<Vec<{}>>", kind(d, inner));
            let name = self.field(&format!("{name}.fixed()"), &kind, "Tied::new()");
            self.each(&name, d, "h.fixed()");
        }
    }

    /// Calls each layer of a list.
    fn each(&mut self, list: &str, features: usize, h: &str) {
        self.body += &format!(
            "            let mut h: Tensor<S{features}> = {h};\n            for block in &self.{list} {{ h = block.forward(&h); }}\n"
        );
        self.features = features;
    }

    /// Adds a layer that may be absent, is not trained, or has no weights.
    fn wrapped(&mut self) {
        let (i, h) = self.input();
        let linear = format!("Linear::new({0}, {0}, rng)", self.sizes[i]);
        match self.rng.random_range(0..4) {
            0 => drop(self.call(
                "",
                &format!("Frozen<Linear<S{i}, S{i}>>"),
                &format!("Frozen::new({linear})"),
                h,
                i,
            )),
            1 => drop(self.call("", &format!("Softmax<S{i}>"), "Softmax::new()", h, i)),
            2 => {
                let value = if self.chance(0.7) { format!("Some({linear})") } else { "None".into() };
                let name = self.field("", &format!("Option<Linear<S{i}, S{i}>>"), &value);
                self.body += &format!(
                    "            let mut h = ({h}).clone();\n            if let Some(layer) = &self.{name} {{ h = layer.forward(&h); }}\n"
                );
                self.features = i;
            }
            _ => {
                let value = format!(
                    "programs::twins::numbers::<DYN>({}, &[1]).into_vec().into_iter().collect()",
                    self.sizes[i]
                );
                let name = self.field("", &format!("Vector<S{i}>"), &value);
                self.body += &format!("            let h = ({h}).clone() * &self.{name};\n");
                self.features = i;
            }
        }
    }

    fn recurrent(&mut self) {
        let ((i, h), o) = (self.input(), self.width());
        let kind = if self.chance(0.5) { "Gru" } else { "Lstm" };
        let value = format!("{kind}::new({}, {}, rng)", self.sizes[i], self.sizes[o]);
        let name = self.call("", &format!("{kind}<S{i}, S{o}>"), &value, h, o);
        if kind == "Gru" {
            self.owners.push(Owner { name, kind: Kind::Gru, inputs: i, outputs: o, kernel: 0 });
            if self.chance(0.5) {
                self.borrower();
            }
        }
    }

    fn attention(&mut self) {
        let (d, h) = self.input();
        let features = self.sizes[d];
        let heads = self.divisor(features);
        let of_keys = self.divisor(self.sizes[heads]);
        let (heads_number, keys) = (self.sizes[heads], self.sizes[of_keys]);
        // The last size is that of keys and values.
        self.sizes[of_keys] = features / heads_number * keys;
        let value = format!("MultiHeadAttention::grouped({features}, {heads_number}, {keys}, rng)");
        self.call("", &format!("MultiHeadAttention<S{d}, S{heads}, S{of_keys}>"), &value, h, d);
    }

    fn positions(&mut self) {
        let (d, h) = self.input();
        let most = self.places[0] + self.rng.random_range(0..2);
        let places = self.size(most);
        let value = format!("PositionalEmbedding::new({most}, {}, rng)", self.sizes[d]);
        self.call("", &format!("PositionalEmbedding<S{places}, S{d}>"), &value, h, d);
    }

    /// Adds the size of a kernel that fits.
    fn kernel(&mut self) -> usize {
        let least = *self.places.iter().min().unwrap();
        let number = self.rng.random_range(1..=least.min(3));
        self.size(number)
    }

    /// Adds a stride and a padding, and returns both in a type and as the settings of a constructor.
    pub(super) fn window(&mut self, kernel: usize) -> (String, String) {
        let (stride, padding) = (self.rng.random_range(1..3), self.rng.random_range(0..=kernel / 2));
        for places in &mut self.places {
            *places = (*places + 2 * padding - kernel) / stride + 1;
        }
        let (s, p) = (self.size(stride), self.size(padding));
        (format!("S{s}, S{p}"), format!(".stride({stride}).padding({padding})"))
    }

    fn convolution(&mut self, axes: usize) {
        let ((i, h), o) = (self.input(), self.width());
        let k = self.kernel();
        let (window, settings) = self.window(self.sizes[k]);
        let value = format!(
            "Conv{axes}d::new({}, {}, {}, rng){settings}",
            self.sizes[i], self.sizes[o], self.sizes[k]
        );
        let name = self.call("", &format!("Conv{axes}d<S{i}, S{o}, S{k}, {window}>"), &value, h, o);
        self.owners.push(Owner { name, kind: Kind::Conv(axes), inputs: i, outputs: o, kernel: k });
    }

    fn pooling(&mut self) {
        let (i, h) = self.input();
        let k = self.kernel();
        let (window, settings) = self.window(self.sizes[k]);
        let kind = if self.chance(0.5) { "MaxPool2d" } else { "AvgPool2d" };
        let value = format!("{kind}::new({}){settings}", self.sizes[k]);
        self.call("", &format!("{kind}<S{i}, S{k}, {window}>"), &value, h, i);
    }

    /// Adds a layer from an image to one row.
    fn rows(&mut self) {
        let (i, h) = self.input();
        let places: usize = self.places.drain(..).product();
        if self.sizes[i] * places < 300 && self.chance(0.5) {
            let n = self.size(self.sizes[i] * places);
            self.call("", &format!("Flatten<S{i}, S{n}>"), "Flatten::new()", h, n);
        } else {
            self.call("", &format!("GlobalAvgPool2d<S{i}>"), "GlobalAvgPool2d::new()", h, i);
        }
    }
}
