//! Data for the type parameters of a body that is only type checked.

use std::convert::Infallible;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::io::{self, Read, Write};

use rand::rand_core::{SeedableRng, TryCryptoRng, TryRng};

/// Data with the traits that generic methods often require of what carries no gradient. It never runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataStandIn;

impl Display for DataStandIn {
    fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
        unreachable!()
    }
}

impl Error for DataStandIn {}

impl<T: ?Sized> AsRef<T> for DataStandIn {
    fn as_ref(&self) -> &T {
        unreachable!()
    }
}

impl fmt::Write for DataStandIn {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        unreachable!()
    }
}

impl Write for DataStandIn {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        unreachable!()
    }

    fn flush(&mut self) -> io::Result<()> {
        unreachable!()
    }
}

impl Read for DataStandIn {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        unreachable!()
    }
}

impl TryRng for DataStandIn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!()
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        unreachable!()
    }
}

impl TryCryptoRng for DataStandIn {}

impl SeedableRng for DataStandIn {
    type Seed = [u8; 1];

    fn from_seed(_: [u8; 1]) -> Self {
        unreachable!()
    }
}
