//! Organisations and their people: who knows them, and who must never.

use axum::http::StatusCode;
use customers::{Known, NewContact, Organisation, party_of_address};
use kernel::{Error, New};

use crate::world::{World, program, refusal};

fn known(world: &World, email: &str) -> Option<Known> {
    world.ada().asks(|reader| party_of_address(reader, email))
}

#[test]
fn eve_learns_nothing_of_meridian_and_its_people() {
    for world in World::on_each_engine() {
        let mut eve = program(&world, "eve");
        let carl = world.carl().actor.person;
        let carl = world.sam().asks(|reader| Ok(reader.mention(carl)?.unwrap().number));
        for page in [
            "/customers",
            "/customers?view=all",
            "/people",
            "/people?view=contacts",
            "/search?q=Northallerton",
        ] {
            let shown = eve.get(page);
            for marker in ["Meridian", "Whitfield", "K-1001"] {
                assert!(!shown.text.contains(marker), "{page} names {marker}");
            }
        }
        assert!(eve.get("/customers").text.contains("Hallander Pharma AG"), "her own is there");
        let hidden = [
            "/customers/K-1001".to_owned(),
            "/customers/K-1001/edit".to_owned(),
            "/customers/K-1001/contacts/new".to_owned(),
            "/api/v1/customers/K-1001".to_owned(),
            "/api/v1/customers/K-1001/contacts".to_owned(),
            "/api/v1/customers/K-1001/addresses".to_owned(),
            format!("/people/{carl}"),
            format!("/people/{carl}/edit"),
            format!("/api/v1/people/{carl}"),
        ];
        for address in hidden {
            let shown = eve.get(&address);
            assert_eq!(shown.status, StatusCode::NOT_FOUND, "{address}");
            assert!(!shown.text.contains("Meridian") && !shown.text.contains("Whitfield"), "{address}");
        }
    }
}

#[test]
fn a_customer_reads_their_own_record_but_for_our_note() {
    for world in World::on_each_engine() {
        world
            .ada()
            .does(|work| {
                let case = work.find_by_id::<Organisation>(world.meridian)?;
                let body = Organisation { note: "slow payer".into(), ..case.body };
                customers::change(work, &case.record.number, case.record.version, &case.record.title, body)
            })
            .unwrap();
        let mut carl = program(&world, "carl");
        let (page, json) = (carl.get("/customers/K-1001").text, carl.get("/api/v1/customers/K-1001").text);
        assert!(page.contains("Meridian Dairies Ltd") && page.contains("Wensley Road Works"));
        assert!(json.contains("Northallerton"));
        assert!(!page.contains("slow payer") && !json.contains("slow payer"));
        assert!(program(&world, "ada").get("/customers/K-1001").text.contains("slow payer"));
        let found = world.carl().asks(|reader| reader.search("slow payer", None, 10));
        assert!(found.is_empty(), "nor do they find it");
    }
}

#[test]
fn an_address_tells_who_wrote_as_far_as_it_is_certain() {
    for world in World::on_each_engine() {
        let carl = world.carl().actor.person;
        let of_meridian = |person| Some(Known { person, organisation: world.meridian });
        assert_eq!(known(&world, " Carl.Whitfield@meridian-dairies.example"), of_meridian(Some(carl)));
        assert_eq!(known(&world, "somebody.new@meridian-dairies.example"), of_meridian(None));
        assert_eq!(known(&world, "ada.lindqvist@kestrel-dosing.example"), None, "one of ours is no customer");
        assert_eq!(known(&world, "carl@gmail.com"), None);
        assert_eq!(known(&world, "meridian-dairies.example"), None);
        let further = |address: &str, person| {
            world.ada().does(|work| customers::know(work, world.meridian, address, person))
        };
        further("carl@home.example", Some(carl)).unwrap();
        further("stores@stores.example", None).unwrap();
        assert_eq!(known(&world, "carl@home.example"), of_meridian(Some(carl)));
        assert_eq!(
            known(&world, "Stores@stores.example"),
            of_meridian(None),
            "a shared mailbox identifies nobody"
        );
    }
}

#[test]
fn a_house_and_its_site_share_a_domain_and_strangers_do_not() {
    for world in World::on_each_engine() {
        let open = |name: &str, parent| {
            let body = Organisation {
                domains: vec!["meridian-dairies.example".into()],
                parent,
                ..Organisation::default()
            };
            world
                .ada()
                .does(|work| customers::open(work, &New { title: name, ..New::default() }, &body))
                .unwrap()
        };
        open("Meridian Dairies, Thirsk", Some(world.meridian));
        let of_house = Some(Known { person: None, organisation: world.meridian });
        assert_eq!(known(&world, "new@meridian-dairies.example"), of_house);
        open("Meridian Cheese", None);
        assert_eq!(known(&world, "new@meridian-dairies.example"), None, "two strangers: nobody is certain");
    }
}

#[test]
fn an_organisation_is_the_party_of_its_own_record() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let made = ada
            .post_json("/api/v1/customers", &serde_json::json!({ "title": "Arctic Roast", "town": "Alta" }));
        assert!(made.status.is_success(), "{}", made.text);
        let number = made.json()["number"].as_str().unwrap().to_owned();
        let case = world.ada().asks(|reader| reader.find::<Organisation>(&number));
        assert_eq!(case.record.party, Some(case.record.id.raw()));
    }
}

#[test]
fn an_address_is_of_one_organisation_only() {
    for world in World::on_each_engine() {
        let know = |organisation, address: &str| {
            world.ada().does(|work| customers::know(work, organisation, address, None))
        };
        know(world.meridian, "post@group.example").unwrap();
        assert!(refusal(know(world.hallander, "POST@group.example")).contains("K-1001"));
        let carl = world.carl().actor.person;
        let foreign =
            world.ada().does(|work| customers::know(work, world.hallander, "c@w.example", Some(carl)));
        assert!(refusal(foreign).contains("of this organisation"));
        let twin = NewContact {
            name: "Twin",
            email: "carl.whitfield@meridian-dairies.example",
            ..NewContact::default()
        };
        let twin = world.ada().does(|work| customers::add_contact(work, "K-1002", &twin));
        assert!(refusal(twin).contains("has this address already"));
    }
}

#[test]
fn whoever_only_reads_or_stands_outside_keeps_no_customers() {
    for world in World::on_each_engine() {
        let contact =
            NewContact { name: "Somebody", email: "s@meridian-dairies.example", ..NewContact::default() };
        for short in ["amelia", "carl", "eve"] {
            let person = world.person(short);
            assert!(person.does(|work| customers::add_contact(work, "K-1001", &contact)).is_err(), "{short}");
            assert!(person.does(|work| customers::know(work, world.meridian, "x@y.example", None)).is_err());
            let new = New { title: "Slipped in", ..New::default() };
            assert!(person.does(|work| customers::open(work, &new, &Organisation::default())).is_err());
        }
    }
}

#[test]
fn an_address_is_forgotten_by_whoever_keeps_customers_and_by_nobody_else() {
    const ADDRESS: &str = "stores@stores.example";
    for world in World::on_each_engine() {
        let address = world.ada().does(|work| customers::know(work, world.meridian, ADDRESS, None)).unwrap();
        let of_meridian = Some(Known { person: None, organisation: world.meridian });
        assert_eq!(known(&world, ADDRESS), of_meridian);
        for (who, sentence) in [
            ("henrik", "Only the roles"),
            ("franka", "Only the roles"),
            ("amelia", "You may read everything and change nothing. Ask the owner."),
            ("carl", "Only the roles"),
            ("eve", "Only the roles"),
        ] {
            let outcome = world.person(who).does(|work| customers::forget(work, "K-1001", address));
            let told = refusal(outcome);
            assert!(told.contains(sentence), "{who}: {told}");
            let removed = format!("/customers/K-1001/addresses/{address}/remove");
            let by_page = program(&world, who).post_form(&removed, &[]);
            assert_eq!(by_page.status, StatusCode::CONFLICT, "{who}: {}", by_page.text);
            assert_eq!(known(&world, ADDRESS), of_meridian, "{who}: it is known still");
        }
        world.ada().does(|work| customers::forget(work, "K-1001", address)).unwrap();
        assert_eq!(known(&world, ADDRESS), None);
    }
}

#[test]
fn an_edit_of_an_older_copy_is_not_lost_on_anybody() {
    for world in World::on_each_engine() {
        let change = |town: &str, version| {
            let body = Organisation { town: town.into(), ..Organisation::default() };
            world
                .ada()
                .does(|work| customers::change(work, "K-1001", version, "Meridian Dairies Ltd", body.clone()))
        };
        let version = world.ada().asks(|reader| Ok(reader.find::<Organisation>("K-1001")?.record.version));
        change("Thirsk", version).unwrap();
        assert!(matches!(change("York", version), Err(Error::Stale)));
    }
}

#[test]
fn a_contact_and_an_address_are_added_without_a_script() {
    for world in World::on_each_engine() {
        let mut ada = program(&world, "ada");
        let fields = [("name", "Tess Lowe"), ("email", "tess@lowe.example"), ("job_title", "Planner")];
        assert_eq!(
            ada.post_form("/customers/K-1001/contacts", &fields).location(),
            "/customers/K-1001#contacts"
        );
        let again = ada.post_form("/customers/K-1001/contacts", &fields);
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("Tess Lowe") && again.text.contains("has this address already"));
        let address = [("address", "planning@lowe.example"), ("person", "")];
        assert_eq!(ada.post_form("/customers/K-1001/addresses", &address).status, StatusCode::SEE_OTHER);
        let page = ada.get("/customers/K-1001").text;
        assert!(page.contains("Tess Lowe") && page.contains("planning@lowe.example"));
    }
}
