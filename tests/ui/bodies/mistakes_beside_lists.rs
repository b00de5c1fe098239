use tiedw::prelude::*;

#[derive(Module)]
struct Net {
    cells: Vec<Linear<4, 4>>,
}

#[differentiable]
impl Net {
    fn a_number_in_a_list_of_tensors(&self, x: &Tensor<4>) -> f32 {
        let mut outputs = Vec::new();
        for cell in &self.cells {
            outputs.push(cell.forward(x));
            outputs.push(1.0); //~
        }
        outputs[0].sum()
    }

    fn added_to_a_list(&self, x: &Tensor<4>) -> f32 {
        let mut outputs = Vec::new();
        outputs.push(self.cells[0].forward(x));
        outputs += x; //~
        outputs[0].sum()
    }

    fn no_place(&self, x: &Tensor<4>) -> f32 {
        x.sum() = 2.0; //~
        self.cells[0].forward(x).sum()
    }

    fn arguments(&self, x: &Tensor<4>) -> f32 {
        let steps = Tensor::<4>::linspace(0.0, x.sum()); //~
        steps.sum()
    }
}

fn main() {}
