//! Generation of text, one token at a time, with a key-value cache.

use tiedw::prelude::*;

use crate::model::Gpt2;

/// Picks a token given the logits.
pub(crate) type Draw<'d> = dyn FnMut(&[f32]) -> Result<u32, String> + 'd;

/// The cached keys and values of one layer, one row per position.
#[derive(Clone)]
struct Kept {
    keys: Tensor<DYN>,
    values: Tensor<DYN>,
}

/// A network that has read some tokens, with its cache.
pub(crate) struct Reader<'n> {
    net: &'n Gpt2,
    layers: Vec<Kept>,
    read: usize,
}

impl<'n> Reader<'n> {
    /// Reads the first tokens, and returns the logits of the next.
    pub(crate) fn new(net: &'n Gpt2, ids: &[u32]) -> (Self, Tensor<DYN>) {
        let nothing = || Tensor::zeros([0, net.embed.weight.columns()]);
        let nothing = Kept { keys: nothing(), values: nothing() };
        let mut reader = Reader { net, layers: vec![nothing; net.blocks.len()], read: 0 };
        let logits = reader.read(ids, &AttentionMask::causal());
        (reader, logits)
    }

    /// Reads one more token, which attends to all previous ones, and returns the logits of the next.
    pub(crate) fn next(&mut self, id: u32) -> Tensor<DYN> {
        self.read(&[id], &AttentionMask::none())
    }

    fn read(&mut self, ids: &[u32], mask: &AttentionMask) -> Tensor<DYN> {
        let net = self.net.view();
        let places = (self.read as u32..).take(ids.len()).collect();
        self.read += ids.len();
        let vectors = net.embed.forward(&Ids::from_vec([ids.len()], ids.to_vec()));
        let mut x = vectors + net.positions.forward(&Ids::from_vec([ids.len()], places));
        for (block, kept) in net.blocks.iter().zip(&mut self.layers) {
            let normal = block.attention_norm.forward(&x);
            let attention = &block.attention;
            let heads = attention.heads.get().expect("the configuration says the number of heads");
            kept.keys = kept.keys.cat_axis(&attention.key.forward(&normal), 0);
            kept.values = kept.values.cat_axis(&attention.value.forward(&normal), 0);
            let query = attention.query.forward(&normal);
            let attended = query.attend(heads, &kept.keys, &kept.values, mask);
            x = block.feed_forward(&(x + attention.out_proj.forward(&attended)));
        }
        let last = x.narrow(0, ids.len() - 1, 1);
        net.head.forward(&net.norm.forward(&last))
    }
}

impl Gpt2 {
    /// Generates up to `count` tokens after the prompt, which must not be empty. Stops after the token `end`.
    pub(crate) fn generate(
        &self,
        prompt: &[u32],
        count: usize,
        end: Option<u32>,
        draw: &mut Draw<'_>,
    ) -> Result<Vec<u32>, String> {
        let (mut ids, context) = (prompt.to_vec(), self.positions.weight.rows());
        let (mut reader, mut logits) = Reader::new(self, &ids[ids.len().saturating_sub(context)..]);
        for left in (0..count).rev() {
            let id = draw(logits.as_slice())?;
            ids.push(id);
            if left == 0 || end == Some(id) {
                break;
            }
            if reader.read < context {
                logits = reader.next(id);
            } else {
                // The context is full: restart from its later half.
                (reader, logits) = Reader::new(self, &ids[ids.len() - context / 2..]);
            }
        }
        Ok(ids.split_off(prompt.len()))
    }
}
