//! Generation of models generic over all their sizes, each of which is then a number or `DYN`.

mod layers;
mod ties;

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use ties::{Kind, Owner};

/// Generates a crate of models, given by number.
pub(crate) fn models(seed: u64, models: impl Iterator<Item = u64>) -> String {
    let (mut modules, mut calls) = (String::new(), String::new());
    for model in models {
        modules += &Model::new(seed.wrapping_mul(1_000_003).wrapping_add(model)).module(model);
        calls += &format!("    model{model}::check();\n    println!(\"model {model} agrees\");\n");
    }
    format!("#![allow(warnings)]\n{PARTS}{modules}\nfn main() {{\n{calls}}}\n")
}

/// Modules that the models have as fields.
const PARTS: &str = "
use tiedw::prelude::*;

/// A block that ends with its own transpose.
#[derive(Module, Clone)]
pub struct Block<const D: usize, const H: usize> {
    pub norm: LayerNorm<D>,
    pub up: Linear<D, H>,
    #[tie(weight = up.weight.t())]
    pub down: Linear<H, D, Tied>,
}

#[differentiable]
impl<const D: usize, const H: usize> Layer for Block<D, H> {
    type Input = Tensor<D>;
    type Output = Tensor<D>;

    fn forward(&self, x: &Tensor<D>) -> Tensor<D> {
        x + &self.down.forward(&self.up.forward(&self.norm.forward(x)).gelu())
    }
}

/// A part whose model closes its tie.
#[derive(Module, Clone)]
pub struct Open<const I: usize, const O: usize> {
    pub first: Linear<I, I>,
    #[tie]
    pub last: Linear<I, O, Tied>,
}
";

/// What occurs in the fields of the default models.
pub(crate) const KINDS: [&str; 32] = [
    "AvgPool2d<",
    "BatchNorm<",
    "Block<",
    "Conv1d<",
    "Conv2d<",
    "Embedding<",
    "Flatten<",
    "Frozen<",
    "GlobalAvgPool2d<",
    "GroupNorm<",
    "Gru<",
    "InstanceNorm<",
    "LayerNorm<",
    "Linear<",
    "Lstm<",
    "MaxPool2d<",
    "MultiHeadAttention<",
    "NoBias>",
    "Open<",
    "Option<",
    "PositionalEmbedding<",
    "Residual<",
    "RmsNorm<",
    "Softmax<",
    "Tied<Linear<",
    "Tied<Vec<Block<",
    "Tied<Vec<Residual<",
    "Vec<",
    "Vector<",
    ".t())]",
    ".t().fixed())]",
    ".weight_hh",
];

/// How many of the types of a model have numbers and `DYN` mixed.
const MIXTURES: usize = 2;

struct Model {
    rng: StdRng,
    /// The numbers of its const parameters: `S0` is the first.
    sizes: Vec<usize>,
    /// The numbers of features to choose from, few so that layers fit each other.
    widths: Vec<usize>,
    /// The leading axes of `h` after the batch, and the const parameter of its features.
    places: Vec<usize>,
    features: usize,
    owners: Vec<Owner>,
    fields: String,
    values: String,
    body: String,
    names: usize,
}

impl Model {
    fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let widths = (0..3).map(|_| *[1, 2, 3, 4, 6, 8, 12, 16, 17, 40].choose(&mut rng).unwrap()).collect();
        let (sizes, places, owners) = (Vec::new(), Vec::new(), Vec::new());
        let (fields, values, body) = (String::new(), String::new(), String::new());
        Model { rng, sizes, widths, places, features: 0, owners, fields, values, body, names: 0 }
    }

    fn module(mut self, model: u64) -> String {
        let batch = self.rng.random_range(1..4);
        let ids = self.chance(0.3);
        let axes = if ids { 1 } else { *[0, 1, 1, 2, 2, 2].choose(&mut self.rng).unwrap() };
        self.places = (0..axes).map(|_| self.rng.random_range(4..8)).collect();
        let leading = format!("&{:?}", [&[batch][..], &self.places].concat());
        let (input, x) = if ids { self.embedding(&leading) } else { self.numbers(&leading) };
        for _ in 0..self.rng.random_range(4..10) {
            self.layer();
            self.activation();
        }
        let loss = self.loss(ids);
        let leading = format!("&{:?}", [&[batch][..], &self.places].concat());
        let classes = if ids { self.sizes[0] } else { self.number() };
        let run = self.run(ids);
        let optimizer = ["Sgd::new(0.1).momentum(0.9)", "AdamW::new(0.01)", "Adam::new(0.01)"]
            .choose(&mut self.rng)
            .unwrap();
        let declared = self.list(|at| format!("const S{at}: usize"));
        let named = self.list(|at| format!("S{at}"));
        let numbers = self.list(|at| self.sizes[at].to_string());
        let dynamic = self.list(|_| "DYN".into());
        let mut types = vec![dynamic];
        for _ in 0..MIXTURES {
            let is_number: Vec<bool> = self.sizes.iter().map(|_| self.rng.random()).collect();
            types.push(self.list(|at| if is_number[at] { self.sizes[at].to_string() } else { "DYN".into() }));
        }
        let Model { fields, values, body, .. } = &self;
        let twins: String =
            types.iter().map(|sizes| format!("            (\"{sizes}\", run::<{sizes}>),\n")).collect();
        format!(
            "
mod model{model} {{
    use rand::{{SeedableRng, rngs::StdRng}};
    use tiedw::{{layers::*, prelude::*}};
    use crate::{{Block, Open}};

    #[derive(Module, Clone)]
    struct Net<{declared}> {{
{fields}    }}

    impl<{declared}> Net<{named}> {{
        fn new(rng: &mut StdRng) -> Self {{
            Net {{
{values}            }}
        }}
    }}

    #[differentiable]
    impl<{declared}> Net<{named}> {{
        fn loss(&self, x: &{input}, targets: &Ids) -> f32 {{
{body}            {loss}
        }}
    }}

    fn run<{declared}>() -> programs::twins::Run {{
        let mut net = Net::<{named}>::new(&mut StdRng::seed_from_u64({model}));
        let x: {input} = {x};
        let targets = programs::twins::ids({classes}, {leading});
        programs::twins::trained(&mut net, {optimizer}, |net, gradient| {{
            let (loss, pullback) = net.loss_vjp(&x, &targets);
{run}        }})
    }}

    pub fn check() {{
        programs::twins::agree(\"model {model}\", run::<{numbers}>, &[
{twins}        ]);
    }}
}}
"
        )
    }

    fn list(&self, of: impl Fn(usize) -> String) -> String {
        (0..self.sizes.len()).map(of).collect::<Vec<_>>().join(", ")
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.random_bool(share)
    }

    /// Adds a const parameter of this number.
    fn size(&mut self, number: usize) -> usize {
        self.sizes.push(number);
        self.sizes.len() - 1
    }

    fn width(&mut self) -> usize {
        let number = *self.widths.choose(&mut self.rng).unwrap();
        self.size(number)
    }

    /// The number of features of `h`.
    fn number(&self) -> usize {
        self.sizes[self.features]
    }

    /// Adds a field, and returns its name.
    fn field(&mut self, tie: &str, kind: &str, value: &str) -> String {
        let name = format!("l{}", self.names);
        self.names += 1;
        let tie = if tie.is_empty() { String::new() } else { format!("        #[tie({tie})]\n") };
        self.fields += &format!("{tie}        {name}: {kind},\n");
        self.values += &format!("                {name}: {value},\n");
        name
    }

    fn embedding(&mut self, leading: &str) -> (String, String) {
        let ids = self.rng.random_range(2..20);
        let (v, d) = (self.size(ids), self.width());
        let number = self.sizes[d];
        let name = self.field(
            "",
            &format!("Embedding<S{v}, S{d}>"),
            &format!("Embedding::new({ids}, {number}, rng)"),
        );
        self.body += &format!("            let h = self.{name}.forward(x);\n");
        self.features = d;
        // As a matrix, the weight is that of a layer from `d` to `v`.
        self.owners.push(Owner { name, kind: Kind::Matrix, inputs: d, outputs: v, kernel: 0 });
        ("Ids".into(), format!("programs::twins::ids({ids}, {leading})"))
    }

    fn numbers(&mut self, leading: &str) -> (String, String) {
        self.features = self.width();
        self.body += "            let h = x.clone();\n";
        (
            format!("Tensor<S{}>", self.features),
            format!("programs::twins::numbers({}, {leading})", self.number()),
        )
    }

    /// Returns the const parameter of the input of the next layer, and how `h` becomes that input.
    fn input(&mut self) -> (usize, &'static str) {
        if self.chance(0.5) { (self.features, "&h") } else { (self.size(self.number()), "&h.fixed()") }
    }

    /// Adds a layer of the form `kind<inputs, ..>` that is called with `h`.
    fn call(&mut self, tie: &str, kind: &str, value: &str, h: &str, features: usize) -> String {
        let name = self.field(tie, kind, value);
        self.body += &format!("            let h = self.{name}.forward({h});\n");
        self.features = features;
        name
    }

    /// Returns the last expression of the body.
    fn loss(&mut self, ids: bool) -> &'static str {
        if ids {
            // The head is the embedding.
            let embedding = self.owners[0].clone();
            let (features, d) = (self.sizes[embedding.inputs], self.size(self.sizes[embedding.inputs]));
            let i = self.features;
            let value = format!("Linear::new({}, {features}, rng)", self.number());
            self.call("", &format!("Linear<S{i}, S{d}>"), &value, "&h", d);
            self.borrow(embedding);
        }
        if ids || self.chance(0.5) { "cross_entropy_loss(&h, targets)" } else { "(&h * &h).mean()" }
    }

    /// Returns how the pullback of the loss is called: there is no cotangent of ids.
    fn run(&self, ids: bool) -> &'static str {
        if ids {
            "            pullback(1.0, gradient, [false, false]);\n            (loss, None)\n"
        } else {
            "            let (dx, _) = pullback(1.0, gradient, [true, false]);\n            (loss, dx.map(Tensor::into_vec))\n"
        }
    }
}
