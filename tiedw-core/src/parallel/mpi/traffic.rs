use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use super::all_reduce::PIECES;
use crate::Module;

/// What one rank passed to MPI, and how long the calls took.
///
/// Bytes are those that this process passes to MPI. How many are sent depends on MPI's algorithm: a ring all-reduce
/// over p ranks sends each byte 2 (p - 1) / p times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// MPI calls that transfer data.
    pub messages: u64,
    /// Bytes in these calls.
    pub bytes: u64,
    /// Time in these calls, including the wait for other ranks.
    pub time: Duration,
}

impl Traffic {
    /// The traffic of [`AllReduce`](super::AllReduce) in one step, for such a gradient: all its elements, one element
    /// per parameter for whether it took part, a digest of the parameters, and the value, in as few messages as
    /// possible. A weighted mean takes one element more.
    ///
    /// ```
    /// use tiedw_core::parallel::mpi::Traffic;
    /// use tiedw_core::{Matrix, Vector, layers::Linear};
    ///
    /// let gradient = Linear::<10, 5> { weight: Matrix::zeros(), bias: Vector::zeros() };
    /// assert_eq!(Traffic::of_step(&gradient).bytes, 4 * (55 + 2 + 6 + 1));
    /// ```
    pub fn of_step<M: Module>(gradient: &M) -> Self {
        Self::of::<M::Elem>(gradient.num_parameters() + gradient.parameters().len() + 2 * PIECES + 1)
    }

    /// The traffic of `values` elements in as few messages as possible.
    pub(super) fn of<E>(values: usize) -> Self {
        Traffic {
            messages: values.div_ceil(Self::MOST) as u64,
            bytes: (values * size_of::<E>()) as u64,
            time: Duration::ZERO,
        }
    }

    /// The maximum number of elements in a message: MPI counts them as a C `int`.
    pub(super) const MOST: usize = i32::MAX as usize;
}

impl Add for Traffic {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Traffic {
            messages: self.messages + other.messages,
            bytes: self.bytes + other.bytes,
            time: self.time + other.time,
        }
    }
}

impl Sub for Traffic {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Traffic {
            messages: self.messages - earlier.messages,
            bytes: self.bytes - earlier.bytes,
            time: self.time - earlier.time,
        }
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes in {} messages, {:.1?}", self.bytes, self.messages, self.time)
    }
}
