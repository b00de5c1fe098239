//! A table from CSV: numbers, and a class for each row.

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::error::Error;

#[derive(Debug, PartialEq)]
pub(crate) struct Table {
    /// The names of the columns of numbers.
    pub(crate) columns: Vec<String>,
    /// The name of the column with the classes.
    pub(crate) label: String,
    /// The names of the classes, sorted.
    pub(crate) classes: Vec<String>,
    /// The numbers, row by row.
    pub(crate) numbers: Vec<f64>,
    /// The class of each row, as its place in `classes`.
    pub(crate) labels: Vec<usize>,
}

impl Table {
    /// Reads a header and rows in UTF-8. The classes are in the column `label`, or else in the last one.
    pub(crate) fn read(bytes: &[u8], label: Option<&str>) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            Error::NoText { line: 1 + before.iter().filter(|&&byte| byte == b'\n').count() }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // This module counts the cells: its error has the words of the others.
        let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(unreadable)?.clone();
        let at = label_column(&header, label)?;
        let (mut numbers, mut names) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(unreadable)?;
            names.push(read_row(text, &header, &record, at, &mut numbers)?);
        }

        let label = header[at].to_owned();
        let mut classes = names.clone();
        classes.sort_unstable();
        classes.dedup();
        match &classes[..] {
            [] => return Err(Error::NoRows),
            [class] => return Err(Error::OneClass { label, class: class.clone() }),
            _ if classes.len() == names.len() => return Err(Error::NoPairs { label }),
            _ => {}
        }
        let labels = names.iter().map(|name| classes.partition_point(|class| class < name)).collect();
        let columns = others(&header, at).map(str::to_owned).collect();
        Ok(Table { columns, label, classes, numbers, labels })
    }

    /// The numbers of a row.
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        let width = self.columns.len();
        &self.numbers[row * width..][..width]
    }
}

/// Checks the header, and returns the place of the column with the classes.
fn label_column(header: &StringRecord, label: Option<&str>) -> Result<usize, Error> {
    if header.is_empty() {
        return Err(Error::Empty);
    }
    for (at, name) in header.iter().enumerate() {
        if name.is_empty() {
            return Err(Error::Unnamed { place: at + 1 });
        }
        if header.iter().take(at).any(|earlier| earlier == name) {
            return Err(Error::Duplicate { column: name.to_owned() });
        }
    }
    let at = match label {
        None => header.len() - 1,
        Some(label) => {
            let columns = || header.iter().map(str::to_owned).collect();
            let missing = || Error::NoSuchLabel { label: label.to_owned(), columns: columns() };
            header.iter().position(|name| name == label).ok_or_else(missing)?
        }
    };
    if header.len() == 1 { Err(Error::NoFeatures { label: header[at].to_owned() }) } else { Ok(at) }
}

/// Adds the numbers of a row to `numbers`, and returns its class.
fn read_row(
    text: &str,
    header: &StringRecord,
    record: &StringRecord,
    at: usize,
    numbers: &mut Vec<f64>,
) -> Result<String, Error> {
    let line = || line(text, record);
    if record.len() != header.len() {
        return Err(Error::Ragged { line: line(), cells: record.len(), columns: header.len() });
    }
    let mut cells = record.iter().zip(header);
    if let Some((_, column)) = cells.find(|(cell, _)| cell.is_empty()) {
        return Err(Error::Missing { line: line(), column: column.to_owned() });
    }
    for (cell, column) in others(record, at).zip(others(header, at)) {
        let number = cell.parse().ok().filter(|number: &f64| number.is_finite());
        let wrong = || Error::NotFinite { line: line(), column: column.to_owned(), cell: cell.to_owned() };
        numbers.push(number.ok_or_else(wrong)?);
    }
    Ok(record[at].to_owned())
}

/// The cells of a record other than that at `at`.
fn others(record: &StringRecord, at: usize) -> impl Iterator<Item = &str> {
    record.iter().enumerate().filter(move |(place, _)| *place != at).map(|(_, cell)| cell)
}

/// The line of a record. Its position is before the lines without text that the reader has skipped.
fn line(text: &str, record: &StringRecord) -> usize {
    let start = record.position().map_or(0, |position| position.byte() as usize);
    let rest = text.get(start..).unwrap_or_default().trim_start_matches(['\r', '\n']);
    1 + text[..text.len() - rest.len()].matches('\n').count()
}

fn unreadable(problem: csv::Error) -> Error {
    Error::Unreadable(problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Table, Error> {
        Table::read(text.as_bytes(), None)
    }

    #[track_caller]
    fn assert_refused(text: &str, words: &str) {
        assert_eq!(read(text).unwrap_err().to_string(), words);
    }

    #[test]
    fn the_last_column_has_the_classes() {
        let table = read("a,b,kind\n1,2,x\n3,4e0,w\n-5,6.5,x\n").unwrap();
        assert_eq!((table.columns, table.label), (vec!["a".into(), "b".into()], "kind".into()));
        assert_eq!((table.classes, table.labels), (vec!["w".into(), "x".into()], vec![1, 0, 1]));
        assert_eq!(table.numbers, [1.0, 2.0, 3.0, 4.0, -5.0, 6.5]);
    }

    #[test]
    fn another_column_has_the_classes() {
        let text = "a,kind,b\n1,x,2\n3,\"w, or\nv\",4\n5,x,6\n";
        let table = Table::read(text.as_bytes(), Some("kind")).unwrap();
        assert_eq!(
            (table.columns.join(" "), table.classes),
            ("a b".into(), vec!["w, or\nv".into(), "x".into()])
        );
        assert_eq!((table.labels.len(), table.numbers), (3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        let error = Table::read(text.as_bytes(), Some("sort")).unwrap_err();
        assert_eq!(error.to_string(), "no column has the name `sort`; there are a, kind, b");
    }

    /// As some spreadsheets write it: a byte order mark, line breaks of two characters, spaces.
    #[test]
    fn marks_and_spaces_are_no_part_of_a_cell() {
        let table = read("\u{feff}a, kind\r\n 1 , x\r\n2,y \r\n3,x\r\n").unwrap();
        assert_eq!((table.columns, table.classes), (vec!["a".into()], vec!["x".into(), "y".into()]));
    }

    #[test]
    fn a_header_that_does_not_fit() {
        assert_refused("", "the file is empty: it needs a header and rows");
        assert_refused("\n\n", "the file is empty: it needs a header and rows");
        assert_refused("a,kind\n", "there are no rows after the header");
        assert_refused("a,b,a\n1,2,x\n", "two columns of the header have the name `a`");
        assert_refused(",kind\n1,x\n", "column 1 of the header has no name");
        assert_refused("kind\nx\ny\n", "there is no column but the label, `kind`");
    }

    #[test]
    fn a_cell_that_does_not_fit() {
        assert_refused("a,kind\n1,x\ntwo,y\n", "line 3, column `a`: `two` is not a finite number");
        assert_refused("a,kind\n1,x\nNaN,y\n", "line 3, column `a`: `NaN` is not a finite number");
        assert_refused("a,kind\n1e999,x\n", "line 2, column `a`: `1e999` is not a finite number");
        assert_refused("a,kind\n1,x\n ,y\n", "line 3, column `a`: no value");
        assert_refused("a,kind\n1,\n", "line 2, column `kind`: no value");
    }

    #[test]
    fn a_row_that_does_not_fit() {
        assert_refused("a,b,kind\n1,2,x\n3,y\n", "line 3: 2 cells, but the header has 3 columns");
        assert_refused("a,b,kind\n1,2,x,4\n", "line 2: 4 cells, but the header has 3 columns");
        // Lines without text are no rows, and a cell may have several lines.
        assert_refused("a,kind\n1,x\n\n\ntwo,y\n", "line 5, column `a`: `two` is not a finite number");
        assert_refused("a,kind\n1,\"x\ny\"\n2,x\n,z\n", "line 5, column `a`: no value");
    }

    #[test]
    fn classes_that_cannot_be_learned() {
        assert_refused(
            "a,kind\n1,x\n2,x\n",
            "all rows have the class `x` in the column `kind`: nothing to tell apart",
        );
        assert_refused(
            "a,kind\n1,x\n2,y\n",
            "no class in the column `kind` has two rows, one to learn from and one to check",
        );
    }

    #[test]
    fn bytes_that_are_no_text() {
        let error = Table::read(b"a,kind\n1,\xff\n", None).unwrap_err();
        assert_eq!(error.to_string(), "line 2: this is not UTF-8");
    }
}
