use std::thread;

use super::{PooledVec, Shared};
use crate::Leading;

#[test]
fn memory_is_used_again() {
    let vector = PooledVec::<f32>::zeros(1000);
    let place = vector.as_ptr();
    drop(vector);
    let again = PooledVec::<f32>::copy(&[1.0; 900]);
    assert_eq!(again.as_ptr(), place);
    assert_eq!(*again, [1.0; 900]);
}

#[test]
fn large_vectors_are_aligned_to_cache_lines() {
    let of_line = |vector: &PooledVec<f32>| vector.as_ptr().addr().is_multiple_of(64);
    for count in [256, 1000, 12_345] {
        let values: Vec<f32> = (0..count).map(|at| at as f32).collect();
        let buffers: Vec<_> = (0..4).map(|_| PooledVec::copy(&values)).collect();
        assert!(buffers.iter().all(of_line));
        assert!(of_line(&PooledVec::aligned(values.clone())));
        assert_eq!(buffers[0].clone().into_vec(), values);
        drop(buffers);
        assert!(of_line(&PooledVec::zeros(count)), "from the pool too");
    }
}

#[test]
fn memory_of_others_goes_back_where_it_came_from() {
    let values = vec![1_u32, 2, 3];
    let place = values.as_ptr();
    let vector = PooledVec::from(values);
    assert_eq!(vector.as_ptr(), place);
    let values = vector.into_vec();
    assert_eq!((values.as_ptr(), &values[..]), (place, &[1, 2, 3][..]));
    drop(PooledVec::from(values));
    assert!(PooledVec::from(Vec::<u32>::new()).is_empty());
}

#[test]
fn a_thread_keeps_no_more_than_it_made() {
    let made_elsewhere =
        || thread::spawn(|| PooledVec::<f64>::full(7777, 3.0)).join().expect("nothing panics");
    drop(made_elsewhere());
    let places: Vec<_> =
        [made_elsewhere(), made_elsewhere()].iter().map(|vector| vector.as_ptr().addr()).collect();
    let here = PooledVec::<f64>::full(7777, 4.0);
    drop(made_elsewhere());
    // This thread took one block, so its pool holds one: memory that another thread allocated.
    let reused = PooledVec::<f64>::unset(7777);
    assert_eq!(*reused, [3.0; 7777]);
    assert_eq!(*here, [4.0; 7777]);
    assert_eq!(places.len(), 2);
}

#[test]
fn sharing_copies_on_change() {
    let mut a = Shared::new(PooledVec::copy(&[1.0_f32, 2.0]), [2].with_features(1));
    let mut b = a.clone();
    assert!(a.unique().is_none() && b.unique().is_none());
    a.as_mut_slice()[0] = 10.0;
    assert_eq!((a.as_slice(), b.as_slice()), (&[10.0, 2.0][..], &[1.0, 2.0][..]));
    assert!(a.unique().is_some());
    let place = b.as_slice().as_ptr();
    assert_eq!(b.into_pooled_vec().as_ptr(), place);
}

#[test]
fn other_axes_share_the_numbers() {
    let [line, table, column] = [[6, 1], [2, 3], [3, 2]].map(|[rows, width]| [rows].with_features(width));
    let place = |shared: &Shared<f32>| shared.as_slice().as_ptr();
    let owner = Shared::new(PooledVec::copy(&[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]), line);

    // Not shared: the same block.
    let owner = owner.with_axes(table);
    let mut other = owner.clone().with_axes(column);
    let mut third = other.clone().with_axes(line);
    assert_eq!([owner.axes(), other.axes(), third.axes()], [&table, &column, &line]);
    assert!([&other, &third].iter().all(|shared| place(shared) == place(&owner)));
    assert!(other.unique().is_none() && third.unique().is_none());

    // A mutation of one is not visible to the others.
    third.as_mut_slice()[0] = 10.0;
    assert_eq!((owner.as_slice()[0], other.as_slice()[0], third.as_slice()[0]), (1.0, 1.0, 10.0));
    assert_eq!(third.axes(), &line);

    // After the owner is dropped, the other one owns the elements alone.
    let first = place(&owner);
    drop(owner);
    other.unique().expect("nobody shares them")[5] = 60.0;
    let other = other.with_axes(table);
    let values = other.into_pooled_vec();
    assert_eq!((values.as_ptr(), &values[..]), (first, &[1.0, 2.0, 3.0, 4.0, 5.0, 60.0][..]));
}

#[test]
fn parts_share_the_numbers() {
    let axes = |rows: usize| [rows].with_features(1);
    let mut owner = Shared::new(PooledVec::copy(&[1.0_f32, 2.0, 3.0, 4.0, 5.0]), axes(5));
    let (mut start, mut end) = (owner.part(0, axes(2)), owner.part(2, axes(3)));
    let of_part = end.part(1, axes(2));
    assert_eq!((start.as_slice(), end.as_slice()), (&[1.0, 2.0][..], &[3.0, 4.0, 5.0][..]));
    assert_eq!((of_part.as_slice(), of_part.axes()), (&[4.0, 5.0][..], &axes(2)));
    assert_eq!(end.as_slice().as_ptr(), owner.as_slice()[2..].as_ptr());
    assert!([&mut owner, &mut start, &mut end].into_iter().all(|shared| shared.unique().is_none()));

    // A mutation of one is not visible to the others.
    start.as_mut_slice()[0] = 10.0;
    end.as_mut_slice()[1] = 40.0;
    owner.as_mut_slice()[3] = 44.0;
    assert_eq!((start.as_slice(), end.as_slice()), (&[10.0, 2.0][..], &[3.0, 40.0, 5.0][..]));
    assert_eq!((owner.as_slice()[0], of_part.as_slice()), (1.0, &[4.0, 5.0][..]));

    // Alone, a part at the start is moved, and another is copied.
    let part = owner.part(0, axes(2));
    let place = owner.as_slice().as_ptr();
    drop(owner);
    let values = part.into_pooled_vec();
    assert_eq!((values.as_ptr(), &values[..]), (place, &[1.0, 2.0][..]));
    assert_eq!(of_part.into_pooled_vec()[..], [4.0, 5.0]);
}

#[test]
#[should_panic(expected = "a part of 3 elements")]
fn parts_end_with_the_whole() {
    Shared::new(PooledVec::copy(&[1.0_f32, 2.0, 3.0]), [3].with_features(1)).part(2, [2].with_features(1));
}

#[test]
fn the_last_of_several_threads_gives_memory_back() {
    for _ in 0..50 {
        let shared = Shared::new(PooledVec::copy(&[1.0_f32; 100]), [4].with_features(25));
        let clones: Vec<_> = (0..3).map(|_| shared.clone()).collect();
        thread::scope(|scope| {
            for clone in clones {
                scope.spawn(move || {
                    let again = clone.clone().with_axes([100].with_features(1));
                    drop(clone);
                    assert_eq!(again.into_pooled_vec()[..], [1.0; 100]);
                });
            }
        });
        assert_eq!(shared.into_pooled_vec()[..], [1.0; 100]);
    }
}
