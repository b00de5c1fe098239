use tiedw::prelude::*;

use crate::nets::*;

#[test]
fn the_pair_of_the_readme() {
    let expected = "\
flowchart LR
    n0[\"SharedWeightNet\"]
    n0 --> n1[\"fc1: Linear<br/>weight [5, 10]<br/>bias [5]\"]
    n0 --> n2[\"fc2: Linear\"]
    n2 -.-> n1
    classDef tied stroke-dasharray: 4 3
    class n2 tied
";
    assert_eq!(SharedWeightNet::diagram().to_string(), expected);
}

#[test]
fn a_transposed_tie() {
    let expected = "\
flowchart LR
    n0[\"TiedAutoencoder\"]
    n0 --> n1[\"encoder: Linear<br/>weight [64, 784]<br/>bias [64]\"]
    n0 --> n2[\"decoder: Linear<br/>weight [784, 64]<br/>bias [784]\"]
    n2 -.->|\"weight = encoder.weight.t()\"| n1
";
    assert_eq!(TiedAutoencoder::diagram().to_string(), expected);
}

#[test]
fn an_open_tie() {
    let expected = "\
flowchart LR
    n0[\"Encoder\"]
    open([\"open: tied by the struct that contains it\"])
    n0 --> n1[\"embed: Embedding\"]
    n0 --> n2[\"layers[..]: [EncoderLayer; 2]\"]
    n2 --> n3[\"query: Linear<br/>weight [64, 64]<br/>bias [64]\"]
    n2 --> n4[\"norm: LayerNorm<br/>weight [64]<br/>bias [64]\"]
    n1 -.-> open
    classDef tied stroke-dasharray: 4 3
    class n1,open tied
";
    assert_eq!(Encoder::<1000, 64>::diagram().to_string(), expected);
}

#[test]
fn one_embedding_in_three_places() {
    let expected = "\
flowchart LR
    n0[\"Seq2Seq\"]
    n0 --> n1[\"shared: Embedding<br/>weight [1000, 64]\"]
    n0 --> n2[\"encoder: Encoder\"]
    n2 --> n3[\"embed: Embedding\"]
    n2 --> n4[\"layers[..]: [EncoderLayer; 2]\"]
    n4 --> n5[\"query: Linear<br/>weight [64, 64]<br/>bias [64]\"]
    n4 --> n6[\"norm: LayerNorm<br/>weight [64]<br/>bias [64]\"]
    n0 --> n7[\"decoder: Encoder\"]
    n7 --> n8[\"embed: Embedding\"]
    n7 --> n9[\"layers[..]: [EncoderLayer; 2]\"]
    n9 --> n10[\"query: Linear<br/>weight [64, 64]<br/>bias [64]\"]
    n9 --> n11[\"norm: LayerNorm<br/>weight [64]<br/>bias [64]\"]
    n0 --> n12[\"head: Linear<br/>weight [1000, 64]\"]
    n3 -.-> n1
    n8 -.-> n1
    n12 -.->|\"weight = shared.weight\"| n1
    classDef tied stroke-dasharray: 4 3
    class n3,n8 tied
";
    assert_eq!(Seq2Seq::<1000, 64>::diagram().to_string(), expected);
}

#[test]
fn an_array() {
    let expected = "\
flowchart LR
    n0[\"Albert\"]
    n0 --> n1[\"first: EncoderLayer\"]
    n1 --> n2[\"query: Linear<br/>weight [64, 64]<br/>bias [64]\"]
    n1 --> n3[\"norm: LayerNorm<br/>weight [64]<br/>bias [64]\"]
    n0 --> n4[\"rest[..]: [EncoderLayer; 11]\"]
    n4 -.-> n1
    classDef tied stroke-dasharray: 4 3
    class n4 tied
";
    assert_eq!(Albert::<64>::diagram().to_string(), expected);
}

#[test]
fn what_only_run_time_knows() {
    let expected = "\
flowchart LR
    n0[\"Deep<br/>kernels[..][..] [64, 3, 3, 32]\"]
    n0 --> n1[\"blocks[..]: Vec#lt;SelfTied#gt;\"]
    n1 --> n2[\"query: Linear<br/>weight [4, 4]<br/>bias [4]\"]
    n1 --> n3[\"key: Linear<br/>weight [4, 4]\"]
    n0 --> n4[\"norm: Option#lt;BatchNorm#gt;<br/>weight [4]<br/>bias [4]<br/>running_mean [4]<br/>running_var [4]\"]
    n0 --> n5[\"twin_norm: BatchNorm<br/>weight [4]<br/>bias [4]<br/>running_mean [4]<br/>running_var [4]\"]
    n0 --> n6[\"other_norm: Option#lt;BatchNorm#gt;\"]
    n0 --> n7[\"pair: (Frozen#lt;Linear#gt;, parameter)<br/>1 [4]\"]
    n7 --> n8[\"0: Frozen#lt;Linear#gt;<br/>weight [4, 4]<br/>bias [4]\"]
    n0 --> n9[\"head: Linear<br/>weight [4, 4]\"]
    n0 --> n10[\"twins[..]: Vec#lt;(Frozen#lt;Linear#gt;, parameter)#gt;<br/>1 [4]\"]
    n10 --> n11[\"0: Frozen#lt;Linear#gt;\"]
    n3 -.->|\"weight = blocks[..].query.weight.t()\"| n2
    n6 -.-> n5
    n9 -.->|\"weight = blocks[1].query.weight\"| n2
    n10 -.->|\"1 = pair.1\"| n7
    n11 -.-> n8
    classDef tied stroke-dasharray: 4 3
    class n6,n11 tied
";
    assert_eq!(Deep::diagram().to_string(), expected);
}

#[test]
fn a_picture_has_a_line_for_each_part_and_a_lane_for_each_owner() {
    let count = |svg: &str, what: &str| svg.matches(what).count();

    let pair = SharedWeightNet::diagram().to_svg();
    assert!(pair.starts_with("<svg ") && pair.ends_with("</svg>\n"));
    assert_eq!(count(&pair, "class=\"module\""), 2);
    assert_eq!(count(&pair, "class=\"tied\""), 1);
    assert_eq!(count(&pair, "class=\"tie\""), 1);

    // `shared` has two borrowers, `shared.weight` one.
    let seq2seq = Seq2Seq::<1000, 64>::diagram().to_svg();
    assert_eq!(count(&seq2seq, "class=\"tie\""), 2);
    assert_eq!(count(&seq2seq, ">= shared<"), 2);
    assert_eq!(count(&seq2seq, ">= shared.weight<"), 1);

    let open = Encoder::<1000, 64>::diagram().to_svg();
    assert_eq!((count(&open, "class=\"tie\""), count(&open, ">(open)<")), (0, 1));
}

#[test]
fn a_picture_is_legible_and_sound() {
    let drawings = [
        SharedWeightNet::diagram(),
        Seq2Seq::<1000, 64>::diagram(),
        Deep::diagram(),
        AModelWhoseNameIsLongerThanAnyTableHasRoomForAndThenSomeMoreToBeSureOfItAtEightyColumns::diagram(),
    ];
    for svg in drawings.map(|drawing| drawing.to_svg()) {
        let width = svg.split('"').nth(3).and_then(|width| width.parse::<usize>().ok());
        assert!(width.is_some_and(|width| width <= 960), "{width:?}");
        for (open, close) in [("<text", "</text>"), ("<svg", "</svg>"), ("<style", "</style>")] {
            assert_eq!(svg.matches(open).count(), svg.matches(close).count());
        }
    }
    assert!(Deep::diagram().to_svg().contains(">blocks[..]: Vec&lt;SelfTied&gt;<"));
}

#[test]
fn sizes_that_are_known_at_run_time() {
    let drawn = Linear::<DYN, 3>::diagram();
    assert!(drawn.to_string().contains("weight [3, DYN]"));
    assert!(drawn.to_svg().contains("weight [3, DYN]"));
}
