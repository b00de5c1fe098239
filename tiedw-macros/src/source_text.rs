//! Code in a message, as it would be written.

use proc_macro2::TokenStream;

/// Returns the code with the usual spaces.
pub(crate) fn source_text(code: &TokenStream) -> String {
    const TIGHT: [(&str, &str); 13] = [
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (" . ", "."),
        (" : ", ": "),
        ("# [", "#["),
        (" ,", ","),
        ("& ", "&"),
        ("( ", "("),
        (" )", ")"),
        ("' ", "'"),
    ];
    // A long text has line breaks.
    let text = code.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    TIGHT.iter().fold(text, |text, (loose, tight)| text.replace(loose, tight))
}

#[cfg(test)]
mod tests {
    use super::source_text;

    #[test]
    fn spaces() {
        let code =
            "<const N: usize> Layer<Input = Tensor<4>, Output = (f32, &'a [f32])> + crate::cells::Cell<4, 8>";
        assert_eq!(source_text(&code.parse().unwrap()), code);
        let place = "&self.block.weight";
        assert_eq!(source_text(&place.parse().unwrap()), place);
    }
}
