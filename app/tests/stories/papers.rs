//! Papers that left the house: what whoever holds one can learn.

use axum::http::StatusCode;
use kernel::Reader;

use crate::world::{World, client, program};

fn code_of(world: &World, number: &str, no: i64) -> String {
    world.ada().asks(|reader: &Reader| {
        let set = reader.mention_of(number)?.id;
        let (revision, _) = reader.revision(set, no)?;
        Ok(reader.paper_code(number, no, &revision.digest))
    })
}

#[test]
fn whoever_holds_a_paper_learns_whether_it_holds_and_nothing_more() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let code = code_of(&world, &number, 1);
        let mut anybody = client(&world.db);
        let page = anybody.get(&format!("/verify/{code}"));
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("No later revision replaced it"), "{}", page.text);
        let title = world.ada().asks(|reader| Ok(reader.mention_of(&number)?.title));
        assert!(!page.text.contains(&title), "what it is about is not told");
        let made_up = format!("{}0", &code[..code.len() - 1]);
        let made_up = if made_up == code { format!("{}1", &code[..code.len() - 1]) } else { made_up };
        let other = code.replacen(".1.", ".2.", 1);
        let nowhere = format!("RS-2026-9999.1.{}", "0".repeat(20));
        for wrong in [made_up.as_str(), &other, &nowhere, &number, "x", "..", "RS.x.y"] {
            let answer = anybody.get(&format!("/verify/{wrong}"));
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
            assert!(answer.text.contains("No paper of this house has this code"), "{wrong}");
        }
    }
}

#[test]
fn codes_cannot_be_tried_without_end() {
    for world in World::on_each_engine() {
        let mut anybody = client(&world.db);
        let mut last = StatusCode::OK;
        for _ in 0..61 {
            last = anybody.get("/verify/RS-2026-0001.1.0").status;
        }
        assert_eq!(last, StatusCode::CONFLICT);
    }
}

#[test]
fn a_sheet_is_for_whoever_may_read_its_revision() {
    for world in World::on_each_engine() {
        let number = world.offered_set();
        let address = format!("/api/v1/requirement-sets/{number}/revisions/1/sheet.pdf?language=de");
        assert_eq!(program(&world, "eve").get(&address).status, StatusCode::NOT_FOUND);
        let carl = program(&world, "carl").get(&address);
        if sheets::IS_BUILT {
            assert_eq!(carl.status, StatusCode::OK, "{}", carl.text);
            assert_eq!(carl.header("content-type"), Some("application/pdf"));
            let tag = carl.header("etag").unwrap().to_owned();
            let again = program(&world, "ada").with_header("if-none-match", &tag).get(&address);
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "it is the same paper for everybody");
        } else {
            assert!(carl.text.contains("without a typesetter"), "{}", carl.text);
        }
    }
}
