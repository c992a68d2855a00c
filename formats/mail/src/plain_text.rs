//! What is the canonical form of plain text?

use crate::headers::Headers;

/// How the sender broke the lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// A line is a line.
    Fixed,
    /// A line that ends with a blank goes on in the next (RFC 3676); the blank may have been put in only for that.
    Flowed { blank_is_deleted: bool },
}

impl Form {
    pub(crate) fn of(headers: &Headers) -> Self {
        let says = |name: &str, value: &str| {
            headers.parameter(name).is_some_and(|it| it.eq_ignore_ascii_case(value))
        };
        if says("format", "flowed") {
            Self::Flowed { blank_is_deleted: says("delsp", "yes") }
        } else {
            Self::Fixed
        }
    }
}

/// Lines end with a line feed, flowed lines are joined, control characters other than tab are gone, nothing blank is
/// left at the end.
pub(crate) fn canonical(text: &str, form: Form) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let joined = match form {
        Form::Fixed => text,
        Form::Flowed { blank_is_deleted } => unflowed(&text, blank_is_deleted),
    };
    let mut canonical: String =
        joined.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    canonical.truncate(canonical.trim_end().len());
    canonical
}

fn unflowed(text: &str, blank_is_deleted: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let depth = line.bytes().take_while(|&byte| byte == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_signature = content == "-- ";
        if open != Some(depth) || is_signature {
            if open.is_some() {
                // It was to flow on, but the paragraph ends here.
                joined.truncate(joined.trim_end_matches(' ').len());
            }
            if !joined.is_empty() {
                joined.push('\n');
            }
            joined.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                joined.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !is_signature;
        let kept = if flows && blank_is_deleted { &content[..content.len() - 1] } else { content };
        joined.push_str(kept);
        open = flows.then_some(depth);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOWED: Form = Form::Flowed { blank_is_deleted: false };

    #[test]
    fn flowed_lines_are_joined_within_one_depth_of_quotation() {
        let text = "She \r\n> asked \r\n> in two lines\r\nanswered \r\nin two lines\r\n";
        assert_eq!(canonical(text, FLOWED), "She\n> asked in two lines\nanswered in two lines");
    }

    #[test]
    fn a_signature_mark_never_flows() {
        assert_eq!(canonical("bye \n-- \nCarl", FLOWED), "bye\n-- \nCarl");
    }

    #[test]
    fn a_stuffed_blank_falls_away() {
        assert_eq!(canonical(" From here\n >no quotation", FLOWED), "From here\n>no quotation");
    }

    #[test]
    fn an_inserted_blank_is_deleted_on_request() {
        assert_eq!(canonical("Donau \ndampf", Form::Flowed { blank_is_deleted: true }), "Donaudampf");
    }

    #[test]
    fn fixed_lines_stay_as_they_are_without_control_characters() {
        assert_eq!(canonical("\u{feff}a \r\nb\0\u{8}\rc\t|\n\n", Form::Fixed), "a \nb\nc\t|");
    }
}
