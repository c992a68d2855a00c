//! Five hundred who look at one record: the memory and the time that their streams take, and how soon each hears.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use identity::Arrival;
use kernel::New;
use requirements::RequirementSet;

use crate::house::House;
use crate::measure::{Table, Times};
use crate::program::Server;

const STREAMS: usize = 500;
/// So many deeds are told.
const DEEDS: usize = 20;
/// Those of the small company who see everything.
const PEOPLE: [(&str, &str); 8] = [
    ("ada.lindqvist@kestrel-dosing.example", "ada"),
    ("ben.achterberg@kestrel-dosing.example", "ben"),
    ("bob.okafor@kestrel-dosing.example", "bob"),
    ("clara.weiss@kestrel-dosing.example", "clara"),
    ("henrik.soerensen@kestrel-dosing.example", "henrik"),
    ("sam.idowu@kestrel-dosing.example", "sam"),
    ("nele.ahrens@kestrel-dosing.example", "nele"),
    ("amelia.hart@hart-audit.example", "amelia"),
];

pub fn measure(house: &House, server: &Server, table: &mut Table) -> Result<()> {
    let new = New { title: "Looked at by many", ..New::default() };
    let set = house
        .db
        .write(&house.ada, |work| requirements::open_set(work, &new, &RequirementSet::default()))?
        .number;
    let mut sessions = Vec::new();
    for (email, short) in PEOPLE {
        let password = format!("{short}-right-millilitre");
        let arrival = Arrival { email, password: &password, ..Arrival::default() };
        if let Ok(secret) = identity::sign_in(&house.db, &arrival) {
            sessions.push(secret);
        }
    }
    ensure!(sessions.len() * 64 >= STREAMS, "only {} people could sign in", sessions.len());
    let before = server.memory()?;
    let mut streams = Vec::with_capacity(STREAMS);
    for no in 0..STREAMS {
        let secret = &sessions[no % sessions.len()];
        let mut stream = TcpStream::connect(server.address())?;
        write!(
            stream,
            "GET /live?record={set} HTTP/1.1\r\nhost: {}\r\ncookie: {}={secret}\r\n\r\n",
            server.address(),
            web::SESSION
        )?;
        stream.set_nonblocking(true)?;
        streams.push(stream);
    }
    hear(&mut streams, "event: here", Duration::from_mins(1))?;
    // Who is here is told anew at each arrival; that is over when nothing comes any more.
    std::thread::sleep(Duration::from_secs(3));
    drain(&mut streams)?;
    table.figure("resident memory, before the streams", &before);
    table.figure(&format!("resident memory, {STREAMS} open streams"), &server.memory()?);
    let (busy, span) = (server.busy()?, Duration::from_secs(20));
    std::thread::sleep(span);
    let used = server.busy()?.saturating_sub(busy);
    table.figure(
        "of one core, while nothing happens",
        &format!("{:.1} %", 100.0 * used.as_secs_f64() / span.as_secs_f64()),
    );
    drain(&mut streams)?;
    let mut delays = Vec::new();
    for no in 0..DEEDS {
        let body = format!("{{\"words\":\"Word {no}\"}}");
        let begun = Instant::now();
        server.post(&format!("/api/v1/requirement-sets/{set}/remarks"), &house.session, &body)?;
        delays.extend(
            hear(&mut streams, "event: changed", Duration::from_secs(30))?.iter().map(|it| *it - begun),
        );
        drain(&mut streams)?;
    }
    table.times(
        &format!("from a deed to each of {STREAMS} who look"),
        &Times::of(delays),
        "sending it included",
    );
    Ok(())
}

/// Reads from all until each has said something; tells when each did.
fn hear(streams: &mut [TcpStream], what: &str, within: Duration) -> Result<Vec<Instant>> {
    let end = Instant::now() + within;
    let mut said = vec![String::new(); streams.len()];
    let mut heard: Vec<Option<Instant>> = vec![None; streams.len()];
    while heard.iter().any(Option::is_none) {
        let silent = heard.iter().filter(|it| it.is_none()).count();
        ensure!(Instant::now() < end, "{silent} streams did not say “{what}” in time");
        for (no, stream) in
            streams.iter_mut().enumerate().filter(|(no, _)| heard[*no].is_none()).collect::<Vec<_>>()
        {
            said[no].push_str(&piece(stream)?);
            if said[no].contains(what) {
                heard[no] = Some(Instant::now());
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(heard.into_iter().flatten().collect())
}

/// Reads what is there and forgets it.
fn drain(streams: &mut [TcpStream]) -> Result<()> {
    std::thread::sleep(Duration::from_millis(700));
    streams.iter_mut().try_for_each(|it| piece(it).map(|_| ()))
}

fn piece(stream: &mut TcpStream) -> Result<String> {
    let (mut said, mut bytes) = (String::new(), [0; 8192]);
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return Err(anyhow::anyhow!("a stream was ended: {said}")),
            Ok(count) => said.push_str(&String::from_utf8_lossy(&bytes[..count])),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(said),
            Err(error) => return Err(error).context("a stream broke"),
        }
    }
}
