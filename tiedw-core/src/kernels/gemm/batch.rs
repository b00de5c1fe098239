//! Batches of products.

use super::plan::TASK;
use super::{MatMut, MatRef};
use crate::Element;
use crate::kernels::threads::{num_tasks, parallel_for_each};

/// The products of the `factors` of `count` matrices with so many columns, which `z` has one after the other. The matrices are shared
/// among threads where one alone is not worth that.
pub(crate) fn gemm_of_batch<'f, E: Element>(
    count: usize,
    factors: impl Fn(usize) -> [MatRef<'f, E>; 2] + Sync,
    z: &mut [E],
    columns: usize,
) {
    if z.is_empty() {
        return;
    }
    let size = z.len() / count;
    let work = size * factors(0)[0].columns;
    let tasks = if work < TASK { num_tasks(count * work, TASK) } else { 1 };
    let share = count.div_ceil(tasks);
    let compute = |(part, z): (usize, &mut [E])| {
        for (at, z) in z.chunks_exact_mut(size).enumerate() {
            let [x, y] = factors(part * share + at);
            E::gemm(E::ONE, x, y, E::ZERO, MatMut::new(z, size / columns, columns));
        }
    };
    match tasks {
        1 => compute((0, z)),
        _ => parallel_for_each(z.chunks_mut(share * size).enumerate(), compute),
    }
}
