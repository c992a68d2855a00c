//! Pictures at a set and its requirements, as they are put into its text.

use kernel::Attachment;
use maud::{Markup, html};
use web::parts::Button;
use web::picture::is_shown;
use web::t;

/// Each picture with the line that shows it in a text; a script puts that line where one writes. Nothing where there is
/// none.
pub fn offered(files: &[Attachment], has_customer: bool) -> Markup {
    let pictures: Vec<&Attachment> = files.iter().filter(|it| is_shown(it)).collect();
    let is_ours = |it: &Attachment| has_customer && it.audience == kernel::Audience::Internal;
    html! {
        @if !pictures.is_empty() {
            details {
                summary { (t!("Pictures for the text")) }
                p.help { (t!("Beside each picture stands a line. Put that line into the text where the picture is to appear.")) }
                ul.plain {
                    @for it in pictures {
                        li {
                            a href={ "/files/" (it.id) } { (it.name) } " " code { (line(it)) } " "
                            span hidden data-picture=(line(it)) { (Button::idle(t!("Put into the text")).small()) }
                            @if is_ours(it) { " " span.fine { (t!("The customer does not see this picture: only we read its file.")) } }
                        }
                    }
                }
            }
        }
    }
}

/// The Markdown that shows a picture.
fn line(it: &Attachment) -> String {
    let name: String = it.name.chars().map(|it| if "[]\\`!<>".contains(it) { ' ' } else { it }).collect();
    format!("![{}](/files/{})", name.trim(), it.id)
}

/// Markdown that leaves the product: its pictures are named where they lie, not where the page lay.
pub fn at_their_address(markdown: &str, site: &str) -> String {
    let site = site.trim_end_matches('/');
    markdown
        .replace("](/files/", &format!("]({site}/files/"))
        .replace("](</files/", &format!("](<{site}/files/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, media_type: &str) -> Attachment {
        Attachment {
            id: 7,
            record_id: 1,
            digest: String::new(),
            name: name.into(),
            media_type: media_type.into(),
            size: 9,
            audience: kernel::Audience::Internal,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: 1,
            ended_at: None,
        }
    }

    #[test]
    fn the_line_of_a_picture_shows_it_whatever_its_file_is_called() {
        for name in ["scheme.png", "a](b) [c.png", "x`!<y>\\.png"] {
            let shown = markdown::html(&line(&file(name, "image/png")), 0);
            assert!(shown.contains("<img src=\"/files/7\""), "{name}: {shown}");
        }
        let shown =
            offered(&[file("a.png", "image/png"), file("b.pdf", "application/pdf")], true).into_string();
        assert!(
            shown.contains("a.png") && !shown.contains("b.pdf") && shown.contains("only we read"),
            "{shown}"
        );
        assert!(offered(&[file("b.svg", "image/svg+xml")], true).into_string().is_empty());
    }

    #[test]
    fn a_picture_in_a_file_is_named_where_it_lies() {
        let text = "![a](/files/7) and ![b](</files/8>) and /files/9";
        let away = at_their_address(text, "https://reqord.example/");
        assert_eq!(
            away,
            "![a](https://reqord.example/files/7) and ![b](<https://reqord.example/files/8>) and /files/9"
        );
    }
}
