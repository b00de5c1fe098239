//! Random number generators in a checkpoint that cannot be cloned: what they return is recorded, and returned again.

use std::collections::VecDeque;
use std::convert::Infallible;

use rand::{Rng, TryRng};

use super::{During, KeptCopy, Named, Now};

/// The numbers that were drawn, in their order. One of 64 bits stands for up to eight bytes.
#[derive(Clone, Debug, Default)]
pub struct Numbers(VecDeque<u64>);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0.pop_front().expect("a checkpoint draws as often as before")
    }
}

#[diagnostic::do_not_recommend]
impl KeptCopy for Numbers {
    type Itself = Self;
    type Held<'k> = Now<&'k mut Numbers>;

    #[inline]
    fn itself(self) -> Self {
        self
    }

    #[inline]
    fn held(&mut self) -> Now<&mut Numbers> {
        Now::new(self)
    }
}

impl TryRng for Numbers {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

/// Records what a generator returns.
#[derive(Debug)]
pub struct RecordedRng<'r, R: ?Sized>(&'r mut R, &'r mut Numbers);

impl<R: Rng + ?Sized> TryRng for RecordedRng<'_, R> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let number = self.0.next_u32();
        self.1.0.push_back(number.into());
        Ok(number)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let number = self.0.next_u64();
        self.1.0.push_back(number);
        Ok(number)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        for part in bytes.chunks(8) {
            let mut number = [0; 8];
            number[..part.len()].copy_from_slice(part);
            self.1.0.push_back(u64::from_le_bytes(number));
        }
        Ok(())
    }
}

impl<R: Rng + ?Sized> During<R> for Numbers {
    type Guard<'r>
        = RecordedRng<'r, R>
    where
        R: 'r;

    #[inline]
    fn during<'r>(&'r mut self, name: &'r mut R) -> RecordedRng<'r, R> {
        RecordedRng(name, self)
    }
}

impl<R: ?Sized> Named for RecordedRng<'_, R> {
    type Target = Self;

    #[inline]
    fn named(&mut self) -> &mut Self {
        self
    }
}
