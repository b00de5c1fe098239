//! Comparison with the outputs of transformers for the same files, and training.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, process};

use rand::{SeedableRng, rngs::StdRng};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tiedw::prelude::*;

use crate::batch::Batch;
use crate::config::Config;
use crate::encoder::Encoder;
use crate::model::Model;
use crate::pairs::Pairs;
use crate::recall::recall;
use crate::train::Training;
use crate::twins::Twins;
use crate::{names, texts};

/// A tiny model with random weights.
const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/sentence_twins");

/// The file that `tests/golden/sentence_twins/generate.py` writes.
#[derive(Deserialize)]
struct Expected {
    texts: Vec<Text>,
    embeddings: Vec<Vec<f32>>,
    /// InfoNCE of the first two texts and the next two.
    #[serde(default)]
    loss: f32,
    /// The norm of the gradient of each weight.
    #[serde(default)]
    gradient: Map<String, Value>,
    /// Of a model in a folder.
    #[serde(default)]
    seconds_to_open: f64,
    #[serde(default)]
    seconds_to_embed: f64,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    ids: Vec<u32>,
}

impl Expected {
    fn read(folder: &Path) -> Self {
        serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap()
    }

    fn texts(&self) -> Vec<&str> {
        self.texts.iter().map(|text| &*text.text).collect()
    }

    /// Returns the largest difference of an element.
    #[track_caller]
    fn difference(&self, found: &Tensor<DYN>) -> f32 {
        let expected = self.embeddings.concat();
        assert_eq!(found.as_slice().len(), expected.len());
        found.as_slice().iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    /// Creates a copy of the tiny model.
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("sentence-twins-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["config.json", "model.safetensors", "tokenizer.json"] {
            fs::write(folder.join(name), golden(name)).unwrap();
        }
        Folder(folder)
    }

    fn error(&self) -> String {
        Model::open(&self.0).err().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn golden(name: &str) -> Vec<u8> {
    fs::read(Path::new(TINY).join(name)).unwrap()
}

fn tiny() -> Model {
    Model::open(Path::new(TINY)).unwrap()
}

/// Returns the weights with an edited header.
fn edited(edit: impl FnOnce(&mut Map<String, Value>)) -> Vec<u8> {
    let file = golden("model.safetensors");
    let (length, rest) = file.split_at(8);
    let (header, data) = rest.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let mut header = serde_json::from_slice(header).unwrap();
    edit(&mut header);
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// Gives each tensor the name that `rename` returns.
fn renamed(header: &mut Map<String, Value>, rename: impl Fn(&str) -> String) {
    let named = std::mem::take(header).into_iter();
    let kept = |name: String| if name == "__metadata__" { name } else { rename(&name) };
    *header = named.map(|(name, info)| (kept(name), info)).collect();
}

#[test]
fn embeddings_are_the_same() {
    let (model, expected) = (tiny(), Expected::read(Path::new(TINY)));
    let ids: Vec<_> = expected.texts.iter().map(|text| text.ids.clone()).collect();
    assert_eq!(model.tokens.encode(&expected.texts()).unwrap(), ids);
    let lengths: Vec<usize> = ids.iter().map(Vec::len).collect();
    assert!(lengths.contains(&32) && lengths.iter().any(|length| *length < 10), "{lengths:?}");

    let together = model.embed(&expected.texts()).unwrap();
    let difference = expected.difference(&together);
    assert!(difference < 1e-5, "embeddings differ by {difference}");
    // Without padding.
    for (at, text) in expected.texts().iter().enumerate() {
        let alone = model.embed(&[text]).unwrap();
        let difference = (&alone - &together.narrow(0, at, 1)).abs();
        assert!(difference.as_slice().iter().all(|x| *x < 1e-6), "{text}: {difference:?}");
    }
}

#[test]
fn the_gradient_of_both_towers_is_the_same() {
    let (model, expected) = (tiny(), Expected::read(Path::new(TINY)));
    let batch = |texts: &[Text]| Batch::new(texts.iter().map(|text| &*text.ids));
    let twins = Twins::new(model.encoder);
    let (loss, gradient) = twins.loss_and_grad(&batch(&expected.texts[..2]), &batch(&expected.texts[2..4]));
    assert!((loss - expected.loss).abs() < 1e-4, "{loss}, not {}", expected.loss);
    assert_eq!(gradient.left.named_parameters().count(), expected.gradient.len());
    for (name, values) in gradient.left.named_parameters() {
        let norm = values.as_slice().iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        let name = names::theirs(&name);
        let expected = expected.gradient[&name].as_f64().unwrap();
        // The keys' bias has no influence: its gradient is rounding alone.
        assert!((norm - expected).abs() < 1e-4 * (1.0 + expected), "{name}: {norm}, not {expected}");
    }
}

#[test]
fn the_towers_are_one() {
    let twins = Twins::new(tiny().encoder);
    assert_eq!(twins.num_parameters(), twins.left.num_parameters());
    assert_eq!(Twins::SPEC.ties(), [("right", "left")]);
}

/// Models with a head have a prefix, old files have the numbers of the positions, and other names for norms.
#[test]
fn other_files_of_the_same_model() {
    let model = tiny();
    let file = edited(|header| {
        let position = json!({ "dtype": "I64", "shape": [1, 1], "data_offsets": [0, 8] });
        renamed(header, |name| {
            let name = name
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta");
            if name.starts_with("pooler.") {
                name.replace("pooler", "cls.head")
            } else {
                format!("bert.{name}")
            }
        });
        // Its bytes are those of the first weight, which a file may not share: they are added in front.
        for info in header.values_mut() {
            if let Some(offsets) = info.get_mut("data_offsets") {
                *offsets = json!([offsets[0].as_u64().unwrap() + 8, offsets[1].as_u64().unwrap() + 8]);
            }
        }
        header.insert("bert.embeddings.position_ids".to_owned(), position);
    });
    let header = 8 + u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let file = [&file[..header], &[0; 8], &file[header..]].concat();
    let mut encoder: Encoder = names::options().open_bytes(&file).unwrap();
    encoder.configure(3, 1e-12).unwrap();
    assert!(encoder == model.encoder);
}

#[test]
fn names_lead_back() {
    let model = tiny();
    let (file, folder) = (golden("model.safetensors"), Folder::new("names"));
    model.save(&folder.0).unwrap();
    let saved = fs::read(folder.0.join("model.safetensors")).unwrap();
    let names = |file: &[u8]| {
        let length = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
        let header: Map<String, Value> = serde_json::from_slice(&file[8..8 + length]).unwrap();
        let mut names: Vec<_> = header.keys().filter(|name| !name.starts_with("pooler.")).cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(&saved), names(&file));
}

#[test]
fn a_saved_folder_opens_with_the_same_bits() {
    let texts = texts::own();
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    let own = Model::new(texts.iter().copied(), &mut StdRng::seed_from_u64(1)).unwrap();
    for (model, name) in [(tiny(), "saved"), (own, "own")] {
        let folder = Folder::new(name);
        model.save(&folder.0).unwrap();
        let again = Model::open(&folder.0).unwrap();
        let bits = |model: &Model| -> Vec<u32> {
            model.embed(&texts).unwrap().as_slice().iter().map(|x| x.to_bits()).collect()
        };
        assert!(again.encoder == model.encoder && again.config == model.config);
        assert_eq!(bits(&again), bits(&model));
    }
}

#[test]
fn training_finds_more_pairs() {
    let pairs = Pairs::read(None).unwrap();
    assert_eq!((pairs.learned.len(), pairs.held_out.len()), (160, 40));
    let words = pairs.learned.iter().flat_map(|(left, right)| [&**left, right]);
    let mut model = Model::new(words, &mut StdRng::seed_from_u64(0)).unwrap();
    let before = recall(&model, &pairs.held_out).unwrap();
    Training { epochs: 12, rate: 3e-3, seed: 0 }.run(&mut model, &pairs.learned).unwrap();
    let after = recall(&model, &pairs.held_out).unwrap();
    assert!(before < 0.2 && after > 0.6, "{before} before, {after} after");
}

#[test]
fn configurations_that_are_unknown() {
    let text = String::from_utf8(golden("config.json")).unwrap();
    let changed = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        Config::parse(&text.replace(old, new)).err().unwrap()
    };
    assert_eq!(changed("\"gelu\"", "\"relu\""), "`hidden_act` is relu, and this program knows gelu alone");
    assert_eq!(
        changed("\"model_type\": \"bert\"", "\"position_embedding_type\": \"relative_key\""),
        "`position_embedding_type` is relative_key, and this program knows absolute alone"
    );
    assert_eq!(
        changed("\"model_type\": \"bert\"", "\"model_type\": \"roberta\""),
        "`model_type` is roberta, and this program knows bert alone"
    );
    assert!(changed("\"is_decoder\": false", "\"is_decoder\": true").contains("`is_decoder` is true"));
    assert!(changed("\"num_attention_heads\"", "\"heads\"").contains("missing field `num_attention_heads`"));
    assert!(changed("1e-12", "-1.0").contains("`layer_norm_eps` is -1"));
}

#[test]
fn folders_that_do_not_fit() {
    let folder = Folder::new("unfit");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.0.join(name), bytes).unwrap();
    let config = |old: &str, new: &str| {
        let text = String::from_utf8(golden("config.json")).unwrap();
        assert!(text.contains(old), "{old}");
        write("config.json", text.replace(old, new).as_bytes());
    };
    config("\"num_attention_heads\": 3", "\"num_attention_heads\": 5");
    assert_eq!(folder.error(), "5 heads do not share the width of the model, 24");
    config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    assert!(folder.error().ends_with("model.safetensors has 2 layers, and config.json says 3"));
    config("{", "");
    assert!(folder.error().contains("config.json: "));
    write("config.json", &golden("config.json"));

    let file = edited(|header| {
        header.remove("encoder.layer.1.output.dense.bias");
    });
    write("model.safetensors", &file);
    assert!(folder.error().contains("cannot open "));
    let file = edited(|header| renamed(header, |name| format!("other.{name}")));
    write("model.safetensors", &file);
    assert!(folder.error().contains("`words.weight`"), "{}", folder.error());
    for (name, shape, found) in [
        ("embeddings.position_embeddings.weight", [24, 32], "the width of `positions` is 32, "),
        ("encoder.layer.1.output.dense.weight", [40, 24], "cannot open "),
        ("embeddings.token_type_embeddings.weight", [48, 1], "the width of `types` is 1, "),
    ] {
        write("model.safetensors", &edited(|header| header[name]["shape"] = json!(shape)));
        assert!(folder.error().contains(found), "{}", folder.error());
    }
    write("model.safetensors", &golden("model.safetensors"));
    let tokens = String::from_utf8(golden("tokenizer.json")).unwrap();
    write("tokenizer.json", tokens.replace("\"tied\":", "\"tied\":1").as_bytes());
    assert!(folder.error().contains("tokenizer.json has the token 1"), "{}", folder.error());

    write("tokenizer.json", b"{}");
    assert!(folder.error().contains("cannot read ") && folder.error().contains("tokenizer.json"));
    fs::remove_file(folder.0.join("tokenizer.json")).unwrap();
    assert!(folder.error().contains("tokenizer.json"));
}

#[test]
fn pairs_that_are_none() {
    let good = "a sentence\tanother\n".repeat(10);
    assert_eq!(Pairs::parse(&good).unwrap().held_out.len(), 2);
    let error = |line: &str| Pairs::parse(&format!("{good}{line}\n{good}")).err().unwrap();
    assert_eq!(error("one sentence"), "line 11: 1 sentences with tabs between them, not two");
    assert_eq!(error("a\tb\tc"), "line 11: 3 sentences with tabs between them, not two");
    assert_eq!(error("a\t "), "line 11: a sentence of the pair is empty");
    assert_eq!(error(""), "line 11: 1 sentences with tabs between them, not two");
    assert_eq!(Pairs::parse("a\tb").err().unwrap(), "1 pairs, and training needs at least 10");
}

/// With a real model, for which `generate.py` has written `expected.json` beside its files.
#[test]
#[ignore = "needs a model: its folder is SENTENCE_TWINS_MODEL"]
fn embeddings_of_a_real_model_are_the_same() {
    let folder = PathBuf::from(env::var_os("SENTENCE_TWINS_MODEL").expect("SENTENCE_TWINS_MODEL is set"));
    let expected = Expected::read(&folder);
    let start = Instant::now();
    let model = Model::open(&folder).unwrap();
    let opened = start.elapsed().as_secs_f64();
    let ids = model.tokens.encode(&expected.texts()).unwrap();
    assert!(ids.iter().eq(expected.texts.iter().map(|text| &text.ids)));
    let mut seconds = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        let difference = expected.difference(&model.embed(&expected.texts()).unwrap());
        seconds = seconds.min(start.elapsed().as_secs_f64());
        println!("the largest difference is {difference:e}");
        assert!(difference < 1e-6);
    }
    let (open, embed) = (expected.seconds_to_open, expected.seconds_to_embed);
    println!("opened in {opened:.3} s (transformers {open:.3}), embedded in {seconds:.3} s ({embed:.3})");
}
