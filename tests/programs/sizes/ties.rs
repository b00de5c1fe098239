//! Layers that borrow from others.

use rand::seq::IndexedRandom;

use super::Model;

/// A layer whose weight others can borrow.
#[derive(Clone)]
pub(super) struct Owner {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// The const parameter of the kernel of a convolution.
    pub(super) kernel: usize,
}

impl Owner {
    fn is_rare(&self) -> bool {
        matches!(self.kind, Kind::Conv(_) | Kind::Gru)
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Without a bias that could be borrowed too.
    Matrix,
    Linear,
    /// With so many axes.
    Conv(usize),
    Gru,
}

impl Model {
    /// Adds a layer that borrows from one before it, or owns its weight if none fits.
    pub(super) fn borrower(&mut self) {
        let fits = |owner: &&Owner| match owner.kind {
            Kind::Gru => self.places.len() == 1,
            Kind::Conv(axes) => {
                let is_large = self.places.iter().all(|&places| places >= self.sizes[owner.kernel]);
                self.places.len() == axes && is_large && self.sizes[owner.inputs] == self.number()
            }
            _ => [owner.inputs, owner.outputs].iter().any(|&size| self.sizes[size] == self.number()),
        };
        let mut fitting: Vec<Owner> = self.owners.iter().filter(fits).cloned().collect();
        // There are more linear layers than others.
        if fitting.iter().any(Owner::is_rare) {
            fitting.retain(Owner::is_rare);
        }
        match fitting.choose(&mut self.rng) {
            None => self.linear(),
            Some(owner) => self.borrow(owner.clone()),
        }
    }

    pub(super) fn borrow(&mut self, owner: Owner) {
        let Owner { name, kind, .. } = &owner;
        // The sizes of the hole are those of the source, or others with the same numbers.
        let is_fixed = self.chance(0.65);
        let (fixed, mut hole) = if is_fixed { (".fixed()", owner.clone()) } else { ("", owner.clone()) };
        if is_fixed {
            hole.inputs = self.size(self.sizes[hole.inputs]);
            hole.outputs = self.size(self.sizes[hole.outputs]);
            if let Kind::Conv(_) = kind {
                hole.kernel = self.size(self.sizes[hole.kernel]);
            }
        }
        let Owner { inputs: i, outputs: o, kernel: k, .. } = hole;
        let [inputs, outputs] = [i, o].map(|size| self.sizes[size]);
        match kind {
            Kind::Gru if inputs == self.number() && self.chance(0.5) => {
                let tie = format!("{name}{fixed}");
                self.call(&tie, &format!("Tied<Gru<S{i}, S{o}>>"), "Tied::new()", "&h.fixed()", o);
            }
            Kind::Gru => {
                let (i, h) = self.input();
                let tie = format!("weight_hh = {name}.weight_hh{fixed}");
                let value = format!("Gru::new({}, {outputs}, rng)", self.sizes[i]);
                self.call(&tie, &format!("Gru<S{i}, S{o}, Own, Tied>"), &value, h, o);
            }
            Kind::Conv(axes) => {
                let tie = format!("weight = {name}.weight{fixed}");
                let (window, settings) = self.window(self.sizes[k]);
                let value =
                    format!("Conv{axes}d::new({inputs}, {outputs}, {}, rng){settings}", self.sizes[k]);
                self.call(
                    &tie,
                    &format!("Conv{axes}d<S{i}, S{o}, S{k}, {window}, Tied>"),
                    &value,
                    "&h.fixed()",
                    o,
                );
            }
            _ if inputs != self.number() || inputs == outputs && self.chance(0.4) => {
                let tie = format!("weight = {name}.weight.t(){fixed}");
                let value = format!("Linear::new({outputs}, {inputs}, rng)");
                self.call(&tie, &format!("Linear<S{o}, S{i}, Tied>"), &value, "&h.fixed()", i);
            }
            Kind::Linear if self.chance(0.6) => {
                let tie = format!("{name}{fixed}");
                self.call(&tie, &format!("Tied<Linear<S{i}, S{o}>>"), "Tied::new()", "&h.fixed()", o);
            }
            _ if self.chance(0.5) => {
                let tie = format!("last.weight = {name}.weight{fixed}");
                let (first, last) =
                    (format!("({inputs}, {inputs}, rng)"), format!("({inputs}, {outputs}, rng)"));
                let value = format!("Open {{ first: Linear::new{first}, last: Linear::new{last} }}");
                let name = self.field(&tie, &format!("Open<S{i}, S{o}>"), &value);
                self.body += &format!(
                    "            let h = self.{name}.last.forward(&self.{name}.first.forward(&h.fixed()).tanh());\n"
                );
                self.features = o;
            }
            _ => {
                let tie = format!("weight = {name}.weight{fixed}");
                let value = format!("Linear::new({inputs}, {outputs}, rng)");
                self.call(&tie, &format!("Linear<S{i}, S{o}, Tied>"), &value, "&h.fixed()", o);
            }
        }
    }
}
