//! The modules around a place in a file.

/// Returns where each `mod name {` around the end of `source` starts; `None` if something else is around it, such as a function
/// or a macro.
pub(crate) fn enclosing_modules(source: &str) -> Option<Vec<usize>> {
    open_modules(source).into_iter().collect()
}

/// Returns where each `mod name {` around the end of `source` starts, whatever is within the last one.
pub(crate) fn outer_modules(source: &str) -> Vec<usize> {
    open_modules(source).into_iter().map_while(|module| module).collect()
}

/// Where all starts that is open at the end of `source`; `None` for each that is no module.
fn open_modules(source: &str) -> Vec<Option<usize>> {
    let (mut open, mut last) = (Vec::new(), ["", ""]);
    let mut rest = source;
    while !rest.is_empty() {
        let (token, after) = rest.split_at(length(rest));
        match token {
            "{" | "(" | "[" => open.push((source.len() - rest.len(), token == "{" && last[0] == "mod")),
            "}" | ")" | "]" => {
                open.pop();
            }
            _ => {}
        }
        if !is_skipped(token) {
            last = [last[1], token];
        }
        rest = after;
    }
    open.into_iter().map(|(start, is_module)| is_module.then_some(start)).collect()
}

/// Whether a token is a space or a comment.
fn is_skipped(token: &str) -> bool {
    token.starts_with(char::is_whitespace) || token.starts_with("//") || token.starts_with("/*")
}

/// The length of the first token.
fn length(source: &str) -> usize {
    let until = |end: &str, from: usize| {
        source[from..].find(end).map_or(source.len(), |found| from + found + end.len())
    };
    let run = |is: fn(char) -> bool| source.find(|c| !is(c)).unwrap_or(source.len());
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if source.starts_with("//") {
        return until("\n", 2);
    }
    if source.starts_with("/*") {
        return comment(source);
    }
    if let Some(hashes) = raw_string(source) {
        let opening = source.find('"').map_or(0, |quote| quote + 1);
        return until(&format!("\"{}", "#".repeat(hashes)), opening);
    }
    match source.chars().next() {
        Some(c) if c.is_whitespace() => run(char::is_whitespace),
        Some('"') => quoted(source, '"'),
        Some('\'') if is_character(source) => quoted(source, '\''),
        Some(c) if is_name(c) => run(is_name),
        other => other.map_or(0, char::len_utf8),
    }
}

/// The length of a comment, in which others may be.
fn comment(source: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < source.len() {
        let rest = &source.as_bytes()[at..];
        let step = if rest.starts_with(b"/*") {
            depth += 1;
            2
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            2
        } else {
            1
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at.min(source.len())
}

/// The number of `#` before the quote, if a raw string starts here.
fn raw_string(source: &str) -> Option<usize> {
    let rest = source.strip_prefix(['b', 'c']).unwrap_or(source).strip_prefix('r')?;
    let without = rest.trim_start_matches('#');
    without.starts_with('"').then_some(rest.len() - without.len())
}

/// Whether a quote starts a character, and no lifetime.
fn is_character(source: &str) -> bool {
    let mut after = source.chars().skip(1);
    after.next() == Some('\\') || after.next() == Some('\'')
}

/// The length of what is between two quotes.
fn quoted(source: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in source.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::enclosing_modules;

    /// The number of modules around `HERE`.
    fn around(source: &str) -> Option<usize> {
        enclosing_modules(&source[..source.find("HERE").unwrap()]).map(|modules| modules.len())
    }

    #[test]
    fn modules() {
        assert_eq!(around("use a; HERE"), Some(0));
        assert_eq!(around("mod a { fn f() { x[0] } } mod b { pub mod c { HERE"), Some(2));
    }

    #[test]
    fn what_is_no_module() {
        assert_eq!(around("fn f() { HERE"), None);
        assert_eq!(around("macro_rules! m { () => { mod a { HERE"), None);
        assert_eq!(around("wrap!(HERE"), None);
    }

    #[test]
    fn what_is_no_bracket() {
        assert_eq!(around("// {\n/* { /* { */ { */ const A: &str = \"{\\\"{\"; HERE"), Some(0));
        assert_eq!(
            around("const A: &str = r##\"{\"#{\"##; const B: char = '{'; const C: u8 = b'\\''; HERE"),
            Some(0)
        );
        assert_eq!(around("struct A<'a>(&'a str); mod b<'{'> { HERE"), None);
        assert_eq!(around("const r#mod: &[u8] = br\"{\"; mod /* { */ a { HERE"), Some(1));
    }
}
