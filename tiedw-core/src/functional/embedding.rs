use crate::kernels::{MatMut, MatRef};
use crate::ops::rows_of;
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Element, Ids, Tensor};

/// Returns the row of `table` at each id, as an embedding whose weights are computed: `[..]` ids and `[V, D]` become `[.., D]`.
///
/// ```
/// use tiedw_core::{Ids, Tensor, functional::embedding};
///
/// let table = Tensor::<2>::from_vec([3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// let rows = embedding(&Ids::from_vec([2], vec![2, 0]), &table);
/// assert_eq!(rows, Tensor::from_vec([2], vec![5.0, 6.0, 1.0, 2.0]));
/// ```
///
/// # Panics
/// If an id is not below the number of rows.
#[track_caller]
pub fn embedding<const D: usize, E: Element>(ids: &Ids, table: &Tensor<D, E>) -> Tensor<D, E> {
    let shape = [table.rows(), table.features()];
    rows_of(MatRef::new(table.as_slice(), shape[0], shape[1]), shape, ids)
}

/// [`embedding`] with its pullback: dtable is the sum of the cotangents of each row.
#[track_caller]
pub fn embedding_vjp<const D: usize, E: Element>(
    ids: &Ids,
    table: &Tensor<D, E>,
) -> (
    Tensor<D, E>,
    impl FnOnce(Tensor<D, E>, [bool; 2]) -> (Option<NoGradient>, Option<Tensor<D, E>>) + use<D, E>,
) {
    let (axes, kept) = (table.axes(), ids.clone());
    (embedding(ids, table), move |d: Tensor<D, E>, [_, wanted]: [bool; 2]| {
        let dtable = wanted.then(|| {
            let mut dtable = PooledVec::zeros(axes.count());
            let matrix = MatMut::new(&mut dtable, axes.rows(), axes.last());
            E::scatter_add_rows(matrix, kept.as_slice(), None, d.as_slice());
            Tensor::with_axes(axes, dtable)
        });
        (None, dtable)
    })
}
