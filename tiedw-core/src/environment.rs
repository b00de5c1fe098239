//! Settings from environment variables.

use std::env;
use std::ffi::OsString;

/// Returns the parsed value of the environment variable `name`, or `None` if it is unset or empty.
///
/// # Panics
/// If `parse` returns `None`, so that a mistyped setting is not silently ignored.
#[cold]
pub(crate) fn variable<T>(name: &str, allowed: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    asked(name, env::var_os(name), allowed, parse)
}

fn asked<T>(
    name: &str,
    value: Option<OsString>,
    allowed: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let value = value.filter(|value| !value.is_empty())?;
    match value.to_str().and_then(parse) {
        Some(found) => Some(found),
        None => panic!(
            "the environment variable {name} is `{}`, which it cannot be: set it to {allowed}, or unset it",
            value.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::asked;

    fn number(value: Option<&str>) -> Option<usize> {
        asked("N", value.map(Into::into), "a number", |text| text.parse().ok())
    }

    #[test]
    fn set_and_unset() {
        assert_eq!((number(Some("3")), number(Some("")), number(None)), (Some(3), None, None));
    }

    #[test]
    #[should_panic(
        expected = "the environment variable N is `abc`, which it cannot be: set it to a number, or unset it"
    )]
    fn nonsense() {
        number(Some("abc"));
    }
}
