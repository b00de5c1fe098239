//! Suggestions for misspelled names.

/// Returns the one of `names` that is nearest to `written`, if it is near enough.
pub(crate) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let far = written.chars().count().max(3) / 3;
    let near = names.into_iter().map(|name| (distance(written, name), name));
    near.filter(|&(distance, _)| distance <= far).min_by_key(|&(distance, _)| distance).map(|(_, name)| name)
}

/// Returns the number of letters that are inserted, left out, replaced or swapped with the next one between `a` and `b`.
fn distance(a: &str, b: &str) -> usize {
    let [a, b]: [Vec<char>; 2] = [a, b].map(|name| name.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, _) | (_, 0) => i + j,
                _ => {
                    let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let nearest = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    let is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    if is_swapped { nearest.min(rows[i - 2][j - 2] + 1) } else { nearest }
                }
            };
        }
    }
    rows[a.len()][b.len()]
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
        assert_eq!(distance("cf", "fc"), 1);
        assert_eq!(distance("wieght", "weight"), 1);
    }

    #[test]
    fn near_names() {
        assert_eq!(nearest("sequental", ["parallel", "sequential"]), Some("sequential"));
        assert_eq!(nearest("encodr", ["encoder", "decoder"]), Some("encoder"));
        assert_eq!(nearest("fc3", ["encoder"]), None);
        assert_eq!(nearest("fc3", ["fc1", "fc2"]), Some("fc1"));
    }
}
