//! Operands and indices.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, ExprIndex, Lit, Member};

use super::{MisusedParts, PARAMETERS, Part, behind_parens};
use crate::known;
use crate::source_text::source_text;

impl MisusedParts<'_> {
    pub(super) fn operands(&mut self, both: &ExprBinary) {
        let is_arithmetic = match both.op {
            BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) => true,
            BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) => false,
            _ => return,
        };
        if is_arithmetic && self.operand(&both.left) | self.operand(&both.right) {
            return;
        }
        if !is_arithmetic && self.operand(&both.right) {
            return;
        }
        if let (Some(left), Some(right)) = (self.features(&both.left), self.features(&both.right))
            && left != right
        {
            self.errors.at(
                both,
                format_args!(
                    "`{}` has {left} features, and `{}` has {right}",
                    written(behind_reference(&both.left)),
                    written(behind_reference(&both.right))
                ),
            );
        }
    }

    /// Looks at an operand; returns whether it is misused.
    pub(super) fn operand(&mut self, operand: &Expr) -> bool {
        let place = behind_reference(operand);
        let is_borrowed = matches!(behind_parens(operand), Expr::Reference(_));
        match self.part(place) {
            Some(Part::Parameter) if !is_borrowed => {
                let written = written(operand);
                self.errors
                    .at(operand, format_args!("a parameter is an operand by reference: write `&{written}`"));
            }
            Some(Part::Layer { name, is_of_library }) if is_of_library || known::derives(&name, "Module") => {
                let written = written(place);
                self.errors.at(
                    operand,
                    format_args!(
                        "a `{name}` is a module, and no operand: write what it returns, as in `{written}.forward(..)`"
                    ),
                );
            }
            _ => return false,
        }
        true
    }

    /// Looks at an index of a parameter; returns whether it is misused.
    pub(super) fn index(&mut self, access: &ExprIndex) -> bool {
        let (list, index) = (behind_parens(&access.expr), behind_parens(&access.index));
        if let Some(layer) = self.layer_at(list).filter(|_| self.is_one_layer(list)) {
            let written = written(list);
            self.errors.at(
                list,
                format_args!(
                    "`{written}` is a `{layer}`, and no list of layers: write `{written}.forward(..)`"
                ),
            );
            return true;
        }
        if let Expr::Index(first) = list
            && let Some(parameter) = self.parameter(&first.expr)
        {
            let (of, row) = (written(&first.expr), written(&first.index));
            let meant = match parameter {
                "Matrix" => format!("{of}[({row}, {})]", written(index)),
                _ => format!("{of}[{row}]"),
            };
            self.of_element(access, parameter, &meant);
            return true;
        }
        let meant = match (self.parameter(list), index) {
            (Some("Matrix"), Expr::Lit(row)) if matches!(row.lit, Lit::Int(_)) => {
                format!("{}[({}, 0)]", written(list), written(index))
            }
            (Some("Vector"), Expr::Tuple(indices)) => match indices.elems.last() {
                Some(last) => format!("{}[{}]", written(list), written(last)),
                None => return false,
            },
            _ => return false,
        };
        let parameter = if matches!(index, Expr::Tuple(_)) { "Vector" } else { "Matrix" };
        self.of_element(access, parameter, &meant);
        true
    }

    fn of_element(&mut self, access: &ExprIndex, parameter: &str, meant: &str) {
        let indices = if parameter == "Matrix" { "a row and a column" } else { "one index" };
        self.errors
            .at(access, format_args!("an element of a `{parameter}` is found by {indices}: write `{meant}`"));
    }

    /// Which parameter a place is: a `Vector` or a `Matrix`.
    fn parameter(&self, place: &Expr) -> Option<&'static str> {
        let place = behind_parens(place);
        let Some(Part::Parameter) = self.part(place) else { return None };
        let own = self.types.of(place);
        if let Some(own) = PARAMETERS.iter().find(|parameter| own.as_deref() == Some(**parameter)) {
            return Some(own);
        }
        // Of a layer of the library.
        let Expr::Field(field) = place else { return None };
        let layer = self.types.of(&field.base)?;
        let Member::Named(name) = &field.member else { return None };
        kind_of(&layer, name)
    }
}

/// The parameter that is the weight or the bias of a layer.
fn kind_of(layer: &str, name: &Ident) -> Option<&'static str> {
    match layer {
        _ if name == "bias" => Some("Vector"),
        "Linear" | "Embedding" | "PositionalEmbedding" => Some("Matrix"),
        "LayerNorm" | "RmsNorm" | "BatchNorm" | "GroupNorm" | "InstanceNorm" => Some("Vector"),
        _ => None,
    }
}

pub(super) fn behind_reference(expr: &Expr) -> &Expr {
    match behind_parens(expr) {
        Expr::Reference(reference) => behind_parens(&reference.expr),
        place => place,
    }
}

pub(super) fn written(expr: &Expr) -> String {
    source_text(&behind_parens(expr).to_token_stream()).replace(" [", "[")
}
