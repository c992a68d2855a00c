//! Which addresses may a text point to?

/// Whether a link may lead there: `http`, `https`, `mailto`, or somewhere on this site.
///
/// Browsers drop tabs and line feeds from addresses and read `\` as `/`, so neither may occur at all
/// (URL standard, sections 4.1 and 4.4).
pub fn may_lead_to(address: &str) -> bool {
    if address.chars().any(|it| it.is_control() || it == '\\') || address.trim() != address {
        return false;
    }
    let head = address.split(['/', '?', '#']).next().unwrap_or_default();
    match head.split_once(':') {
        Some((scheme, _)) => {
            ["http", "https", "mailto"].iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed))
        }
        None => !address.is_empty() && !address.starts_with("//"),
    }
}

/// Whether an image may be loaded from there: files of this site, nothing else, so that showing a text tells
/// nobody that it was shown.
pub fn may_be_shown(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    may_lead_to(address)
        && address.starts_with("/files/")
        && !["..", "%2e", "//"].iter().any(|detour| lower.contains(detour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_to_mail_and_around_here() {
        for good in [
            "https://a.example/x?y:z",
            "HTTP://a.example",
            "mailto:a@b.example",
            "/r/REQ-1",
            "REQ-1",
            "#a",
            "?a=b:c",
        ] {
            assert!(may_lead_to(good), "{good}");
        }
    }

    #[test]
    fn links_lead_nowhere_else_however_they_are_disguised() {
        let disguises = [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            " javascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "",
        ];
        for bad in disguises {
            assert!(!may_lead_to(bad), "{bad:?}");
        }
    }

    #[test]
    fn images_are_files_of_this_site() {
        assert!(may_be_shown("/files/ab12/drawing.png"));
        for bad in [
            "/files/../logout",
            "/files/%2E%2e/logout",
            "/logout",
            "https://a.example/files/x.png",
            "files/x",
        ] {
            assert!(!may_be_shown(bad), "{bad}");
        }
    }
}
