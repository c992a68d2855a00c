//! A customer is chosen in a large house: by number, by name, by a part of it that only one has.

use axum::http::StatusCode;
use customers::Organisation;
use identity::Person;
use kernel::New;
use web::testing::{Came, Client};

use crate::world::{World, program};

/// More than a list holds.
const MANY: usize = 201;

/// So many breweries, two dairies that are called alike, and the last by name: its key and number.
fn large_house(world: &World) -> (i64, String) {
    let breweries = (1..=MANY).map(|it| format!("Brewery {it:03}"));
    let names: Vec<String> =
        breweries.chain(["Zeta Dairy", "Zeta Dairy", "Zwickau Käserei"].map(str::to_owned)).collect();
    let many: Vec<_> =
        names.iter().map(|name| (New { title: name, ..New::default() }, Organisation::default())).collect();
    let made = world.ada().does(|work| work.create_many(&many)).unwrap();
    let last = made.last().unwrap();
    (last.id, last.number.clone())
}

/// More colleagues than a list holds.
fn many_work_here(world: &World) {
    let names: Vec<String> = (1..=MANY).map(|it| format!("Wilma Worker {it:03}")).collect();
    let added = world.sam().does(|work| {
        for name in &names {
            identity::add_person(work, &New { title: name, ..New::default() }, &Person::default())?;
        }
        Ok(())
    });
    added.unwrap();
}

/// What a form sends in which one is told in words.
fn told<'a>(
    field: &'a str,
    words: &'a str,
    mark: &'a str,
    others: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    [&[(field, words), ("in_words", mark)][..], others].concat()
}

fn opens_set(who: &mut Client, words: &str) -> Came {
    let form = told("customer", words, "customer:organisations", &[("title", "Kept title")]);
    who.post_form("/requirement-sets", &form)
}

/// The customer of the record to which an answer leads.
fn party_of(world: &World, came: &Came) -> Option<i64> {
    assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
    let number = came.location().rsplit('/').next().unwrap().to_owned();
    world.ada().asks(|reader| {
        let kind = reader.mention_of(&number)?.kind;
        Ok(reader.registry().kind(&kind).unwrap().find(reader, &number)?.party)
    })
}

#[test]
fn the_last_of_very_many_customers_is_chosen_by_number_by_name_and_by_a_part_of_it() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let page = ada.get("/requirement-sets/new").text;
        assert!(page.contains("<select") && page.contains(">Hallander"), "few stand in a list: {page}");
        let (last, number) = large_house(&world);
        let page = ada.get("/requirement-sets/new").text;
        assert!(page.contains(r#"data-among="organisations""#) && !page.contains("Brewery 001"), "{page}");
        let all = format!("{number} Zwickau Käserei");
        for words in
            [number.as_str(), &number.to_lowercase(), &all, "Zwickau Käserei", "zwickau kaserei", "wick"]
        {
            assert_eq!(party_of(&world, &opens_set(&mut ada, words)), Some(last), "{words}");
        }
        assert_eq!(party_of(&world, &opens_set(&mut ada, "")), None, "for a product");
        // A form that was opened while a list was enough sends the key, as do links from other pages.
        let key = last.to_string();
        let made =
            ada.post_form("/requirement-sets", &[("title", "Of the list"), ("customer", key.as_str())]);
        assert_eq!(party_of(&world, &made), Some(last));
        let page = ada.get(&format!("/requirement-sets/new?customer={last}")).text;
        assert!(page.contains(&format!(r#"value="{all}""#)), "{page}");
    }
}

#[test]
fn where_several_fit_they_are_named_at_the_field_and_nothing_is_chosen() {
    for world in World::on_each_engine() {
        large_house(&world);
        let mut ada = program(&world, "ada");
        let sets = |world: &World| {
            world.ada().asks(|reader| reader.list("RS", &kernel::Wanted::default())).rows.len()
        };
        let before = sets(&world);
        for (words, sentence) in [
            ("Zeta Dairy", "2 fit “Zeta Dairy”: "),
            ("brewery", "201 fit “brewery”: "),
            (
                "Nordwind",
                "No customer or supplier that you can see is called Nordwind. Give the name or the number.",
            ),
            ("1", "fit “1”: "),
        ] {
            let refused = opens_set(&mut ada, words);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            let page = refused.text;
            assert!(page.contains(sentence) && page.contains("customer-fault"), "{page}");
            assert!(page.contains(&format!(r#"value="{words}""#)) && page.contains("Kept title"), "{page}");
            assert!(page.contains(r#"value="customer:organisations""#), "it is told in words again: {page}");
        }
        assert_eq!(sets(&world), before, "no set was opened for anybody");
    }
}

#[test]
fn every_form_that_asks_for_a_customer_takes_words() {
    for world in World::on_each_engine() {
        let (last, _) = large_house(&world);
        let mut ada = program(&world, "ada");
        let call = [("with", "Somebody"), ("direction", "they"), ("title", "Seals"), ("notes", "Seals.")];
        let forms: [(&str, &str, &[(&str, &str)]); 6] = [
            ("/orders", "customer", &[("title", "Two skids")]),
            ("/quotations", "customer", &[("title", "Two skids")]),
            ("/changes", "customer", &[("title", "Seals"), ("source", "complaint")]),
            ("/risks", "customer", &[("title", "Castings come late")]),
            ("/contingency-plans", "customer", &[("title", "They come late")]),
            ("/calls", "party", &call),
        ];
        for (address, field, others) in forms {
            let page = ada.get(&format!("{address}/new")).text;
            let mark = format!("{field}:organisations");
            assert!(page.contains(&mark), "{address}: {page}");
            let made = ada.post_form(address, &told(field, "Zwickau", &mark, others));
            assert_eq!(party_of(&world, &made), Some(last), "{address}");
            let refused = ada.post_form(address, &told(field, "Zeta", &mark, others));
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}: {}", refused.text);
            assert!(refused.text.contains("2 fit “Zeta”: "), "{address}: {}", refused.text);
        }
        // A part of a house, and no house of itself.
        let of_house =
            told("parent", "zwick", "parent:organisations", &[("name", "Nordhaus"), ("sent", "1")]);
        let made = ada.post_form("/customers", &of_house);
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let number = made.location().rsplit('/').next().unwrap().to_owned();
        let parent = world.ada().asks(|reader| Ok(reader.find::<Organisation>(&number)?.body.parent));
        assert_eq!(parent, Some(last));
    }
}

#[test]
fn what_is_suggested_is_what_one_may_see() {
    for world in World::on_each_engine() {
        let (_, number) = large_house(&world);
        let suggested = |who: &str, among: &str, words: &str| {
            let address = format!("/search/suggestions?among={among}&q={words}");
            let answer = program(&world, who).get(&address).json();
            let all = answer["suggestions"].as_array().unwrap().iter();
            all.map(|it| it["typed"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let whole = format!("{number} Zwickau Käserei");
        for words in ["zwick", "kaser", &number] {
            assert_eq!(suggested("ada", "organisations", words), [whole.as_str()], "{words}");
        }
        assert_eq!(suggested("ada", "organisations", "brew").len(), 10);
        assert_eq!(suggested("ada", "colleagues", "okaf").len(), 1, "Bob");
        for who in ["carl", "eve"] {
            assert!(suggested(who, "organisations", "zwick").is_empty(), "{who}");
            assert!(suggested(who, "colleagues", "okaf").is_empty(), "{who}");
            // Whoever of outside sends words is told the same whether or not there is such a customer.
            let mut outsider = program(&world, who);
            let there = opens_set(&mut outsider, "Zwickau Käserei");
            let not_there = opens_set(&mut outsider, "Nordwind Käserei");
            assert_eq!(there.status, not_there.status, "{who}");
            // The page keeps what was typed, under another key each time.
            let same = |came: &Came| {
                let (before, after) = came.text.split_once(r#"name="once" value=""#).unwrap();
                format!("{before}{}", &after[32..]).replace("Zwickau", "Nordwind")
            };
            assert_eq!(same(&there), same(&not_there), "{who}");
            assert_ne!(there.status, StatusCode::SEE_OTHER, "{who}");
        }
    }
}

#[test]
fn whoever_stands_in_is_told_by_name_where_very_many_work() {
    for world in World::on_each_engine() {
        many_work_here(&world);
        let bob = world.bob().actor.person;
        let number = world.bob().asks(|reader| Ok(reader.mention(bob)?.unwrap().number));
        let stands_in = |words: &str| {
            let days = [("since", "2026-03-02"), ("until", "2026-03-04")];
            let form = told("deputy", words, "deputy:colleagues", &days);
            program(&world, "bob").post_form(&format!("/people/{number}/absences"), &form)
        };
        let page = program(&world, "bob").get("/me").text;
        assert!(page.contains(r#"value="deputy:colleagues""#) && !page.contains("Wilma"), "{page}");
        for (words, sentence) in [
            ("wilma", "201 fit “wilma”: "),
            ("Carl Whitfield", "Nobody who works here is called Carl Whitfield. Give their name or number."),
            ("", "Choose one of your own people who still works here."),
        ] {
            let refused = stands_in(words);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {}", refused.text);
            assert!(refused.text.contains(sentence), "{words}: {}", refused.text);
        }
        let named = stands_in("worker 150");
        assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text);
        assert!(program(&world, "bob").get("/me").text.contains("Wilma Worker 150 stands in"));
    }
}

#[test]
fn who_does_something_is_told_by_name_wherever_one_of_very_many_is_asked() {
    for world in World::on_each_engine() {
        many_work_here(&world);
        let mut ada = program(&world, "ada");
        let set = world.ada().does(|work| {
            let new = New { title: "Two skids", ..New::default() };
            requirements::open_set(work, &new, &requirements::RequirementSet::default())
        });
        let set = set.unwrap().number;
        let (page, mark) = (format!("/requirement-sets/{set}"), "person:colleagues");
        let shown = ada.get(&page).text;
        assert!(shown.contains(mark) && !shown.contains("Wilma"), "{shown}");
        // Somebody is asked to do something about it.
        let asks = |who: &mut Client, words: &'static str| {
            let form = told("person", words, mark, &[("request", "Count the skids")]);
            who.post_form(&format!("{page}/tasks"), &form)
        };
        for (words, sentence) in
            [("wilma", "201 fit “wilma”: "), ("Nordwind", "Nobody who works here is called Nordwind.")]
        {
            let refused = asks(&mut ada, words);
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            assert!(refused.text.contains(sentence), "{words}: {}", refused.text);
        }
        assert!(!ada.get(&page).text.contains("Count the skids"), "nobody was asked");
        assert_eq!(asks(&mut ada, "worker 150").status, StatusCode::SEE_OTHER);
        let shown = ada.get(&page).text;
        assert!(shown.contains("Count the skids") && shown.contains("Wilma Worker 150"), "{shown}");
        // Many records get another owner, and an owner there is not gets none of them.
        let owner =
            || world.ada().asks(|reader| Ok(reader.find::<requirements::RequirementSet>(&set)?.record.owner));
        let (before, others) = (owner(), [("change", "owner"), ("marked", set.as_str())]);
        let refused = ada.post_form("/lists/requirement-sets/bulk", &told("person", "", mark, &others));
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert!(refused.text.contains("Choose a colleague.") && owner() == before, "{}", refused.text);
        let chosen = ada.post_form("/lists/requirement-sets/bulk/choose", &others[1..]).text;
        assert!(chosen.contains(mark), "{chosen}");
        let done =
            ada.post_form("/lists/requirement-sets/bulk", &told("person", "worker 007", mark, &others));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let name = world.ada().asks(|reader| reader.name_of(owner()));
        assert_eq!(name, "Wilma Worker 007");
    }
}
