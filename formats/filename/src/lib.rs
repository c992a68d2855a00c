//! Which name may a file bear that somebody sent?

const LONGEST: usize = 120;

/// A file name that is harmless as a name on any disk and in any line of text: the last part of the path, without
/// control characters and characters that turn the direction of writing, at most 120 bytes with the ending kept.
/// `None` if nothing is left.
///
/// ```
/// assert_eq!(filename::safe_name("../../etc/pass\u{202e}wd.pdf").as_deref(), Some("passwd.pdf"));
/// ```
pub fn safe_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty())?;
    let kept: String = last.chars().filter(|c| !is_deceptive(*c)).map(replaced).collect();
    let name = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.trim_start_matches(['.', ' ', '~']).trim_end_matches(['.', ' ']);
    (!name.is_empty()).then(|| shortened(name))
}

/// Control characters, marks of direction, invisible blanks and tags.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}'
            | '\u{2029}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn replaced(c: char) -> char {
    if matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c }
}

fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_string();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 10 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    format!("{}{ending}", &stem[..stem.floor_char_boundary(LONGEST - ending.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_no_path() {
        assert_eq!(safe_name("C:\\Users\\carl\\URS.pdf").as_deref(), Some("URS.pdf"));
        assert_eq!(safe_name("/etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(safe_name("..").as_deref(), None);
        assert_eq!(safe_name("dir/").as_deref(), Some("dir"));
    }

    #[test]
    fn a_name_does_not_deceive() {
        assert_eq!(safe_name("invoice\u{202e}fdp.exe").as_deref(), Some("invoicefdp.exe"));
        assert_eq!(safe_name("a\0b\r\nc.txt").as_deref(), Some("abc.txt"));
        assert_eq!(safe_name(".htaccess").as_deref(), Some("htaccess"));
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = safe_name(&format!("{}.pdf", "ü".repeat(300))).unwrap();
        assert!(name.len() <= LONGEST && name.ends_with("ü.pdf"), "{name}");
    }
}
