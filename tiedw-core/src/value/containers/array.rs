//! Arrays that a method makes of a list.

/// The size of an array.
#[derive(Clone, Copy, Debug)]
pub struct ArraySize<const N: usize>(());

impl<const N: usize> ArraySize<N> {
    /// The number of elements.
    #[inline]
    pub fn count(self) -> usize {
        N
    }
}

/// An array, possibly behind references.
#[diagnostic::on_unimplemented(message = "`{Self}` is no array", label = "a method of arrays is called here")]
pub trait ArrayLike<const N: usize> {}

impl<T, const N: usize> ArrayLike<N> for [T; N] {}
impl<A: ArrayLike<N> + ?Sized, const N: usize> ArrayLike<N> for &A {}

/// The size of an array.
#[inline]
pub fn size_of_array<A: ArrayLike<N>, const N: usize>(_: &A) -> ArraySize<N> {
    ArraySize(())
}

/// The size of an array that is made later.
#[inline]
pub fn size_of_result<const N: usize>() -> ArraySize<N> {
    ArraySize(())
}

/// An array of the elements of a list.
///
/// # Panics
/// If it has another number of elements.
#[inline]
pub fn array_of_list<T, const N: usize>(list: Vec<T>, _: ArraySize<N>) -> [T; N] {
    match list.try_into() {
        Ok(array) => array,
        Err(_) => panic!("the list has one element for each of the array"),
    }
}
