//! Modules that iterators keep beside values, or find while something changes, and such that are assigned.

use tiedw::prelude::*;

#[derive(Module)]
struct Expert {
    fc: Linear<4, 4>,
}

#[differentiable]
impl Expert {
    fn score(&self, x: &Tensor<4>) -> f32 {
        self.fc.forward(x).sum()
    }
}

#[derive(Module)]
struct Net {
    experts: Vec<Expert>,
    others: [Expert; 2],
}

#[differentiable]
impl Net {
    fn with_scores(&self, x: &Tensor<4>) -> f32 {
        let scored = self.experts.iter().map(|expert| (expert, expert.score(x)));
        let mut total = 0.0;
        for (expert, score) in scored {
            total += expert.score(x) * score;
        }
        let pair = self.experts.iter().map(|part| (part, part.score(x))).max_by(|a, b| a.1.total_cmp(&b.1)); //~
        total + pair.unwrap().0.score(x)
    }

    fn with_an_effect(&self, x: &Tensor<4>) -> f32 {
        let mut seen = 0;
        let found = self.experts.iter().find(|_| { //~
            seen += 1;
            seen > 1
        });
        found.unwrap().score(x)
    }

    fn of_two_lists(&self, x: &Tensor<4>) -> f32 {
        let found = self.experts.iter().chain(&self.others).find(|expert| expert.score(x) > 0.0); //~
        found.unwrap().score(x)
    }

    fn assigned(&self, x: &Tensor<4>) -> f32 {
        let mut best: Option<&Expert> = None;
        for expert in &self.experts {
            if expert.score(x) > 1.0 {
                best = Some(expert); //~
            }
        }
        best.unwrap().score(x)
    }
}

fn main() {}
