//! Serves a small company for a look at the pages (temporary).
#![expect(clippy::unwrap_used, reason = "temporary")]
#[path = "stories/world.rs"]
#[expect(dead_code, reason = "temporary")]
mod world;
use std::future::IntoFuture;
use std::sync::Arc;
use identity::{NewToken, Scope};
use kernel::{Audience, Citable, New};
use requirements::{NewRequirement, RequirementSet, Section, set};
use world::World;

#[test]
fn look() {
    let world = World::on_each_engine().next().unwrap();
    for short in ["ada", "carl", "eve", "amelia"] {
        let secret = identity::token_secret().unwrap();
        let wanted = NewToken { name: "look", scope: Scope::Write, days: 1 };
        world.person(short).does(|work| identity::make_token(work, &wanted, &secret)).unwrap();
        std::fs::write(format!("/tmp/token-{short}"), &secret).unwrap();
    }
    let ada = world.ada();
    let new = New { title: "CIP 3 dosing skid, peracetic acid and caustic", party: Some(world.meridian), ..New::default() };
    let body = RequirementSet { matter: "One skid with two dosing lines for CIP 3.".into(), intended_use: "Doses **peracetic acid** and caustic into the rinse.".into(), ..RequirementSet::default() };
    let set = ada.does(|w| requirements::open_set(w, &new, &body)).unwrap().number;
    let rows: Vec<std::collections::BTreeMap<String, String>> = csv::Reader::from_path("/work/main/demo/requirements/rs-2026-0017-rev-1.csv").unwrap().deserialize().map(|it| it.unwrap()).collect();
    let mut keys = std::collections::BTreeMap::new();
    for row in &rows {
        if !keys.contains_key(&row["section"]) {
            let key = ada.does(|w| requirements::add_section(w, &set, &row["section"], "")).unwrap();
            keys.insert(row["section"].clone(), key);
        }
        let mut new = NewRequirement { number: Some(row["id"].clone()), title: row["title"].clone(), section: keys[&row["section"]].clone(), ..NewRequirement::default() };
        for (c, v) in row {
            let f = match c.as_str() { "id" | "section" | "title" | "function" => continue, "method" => "verification", "said_by" => "said_by_name", o => o };
            new.body.write(f, v).unwrap();
        }
        ada.does(|w| requirements::add(w, &set, &new)).unwrap();
    }
    ada.does(|w| requirements::remove_section(w, &set, "s1")).unwrap();
    let source = ada.does(|w| w.keep_source(world.meridian, &Citable { origin: "message", origin_id: 1, name: "Mail of Carl", words: "15 % equilibrium mix, density 1.15, comes in 1,000 l IBCs", extractor: "x", audience: Audience::Party })).unwrap();
    ada.does(|w| requirements::cite(w, "REQ-0413", source, "15 % equilibrium mix")).unwrap();
    ada.does(|w| requirements::edit_section(w, &set, None, &Section { key: keys["Process"].clone(), title: "Process".into(), prose: "Duty points:\n\n| Line | l/h |\n|---|---|\n| A | 8.7 |\n".into() })).unwrap();
    ada.does(|w| requirements::release(w, &set, "As asked")).unwrap();
    ada.does(|w| requirements::offer(w, &set, 1)).unwrap();
    ada.does(|w| { let mut c = w.find::<RequirementSet>(&set)?; w.advance(&mut c, set::Step::Revise) }).unwrap();
    for (n, f, v) in [("REQ-0417", "statement", "Dosing of line A shall be designed for a CIP supply flow of 20 m³/h."), ("REQ-0417", "upper", "20"), ("REQ-0460", "value", "48")] {
        ada.does(|w| requirements::edit(w, &requirements::Edit { number: n.into(), version: None, fields: vec![(f.into(), v.into())] })).unwrap();
    }
    ada.does(|w| requirements::withdraw(w, "REQ-0447", "In the data sheet")).unwrap();
    ada.does(|w| requirements::move_to(w, "REQ-0453", &keys["Delivery"], &requirements::Put::First)).unwrap();
    world.db.seal().unwrap();
    let edge = app::wiring::edge(Arc::clone(&world.db), false);
    let router = web::router(app::wiring::routes(), edge);
    std::fs::write("/tmp/look-set", &set).unwrap();
    let rt = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    rt.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:7392").await.unwrap();
        let _ = tokio::time::timeout(std::time::Duration::from_secs(1500), axum::serve(listener, router).into_future()).await;
    });
}
