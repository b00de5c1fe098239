//! Suggestions for misspelled names.

/// Returns the one of `names` that is nearest to `written`, if it is near enough.
pub(crate) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let far = written.chars().count().max(3) / 3;
    let near = names.into_iter().map(|name| (distance(written, name), name));
    near.filter(|&(distance, _)| distance <= far).min_by_key(|&(distance, _)| distance).map(|(_, name)| name)
}

/// Returns the Levenshtein distance of `a` and `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances() {
        assert_eq!(distance("encoder", "encoder"), 0);
        assert_eq!(distance("encodr", "encoder"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn near_names() {
        assert_eq!(nearest("sequental", ["parallel", "sequential"]), Some("sequential"));
        assert_eq!(nearest("encodr", ["encoder", "decoder"]), Some("encoder"));
        assert_eq!(nearest("fc3", ["encoder"]), None);
        assert_eq!(nearest("fc3", ["fc1", "fc2"]), Some("fc1"));
    }
}
