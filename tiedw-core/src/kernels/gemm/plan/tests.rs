use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use super::*;

/// The plans of the shapes in `benches/gemm` and `benches/NOTEBOOK.md` are those of `plans.txt`: M, K and N of the
/// layer, which operands are transposed, the ISA, the number of threads, and the plan. After an intended change of a
/// cost or threshold, update the file with `TIEDW_SNAPSHOTS=overwrite cargo test -p tiedw-core plans`, and review the
/// diff.
#[test]
fn plans_of_measured_shapes() {
    let layers = [
        (1, 10, 5),
        (1, 784, 512),
        (8, 64, 64),
        (8, 784, 512),
        (12, 784, 512),
        (64, 128, 784),
        (64, 512, 128),
        (64, 784, 8),
        (64, 784, 512),
        (256, 1024, 1024),
        (768, 128, 512),
        (1024, 1024, 1024),
    ];
    let mut table = String::new();
    for (m, k, n) in layers {
        for (name, shape) in [
            ("NT", shape([m, k, n], [false, true, false])),
            ("NN", shape([m, n, k], [false, false, false])),
            ("TN", shape([n, m, k], [true, false, false])),
        ] {
            for isa in [Vectors::Portable, Vectors::Avx2, Vectors::Avx512, Vectors::Amx] {
                for threads in [1, 2] {
                    let layer = format!("{m}, {k}, {n}");
                    let isa_name = format!("{isa:?}").to_lowercase();
                    let plan = describe(&shape, Plan::new(&shape, Float::F32, isa, threads));
                    writeln!(table, "{layer:16} {name}  {isa_name:8} {threads}  {plan}").unwrap();
                }
            }
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kernels/gemm/plan/plans.txt");
    if env::var("TIEDW_SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&file, &table).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    for (found, expected) in table.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
}

/// A product of row-major or transposed matrices.
fn shape([m, k, n]: [usize; 3], transposed: [bool; 3]) -> Shape {
    let strides = |rows, columns, transposed| {
        if transposed { Strides { row: 1, column: rows } } else { Strides { row: columns, column: 1 } }
    };
    let [a, b, c] = transposed;
    Shape { m, k, n, a: strides(m, k, a), b: strides(k, n, b), c: strides(m, n, c) }
}

/// A plan with that of its first part, and of the first block of this.
fn describe(shape: &Shape, plan: Plan) -> String {
    let oriented = |transposed| if transposed { shape.t() } else { *shape };
    match plan {
        Plan::Small(small) => format!("small {}", format!("{small:?}").to_lowercase()),
        Plan::Library => "matrixmultiply".to_owned(),
        Plan::Amx { transposed, split } => {
            let Shape { m, k, n, .. } = part(&oriented(transposed), split);
            let AmxBlocks { kc, keeps_a } = AmxBlocks::new(m, k, n, false);
            format!("amx, {}, KC {kc}, {} kept", tasks(transposed, split), if keeps_a { 'A' } else { 'B' })
        }
        Plan::Vectors { isa, transposed, kernel, split } => {
            let registers = if isa == Vectors::Avx2 { AVX2 } else { AVX512 };
            let part = part(&oriented(transposed), split);
            let kernel = match kernel {
                Kernel::Dots { mr, nr } => format!("dots, {}, {mr} x {nr}", tasks(transposed, split)),
                Kernel::Rows => format!("rows, {}", tasks(transposed, split)),
                Kernel::Panel(panels) => {
                    format!("one panel, {}, {}", tasks(transposed, split), tile(&panels))
                }
                Kernel::Tiles { transposed: None } => {
                    format!("tiles, {}, {}", tasks(transposed, split), blocks(registers, &part))
                }
                Kernel::Tiles { transposed: Some([mc, nc]) } => {
                    let mut part = part.t();
                    (part.m, part.n) = (part.m.min(mc), part.n.min(nc));
                    let blocks = blocks(registers, &part);
                    format!("transposed tiles, {}, NC {nc}, {blocks}", tasks(transposed, split))
                }
            };
            format!("{} {kernel}", format!("{isa:?}").to_lowercase())
        }
    }
}

fn part(shape: &Shape, split: Split) -> Shape {
    match split.by_columns {
        true => Shape { n: split.step.min(shape.n), ..*shape },
        false => Shape { m: split.step.min(shape.m), ..*shape },
    }
}

fn tasks(transposed: bool, Split { tasks, by_columns, step }: Split) -> String {
    let of = if transposed { " of the transposed product" } else { "" };
    match tasks {
        1 => format!("1 task{of}"),
        _ => format!("{tasks} tasks of {step} {}{of}", if by_columns { "columns" } else { "rows" }),
    }
}

fn blocks(registers: Registers, part: &Shape) -> String {
    let Blocks { kc, mc } = registers.blocks(part);
    let block = Shape { m: mc.min(part.m), k: kc.min(part.k), ..*part };
    format!("KC {kc}, MC {mc}, {}", tile(&registers.panels(&block)))
}

fn tile(panels: &Panels) -> String {
    let Panels { mr, nr, packs_a, packs_b, prefetches_c } = *panels;
    let mut text = format!("{mr} x {nr}");
    for (is, what) in [(packs_a, "A packed"), (packs_b, "B packed"), (prefetches_c, "C prefetched")] {
        if is {
            text += ", ";
            text += what;
        }
    }
    text
}

#[test]
fn small_products_and_those_of_f64() {
    let plan = |sizes, transposed, float| Plan::new(&shape(sizes, transposed), float, Vectors::Amx, 2);
    for float in [Float::F32, Float::F64] {
        assert_eq!(plan([1, 10, 5], [false, true, false], float), Plan::Small(Small::Dots));
        assert_eq!(plan([1, 5, 10], [false, false, false], float), Plan::Small(Small::Sums));
        assert_eq!(plan([5, 1, 10], [true, false, false], float), Plan::Small(Small::Outer));
        assert_eq!(plan([3, 0, 10], [false, false, false], float), Plan::Small(Small::Sums));
    }
    assert_eq!(plan([64, 64, 64], [false, true, false], Float::F64), Plan::Library);
}

/// The rows of tiles and of dot products are all of those that are left, and no more.
#[test]
fn heights_add_up() {
    let heights: [(fn(usize, usize) -> usize, usize); 5] =
        [(tile_height, 6), (tile_height, 8), (dots_height, 1), (dots_height, 3), (dots_height, 4)];
    for (height, mr) in heights {
        for rows in 1..100 {
            let mut left = rows;
            while left > 0 {
                let next = height(left, mr);
                assert!((1..=left.min(mr)).contains(&next), "{next} of {left} rows, at most {mr}");
                left -= next;
            }
        }
    }
    assert_eq!(tile_height(0, 6), 0);
}
