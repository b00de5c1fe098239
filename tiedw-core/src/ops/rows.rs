use crate::kernels::MatRef;
use crate::{Element, Ids, Tensor};

/// The rows of a matrix with this shape at the ids.
#[track_caller]
pub(crate) fn rows_of<const D: usize, E: Element>(
    table: MatRef<'_, E>,
    [rows, columns]: [usize; 2],
    ids: &Ids,
) -> Tensor<D, E> {
    // Here too, so that the panic is located at the caller.
    for &id in ids.as_slice() {
        assert!((id as usize) < rows, "id {id} is not below {rows}, the number of rows of the embedding");
    }
    Tensor::with_axes(ids.axes_with(columns), E::gather_rows(table, ids.as_slice()))
}
