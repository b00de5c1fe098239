//! Random numbers in a checkpoint: they are recorded, and drawn again.

use std::collections::VecDeque;

use crate::layers::Randomness;
use crate::value::{During, KeepOf, KeptCopy, Named, Now};

/// A mutable reference to a source of random numbers that cannot be cloned.
pub trait KeepRandom {
    /// Keeps the numbers that are drawn.
    fn keep(&self) -> Drawn {
        Drawn::default()
    }
}

impl<T: Randomness + ?Sized> KeepRandom for &KeepOf<'_, &mut T> {}

/// The seeds that were drawn, which are drawn again.
#[derive(Clone, Debug, Default)]
pub struct Drawn(VecDeque<Option<u64>>);

#[diagnostic::do_not_recommend]
impl KeptCopy for Drawn {
    type Itself = Self;
    type Held<'k> = Now<&'k mut Drawn>;

    #[inline]
    fn itself(self) -> Self {
        self
    }

    #[inline]
    fn held(&mut self) -> Now<&mut Drawn> {
        Now::new(self)
    }
}

impl Randomness for Drawn {
    fn seed(&mut self) -> Option<u64> {
        self.0.pop_front().expect("a checkpoint draws as often as before")
    }
}

/// Records what is drawn from a source of random numbers.
#[derive(Debug)]
pub struct Recorder<'r, T: ?Sized>(&'r mut T, &'r mut Drawn);

impl<T: Randomness + ?Sized> Randomness for Recorder<'_, T> {
    fn seed(&mut self) -> Option<u64> {
        let seed = self.0.seed();
        self.1.0.push_back(seed);
        seed
    }
}

impl<T: Randomness + ?Sized> During<T> for Drawn {
    type Guard<'r>
        = Recorder<'r, T>
    where
        T: 'r;

    #[inline]
    fn during<'r>(&'r mut self, name: &'r mut T) -> Recorder<'r, T> {
        Recorder(name, self)
    }
}

impl<T: ?Sized> Named for Recorder<'_, T> {
    type Target = Self;

    #[inline]
    fn named(&mut self) -> &mut Self {
        self
    }
}
