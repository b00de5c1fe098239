//! Calls of data with a wrong number of arguments.

use tiedw::prelude::*;

fn helper(size: usize) -> usize {
    size
}

struct Schedule;

impl Schedule {
    fn new(_: usize) -> Self {
        Schedule
    }

    fn step(&self, step: usize) -> usize {
        step
    }
}

#[differentiable]
fn of_path(x: &Tensor<4>, size: usize) -> f32 {
    let size = usize::min(size); //~
    x.sum() * size as f32
}

#[differentiable]
fn of_function(x: &Tensor<4>) -> f32 {
    x.sum() * helper() as f32 //~
}

#[differentiable]
fn too_many(x: &Tensor<4>) -> f32 {
    x.sum() * helper(3, 4) as f32 //~
}

#[differentiable]
fn of_type(x: &Tensor<4>) -> f32 {
    let _schedule = Schedule::new(); //~
    x.sum()
}

#[differentiable]
fn of_method(x: &Tensor<4>, #[constant] schedule: &Schedule, ids: &[usize]) -> f32 {
    let step = schedule.step(); //~
    let is_known = ids.contains(); //~
    if is_known { x.sum() } else { x.sum() * step as f32 }
}

#[differentiable]
fn of_list(x: &Tensor<4>) -> Vec<Tensor<4>> {
    let mut list = Vec::with_capacity(); //~
    list.push(x.clone());
    list
}

#[differentiable]
fn of_tensor(x: &Tensor<4>) -> Tensor<4> {
    x + Tensor::zeros() //~
}

fn main() {}
