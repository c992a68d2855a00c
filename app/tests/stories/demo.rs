//! The company of the demo is told through the same door as everything else.

use kernel::Wanted;
use requirements::{RequirementSet, set};

use crate::world::World;

#[test]
fn two_years_of_the_company_are_told_and_the_log_is_sound() {
    for world in World::empty_on_each_engine() {
        let people = app::demo::fill(&world.db).unwrap();
        assert!(people.iter().any(|it| it.email.starts_with("ada.")));
        let system = kernel::Actor::system();
        world
            .db
            .read(&system, |db| {
                let set = db.find::<RequirementSet>("RS-2026-0017")?;
                assert_eq!(
                    (set.record.state, set.record.released, set.record.offered),
                    (set::State::Agreed, Some(3), Some(3))
                );
                let sets = db.list("RS", &Wanted::default())?.rows;
                let standing = sets.iter().filter(|it| it.title.starts_with("What always holds")).count();
                assert_eq!(
                    (sets.len(), standing),
                    (22, 6),
                    "fourteen matters, one more of a site, one taken in from a file, six standing sets"
                );
                let double = customers::likely_doubles(db)?;
                assert_eq!(double.len(), 1, "one double was merged, one waits");
                let conversation = db.mention_of("CV-2026-0231")?;
                assert!(db.sources(conversation.id)?.len() > 20);
                let requirement = db.mention_of("REQ-0414")?;
                let passage = &db.passages_behind(requirement.id)?[0];
                let source = db.source(passage.source_id)?;
                assert_eq!(source.origin, "attachment");
                // The change of the motor reaches its maker, along the pump that depends on them.
                let motor = db.mention_of("CR-2026-0010")?.id;
                let told = changes::items(db, motor)?;
                let maker = told.iter().find(|it| it.action == changes::Action::Tell).unwrap();
                assert_eq!(maker.title.as_deref(), Some("Voltaro Motors s.r.o."));
                assert_eq!(maker.way[1], "depends_on");
                // An order leads to the changes that touch it, itself or by what it rests on.
                let leads = |change: &str, to: &str| {
                    let (change, to) = (db.mention_of(change)?.id, db.mention_of(to)?.id);
                    db.link_between(change, kernel::Tie::Affects, to)
                };
                assert!(leads("CR-2026-0009", "SO-2026-0118")?.is_some());
                assert!(leads("CR-2026-0006", "RS-2026-0017")?.is_some());
                // A condition at Hallander's delivery fell away, and was let go with its reason.
                let conditions = reviews::conditions(db, db.mention_of("RV-2026-0024")?.id)?;
                let fallen: Vec<&str> =
                    conditions.iter().filter_map(|it| Some(it.no_longer_asked()?.words.as_str())).collect();
                assert!(
                    fallen.len() == 1 && fallen[0].starts_with("Hallander reads the German manual"),
                    "{fallen:?}"
                );
                // Revision D of the pump is what the change of the seals proposed, in force by its release.
                let seals = db.mention_of("CR-2026-0009")?.id;
                let (pump, number) = catalogue::article(db, "KD-20")?.unwrap();
                let of_it = changes::items(db, seals)?;
                let redline = of_it.iter().find(|it| it.item == Some(pump)).unwrap();
                assert_eq!((redline.name.as_str(), redline.released_no), (number.as_str(), Some(2)));
                let proposed = redline.proposed.as_ref().unwrap();
                let fields: Vec<&str> = proposed.keys().map(String::as_str).collect();
                assert_eq!(fields, ["characteristics"]);
                let labels: Vec<String> =
                    catalogue::revisions(db, pump)?.into_iter().map(|it| it.label).collect();
                assert_eq!(labels, ["D", "C"]);
                let day = db.today();
                let holds = |order| db.valid_revision(pump, &kernel::On { day, lot: "", serial: "", order });
                assert_eq!(
                    (holds("SO-2026-0105/10")?.no, holds("")?.no),
                    (Some(1), Some(2)),
                    "the pumps of Greifenstein stay with the seals they were agreed with"
                );
                let told = notices::recipients(db, seals)?;
                assert!(told.iter().all(|it| it.notice.is_some()), "{told:?}");
                assert!(told.iter().any(|it| it.number == "K-1022" && it.notice_days == 90), "{told:?}");
                let named = notices::recipients(db, motor)?;
                assert!(named.iter().any(|it| it.number == maker.name && it.notice.is_none()), "{named:?}");
                Ok(())
            })
            .unwrap();
        world.db.seal().unwrap();
        let report = app::audit::verify(&world.db, &[], |_, _| {}).unwrap();
        assert!(report.is_clean(), "{report}");
    }
}
