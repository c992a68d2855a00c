//! Files of what is under a change: proposed inside it, read and signed, and there with its release alone.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use catalogue::{CatalogueItem, NewRevision};
use changes::{Action, ChangeRequest};
use kernel::{Attachment, Audience, Basis, Filing, Gets};
use requirements::{At, Requirement};
use serde_json::{Value as Json, json};
use web::testing::{Came, Client};

use crate::changes::{
    agreed_set, fix, management_approves, propose, raise, sign, state, statement, step, take,
};
use crate::world::{World, program, refusal};

const DRAWING: &str = "20-114-03.pdf";
const CHANGED: &str = "The content changed since you opened it. Nothing was recorded.";

/// Looked at, and asked for: management signs next.
fn asks(world: &World, change: &str) {
    step(world, "bob", change, "screen").unwrap();
    fix(world, change);
    world.ada().does(|work| changes::ask_approval(work, change)).unwrap();
}

/// Ada proposes a drawing that the customer reads.
fn draws(world: &World, change: &str, line: i64, bytes: &[u8]) -> i64 {
    let filing = Filing {
        name: DRAWING,
        media_type: "application/pdf",
        bytes,
        words: None,
        audience: Audience::Internal,
    };
    let propose =
        |work: &mut kernel::Work| changes::propose_file(work, change, line, (&filing, Some(Audience::Party)));
    world.ada().does(propose).unwrap()
}

/// The files that lie at a record now.
fn lying(world: &World, number: &str) -> Vec<Attachment> {
    let all = world.ada().asks(|reader| reader.attachments(reader.mention_of(number)?.id));
    all.into_iter().filter(|it| it.belongs(None)).collect()
}

/// The digests of the files that a revision of a set names at its first requirement, as Carl reads it.
fn enclosed(world: &World, set: &str, at: At) -> Vec<String> {
    let reading = world.carl().asks(|reader| requirements::read(reader, set, at));
    reading.lines[0].enclosed.iter().map(|it| it.digest.clone()).collect()
}

/// Released with a drawing, on the fast way.
fn drawn(world: &World, requirement: &str, bytes: &[u8]) -> String {
    let management = management_approves(world);
    let change = raise(world, "ada", "Another drawing");
    let line = take(world, "ada", &change, requirement, Action::Change).unwrap();
    draws(world, &change, line, bytes);
    asks(world, &change);
    sign(world, "henrik", &change, &management, true).unwrap();
    world.ada().does(|work| changes::release(work, &change)).unwrap();
    change
}

fn hidden(page: &str, name: &str) -> String {
    let start = format!(r#"name="{name}" value=""#);
    let from = page.find(&start).unwrap_or_else(|| panic!("there is no {name}: {page}")) + start.len();
    page[from..].split('"').next().unwrap().to_owned()
}

/// Sends bytes as they are.
fn sends(who: &mut Client, to: &str, bytes: &'static [u8]) -> Came {
    who.send(Method::POST, to, &[("content-type", "application/pdf")], Body::from(bytes))
}

#[test]
fn a_file_comes_to_what_is_under_a_change_by_that_change_alone_and_with_its_release() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Another drawing");
        let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
        let mut ada = program(&world, "ada");
        let there = format!("is under change {change}. Open the change and propose it there.");
        let file: &[(&str, &[u8])] = &[(DRAWING, b"%PDF-1.7 one")];
        for to in [format!("/requirements/{}/files", reqs[0]), format!("/requirement-sets/{set}/files")] {
            for audience in ["party", "internal"] {
                let came = ada.post_files(&to, &[("audience", audience)], file);
                assert!(came.status == StatusCode::CONFLICT && came.text.contains(&there), "{}", came.text);
            }
        }
        let page = ada.get(&format!("/requirements/{}", reqs[0])).text;
        assert!(page.contains("files are proposed there") && !page.contains("Attach files"), "{page}");
        let to = format!("/api/v1/requirements/{}/attachments?name={DRAWING}", reqs[0]);
        let came = sends(&mut ada, &to, b"%PDF-1.7 one");
        assert!(came.status == StatusCode::CONFLICT && came.text.contains(&there), "{}", came.text);
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let outcome = world.ada().does(|work| changes::ask_approval(work, &change));
        let written = format!("Write what {} is to say.", reqs[0]);
        assert!(refusal(outcome).contains(&written), "nothing is proposed yet");

        let to = format!("/changes/{change}/affected/{line}/files");
        let empty = ada.post_files(&to, &[("audience", "party")], &[(DRAWING, b"")]);
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.text);
        let came = ada.post_files(&to, &[("audience", "party")], file);
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
        let page = ada.get(&format!("/changes/{change}/affected/{line}/redline")).text;
        assert!(page.contains(DRAWING) && page.contains("After:"), "{page}");
        assert!(lying(&world, &reqs[0]).is_empty(), "it lies at the change");
        // There it is told as what it is: proposed for the requirement, and no file of the change.
        let page = ada.get(&format!("/changes/{change}")).text;
        let leads = format!("/changes/{change}/affected#{}", reqs[0]);
        assert!(page.contains("they lie there with the release") && page.contains(&leads), "{page}");
        let told = ada.get(&format!("/api/v1/changes/{change}/attachments")).json();
        assert_eq!(told["items"][0]["proposed_for"], reqs[0].as_str(), "{told}");
        let found = |part: &str| {
            let all = program(&world, "ada").get(&format!("/api/v1/search?q={DRAWING}+in:files")).json();
            let hits = all["items"].as_array().unwrap().clone();
            hits.iter().filter(|it| it["number"] == part).count()
        };
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();

        // Henrik opened the page before the drawing was another one.
        let mut henrik = program(&world, "henrik");
        let at = format!("/changes/{change}/sign");
        let page = henrik.get(&at).text;
        assert!(page.contains(DRAWING) && page.contains(&kernel::fingerprint(b"%PDF-1.7 one")), "{page}");
        let opened = hidden(&page, "read");
        draws(&world, &change, line, b"%PDF-1.7 two");
        let password = "henrik-right-millilitre";
        let form = |read| {
            [("function", &*management), ("read", read), ("decision", "approve"), ("password", password)]
        };
        let stale = henrik.post_form(&at, &form(&opened));
        assert!(stale.status == StatusCode::CONFLICT && stale.text.contains(CHANGED), "{}", stale.text);
        let read = hidden(&stale.text, "read");
        assert_eq!(henrik.post_form(&at, &form(&read)).status, StatusCode::SEE_OTHER);
        assert_eq!(state(&world, &change), "approved");
        assert!(enclosed(&world, &set, At::Now).is_empty(), "nothing holds before the release");

        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let told = ada.get(&format!("/api/v1/changes/{change}/attachments")).json();
        assert_eq!(
            told["items"].as_array().unwrap().len(),
            1,
            "what it replaced is proposed no more: {told}"
        );
        assert_eq!((found(&change), found(&reqs[0])), (1, 1));
        let second = kernel::fingerprint(b"%PDF-1.7 two");
        let files = lying(&world, &reqs[0]);
        assert_eq!(files.iter().map(|it| &it.digest).collect::<Vec<_>>(), [&second]);
        assert_eq!(files[0].audience, Audience::Party);
        assert_eq!(
            enclosed(&world, &set, At::Now),
            std::slice::from_ref(&second),
            "the customer reads what holds"
        );
        let revisions =
            |number: &str| world.ada().asks(|reader| reader.revisions(reader.mention_of(number)?.id)).len();
        assert_eq!((revisions(&set), revisions(&reqs[0])), (2, 1), "no word of it is another one");
        assert_eq!(statement(&world, &reqs[0]), "Seals EPDM.");

        // It goes by another change, and what was agreed until then still names it.
        let change = raise(&world, "ada", "No drawing any more");
        let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
        let away = format!("/changes/{change}/affected/{line}/files/away");
        let none = ada.post_form(&away, &[("name", "other.pdf")]);
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", none.text);
        assert_eq!(ada.post_form(&away, &[("name", DRAWING)]).status, StatusCode::SEE_OTHER);
        asks(&world, &change);
        sign(&world, "henrik", &change, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert!(lying(&world, &reqs[0]).is_empty());
        assert!(enclosed(&world, &set, At::Now).is_empty());
        assert_eq!(enclosed(&world, &set, At::Revision(2)), [second]);
        assert_eq!(found(&reqs[0]), 0, "what went is found no more");
        let kept = world.carl().asks(|reader| reader.attachment(files[0].id));
        assert_eq!(kept.1, b"%PDF-1.7 two", "whoever agreed to it opens it still");
    }
}

#[test]
fn what_is_proposed_for_a_file_is_taken_back_and_goes_with_its_change() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        drawn(&world, &reqs[0], b"%PDF-1.7 one");
        let change = raise(&world, "ada", "Seals and drawing");
        propose(&world, "ada", &change, &reqs[0], "Seals FKM.");
        let mut ada = program(&world, "ada");
        let affected = |ada: &mut Client| -> Json {
            ada.get(&format!("/api/v1/changes/{change}/affected")).json()["decided"][0].clone()
        };
        let line = affected(&mut ada)["line"].as_i64().unwrap();
        let of = |rest: &str| format!("/api/v1/changes/{change}/affected/{line}/files{rest}");
        let came = sends(&mut ada, &of(&format!("?name={DRAWING}")), b"%PDF-1.7 one");
        let same =
            came.status == StatusCode::UNPROCESSABLE_ENTITY && came.text.contains("lies there already");
        assert!(same, "{}", came.text);
        let made = sends(&mut ada, &of(&format!("?name={DRAWING}")), b"%PDF-1.7 two").json();
        let told = affected(&mut ada)["files"][0].clone();
        assert_eq!(
            (&told["id"], &told["audience"]),
            (&made["line"], &json!("party")),
            "as the one it replaces"
        );
        assert_eq!(told["before"]["digest"], json!(kernel::fingerprint(b"%PDF-1.7 one")));
        assert_eq!(told["after"]["digest"], json!(kernel::fingerprint(b"%PDF-1.7 two")));

        // Whoever reads only, or is of outside, proposes nothing.
        for who in ["amelia", "carl", "eve"] {
            let mut other = program(&world, who);
            let refused = sends(&mut other, &of("?name=mine.pdf"), b"%PDF-1.7 mine");
            assert!(!refused.status.is_success(), "{who}: {}", refused.text);
            let refused = other.post_json(&of("/away"), &json!({ "name": DRAWING }));
            assert!(!refused.status.is_success(), "{who}: {}", refused.text);
            let refused = other.post_json(&of(&format!("/{}/undo", told["id"])), &json!({}));
            assert!(!refused.status.is_success(), "{who}: {}", refused.text);
        }
        assert_eq!(affected(&mut ada)["files"].as_array().unwrap().len(), 1);

        let undone = ada.post_json(&of(&format!("/{}/undo", told["id"])), &json!({}));
        assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
        assert_eq!(affected(&mut ada)["files"], json!([]));
        let left = ada.get(&format!("/api/v1/changes/{change}/attachments")).json();
        assert_eq!(left["items"], json!([]), "it lies at the change no more");
        assert_eq!(ada.post_json(&of("/away"), &json!({ "name": DRAWING })).status, StatusCode::OK);
        assert!(affected(&mut ada)["files"][0]["after"].is_null());
        world.ada().does(|work| changes::withdraw(work, &change, "Not needed")).unwrap();
        assert_eq!(lying(&world, &reqs[0]).len(), 1, "it lies where it lay");
        assert_eq!(enclosed(&world, &set, At::Now).len(), 1);
    }
}

#[test]
fn whoever_may_not_write_proposes_no_file_and_takes_back_nothing_that_is_proposed() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        drawn(&world, &reqs[0], b"%PDF-1.7 one");
        let change = raise(&world, "ada", "No drawing any more");
        let id = world.ada().asks(|reader| reader.mention_of(&change)).id;
        let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
        let away = world.ada().does(|work| changes::take_file_away(work, &change, line, DRAWING)).unwrap();
        let mut ada = program(&world, "ada");
        let mut stands = || {
            let told = ada.get(&format!("/api/v1/changes/{change}/affected")).json();
            let files = told["decided"][0]["files"].clone();
            (files, world.ada().asks(|reader| reader.trail(id, false, 0, 1000)).len())
        };
        let before = stands();
        assert_eq!(before.0[0]["id"], json!(away), "{}", before.0);
        let mine = Filing {
            name: "mine.pdf",
            media_type: "application/pdf",
            bytes: b"%PDF-1.7 mine",
            words: None,
            audience: Audience::Internal,
        };
        for (who, sentence) in [
            ("amelia", "You may read everything and change nothing. Ask the owner."),
            ("carl", "Only members of staff may do this."),
            ("eve", "Only members of staff may do this."),
        ] {
            let person = world.person(who);
            let told = [
                refusal(person.does(|work| changes::propose_file(work, &change, line, (&mine, None)))),
                refusal(person.does(|work| changes::take_file_away(work, &change, line, DRAWING))),
                refusal(person.does(|work| changes::leave_file(work, &change, line, away))),
            ];
            for (no, it) in told.iter().enumerate() {
                assert_eq!(it, sentence, "{who}, deed {no}");
            }
        }
        assert_eq!(stands(), before, "it is still proposed that the drawing goes");
        world.ada().does(|work| changes::leave_file(work, &change, line, away)).unwrap();
        assert_eq!(stands().0, json!([]));
        assert_eq!(lying(&world, &reqs[0]).len(), 1, "it lies where it lay");
    }
}

#[test]
fn of_two_changes_of_one_file_the_first_wins_and_the_second_is_put_on_it() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let proposes = |bytes: &[u8]| {
            let change = raise(&world, "ada", "Another drawing");
            let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
            draws(&world, &change, line, bytes);
            asks(&world, &change);
            sign(&world, "henrik", &change, &management, true).unwrap();
            (change, line)
        };
        let ((first, _), (second, line)) = (proposes(b"%PDF-1.7 one"), proposes(b"%PDF-1.7 two"));
        let met = world.ada().asks(|reader| changes::meetings(reader, reader.mention_of(&second)?.id));
        assert_eq!((met[0].change.as_str(), met[0].fields[0].field.as_str()), (&*first, DRAWING));
        world.ada().does(|work| changes::release(work, &first)).unwrap();
        let outcome = world.ada().does(|work| changes::release(work, &second));
        assert!(refusal(outcome).contains("is another one than when its change was proposed"));
        let mut ada = program(&world, "ada");
        let page = ada.get(&format!("/changes/{second}/affected")).text;
        assert!(page.contains("lies there now, or none any more."), "{page}");
        let decided = ada.get(&format!("/api/v1/changes/{second}/affected")).json();
        assert_eq!(decided["decided"][0]["files"][0]["is_moved"], json!(true));
        let rebase = format!("/api/v1/changes/{second}/affected/{line}/rebase");
        assert_eq!(ada.post_json(&rebase, &json!({})).status, StatusCode::OK);
        // Henrik saw a new drawing; now it takes the place of another one, so he looks again.
        let outcome = world.ada().does(|work| changes::release(work, &second));
        assert!(refusal(outcome).contains("Management has not signed."));
        world.ada().does(|work| changes::send_back(work, &second, "The first one came before")).unwrap();
        world.ada().does(|work| changes::ask_approval(work, &second)).unwrap();
        sign(&world, "henrik", &second, &management, true).unwrap();
        world.ada().does(|work| changes::release(work, &second)).unwrap();
        let files = lying(&world, &reqs[0]);
        assert_eq!(files.len(), 1, "one took the place of the other");
        assert_eq!(files[0].digest, kernel::fingerprint(b"%PDF-1.7 two"));
    }
}

#[test]
fn a_customer_opens_the_files_of_the_change_that_they_are_asked_about_and_learns_of_none_of_ours() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Another drawing");
        let asks_them = |work: &mut kernel::Work| {
            let mut case = work.find::<changes::ChangeRequest>(&change)?;
            work.revise(&mut case, |it| {
                it.needs_customer = true;
                it.for_customer = "Your drawing is another one.".into();
            })
        };
        world.ada().does(asks_them).unwrap();
        let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
        draws(&world, &change, line, b"%PDF-1.7 one");
        let ours = Filing {
            name: "our-margin.txt",
            media_type: "text/plain",
            bytes: b"30 %",
            words: Some(("30 %", "text/1")),
            audience: Audience::Internal,
        };
        world.ada().does(|work| changes::propose_file(work, &change, line, (&ours, None))).unwrap();
        let staged = |name: &str| {
            let all = world.ada().asks(|reader| reader.attachments(reader.mention_of(&change)?.id));
            all.into_iter().find(|it| it.name == name).unwrap().id
        };
        let (drawing, margin) = (staged(DRAWING), staged("our-margin.txt"));
        asks(&world, &change);
        assert!(world.carl().tries(|reader| reader.attachment(drawing)).is_err(), "not shown to them yet");
        sign(&world, "henrik", &change, &management, true).unwrap();
        assert_eq!(state(&world, &change), "customer_approval");
        let mut carl = program(&world, "carl");
        let page = carl.get(&format!("/changes/{change}/confirm")).text;
        assert!(page.contains(DRAWING) && page.contains(&format!("/files/{drawing}")), "{page}");
        assert!(!page.contains("our-margin"), "{page}");
        assert_eq!(carl.get(&format!("/files/{drawing}")).status, StatusCode::OK);
        assert_eq!(carl.get(&format!("/files/{margin}")).status, StatusCode::NOT_FOUND);
        assert_eq!(program(&world, "eve").get(&format!("/files/{drawing}")).status, StatusCode::NOT_FOUND);
        let (read, password) = (hidden(&page, "read"), "carl-right-millilitre");
        let form =
            [("read", read.as_str()), ("decision", "approve"), ("role", "Buyer"), ("password", password)];
        let signed = carl.post_form(&format!("/changes/{change}/confirm"), &form);
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(lying(&world, &reqs[0]).len(), 2);
        let theirs = world.carl().asks(|reader| reader.attachments(reader.mention_of(&reqs[0])?.id));
        assert_eq!(theirs.len(), 1, "ours stays ours");
        let found = world.ada().asks(|reader| reader.find::<Requirement>(&reqs[0]));
        assert_eq!(found.record.released, Some(1));
    }
}

#[test]
fn whoever_is_told_of_a_change_reads_which_words_and_files_go() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Name plates of paper."]);
        let change = raise(&world, "ada", "Plates and drawing");
        take(&world, "ada", &change, &reqs[1], Action::Remove).unwrap();
        let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
        draws(&world, &change, line, b"%PDF-1.7 one");
        let addition = notices::Addition {
            party: Some(world.meridian),
            side: notices::Side::Customer,
            items: Vec::new(),
            reason: "they have it".into(),
            blocks: false,
        };
        let notice = world.ada().does(|work| notices::add(work, &change, &addition)).unwrap().number;
        let told = world.ada().asks(|reader| reader.find::<notices::Notice>(&notice)).body;
        let said = |item: &str| told.package.iter().find(|it| it.item == item).unwrap().clone();
        let plates = said(&reqs[1]);
        let gone = plates.fields.iter().find(|it| it.before == "Name plates of paper.").unwrap();
        assert!(plates.ends && gone.after.is_empty(), "{gone:?}");
        let drawing = said(&reqs[0]).fields.pop().unwrap();
        assert_eq!((drawing.label, drawing.before), (format!("File {DRAWING}"), String::new()));
        assert!(drawing.after.contains(&kernel::fingerprint(b"%PDF-1.7 one")), "{}", drawing.after);
        let page = program(&world, "ada").get(&format!("/change-notices/{notice}")).text;
        assert!(page.contains("Name plates of paper.") && page.contains(DRAWING), "{page}");
    }
}

/// What lines of an order get of what a change puts in force.
fn lines_get(world: &World, change: &str, order: &str, (lines, takes, lot): (&[i64], Gets, &str)) {
    let it = changes::ForOrders {
        lines: lines.iter().map(|it| format!("{order}/{it}")).collect(),
        takes,
        basis: Basis::Lot,
        starts: lot.to_owned(),
        reason: "The castings are there".to_owned(),
    };
    world.ada().does(|work| changes::decide_orders(work, change, &it)).unwrap();
}

#[test]
fn a_file_that_only_we_read_comes_with_the_release_and_neither_lot_nor_line_holds_it_back() {
    for world in World::on_each_engine() {
        let (set, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM.", "Frame of 1.4301."]);
        let ordered = orders::Order {
            lines: vec![orders::Line {
                no: 10,
                article: "CIP 3".into(),
                quantity: "1".into(),
                price: "42900.00".into(),
                ..orders::Line::default()
            }],
            currency: "EUR".into(),
            requirement_set: Some(world.ada().asks(|reader| reader.mention_of(&set)).id),
            ..orders::Order::default()
        };
        let new = kernel::New { title: "A skid", party: Some(world.meridian), ..kernel::New::default() };
        let order = world.ada().does(|work| orders::open_order(work, &new, &ordered)).unwrap().number;
        let management = management_approves(&world);
        let cuts = |change: &str, bytes: &[u8]| {
            let line = take(&world, "ada", change, &reqs[0], Action::Change).unwrap();
            let (name, media_type, audience) = ("cuts.pdf", "application/pdf", Audience::Internal);
            let it = Filing { name, media_type, bytes, words: None, audience };
            world.ada().does(|work| changes::propose_file(work, change, line, (&it, None))).unwrap();
        };
        let holds = |change: &str, basis: Basis, starts: &str| {
            let revise = |work: &mut kernel::Work| {
                let mut case = work.find::<ChangeRequest>(change)?;
                work.revise(&mut case, |it| {
                    it.effective_by = basis;
                    starts.clone_into(&mut it.effective_from);
                })
            };
            world.ada().does(revise).unwrap();
        };
        let change = raise(&world, "ada", "How seals are cut");
        cuts(&change, b"%PDF-1.7 one");
        holds(&change, Basis::Lot, "L-118");
        step(&world, "bob", &change, "screen").unwrap();
        fix(&world, &change);
        let sentence = refusal(world.ada().does(|work| changes::ask_approval(work, &change)));
        assert!(sentence.contains(&format!("“cuts.pdf” of {} is read by us alone", reqs[0])), "{sentence}");
        holds(&change, Basis::Day, crate::changes::TODAY);
        world.ada().does(|work| changes::ask_approval(work, &change)).unwrap();
        sign(&world, "henrik", &change, &management, true).unwrap();
        let decide = |takes: Gets, reason: &str| {
            let lines = vec![format!("{order}/10")];
            let reason = reason.to_owned();
            let it = changes::ForOrders { lines, takes, reason, ..changes::ForOrders::default() };
            world.ada().does(|work| changes::decide_orders(work, &change, &it)).unwrap();
        };
        decide(Gets::Old, "They are cut already");
        let sentence = refusal(world.ada().does(|work| changes::release(work, &change)));
        assert!(sentence.contains(&format!("{order}/10 cannot get a file later")), "{sentence}");
        decide(Gets::New, "");
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(lying(&world, &reqs[0]).len(), 1);
        let found = world.ada().asks(|reader| reader.find::<Requirement>(&reqs[0]));
        assert_eq!(found.record.released, Some(1), "no revision names it");
        // Whoever had a word in it is asked to read it, for no revision of the set asks anybody.
        let readers = |change: &str| {
            let all = world.ada().asks(|reader| changes::readers(reader, reader.mention_of(change)?.id));
            all.into_iter().map(|it| it.person).collect::<Vec<_>>()
        };
        assert_eq!(readers(&change), [world.person("henrik").actor.person]);

        // With other words in the same set its revision says from which lot on, and asks those who must know it.
        let change = raise(&world, "ada", "Frame and cuts");
        propose(&world, "ada", &change, &reqs[1], "Frame of 1.4404.");
        cuts(&change, b"%PDF-1.7 two");
        holds(&change, Basis::Lot, "L-118");
        asks(&world, &change);
        sign(&world, "henrik", &change, &management, true).unwrap();
        lines_get(&world, &change, &order, (&[10], Gets::Old, ""));
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(lying(&world, &reqs[0])[0].digest, kernel::fingerprint(b"%PDF-1.7 two"));
        assert!(readers(&change).is_empty());
    }
}

#[test]
fn a_file_that_only_we_read_is_not_there_before_the_day_from_which_its_change_holds() {
    for world in World::on_each_engine() {
        let (_, reqs) = agreed_set(&world, "CIP 3 dosing skid", &["Seals EPDM."]);
        let management = management_approves(&world);
        let change = raise(&world, "ada", "How seals are cut");
        let line = take(&world, "ada", &change, &reqs[0], Action::Change).unwrap();
        let (name, media_type, audience) = ("cuts.pdf", "application/pdf", Audience::Internal);
        let it = Filing { name, media_type, bytes: b"%PDF-1.7 one", words: None, audience };
        world.ada().does(|work| changes::propose_file(work, &change, line, (&it, None))).unwrap();
        let later = |work: &mut kernel::Work| {
            let mut case = work.find::<ChangeRequest>(&change)?;
            work.revise(&mut case, |it| "2026-03-09".clone_into(&mut it.effective_from))
        };
        world.ada().does(later).unwrap();
        asks(&world, &change);
        sign(&world, "henrik", &change, &management, true).unwrap();
        let released_on = |day: &str| {
            let at = format!("{day}T09:00:00Z").parse().unwrap();
            let release = |work: &mut kernel::Work| changes::release(work, &change).map(drop);
            world.db.write_at(&world.ada().actor, at, release)
        };
        let sentence = refusal(released_on("2026-03-08"));
        let told = format!("“cuts.pdf” of {} is read by us alone and comes with the release", reqs[0]);
        assert!(sentence.contains(&told) && sentence.contains("Release it on that day"), "{sentence}");
        assert!(lying(&world, &reqs[0]).is_empty());
        released_on("2026-03-09").unwrap();
        assert_eq!(lying(&world, &reqs[0]).len(), 1);
        // Whoever reads it reads which file, and says so of that one.
        let mut henrik = program(&world, "henrik");
        let page = henrik.get(&format!("/changes/{change}/read")).text;
        assert!(page.contains("cuts.pdf: New") && !page.contains("Revision 1"), "{page}");
        let told = henrik.get(&format!("/api/v1/changes/{change}/readers")).json();
        let digest = told["digest"].as_str().unwrap();
        let said = henrik.post_form(&format!("/changes/{change}/read"), &[("digest", digest)]);
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    }
}

#[test]
fn another_drawing_of_a_product_is_another_revision_of_it_and_holds_from_where_its_change_says() {
    const CASTINGS: &str = "castings.pdf";
    for world in World::on_each_engine() {
        let (pump, order) = crate::releases::pump_and_order(&world);
        let mut ada = program(&world, "ada");
        // What was released is closed to files, too, whoever reads them.
        let closed = "its files are those of its revision. Revise it first, or propose the file in a change.";
        for audience in ["party", "internal"] {
            let file: &[(&str, &[u8])] = &[(DRAWING, b"%PDF-1.7 one")];
            let came = ada.post_files(&format!("/catalogue/{pump}/files"), &[("audience", audience)], file);
            assert!(came.status == StatusCode::CONFLICT && came.text.contains(closed), "{}", came.text);
        }
        let to = format!("/api/v1/catalogue/{pump}/attachments?name={DRAWING}");
        let came = sends(&mut ada, &to, b"%PDF-1.7 one");
        assert!(came.status == StatusCode::CONFLICT && came.text.contains(closed), "{}", came.text);
        let page = ada.get(&format!("/catalogue/{pump}")).text;
        assert!(page.contains(closed) && !page.contains("Attach files"), "{page}");
        assert!(lying(&world, &pump).is_empty());

        // Clara revises it, and nothing of it becomes another but its files.
        let clara = world.person("clara");
        let drawn = clara.does(|work| {
            let mut case = work.find::<CatalogueItem>(&pump)?;
            work.advance(&mut case, catalogue::Step::Revise)?;
            let id = case.record.id.raw();
            work.attach(id, (DRAWING, "application/pdf"), b"%PDF-1.7 one", Audience::Party)?;
            work.attach(id, (CASTINGS, "application/pdf"), b"%PDF-1.7 ours", Audience::Internal)?;
            catalogue::release(work, &pump, &NewRevision { reason: "drawn", ..NewRevision::default() })
        });
        assert_eq!(drawn.unwrap().no, 2);
        clara.does(|work| catalogue::publish(work, &pump, 2)).unwrap();
        let (one, two) = (kernel::fingerprint(b"%PDF-1.7 one"), kernel::fingerprint(b"%PDF-1.7 two"));
        let drawings = |no: i64| {
            let all = clara.asks(|reader| reader.files_of_revision(reader.mention_of(&pump)?.id, no));
            all.into_iter().filter(|it| it.name == DRAWING).map(|it| it.digest).collect::<Vec<_>>()
        };
        assert_eq!((drawings(1), drawings(2)), (Vec::new(), vec![one.clone()]));
        // Every customer reads the one, and learns of the other not even the name.
        let mut carl = program(&world, "carl");
        for to in [format!("/catalogue/{pump}/revisions/2"), format!("/api/v1/catalogue/{pump}/revisions/2")]
        {
            let told = carl.get(&to).text;
            assert!(told.contains(DRAWING) && !told.contains(CASTINGS), "{told}");
        }
        assert!(ada.get(&format!("/catalogue/{pump}/revisions/2")).text.contains(CASTINGS));
        let told = ada.get(&format!("/api/v1/catalogue/{pump}/revisions/2")).json();
        assert_eq!(
            (&told["files"][0]["name"], &told["files"][1]["name"]),
            (&json!(DRAWING), &json!(CASTINGS))
        );

        // A change brings another drawing, which holds from a lot on.
        let management = management_approves(&world);
        let change = raise(&world, "ada", "Another drawing of KD-20");
        let from_lot = |work: &mut kernel::Work| {
            let mut case = work.find::<ChangeRequest>(&change)?;
            work.revise(&mut case, |it| {
                it.effective_by = Basis::Lot;
                it.effective_from = "L-118".into();
            })
        };
        world.ada().does(from_lot).unwrap();
        let line = take(&world, "ada", &change, &pump, Action::Change).unwrap();
        draws(&world, &change, line, b"%PDF-1.7 two");
        asks(&world, &change);
        sign(&world, "henrik", &change, &management, true).unwrap();
        lines_get(&world, &change, &order, (&[10], Gets::Old, ""));
        lines_get(&world, &change, &order, (&[20, 30], Gets::New, "L-118"));
        let frozen = world.ada().does(|work| changes::release(work, &change)).unwrap();
        assert_eq!(frozen.iter().map(|it| (it.no, it.is_new)).collect::<Vec<_>>(), [(3, true)]);
        assert_eq!((drawings(2), drawings(3)), (vec![one.clone()], vec![two.clone()]));
        let mut valid =
            |on: &str| ada.get(&format!("/api/v1/catalogue/{pump}/valid{on}")).json()["no"].clone();
        let ten = format!("?lot=L-200&order={order}/10");
        assert_eq!([valid(""), valid("?lot=L-117"), valid("?lot=L-118"), valid(&ten)], [2, 2, 3, 2]);
        let page = ada.get(&format!("/orders/{order}")).text;
        assert!(page.contains("from lot L-118 on revision C"), "{page}");
        let items = world.ada().asks(|reader| changes::items(reader, reader.mention_of(&change)?.id));
        assert_eq!(items[0].released_no, Some(3), "whoever reads what was put in force reads which");
        // Until then the page of the pump has the drawing of what holds, and says which one comes.
        let all = world.ada().asks(|reader| reader.attachments(reader.mention_of(&pump)?.id));
        let link =
            |digest: &str| format!("\"/files/{}\"", all.iter().find(|it| it.digest == digest).unwrap().id);
        let to_come = "Of a revision that does not hold yet:";
        for who in [&mut ada, &mut carl] {
            let page = who.get(&format!("/catalogue/{pump}")).text;
            let place = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"));
            assert!(place(&link(&one)) < place(to_come) && place(to_come) < place(&link(&two)), "{page}");
            assert!(!page.contains("Files of earlier revisions"), "{page}");
        }
        let page = ada.get(&format!("/catalogue/{pump}/revisions/3")).text;
        assert!(page.contains(&link(&two)) && !page.contains(&link(&one)), "{page}");
        let differs = ada.get(&format!("/api/v1/catalogue/{pump}/compare?from=2&to=3")).json();
        let row = json!({ "name": DRAWING, "before": one, "after": two, "is_critical": false });
        assert_eq!(differs["files"], json!([row]));
        assert!(ada.get(&format!("/catalogue/{pump}/compare?from=2&to=3")).text.contains(DRAWING));

        // A drawing that only the house reads makes a revision as well: this one holds at once.
        let change = raise(&world, "ada", "Other castings");
        let line = take(&world, "ada", &change, &pump, Action::Change).unwrap();
        let castings = Filing {
            name: CASTINGS,
            media_type: "application/pdf",
            bytes: b"%PDF-1.7 ours, too",
            words: None,
            audience: Audience::Internal,
        };
        world.ada().does(|work| changes::propose_file(work, &change, line, (&castings, None))).unwrap();
        asks(&world, &change);
        sign(&world, "henrik", &change, &management, true).unwrap();
        lines_get(&world, &change, &order, (&[10, 20, 30], Gets::New, ""));
        world.ada().does(|work| changes::release(work, &change)).unwrap();
        let page = ada.get(&format!("/catalogue/{pump}")).text;
        assert!(page.contains("Files of earlier revisions") && !page.contains(to_come), "{page}");
        let told = carl.get(&format!("/api/v1/catalogue/{pump}/revisions/4")).text;
        assert!(told.contains(DRAWING) && !told.contains(CASTINGS), "{told}");
        // Nor why: the change is not shown to him.
        assert!(!told.contains("Other castings") && !told.contains(&change), "{told}");
        assert!(ada.get(&format!("/api/v1/catalogue/{pump}/revisions/4")).text.contains("Other castings"));
    }
}
