use rand::{SeedableRng, rngs::StdRng};
use tiedw::prelude::*;

use crate::nets::*;

/// Returns the table, and asserts that no line is too wide.
fn table<M: Module>() -> String {
    let text = M::summary().to_string();
    let widest = text.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{widest:?}:\n{text}");
    text
}

#[test]
fn the_pair_of_the_readme() {
    let expected = "\
SharedWeightNet
name      type       shape    parameters  tied to
-------------------------------------------------
fc1       Linear                      55
  weight  parameter  [5, 10]          50
  bias    parameter  [5]               5
fc2       Linear                       0  fc1
-------------------------------------------------
parameters  55  220 bytes
ties save   55  220 bytes
";
    assert_eq!(table::<SharedWeightNet>(), expected);
}

#[test]
fn a_transposed_tie() {
    let expected = "\
TiedAutoencoder
name      type       shape      parameters  tied to
--------------------------------------------------------------
encoder   Linear                    50,240
  weight  parameter  [64, 784]      50,176
  bias    parameter  [64]               64
decoder   Linear                       784
  weight  parameter  [784, 64]           0  encoder.weight.t()
  bias    parameter  [784]             784
--------------------------------------------------------------
parameters  51,024  204,096 bytes
ties save   50,176  200,704 bytes
";
    assert_eq!(table::<TiedAutoencoder>(), expected);
}

#[test]
fn an_open_tie() {
    let expected = "\
Encoder
name        type               shape     parameters  tied to
------------------------------------------------------------
embed       Embedding                             0  (open)
layers[..]  [EncoderLayer; 2]             2 x 4,288
  query     Linear                        2 x 4,160
    weight  parameter          [64, 64]   2 x 4,096
    bias    parameter          [64]          2 x 64
  norm      LayerNorm                       2 x 128
    weight  parameter          [64]          2 x 64
    bias    parameter          [64]          2 x 64
------------------------------------------------------------
parameters   8,576   34,304 bytes
ties save   64,000  256,000 bytes
";
    assert_eq!(table::<Encoder<1000, 64>>(), expected);
}

#[test]
fn one_embedding_in_three_places() {
    let expected = "\
Seq2Seq
name          type               shape       parameters  tied to
----------------------------------------------------------------------
shared        Embedding                          64,000
  weight      parameter          [1000, 64]      64,000
encoder       Encoder                             8,576
  embed       Embedding                               0  shared
  layers[..]  [EncoderLayer; 2]               2 x 4,288
    query     Linear                          2 x 4,160
      weight  parameter          [64, 64]     2 x 4,096
      bias    parameter          [64]            2 x 64
    norm      LayerNorm                         2 x 128
      weight  parameter          [64]            2 x 64
      bias    parameter          [64]            2 x 64
decoder       Encoder                             8,576
  embed       Embedding                               0  shared
  layers[..]  [EncoderLayer; 2]               2 x 4,288
    query     Linear                          2 x 4,160
      weight  parameter          [64, 64]     2 x 4,096
      bias    parameter          [64]            2 x 64
    norm      LayerNorm                         2 x 128
      weight  parameter          [64]            2 x 64
      bias    parameter          [64]            2 x 64
head          Linear                                  0
  weight      parameter          [1000, 64]           0  shared.weight
----------------------------------------------------------------------
parameters   81,152  324,608 bytes
ties save   192,000  768,000 bytes
";
    assert_eq!(table::<Seq2Seq<1000, 64>>(), expected);
}

#[test]
fn an_array() {
    let expected = "\
Albert
name        type                shape     parameters  tied to
-------------------------------------------------------------
first       EncoderLayer                       4,288
  query     Linear                             4,160
    weight  parameter           [64, 64]       4,096
    bias    parameter           [64]              64
  norm      LayerNorm                            128
    weight  parameter           [64]              64
    bias    parameter           [64]              64
rest[..]    [EncoderLayer; 11]                     0  first
-------------------------------------------------------------
parameters   4,288   17,152 bytes
ties save   47,168  188,672 bytes
";
    assert_eq!(table::<Albert<64>>(), expected);
}

#[test]
fn what_only_run_time_knows() {
    let expected = "\
Deep
name             type               shape           parameters  tied to
--------------------------------------------------------------------------------
blocks[..]       Vec<SelfTied>                          n x 20
  query          Linear                                 n x 20
    weight       parameter          [4, 4]              n x 16
    bias         parameter          [4]                  n x 4
  key            Linear                                      0
    weight       parameter          [4, 4]                   0  blocks[…ight.t()
norm             Option<BatchNorm>                      0 or 8
  weight         parameter          [4]                 0 or 4
  bias           parameter          [4]                 0 or 4
  running_mean   buffer             [4]                      0
  running_var    buffer             [4]                      0
twin_norm        BatchNorm                                   8
  weight         parameter          [4]                      4
  bias           parameter          [4]                      4
  running_mean   buffer             [4]                      0
  running_var    buffer             [4]                      0
other_norm       Option<BatchNorm>                           0  twin_norm
pair             (Frozen<…rameter)                          24
  0              Frozen<Linear>                             20
    weight       parameter          [4, 4]                  16
    bias         parameter          [4]                      4
  1              parameter          [4]                      4
head             Linear                                      0
  weight         parameter          [4, 4]                   0  blocks[…y.weight
twins[..]        Vec<(Fro…ameter)>                           0
  0              Frozen<Linear>                              0  pair.0
  1              parameter          [4]                      0  pair.1
kernels[..][..]  [[parame…; 2]; 3]  [64, 3, 3, 32]  6 x 18,432
--------------------------------------------------------------------------------
parameters                  110,624  442,496 bytes
  + each of blocks[..]           20       80 bytes
  + if norm is there              8       32 bytes
  of them frozen                 20       80 bytes
buffers                           8       32 bytes
  + if norm is there              8       32 bytes
ties save                        16       64 bytes
  + each of blocks[..]           16       64 bytes
  + if other_norm is there       16       64 bytes
  + each of twins[..]            24       96 bytes
";
    assert_eq!(table::<Deep>(), expected);
}

#[test]
fn long_names_lose_their_middle() {
    let expected = "\
AModelWhoseNameIsLongerThanAnyTableHasR…dThenSomeMoreToBeSureOfItAtEightyColumns
name                   type       shape         parameters  tied to
--------------------------------------------------------------------------------
the_first_…me_picture  Outer                     1,001,000
  a_part_wi…long_name  Inner                     1,001,000
    projection         Linear                    1,001,000
      weight           parameter  [1000, 1000]   1,000,000
      bias             parameter  [1000]             1,000
the_projec…me_picture  Linear                            0  the_first…projection
--------------------------------------------------------------------------------
parameters  1,001,000  4,004,000 bytes
ties save   1,001,000  4,004,000 bytes
";
    assert_eq!(
        table::<AModelWhoseNameIsLongerThanAnyTableHasRoomForAndThenSomeMoreToBeSureOfItAtEightyColumns>(),
        expected
    );
}

#[test]
fn a_list_alone() {
    let expected = "\
Vec<Linear>
name    type       shape   parameters  tied to
----------------------------------------------
weight  parameter  [3, 2]       n x 6
bias    parameter  [3]          n x 3
----------------------------------------------
parameters        0   0 bytes
  + each of [..]  9  36 bytes
ties save         0   0 bytes
";
    assert_eq!(table::<Vec<Linear<2, 3>>>(), expected);
}

#[test]
fn bytes_are_those_of_the_models_numbers() {
    assert_eq!(SharedWeightNet::summary().bytes(), Some(55 * 4));
    assert_eq!(SharedWeightNet::summary().bytes_saved(), Some(55 * 4));
    assert_eq!(<WithElem<Linear<3, 2>, f64>>::summary().bytes(), Some(8 * 8));
    // The embedding of 1000 by 64 elements is shared three more times: by two borrowers, and by the head.
    assert_eq!(Seq2Seq::<1000, 64>::summary().bytes_saved(), Some(3 * 64_000 * 4));
    assert_eq!(Albert::<64>::summary().bytes_saved(), Some(11 * (64 * 64 + 3 * 64) * 4));
    assert_eq!((Deep::summary().bytes(), Deep::summary().bytes_saved()), (None, None));
}

#[test]
fn a_batch_norm_that_is_tied_spares_its_buffers_too() {
    assert_eq!(Tied::<BatchNorm<4>>::summary().bytes_saved(), Some(16 * 4));
}

#[test]
fn what_owns_all_has_the_count_of_an_instance() {
    let net = SharedWeightNet::init(&mut StdRng::seed_from_u64(0));
    assert!(table::<SharedWeightNet>().contains(&format!("parameters  {}  ", net.num_parameters())));
}

#[test]
fn an_empty_array_has_no_parts() {
    let text = table::<[Linear<2, 3>; 0]>();
    assert!(text.contains("parameters  0  0 bytes"), "{text}");
}
