//! Parts and places, orders and copies. Where PyTorch returns a view, its elements are copied, as ours are.

use tiedw::prelude::*;

use crate::cases::{Cases, methods};
use crate::operands::{Operands, ROWS};

pub(crate) fn add(cases: &mut Cases, o: &'static Operands) {
    methods! { cases, o:
        "cat": half.cat::<384, 768>(&o.half), cat_vjp [true, true];
        "transpose(0, 1)": dynamic.transpose(0, 1), transpose_vjp [true, false, false];
        "transpose(0, 1) of 3": cube.transpose(0, 1), transpose_vjp [true, false, false];
        "permute(2, 0, 1) of 3": dynamic_cube.permute([2, 0, 1]), permute_vjp [true, false];
        "permute(2, 1, 0) of 3": dynamic_cube.permute([2, 1, 0]), permute_vjp [true, false];
        "masked_select": x.masked_select(&o.mask), masked_select_vjp [true, false];
        "narrow(0)": x.narrow(0, 10, 500), narrow_vjp [true, false, false, false];
        "slice": x.slice::<10, 700>(), slice_vjp [true];
        "select(0)": cube.select(0, 3), select_vjp [true, false, false];
        "select(1)": cube.select(1, 3), select_vjp [true, false, false];
        "index_select(0)": x.index_select(0, &o.shuffled), index_select_vjp [true, false, false];
        "flip(0)": x.flip(0), flip_vjp [true, false];
        "flip(1)": x.flip(1), flip_vjp [true, false];
        "roll(1)": x.roll(5, 1), roll_vjp [true, false, false];
        "expand": row.expand([ROWS]), expand_vjp [true, false];
        "broadcast_to": column.broadcast_to::<768, _>([ROWS]), broadcast_to_vjp [true, false];
        "repeat_axis(0)": cube.repeat_axis(0, 2), repeat_axis_vjp [true, false, false];
        "repeat_interleave(0)": x.repeat_interleave(2, 0), repeat_interleave_vjp [true, false, false];
        "pad_axis(0)": x.pad_axis(0, 2, 3, 0.5), pad_axis_vjp [true, false, false, false, false];
        "pad_axis_reflect(1)": cube.pad_axis_reflect(1, 2, 3), pad_axis_reflect_vjp [true, false, false, false];
        "unfold(1)": cube.unfold(1, 4, 2), unfold_vjp [true, false, false, false];
        "tril": x.tril(0), tril_vjp [true, false];
        "gather_features": x.gather_features::<768>(&o.features), gather_features_vjp [true, false];
        "gather_axis(0)": x.gather_axis(0, &o.rows), gather_axis_vjp [true, false, false];
        "scatter_add_features": x.scatter_add_features(&o.features, &o.y), scatter_add_features_vjp [true, false, true];
        "scatter_add_axis(0)": x.scatter_add_axis(0, &o.rows, &o.y), scatter_add_axis_vjp [true, false, false, true];
    }
    let parts = || Tensor::stack(&o.parts, 0);
    let dy = parts().map(|_| 1.0);
    cases.add("stack(0)", parts, move || Tensor::stack_vjp(&o.parts, 0).1(dy.clone(), [true, false]));
    let parts = || Tensor::stack(&o.parts, 1);
    let dy = parts().map(|_| 1.0);
    cases.add("stack(1)", parts, move || Tensor::stack_vjp(&o.parts, 1).1(dy.clone(), [true, false]));
    let parts = || Tensor::concat(&o.parts, 0);
    let dy = parts().map(|_| 1.0);
    cases.add("concat(0)", parts, move || Tensor::concat_vjp(&o.parts, 0).1(dy.clone(), [true, false]));
    let d = o.half.map(|_| 1.0);
    cases.add(
        "split",
        || o.x.split::<384, 384>(),
        move || o.x.split_vjp::<384, 384>().1((Some(d.clone()), Some(d.clone())), [true]),
    );
    let d = o.x.map(|_| 1.0);
    cases.add("sort", || o.x.sort(false), {
        let d = d.clone();
        move || o.x.sort_vjp(false).1((Some(d.clone()), None), [true, false])
    });
    cases.add(
        "sort_axis(0)",
        || o.x.sort_axis(0, true),
        move || o.x.sort_axis_vjp(0, true).1((Some(d.clone()), None), [true, false, false]),
    );
    let d = o.x.topk::<10>().0.map(|_| 1.0);
    cases.add("topk", || o.x.topk::<10>(), move || o.x.topk_vjp::<10>().1((Some(d.clone()), None), [true]));
    cases.add_forward("argsort", || o.x.argsort(false));
    cases.add_forward("one_hot", || o.classes.one_hot::<768, f32>());
    cases.add_forward("copy", || o.x.map(|x| x));
    cases.add_forward("zeros", || Tensor::<768>::zeros([ROWS]));
    cases.add_forward("full", || Tensor::<768>::full([ROWS], 0.5));
}
