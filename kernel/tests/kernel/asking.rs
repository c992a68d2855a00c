//! Questions, lists, extra fields and saved views.

use kernel::{
    Audience, Error, ExtraField, Holds, Look, Order, Page, Query, Reader, Result, Shared, Sort, Sought, View,
    Wanted,
};
use serde_json::{Map, Value as Json, json};

use crate::world::{ACME, GLOBEX, Note, World, amelia, bob, carl, dora, eve, sam};

fn wanted(typed: &str) -> Wanted {
    Wanted { query: Query::read(typed).unwrap(), ..Wanted::default() }
}

fn titles(reader: &Reader, typed: &str) -> Result<Vec<String>> {
    Ok(reader.list("NT", &wanted(typed))?.rows.into_iter().map(|it| it.title).collect())
}

fn map(it: Json) -> Map<String, Json> {
    it.as_object().unwrap().clone()
}

/// Fields of every sort for notes, the first of which customers read too.
fn fields(world: &World) {
    let field = |title: &str, holds: Holds, audience: Audience| {
        let choices = if holds == Holds::Choice { vec!["red".into(), "green".into()] } else { vec![] };
        let field = ExtraField { of_kind: "NT".into(), holds, audience, choices, ..ExtraField::default() };
        let defined = world.db.write(&sam(), |work| {
            let before = work.fields_of("NT")?.len();
            work.define(title, &field)?;
            Ok(work.fields_of("NT")?.len() - before)
        });
        assert_eq!(defined.unwrap(), 1, "it is there at once, in the deed itself");
    };
    field("Drawing", Holds::Text, Audience::Party);
    field("Cost centre", Holds::Text, Audience::Internal);
    field("Weight", Holds::Number, Audience::Internal);
    field("Agreed on", Holds::Day, Audience::Internal);
    field("Hazardous", Holds::Truth, Audience::Internal);
    field("Colour", Holds::Choice, Audience::Internal);
}

fn fill(world: &World, number: &str, values: Json) -> Result<()> {
    world.db.write(&dora(), |work| {
        let mut case = work.find::<Note>(number)?;
        work.fill(&mut case, &map(values.clone()))
    })
}

#[test]
fn a_list_finds_what_a_question_says() {
    for world in World::on_each_engine() {
        world.note(&dora(), "Gehäuse der Pumpe", Some(ACME));
        let due = world.note(&bob(), "Pump spare parts", None);
        world.note(&dora(), "Clean in place", None);
        world
            .db
            .write(&bob(), |work| {
                let mut case = work.find::<Note>(&due)?;
                work.redirect(&mut case, |it| it.due = Some("2026-03-05".parse().unwrap()))
            })
            .unwrap();
        let find = |typed: &str| world.db.read(&dora(), |reader| titles(reader, typed)).unwrap();
        assert_eq!(find("gehause"), ["Gehäuse der Pumpe"]);
        assert_eq!(find("pump*"), ["Gehäuse der Pumpe", "Pump spare parts"]);
        assert_eq!(find("pump "), ["Pump spare parts"], "a whole word is no beginning");
        assert_eq!(find("pump* -spare"), ["Gehäuse der Pumpe"]);
        assert_eq!(find("-pump*"), ["Clean in place"]);
        assert_eq!(find("\"in place\""), ["Clean in place"]);
        assert!(find("\"place in\"").is_empty());
        assert_eq!(find("owner:me").len(), 2);
        assert_eq!(find("customer:none").len(), 2);
        assert_eq!(find("-customer:none"), ["Gehäuse der Pumpe"]);
        assert_eq!(find("due<today+7"), ["Pump spare parts"]);
        assert_eq!(find("due<7d state:draft is:open"), ["Pump spare parts"]);
        assert!(find("due<today").is_empty() && find("is:overdue").is_empty());
        assert_eq!(find("due:none").len(), 2);
        assert_eq!(find("changed:today").len(), 3);
        assert_eq!(find("title:clean,pump has:due"), ["Pump spare parts"]);
        assert!(find("in:messages pump").is_empty());
        assert_eq!(find("words:place words"), ["Clean in place"], "fields of the body filter too");
    }
}

#[test]
fn a_page_that_is_counted_is_the_page_and_the_count() {
    for world in World::on_each_engine() {
        for no in 0..12 {
            world.note(&dora(), &format!("Pump {}", 11 - no), Some(if no < 7 { ACME } else { GLOBEX }));
        }
        world.note(&dora(), "Clean in place", None);
        for (actor, typed, all) in
            [(dora(), "pump ", 12), (dora(), "pump state:draft", 12), (dora(), "", 13), (dora(), "valve", 0)]
        {
            for sort in [Sort::Number, Sort::Title, Sort::Changed] {
                let mut asked = Wanted { limit: Some(5), sort, descending: true, ..wanted(typed) };
                loop {
                    let read = world.db.read(&actor, |reader| {
                        let (page, count) = reader.list_and_count("NT", &asked, 1000)?;
                        assert_eq!(count, all, "“{typed}” by {sort:?}");
                        assert_eq!(reader.list_and_count("NT", &asked, 3)?.1, all.min(3));
                        let alone = reader.list("NT", &asked)?;
                        let numbers = |page: &Page| page.rows.iter().map(|it| it.number.clone()).collect();
                        let (here, there): (Vec<_>, Vec<_>) = (numbers(&page), numbers(&alone));
                        assert_eq!(here, there, "“{typed}” by {sort:?}");
                        assert_eq!(page.next, alone.next);
                        Ok(page.next)
                    });
                    let Some(next) = read.unwrap() else { break };
                    asked.after = Some(next);
                }
            }
        }
    }
}

#[test]
fn a_question_that_cannot_be_asked_says_why_and_what_to_do() {
    for world in World::on_each_engine() {
        let fault = |typed: &str| {
            let asked = world.db.read(&dora(), |reader| titles(reader, typed));
            let Err(Error::Invalid(faults)) = asked else { panic!("{typed} was answered") };
            faults.of("q").unwrap().to_string()
        };
        assert!(fault("sttae:draft").contains("Did you mean state:?"));
        assert!(fault("colour:red").contains("Use customer, state"));
        assert!(fault("state:gone").contains("draft, done"));
        assert!(fault("due<soon").contains("2026-11-16"));
        assert!(fault("owner:nobody").contains("“me”"));
        assert!(fault("state<draft").contains("no before and after"));
    }
}

#[test]
fn an_extra_field_is_written_found_sorted_and_told_on_the_trail() {
    for world in World::on_each_engine() {
        fields(&world);
        let one = world.note(&dora(), "First", None);
        let two = world.note(&dora(), "Second", None);
        world.note(&dora(), "Third", None);
        fill(
            &world,
            &one,
            json!({ "cost_centre": "Größe 4711", "weight": 12.5, "hazardous": true, "colour": "red" }),
        )
        .unwrap();
        fill(&world, &two, json!({ "weight": 3, "agreed_on": "2026-02-28", "hazardous": false })).unwrap();
        let find = |typed: &str| world.db.read(&bob(), |reader| titles(reader, typed)).unwrap();
        assert_eq!(find("cost_centre:grosse"), ["First"]);
        assert_eq!(find("4711"), ["First"], "search finds its words");
        assert_eq!(find("weight>3"), ["First"]);
        assert_eq!(find("weight<=3"), ["Second"]);
        assert_eq!(find("agreed_on<today"), ["Second"]);
        assert_eq!(find("hazardous:no"), ["Second"]);
        assert_eq!(find("-hazardous:no"), ["First", "Third"]);
        assert_eq!(find("weight:none"), ["Third"]);
        assert_eq!(find("colour:red"), ["First"]);
        world
            .db
            .read(&bob(), |reader| {
                let field = reader.fields_of("NT")?.into_iter().find(|it| it.key == "weight").unwrap();
                let order = Some(Order::of_field(reader, &field));
                let mut sorted = Wanted { order, descending: true, limit: Some(1), ..Wanted::default() };
                let mut all = Vec::new();
                loop {
                    let page = reader.list("NT", &sorted)?;
                    all.extend(page.rows.into_iter().map(|it| it.title));
                    let Some(next) = page.next else { break };
                    sorted.after = Some(next);
                }
                assert_eq!(all, ["First", "Second", "Third"]);
                let id = reader.mention_of(&one)?.id;
                let deeds = reader.trail(id, false, 0, 9)?;
                let change = &deeds.last().unwrap().content["records"][0]["change"];
                assert_eq!(change["extra.colour"], json!([null, "red"]));
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_its_field_and_nothing_is_written() {
    for world in World::on_each_engine() {
        fields(&world);
        let number = world.note(&dora(), "First", None);
        let wrong =
            json!({ "weight": "heavy", "agreed_on": "soon", "hazardous": 3, "colour": "blue", "nothing": 1 });
        let Err(Error::Invalid(faults)) = fill(&world, &number, wrong) else { panic!("it was taken") };
        let named: Vec<_> = faults.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            named,
            ["extra.weight", "extra.agreed_on", "extra.hazardous", "extra.colour", "extra.nothing"]
        );
        let extra = world.db.read(&dora(), |reader| Ok(reader.find::<Note>(&number)?.record.extra)).unwrap();
        assert!(extra.is_empty());
        assert!(fill(&world, &number, json!({ "weight": 1 })).is_ok());
        // Retired: what is there stays readable, and nothing new is written.
        world
            .db
            .write(&sam(), |work| {
                let number =
                    work.fields_of("NT")?.iter().find(|it| it.key == "weight").unwrap().number.clone();
                let mut field = work.find::<ExtraField>(&number)?;
                work.advance(&mut field, kernel::FieldStep::Retire)
            })
            .unwrap();
        assert!(fill(&world, &number, json!({ "weight": 1 })).is_ok(), "the same is no change");
        assert!(fill(&world, &number, json!({ "weight": 2 })).is_err());
        let extra = world.db.read(&dora(), |reader| Ok(reader.find::<Note>(&number)?.record.extra)).unwrap();
        assert_eq!(Json::Object(extra), json!({ "weight": 1 }));
    }
}

#[test]
fn only_an_administrator_defines_fields_and_no_name_is_taken_twice() {
    for world in World::on_each_engine() {
        fields(&world);
        let define = |who: &kernel::Actor, title: &str, kind: &str| {
            let field = ExtraField { of_kind: kind.into(), ..ExtraField::default() };
            world.db.write(who, |work| work.define(title, &field)).map(|it| it.number)
        };
        assert!(define(&dora(), "Anything", "NT").is_err() && define(&amelia(), "Anything", "NT").is_err());
        assert!(define(&carl(), "Anything", "NT").is_err());
        for (title, kind) in
            [("Weight", "NT"), ("State", "NT"), ("Words", "NT"), ("New", "XX"), ("日本", "NT")]
        {
            assert!(define(&sam(), title, kind).is_err(), "{title}");
        }
        assert!(define(&sam(), "Anything", "NT").is_ok());
    }
}

#[test]
fn a_customer_reads_and_finds_only_shared_values_and_only_as_they_were_offered() {
    for world in World::on_each_engine() {
        fields(&world);
        let number = world.note(&dora(), "Housing", Some(ACME));
        fill(&world, &number, json!({ "drawing": "D-100", "cost_centre": "secret", "weight": 7 })).unwrap();
        world
            .db
            .write(&dora(), |work| {
                let mut case = work.find::<Note>(&number)?;
                let frozen = work.release(&mut case)?;
                work.offer(&mut case.record, frozen.no, "")
            })
            .unwrap();
        fill(&world, &number, json!({ "drawing": "D-200" })).unwrap();
        let find = |who: &kernel::Actor, typed: &str| world.db.read(who, |reader| titles(reader, typed));
        assert_eq!(find(&carl(), "drawing:d-100").unwrap(), ["Housing"]);
        assert!(find(&carl(), "drawing:d-200").unwrap().is_empty(), "a draft is no customer's business");
        assert_eq!(find(&dora(), "drawing:d-200").unwrap(), ["Housing"]);
        assert!(find(&eve(), "drawing:d-100").unwrap().is_empty());
        for typed in ["cost_centre:secret", "weight:7", "words:housing"] {
            assert!(find(&carl(), typed).is_err(), "{typed} is not theirs to ask");
        }
        assert!(find(&carl(), "secret").unwrap().is_empty());
        world
            .db
            .read(&carl(), |reader| {
                let extra = reader.find::<Note>(&number)?.record.extra;
                assert_eq!(Json::Object(extra), json!({ "drawing": "D-100" }));
                let listed = reader.list("NT", &Wanted::default())?.rows.remove(0).extra;
                assert_eq!(Json::Object(listed), json!({ "drawing": "D-100" }));
                let id = reader.mention_of(&number)?.id;
                assert_eq!(reader.revision(id, 1)?.1["extra"], json!({ "drawing": "D-100" }));
                assert_eq!(reader.fields_of("NT")?.len(), 1);
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn a_search_counts_by_kind_and_what_must_not_be_there_tells_outsiders_nothing() {
    for world in World::on_each_engine() {
        for title in ["Red pump", "Green pump", "Blue valve"] {
            world.note(&dora(), title, Some(ACME));
        }
        let seek = |who: &kernel::Actor, typed: &str| {
            let sought = Sought { query: Query::read(typed).unwrap(), limit: 10, ..Sought::default() };
            world.db.read(who, |reader| reader.seek(&sought)).unwrap()
        };
        let found = seek(&bob(), "pump -green");
        assert_eq!(found.hits.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["Red pump"]);
        assert_eq!(seek(&bob(), "pump").kinds, [("NT".to_owned(), 2)]);
        assert_eq!(seek(&bob(), "pump kind:nt state:draft owner:me").all, 0);
        assert_eq!(seek(&dora(), "pump kind:nt state:draft owner:me").all, 2);
        assert_eq!(seek(&dora(), "kind:nt").all, 3, "filters alone find what changed last");
        for typed in ["pump", "-pump", "kind:nt", "pump -green"] {
            assert_eq!(seek(&eve(), typed).all, 0, "{typed}");
            assert_eq!(seek(&carl(), typed).all, 0, "{typed} was never offered");
        }
        let _ = GLOBEX;
    }
}

#[test]
fn a_saved_view_is_seen_by_whom_it_is_shared_with() {
    for world in World::on_each_engine() {
        let view = |name: &str, shared: Shared, function: Option<i64>| View {
            kind: "NT".into(),
            name: name.into(),
            query: "is:open".into(),
            columns: vec!["number".into(), "title".into()],
            shared,
            function,
            ..View::default()
        };
        let own = world.db.keep_view(&dora(), &view("Mine", Shared::Own, None)).unwrap();
        let again = world.db.keep_view(&dora(), &view("Mine", Shared::Own, None)).unwrap();
        assert_eq!(again, own, "a double click keeps one");
        let house = world.db.keep_view(&dora(), &view("All of us", Shared::House, None)).unwrap();
        world.db.keep_view(&dora(), &view("Quality", Shared::Function, Some(7))).unwrap();
        let names = |who: &kernel::Actor, functions: &[i64]| {
            let views = world.db.read(who, |reader| reader.views("NT", functions)).unwrap();
            views.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&dora(), &[]).len(), 3);
        assert_eq!(names(&bob(), &[7]), ["All of us", "Quality"]);
        assert_eq!(names(&amelia(), &[]), ["All of us"]);
        assert!(names(&carl(), &[7]).is_empty(), "names may tell of other customers");
        // Nobody changes what is somebody else's; whoever only reads keeps their own and shares none.
        assert!(matches!(world.db.drop_view(&bob(), own), Err(Error::NotFound)));
        assert!(world.db.drop_view(&bob(), house).is_err());
        assert!(world.db.keep_view(&amelia(), &view("Hers", Shared::Own, None)).is_ok());
        assert!(world.db.keep_view(&amelia(), &view("Hers", Shared::House, None)).is_err());
        assert!(world.db.keep_view(&dora().reading(), &view("Token", Shared::Own, None)).is_err());
        assert!(world.db.keep_view(&dora(), &view("", Shared::Own, None)).is_err());
        world.db.drop_view(&sam(), house).unwrap();
        assert_eq!(names(&bob(), &[]).len(), 0);
        let look = Look { columns: vec!["title".into()], sort: "title".into(), descending: true };
        world.db.keep_look(&bob(), "NT", "all", &look).unwrap();
        assert_eq!(world.db.read(&bob(), |reader| reader.look("NT", "all")).unwrap(), Some(look));
        assert_eq!(world.db.read(&dora(), |reader| reader.look("NT", "all")).unwrap(), None);
    }
}
