//! Values in containers: `Vec`, slices, arrays, `Option`, `Result` and `Box`.

mod array;
mod boxed;
mod changes;
mod converted;
mod lent_list;
mod list;
mod option;
mod order;
mod part;
mod present;
mod reads;
mod sum;

pub use array::{ArrayLike, ArraySize, array_of_list, size_of_array, size_of_result};
pub use changes::{Change, OptionChanges, OrderChanges, VecChanges, replace_value, take_value};
pub(super) use converted::OtherLength;
pub use converted::{Converts, TryConverts};
pub use lent_list::{LentList, from_list, give_back, index_within, into_list};
pub use list::{ElementPlaces, ListCotangent, OptionPlace};
pub use option::{ErrorOf, HeldAny, HeldValue};
pub use order::{order_by, order_by_key};
pub use part::{FieldPlace, Unread, at_field, unread};
pub use present::{Present, present, split, with, without};
pub use reads::{
    AsRefOfInside, Inside, ListReads, cloned_items, numbered, numbered_from_end, option_cloned, parts_of,
};
pub use sum::{Factor, Summand, empty_product, list_item, list_sum};
