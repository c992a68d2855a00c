//! Lists: everything that narrows, sorts and shows one is understood by both engines, and many are read like few.

use customers::Organisation;
use kernel::{
    Actor, Audience, Entry, Error, ExtraField, Filter, Holds, New, Order, Reader, Registry, Result, Sort,
    Sought, Takes, Vocabulary, Wanted,
};
use requirements::{NewRequirement, Requirement, RequirementSet};

use crate::world::{World, client};

/// Values that a filter takes, as people type them: what each sort of condition is made of comes once.
fn values(it: &Filter) -> Vec<String> {
    let some = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    match &it.takes {
        // Each of these words is a condition of its own; of other words one stands for all.
        Takes::Words(known) if ["is", "has", "in"].contains(&it.name.as_str()) => {
            known.iter().map(|(code, _)| code.clone()).collect()
        }
        Takes::Words(known) => known.iter().take(1).map(|(code, _)| code.clone()).collect(),
        Takes::Choices(known) => known.iter().take(1).cloned().chain(some(&["none"])).collect(),
        Takes::Organisation => some(&["none", "Meridian"]),
        Takes::Person => some(&["none", "me"]),
        Takes::Day => some(&["none", "2026-03-02"]),
        Takes::Number => some(&["none", "5"]),
        Takes::Text => some(&["none", "Meridian"]),
    }
}

/// What can be asked of a list by its filters, each by itself, and all at once.
fn questions(filters: &[Filter]) -> Vec<String> {
    let mut all = Vec::new();
    for it in filters {
        for value in values(it) {
            all.push(format!("{}:\"{value}\"", it.name));
            all.push(format!("-{}:\"{value}\"", it.name));
        }
        if it.compares() {
            let value = values(it).pop().unwrap();
            all.extend(["<", "<=", ">", ">="].map(|sign| format!("{}{sign}{value}", it.name)));
        }
    }
    let each = filters.iter().filter(|it| !matches!(it.takes, Takes::Organisation | Takes::Person));
    let each: Vec<String> = each.map(|it| format!("{}:\"{}\"", it.name, values(it)[0])).take(20).collect();
    all.push(each.join(" "));
    all
}

/// The orders of a list, each with what it is called.
fn orders(reader: &Reader, entry: &Entry) -> Vec<(String, Sort, Option<Order>)> {
    let mut all: Vec<_> = Sort::ALL.iter().map(|it| (it.code(), *it, None)).collect();
    let mut add = |name: &str, order: Order| all.push((name.to_owned(), Sort::default(), Some(order)));
    add("owner", Order::of_owner());
    add("customer", Order::of_party());
    add("state", Order::of_state());
    for field in reader.fields_of(entry.kind.prefix).unwrap() {
        add(&field.key, Order::of_field(reader, &field));
    }
    for column in &entry.columns {
        if let Some(order) = Order::of_column(reader, entry, column) {
            add(&column.name, order);
        }
    }
    all
}

/// What was asked is answered, or refused with a sentence; never misunderstood by an engine.
fn understood<T>(what: &str, answer: Result<T>) -> Option<T> {
    match answer {
        Ok(it) => Some(it),
        Err(Error::Invalid(_)) => None,
        Err(other) => panic!("{what}: {other:?}"),
    }
}

/// Asks one list for everything; tells how much of it was answered.
fn ask_everything(reader: &Reader, entry: &Entry) -> usize {
    let kind = entry.kind.prefix;
    let mut answered = 0;
    for typed in questions(&reader.filters(Some(kind)).unwrap()) {
        let what = format!("{kind} {typed}");
        let Some(query) = understood(&what, web::question::read(reader, Some(kind), &typed)) else {
            continue;
        };
        let wanted = Wanted { query: query.clone(), ..Wanted::default() };
        answered += usize::from(understood(&what, reader.list_and_count(kind, &wanted, 10)).is_some());
        let sought = Sought { query, kind: Some(kind.to_owned()), limit: 10, ..Sought::default() };
        understood(&what, reader.seek(&sought));
        // The same beside a word that is looked for.
        let worded = web::question::read(reader, Some(kind), &format!("{typed} pump")).unwrap();
        let wanted = Wanted { query: worded.clone(), ..Wanted::default() };
        understood(&what, reader.list_and_count(kind, &wanted, 10));
        understood(&what, reader.seek(&Sought { query: worded, ..sought }));
    }
    for (name, sort, order) in orders(reader, entry) {
        for (descending, after) in [(false, None), (true, Some("0.0".to_owned()))] {
            let wanted = Wanted { sort, order: order.clone(), descending, after, ..Wanted::default() };
            understood(&format!("{kind} by {name}"), reader.list(kind, &wanted)).unwrap();
            answered += 1;
        }
    }
    answered
}

#[test]
fn every_list_is_narrowed_sorted_and_shown_by_everything_it_names_for_everybody() {
    for world in World::on_each_engine() {
        world.offered_set();
        for (kind, audience) in [("REQ", Audience::Internal), ("RS", Audience::Party)] {
            for holds in Holds::ALL {
                let field = ExtraField {
                    of_kind: kind.to_owned(),
                    holds: *holds,
                    audience,
                    choices: if *holds == Holds::Choice { vec!["Kiel".to_owned()] } else { Vec::new() },
                    ..ExtraField::default()
                };
                world.sam().does(|work| work.define(&format!("Kept as {}", holds.code()), &field)).unwrap();
            }
        }
        let supplier = world.ada().does(|work| {
            let new = New { title: "Tessaro Seals", ..New::default() };
            let body = Organisation { is_supplier: true, ..Organisation::default() };
            Ok(customers::open(work, &new, &body)?.id)
        });
        let of_supplier = Actor::outside(world.eve().actor.person, "Tom of Tessaro", &[supplier.unwrap()]);
        let registry: &Registry = world.db.registry();
        for actor in [world.ada().actor, world.carl().actor, of_supplier] {
            for entry in registry.all() {
                let answered = world.db.read(&actor, |reader| Ok(ask_everything(reader, entry))).unwrap();
                assert!(answered > 30, "{} of {}: only {answered}", actor.name, entry.kind.prefix);
            }
            let of_all = world.db.read(&actor, |reader| Ok(questions(&reader.filters(None)?))).unwrap();
            for typed in of_all {
                let asked = |reader: &Reader| {
                    let query = web::question::read(reader, None, &typed)?;
                    reader.list_of_all(&Wanted { query: query.clone(), ..Wanted::default() })?;
                    reader.seek(&Sought { query, limit: 10, ..Sought::default() })
                };
                understood(&typed, world.db.read(&actor, asked));
            }
        }
        for who in ["ada", "carl"] {
            let mut browser = crate::world::program(&world, who);
            for entry in registry.all() {
                let of_body = entry.columns.iter().map(|it| format!("body.{}", it.name));
                let of_house = world.person(who).asks(|reader| reader.fields_of(entry.kind.prefix));
                let of_house = of_house.into_iter().map(|it| format!("extra.{}", it.key));
                let figures = entry.figures.iter().map(|it| format!("count.{}", it.name));
                let all: Vec<String> = of_body.chain(of_house).chain(figures).collect();
                let columns = format!("state,customer,owner,function,due,revision,{}", all.join(","));
                let file = browser.get(&format!("/lists/{}/export.csv?columns={columns}", entry.kind.path));
                assert!(file.status.is_success(), "{who} {}: {}", entry.kind.path, file.text);
                let first = file.text.lines().next().unwrap_or_default();
                assert!(first.contains("Number"), "{who} {}: {first}", entry.kind.path);
            }
        }
        assert!(!client(&world.db).get("/requirements").status.is_success(), "nobody unknown asks any");
    }
}

/// A set of Ada's with so many lines, each of which says something.
fn set_of(world: &World, count: usize, says: impl Fn(usize) -> String) -> String {
    let line = |it: usize| NewRequirement {
        body: Requirement { statement: says(it), ..Requirement::default() },
        ..NewRequirement::default()
    };
    let many: Vec<NewRequirement> = (0..count).map(line).collect();
    let deed = |work: &mut kernel::Work| {
        let new = New { title: "Skid", ..New::default() };
        let set = requirements::open_set(work, &new, &RequirementSet::default())?.number;
        requirements::add_many(work, &set, &many)?;
        Ok(set)
    };
    world.ada().does(deed).unwrap()
}

/// Everything that a list holds, page by page.
fn to_its_end(reader: &Reader, wanted: &Wanted) -> Vec<i64> {
    let (mut all, mut wanted) = (Vec::new(), Wanted { limit: Some(170), ..wanted.clone() });
    loop {
        let page = reader.list("REQ", &wanted).unwrap();
        all.extend(page.rows.iter().map(|it| it.id));
        wanted.after = page.next;
        if wanted.after.is_none() {
            return all;
        }
    }
}

#[test]
fn more_than_a_thousand_are_listed_by_a_field_of_theirs_in_the_same_order_as_few() {
    for world in World::on_each_engine() {
        let sets = [1_100, 300].map(|count| set_of(&world, count, |it| format!("Line {it} holds.")));
        world.ada().asks(|reader| {
            let entry = reader.registry().kind("REQ").unwrap();
            let column = entry.columns.iter().find(|it| it.name == "place").unwrap();
            let order = Order::of_column(reader, entry, column);
            let all = Wanted { order: order.clone(), ..Wanted::default() };
            let up = to_its_end(reader, &all);
            let mut places: Vec<(i64, i64)> = Vec::new();
            for some in up.chunks(500) {
                let bodies = entry.bodies(reader, some)?.into_iter();
                places.extend(bodies.map(|(id, body, _)| (body["place"].as_i64().unwrap(), id)));
            }
            places.sort_unstable();
            assert_eq!(up, places.iter().map(|it| it.1).collect::<Vec<_>>());
            let mut down = to_its_end(reader, &Wanted { descending: true, ..all.clone() });
            down.reverse();
            assert_eq!(up, down, "the same from its other end");

            // Many of one set, and few of another, are what all of them are without the rest.
            for (set, count) in sets.iter().zip([1_100, 300]) {
                let query = web::question::read(reader, Some("REQ"), &format!("set_id:{set}"))?;
                let of_set = to_its_end(reader, &Wanted { query, ..all.clone() });
                assert_eq!(of_set.len(), count);
                let left: Vec<i64> = up.iter().copied().filter(|it| of_set.contains(it)).collect();
                assert_eq!(of_set, left, "{set}");
            }
            Ok(())
        });
    }
}

#[test]
fn a_word_that_stands_nearly_everywhere_narrows_a_list_as_exactly_as_any_other() {
    for world in World::on_each_engine() {
        let says = |it: usize| match it % 100 {
            0 => format!("Line {it} is silent."),
            7 => format!("Line {it} is dosing lye."),
            _ => format!("Line {it} is dosing acid."),
        };
        for _ in 0..4 {
            set_of(&world, 1_300, says);
        }
        let last = set_of(&world, 200, says);
        world.ada().asks(|reader| {
            let asking = |typed: &str| -> Result<Wanted> {
                let query = web::question::read(reader, Some("REQ"), typed)?;
                Ok(Wanted { query, sort: Sort::Created, descending: true, ..Wanted::default() })
            };
            let all = to_its_end(reader, &asking("")?);
            assert_eq!(all.len(), 5_400);
            // What each says, read from the requirements themselves.
            let entry = reader.registry().kind("REQ").unwrap();
            let mut said = std::collections::HashMap::new();
            for some in all.chunks(500) {
                for (id, body, _) in entry.bodies(reader, some)? {
                    said.insert(id, body["statement"].as_str().unwrap().to_owned());
                }
            }
            let with = |words: &[&str]| -> Vec<i64> {
                all.iter().copied().filter(|it| words.iter().all(|word| said[it].contains(word))).collect()
            };
            for (typed, words) in [("dosing", vec!["dosing"]), ("dosing acid", vec!["dosing", "acid"])] {
                let wanted = asking(typed)?;
                assert_eq!(to_its_end(reader, &wanted), with(&words), "{typed}");
                let (page, count) = reader.list_and_count("REQ", &wanted, 1_001)?;
                assert_eq!((page.rows.len(), count), (50, 1_001), "{typed}");
                assert_eq!(page.rows.iter().map(|it| it.id).collect::<Vec<_>>(), with(&words)[..50]);
                let upward = Wanted { descending: false, ..wanted };
                let mut up = to_its_end(reader, &upward);
                up.reverse();
                assert_eq!(up, with(&words), "{typed}");
            }
            assert_eq!(to_its_end(reader, &asking("dosing -acid")?), with(&["dosing", "lye"]));
            let narrow = asking(&format!("dosing set_id:{last}"))?;
            let (page, count) = reader.list_and_count("REQ", &narrow, 1_001)?;
            assert_eq!((page.rows.len(), count, page.next.is_some()), (50, 198, true));
            assert_eq!(
                to_its_end(reader, &narrow),
                with(&["dosing"])[..198],
                "the newest set is the last one"
            );
            assert_eq!(reader.count("CV", &asking("dosing")?, 10)?, 0, "no conversation speaks of it");
            Ok(())
        });
        let eve = world.eve().asks(|reader| {
            let query = web::question::read(reader, Some("REQ"), "dosing")?;
            reader.list_and_count("REQ", &Wanted { query, ..Wanted::default() }, 10)
        });
        assert!(eve.0.rows.is_empty() && eve.1 == 0, "an outsider counts none of them");
    }
}
