use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

use super::all_reduce::PIECES;
use crate::Module;

/// What one rank gave to MPI, and how long it waited for it.
///
/// Bytes are those that the program hands over. How often MPI then sends them depends on its algorithm: a ring over p
/// ranks sends each byte of a sum 2 (p - 1) / p times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Calls of MPI that carry numbers.
    pub messages: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// The time in these calls, waiting for other ranks included.
    pub time: Duration,
}

impl Traffic {
    /// What [`AllReduce`](super::AllReduce) gives to MPI in one step, of such a gradient: all its numbers, a number for each
    /// parameter that says whether it took part, a digest of their names, and the value, in as few messages as their
    /// number allows. A weighted mean gives one number more.
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

    /// So many numbers in as few messages as possible.
    pub(super) fn of<E>(numbers: usize) -> Self {
        Traffic {
            messages: numbers.div_ceil(Self::MOST) as u64,
            bytes: (numbers * size_of::<E>()) as u64,
            time: Duration::ZERO,
        }
    }

    /// The most numbers in a message: MPI counts them by a C `int`.
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
