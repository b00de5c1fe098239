//! Generation of text, one token at a time, with a key-value cache.

use tiedw::prelude::*;

use crate::model::Gpt2;

/// Picks a token given the logits.
pub(crate) type Draw<'d> = dyn FnMut(&[f32]) -> Result<u32, String> + 'd;

/// A model of any size.
pub(crate) trait Generate {
    fn num_parameters(&self) -> usize;

    /// Generates up to `count` tokens after the prompt, which must not be empty. Stops after the token `end`.
    fn generate(
        &self,
        prompt: &[u32],
        count: usize,
        end: Option<u32>,
        draw: &mut Draw<'_>,
    ) -> Result<Vec<u32>, String>;
}

/// The cached keys and values of one layer, one row per position.
#[derive(Clone)]
struct Kept<const WIDTH: usize> {
    keys: Tensor<WIDTH>,
    values: Tensor<WIDTH>,
}

/// A network that has read some tokens, with its cache.
pub(crate) struct Reader<'n, const WIDTH: usize, const HEADS: usize> {
    net: &'n Gpt2<WIDTH, HEADS>,
    layers: Vec<Kept<WIDTH>>,
    read: usize,
}

impl<'n, const WIDTH: usize, const HEADS: usize> Reader<'n, WIDTH, HEADS> {
    /// Reads the first tokens, and returns the logits of the next.
    pub(crate) fn new(net: &'n Gpt2<WIDTH, HEADS>, ids: &[u32]) -> (Self, Tensor<DYN>) {
        let nothing = Kept { keys: Tensor::zeros([0]), values: Tensor::zeros([0]) };
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
            kept.keys = kept.keys.cat_axis(&attention.key.forward(&normal), 0);
            kept.values = kept.values.cat_axis(&attention.value.forward(&normal), 0);
            let query = attention.query.forward(&normal);
            let attended = query.scaled_dot_product_attention::<HEADS, WIDTH>(&kept.keys, &kept.values, mask);
            x = block.feed_forward(&(x + attention.out_proj.forward(&attended)));
        }
        let last = x.narrow(0, ids.len() - 1, 1);
        net.head.forward(&net.norm.forward(&last))
    }
}

impl<const WIDTH: usize, const HEADS: usize> Generate for Gpt2<WIDTH, HEADS> {
    fn num_parameters(&self) -> usize {
        Module::num_parameters(self)
    }

    fn generate(
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
