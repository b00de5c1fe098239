//! Random number generators in a checkpoint that cannot be cloned: what they return is recorded, and returned again.

use std::collections::VecDeque;
use std::convert::Infallible;

use rand::{Rng, TryRng};

use super::{During, Held, KeptCopy, Named};

/// The numbers that were drawn, in their order. One of 64 bits stands for up to eight bytes.
#[derive(Clone, Debug, Default)]
pub struct Numbers(VecDeque<u64>);

/// The generator that the code of a checkpoint draws from: it records what another one returns, or returns it again. As both are one
/// type, a function that takes another type is one error.
#[allow(missing_debug_implementations, reason = "a generator may have none")]
pub struct CheckpointRng<'r> {
    source: Option<Box<dyn Rng + 'r>>,
    numbers: &'r mut Numbers,
}

impl CheckpointRng<'_> {
    #[inline]
    fn number(&mut self, draw: impl FnOnce(&mut dyn Rng) -> u64) -> u64 {
        let numbers = &mut self.numbers.0;
        match &mut self.source {
            Some(source) => {
                let number = draw(source);
                numbers.push_back(number);
                number
            }
            None => numbers.pop_front().expect("a checkpoint draws as often as before"),
        }
    }
}

impl TryRng for CheckpointRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.number(|source| source.next_u32().into()) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.number(|source| source.next_u64()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        if let Some(source) = &mut self.source {
            source.fill_bytes(bytes);
            for part in bytes.chunks(8) {
                let mut number = [0; 8];
                number[..part.len()].copy_from_slice(part);
                self.numbers.0.push_back(u64::from_le_bytes(number));
            }
            return Ok(());
        }
        for part in bytes.chunks_mut(8) {
            let number = self.number(|_| 0);
            part.copy_from_slice(&number.to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl KeptCopy for Numbers {
    type Itself = Self;
    type Held<'k> = CheckpointRng<'k>;

    #[inline]
    fn itself(self) -> Self {
        self
    }

    #[inline]
    fn held(&mut self) -> CheckpointRng<'_> {
        CheckpointRng { source: None, numbers: self }
    }
}

impl<'r> Held for CheckpointRng<'r> {
    type Again<'h>
        = &'h mut Self
    where
        Self: 'h;

    #[inline]
    fn again(&mut self) -> &mut Self {
        self
    }
}

impl<R: Rng + ?Sized> During<R> for Numbers {
    type Guard<'r>
        = CheckpointRng<'r>
    where
        R: 'r;

    #[inline]
    fn during<'r>(&'r mut self, name: &'r mut R) -> CheckpointRng<'r> {
        CheckpointRng { source: Some(Box::new(name)), numbers: self }
    }
}

impl Named for CheckpointRng<'_> {
    type Target = Self;

    #[inline]
    fn named(&mut self) -> &mut Self {
        self
    }
}
