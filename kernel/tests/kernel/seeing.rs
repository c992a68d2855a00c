use kernel::{Audience, Error, Wanted};

use crate::world::{ACME, Note, World, bob, carl, dora, eve};

fn offered(world: &World) -> String {
    let number = world.note(&dora(), "Gehäuse für Düsen", Some(ACME));
    world
        .db
        .write(&dora(), |work| {
            let mut case = work.find::<Note>(&number)?;
            let frozen = work.release(&mut case)?;
            let words = case.body.words.clone();
            work.offer(&mut case.record, frozen.no, &words)?;
            work.retitle(&mut case, "Northallerton draft")?;
            work.remark(case.record.id.raw(), "internal words", Audience::Internal)?;
            work.remark(case.record.id.raw(), "for you", Audience::Party).map(|_| ())
        })
        .unwrap();
    number
}

#[test]
fn a_customer_reads_what_was_offered_while_we_work_on_the_next() {
    for world in World::on_each_engine() {
        let number = offered(&world);
        let title =
            |who: &kernel::Actor| world.db.read(who, |reader| Ok(reader.find::<Note>(&number)?.record.title));
        assert_eq!(title(&dora()).unwrap(), "Northallerton draft");
        assert_eq!(title(&carl()).unwrap(), "Gehäuse für Düsen");
        assert!(matches!(title(&eve()), Err(Error::NotFound)));
    }
}

#[test]
fn an_outsider_of_another_firm_learns_nothing() {
    for world in World::on_each_engine() {
        let number = offered(&world);
        let id = world.db.read(&dora(), |reader| Ok(reader.mention_of(&number)?.id)).unwrap();
        world
            .db
            .read(&eve(), |reader| {
                assert!(reader.list("NT", &Wanted::default())?.rows.is_empty());
                assert_eq!(reader.count("NT", &Wanted::default(), 100)?, 0);
                assert!(reader.search("gehause", None, 9)?.is_empty());
                assert!(reader.remarks(id)?.is_empty() && reader.trail(id, false, 0, 9)?.is_empty());
                assert!(reader.revisions(id)?.is_empty() && reader.neighbours(id, 9)?.is_empty());
                assert!(reader.mention(id)?.is_none());
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn a_search_finds_words_without_accents_and_only_what_one_may_see() {
    for world in World::on_each_engine() {
        offered(&world);
        let found = |who: &kernel::Actor, words: &str| {
            world.db.read(who, |reader| reader.search(words, None, 9)).unwrap().len()
        };
        assert_eq!(
            (found(&bob(), "northal"), found(&carl(), "northal")),
            (1, 0),
            "a draft is no customer's business"
        );
        assert_eq!((found(&carl(), "gehause dus"), found(&eve(), "gehause")), (1, 0));
    }
}

#[test]
fn a_customer_reads_remarks_that_were_meant_for_them() {
    for world in World::on_each_engine() {
        let number = offered(&world);
        let words = |who: &kernel::Actor| {
            world.db.read(who, |reader| {
                let id = reader.mention_of(&number)?.id;
                Ok(reader.remarks(id)?.into_iter().map(|it| it.words).collect::<Vec<_>>())
            })
        };
        assert_eq!(words(&bob()).unwrap().len(), 2);
        assert_eq!(words(&carl()).unwrap(), ["for you"]);
    }
}
