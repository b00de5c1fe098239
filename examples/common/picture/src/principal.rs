//! Principal component analysis.

/// Projects each point, a row of `points`, onto the first two principal components (Pearson 1901), which are
/// computed by power iteration.
pub(crate) fn principal_components(points: &[f32], features: usize) -> Vec<[f64; 2]> {
    let rows: Vec<Vec<f64>> =
        points.chunks_exact(features).map(|row| row.iter().map(|&x| f64::from(x)).collect()).collect();
    let mean: Vec<f64> =
        (0..features).map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / rows.len() as f64).collect();
    let centred: Vec<Vec<f64>> =
        rows.iter().map(|row| row.iter().zip(&mean).map(|(x, mean)| x - mean).collect()).collect();
    let first = direction(&centred, &vec![0.0; features]);
    let second = direction(&centred, &first);
    centred.iter().map(|row| [dot(row, &first), dot(row, &second)]).collect()
}

/// Returns the unit vector orthogonal to `other` along which the variance of the rows is largest; 0 if they
/// do not vary.
fn direction(rows: &[Vec<f64>], other: &[f64]) -> Vec<f64> {
    let beside = |mut vector: Vec<f64>| {
        let along = dot(&vector, other);
        vector.iter_mut().zip(other).for_each(|(x, other)| *x -= along * other);
        vector
    };
    let longest = rows.iter().cloned().map(beside).max_by(|a, b| dot(a, a).total_cmp(&dot(b, b)));
    let mut direction = unit(longest.unwrap_or_else(|| vec![0.0; other.len()]));
    for _ in 0..200 {
        let mut next = vec![0.0; direction.len()];
        for row in rows {
            let along = dot(row, &direction);
            next.iter_mut().zip(row).for_each(|(next, x)| *next += along * x);
        }
        direction = unit(beside(next));
    }
    direction
}

fn unit(mut vector: Vec<f64>) -> Vec<f64> {
    let length = dot(&vector, &vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
    vector
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a plane in space get their coordinates in the plane, up to signs.
    #[test]
    fn coordinates_on_a_plane() {
        let plane = [[3.0, 1.0], [-3.0, 1.0], [2.0, -1.0], [-2.0, -1.0]];
        let (u, v) = ([0.6, 0.8, 0.0], [0.0, 0.0, 1.0]);
        let points: Vec<f32> = plane
            .iter()
            .flat_map(|[a, b]| (0..3).map(move |at| (5.0 + a * u[at] + b * v[at]) as f32))
            .collect();
        for (found, expected) in principal_components(&points, 3).iter().zip(plane) {
            assert!((found[0].abs() - f64::abs(expected[0])).abs() < 1e-5, "{found:?} for {expected:?}");
            assert!((found[1].abs() - f64::abs(expected[1])).abs() < 1e-5, "{found:?} for {expected:?}");
        }
    }

    #[test]
    fn equal_points_differ_in_no_direction() {
        assert_eq!(principal_components(&[1.0, 2.0, 1.0, 2.0], 2), [[0.0, 0.0]; 2]);
    }
}
