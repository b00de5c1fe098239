/// What a module registers at compile time: a tree of names, shapes and ties.
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
    /// An owned leaf.
    Parameter {
        /// Its axes: `[out, in]` for a weight, as PyTorch has them; `[out, height, width, in]` for the kernel of a
        /// convolution, which files hold in PyTorch's order, `[out, in, height, width]`.
        shape: &'static [usize],
    },
    /// Numbers of its own that are no parameter: running statistics.
    Buffer {
        /// Its axes.
        shape: &'static [usize],
    },
    /// A struct.
    Module {
        /// The name of its type.
        name: &'static str,
        /// Its module fields, in their order.
        fields: &'static [Field],
        /// (field, source) of each tie that the struct declares.
        ties: &'static [(&'static str, &'static str)],
    },
    /// An array, or a `Vec` where `len` is `None`.
    List {
        /// The number of modules, where the type says it.
        len: Option<usize>,
        /// What each of them is.
        element: &'static Spec,
    },
    /// A module that may be absent.
    Optional(&'static Spec),
    /// A module whose weights do not change.
    Frozen(&'static Spec),
    /// A module that borrows all that it uses.
    Tied(&'static Spec),
    /// Nothing: a bias that is left out.
    Absent,
}

/// A named part of a [`Spec`].
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
    /// The field's name.
    pub name: &'static str,
    /// What it holds.
    pub spec: &'static Spec,
}

impl Spec {
    /// The shape, of a parameter or a buffer.
    pub const fn shape(&self) -> Option<&'static [usize]> {
        match self {
            Spec::Parameter { shape } | Spec::Buffer { shape } => Some(shape),
            Spec::Frozen(inner) => inner.shape(),
            _ => None,
        }
    }

    /// The same shape, no parameter.
    pub(crate) const fn as_buffer(self) -> Self {
        match self {
            Spec::Parameter { shape } => Spec::Buffer { shape },
            other => other,
        }
    }

    /// The fields, of a struct; empty for anything else.
    pub const fn fields(&self) -> &'static [Field] {
        match self {
            Spec::Module { fields, .. } => fields,
            Spec::Frozen(inner) => inner.fields(),
            _ => &[],
        }
    }

    /// (field, source) of each tie that the struct declares, in field order: `("fc2", "fc1")`,
    /// `("decoder.weight", "encoder.weight.t()")`; for an open tie the source is empty.
    pub const fn ties(&self) -> &'static [(&'static str, &'static str)] {
        match self {
            Spec::Module { ties, .. } => ties,
            Spec::Frozen(inner) => inner.ties(),
            _ => &[],
        }
    }

    /// Whether a `forward` of one value takes running statistics, which are not those of the batch: a layer with buffers
    /// that is not frozen, or a list, a tuple or a residual of one. A struct of the user's has a `forward` of its own.
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
            Spec::Frozen(_) | Spec::Parameter { .. } | Spec::Buffer { .. } | Spec::Absent => false,
        }
    }

    /// How many numbers the module owns, frozen ones too; `None` where a `Vec` or an `Option` leaves that to run time.
    pub const fn num_parameters(&self) -> Option<usize> {
        match self {
            Spec::Parameter { shape } => {
                let (mut count, mut axis) = (1, 0);
                while axis < shape.len() {
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
            Spec::Buffer { .. } | Spec::Tied(_) | Spec::Absent => Some(0),
        }
    }
}

/// Whether two names are the same, at compile time.
const fn is(name: &str, other: &str) -> bool {
    let (name, other) = (name.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < name.len() && at < other.len() && name[at] == other[at] {
        at += 1;
    }
    at == name.len() && at == other.len()
}
