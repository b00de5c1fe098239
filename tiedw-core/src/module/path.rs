use std::fmt;

/// The path of a parameter in a module: `layers.0.weight`.
///
/// ```
/// use tiedw_core::Path;
///
/// let name = Path::default().field("layers", |path| path.index(0, |path| path.to_string()));
/// assert_eq!(name, "layers.0");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Segment {
    Field(&'static str),
    Index(usize),
}

impl Path {
    /// Calls `visit` with the path of a field.
    pub fn field<T>(&mut self, name: &'static str, visit: impl FnOnce(&mut Path) -> T) -> T {
        self.within(Segment::Field(name), visit)
    }

    /// Calls `visit` with the path of an element of an array or `Vec`.
    pub fn index<T>(&mut self, index: usize, visit: impl FnOnce(&mut Path) -> T) -> T {
        self.within(Segment::Index(index), visit)
    }

    /// Appends a field, as [`Path::field`] does. Generated code has no closures for it, which would take longer to compile.
    #[doc(hidden)]
    pub fn enter(&mut self, name: &'static str) {
        self.segments.push(Segment::Field(name));
    }

    /// Removes the last part.
    #[doc(hidden)]
    pub fn leave(&mut self) {
        self.segments.pop();
    }

    fn within<T>(&mut self, segment: Segment, visit: impl FnOnce(&mut Path) -> T) -> T {
        self.segments.push(segment);
        let result = visit(self);
        self.segments.pop();
        result
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments.iter().enumerate() {
            if position > 0 {
                f.write_str(".")?;
            }
            match segment {
                Segment::Field(name) => f.write_str(name)?,
                Segment::Index(index) => write!(f, "{index}")?,
            }
        }
        Ok(())
    }
}
