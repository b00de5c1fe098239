//! Parts of the module as conditions, and as options that they are not.

use syn::{Expr, ExprMatch, Pat, PatTupleStruct};

use super::operands::{behind_reference, written};
use super::{MisusedParts, Part, behind_parens};

impl MisusedParts<'_> {
    /// Reports a part where a `bool` is wanted.
    pub(super) fn condition(&mut self, condition: &Expr) {
        let place = behind_parens(condition);
        if !matches!(place, Expr::Field(_) | Expr::Index(_) | Expr::Path(_)) {
            return;
        }
        let written = written(place);
        if self.types.of(place).as_deref() == Some("Option") {
            return self.errors.at(
                place,
                format_args!(
                    "`{written}` is an `Option`, and a condition is a `bool`: write `{written}.is_some()`"
                ),
            );
        }
        let what = match self.part(place) {
            Some(Part::Layer { name, .. }) => format!("`{name}`"),
            Some(Part::Parameter) => "parameter".to_owned(),
            None => return,
        };
        self.errors.at(
            place,
            format_args!(
                "`{written}` is a {what}, and a condition is a `bool`: compare numbers, as in `loss > 0.0`"
            ),
        );
    }

    /// Reports a pattern such as `Some(part)` for a part that is no option.
    pub(super) fn optional(&mut self, pattern: &Pat, value: &Expr) {
        let place = behind_reference(value);
        let Pat::TupleStruct(PatTupleStruct { path, elems, .. }) = pattern else { return };
        if !path.is_ident("Some") {
            return;
        }
        let ty = match self.part(place) {
            Some(Part::Layer { name, .. }) => format!("`{name}`"),
            Some(Part::Parameter) => "parameter".to_owned(),
            None => return,
        };
        let (name, place) = (written_pattern(elems.first()), written(place));
        self.errors
            .at(path, format_args!("`{place}` is a {ty}, and no `Option`: write `let {name} = &{place};`"));
    }

    /// Looks at the arms of a `match` of a part.
    pub(super) fn arms(&mut self, matched: &ExprMatch) {
        for arm in &matched.arms {
            let pattern = match &arm.pat {
                Pat::Guard(guarded) => &*guarded.pat,
                pattern => pattern,
            };
            self.optional(pattern, &matched.expr);
            let Pat::Ident(name) = pattern else { continue };
            let is_name =
                name.ident.to_string().starts_with(|first: char| first.is_lowercase() || first == '_');
            if is_name && name.subpat.is_none() && self.is_one_layer(behind_reference(&matched.expr)) {
                let (part, name) = (written(behind_reference(&matched.expr)), &name.ident);
                self.errors.at(
                    name,
                    format_args!(
                        "a layer has no gradient by a name that a `match` gives it: call `{part}` in place of `{name}`"
                    ),
                );
            }
        }
    }
}

fn written_pattern(pattern: Option<&Pat>) -> String {
    match pattern {
        Some(Pat::Ident(name)) => name.ident.to_string(),
        _ => "part".to_owned(),
    }
}
