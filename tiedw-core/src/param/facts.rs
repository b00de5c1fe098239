//! What a parameter's storage keeps beside the elements.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::Element;

/// Metadata of a parameter's storage.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) sum: SumCell,
    /// The size of the last axis, where that is known at run time only.
    pub(super) last: u32,
    /// The sizes of the axes between the first and the last, likewise.
    pub(super) window: [u8; 2],
    // The fields of `Kept`, which would have padding of its own.
    pub(super) exempt: bool,
    pub(super) missed: u64,
}

const _: () = assert!(size_of::<Facts>() == 16);

/// The sizes of axes that are known at run time only and do not follow from the number of elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InnerSizes {
    last: u32,
    window: [u32; 2],
}

impl InnerSizes {
    /// The sizes of a shape, of which `is_kept` tells the axes between the first and the last that its type does not say.
    #[track_caller]
    pub(super) fn of(shape: &[usize], is_kept: impl Fn(usize) -> bool) -> Self {
        let mut sizes = InnerSizes { last: 0, window: [0; 2] };
        let Some((&size, before)) = shape.split_last() else { return sizes };
        let Ok(last) = u32::try_from(size) else { panic!("an axis of {size} is longer than {}", u32::MAX) };
        sizes.last = last;
        let window = before.iter().enumerate().skip(1).zip(&mut sizes.window);
        for ((_, &size), kept) in window.filter(|&((axis, _), _)| is_kept(axis)) {
            let Ok(size) = u32::try_from(size) else {
                panic!("a kernel of {size} is longer than {}", u32::MAX)
            };
            *kept = size;
        }
        sizes
    }

    /// All of them in one number.
    #[inline]
    pub(super) fn joined(self) -> usize {
        let [height, width] = self.window.map(|size| size as usize);
        self.last as usize ^ height << 32 ^ width << 40
    }

    /// The size of the last axis.
    #[inline]
    pub(super) fn last(self) -> usize {
        self.last as usize
    }

    /// The size of the axis `at + 1`, one between the first and the last.
    #[inline]
    pub(super) fn window(self, at: usize) -> usize {
        self.window[at] as usize
    }
}

/// The optimizer state of one parameter, beside its elements.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kept {
    /// The number of counted steps in which it took no part.
    pub(crate) missed: u64,
    /// Whether it is exempt from weight decay.
    pub(crate) exempt: bool,
}

/// Those of a parameter without elements.
pub(super) static NONE: Facts = Facts::new(Sum::Values);

impl Facts {
    pub(super) const fn new(sum: Sum) -> Self {
        Facts { sum: SumCell::new(sum), last: 0, window: [0; 2], exempt: false, missed: 0 }
    }

    #[inline]
    pub(super) fn kept(&self) -> Kept {
        Kept { missed: self.missed, exempt: self.exempt }
    }

    #[inline]
    pub(super) fn inner_sizes(&self) -> InnerSizes {
        InnerSizes { last: self.last, window: self.window.map(u32::from) }
    }

    #[track_caller]
    pub(super) fn keep_sizes(&mut self, InnerSizes { last, window }: InnerSizes) {
        self.last = last;
        self.window = window.map(|size| match u8::try_from(size) {
            Ok(size) => size,
            Err(_) => panic!("a kernel of {size}, where its type has `DYN`, is larger than {}", u8::MAX),
        });
    }

    /// Returns whether a cotangent was accumulated into these elements of a gradient, or they were set
    /// otherwise.
    #[inline]
    pub(super) fn took_part<E: Element>(&self, values: &[E]) -> bool {
        match self.sum.get() {
            Sum::Values | Sum::Zeros => true,
            Sum::Untouched | Sum::Anything => values.iter().any(|number| !number.vanishes()),
        }
    }

    /// Sets whether a cotangent was accumulated.
    pub(super) fn set_took_part(&mut self, took_part: bool) {
        self.sum.replace(if took_part { Sum::Values } else { Sum::Untouched });
    }
}

/// The state of an accumulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Sum {
    /// Elements that cotangents are added to.
    Values,
    /// Zeros from a constructor. They count as elements, until a method accumulates into the gradient.
    Zeros,
    /// Zeros, in a gradient that a method has accumulated into, with no cotangent for this parameter.
    Untouched,
    /// Unspecified elements, to be overwritten; no cotangent yet.
    Anything,
}

/// A [`Sum`] that is changed through a shared reference. It is atomic only so that the compile error about
/// sharing a gradient between threads mentions just its elements.
#[derive(Debug)]
pub(super) struct SumCell(AtomicU8);

impl SumCell {
    pub(super) const fn new(sum: Sum) -> Self {
        SumCell(AtomicU8::new(sum as u8))
    }

    #[inline]
    pub(super) fn get(&self) -> Sum {
        const VALUES: u8 = Sum::Values as u8;
        const ZEROS: u8 = Sum::Zeros as u8;
        const UNTOUCHED: u8 = Sum::Untouched as u8;
        match self.0.load(Ordering::Relaxed) {
            VALUES => Sum::Values,
            ZEROS => Sum::Zeros,
            UNTOUCHED => Sum::Untouched,
            _ => Sum::Anything,
        }
    }

    /// Sets the state and returns the previous one. Writes only on change, since moving a struct right after a
    /// write to a part of it is slow.
    #[inline]
    pub(super) fn replace(&self, sum: Sum) -> Sum {
        let before = self.get();
        if before != sum {
            self.0.store(sum as u8, Ordering::Relaxed);
        }
        before
    }
}

impl Clone for SumCell {
    fn clone(&self) -> Self {
        SumCell::new(self.get())
    }
}
