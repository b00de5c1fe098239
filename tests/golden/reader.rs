//! Reader of the golden files, with the tolerances of comparisons.

#![allow(dead_code, reason = "each test binary uses a part")]

use serde_json::Value as Json;
use tiedw::prelude::*;

/// A node of a golden file.
pub(crate) struct Golden {
    /// The case and the path of keys to this node, for messages.
    path: String,
    json: Json,
}

impl Golden {
    pub(crate) fn parse(case: &str, text: &str) -> Self {
        Golden { path: case.into(), json: serde_json::from_str(text).expect(case) }
    }

    pub(crate) fn at(&self, key: &str) -> Golden {
        let path = format!("{} > {key}", self.path);
        let json = self.json.get(key).unwrap_or_else(|| panic!("no {path}")).clone();
        Golden { path, json }
    }

    fn items<T>(&self, item: impl Fn(&Json) -> Option<T>) -> Vec<T> {
        let items: Option<Vec<T>> = self.json.as_array().and_then(|items| items.iter().map(item).collect());
        items.unwrap_or_else(|| panic!("{} is not a list of the expected kind", self.path))
    }

    pub(crate) fn flags(&self) -> Vec<bool> {
        self.items(Json::as_bool)
    }

    pub(crate) fn indices(&self) -> Vec<usize> {
        self.items(|item| item.as_u64().map(|index| index as usize))
    }

    pub(crate) fn text(&self) -> &str {
        self.json.as_str().unwrap_or_else(|| panic!("{} is not text", self.path))
    }

    pub(crate) fn number(&self) -> f32 {
        self.json.as_f64().unwrap_or_else(|| panic!("{} is not a number", self.path)) as f32
    }

    pub(crate) fn elements(&self) -> Vec<f32> {
        self.at("data").items(|item| item.as_f64().map(|number| number as f32))
    }

    /// As [`elements`](Golden::elements), with "nan", "inf" and "-inf" allowed.
    pub(crate) fn all_numbers(&self) -> Vec<f32> {
        self.at("data").items(|item| match item {
            Json::String(name) => name.parse().ok(),
            item => item.as_f64().map(|number| number as f32),
        })
    }

    pub(crate) fn tensor<const F: usize>(&self, key: &str) -> Tensor<F> {
        self.at(key).itself()
    }

    /// The node as a tensor.
    pub(crate) fn itself<const F: usize>(&self) -> Tensor<F> {
        let shape = self.at("shape").indices();
        assert!(F == DYN || shape.last() == Some(&F), "{}", self.path);
        Tensor::from_shape_vec(&shape[..], self.elements())
    }

    /// The node as a list of plain numbers.
    pub(crate) fn floats(&self) -> Vec<f32> {
        self.items(|item| item.as_f64().map(|number| number as f32))
    }

    /// The node as a list of numbers in double precision.
    pub(crate) fn doubles(&self) -> Vec<f64> {
        self.items(Json::as_f64)
    }

    /// The token ids at `key`.
    pub(crate) fn ids(&self, key: &str) -> tiedw::Ids {
        let node = self.at(key);
        let ids = node.at("data").indices().into_iter().map(|id| id as u32).collect();
        tiedw::Ids::from_vec(&node.at("shape").indices()[..], ids)
    }

    /// The mask at `key`.
    pub(crate) fn mask<const F: usize>(&self, key: &str) -> Mask<F> {
        self.at(key).itself_mask()
    }

    /// The node as a mask.
    pub(crate) fn itself_mask<const F: usize>(&self) -> Mask<F> {
        Mask::from_shape_vec(&self.at("shape").indices()[..], self.at("data").flags())
    }

    /// Returns `net` with the weights of this node.
    pub(crate) fn load<M: Module<Elem = f32>>(&self, mut net: M) -> M {
        let names = self.names(&net);
        for (name, mut parameter) in names.iter().zip(net.parameters_mut()) {
            parameter.as_mut_slice().copy_from_slice(&self.at(name).elements());
        }
        net
    }

    /// Returns the names of the parameters, and asserts that this node has the same.
    fn names<M: Module<Elem = f32>>(&self, net: &M) -> Vec<String> {
        let names: Vec<String> = net.named_parameters().map(|(name, _)| name).collect();
        let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        let mut expected: Vec<&str> = self.json.as_object().unwrap().keys().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(sorted, expected, "{}: names of parameters", self.path);
        names
    }

    pub(crate) fn optimizer(&self, name: &str) -> Golden {
        self.at("optimizers").at(name)
    }

    pub(crate) fn hyper(&self, name: &str) -> f64 {
        self.at("hyperparameters").at(name).json.as_f64().unwrap()
    }

    pub(crate) fn betas(&self) -> (f64, f64) {
        let betas = self.at("hyperparameters").at("betas").items(Json::as_f64);
        (betas[0], betas[1])
    }

    pub(crate) fn check_number(&self, ours: f32) {
        let pytorch = self.number();
        assert!(close(ours, pytorch, 1e-6), "{}: {ours} here, {pytorch} in PyTorch", self.path);
    }

    pub(crate) fn check_tensor<const F: usize>(&self, ours: &Tensor<F>) {
        self.check(ours.as_slice(), ours.shape(), 1e-6);
    }

    pub(crate) fn check(&self, ours: &[f32], shape: &[usize], absolute: f32) {
        assert_eq!(shape, self.at("shape").indices(), "{}: shape here and in PyTorch", self.path);
        for (index, (&ours, pytorch)) in ours.iter().zip(self.elements()).enumerate() {
            assert!(
                close(ours, pytorch, absolute),
                "{}[{index}] of shape {shape:?}: {ours:e} here, {pytorch:e} in PyTorch",
                self.path
            );
        }
    }

    /// Checks each parameter of a network, or of its gradient.
    pub(crate) fn check_module<M: Module<Elem = f32>>(&self, ours: &M) {
        self.names(ours);
        for (name, parameter) in ours.named_parameters() {
            self.at(&name).check(parameter.as_slice(), &parameter.shape(), 1e-6);
        }
    }

    /// As [`check`](Golden::check), for sums in which large values cancel: the absolute tolerance is 5e-6
    /// times the largest value, or 5e-6 if that is less than 1.
    pub(crate) fn check_sums(&self, ours: &[f32], shape: &[usize]) {
        let largest = self.elements().into_iter().fold(1.0, |largest, number| number.abs().max(largest));
        self.check(ours, shape, 5e-6 * largest);
    }

    /// As [`check_module`](Golden::check_module), with the tolerance of [`check_sums`](Golden::check_sums).
    pub(crate) fn check_module_sums<M: Module<Elem = f32>>(&self, ours: &M) {
        self.names(ours);
        for (name, parameter) in ours.named_parameters() {
            self.at(&name).check_sums(parameter.as_slice(), &parameter.shape());
        }
    }

    /// Checks the value and the gradient of a loss.
    pub(crate) fn check_loss<M: Module<Elem = f32>>(&self, (value, grads): (f32, M)) {
        self.at("value").check_number(value);
        self.at("gradients").check_module(&grads);
    }

    /// Checks the results of a pullback: the gradient, and the cotangents of the inputs.
    pub(crate) fn check_gradients<M: Module<Elem = f32>, const F: usize, const N: usize>(
        &self,
        grads: &M,
        inputs: [(&str, Option<Tensor<F>>); N],
    ) {
        self.at("gradients").check_module(grads);
        self.check_input_gradients(inputs);
    }

    pub(crate) fn check_input_gradients<const F: usize, const N: usize>(
        &self,
        inputs: [(&str, Option<Tensor<F>>); N],
    ) {
        for (name, cotangent) in inputs {
            let expected = self.at("input_gradients").at(name);
            let cotangent = cotangent.unwrap_or_else(|| panic!("{} is missing", expected.path));
            expected.check_tensor(&cotangent);
        }
    }

    /// Checks the loss before each of three steps, and the weights after them.
    pub(crate) fn check_steps<M: Module<Elem = f32> + Clone>(
        &self,
        net: &M,
        loss_and_grad: impl Fn(&M) -> (f32, M),
        mut step: impl FnMut(&mut M, &M),
    ) {
        let mut net = net.clone();
        for (index, pytorch) in self.at("losses").items(Json::as_f64).into_iter().enumerate() {
            let (loss, grads) = loss_and_grad(&net);
            assert!(
                close(loss, pytorch as f32, 1e-6),
                "{}: loss {loss} at step {index} here, {pytorch} in PyTorch",
                self.path
            );
            step(&mut net, &grads);
        }
        self.at("weights").check_module(&net);
    }
}

/// Whether two values agree to five digits, or to `absolute` near zero.
pub(crate) fn close(ours: f32, pytorch: f32, absolute: f32) -> bool {
    (ours - pytorch).abs() <= 1e-5 * pytorch.abs() + absolute
}
