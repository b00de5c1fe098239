use crate::{AttentionMask, Ids, Mask, NoGradient, Tensor};

/// A value as a list of its elements, in `f64`. What carries no gradient has none.
///
/// ```
/// use tiedw_core::{Tensor, testing::Flat};
///
/// let value = (Tensor::from([1.0, 2.0]), 3.0);
/// assert_eq!(value.elements(), [1.0, 2.0, 3.0]);
/// assert_eq!(value.with(&mut [4.0, 5.0, 6.0].into_iter()), (Tensor::from([4.0, 5.0]), 6.0));
/// ```
pub trait Flat {
    /// Returns all elements.
    fn elements(&self) -> Vec<f64>;

    /// Returns a value of the same shape, with the next of `elements`.
    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self;

    /// Returns the elements of each component of a tuple; another value has one component.
    fn parts(&self) -> Vec<Vec<f64>> {
        vec![self.elements()]
    }
}

impl Flat for f64 {
    fn elements(&self) -> Vec<f64> {
        vec![*self]
    }

    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
        elements.next().expect("as many elements as the value has")
    }
}

impl<const F: usize> Flat for Tensor<F, f64> {
    fn elements(&self) -> Vec<f64> {
        self.as_slice().to_vec()
    }

    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
        Tensor::from_shape_vec(self.shape(), elements.take(self.as_slice().len()).collect())
    }
}

impl<T: Flat> Flat for Option<T> {
    fn elements(&self) -> Vec<f64> {
        self.as_ref().map(T::elements).unwrap_or_default()
    }

    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
        self.as_ref().map(|value| value.with(elements))
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn elements(&self) -> Vec<f64> {
        self.iter().flat_map(T::elements).collect()
    }

    fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
        self.iter().map(|value| value.with(elements)).collect()
    }
}

macro_rules! without_elements {
    ($([$($generics:tt)*] $type:ty)+) => {$(
        impl<$($generics)*> Flat for $type {
            fn elements(&self) -> Vec<f64> {
                Vec::new()
            }

            fn with(&self, _: &mut impl Iterator<Item = f64>) -> Self {
                self.clone()
            }
        }
    )+};
}
without_elements! {
    [] ()
    [] NoGradient
    [] Ids
    [] AttentionMask
    [const F: usize] Mask<F>
    [] bool
    [] u32
    [] u64
    [] usize
    [] i32
    [] i64
}

macro_rules! tuple {
    ($($part:ident $at:tt),+) => {
        impl<$($part: Flat),+> Flat for ($($part,)+) {
            fn elements(&self) -> Vec<f64> {
                self.parts().concat()
            }

            fn with(&self, elements: &mut impl Iterator<Item = f64>) -> Self {
                ($(self.$at.with(elements),)+)
            }

            fn parts(&self) -> Vec<Vec<f64>> {
                vec![$(self.$at.elements()),+]
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
