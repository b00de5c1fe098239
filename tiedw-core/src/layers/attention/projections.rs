use crate::module::{Own, Storage, Tied};

/// The storage of the projections of a [`MultiHeadAttention`](super::MultiHeadAttention): [`Own`] or [`Tied`] for all,
/// or a tuple for queries, keys, values and outputs.
///
/// ```
/// use tiedw_core::layers::MultiHeadAttention;
/// use tiedw_core::{Module, Own, Tied};
///
/// assert_eq!(MultiHeadAttention::<4, 2>::NUM_PARAMETERS, 4 * (4 * 4 + 4));
/// assert_eq!(MultiHeadAttention::<4, 2, 4, Tied>::NUM_PARAMETERS, 0);
/// type KeysAreQueries = MultiHeadAttention<4, 2, 4, (Own, Tied, Own, Own)>;
/// assert_eq!(KeysAreQueries::NUM_PARAMETERS, 3 * (4 * 4 + 4));
/// ```
pub trait Projections: 'static {
    /// The storage of the queries' projection.
    type Query: Storage;
    /// The storage of the keys' projection.
    type Key: Storage;
    /// The storage of the values' projection.
    type Value: Storage;
    /// The storage of the output projection.
    type Out: Storage;
}

impl Projections for Own {
    type Query = Own;
    type Key = Own;
    type Value = Own;
    type Out = Own;
}

impl Projections for Tied {
    type Query = Tied;
    type Key = Tied;
    type Value = Tied;
    type Out = Tied;
}

impl<Q: Storage, K: Storage, V: Storage, O: Storage> Projections for (Q, K, V, O) {
    type Query = Q;
    type Key = K;
    type Value = V;
    type Out = O;
}
