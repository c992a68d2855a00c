//! The program itself: from its start to its first answer, and the memory that it holds.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::house::House;
use crate::measure::{Table, eight_at_once, repeat, timed};

/// Ended when nobody holds it any more.
pub struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn measure(house: &House, program: &Path, table: &mut Table) -> Result<()> {
    let start = || Server::start(program, house.folder(), house.config.database.as_deref());
    let times = repeat(10, |_| start().map(|_| ()))?;
    table.times("start to first answer", &times, "");
    if house.config.database.is_none() {
        let folder = testbed::folder();
        let (took, _) = timed(|| Server::start(program, &folder, None))?;
        std::fs::remove_dir_all(folder)?;
        table.figure(
            "the very first start to first answer",
            &format!("{:.0} ms", took.as_secs_f64() * 1000.0),
        );
    }
    let server = start()?;
    std::thread::sleep(Duration::from_secs(3));
    table.figure("resident memory, idle", &server.memory()?);
    let address = "/requirements?q=state:draft&sort=changed&down=1";
    let (_, times) = eight_at_once(200, |_| Ok(()), |(), _| server.get(address, &house.session).map(|_| ()))?;
    table.times("a list over the network, eight users at once", &times, "");
    table.figure("resident memory, after 1,600 lists", &server.memory()?);
    crate::live::measure(house, &server, table)
}

impl Server {
    /// Starts the program and waits for its first answer.
    fn start(program: &Path, data: &Path, database: Option<&str>) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg("serve").arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
        command.args(database.iter().flat_map(|it| ["--database", it]));
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        let said = process.stdout.take().context("it has an output")?;
        let mut server = Self { process, address: String::new() };
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        let address = line.trim_end().rsplit_once("http://").context("it does not say where it listens")?.1;
        address.clone_into(&mut server.address);
        server.get("/healthz", "")?;
        Ok(server)
    }

    fn get(&self, path: &str, session: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        let cookie = format!("{}={session}", web::SESSION);
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{path} answers {}", answer.lines().next().unwrap_or(""));
        Ok(answer)
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Sends JSON as somebody with a session.
    pub fn post(&self, path: &str, session: &str, body: &str) -> Result<()> {
        let mut stream = TcpStream::connect(&self.address)?;
        let (host, cookie, length) = (&self.address, format!("{}={session}", web::SESSION), body.len());
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 201"), "{path} answers {}", answer.lines().next().unwrap_or(""));
        Ok(())
    }

    /// The time that it used a processor, as Linux tells it: in hundredths of a second.
    pub fn busy(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let (_, after) = stat.rsplit_once(')').context("no stat")?;
        let field = |no: usize| after.split_whitespace().nth(no).and_then(|it| it.parse::<u64>().ok());
        let ticks = field(11).zip(field(12)).context("no times in stat")?;
        Ok(Duration::from_millis(10 * (ticks.0 + ticks.1)))
    }

    /// As Linux tells it.
    pub fn memory(&self) -> Result<String> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        let kilobytes: u64 = line.and_then(|it| it.split_whitespace().next()).context("no VmRSS")?.parse()?;
        Ok(format!("{} MB", kilobytes * 1024 / 1_000_000))
    }
}
