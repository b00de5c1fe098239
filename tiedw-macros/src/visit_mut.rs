//! [`syn::visit_mut`] with the visitor behind a `dyn`, as in [`crate::visit`].

use syn::{
    Arm, Attribute, Block, DeriveInput, Expr, ExprArray, ExprAssign, ExprCall, ExprClosure, ExprMatch,
    ExprMethodCall, ExprPath, ExprTuple, FieldPat, FieldValue, Generics, ImplItem, ImplItemFn, Item,
    ItemImpl, ItemTrait, Lifetime, Macro, Pat, PatIdent, PatSlice, Path, Signature, Stmt, Type, TypeParam,
    WherePredicate,
};

macro_rules! visit_mut {
    ($($method:ident: $Node:ident,)*) => {
        /// Changes the nodes that it overrides, and goes on inside the others.
        pub(crate) trait VisitMut: AsDyn {
            $(fn $method(&mut self, node: &mut $Node) {
                $method(self.as_dyn(), node);
            })*

            fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
                for attribute in attributes {
                    syn::visit_mut::visit_attribute_mut(&mut Walk(self.as_dyn()), attribute);
                }
            }
        }

        impl syn::visit_mut::VisitMut for Walk<'_> {
            $(fn $method(&mut self, node: &mut $Node) {
                self.0.$method(node);
            })*

            fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
                self.0.visit_attributes_mut(attributes);
            }
        }

        $(/// Goes on inside a node.
        #[allow(dead_code, reason = "not every visitor goes on inside what it overrides")]
        pub(crate) fn $method(visitor: &mut (dyn VisitMut + '_), node: &mut $Node) {
            syn::visit_mut::$method(&mut Walk(visitor), node);
        })*
    };
}

visit_mut! {
    visit_arm_mut: Arm,
    visit_block_mut: Block,
    visit_derive_input_mut: DeriveInput,
    visit_expr_array_mut: ExprArray,
    visit_expr_assign_mut: ExprAssign,
    visit_expr_call_mut: ExprCall,
    visit_expr_closure_mut: ExprClosure,
    visit_expr_match_mut: ExprMatch,
    visit_expr_method_call_mut: ExprMethodCall,
    visit_expr_mut: Expr,
    visit_expr_path_mut: ExprPath,
    visit_expr_tuple_mut: ExprTuple,
    visit_field_pat_mut: FieldPat,
    visit_field_value_mut: FieldValue,
    visit_generics_mut: Generics,
    visit_impl_item_fn_mut: ImplItemFn,
    visit_impl_item_mut: ImplItem,
    visit_item_impl_mut: ItemImpl,
    visit_item_mut: Item,
    visit_item_trait_mut: ItemTrait,
    visit_lifetime_mut: Lifetime,
    visit_macro_mut: Macro,
    visit_pat_ident_mut: PatIdent,
    visit_pat_mut: Pat,
    visit_pat_slice_mut: PatSlice,
    visit_path_mut: Path,
    visit_signature_mut: Signature,
    visit_stmt_mut: Stmt,
    visit_type_mut: Type,
    visit_type_param_mut: TypeParam,
    visit_where_predicate_mut: WherePredicate,
}

struct Walk<'v>(&'v mut (dyn VisitMut + 'v));

/// A visitor of unknown type, for what a trait does by default.
pub(crate) trait AsDyn {
    fn as_dyn(&mut self) -> &mut (dyn VisitMut + '_);
}

impl<V: VisitMut> AsDyn for V {
    fn as_dyn(&mut self) -> &mut (dyn VisitMut + '_) {
        self
    }
}
