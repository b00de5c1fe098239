//! Tables of times.

use crate::timing::median;

/// Seconds of ours and of the peer.
type Times = (Vec<f64>, Vec<f64>);

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) forward: Times,
    pub(crate) both: Option<Times>,
}

impl Row {
    /// The cells of a row. The time of the peer and both ratios are empty without it.
    fn cells(&self) -> String {
        let of_pass = |times: &Times| {
            let [ours, theirs] = [&times.0, &times.1].map(|times| least(times).map(|time| time * 1e6));
            let text = |time: Option<f64>| time.map_or(String::new(), |time| format!("{time:.1}"));
            let ratios = ratios(times)
                .map_or([String::new(), String::new()], |ratios| ratios.map(|ratio| format!("{ratio:.2}")));
            [text(ours), text(theirs)].into_iter().chain(ratios).collect::<Vec<_>>()
        };
        let none = || vec![String::new(); 4];
        let cells = [of_pass(&self.forward), self.both.as_ref().map_or_else(none, of_pass)].concat();
        format!("| `{}` | {} |", self.name, cells.join(" | "))
    }

    fn passes(&self) -> impl Iterator<Item = &Times> {
        [&self.forward].into_iter().chain(&self.both)
    }
}

pub(crate) struct Table {
    has_peer: bool,
    rows: Vec<Row>,
}

impl Table {
    pub(crate) fn new(threads: usize, has_peer: bool) -> Self {
        println!("threads: {threads}\n");
        head();
        Table { has_peer, rows: Vec::new() }
    }

    pub(crate) fn print(&mut self, row: Row) {
        println!("{}", row.cells());
        self.rows.push(row);
    }

    /// Prints what is slower than the peer again, the slowest first, and how much is not.
    pub(crate) fn finish(mut self) {
        if !self.has_peer {
            return;
        }
        let worst = |row: &Row| row.passes().filter_map(ratios).map(|[ratio, _]| ratio).fold(0.0, f64::max);
        let found: Vec<f64> =
            self.rows.iter().flat_map(Row::passes).filter_map(ratios).map(|[ratio, _]| ratio).collect();
        let fast = found.iter().filter(|&&ratio| ratio <= 1.0).count();
        println!("\n{fast} of {} at or below 1.0. Above:\n", found.len());
        head();
        self.rows.retain(|row| worst(row) > 1.0);
        self.rows.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
        self.rows.iter().for_each(|row| println!("{}", row.cells()));
    }
}

fn head() {
    println!(
        "| operation | forward | PyTorch | ratio | of medians | with backward | PyTorch | ratio | of medians |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// Our time divided by the peer's: of the minima, and of the medians.
fn ratios((ours, theirs): &Times) -> Option<[f64; 2]> {
    Some([least(ours)? / least(theirs)?, median(ours) / median(theirs)])
}

fn least(times: &[f64]) -> Option<f64> {
    times.iter().copied().reduce(f64::min)
}
