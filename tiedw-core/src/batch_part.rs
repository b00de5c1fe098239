//! Tracks whether a thread computes a part of a batch, so that operations that need the whole batch can panic.

use std::cell::Cell;

/// What a thread computes, and how the parts are combined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// All rows, or a part whose value is not combined to that of the batch.
    Whole,
    /// One of several parts, whose means are weighted by what was counted in each.
    Weighted,
    /// One of several parts, whose means are weighted by their number of rows.
    ByRows,
}

thread_local! {
    static PART: Cell<Part> = const { Cell::new(Part::Whole) };
}

/// Runs the computation of one part. A nested part has at least the restrictions of the outer one.
pub(crate) fn as_part<T>(part: Part, run: impl FnOnce() -> T) -> T {
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

/// Panics inside one of several parts: for operations that relate the rows of a batch to each other.
#[inline]
#[track_caller]
pub(crate) fn assert_whole_batch(what: &str, instead: &str) {
    if PART.get() != Part::Whole {
        not_the_whole_batch(what, instead);
    }
}

/// Panics inside one of several parts that are weighted by their rows: for a mean that leaves out some rows.
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
