//! Ties to every kind of source and of every kind of field share memory and gradient.

use super::*;

type Square = Linear<2, 2>;

#[derive(Module)]
struct Block {
    query: Square,
    #[tie(weight = query.weight.t())]
    key: Linear<2, 2, Tied>,
}

#[derive(Module)]
struct Net {
    #[tie(pair.1)]
    before_its_source: Tied<Square>,
    stack: [Block; 2],
    list: Vec<Square>,
    pair: (Vector<2>, Square),
    #[tie(stack[1].query)]
    of_array: Tied<Square>,
    #[tie(stack[0].key)]
    of_a_tied_part: Tied<Square>,
    #[tie(list[1])]
    of_list: Tied<Square>,
    #[tie(pair.0)]
    of_tuple: Tied<Vector<2>>,
    #[tie(of_list)]
    chained: Tied<Square>,
    #[tie(weight = chained.weight, bias = pair.0)]
    two_weights: Linear<2, 2, Tied, Tied>,
    #[tie(weight = of_array.weight.t())]
    elements: [Linear<2, 2, Tied>; 2],
    #[tie(stack)]
    all_of_array: Tied<[Block; 2]>,
    #[tie(list)]
    all_of_list: Tied<Vec<Square>>,
    #[tie(pair)]
    all_of_tuple: (Tied<Vector<2>>, Tied<Square>),
    maybe: Option<Square>,
    #[tie(maybe)]
    perhaps: Tied<Option<Square>>,
    #[tie(list[0])]
    optional: Option<Tied<Square>>,
    #[tie(list[0])]
    several: Vec<Tied<Square>>,
}

fn net() -> Net {
    let rng = &mut rng();
    Net {
        before_its_source: Tied::new(),
        stack: Init::init(rng),
        list: vec![Init::init(rng), Init::init(rng), Init::init(rng)],
        pair: (Vector::zeros(), Init::init(rng)),
        of_array: Tied::new(),
        of_a_tied_part: Tied::new(),
        of_list: Tied::new(),
        of_tuple: Tied::new(),
        chained: Tied::new(),
        two_weights: Init::init(rng),
        elements: Init::init(rng),
        all_of_array: Tied::new(),
        all_of_list: Tied::new(),
        all_of_tuple: Default::default(),
        maybe: Some(Init::init(rng)),
        perhaps: Tied::new(),
        optional: Some(Tied::new()),
        several: vec![Tied::new(); 2],
    }
}

#[test]
fn names_count_owners() {
    let net = net();
    let expected = [
        "stack.0.query.weight",
        "stack.0.query.bias",
        "stack.0.key.bias",
        "stack.1.query.weight",
        "stack.1.query.bias",
        "stack.1.key.bias",
        "list.0.weight",
        "list.0.bias",
        "list.1.weight",
        "list.1.bias",
        "list.2.weight",
        "list.2.bias",
        "pair.0",
        "pair.1.weight",
        "pair.1.bias",
        "elements.0.bias",
        "elements.1.bias",
        "maybe.weight",
        "maybe.bias",
    ];
    assert_eq!(names(&net), expected);
    assert_eq!(net.num_parameters(), 2 * 8 + 3 * 6 + 8 + 4 + 6);
}

#[test]
fn ties_are_one_memory() {
    let net = net();
    let view = net.view();
    let weight = |name: &str| owner(&net, name);
    let ties = [
        (view.before_its_source.weight.storage(), "pair.1.weight"),
        (view.of_array.weight.storage(), "stack.1.query.weight"),
        (view.of_a_tied_part.weight.storage(), "stack.0.query.weight"),
        (view.of_a_tied_part.bias.as_slice(), "stack.0.key.bias"),
        (view.of_list.weight.storage(), "list.1.weight"),
        (view.of_tuple.as_slice(), "pair.0"),
        (view.chained.bias.as_slice(), "list.1.bias"),
        (view.two_weights.weight.storage(), "list.1.weight"),
        (view.two_weights.bias.as_slice(), "pair.0"),
        (view.elements[0].weight.storage(), "stack.1.query.weight"),
        (view.elements[1].weight.storage(), "stack.1.query.weight"),
        (view.all_of_array[1].key.weight.storage(), "stack.1.query.weight"),
        (view.all_of_list[2].weight.storage(), "list.2.weight"),
        (view.all_of_tuple.0.as_slice(), "pair.0"),
        (view.all_of_tuple.1.weight.storage(), "pair.1.weight"),
        (view.perhaps.as_ref().unwrap().weight.storage(), "maybe.weight"),
        (view.optional.as_ref().unwrap().bias.as_slice(), "list.0.bias"),
        (view.several[1].weight.storage(), "list.0.weight"),
    ];
    for (index, (tied, source)) in ties.into_iter().enumerate() {
        assert!(same(tied, weight(source)), "tie {index} to {source}");
    }
    assert_eq!(view.elements[0].weight[(0, 1)], net.stack[1].query.weight[(1, 0)]);
}

#[test]
fn uses_add_into_one_gradient() {
    let net = net();
    let mut gradient = net.zeros_like();
    let view = gradient.view_mut();
    view.list[1].weight.add((0, 1), 1.0);
    view.chained.weight.add((0, 1), 10.0);
    view.two_weights.weight.add((0, 1), 100.0);
    view.elements[0].weight.add((0, 1), 5.0);
    view.all_of_array[1].query.weight.add((1, 0), 50.0);
    view.all_of_tuple.0.add(1, 7.0);
    view.pair.0.add(1, 70.0);
    assert_eq!(owner(&gradient, "list.1.weight"), [0.0, 111.0, 0.0, 0.0]);
    assert_eq!(owner(&gradient, "stack.1.query.weight"), [0.0, 0.0, 55.0, 0.0]);
    assert_eq!(owner(&gradient, "pair.0"), [0.0, 77.0]);
    assert_eq!(names(&gradient), names(&net));
}

#[test]
fn spec_lists_ties() {
    let ties = Net::SPEC.ties();
    assert_eq!(ties[0], ("before_its_source", "pair.1"));
    assert!(ties.contains(&("two_weights.weight", "chained.weight")));
    assert!(ties.contains(&("two_weights.bias", "pair.0")));
    assert!(ties.contains(&("elements.weight", "of_array.weight.t()")));
    assert_eq!(Block::SPEC.ties(), [("key.weight", "query.weight.t()")]);
    assert_eq!(size_of::<(Tied<Vector<2>>, Tied<Square>)>(), 0);
    assert_eq!(size_of::<Block>(), size_of::<Square>() + size_of::<Vector<2>>());
}

#[test]
fn names_stand_for_their_owners() {
    let net = net();
    let view = net.view();
    let names = [
        ("before_its_source.weight", view.before_its_source.weight.storage(), false),
        ("stack.0.query.weight", view.stack[0].query.weight.storage(), false),
        ("stack.1.key.weight", view.stack[1].key.weight.storage(), true),
        ("of_array.bias", view.of_array.bias.as_slice(), false),
        ("of_a_tied_part.weight", view.of_a_tied_part.weight.storage(), true),
        ("of_a_tied_part.bias", view.of_a_tied_part.bias.as_slice(), false),
        ("of_list.weight", view.of_list.weight.storage(), false),
        ("of_tuple", view.of_tuple.as_slice(), false),
        ("chained.weight", view.chained.weight.storage(), false),
        ("two_weights.weight", view.two_weights.weight.storage(), false),
        ("two_weights.bias", view.two_weights.bias.as_slice(), false),
        ("elements.0.weight", view.elements[0].weight.storage(), true),
        ("elements.1.weight", view.elements[1].weight.storage(), true),
        ("elements.1.bias", view.elements[1].bias.as_slice(), false),
        ("all_of_array.1.key.weight", view.all_of_array[1].key.weight.storage(), true),
        ("all_of_array.0.key.bias", view.all_of_array[0].key.bias.as_slice(), false),
        ("all_of_list.2.bias", view.all_of_list[2].bias.as_slice(), false),
        ("all_of_tuple.0", view.all_of_tuple.0.as_slice(), false),
        ("all_of_tuple.1.weight", view.all_of_tuple.1.weight.storage(), false),
        ("maybe.weight", view.maybe.as_ref().unwrap().weight.storage(), false),
        ("perhaps.bias", view.perhaps.as_ref().unwrap().bias.as_slice(), false),
        ("optional.weight", view.optional.as_ref().unwrap().weight.storage(), false),
        ("several.1.weight", view.several[1].weight.storage(), false),
    ];
    for (name, values, transposed) in names {
        assert_owner(&net, name, values, transposed);
    }
    let wrong = [
        "",
        ".",
        "stack",
        "stack.2.query.weight",
        "stack.00.query.weight",
        "stack.+1.query.weight",
        "stack.query.weight",
        "stack.0.key",
        "stack.0.key.weight.0",
        "elements.2.weight",
        "elements.weight",
        "of_tuple.0",
        "all_of_tuple.2",
        "pair.0.weight",
        "several.weight",
        "chained",
        "chained.weights",
        "chained.weight.t()",
    ];
    for name in wrong {
        assert_eq!(Net::SPEC.owner(name), None, "{name}");
    }
}

#[derive(Module)]
struct Transposed {
    owner: Linear<2, 2>,
    #[tie(weight = owner.weight.t())]
    once: Linear<2, 2, Tied>,
    #[tie(weight = once.weight.t())]
    twice: Linear<2, 2, Tied>,
}

#[test]
fn two_transposes_cancel() {
    let net = Transposed::init(&mut rng());
    assert_eq!(net.view().once.weight[(0, 1)], net.owner.weight[(1, 0)]);
    assert_eq!(net.view().twice.weight[(0, 1)], net.owner.weight[(0, 1)]);
    assert_owner(&net, "once.weight", net.owner.weight.as_slice(), true);
    assert_owner(&net, "twice.weight", net.owner.weight.as_slice(), false);
}
