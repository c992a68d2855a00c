//! What an installation is told: one file, the environment, the command line; the later wins.

use std::fs;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ipnet::IpNet;
use kernel::{Address, Secrets};
use serde::Deserialize;

use crate::post::{self, Mail, Password};

/// How an installation is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where its files and, with SQLite, its database lie.
    pub data: PathBuf,
    /// A PostgreSQL database as libpq writes it; SQLite in the data folder where nothing is said.
    pub database: Option<String>,
    /// Whether browsers reach it by https.
    pub https: bool,
    /// What the log is called in its signed heads.
    pub origin: String,
    /// The mail server that letters go to; they are held where there is none.
    pub mail: Option<Mail>,
    /// The networks of the proxies in front of it, whose word on where a request comes from is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Where browsers reach it: `https://reqord.example`. Letters lead there; without it none does.
    pub site: Option<String>,
}

/// The same as the file and the command line say it: everything may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub listen: Option<String>,
    pub data: Option<PathBuf>,
    pub database: Option<String>,
    pub https: Option<bool>,
    pub origin: Option<String>,
    #[serde(default)]
    pub mail: post::Said,
    pub trusted_proxies: Option<Vec<String>>,
    #[serde(default)]
    pub site: Site,
}

/// What is said of where it is reached.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub address: Option<String>,
}

impl Config {
    /// Puts together what file, environment and command line say.
    ///
    /// # Errors
    /// Names the setting that cannot be used, and what it should look like.
    pub fn read(file: Option<&Path>, command_line: Said) -> Result<Self> {
        let written = file.map_or_else(|| Ok(Said::default()), read_file)?;
        let said = command_line.or(from_environment()?).or(written);
        let listen = said.listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = listen
            .parse()
            .with_context(|| format!("listen: “{listen}” is no address like 127.0.0.1:8080"))?;
        let data = said.data.map_or_else(default_data, Ok)?;
        let origin = said.origin.unwrap_or_else(|| "reqord.local/log".to_owned());
        if origin.is_empty() || origin.contains(char::is_whitespace) || origin.contains('+') {
            bail!("origin: “{origin}” must be a name without spaces and plus signs, like reqord.example/log");
        }
        let trusted_proxies =
            said.trusted_proxies.unwrap_or_default().iter().map(|it| network(it)).collect::<Result<_>>()?;
        let (database, https, mail) = (said.database, said.https.unwrap_or(false), Mail::read(said.mail)?);
        let site = said.site.address.map(|it| reached_at(&it)).transpose()?;
        Ok(Self { listen, data, database, https, origin, mail, trusted_proxies, site })
    }

    /// Where the database is.
    pub fn address(&self) -> Address {
        match &self.database {
            Some(postgres) => Address::Postgres(postgres.clone()),
            None => Address::Sqlite(self.data.join("reqord.db").to_string_lossy().into_owned()),
        }
    }

    /// Makes the data folder, readable by its owner only.
    pub fn prepare(&self) -> Result<()> {
        fs::create_dir_all(&self.data)
            .with_context(|| format!("data: {} cannot be made", self.data.display()))?;
        fs::set_permissions(&self.data, fs::Permissions::from_mode(0o700))?;
        Ok(())
    }

    /// Whether the secret of the log is there already.
    pub fn has_secret(&self) -> bool {
        environment("REQORD_SECRET").is_some() || self.data.join("secret").exists()
    }

    /// The secret of the log as it is written down; none where there is none yet.
    pub fn secret(&self) -> Result<Option<String>> {
        match environment("REQORD_SECRET") {
            Some(secret) => Ok(Some(secret)),
            None if self.has_secret() => Ok(Some(fs::read_to_string(self.data.join("secret"))?)),
            None => Ok(None),
        }
    }

    /// Puts the secret of a backup where this installation looks for it, unless there is one.
    ///
    /// # Errors
    /// Refuses a secret that is none.
    pub fn keep_secret(&self, secret: &str) -> Result<()> {
        seed_of(secret.trim()).context("the secret in the backup must be 64 hexadecimal digits")?;
        if !self.has_secret() {
            write_secret(&self.data.join("secret"), secret.trim())?;
        }
        Ok(())
    }

    /// The secrets of the log: from the environment, from the file beside the database, or newly made. Where a key is
    /// kept that is to replace the one that signs, both sign.
    pub fn secrets(&self) -> Result<Secrets> {
        let seed = match environment("REQORD_SECRET") {
            Some(secret) => seed_of(&secret).context("REQORD_SECRET must be 64 hexadecimal digits")?,
            None => seed_in(&self.data.join("secret"))?,
        };
        let secrets = Secrets::from_seed(&self.origin, seed)?;
        let kept = self.data.join("next-key");
        let next = match environment("REQORD_NEXT_KEY") {
            Some(next) => seed_of(&next).context("REQORD_NEXT_KEY must be 64 hexadecimal digits")?,
            None if kept.exists() => seed_in(&kept)?,
            None => return Ok(secrets),
        };
        Ok(secrets.also_signed_by(next)?)
    }
}

impl Said {
    /// What is said here, and where nothing is, what the other says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            data: self.data.or(other.data),
            database: self.database.or(other.database),
            https: self.https.or(other.https),
            origin: self.origin.or(other.origin),
            mail: self.mail.or(other.mail),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            site: Site { address: self.site.address.or(other.site.address) },
        }
    }
}

/// A network like 10.0.0.0/8, or one address.
fn network(words: &str) -> Result<IpNet> {
    let network = words.parse().or_else(|_| words.parse::<IpAddr>().map(IpNet::from));
    network
        .with_context(|| format!("trusted_proxies: “{words}” is no network like 10.0.0.0/8 and no address"))
}

/// Where browsers reach it, without what follows the host.
fn reached_at(words: &str) -> Result<String> {
    let address = words.trim().trim_end_matches('/');
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let is_host = |it: &str| {
        let fits = |it: char| it.is_ascii_alphanumeric() || ".-:[]".contains(it);
        !it.is_empty()
            && it.chars().all(fits)
            && it.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '[')
    };
    if !host.is_some_and(is_host) {
        bail!("site.address: “{words}” must be an address like https://reqord.example, without a path");
    }
    Ok(address.to_owned())
}

fn read_file(path: &Path) -> Result<Said> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not right", path.display()))
}

fn from_environment() -> Result<Said> {
    Ok(Said {
        listen: environment("REQORD_LISTEN"),
        data: environment("REQORD_DATA").map(PathBuf::from),
        database: environment("REQORD_DATABASE"),
        https: environment("REQORD_HTTPS").map(|it| it == "true" || it == "1"),
        origin: environment("REQORD_ORIGIN"),
        mail: mail_from_environment()?,
        trusted_proxies: environment("REQORD_TRUSTED_PROXIES")
            .map(|it| it.split(',').map(|it| it.trim().to_owned()).collect()),
        site: Site { address: environment("REQORD_SITE_ADDRESS") },
    })
}

fn mail_from_environment() -> Result<post::Said> {
    let port = environment("REQORD_MAIL_PORT").map(|it| it.parse()).transpose();
    let security =
        environment("REQORD_MAIL_SECURITY").map(|it| toml::Value::String(it).try_into()).transpose();
    Ok(post::Said {
        server: environment("REQORD_MAIL_SERVER"),
        port: port.context("REQORD_MAIL_PORT must be a number like 587")?,
        security: security.context("REQORD_MAIL_SECURITY must be tls, starttls, opportunistic or none")?,
        user: environment("REQORD_MAIL_USER"),
        password: environment("REQORD_MAIL_PASSWORD").map(Password),
        from: environment("REQORD_MAIL_FROM"),
        name: environment("REQORD_MAIL_NAME"),
        authority: environment("REQORD_MAIL_AUTHORITY").map(PathBuf::from),
    })
}

#[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}

fn default_data() -> Result<PathBuf> {
    let home = environment("XDG_DATA_HOME").map(PathBuf::from);
    let home = home.or_else(|| environment("HOME").map(|it| Path::new(&it).join(".local/share")));
    Ok(home.context("data: say where the data is kept, with --data FOLDER")?.join("reqord"))
}

/// The seed in a file that only its owner reads; made where there is none.
fn seed_in(path: &Path) -> Result<[u8; 32]> {
    if !path.exists() {
        let seed: String = kernel::random()?.iter().map(|it| format!("{it:02x}")).collect();
        write_secret(path, &seed)?;
    }
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    seed_of(text.trim()).with_context(|| format!("{} does not hold 64 hexadecimal digits", path.display()))
}

/// Written for its owner's eyes only.
fn write_secret(path: &Path, secret: &str) -> Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(secret.as_bytes())?;
    Ok(file.sync_all()?)
}

fn seed_of(hexadecimal: &str) -> Result<[u8; 32]> {
    let digits: Option<Vec<u8>> = hexadecimal
        .as_bytes()
        .chunks(2)
        .map(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok())
        .collect();
    let bytes = digits.and_then(|it| <[u8; 32]>::try_from(it).ok());
    bytes.context("it is not 64 hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_command_line_says_wins() {
        let said = Said { listen: Some("127.0.0.1:1".into()), ..Said::default() };
        let other = Said { listen: Some("127.0.0.1:2".into()), https: Some(true), ..Said::default() };
        let both = said.or(other);
        assert_eq!((both.listen.as_deref(), both.https), (Some("127.0.0.1:1"), Some(true)));
    }

    #[test]
    fn a_key_that_is_kept_beside_the_secret_signs_beside_it() {
        let data = std::env::temp_dir().join(format!("reqord-keys-{}", std::process::id()));
        let said = Said { data: Some(data.clone()), ..Said::default() };
        let config = Config::read(None, said).unwrap();
        config.prepare().unwrap();
        let first = config.secrets().unwrap().signers[0].vkey();
        write_secret(&data.join("next-key"), &"5c".repeat(32)).unwrap();
        let keys: Vec<String> = config.secrets().unwrap().signers.iter().map(kernel::Signer::vkey).collect();
        fs::write(data.join("next-key"), "5c5c").unwrap();
        let fault = format!("{:#}", config.secrets().err().unwrap());
        fs::remove_dir_all(&data).unwrap();
        assert_eq!((keys.len(), &keys[0]), (2, &first));
        assert!(fault.contains("next-key does not hold 64 hexadecimal digits"), "{fault}");
    }

    #[test]
    fn a_wrong_address_is_named() {
        let said = Said { listen: Some("here".into()), data: Some("x".into()), ..Said::default() };
        let fault = Config::read(None, said).unwrap_err().to_string();
        assert!(fault.contains("listen: “here”"), "{fault}");
    }

    #[test]
    fn a_site_is_an_address_without_a_path() {
        for (said, kept) in [
            ("https://reqord.example/", "https://reqord.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(reached_at(said).unwrap(), kept);
        }
        for it in [
            "reqord.example",
            "https://",
            "https://a b",
            "https://x.example/path",
            "ftp://x.example",
            "https://x.example?q",
        ] {
            assert!(reached_at(it).unwrap_err().to_string().contains("without a path"), "{it}");
        }
    }

    #[test]
    fn proxies_are_networks_or_addresses() {
        let read = |words: &str| {
            let said =
                Said { data: Some("x".into()), trusted_proxies: Some(vec![words.into()]), ..Said::default() };
            Config::read(None, said).map(|it| it.trusted_proxies[0].to_string()).map_err(|it| it.to_string())
        };
        assert_eq!(read("10.0.0.0/8").unwrap(), "10.0.0.0/8");
        assert_eq!(read("192.0.2.7").unwrap(), "192.0.2.7/32");
        assert!(read("everybody").unwrap_err().contains("“everybody”"));
    }
}
