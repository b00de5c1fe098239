//! Comparison with the outputs of transformers for the same files.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tiedw::prelude::*;

use crate::config::Config;
use crate::draw::draw;
use crate::generate::Reader;
use crate::model::Gpt2;
use crate::tokens::Tokens;
use crate::{TINY, names};

/// The file that `tests/golden/gpt2/generate.py` writes.
#[derive(Deserialize)]
struct Expected {
    texts: Vec<Text>,
    /// The logits after each token of the first text.
    logits: Vec<Vec<f32>>,
    greedy: Vec<u32>,
    greedy_text: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
}

fn golden(name: &str) -> Vec<u8> {
    fs::read(Path::new(TINY).join(name)).unwrap()
}

fn expected() -> Expected {
    serde_json::from_slice(&golden("expected.json")).unwrap()
}

fn config() -> Config {
    Config::read(&Path::new(TINY).join("config.json")).unwrap()
}

fn tokens() -> Tokens {
    Tokens::read(&Path::new(TINY).join("tokenizer.json"), 300, &config()).unwrap()
}

fn tiny() -> Gpt2 {
    Gpt2::open(&Path::new(TINY).join("model.safetensors"), &config()).unwrap()
}

fn opened(file: &[u8]) -> Result<Gpt2, CheckpointError> {
    let mut net: Gpt2 = names::options().open_bytes(file)?;
    net.configure(&config()).unwrap();
    Ok(net)
}

/// Generates with the most likely token at each step.
fn greedy(net: &Gpt2, prompt: &[u32], count: usize, end: Option<u32>) -> Vec<u32> {
    let mut rng = rand::rng();
    net.generate(prompt, count, end, &mut |logits: &[f32]| draw(logits, 0.0, &mut rng)).unwrap()
}

/// Returns the checkpoint with an edited header and data.
fn edited(edit: impl FnOnce(&mut Map<String, Value>, &mut Vec<u8>)) -> Vec<u8> {
    let file = golden("model.safetensors");
    let (length, rest) = file.split_at(8);
    let (header, data) = rest.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let (mut header, mut data) = (serde_json::from_slice(header).unwrap(), data.to_vec());
    edit(&mut header, &mut data);
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}

/// Adds a tensor.
fn add(header: &mut Map<String, Value>, data: &mut Vec<u8>, name: &str, shape: &[usize], bytes: &[u8]) {
    let offsets = [data.len(), data.len() + bytes.len()];
    data.extend_from_slice(bytes);
    header.insert(name.to_owned(), json!({ "dtype": "F32", "shape": shape, "data_offsets": offsets }));
}

fn bytes_of(net: &Gpt2) -> Vec<u8> {
    net.embed.weight.as_slice().iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[test]
fn tokens_are_the_same() {
    let (tokens, expected) = (tokens(), expected());
    for Text { text, ids } in &expected.texts {
        assert_eq!(tokens.encode(text).unwrap(), *ids);
        assert_eq!(tokens.decode(ids).unwrap(), *text);
    }
    assert_eq!(tokens.decode(&expected.greedy).unwrap(), expected.greedy_text);
    assert_eq!(tokens.encode("").unwrap(), [0], "the token between texts");
}

#[test]
fn logits_are_the_same() {
    let (net, expected) = (tiny(), expected());
    let ids = &expected.texts[0].ids;
    let close = |found: &Tensor<DYN>, expected: &[f32]| {
        let difference = |(a, b): (&f32, &f32)| (a - b).abs();
        let largest = found.as_slice().iter().zip(expected).map(difference).fold(0.0, f32::max);
        assert!(largest < 1e-4, "logits differ by {largest}");
    };
    // Incrementally, and with all tokens so far at once.
    let (mut reader, mut logits) = Reader::new(&net, &ids[..1]);
    for (at, expected) in expected.logits.iter().enumerate() {
        close(&logits, expected);
        close(&Reader::new(&net, &ids[..=at]).1, expected);
        if let Some(&id) = ids.get(at + 1) {
            logits = reader.next(id);
        }
    }
}

#[test]
fn the_likeliest_text_is_the_same() {
    let (net, expected) = (tiny(), expected());
    let (prompt, text) = (&expected.texts[0].ids, &expected.greedy);
    assert_eq!(greedy(&net, prompt, text.len(), None), *text);
    // Generation stops at the end token.
    let end = text.iter().position(|id| *id == text[5]).unwrap();
    assert_eq!(greedy(&net, prompt, text.len(), Some(text[5])), text[..=end]);
}

#[test]
fn a_text_may_be_longer_than_the_context() {
    let net = tiny();
    assert_eq!(greedy(&net, &[1, 2, 3], 100, None).len(), 100);
    let long: Vec<u32> = (0..50).collect();
    assert_eq!(greedy(&net, &long, 1, None), greedy(&net, &long[18..], 1, None));
    assert!(greedy(&net, &[1], 0, None).is_empty());
}

#[test]
fn the_head_is_the_embedding() {
    let net = tiny();
    let view = net.view();
    assert!(std::ptr::eq(&view.embed.weight[(0, 0)], &view.head.weight[(0, 0)]));
    let block = 4 * (24 * 24 + 24) + 4 * 24 + (24 * 96 + 96) + (96 * 24 + 24);
    assert_eq!(net.num_parameters(), (300 + 32) * 24 + 2 * block + 2 * 24);
}

/// Files of `GPT2Model` have no prefix, old files contain the mask, and some contain a copy of the head.
#[test]
fn other_files_of_the_same_model() {
    let net = tiny();
    let file = edited(|header, data| {
        let named = std::mem::take(header).into_iter();
        *header = named.map(|(name, info)| (name.replace("transformer.", ""), info)).collect();
        add(header, data, "h.1.attn.bias", &[1, 1, 32, 32], &[0; 4 * 32 * 32]);
        add(header, data, "lm_head.weight", &[300, 24], &bytes_of(&net));
    });
    assert!(opened(&file).unwrap() == net);
}

#[track_caller]
fn assert_refused(file: &[u8], words: &[&str]) {
    let error = opened(file).err().unwrap().to_string();
    assert_eq!(error.lines().collect::<Vec<_>>()[1..], *words, "{error}");
}

#[test]
fn files_that_do_not_fit() {
    let renamed = edited(|header, _| {
        for (old, new) in [("transformer.ln_f.bias", "ln.bias"), ("transformer.h.0.attn.c_attn.bias", "b")] {
            let info = header.remove(old).unwrap();
            header.insert(new.to_owned(), info);
        }
    });
    assert_refused(
        &renamed,
        &[
            "  `blocks.0.attention.query.bias` of shape [24] is not in the file",
            "  `blocks.0.attention.key.bias` of shape [24] is not in the file",
            "  `blocks.0.attention.value.bias` of shape [24] is not in the file",
            "  `norm.bias` of shape [24] is not in the file",
            "  `b` of shape [72] is not in the model",
            "  `ln.bias` of shape [24] is not in the model",
        ],
    );
    let not_transposed = edited(|header, _| {
        header["transformer.h.1.mlp.c_fc.weight"]["shape"] = json!([96, 24]);
        header["transformer.h.1.attn.c_attn.weight"]["shape"] = json!([72, 24]);
    });
    assert_refused(
        &not_transposed,
        &[
            // The sizes of keys and values are known only by their share of this tensor.
            "  `transformer.h.1.attn.c_attn.weight` has shape [24, 40] in the model, [72, 24] in the file",
            "  `transformer.h.1.attn.c_attn.bias` has shape [40] in the model, [72] in the file",
            // The weight is what the layer has.
            "  `transformer.h.1.mlp.c_fc.bias` has shape [24] in the model, [96] in the file",
        ],
    );
    let (net, mut other) = (tiny(), tiny());
    other.embed.weight[(7, 7)] += 0.5;
    let untied = edited(|header, data| add(header, data, "lm_head.weight", &[300, 24], &bytes_of(&other)));
    let [a, b] = [&net, &other].map(|net| f64::from(net.embed.weight[(7, 7)]));
    let words =
        "`lm_head.weight` and `transformer.wte.weight` are one weight, and differ in the file by up to";
    assert_refused(&untied, &[&format!("  {words} {}", (a - b).abs())]);
}

#[test]
fn configurations_that_are_unknown() {
    let text = String::from_utf8(golden("config.json")).unwrap();
    let changed = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        Config::parse(&text.replace(old, new))
    };
    let error = changed("gelu_new", "relu").err().unwrap();
    assert_eq!(error, "`activation_function` is relu, and this program knows gelu_new alone");
    assert!(changed("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false").is_err());

    let config = changed("\"n_head\": 3", "\"n_head\": 5").unwrap();
    assert_eq!(tiny().configure(&config).unwrap_err(), "5 heads do not share the width of the model, 24");
    assert!(changed("\"n_head\"", "\"heads\"").err().unwrap().contains("missing field `n_head`"));
}

/// Any vocabulary, context, width, hidden width, number of heads and of layers.
#[test]
fn files_of_other_sizes() {
    let (tokens, context, width, hidden, layers) = (50, 9, 20, 7, 3);
    let file = edited(|header, data| {
        header.clear();
        data.clear();
        let mut tensor = |name: String, shape: &[usize]| {
            let count = shape.iter().product::<usize>();
            let bytes: Vec<u8> = (0..count).flat_map(|at| (0.01 * at as f32).sin().to_le_bytes()).collect();
            add(header, data, &name, shape, &bytes);
        };
        tensor("wte.weight".to_owned(), &[tokens, width]);
        tensor("wpe.weight".to_owned(), &[context, width]);
        for layer in 0..layers {
            for (name, inputs, outputs) in [
                ("attn.c_attn", width, 3 * width),
                ("attn.c_proj", width, width),
                ("mlp.c_fc", width, hidden),
                ("mlp.c_proj", hidden, width),
            ] {
                tensor(format!("h.{layer}.{name}.weight"), &[inputs, outputs]);
                tensor(format!("h.{layer}.{name}.bias"), &[outputs]);
            }
            for name in ["ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias"] {
                tensor(format!("h.{layer}.{name}"), &[width]);
            }
        }
        tensor("ln_f.weight".to_owned(), &[width]);
        tensor("ln_f.bias".to_owned(), &[width]);
    });
    let mut net: Gpt2 = names::options().open_bytes(&file).unwrap();
    let text = String::from_utf8(golden("config.json")).unwrap();
    net.configure(&Config::parse(&text.replace("\"n_head\": 3", "\"n_head\": 5")).unwrap()).unwrap();
    assert_eq!(net.blocks.len(), layers);
    assert_eq!(net.blocks[2].attention.value.weight.shape(), [width, width]);
    assert_eq!(greedy(&net, &[1, 2, 3], 12, None).len(), 12);
}
