//! Do broken, huge and hostile mails stay within their limits?

use std::fmt::Write as _;

use mail::{Limits, Role, Warning, read, read_within, split_mbox};

fn nested(form: &str, levels: usize) -> String {
    let mut mail = String::from("From: a@x.example\n");
    for level in 0..levels {
        let _ = write!(mail, "Content-Type: {form}; boundary=\"b{level}\"\n\n--b{level}\n");
    }
    mail + "\nat the bottom"
}

#[test]
fn a_hundred_thousand_levels_end_at_the_limit() {
    let mail = read(nested("multipart/mixed", 100_000).as_bytes());
    assert!(mail.warnings.contains(&Warning::NestingCut));
    assert!(String::from_utf8_lossy(&mail.parts[0].bytes).ends_with("at the bottom"), "nothing is lost");
}

#[test]
fn a_hundred_thousand_mails_in_each_other_are_one_attachment() {
    let mail = read("Content-Type: message/rfc822\n\n".repeat(100_000).as_bytes());
    assert_eq!((mail.parts.len(), mail.parts[0].role), (1, Role::ForwardedMail));
}

#[test]
fn a_boundary_that_is_its_own_child_ends() {
    let part = "--b\nContent-Type: multipart/mixed; boundary=b\n\n";
    let mail =
        read(format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", part.repeat(5000)).as_bytes());
    assert!(mail.parts.len() <= 1000);
}

#[test]
fn ten_thousand_parts_are_a_thousand() {
    let mut mail = String::from("Content-Type: multipart/mixed; boundary=b\n\n");
    for number in 0..10_000 {
        let _ = write!(mail, "--b\nContent-Type: image/png; name={number}.png\n\nx\n");
    }
    let mail = read((mail + "--b--\n").as_bytes());
    assert_eq!(mail.parts.len(), 1000);
    assert!(mail.warnings.contains(&Warning::PartsCut));
}

#[test]
fn ten_thousand_multiparts_without_their_boundary_take_no_time() {
    let part = "--b\nContent-Type: multipart/mixed; boundary=never\n\ntext\n";
    let mail = read(
        format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", part.repeat(10_000)).as_bytes(),
    );
    assert!(mail.warnings.contains(&Warning::BoundaryMissing));
}

#[test]
fn huge_headers_are_cut_and_told() {
    let mail = read(
        format!("Subject: kept\nX-Long: {}\nFrom: late@x.example\n\nbody", "y".repeat(3_000_000)).as_bytes(),
    );
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("kept", "body"));
    assert!(mail.warnings.contains(&Warning::HeadersCut));
    let mail = read(format!("To: {}\n\nbody", "a@x.example, ".repeat(10_000)).as_bytes());
    assert_eq!(mail.to.len(), 1000);
    assert!(mail.warnings.contains(&Warning::ListsCut));
}

#[test]
fn headers_that_nest_do_no_harm() {
    for header in
        ["From: ", "To: ", "Received: ", "Content-Type: ", "Date: ", "References: ", "Subject: =?utf-8?q?"]
    {
        for filling in ["(", "<", "\"", "\\", ":;", "=?utf-8?b?", ",", "@", "\n "] {
            let mail = read(format!("{header}{}\n\nbody", filling.repeat(20_000)).as_bytes());
            assert!(mail.text.len() < 200_000);
        }
    }
}

#[test]
fn texts_that_claim_another_character_set_are_read() {
    let mail = read(b"Content-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe");
    assert_eq!(mail.text, "Grüße");
    assert!(mail.warnings.contains(&Warning::CharsetWrong("utf-8".into())));
    let mail = read("Content-Type: text/plain; charset=klingon\n\nGrüße".as_bytes());
    assert_eq!(mail.text, "Grüße");
}

#[test]
fn truncated_base64_gives_what_there_is() {
    let mail = read(b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjMKJ");
    assert!(mail.parts[0].bytes.starts_with(b"%PDF-1.3"));
    assert!(
        mail.warnings.contains(&Warning::TransferDamaged) && mail.warnings.contains(&Warning::EndMissing)
    );
}

#[test]
fn a_text_of_a_hundred_megabytes_is_cut() {
    let mut raw = b"Subject: big\n\n".to_vec();
    raw.resize(100_000_000, b'a');
    let mail = read(&raw);
    assert_eq!(mail.text.len(), Limits::default().text);
    assert!(mail.warnings.contains(&Warning::TextCut));
}

#[test]
fn html_that_grows_when_it_is_parsed_stays_small() {
    // Each paragraph would open all unclosed fonts again.
    let fonts: String = (0..5000).fold(String::new(), |mut fonts, number| {
        let _ = write!(fonts, "<font color={number}>");
        fonts
    });
    for bomb in
        [format!("{fonts}{}", "<p>x</p>".repeat(50_000)), "<table>".repeat(100_000), "<b><p>".repeat(100_000)]
    {
        let mail = read(format!("Content-Type: text/html\n\n{bomb}").as_bytes());
        assert!(mail.html.unwrap().len() < 20_000_000);
        assert!(mail.warnings.contains(&Warning::HtmlCut));
    }
}

#[test]
fn a_text_of_nothing_but_marks_takes_no_time() {
    for mark in ["&", "&amp;", "\u{b2}", "<"] {
        let begun = std::time::Instant::now();
        let mail = read(format!("Content-Type: text/html\n\n{}", mark.repeat(500_000)).as_bytes());
        assert!(mail.html.is_some());
        assert!(begun.elapsed().as_secs() < 20, "{mark} takes {:?}", begun.elapsed());
    }
}

#[test]
fn a_tag_with_endless_attributes_is_cut() {
    let mut tag = String::from("<b>before</b><p ");
    for number in 0..300_000 {
        let _ = write!(tag, "a{number} ");
    }
    let mail = read(format!("Content-Type: text/html\n\n{tag}>").as_bytes());
    assert_eq!(mail.text, "before");
    assert!(mail.warnings.contains(&Warning::HtmlCut));
}

#[test]
fn own_limits_are_kept() {
    let limits = Limits { nesting: 2, parts: 3, ..Limits::default() };
    let mail = read_within(nested("multipart/mixed", 10).as_bytes(), &limits);
    assert!(mail.warnings.contains(&Warning::NestingCut));
}

#[test]
fn an_archive_of_nothing_but_envelopes_is_no_burden() {
    let archive = "From a\n\n".repeat(100_000);
    assert_eq!(split_mbox(archive.as_bytes()).count(), 0);
    let archive = "From a\nX: y\n\n".repeat(20_000);
    assert_eq!(split_mbox(archive.as_bytes()).count(), 20_000);
}
