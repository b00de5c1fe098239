use crate::DYN;

/// The compile-time description of a module: a tree of names, shapes and ties.
///
/// ```
/// use tiedw_core::{Module, Spec, layers::Linear};
///
/// const SPEC: Spec = Linear::<10, 5>::SPEC;
/// assert_eq!(SPEC.num_parameters(), Some(55));
/// assert_eq!(SPEC.fields()[0].name, "weight");
/// assert_eq!(SPEC.fields()[0].spec.shape(), Some(&[5, 10][..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spec {
    /// An owned parameter.
    Parameter {
        /// The shape: `[out, in]` for a weight, as in PyTorch; `[out, height, width, in]` for a convolution
        /// kernel, which files store in PyTorch's order, `[out, in, height, width]`. A size that is known at run time is
        /// [`DYN`].
        shape: &'static [usize],
    },
    /// A tensor that is not a parameter, such as running statistics.
    Buffer {
        /// The shape.
        shape: &'static [usize],
    },
    /// A struct.
    Module {
        /// The name of the type.
        name: &'static str,
        /// The fields that are modules, in declaration order.
        fields: &'static [Field],
        /// The declared ties, as (field, source).
        ties: &'static [(&'static str, &'static str)],
    },
    /// An array, or a `Vec` if `len` is `None`.
    List {
        /// The number of modules, if known from the type.
        len: Option<usize>,
        /// The spec of each module.
        element: &'static Spec,
    },
    /// A module that may be absent.
    Optional(&'static Spec),
    /// A frozen module.
    Frozen(&'static Spec),
    /// A module that is tied as a whole.
    Tied(&'static Spec),
    /// The module that holds this one, in a `Vec` of itself.
    Recursive(Recursive),
    /// Nothing: an omitted bias.
    Absent,
}

/// A named field of a [`Spec`].
///
/// ```
/// use tiedw_core::{Module, layers::Linear};
///
/// let fields = Linear::<10, 5>::SPEC.fields().iter();
/// let named: Vec<_> = fields.map(|field| (field.name, field.spec.shape().unwrap())).collect();
/// assert_eq!(named, [("weight", &[5, 10][..]), ("bias", &[5])]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name of the field.
    pub name: &'static str,
    /// The spec of the field.
    pub spec: &'static Spec,
}

/// The spec of a module within itself, which is computed when asked for: it has no end.
#[derive(Clone, Copy)]
pub struct Recursive {
    /// The name of the type.
    pub name: &'static str,
    /// Returns the spec of the type.
    pub spec: fn() -> &'static Spec,
}

impl std::fmt::Debug for Recursive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recursive").field("name", &self.name).finish_non_exhaustive()
    }
}

impl PartialEq for Recursive {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Recursive {}

impl Spec {
    /// Returns the spec of the module that [`Spec::Recursive`] stands for.
    pub(crate) fn unfolded(&self) -> &Spec {
        match self {
            Spec::Recursive(recursive) => (recursive.spec)(),
            other => other,
        }
    }

    /// Returns the shape of a parameter or a buffer, and `None` for anything else.
    pub const fn shape(&self) -> Option<&'static [usize]> {
        match self {
            Spec::Parameter { shape } | Spec::Buffer { shape } => Some(shape),
            Spec::Frozen(inner) => inner.shape(),
            _ => None,
        }
    }

    /// Turns a parameter into a buffer of the same shape.
    pub(crate) const fn as_buffer(self) -> Self {
        match self {
            Spec::Parameter { shape } => Spec::Buffer { shape },
            other => other,
        }
    }

    /// Returns the fields of a struct; empty for anything else.
    pub const fn fields(&self) -> &'static [Field] {
        match self {
            Spec::Module { fields, .. } => fields,
            Spec::Frozen(inner) => inner.fields(),
            _ => &[],
        }
    }

    /// Returns (field, source) of each tie that the struct declares, in field order: `("fc2", "fc1")`,
    /// `("decoder.weight", "encoder.weight.t()")`. The source of an open tie is empty.
    pub const fn ties(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Spec::Module { ties, .. } => ties,
            Spec::Frozen(inner) => inner.ties(),
            _ => &[],
        }
    }

    /// Fails with `message` unless all sizes are said, at the call.
    #[doc(hidden)]
    #[track_caller]
    pub const fn assert_says_all_sizes(&self, message: &'static str) {
        assert!(self.says_all_sizes(), "{}", message);
    }

    /// Returns whether no parameter or buffer that the module owns has a size that is [`DYN`], and none that one of its layers
    /// borrows: its bias follows from it.
    #[doc(hidden)]
    pub const fn says_all_sizes(&self) -> bool {
        match self {
            Spec::Parameter { shape } | Spec::Buffer { shape } => {
                let mut axis = 0;
                while axis < shape.len() {
                    if shape[axis] == DYN {
                        return false;
                    }
                    axis += 1;
                }
                true
            }
            Spec::Module { fields, ties, .. } => {
                let mut field = 0;
                while field < fields.len() {
                    let spec = match fields[field].spec {
                        // A layer does not name what fills its holes.
                        Spec::Tied(inner) if ties.is_empty() => inner,
                        spec => spec,
                    };
                    if !spec.says_all_sizes() {
                        return false;
                    }
                    field += 1;
                }
                true
            }
            Spec::List { element: inner, .. } | Spec::Optional(inner) | Spec::Frozen(inner) => {
                inner.says_all_sizes()
            }
            Spec::Tied(_) | Spec::Absent | Spec::Recursive(_) => true,
        }
    }

    /// Returns whether the module owns parameters or buffers.
    pub(crate) fn owns_tensors(&self) -> bool {
        match self {
            Spec::Parameter { .. } | Spec::Buffer { .. } | Spec::Recursive(_) => true,
            Spec::Module { fields, .. } => fields.iter().any(|field| field.spec.owns_tensors()),
            Spec::List { element: inner, .. } | Spec::Optional(inner) | Spec::Frozen(inner) => {
                inner.owns_tensors()
            }
            Spec::Tied(_) | Spec::Absent => false,
        }
    }

    /// Returns whether a `forward` with one argument uses running statistics instead of batch statistics.
    /// This holds for a layer with buffers that is not frozen, or a list, tuple or residual of one. A
    /// user-defined struct has its own `forward`.
    #[doc(hidden)]
    pub const fn runs_on_buffers(&self) -> bool {
        match self {
            Spec::Module { name, fields, .. } => {
                let within = is(name, "Residual") || is(name, "tuple");
                let mut field = 0;
                while field < fields.len() {
                    if matches!(fields[field].spec, Spec::Buffer { .. })
                        || within && fields[field].spec.runs_on_buffers()
                    {
                        return true;
                    }
                    field += 1;
                }
                false
            }
            Spec::List { element: inner, .. } | Spec::Optional(inner) | Spec::Tied(inner) => {
                inner.runs_on_buffers()
            }
            Spec::Frozen(_)
            | Spec::Parameter { .. }
            | Spec::Buffer { .. }
            | Spec::Recursive(_)
            | Spec::Absent => false,
        }
    }

    /// Returns the number of elements of the parameters that the module owns, including frozen ones, or
    /// `None` if a `Vec`, an `Option` or a size that is [`DYN`] makes it known only at run time.
    pub const fn num_parameters(&self) -> Option<usize> {
        match self {
            Spec::Parameter { shape } => {
                let (mut count, mut axis) = (1, 0);
                while axis < shape.len() {
                    if shape[axis] == DYN {
                        return None;
                    }
                    count *= shape[axis];
                    axis += 1;
                }
                Some(count)
            }
            Spec::Module { fields, .. } => {
                let (mut count, mut field) = (0, 0);
                while field < fields.len() {
                    match fields[field].spec.num_parameters() {
                        Some(more) => count += more,
                        None => return None,
                    }
                    field += 1;
                }
                Some(count)
            }
            Spec::List { len, element } => match (len, element.num_parameters()) {
                (_, Some(0)) => Some(0),
                (Some(len), Some(each)) => Some(*len * each),
                _ => None,
            },
            Spec::Optional(inner) => match inner.num_parameters() {
                Some(0) => Some(0),
                _ => None,
            },
            Spec::Frozen(inner) => inner.num_parameters(),
            Spec::Recursive(_) => None,
            Spec::Buffer { .. } | Spec::Tied(_) | Spec::Absent => Some(0),
        }
    }
}

/// Compares two names at compile time.
const fn is(name: &str, other: &str) -> bool {
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < name.len() && at < other.len() && name[at] == other[at] {
        at += 1;
    }
    at == name.len() && at == other.len()
}
