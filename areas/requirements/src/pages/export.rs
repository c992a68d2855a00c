//! Where a set is taken away as a file.

use kernel::Revision;
use maud::{Markup, html};
use web::parts::{Button, Field, Head, Symbol, look_up, page_head};
use web::t;

use super::files::Format;
use super::of_set;

/// Nobody outside reads a working copy: without a choice they take what was shown to them.
pub fn page(
    (number, title): (&str, &str),
    revision: Option<i64>,
    revisions: &[Revision],
    is_ours: bool,
) -> Markup {
    let now = is_ours.then(|| (String::new(), t!("Working copy"))).into_iter();
    let all = revisions.iter().map(|it| (it.no.to_string(), t!("Revision {no}", no = it.no)));
    let query = revision.map(|it| format!("?revision={it}")).unwrap_or_default();
    html! {
        (page_head(&Head {
            place: Some((number.to_owned(), of_set(number, ""))),
            title: html! { (t!("Export {title}", title = title)) },
            ..Head::default()
        }))
        (look_up(&of_set(number, "export"), html! {
            (Field::select("revision", t!("Revision"), now.chain(all)).value(revision.map(|it| it.to_string()).unwrap_or_default()))
            (Button::send(t!("Choose")))
        }))
        div.row {
            @for it in Format::ALL {
                (Button::open(of_set(number, &format!("export.{}{query}", it.ending())), it.name()).symbol(Symbol::File))
            }
            (Button::open(of_set(number, &format!("print{query}")), t!("To print")).symbol(Symbol::Print))
            @if let Some(no) = revision.or(revisions.first().map(|it| it.no)).filter(|_| sheets::IS_BUILT) {
                @for (code, word) in web::language::LANGUAGES {
                    (Button::open(of_set(number, &format!("revisions/{no}/sheet.pdf?language={code}")), t!("PDF of revision {no}: {language}", no = no, language = word)).symbol(Symbol::Document))
                }
            }
        }
    }
}
