//! Whether a thread computes one part of a batch, so that what needs the whole batch can say so.

use std::cell::Cell;

/// What a thread computes, and how the parts are combined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// All rows, or a part whose value is not said to be that of the batch.
    Whole,
    /// One of several parts, whose means are weighted by what was counted in each.
    Weighted,
    /// One of several parts, whose means are weighted by their rows.
    ByRows,
}

thread_local! {
    static PART: Cell<Part> = const { Cell::new(Part::Whole) };
}

/// Runs what computes one part. A part of a part is no better than the part that it belongs to.
pub(super) fn as_part<T>(part: Part, run: impl FnOnce() -> T) -> T {
    struct Restore(Part);
    impl Drop for Restore {
        fn drop(&mut self) {
            PART.set(self.0);
        }
    }
    let before = PART.get();
    let _restore = Restore(before);
    PART.set(part.max(before));
    run()
}

/// Panics within one of several parts: for what relates the rows of a batch to each other.
#[inline]
#[track_caller]
pub(crate) fn assert_whole_batch(what: &str, instead: &str) {
    if PART.get() != Part::Whole {
        not_the_whole_batch(what, instead);
    }
}

/// Panics within one of several parts that are weighted by their rows: for a mean over fewer rows than there are.
#[inline]
#[track_caller]
pub(crate) fn assert_not_by_rows(what: &str, instead: &str) {
    if PART.get() == Part::ByRows {
        weighted_by_rows(what, instead);
    }
}

#[cold]
#[track_caller]
fn not_the_whole_batch(what: &str, instead: &str) -> ! {
    panic!(
        "{what} relates the rows of a batch to each other, and was called for one part of a batch, whose mean would not \
         be that of the batch: {instead}; or, where each part shall see only its own rows, use `sum_and_grad`, which \
         adds what the parts return"
    );
}

#[cold]
#[track_caller]
fn weighted_by_rows(what: &str, instead: &str) -> ! {
    panic!(
        "{what} is a mean over the rows that count, and was called for one of several parts of a batch, which \
         `value_and_grad` weights by all their rows: {instead}"
    );
}
