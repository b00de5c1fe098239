//! Messages of errors that the compiler finds when it evaluates constants, where nothing can be formatted.

use crate::DYN;

/// A text of limited length.
pub(crate) struct ConstText {
    bytes: [u8; ConstText::MOST],
    length: usize,
}

impl ConstText {
    /// What is longer is cut off.
    const MOST: usize = 512;

    pub(crate) const fn new() -> Self {
        ConstText { bytes: [0; Self::MOST], length: 0 }
    }

    pub(crate) const fn with(mut self, text: &str) -> Self {
        let mut at = 0;
        while at < text.len() && self.length < Self::MOST {
            self.bytes[self.length] = text.as_bytes()[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    /// Appends sizes as they are written in types: `[DYN, 64]`.
    pub(crate) const fn with_sizes(mut self, sizes: &[usize]) -> Self {
        let mut at = 0;
        while at < sizes.len() {
            self = self.with(if at == 0 { "[" } else { ", " });
            self = if sizes[at] == DYN { self.with("DYN") } else { self.with_number(sizes[at]) };
            at += 1;
        }
        self.with(if sizes.is_empty() { "[]" } else { "]" })
    }

    const fn with_number(self, number: usize) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let before = if number < 10 { self } else { self.with_number(number / 10) };
        before.with(DIGITS[number % 10])
    }

    pub(crate) const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "a text that is too long",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let text = ConstText::new().with("a tie: ").with_sizes(&[DYN, 640, 3, 0]).with(", ").with_sizes(&[]);
        assert_eq!(text.as_str(), "a tie: [DYN, 640, 3, 0], []");
        assert_eq!(ConstText::new().with(&"x".repeat(1000)).as_str().len(), ConstText::MOST);
    }
}
