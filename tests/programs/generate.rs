//! Generation of random programs.

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// Generates a crate of programs, given by number.
pub(crate) fn programs(seed: u64, programs: impl Iterator<Item = u64>) -> String {
    let (mut modules, mut calls) = (String::new(), String::new());
    for program in programs {
        modules += &Generator::new(seed.wrapping_mul(1_000_003).wrapping_add(program)).module(program);
        calls += &format!("    program{program}::check();\n    println!(\"program {program} agrees\");\n");
    }
    format!("#![allow(warnings)]\n{}{modules}\nfn main() {{\n{calls}}}\n", nets())
}

/// The sources of a whole tied layer.
const OWNERS: [&str; 3] = ["own", "other", "list[1]"];
/// The sources of a single tied weight.
const WEIGHTS: [&str; 4] = ["own.weight.t()", "tied.weight", "other.weight", "tied.weight.t()"];

/// Generates a net for each combination of ties, each in a module.
fn nets() -> String {
    let mut nets = String::new();
    for (i, owner) in OWNERS.iter().enumerate() {
        for (j, weight) in WEIGHTS.iter().enumerate() {
            nets += &format!(
                "
mod net{i}{j} {{
    use rand::{{SeedableRng, rngs::StdRng}};
    use tiedw::prelude::*;

    pub type Square = WithElem<Linear<3, 3>, f64>;

    #[derive(Module, Clone)]
    pub struct Net {{
        #[tie({owner})]
        pub tied: Tied<Square>,
        pub own: Square,
        pub other: Square,
        #[tie(weight = {weight})]
        pub flipped: WithElem<Linear<3, 3, Tied>, f64>,
        pub list: [Square; 2],
        pub optional: Option<Square>,
        pub gain: Vector<3, f64>,
        #[module(skip)]
        pub rate: f64,
    }}

    impl Net {{
        pub fn new(seed: u64, optional: bool) -> Self {{
            let mut rng = StdRng::seed_from_u64(seed);
            Net {{
                own: Linear::init(&mut rng),
                other: Linear::init(&mut rng),
                tied: Tied::new(),
                flipped: Linear::init(&mut rng),
                list: Init::init(&mut rng),
                optional: optional.then(|| Linear::init(&mut rng)),
                gain: Vector::from_vec(vec![0.7, -1.2, 0.4]),
                rate: 0.8,
            }}
        }}
    }}
}}
"
            );
        }
    }
    nets
}

/// The layers of a net that a body may call.
const LAYERS: [&str; 6] = ["own", "other", "tied", "flipped", "list[0]", "list[1]"];

/// Binds the input as an owned tensor.
const START: &str = "let x = x.clone();\n";

struct Generator {
    rng: StdRng,
    /// The tensors in scope, and whether each is mutable.
    tensors: Vec<(String, bool)>,
    names: usize,
    /// The number of expressions that the body may still have.
    budget: i32,
}

impl Generator {
    fn new(seed: u64) -> Self {
        Generator { rng: StdRng::seed_from_u64(seed), tensors: Vec::new(), names: 0, budget: 0 }
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.random_bool(share)
    }

    fn any(&mut self, items: &[&'static str]) -> &'static str {
        items.choose(&mut self.rng).unwrap()
    }

    fn index(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count)
    }

    fn module(&mut self, program: u64) -> String {
        let (owner, weight) = (self.index(OWNERS.len()), self.index(WEIGHTS.len()));
        let optional = self.chance(0.5);
        let (helper, pair) = (self.method(3), self.pair());
        let loss = self.loss();
        let helper = format!(
            "        fn helper{program}(&self, x: &Tensor<3, f64>, level: usize) -> Tensor<3, f64> {{
{helper}        }}
"
        );
        let pair = format!(
            "        fn pair{program}(&self, x: &Tensor<3, f64>, level: usize) -> (Tensor<3, f64>, Tensor<3, f64>) {{
{pair}        }}
"
        );
        let loss = loss
            .replace("self.helper(", &format!("self.helper{program}("))
            .replace("self.pair(", &format!("self.pair{program}("));
        let helper = if loss.contains("self.helper") { helper } else { String::new() };
        let pair = if loss.contains("self.pair") { pair } else { String::new() };
        format!(
            "
mod program{program} {{
    use crate::net{owner}{weight}::*;
    use tiedw::prelude::*;

    #[differentiable]
    impl Net {{
{helper}{pair}
        fn loss{program}(&self, x: &Tensor<3, f64>, level: usize) -> f64 {{
{loss}        }}
    }}

    pub fn check() {{
        let net = Net::new({program}, {optional});
        for level in 0..3 {{
            programs::check(\"program {program}\", &net, |net, x| {{
                let (loss, pullback) = net.loss{program}_vjp(x, level);
                let mut gradient = net.zeros_like();
                let (dx, _) = pullback(1.0, &mut gradient, [true, false]);
                (loss, gradient, dx.unwrap_or_else(|| Tensor::zeros([2])))
            }});
        }}
    }}
}}
"
        )
    }

    /// Generates the body of a method that returns a tensor and calls no other method.
    fn method(&mut self, statements: usize) -> String {
        self.start(8);
        let mut body = START.to_owned() + &self.statements(statements, 3, false);
        body += &format!("            {}\n", self.tensor(2, false));
        body
    }

    fn pair(&mut self) -> String {
        self.start(8);
        let mut body = START.to_owned() + &self.statements(2, 3, false);
        let (a, b) = (self.tensor(2, false), self.tensor(1, false));
        body += &format!("            ({a}, {b})\n");
        body
    }

    fn loss(&mut self) -> String {
        self.start(30);
        let count = self.rng.random_range(3..9);
        let mut body = START.to_owned() + &self.statements(count, 3, true);
        let (a, b) = (self.tensor(2, true), self.tensor(1, true));
        body +=
            &format!("            mse_loss(&({a}), &({b})) + mse_loss(&{}, &x) * self.rate\n", self.name());
        body
    }

    fn start(&mut self, budget: i32) {
        self.tensors = vec![("x".to_owned(), false)];
        self.budget = budget;
    }

    /// Returns the name of a tensor in scope.
    fn name(&mut self) -> String {
        self.tensors.choose(&mut self.rng).unwrap().0.clone()
    }

    fn fresh(&mut self) -> String {
        // Sometimes shadows another name.
        if self.tensors.len() > 1 && self.chance(0.15) {
            let (name, _) = self.tensors[1..].choose(&mut self.rng).unwrap().clone();
            return name;
        }
        self.names += 1;
        format!("v{}", self.names)
    }

    fn bind(&mut self, name: &str, mutable: bool) {
        self.tensors.push((name.to_owned(), mutable));
    }

    /// Returns a mutable tensor, if there is one.
    fn mutable(&mut self) -> Option<String> {
        // A name refers to its innermost binding.
        let last = |name: &str| self.tensors.iter().rev().find(|(other, _)| other == name).unwrap().1;
        let names: Vec<_> =
            self.tensors.iter().filter(|(name, _)| last(name)).map(|(name, _)| name.clone()).collect();
        names.choose(&mut self.rng).cloned()
    }

    fn statements(&mut self, count: usize, depth: usize, calls: bool) -> String {
        (0..count).map(|_| self.statement(depth, calls)).collect()
    }

    /// Generates statements in a scope of their own.
    fn block(&mut self, count: usize, depth: usize, calls: bool) -> String {
        let outer = self.tensors.clone();
        let block = self.statements(count, depth, calls);
        self.tensors = outer;
        block
    }

    fn statement(&mut self, depth: usize, calls: bool) -> String {
        let nested = depth > 0 && self.budget > 0;
        match self.rng.random_range(0..12) {
            0..=2 => {
                let (value, name) = (self.tensor(2, calls), self.fresh());
                self.bind(&name, false);
                format!("let {name} = {value};\n")
            }
            3 | 4 => {
                let (value, name) = (self.tensor(2, calls), self.fresh());
                self.bind(&name, true);
                format!("let mut {name} = {value};\n")
            }
            5 => {
                let (a, b) = (self.tensor(1, calls), self.tensor(1, calls));
                let (first, second) = (self.fresh(), self.fresh());
                if first == second {
                    return String::new();
                }
                self.bind(&first, false);
                self.bind(&second, false);
                format!("let ({first}, {second}) = ({a}, {b});\n")
            }
            6 if calls => {
                let (value, first, second) = (self.name(), self.fresh(), self.fresh());
                if first == second {
                    return String::new();
                }
                self.bind(&first, true);
                self.bind(&second, false);
                format!("let (mut {first}, {second}) = self.pair(&{value}, level);\n")
            }
            7 => self.assign(calls),
            8 if nested => {
                let block = self.block(2, depth - 1, calls);
                let other = self.block(1, depth - 1, calls);
                let assign = self.assign(calls);
                format!(
                    "if level > {} {{\n{{\n{block}}}\n{assign}}} else {{\n{other}}}\n",
                    self.rng.random_range(0..2)
                )
            }
            9 if nested => {
                let Some(name) = self.mutable() else { return String::new() };
                let block = self.block(1, depth - 1, calls);
                let head = self.any(&[
                    "for layer in &self.list",
                    "for layer in self.list.iter().rev()",
                    "if let Some(layer) = &self.optional",
                ]);
                format!("{head} {{\n{{\n{block}}}\n{name} = layer.forward(&{name}).tanh();\n}}\n")
            }
            10 if nested => {
                let Some(name) = self.mutable() else { return String::new() };
                let block = self.block(1, depth - 1, calls);
                let assign = self.assign(calls);
                self.names += 1;
                let index = format!("i{}", self.names);
                format!(
                    "for {index} in 0..2 {{\n{{\n{block}}}\n{assign}{name} = self.list[1 - {index}].forward(&{name}).tanh();\n}}\n"
                )
            }
            11 if nested => {
                let assign = self.assign(calls);
                self.names += 1;
                let step = format!("step{}", self.names);
                format!("let mut {step} = 0;\nwhile {step} < level {{\n{assign}{step} += 1;\n}}\n")
            }
            _ => self.assign(calls),
        }
    }

    fn assign(&mut self, calls: bool) -> String {
        let Some(name) = self.mutable() else { return String::new() };
        let value = self.tensor(1, calls);
        match self.rng.random_range(0..3) {
            0 => format!("{name} = {value};\n"),
            1 => format!("{name} += {value};\n"),
            _ => format!("{name} = ({value}) * 0.3 - &{name};\n"),
        }
    }

    /// Generates an expression for a tensor whose elements are of moderate magnitude.
    fn tensor(&mut self, depth: usize, calls: bool) -> String {
        self.budget -= 1;
        if depth == 0 || self.budget <= 0 {
            let name = self.name();
            return format!("{name}.clone()");
        }
        let below = depth - 1;
        match self.rng.random_range(0..14) {
            0..=3 => {
                let layer = self.any(&LAYERS);
                format!("self.{layer}.forward(&({})).tanh()", self.tensor(below, calls))
            }
            4 => format!("({}).sigmoid()", self.tensor(below, calls)),
            5 => {
                let sign = self.any(&["+", "-", "*"]);
                format!("(&{} {sign} &{}).tanh()", self.name(), self.name())
            }
            6 => format!("({}) * 0.5 + {}", self.tensor(below, calls), self.tensor(below, calls)),
            7 => format!("-({}) / 2.0", self.tensor(below, calls)),
            8 => format!("(&{} * &self.gain + &self.gain).tanh()", self.name()),
            9 => {
                let (yes, no) = (self.tensor(below, calls), self.tensor(below, calls));
                format!("if level == {} {{ {yes} }} else {{ {no} }}", self.rng.random_range(0..3))
            }
            10 => {
                let (zero, more) = (self.tensor(below, calls), self.tensor(below, calls));
                format!(
                    "match level {{ 0 => {zero}, _ if level > 1 => {more}, _ => {}.clone() }}",
                    self.name()
                )
            }
            11 => {
                let outer = self.tensors.clone();
                let (value, name) = (self.tensor(below, calls), self.fresh());
                self.bind(&name, false);
                let result = self.tensor(below, calls);
                self.tensors = outer;
                format!("{{ let {name} = {value}; {result} }}")
            }
            12 if calls => format!("self.helper(&({}), level)", self.tensor(below, false)),
            13 => {
                let pair = (self.tensor(below, calls), self.name());
                format!("(({}, {}.clone()).{}).tanh()", pair.0, pair.1, self.rng.random_range(0..2))
            }
            _ => format!("{}.scale(0.7)", self.name()),
        }
    }
}
