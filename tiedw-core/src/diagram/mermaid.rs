//! Rendering as a Mermaid flowchart. <https://mermaid.js.org/syntax/flowchart.html>

use std::collections::HashMap;
use std::fmt;

use super::{Diagram, place, title};
use crate::size::Sizes;
use crate::summary::{Node, Tie};

impl fmt::Display for Diagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chart = Chart::default();
        chart.number(&self.root);
        f.write_str("flowchart LR\n")?;
        chart.draw(&self.root, None, f)?;
        chart.ties.iter().try_for_each(|tie| writeln!(f, "    {tie}"))?;
        if !chart.borrowers.is_empty() {
            writeln!(f, "    classDef tied stroke-dasharray: 4 3")?;
            writeln!(f, "    class {} tied", chart.borrowers.join(","))?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Chart {
    /// The box of each path.
    ids: HashMap<String, usize>,
    count: usize,
    /// The dashed arrows.
    ties: Vec<String>,
    /// The boxes of parts that are tied as a whole, and the box of open ties.
    borrowers: Vec<String>,
}

impl Chart {
    /// Numbers each module; its parameters share its number.
    fn number(&mut self, node: &Node) {
        let id = self.count;
        self.count += 1;
        self.ids.insert(node.path.clone(), id);
        for part in &node.parts {
            if part.is_leaf() {
                self.ids.insert(part.path.clone(), id);
            } else {
                self.number(part);
            }
        }
    }

    /// Draws the box of a part, the arrow to it, and the boxes of its parts.
    fn draw(&mut self, node: &Node, whole: Option<usize>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.ids[&node.path];
        let mut lines = vec![title(node)];
        if let Some(tie) = &node.tie {
            self.borrowers.push(format!("n{id}"));
            let label = if tie.source.contains(['[', '(']) { tie.source.clone() } else { String::new() };
            self.tie(id, tie, label, f)?;
        }
        if let Some(shape) = node.shape {
            lines.push(format!("{:?}", Sizes(shape)));
        }
        for part in &node.parts {
            if let Some(shape) = part.shape {
                lines.push(format!("{} {:?}", part.name, Sizes(shape)));
            }
            if let (true, Some(tie)) = (part.is_leaf(), &part.tie) {
                let label = match &*tie.source {
                    "" => part.name.clone(),
                    source => format!("{} = {source}", part.name),
                };
                self.tie(id, tie, label, f)?;
            }
        }
        let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
        let arrow = whole.map_or_else(String::new, |whole| format!("n{whole} --> "));
        writeln!(f, "    {arrow}n{id}[\"{}\"]", lines.join("<br/>"))?;
        node.parts.iter().filter(|part| !part.is_leaf()).try_for_each(|part| self.draw(part, Some(id), f))
    }

    /// Adds an arrow from the box `from` to the owner, or to the box of open ties if the owner is outside.
    fn tie(&mut self, from: usize, tie: &Tie, label: String, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let owner = self.ids.get(&place(&tie.source)).filter(|_| !tie.source.is_empty());
        let to = match owner {
            Some(id) => format!("n{id}"),
            None => {
                if !self.borrowers.iter().any(|id| id == "open") {
                    writeln!(f, "    open([\"open: tied by the struct that contains it\"])")?;
                    self.borrowers.push("open".to_owned());
                }
                "open".to_owned()
            }
        };
        let label = if label.is_empty() { label } else { format!("|\"{}\"|", escaped(&label)) };
        self.ties.push(format!("n{from} -.->{label} {to}"));
        Ok(())
    }
}

/// Escapes a quoted text for Mermaid, where `#` starts an entity.
fn escaped(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
